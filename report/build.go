package report

import (
	"fmt"
	"time"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// A reading is an assessment with the wall clock of its intervals worked out once.
type reading struct {
	*impact.Assessment
	when []moment // of each interval of the horizon
	acts period   // the days on which the request acts
}

// A moment is where an interval starts on the wall.
type moment struct {
	date   interval.Date
	minute int
}

// BuildPages decides everything the report says about a. It returns an error
// when a is of another schema or its columns do not fit together.
func BuildPages(a *impact.Assessment) (Model, error) {
	if err := check(a); err != nil {
		return Model{}, err
	}
	r := read(a)
	m := Model{
		Title:   clean(fmt.Sprintf("What this request does to the phones: %s", r.title())),
		Author:  clean(a.Center.Name),
		Subject: clean(fmt.Sprintf("Assessment of request %s, %s", a.Request.ID, a.Verdict.Decision)),
		Lang:    "en-US",
		Dated:   a.Request.Received,
		Running: clean(fmt.Sprintf("Request %s · %s", a.Request.ID, r.title())),
		Stamp:   clean("ringtide " + a.Provenance.Version),
	}
	for _, part := range []func(reading) (Section, bool){
		decisionSection, volumeSection, clockSection, staffingSection, serviceSection,
		stageSection, optionSection, togetherSection, noticeSection, rosterSection, feeSection, gateSection, fitSection, swingSection,
		assumptionSection, warningSection, provenanceSection, wordSection,
	} {
		if s, ok := part(r); ok {
			m.Sections = append(m.Sections, s)
		}
	}
	return m, nil
}

// read works out the wall clock of each interval; check has parsed them before.
func read(a *impact.Assessment) reading {
	r := reading{Assessment: a, when: make([]moment, len(a.Horizon.Starts)), acts: acting(a)}
	for i, s := range a.Horizon.Starts {
		m, ok := parseStamp(s)
		if !ok {
			panic("report: unchecked assessment: " + s)
		}
		r.when[i] = m
	}
	return r
}

// parseStamp reads an RFC 3339 time as what the wall shows then.
func parseStamp(s string) (moment, bool) {
	t, err := time.Parse(time.RFC3339, s)
	return moment{interval.DateOf(t), 60*t.Hour() + t.Minute()}, err == nil
}

// title is the request's title, or what stands in for one.
func (r reading) title() string {
	if t := clean(r.Request.Title); t != "" {
		return t
	}
	return capital(kindWords(r.Request)) + " " + r.Request.ID
}

// option returns the option of that name, or nil.
func (r reading) option(id string) *impact.Option {
	for i := range r.Options {
		if r.Options[i].ID == id {
			return &r.Options[i]
		}
	}
	return nil
}

// target says the service target in words, with the name of its formula.
func (r reading) target() string {
	return fmt.Sprintf("%s of calls answered within %s", percent(r.Center.TargetShare), wait(r.Center.TargetSeconds))
}

// formula is the note that stands wherever a service level does.
func (r reading) formula() string {
	name, within, target := clean(r.Center.Formula), wait(r.Center.TargetSeconds), percent(r.Center.TargetShare)
	meaning, known := formulaWords[name]
	if !known {
		return fmt.Sprintf("Service level: the formula “%s” with a limit of %s. The target is %s.", name, within, target)
	}
	return fmt.Sprintf("Service level: %s (formula %s). The target is %s.", fmt.Sprintf(meaning, within), name, target)
}

// formulaWords say what each service-level formula counts.
var formulaWords = map[string]string{
	"sl_offered":             "calls answered within %s out of all calls that came",
	"sl_answered":            "calls answered within %s out of all calls answered",
	"sl_incl_abandons":       "calls answered or given up within %s out of all calls that came",
	"sl_excl_short_abandons": "calls answered within %[1]s out of all calls but those given up within %[1]s",
	"sl_virtual":             "the chance that a caller who does not give up waits at most %s",
}
