package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// foldTables is the number of rows from which a narrow table runs in two columns.
const foldTables = 16

// volumeSection shows calls by day without and with the request.
func volumeSection(r reading) (Section, bool) {
	if len(r.Days) == 0 {
		return Section{}, false
	}
	s := Section{Title: "Calls by day", NewPage: true, Lead: volumeLead(r)}
	s.Blocks = append(s.Blocks, volumeChart(r))
	if moved(r.Uplift.Total) {
		s.Blocks = append(s.Blocks, changeChart(r))
	}
	if moved(r.Uplift.Total) {
		s.Blocks = append(s.Blocks, Para{Text: basisWords(r)})
	}
	if t, ok := hoursTable(r); ok {
		s.Blocks = append(s.Blocks, t)
	}
	s.Blocks = append(s.Blocks, dayTable(r))
	if len(r.Uplift.Queues) > 0 && moved(r.Uplift.Total) {
		s.Blocks = append(s.Blocks, queueTable(r))
	}
	return s, true
}

// moved tells whether the request changes the number of calls at all.
func moved(d impact.Dist) bool { return math.Abs(d.Mean) >= 0.05 || d.Q95-d.Q05 >= 0.1 }

// volumeLead says what the request adds or takes away.
func volumeLead(r reading) string {
	u := r.Uplift
	if !moved(u.Total) {
		return "The request does not change the number of calls."
	}
	share := fmt.Sprintf("%s more than usual on its own days", percent(u.Percent/100))
	if u.Total.Mean < 0 {
		share = fmt.Sprintf("%s less than usual on its own days", percent(-u.Percent/100))
	}
	s := fmt.Sprintf("We expect %s in all (%s in 9 of 10 cases), %s.",
		moreOrFewer(u.Total.Mean), changeSpan(u.Total), share)
	if !u.PeakDay.IsZero() {
		s += fmt.Sprintf(" The biggest change comes on %s: %s.", day(u.PeakDay), moreOrFewer(u.Peak.Mean))
	}
	return s
}

// smallVolumeCaption is the one finding that page one has room for.
func smallVolumeCaption(r reading) string {
	if !moved(r.Uplift.Total) {
		return "The request does not change the number of calls by day."
	}
	d := r.dayOf(r.Uplift.PeakDay)
	if d == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s calls with the request, %s without.",
		shortDay(d.Date), count(d.With.Mean), count(d.Without.Mean))
}

func (r reading) dayOf(d interval.Date) *impact.DayVolume {
	for i := range r.Days {
		if r.Days[i].Date == d {
			return &r.Days[i]
		}
	}
	return nil
}

// volumeChart is the chart of calls by day.
func volumeChart(r reading) Chart {
	var f DayColumns
	for _, d := range r.shownDays() {
		f.Without = append(f.Without, DayPoint{d.Date, d.Open, clean(d.Holiday), d.Without})
		f.With = append(f.With, DayPoint{d.Date, d.Open, clean(d.Holiday), d.With})
	}
	f.Marks = r.marks()
	return Chart{Title: "Calls by day, without and with the request", Caption: join(busiestDay(r), laterWords(r)), Plot: f}
}

// laterWords says what the charts leave out at the end.
func laterWords(r reading) string {
	last, days, calls := r.shown().last, 0, 0.0
	for _, d := range r.Days {
		if d.Date.After(last) && d.Open {
			days, calls = days+1, calls+d.Uplift.Mean
		}
	}
	if days == 0 {
		return ""
	}
	return fmt.Sprintf("Not shown: %s after %s, with %s together", plural(days, "open day", "open days"), shortDay(last), moreOrFewer(calls))
}

// busiestDay states the busiest day with the request and what it is without.
func busiestDay(r reading) string {
	var top *impact.DayVolume
	for i := range r.Days {
		if d := &r.Days[i]; d.Open && (top == nil || d.With.Mean > top.With.Mean) {
			top = d
		}
	}
	if top == nil {
		return "The center is closed on every day shown."
	}
	return fmt.Sprintf("The busiest day with the request is %s: %s calls (%s in 9 of 10 cases), against %s without it.",
		day(top.Date), count(top.With.Mean), span(top.With), count(top.Without.Mean))
}

// changeChart shows the change alone, which the chart of calls may be too coarse for.
func changeChart(r reading) Chart {
	var b DayBars
	most, days := 0.0, 0
	for _, d := range r.shownDays() {
		b.Days = append(b.Days, DayPoint{d.Date, d.Open, clean(d.Holiday), d.Uplift})
		most = max(most, math.Abs(d.Uplift.Mean))
	}
	for _, d := range r.Days {
		if d.Open && most > 0 && math.Abs(d.Uplift.Mean) >= most/10 {
			days++
		}
	}
	b.Marks = r.marks()
	return Chart{Title: "What the request changes by day", Plot: b,
		Caption: fmt.Sprintf("The change passes a tenth of its peak on %s.", plural(days, "day", "days"))}
}

// basisWords says what the estimate rests on.
func basisWords(r reading) string {
	u := r.Uplift
	basis := strings.TrimPrefix(clean(u.Basis), "learned from ")
	if n, kind, ok := strings.Cut(basis, " past "); ok && strings.Contains(kind, "-") { // the name of a type is no word
		basis = n + " past " + map[bool]string{true: "request", false: "requests"}[n == "1"] + " of this kind"
	}
	s := "This estimate rests on " + basis
	if u.Basis == "prior only" {
		s = "No past request of this kind has been measured here, so the estimate is “prior only”: it rests on " + priorWords(u) + ", and its range is wide on purpose"
	}
	rate := ""
	if u.Unit != "" && u.Rate != (impact.Dist{}) {
		rate = rateWords(u)
	}
	return join(s, rate)
}

// priorWords says what an estimate rests on where nothing was measured here.
func priorWords(u impact.UpliftAnswer) string {
	if strings.HasPrefix(u.Source, "assumed") {
		return "assumptions, for which no figures were found"
	}
	return "figures from elsewhere"
}

// rateWords says calls per unit of size, scaled so that the number can be read.
func rateWords(u impact.UpliftAnswer) string {
	unit := clean(u.Unit)
	scale, of := 1.0, "per "+unit
	switch {
	case math.Abs(u.Rate.Mean) < 0.5:
		scale, of = 1000, "per 1,000 "+pluralUnit(unit)
	case strings.HasPrefix(unit, "call "): // a rate of calls, which the calls of many days come to
		of = "in all for each " + unit + " that was announced"
	}
	scaled := impact.Dist{Q05: scale * u.Rate.Q05, Q95: scale * u.Rate.Q95}
	return fmt.Sprintf("It comes to %s %s (%s in 9 of 10 cases)", moreOrFewer(scale*u.Rate.Mean), of, changeSpan(scaled))
}

// pluralUnit is several of a unit of size.
func pluralUnit(unit string) string {
	switch {
	case unit == "":
		return ""
	case unit == "person":
		return "people"
	case strings.HasPrefix(unit, "call "):
		return "calls " + strings.TrimPrefix(unit, "call ")
	}
	return unit + "s"
}

// sized prints a size with its unit, which the assessment gives in the singular.
func sized(x float64, unit string) string {
	if x != 1 && !strings.HasSuffix(unit, "s") {
		unit = pluralUnit(unit)
	}
	return strings.TrimSpace(count(x) + " " + unit)
}

// mostDays is how many open days a table lists one by one.
const mostDays = 32

// dayTable lists the days on which the request acts, or the weeks if they are many.
func dayTable(r reading) Table {
	t := Table{Title: "The days of the request in numbers", Columns: []Column{
		{Head: "Day", Flex: 1}, {Head: "Without", Align: AlignRight}, {Head: "With", Align: AlignRight},
		{Head: "Change", Align: AlignRight}, {Head: "Change in 9 of 10 cases", Align: AlignRight},
	}}
	var days, other []impact.DayVolume
	for _, d := range r.Days {
		if r.acts.holds(d.Date) {
			days = append(days, d)
		} else if d.Open {
			other = append(other, d)
		}
	}
	if openDays(days) > mostDays {
		t.Title = "The weeks of the request in numbers"
		t.Columns[0].Head = "Week of"
		t.Rows = weekRows(days)
	} else {
		t.Rows = dayRows(days)
	}
	t.Note = "Closed days are left out. Every day and interval stands in the CSV form of this report."
	if len(other) > 0 {
		t.Rows = append(t.Rows, sumRow(plural(len(other), "other day", "other days"), other))
	}
	all := sumRow("All days", r.Days)
	all.Strong, all.Cells[4] = true, rangeCell(r.Uplift.Total)
	t.Rows = append(t.Rows, all)
	if len(t.Rows) >= foldTables {
		t.Fold = 2
	}
	return t
}

func openDays(days []impact.DayVolume) int {
	n := 0
	for _, d := range days {
		if d.Open {
			n++
		}
	}
	return n
}

// dayRows is a row for each open day.
func dayRows(days []impact.DayVolume) []Row {
	var rows []Row
	for _, d := range days {
		if !d.Open {
			continue
		}
		name := shortDay(d.Date)
		if d.Holiday != "" {
			name += ", " + clean(d.Holiday)
		}
		rows = append(rows, Row{Cells: []string{name, count(d.Without.Mean), count(d.With.Mean),
			signed(d.Uplift.Mean), rangeCell(d.Uplift)}})
	}
	return rows
}

// weekRows sums the days of each week. Ranges of days do not add up, so the weeks
// have none.
func weekRows(days []impact.DayVolume) []Row {
	var rows []Row
	for len(days) > 0 {
		monday, n := mondayOf(days[0].Date), 0
		for n < len(days) && mondayOf(days[n].Date) == monday {
			n++
		}
		name := shortDay(monday)
		if n < 7 {
			name += ", " + plural(openDays(days[:n]), "open day", "open days")
		}
		rows = append(rows, sumRow(name, days[:n]))
		days = days[n:]
	}
	return rows
}

// sumRow adds the means of days, which do add up.
func sumRow(name string, days []impact.DayVolume) Row {
	var without, with, change float64
	for _, d := range days {
		without, with, change = without+d.Without.Mean, with+d.With.Mean, change+d.Uplift.Mean
	}
	return Row{Cells: []string{name, count(without), count(with), signed(change), ""}}
}

// rangeCell leaves the range of a day without change empty.
func rangeCell(d impact.Dist) string {
	if !moved(d) {
		return dash
	}
	return span(d)
}

// queueTable splits the change by queue.
func queueTable(r reading) Table {
	t := Table{Title: "Which lines feel it", Columns: []Column{
		{Head: "Line (queue)", Flex: 1}, {Head: "Change in calls", Align: AlignRight}, {Head: "In 9 of 10 cases", Align: AlignRight},
	}}
	for _, q := range r.Uplift.Queues {
		t.Rows = append(t.Rows, Row{Cells: []string{clean(q.Queue), signed(q.Total.Mean), span(q.Total)}})
	}
	if r.Uplift.Source != "" {
		t.Note = sentence("Source of the estimate: " + clean(r.Uplift.Source))
	}
	t.Rows = append(t.Rows, Row{Strong: true, Cells: []string{"All lines", signed(r.Uplift.Total.Mean), span(r.Uplift.Total)}})
	return t
}
