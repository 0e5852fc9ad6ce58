package impact

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ringtide/ringtide/forecast/uplift"
)

// A Policy is the center's procedure as data. A rule that is left out is not
// asked. Its wording is printed with every gate.
type Policy struct {
	Procedure string        `yaml:"procedure" json:"procedure"` // name of the document it follows
	Days      string        `yaml:"days" json:"days"`           // how notice is counted: calendar or business
	Written   *WrittenRule  `yaml:"written" json:"written,omitempty"`
	Notice    []NoticeRule  `yaml:"notice" json:"notice,omitempty"`
	Analysis  *AnalysisRule `yaml:"analysis" json:"analysis,omitempty"`
	Service   *ServiceRule  `yaml:"service" json:"service,omitempty"`
	Seats     *SeatRule     `yaml:"seats" json:"seats,omitempty"`
	Content   *TypeRule     `yaml:"content" json:"content,omitempty"`
	Languages *LanguageRule `yaml:"languages" json:"languages,omitempty"`
	Fee       *FeeRule      `yaml:"fee" json:"fee,omitempty"`
	Conflict  *ConflictRule `yaml:"conflict" json:"conflict,omitempty"`
}

// A WrittenRule asks that the request has reached certain offices in writing.
type WrittenRule struct {
	Rule string   `yaml:"rule" json:"rule"`
	To   []string `yaml:"to" json:"to"`
}

// A NoticeRule asks for days between receipt and start.
type NoticeRule struct {
	ID    string        `yaml:"id" json:"id"`
	Rule  string        `yaml:"rule" json:"rule"`
	From  string        `yaml:"from" json:"from"` // partner, other or any
	Types []uplift.Kind `yaml:"types" json:"types"`
	Days  int           `yaml:"days" json:"days"`
}

// An AnalysisRule says when a call-volume analysis is required; an assessment is one.
type AnalysisRule struct {
	Rule string `yaml:"rule" json:"rule"`
}

// A ServiceRule bounds what the request may do to service.
type ServiceRule struct {
	Rule      string  `yaml:"rule" json:"rule"`
	MinChance float64 `yaml:"min_chance" json:"min_chance"` // that the scored days meet the target
	// MaxDrop is the loss of service level, as a share, that passes where the
	// center misses MinChance without the request already.
	MaxDrop float64 `yaml:"max_drop" json:"max_drop"`
}

// A SeatRule asks that enough workstations stay free at the busiest time.
type SeatRule struct {
	Rule     string `yaml:"rule" json:"rule"`
	Headroom int    `yaml:"headroom" json:"headroom"`
}

// A TypeRule asks something of certain types of request.
type TypeRule struct {
	Rule  string        `yaml:"rule" json:"rule"`
	Types []uplift.Kind `yaml:"types" json:"types"`
}

// A LanguageRule asks that callers are answered in certain languages.
type LanguageRule struct {
	Rule     string        `yaml:"rule" json:"rule"`
	Required []string      `yaml:"required" json:"required"`
	Types    []uplift.Kind `yaml:"types" json:"types"`
}

// A FeeRule asks for the department's agreement to a fee above an amount.
type FeeRule struct {
	Rule       string `yaml:"rule" json:"rule"`
	AboveCents int64  `yaml:"above_cents" json:"above_cents"`
}

// A ConflictRule looks at other requests that act on the same days and queues.
type ConflictRule struct {
	Rule string `yaml:"rule" json:"rule"`
}

// Validate reports every fault of the policy at once.
func (p Policy) Validate() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if p.Days != "calendar" && p.Days != "business" {
		fault("days: %q; write calendar or business", p.Days)
	}
	ids := map[string]bool{}
	for i, n := range p.Notice {
		if n.ID == "" || ids[n.ID] {
			fault("notice[%d].id: %q is empty or used twice", i, n.ID)
		}
		ids[n.ID] = true
		if n.From != "partner" && n.From != "other" && n.From != "any" {
			fault("notice[%d].from: %q; write partner, other or any", i, n.From)
		}
		if n.Days < 0 || n.Days > 3650 {
			fault("notice[%d].days: %d", i, n.Days)
		}
		if len(n.Types) == 0 {
			fault("notice[%d].types: name at least one type of request", i)
		}
	}
	if s := p.Service; s != nil {
		if !(s.MinChance > 0 && s.MinChance <= 1) {
			fault("service.min_chance: %v; write 0.8 for 80%%", s.MinChance)
		}
		if !(s.MaxDrop >= 0 && s.MaxDrop <= 1) {
			fault("service.max_drop: %v; write 0.02 for two points", s.MaxDrop)
		}
	}
	if p.Seats != nil && p.Seats.Headroom < 0 {
		fault("seats.headroom: %d", p.Seats.Headroom)
	}
	if p.Fee != nil && p.Fee.AboveCents < 0 {
		fault("fee.above_cents: %d", p.Fee.AboveCents)
	}
	return errors.Join(errs...)
}

// noticeFor returns the strictest notice rule that applies, or nil.
func (p Policy) noticeFor(r Request) *NoticeRule {
	var best *NoticeRule
	for i, n := range p.Notice {
		who := n.From == "any" || (n.From == "partner") == r.Partner
		if who && slices.Contains(n.Types, r.Type) && (best == nil || n.Days > best.Days) {
			best = &p.Notice[i]
		}
	}
	return best
}
