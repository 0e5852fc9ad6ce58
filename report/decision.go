package report

import (
	"fmt"

	"github.com/ringtide/ringtide/impact"
)

// glanceMost is how many gates page one shows at most.
const glanceMost = 8

// decisionSection is page one: the verdict and what it rests on.
func decisionSection(r reading) (Section, bool) {
	v := r.Verdict
	earliest := ""
	switch {
	case v.Earliest.IsZero() && v.Decision != impact.Approve:
		earliest = "No later start date was found on which every rule is met."
	case v.Earliest.After(r.Request.Start):
		earliest = "Earliest start on which no rule fails: " + day(v.Earliest)
	case !v.Earliest.IsZero():
		earliest = "The start asked for, " + day(r.Request.Start) + ", can stand."
	}
	s := Section{Title: r.title(), Blocks: []Block{
		Banner{
			Request:    requestLine(r.Request),
			Decision:   v.Decision,
			Sentence:   sentence(clean(v.Sentence)),
			Conditions: cleanAll(v.Conditions),
			Earliest:   earliest,
		},
	}}
	if len(r.Headline) > 0 {
		s.Blocks = append(s.Blocks, headlineCards(r.Headline))
	}
	glance, chart := Block(gateGlance(r.Gates)), Block(nil)
	if len(r.Days) > 0 {
		c := volumeChart(r)
		c.Small, c.Caption = true, smallVolumeCaption(r)
		chart = c
	}
	switch {
	case chart == nil && len(r.Gates) == 0:
	case chart == nil:
		s.Blocks = append(s.Blocks, glance)
	case len(r.Gates) == 0:
		s.Blocks = append(s.Blocks, chart)
	default:
		s.Blocks = append(s.Blocks, Side{Left: glance, Right: chart, Share: 0.46})
	}
	return s, true
}

// headlineCards copies the headline figures as they stand.
func headlineCards(figures []impact.Figure) Cards {
	var c Cards
	for _, f := range figures {
		c.Cards = append(c.Cards, Card{clean(f.Label), clean(f.Value), clean(f.Range), clean(f.Note)})
	}
	return c
}

// gateGlance lists the gates, the failing ones first.
func gateGlance(gates []impact.Gate) Glance {
	g := Glance{Title: "The rules at a glance", Most: glanceMost}
	for _, result := range []string{impact.Fail, impact.Condition, impact.Pass} {
		for _, x := range gates {
			if x.Result == result {
				g.Marks = append(g.Marks, GateMark{x.Result, capital(clean(x.Rule))})
			}
		}
	}
	return g
}

// rest says what of the gates is not shown when the first n are.
func (g Glance) rest(n int) string {
	left, failing := len(g.Marks)-n, 0
	for _, m := range g.Marks[n:] {
		if m.Result != impact.Pass {
			failing++
		}
	}
	switch {
	case left == 0:
		return ""
	case failing == 0:
		return fmt.Sprintf("%s, all passed, in the table of rules.", plural(left, "more rule", "more rules"))
	}
	return fmt.Sprintf("%s in the table of rules, %d of them not passed.", plural(left, "more rule", "more rules"), failing)
}

func cleanAll(list []string) []string {
	var out []string
	for _, s := range list {
		if s = clean(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}
