package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/impact"
)

// glanceMost is how many gates page one shows at most.
const glanceMost = 10

// decisionSection is page one: the verdict and what it rests on.
func decisionSection(r reading) (Section, bool) {
	v := r.Verdict
	s := Section{Title: r.title(), Blocks: []Block{
		Banner{
			Request:    requestLine(r.Request),
			Decision:   v.Decision,
			Sentence:   sentence(clean(v.Sentence)),
			Conditions: conditions(v),
			Earliest:   earliest(r),
			Doubts:     r.firstDoubts(),
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
	if len(r.Options) > 0 {
		s.Blocks = append(s.Blocks, choiceTable(r))
	}
	return s, true
}

// conditions are the first sentences of the verdict's conditions: what is to be
// done. The reasons stand with the rules.
func conditions(v impact.Verdict) []string {
	out := cleanAll(v.Conditions)
	for i, c := range out {
		if m := sentenceRE.FindStringIndex(c); m != nil {
			out[i] = c[:m[0]+1]
		}
	}
	return out
}

// sentenceRE is the end of a sentence before a further one.
var sentenceRE = regexp.MustCompile(`[.!?] \p{Lu}`)

// earliest says when the request can start, unless the verdict's sentence does.
func earliest(r reading) string {
	v := r.Verdict
	switch {
	case v.Earliest.IsZero() && v.Decision != impact.Approve:
		return "No later start date was found on which every rule is met."
	case v.Earliest.After(r.Request.Start) && strings.Contains(v.Sentence, day(v.Earliest)):
		return ""
	case v.Earliest.After(r.Request.Start):
		return "Earliest start on which no rule fails: " + day(v.Earliest) + "."
	case !v.Earliest.IsZero():
		return "The start asked for, " + day(r.Request.Start) + ", can stand."
	}
	return ""
}

// choiceTable is the choices in short; it stands on page one if there is room.
func choiceTable(r reading) Table {
	t := Table{Title: "The choices at a glance", Spare: true, Columns: []Column{{Head: "Choice", Flex: 1},
		{Head: "Chance to meet the target", Align: AlignRight}, {Head: "Service level", Align: AlignRight}, {Head: "Mean wait", Align: AlignRight},
		{Head: "Residents who hang up", Align: AlignRight}, {Head: "Added cost", Align: AlignRight}}}
	lines := r.busyLines()
	if lines {
		t.Columns = slices.Insert(t.Columns, 5, Column{Head: "Find all lines busy", Align: AlignRight})
	}
	for _, o := range r.Options {
		cells := []string{shortTitle(o.Title), chance(o.Meets), level(o.Service.Mean), wait(o.MeanWait.Mean), count(o.Abandoned.Mean)}
		if lines {
			cells = append(cells, blocked(o))
		}
		t.Rows = append(t.Rows, Row{Cells: append(cells, money(o.CostCents))})
	}
	return t
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
				g.Marks = append(g.Marks, GateMark{x.Result, gateName(x), gateShort(x)})
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
