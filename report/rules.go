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
	t := Table{Columns: []Column{{Head: "Result"}, {Head: "Rule", Flex: 4}, {Head: "Measured, and needed", Flex: 2}, {Head: "Why", Flex: 4}}}
	for _, g := range r.Gates {
		n[g.Result]++
		from := ""
		if g.Result != impact.Pass && !g.Earliest.IsZero() {
			from = "It would pass from " + day(g.Earliest) + " on"
		}
		t.Rows = append(t.Rows, Row{Mark: g.Result, Cells: []string{capital(g.Result), capital(clean(g.Rule)),
			gateNumber(g.Number, g.Unit) + gateNeed(g),
			join(capital(clean(g.Reason)), from)}})
	}
	return Section{Title: "The rules, one by one", Lead: fmt.Sprintf(
		"Of %s, %d pass, %d pass under a condition and %d fail.",
		plural(len(r.Gates), "rule", "rules"), n[impact.Pass], n[impact.Condition], n[impact.Fail]), Blocks: []Block{t}}, true
}

// gateNeed says what the rule asks for, on a line of its own.
func gateNeed(g impact.Gate) string {
	switch {
	case g.Unit == "dollars expected":
		return "\n(free of agreement up to " + gateNumber(g.Needed, "dollars") + ")"
	case g.ID == "analysis", g.ID == "conflict": // what is needed is none, or any
		return ""
	}
	return "\n(needed: " + gateNumber(g.Needed, g.Unit) + ")"
}

// gateNumber prints the number of a gate in its unit.
func gateNumber(x float64, unit string) string {
	unit = clean(unit)
	switch strings.ToLower(unit) {
	case "":
		return count(x)
	case "probability":
		return chance(x)
	case "share":
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

// gateNames are the short names of the rules that every policy has.
var gateNames = map[string]string{
	"written": "Written request", "notice": "Notice", "analysis": "Call-volume analysis", "service": "Service target", "seats": "Seats",
	"content": "Scripts ready", "languages": "Languages", "fee": "Fee agreed", "conflict": "Other requests",
}

// gateName is the short name of a rule, or the rule itself where it has none.
func gateName(g impact.Gate) string {
	if name, ok := gateNames[g.ID]; ok {
		return name
	}
	return capital(clean(g.Rule))
}

// gateShort is the number of a gate with what is needed, for page one.
func gateShort(g impact.Gate) string {
	number, needed := gateNumber(g.Number, g.Unit), gateNumber(g.Needed, g.Unit)
	switch g.ID {
	case "conflict":
		if g.Number == 0 {
			return "none"
		}
		return count(g.Number) + " on the same days"
	case "content":
		if g.Number == 0 {
			return "not confirmed"
		}
	case "analysis":
		return map[bool]string{true: "done", false: "needed"}[g.Number >= g.Needed]
	case "notice":
		return plural(int(g.Number), "day", "days") + ", " + count(g.Needed) + " needed"
	case "written", "languages":
		return count(g.Number) + " of " + needed
	case "seats":
		if g.Number < 0 {
			return count(-g.Number) + " too few, " + count(g.Needed) + " to stay free"
		}
		return count(g.Number) + " free, " + count(g.Needed) + " needed"
	case "service":
		if number == needed && g.Number != g.Needed { // rounding must not hide the difference
			number = percent(g.Number)
		}
		return number + ", " + needed + " needed"
	}
	return number
}
