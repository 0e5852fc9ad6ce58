package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ringtide/ringtide/impact"
)

// fitSection answers the inverse questions.
func fitSection(r reading) (Section, bool) {
	if len(r.Fits) == 0 {
		return Section{}, false
	}
	t := Table{Columns: []Column{
		{Head: "Question", Flex: 3}, {Head: "Answer", Align: AlignRight}, {Head: "Chance to meet the target then", Align: AlignRight}, {Head: "In words", Flex: 4},
	}}
	for _, f := range r.Fits {
		t.Rows = append(t.Rows, Row{Cells: []string{clean(f.Question), sized(f.Value, clean(f.Unit)), chance(f.Meets), clean(f.Text)}})
	}
	return Section{Title: "What would fit", Lead: sentence(clean(r.Fits[0].Text)), Blocks: []Block{t}}, true
}

// mostBars is how many facts the chart shows; the table below lists all.
const mostBars = 12

// swingSection shows which unknown moves the answer most.
func swingSection(r reading) (Section, bool) {
	if len(r.Sensitivity) == 0 {
		return Section{}, false
	}
	c := Swing{Base: r.Uplift.Total.Mean}
	t := Table{Columns: []Column{
		{Head: "Fact", Flex: 2}, {Head: "Low", Flex: 1}, {Head: "High", Flex: 1}, {Head: "Calls at low", Align: AlignRight},
		{Head: "Calls at high", Align: AlignRight}, {Head: "Chance to meet at low", Align: AlignRight}, {Head: "Chance to meet at high", Align: AlignRight},
	}}
	ask := ""
	facts := slices.Clone(r.Sensitivity)
	slices.SortStableFunc(facts, func(x, y impact.Sensitivity) int { return cmp.Compare(swing(y), swing(x)) })
	widest := facts[0]
	for i, x := range facts {
		if i < mostBars {
			c.Bars = append(c.Bars, SwingBar{clean(x.Fact), clean(x.Low), clean(x.High), x.TotalLow, x.TotalHigh})
		}
		t.Rows = append(t.Rows, Row{Strong: x.AskForThis, Cells: []string{clean(x.Fact), clean(x.Low), clean(x.High),
			signed(x.TotalLow), signed(x.TotalHigh), chance(x.MeetsLow), chance(x.MeetsHigh)}})
		if x.AskForThis {
			ask = clean(x.Fact)
		}
	}
	lead := fmt.Sprintf("“%s” moves the answer most: from %s to %s calls.", clean(widest.Fact), signed(widest.TotalLow), signed(widest.TotalHigh))
	if ask != "" {
		lead = join(lead, fmt.Sprintf("If one thing can be asked of the department, ask for: %s", ask))
	}
	return Section{Title: "What could change the answer", Lead: lead, Blocks: []Block{
		Chart{Title: "Change in calls when one fact alone moves", Plot: c,
			Caption: fmt.Sprintf("The line stands at the expected change, %s calls. The longer the bar, the more the fact matters.", signed(c.Base))}, t}}, true
}

func swing(x impact.Sensitivity) float64 { return max(x.TotalHigh-x.TotalLow, x.TotalLow-x.TotalHigh) }
