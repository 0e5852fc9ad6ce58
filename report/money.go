package report

import (
	"fmt"
	"strings"
)

// rosterSection lists the shifts that cover the request.
func rosterSection(r reading) (Section, bool) {
	c := r.Roster
	s := Section{Title: "Added shifts"}
	if len(c.Shifts) == 0 {
		s.Lead = "No shift has to be added."
		if c.ShortHours > 0 {
			s.Lead = fmt.Sprintf("No shift was added, and %s hours of one person’s time stay uncovered.", count(c.ShortHours))
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
			strings.Join(breaks, ", "), clean(x.Pattern), count(float64(x.Count)), count(x.PaidHours)}})
	}
	s.Lead = fmt.Sprintf("%s on top of the present roster: %s paid hours for %s.",
		plural(shifts, "shift", "shifts"), count(c.PaidHours), money(c.CostCents))
	bound := fmt.Sprintf("No other choice of these shift patterns costs less than %s", money(c.BoundCents))
	if c.ShortHours > 0 {
		s.Lead = join(s.Lead, fmt.Sprintf("%s hours of one person’s time stay uncovered even so", count(c.ShortHours)))
		bound = fmt.Sprintf("Uncovered hours were priced at %s when the shifts were chosen; no other choice of these patterns makes wages and that price less than %s together",
			money(c.ShortCents), money(c.BoundCents))
	}
	t.Note = join(clean(c.Note), bound)
	s.Blocks = append(s.Blocks, t.withoutEmptyColumns())
	return s, true
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
	t := Table{Columns: []Column{
		{Head: "Tariff", Flex: 2}, {Head: "Price", Align: AlignRight}, {Head: "Per"}, {Head: "Expected quantity", Align: AlignRight},
		{Head: "Expected fee", Align: AlignRight}, {Head: "9 of 10 cases stay below", Align: AlignRight}, {Head: "Note", Flex: 2},
	}}
	for _, l := range f.Lines {
		price, quantity := money(l.UnitCents), count(l.Quantity)
		if l.Unit == "" { // a term that bends the bill, not a charge
			price, quantity = "", ""
		}
		t.Rows = append(t.Rows, Row{Cells: []string{clean(l.Tariff), price, clean(l.Unit), quantity,
			money(l.ExpectedCents), money(l.P90Cents), clean(l.Note)}})
	}
	t.Rows = append(t.Rows, Row{Strong: true, Cells: []string{"Fee", "", "", "", money(f.ExpectedCents), money(f.P90Cents), ""}})
	t.Note = join(clean(f.Note), "Lines at the 90% point need not add up: they do not all run high at once")
	s.Blocks = append(s.Blocks, t.withoutEmptyColumns())
	return s, true
}
