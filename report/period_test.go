package report

import (
	"strings"
	"testing"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// daily makes days from first on with the given mean changes.
func daily(first string, change ...float64) *impact.Assessment {
	d := interval.MustDate(first)
	a := &impact.Assessment{Horizon: impact.Horizon{First: d, Last: d.AddDays(len(change) - 1)}}
	for i, c := range change {
		a.Days = append(a.Days, impact.DayVolume{Date: d.AddDays(i), Open: true, Uplift: impact.Dist{Mean: c}})
	}
	return a
}

func TestActingPeriod(t *testing.T) {
	for _, tt := range []struct {
		name        string
		change      []float64
		start       string
		first, last string
	}{
		{"a tail below a twentieth of the peak is left out", []float64{0, 0, 100, 40, 5, 4.9, 3, 2}, "2026-06-03", "2026-06-03", "2026-06-05"},
		{"the start counts although calls come later", []float64{0, 0, 0, 100}, "2026-06-02", "2026-06-02", "2026-06-04"},
		{"calls may come before the start", []float64{0, 30, 100}, "2026-06-03", "2026-06-02", "2026-06-03"},
		{"deflection counts like addition", []float64{0, -50, -60, -1}, "2026-06-02", "2026-06-02", "2026-06-03"},
		{"no change: to the end", []float64{0, 0, 0}, "2026-06-02", "2026-06-02", "2026-06-03"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := daily("2026-06-01", tt.change...)
			a.Request.Start = interval.MustDate(tt.start)
			if p := acting(a); p.first.String() != tt.first || p.last.String() != tt.last {
				t.Errorf("%s to %s, want %s to %s", p.first, p.last, tt.first, tt.last)
			}
		})
	}
}

// TestTablesAddUp checks that the rows of the day table, weeks or days, sum to the
// whole change, whatever part of the horizon they show.
func TestTablesAddUp(t *testing.T) {
	for name, f := range variants() {
		r := read(f.build())
		tab := dayTable(r)
		change := 0.0
		for _, d := range r.Days {
			change += d.Uplift.Mean
		}
		all := tab.Rows[len(tab.Rows)-1]
		if !all.Strong || all.Cells[3] != signed(change) {
			t.Errorf("%s: last row %q, the days change by %v", name, all.Cells, change)
		}
		open := 0
		for _, d := range r.Days {
			if d.Open && r.acts.holds(d.Date) {
				open++
			}
		}
		if weeks := tab.Columns[0].Head == "Week of"; weeks != (open > mostDays) || len(tab.Rows) > mostDays+2 {
			t.Errorf("%s: %d open days make %d rows under %q", name, open, len(tab.Rows), tab.Columns[0].Head)
		}
	}
}

func TestHardestDaysStayInOrder(t *testing.T) {
	d := interval.MustDate("2026-06-01")
	var days []impact.ServiceDay
	for i, m := range []float64{0.5, 0.1, 0.9, 0.2, 0.3} {
		days = append(days, impact.ServiceDay{Date: d.AddDays(i), Meets: m})
	}
	got := ""
	for _, x := range hardest(days, 3) {
		got += x.Date.String()[8:] + " "
	}
	if got != "02 04 05 " || days[0].Meets != 0.5 {
		t.Error(got)
	}
}

func TestRosterBound(t *testing.T) {
	for _, tt := range []struct {
		c    impact.RosterChange
		want string
	}{
		{impact.RosterChange{CostCents: 627120, ShortHours: 27.5, ShortCents: 483000, BoundCents: 1100000},
			"Wages are $6,271.20, and 27.5 hours of one person’s time stay uncovered, each counted at three times the dearest wage. At that price no other set of these shift patterns does better by more than $101.20."},
		{impact.RosterChange{CostCents: 1000, ShortHours: 1, ShortCents: 500, BoundCents: 1500},
			"Wages are $10.00, and 1 hour of one person’s time stays uncovered, each counted at three times the dearest wage. No other set of these shift patterns does better."},
		{impact.RosterChange{CostCents: 1000, BoundCents: 900}, "Wages are $10.00; no set of these shift patterns costs less than $9.00."},
		{impact.RosterChange{CostCents: 1000, BoundCents: 1000}, "Wages are $10.00, and no set of these shift patterns costs less."},
	} {
		if got := rosterBound(tt.c); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

func TestFeeNotes(t *testing.T) {
	lines := []impact.FeeLine{
		{Tariff: "Calls", Unit: "call", UnitCents: 110, Note: "charge", First: interval.MustDate("2026-06-08"), Last: interval.MustDate("2026-06-30")},
		{Tariff: "Calls", Unit: "call", UnitCents: 115, Note: "charge", First: interval.MustDate("2026-07-01"), Last: interval.MustDate("2026-07-20")},
		{Tariff: "Minutes", Unit: "minute", UnitCents: 78, Note: "charge"}, {Tariff: "Calls", Unit: "unknown", Note: "cap"},
	}
	for i, want := range []string{"Days from Mon 8 Jun to Tue 30 Jun.", "Days from Wed 1 Jul to Mon 20 Jul.", "", "Cap"} {
		if got := feeNote(lines, i); got != want {
			t.Errorf("line %d: %q, want %q", i, got, want)
		}
	}
}

func TestDoubtsInPlainWords(t *testing.T) {
	a := sample().build()
	a.Warnings = append(a.Warnings, impact.Warning{Code: "history-gap", Text: "A text of its own"})
	r := read(a)
	all := ""
	for _, d := range r.doubts() {
		all += d.text + "|"
	}
	for _, want := range []string{"90 days of past calls on the lines Permits and Animal services are too few to show a season",
		"3 days of the past on the line Permits, and likewise on 3 other lines, lay far out of line", "3.5 hours", "A text of its own"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in %s", want, all)
		}
	}
	if got := r.firstDoubts(); !strings.Contains(got, "season") || strings.Contains(got, "hours") {
		t.Errorf("page one: %s", got)
	}
}

func TestFactsAreReadable(t *testing.T) {
	for _, tt := range []struct{ fact, low, high, want string }{
		{"Calls per piece", "0.00818", "0.0307", "Calls per piece: 8.2 per 1,000 to 31 per 1,000"},
		{"Calls per call a day", "16.3", "64.6", "Calls for each call a day announced: 16 to 65"},
		{"Size of the request", "10% smaller", "10% larger", "Size of the request: 10% smaller to 10% larger"},
	} {
		fact, low, high := factWords(impact.Sensitivity{Fact: tt.fact, Low: tt.low, High: tt.high})
		if got := fact + ": " + low + " to " + high; got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestConditionsAreShort(t *testing.T) {
	v := impact.Verdict{Conditions: []string{"Add the shifts. The chance is 65% within 30.5 s.", "Pay $1.50 a call", "One sentence."}}
	if got := strings.Join(conditions(v), "|"); got != "Add the shifts.|Pay $1.50 a call|One sentence." {
		t.Error(got)
	}
}
