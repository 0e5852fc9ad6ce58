package report

import (
	"fmt"
	"strings"

	"github.com/ringtide/ringtide/impact"
)

// rosterSection lists the shifts that cover the request.
func rosterSection(r reading) (Section, bool) {
	c := r.Roster
	s := Section{Title: "Added shifts"}
	if len(c.Shifts) == 0 {
		s.Lead = "No shift has to be added."
		if c.ShortHours > 0 {
			s.Lead = fmt.Sprintf("No shift was added, and %s of one person’s time %s short.", hours(c.ShortHours), verb(c.ShortHours, "stays", "stay"))
		}
		s.Lead = join(s.Lead, clean(c.Note))
		return s, true
	}
	shifts := 0
	t := Table{Columns: []Column{
		{Head: "Day"}, {Head: "Pool", Flex: 1}, {Head: "Shift"}, {Head: "Breaks", Flex: 1}, {Head: "Pattern", Flex: 1},
		{Head: "People", Align: AlignRight}, {Head: "Paid hours each", Align: AlignRight},
	}}
	for _, x := range c.Shifts {
		shifts += x.Count
		breaks := make([]string, len(x.Breaks))
		for i, b := range x.Breaks {
			breaks[i] = strings.ReplaceAll(clean(b), "-", "–")
		}
		t.Rows = append(t.Rows, Row{Cells: []string{shortDay(x.Date), clean(x.Pool), x.Start + "–" + x.End,
			strings.Join(breaks, ", "), clean(x.Pattern), count(float64(x.Count)), tenths(x.PaidHours)}})
	}
	s.Lead = fmt.Sprintf("%s on top of the present roster, with %s of pay.", plural(shifts, "shift", "shifts"), hours(c.PaidHours))
	s.Lead = join(s.Lead, rosterBound(c))
	t.Note = clean(c.Note)
	s.Blocks = append(s.Blocks, t.withoutEmptyColumns())
	return s, true
}

// rosterBound says what the shifts cost and how much less any others could. The
// bound holds for wages and the price of short hours together.
func rosterBound(c impact.RosterChange) string {
	if c.ShortHours == 0 {
		if c.BoundCents >= c.CostCents {
			return fmt.Sprintf("Wages are %s, and no set of these shift patterns costs less.", money(c.CostCents))
		}
		return fmt.Sprintf("Wages are %s; no set of these shift patterns costs less than %s.", money(c.CostCents), money(c.BoundCents))
	}
	s := fmt.Sprintf("Wages are %s, and %s of one person’s time %s uncovered, each counted at three times the dearest wage",
		money(c.CostCents), hours(c.ShortHours), verb(c.ShortHours, "stays", "stay"))
	best := "No other set of these shift patterns does better"
	if saved := c.CostCents + c.ShortCents - c.BoundCents; saved > 0 {
		best = fmt.Sprintf("At that price no other set of these shift patterns does better by more than %s", money(saved))
	}
	return join(s, best)
}

// feeSection prints the invoice as it is expected.
func feeSection(r reading) (Section, bool) {
	f := r.Fee
	s := Section{Title: "The fee"}
	if len(f.Lines) == 0 {
		s.Lead = join("No fee applies to this request", clean(f.Note))
		return s, true
	}
	s.Lead = fmt.Sprintf("The department should expect a fee of %s; half of all cases stay below %s, and 9 of 10 below %s.",
		money(f.ExpectedCents), money(f.MedianCents), money(f.P90Cents))
	if f.ExpectedCents == 0 && f.P90Cents == 0 && f.NotToExceedCents == 0 {
		s.Lead = join("No fee is expected: under the center’s tariffs nothing is charged for what the request does", clean(f.Note))
		return s, true
	}
	t := Table{Columns: []Column{
		{Head: "Tariff", Flex: 2}, {Head: "Price", Align: AlignRight}, {Head: "Per"}, {Head: "Expected quantity", Align: AlignRight},
		{Head: "Expected fee", Align: AlignRight}, {Head: "9 of 10 cases stay below", Align: AlignRight}, {Head: "Note", Flex: 2},
	}}
	for i, l := range f.Lines {
		price, quantity := money(l.UnitCents), count(l.Quantity)
		if term(l) {
			price, quantity, l.Unit = "", "", ""
		}
		t.Rows = append(t.Rows, Row{Cells: []string{clean(l.Tariff), price, clean(l.Unit), quantity,
			money(l.ExpectedCents), money(l.P90Cents), feeNote(f.Lines, i)}})
	}
	t.Rows = append(t.Rows, Row{Strong: true, Cells: []string{"Fee", "", "", "", money(f.ExpectedCents), money(f.P90Cents), ""}})
	t.Note = join(clean(f.Note), costNote(f), "Lines at the 90% point need not add up: they do not all run high at once")
	s.Blocks = append(s.Blocks, t.withoutEmptyColumns())
	return s, true
}

// term tells whether l bends the bill (a minimum, a cap, a waiver) instead of
// charging for a quantity.
func term(l impact.FeeLine) bool { return l.Unit == "" || l.Unit == "unknown" }

// costNote sets the bill beside what the request costs the center.
func costNote(f impact.FeeAnswer) string {
	var s string
	if f.NotToExceedCents > 0 {
		s = fmt.Sprintf("19 of 20 bills stay within %s.", money(f.NotToExceedCents))
	}
	if f.MarginalCents > 0 {
		s = join(s, fmt.Sprintf("The shifts that it makes necessary cost the center %s", money(f.MarginalCents)))
	}
	if f.AverageCents > 0 {
		s = join(s, fmt.Sprintf("At the center’s average cost of a contact its calls cost %s", money(f.AverageCents)))
	}
	return s
}

// feeNote is what is to be said of line i: nothing of a plain charge, but which of
// the prices it is where a tariff changes its price during the request.
func feeNote(lines []impact.FeeLine, i int) string {
	l := lines[i]
	if term(l) {
		return capital(clean(l.Note))
	}
	note := ""
	if l.Note != "charge" {
		note = capital(clean(l.Note))
	}
	for k, x := range lines { // the price changed: say from when to when this one holds
		if k != i && !term(x) && x.Tariff == l.Tariff && x.Unit == l.Unit && x.UnitCents != l.UnitCents {
			return join(note, fmt.Sprintf("Days from %s to %s", shortDay(l.First), shortDay(l.Last)))
		}
	}
	return note
}
