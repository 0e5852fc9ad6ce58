package people

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// An Unfilled is slots that are alike and that nobody has.
type Unfilled struct {
	Shift      string        `json:"shift"` // pattern
	Date       interval.Date `json:"date"`
	Start      time.Time     `json:"start"`
	End        time.Time     `json:"end"`
	Skills     []string      `json:"skills,omitempty"`
	Missing    int           `json:"missing"`
	Needed     int           `json:"needed"`
	PriceCents int64         `json:"price_cents"` // of each
	Reasons    []Reason      `json:"reasons"`     // why, in this plan, none of the people takes it
	Conflict   *Conflict     `json:"conflict"`
	Relaxation *Relaxation   `json:"relaxation"`
	Text       string        `json:"text"` // all of it in words
}

// A Reason is a rule and the people whom it keeps from the slot.
type Reason struct {
	Rule   string   `json:"rule"`
	People []string `json:"people"`
	Text   string   `json:"text"`
}

// An Unfixed is a fixed shift that could not be given.
type Unfixed struct {
	Name  string        `json:"name"`
	Date  interval.Date `json:"date"`
	Shift string        `json:"shift"`
	Text  string        `json:"text"`
}

// explained bounds how many kinds of unfilled slots are searched for a conflict.
const explained = 12

// unfilled explains what is open, in the order of time.
func (s *search) unfilled(ctx context.Context, p Problem) []Unfilled {
	open := slices.Clone(s.holes)
	slices.SortFunc(open, func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.in.groups[a].start, s.in.groups[b].start), cmp.Compare(a, b))
	})
	var out []Unfilled
	shared, units := map[int32]*Conflict{}, &budget{proofUnits}
	for k, g := range open {
		gr := s.in.groups[g]
		u := Unfilled{Shift: gr.slot.Pattern, Date: gr.slot.Date, Start: gr.slot.Start, End: gr.slot.End, Skills: gr.slot.Skills,
			Missing: int(s.open[g]), Needed: gr.count, PriceCents: gr.price, Reasons: s.reasons(p, g)}
		c := newChain(s.state, g)
		if k < explained && ctx.Err() == nil {
			c.explore(nil)
			u.Relaxation = c.relax(p)
			if u.Conflict = shared[g]; u.Conflict == nil {
				u.Conflict = s.conflict(ctx, p, g, c.groups(), units)
			}
			if u.Conflict != nil {
				for _, d := range u.Conflict.groups {
					shared[d] = u.Conflict
				}
			}
		}
		u.Text = u.text()
		out = append(out, u)
	}
	return out
}

// groups lists the groups that the first can be traded for, itself first.
func (c *chain) groups() []int32 {
	var out []int32
	for _, l := range c.links {
		out = append(out, l.group)
	}
	return out
}

// title names the slot: Tue 3 Mar night shift.
func title(pattern string, d interval.Date) string {
	return fmt.Sprintf("%s %s shift", day(d), pattern)
}

func day(d interval.Date) string { return d.Start(time.UTC).Format("Mon 2 Jan") }

func (u Unfilled) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", title(u.Shift, u.Date))
	if len(u.Skills) > 0 {
		fmt.Fprintf(&b, " with %s", strings.Join(u.Skills, " and "))
	}
	verb := "is left unfilled"
	if u.Conflict != nil {
		verb = "cannot be filled"
	}
	if u.Missing == 1 {
		fmt.Fprintf(&b, " %d of %d %s", u.Needed, u.Needed, verb)
	} else {
		fmt.Fprintf(&b, " %d-%d of %d %s", u.Needed-u.Missing+1, u.Needed, u.Needed, verb)
	}
	var parts []string
	for _, r := range u.Reasons {
		parts = append(parts, r.Text)
	}
	if len(parts) == 0 {
		parts = []string{"there is nobody"}
	}
	fmt.Fprintf(&b, ": %s.", strings.Join(parts, "; "))
	if u.Conflict != nil && len(u.Conflict.Shifts) > 1 {
		b.WriteString(" " + u.Conflict.Text)
	}
	if u.Relaxation != nil {
		b.WriteString(" " + u.Relaxation.Text)
	}
	return b.String()
}

// reasons tells for each person what keeps the person from the slot, people with the
// same reason together.
func (s *search) reasons(p Problem, g int32) []Reason {
	type entry struct {
		rule rules
		said string
	}
	var order []entry
	names := map[entry][]string{}
	for i := range s.lines {
		rule, said := s.why(p, i, g)
		e := entry{rule, said}
		if len(names[e]) == 0 {
			order = append(order, e)
		}
		names[e] = append(names[e], p.People[i].Name)
	}
	slices.SortStableFunc(order, func(a, b entry) int { return cmp.Compare(a.rule, b.rule) })
	var out []Reason
	for _, e := range order {
		out = append(out, Reason{Rule: e.rule.name(), People: names[e], Text: said(names[e], e.said)})
	}
	return out
}

// named is how many people a sentence names.
const named = 4

// said joins names and a predicate of one person: "Ana is away", "Ana and Ben: lacks spanish".
func said(names []string, predicate string) string { return list(names) + " " + predicate }

func list(names []string) string {
	switch n := len(names); {
	case n == 1:
		return names[0]
	case n <= named:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1] + " each"
	}
	return fmt.Sprintf("%s and %d others each", strings.Join(names[:named-1], ", "), len(names)-named+1)
}

// why is the first rule that keeps worker i from the group, and how it reads. Who works
// another shift that day comes last.
func (s *search) why(p Problem, i int, g int32) (rules, string) {
	w, gr := &s.in.workers[i], s.in.groups[g]
	who := p.People[i]
	if bar := w.bars[g]; bar != noRule {
		return bar & -bar, who.barred(bar&-bar, gr, p)
	}
	l := slices.Clone(s.lines[i])
	had := l[gr.day]
	if had == g {
		return ruleBusy, "works one of them"
	}
	l[gr.day] = g
	_, rule := s.in.price(w, l)
	if had != off && rule == noRule {
		return ruleBusy, "works the " + s.in.groups[had].slot.Pattern + " shift that day"
	}
	return rule, s.in.breaks(w, l, gr.day, rule)
}

// barred reads a rule that bars the person from the group.
func (who Person) barred(rule rules, gr group, p Problem) string {
	switch rule {
	case ruleSkill:
		var lacks []string
		for _, s := range gr.slot.Skills {
			if !slices.Contains(who.Skills, s) {
				lacks = append(lacks, s)
			}
		}
		return "lacks " + strings.Join(lacks, " and ")
	case ruleAbsent:
		a := who.Absent[who.absence(gr, p.Zone)]
		if a.Reason == "" {
			return "is away"
		}
		return "is away (" + a.Reason + ")"
	case ruleAvailable:
		return "is not available then"
	}
	return "never works it"
}
