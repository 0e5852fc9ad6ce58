package report

import (
	"fmt"
	"strings"

	"github.com/ringtide/ringtide/impact"
)

// hoursWords says the new opening hours: ", Fri 07:00–15:00, Sat closed".
func hoursWords(h impact.WeekHours) string {
	days := []struct {
		name  string
		hours *string
	}{{"Mon", h.Mon}, {"Tue", h.Tue}, {"Wed", h.Wed}, {"Thu", h.Thu}, {"Fri", h.Fri}, {"Sat", h.Sat}, {"Sun", h.Sun}}
	s := ""
	for k := 0; k < len(days); k++ {
		d := days[k]
		if d.hours == nil {
			continue
		}
		name := d.name
		for k+1 < len(days) && days[k+1].hours != nil && *days[k+1].hours == *d.hours {
			k++
		}
		if days[k].name != name {
			name += " to " + days[k].name
		}
		s += ", " + name + " " + strings.ReplaceAll(clean(*d.hours), "-", "–")
	}
	return s
}

// hoursTable says what becomes of the calls where opening hours change.
func hoursTable(r reading) (Table, bool) {
	h := r.Uplift.Hours
	if h == nil {
		return Table{}, false
	}
	t := Table{Title: "What becomes of the calls at the changed hours", Columns: []Column{
		{Head: "Calls", Flex: 1}, {Head: "Expected", Align: AlignRight}, {Head: "In 9 of 10 cases", Align: AlignRight}}}
	row := func(strong bool, name string, d impact.Dist) {
		t.Rows = append(t.Rows, Row{Strong: strong, Cells: []string{name, count(d.Mean), span(d)}})
	}
	if moved(h.Closed) {
		row(true, "At hours that close", h.Closed)
		row(false, "of them at no other time: lost", h.Lost)
		row(false, "of them at other hours", h.Moved)
	}
	if moved(h.Opened) {
		row(true, "At hours that open", h.Opened)
		row(false, "of them would not have come otherwise: new", h.New)
		row(false, "of them would have come in hours that stay open", h.Drawn)
	}
	t.Note = fmt.Sprintf("Over %s to %s. Extra calls in all are the new ones less the lost ones; calls that move are neither.", shortDay(r.Horizon.First), shortDay(r.Horizon.Last))
	return t, len(t.Rows) > 0
}
