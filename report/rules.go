package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/ringtide/ringtide/impact"
)

// gateSection lists every rule with its number.
func gateSection(r reading) (Section, bool) {
	if len(r.Gates) == 0 {
		return Section{}, false
	}
	n := map[string]int{}
	t := Table{Columns: []Column{
		{Head: "Result"}, {Head: "Rule", Flex: 3}, {Head: "Measured", Align: AlignRight}, {Head: "Needed", Align: AlignRight},
		{Head: "Why", Flex: 4}, {Head: "Earliest date it passes", Align: AlignRight},
	}}
	for _, g := range r.Gates {
		n[g.Result]++
		t.Rows = append(t.Rows, Row{Mark: g.Result, Cells: []string{capital(g.Result), capital(clean(g.Rule)), gateNumber(g.Number, g.Unit),
			gateNumber(g.Needed, g.Unit), capital(clean(g.Reason)), day(g.Earliest)}})
	}
	return Section{Title: "The rules, one by one", Lead: fmt.Sprintf(
		"Of %s, %d pass, %d pass under a condition and %d fail.",
		plural(len(r.Gates), "rule", "rules"), n[impact.Pass], n[impact.Condition], n[impact.Fail]), Blocks: []Block{t}}, true
}

// gateNumber prints the number of a gate in its unit.
func gateNumber(x float64, unit string) string {
	unit = clean(unit)
	switch strings.ToLower(unit) {
	case "":
		return count(x)
	case "probability", "share":
		return percent(x)
	case "cents":
		return money(int64(x))
	case "yes = 1", "yes/no":
		if x != 0 {
			return "yes"
		}
		return "no"
	case "seconds":
		return wait(x)
	case "dollars", "dollars expected":
		return money(int64(math.Round(100*x))) + strings.TrimPrefix(unit, "dollars")
	}
	if x == 1 {
		unit = strings.TrimSuffix(unit, "s")
	}
	return count(x) + " " + unit
}
