package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ringtide/ringtide/impact"
)

// fitSection answers the inverse questions.
func fitSection(r reading) (Section, bool) {
	if len(r.Fits) == 0 {
		return Section{}, false
	}
	t := Table{Columns: []Column{
		{Head: "Question", Flex: 3}, {Head: "Answer", Align: AlignRight}, {Head: "Chance to meet the target then", Align: AlignRight},
		{Head: "Checked on fresh futures", Align: AlignRight}, {Head: "In words", Flex: 4},
	}, Note: "The answer was searched for on the simulated futures of this report. What does well on some futures flatters itself on them, so its chance was worked out again on others, drawn anew."}
	for _, f := range r.Fits {
		fresh := ""
		if f.Fresh != nil {
			fresh = chance(*f.Fresh)
		}
		t.Rows = append(t.Rows, Row{Cells: []string{clean(f.Question), sized(f.Value, clean(f.Unit)), chance(f.Meets), fresh, clean(f.Text)}})
	}
	f := r.Fits[0]
	s := Section{Title: "What would fit", Lead: join(clean(f.Question)+": "+lower(clean(f.Text)),
		fmt.Sprintf("The chance to meet the target is %s then", chance(f.Meets)), freshWords(f))}
	if len(r.Fits) > 1 {
		s.Blocks = []Block{t}
	}
	return s, true
}

// freshWords says what became of an answer on other futures.
func freshWords(f impact.Fit) string {
	if f.Fresh == nil {
		return ""
	}
	return fmt.Sprintf("Checked on fresh simulated futures, it is %s", chance(*f.Fresh))
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
	facts := slices.Clone(r.Sensitivity)
	slices.SortStableFunc(facts, func(x, y impact.Sensitivity) int { return cmp.Compare(swing(y), swing(x)) })
	for _, x := range facts {
		fact, low, high := factWords(x)
		if len(c.Bars) < mostBars && swing(x) >= 0.05 {
			c.Bars = append(c.Bars, SwingBar{fact, low, high, x.TotalLow, x.TotalHigh})
		}
		t.Rows = append(t.Rows, Row{Strong: x.AskForThis, Cells: []string{fact, low, high,
			signed(x.TotalLow), signed(x.TotalHigh), chance(x.MeetsLow), chance(x.MeetsHigh)}})
	}
	s := Section{Title: "What could change the answer", Lead: swingLead(facts)}
	if len(c.Bars) > 0 {
		s.Blocks = append(s.Blocks, Chart{Title: "Change in calls when one fact alone moves", Plot: c,
			Caption: fmt.Sprintf("The line stands at the expected change, %s calls. Longer bars matter more; a fact that moves no calls has none.", signed(c.Base))})
	}
	s.Blocks = append(s.Blocks, t)
	return s, true
}

// swingLead names the facts that move the calls and the chance most, and the one
// to ask for.
func swingLead(facts []impact.Sensitivity) string {
	calls := facts[0] // sorted by it
	luck := slices.MaxFunc(facts, func(x, y impact.Sensitivity) int { return cmp.Compare(chanceSwing(x), chanceSwing(y)) })
	name, _, _ := factWords(calls)
	lead := ""
	if swing(calls) >= 0.05 {
		lead = fmt.Sprintf("“%s” moves the calls most (%s to %s).", name, signed(calls.TotalLow), signed(calls.TotalHigh))
	}
	if chanceSwing(luck) >= 0.01 {
		name, _, _ := factWords(luck)
		lead = join(lead, fmt.Sprintf("“%s” moves the chance most (%s to %s).", name, chance(luck.MeetsLow), chance(luck.MeetsHigh)))
	}
	for _, x := range facts {
		if x.AskForThis {
			name, _, _ := factWords(x)
			lead = join(lead, fmt.Sprintf("If one thing can be asked of the department, ask for: %s", name))
			break
		}
	}
	return lead
}

// factWords are the name of a fact and its two values. A bare number of calls per
// unit of size is scaled so that it can be read.
func factWords(x impact.Sensitivity) (fact, low, high string) {
	fact, low, high = clean(x.Fact), clean(x.Low), clean(x.High)
	unit, ok := strings.CutPrefix(fact, "Calls per ")
	a, errA := strconv.ParseFloat(low, 64)
	b, errB := strconv.ParseFloat(high, 64)
	if !ok || errA != nil || errB != nil {
		return fact, low, high
	}
	if strings.HasPrefix(unit, "call ") {
		fact = "Calls for each " + unit + " announced"
	}
	scale, of := 1.0, ""
	if max(math.Abs(a), math.Abs(b)) < 0.5 {
		scale, of = 1000, " per 1,000"
	}
	return fact, count(scale*a) + of, count(scale*b) + of
}

func chanceSwing(x impact.Sensitivity) float64 { return math.Abs(x.MeetsHigh - x.MeetsLow) }

func swing(x impact.Sensitivity) float64 { return max(x.TotalHigh-x.TotalLow, x.TotalLow-x.TotalHigh) }
