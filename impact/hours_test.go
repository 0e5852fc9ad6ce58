package impact

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

func text(s string) *string { return &s }

// hoursRequest changes the hours of the water lines of the fixture, open 8 to 17.
func hoursRequest(h WeekHours) Request {
	r := fixtureRequest()
	r.Type, r.Mailing = uplift.HoursChange, nil
	r.Queues = []QueueShare{{Queue: "water-en"}, {Queue: "water-es"}}
	r.HoursChange = &HoursChange{Hours: &h}
	return r
}

// Where lines close, their calls come next to the closed hours or not at all; where they
// open, calls come to hours that had none and need people. Totals are kept by the rule.
func TestHoursChangeMovesVolume(t *testing.T) {
	h := fixtureHistory(t)
	r := hoursRequest(WeekHours{Fri: text("08:00-13:00"), Sat: text("09:00-13:00"), Wed: text("08:00-20:00")})
	a, err := Assess(t.Context(), h, r, fixtureOptions())
	if err != nil {
		t.Fatal(err)
	}
	x := a.Uplift.Hours
	if x == nil || x.Closed.Mean <= 0 || x.New.Mean <= 0 {
		t.Fatalf("hours %+v", x)
	}
	for _, sum := range []struct{ whole, one, two, sign float64 }{
		{x.Closed.Mean, x.Lost.Mean, x.Moved.Mean, 1}, {x.Opened.Mean, x.New.Mean, x.Drawn.Mean, 1},
		{a.Uplift.Total.Mean, x.New.Mean, x.Lost.Mean, -1},
	} {
		if math.Abs(sum.one+sum.sign*sum.two-sum.whole) > 1e-3*(1+math.Abs(sum.whole)) {
			t.Errorf("%v and %v do not make %v", sum.one, sum.two, sum.whole)
		}
	}
	volumes := map[string]QueueVolume{}
	for _, q := range a.Queues {
		volumes[q.Queue] = q
	}
	english := a.Pools[0]
	open := map[string]bool{}
	for i, start := range a.Horizon.Starts {
		day, hour := date(start[:10]), start[11:16]
		if day.Before(r.Start) {
			continue
		}
		q := volumes["water-en"]
		switch {
		case day.Weekday() == 5 && hour >= "13:00" && q.With.Mean[i] != 0:
			t.Errorf("%s: %v calls to a closed line", start, q.With.Mean[i])
		case day.Weekday() == 5 && hour == "12:00" && q.Without.Mean[i] > 0 && q.With.Mean[i] <= q.Without.Mean[i]:
			t.Errorf("%s, before the line closes: %v calls, %v without", start, q.With.Mean[i], q.Without.Mean[i])
		case (day.Weekday() == 6 && hour >= "09:00" && hour < "13:00") || (day.Weekday() == 3 && hour >= "17:00" && hour < "20:00"):
			open[start] = true
			if q.With.Mean[i] <= 0 || q.Without.Mean[i] != 0 || !a.Horizon.Open[i] {
				t.Errorf("%s, opened: %v calls, %v without", start, q.With.Mean[i], q.Without.Mean[i])
			}
			if english.NetWith[i] == 0 || english.NetWithout[i] != 0 {
				t.Errorf("%s, opened: %d agents needed, %d without", start, english.NetWith[i], english.NetWithout[i])
			}
		case volumes["general"].With.Mean[i] != volumes["general"].Without.Mean[i]:
			t.Errorf("%s: the general line, which keeps its hours, changes", start)
		}
	}
	if len(open) == 0 {
		t.Error("no hour opened")
	}
	for _, id := range []string{"uplift-calls-of-closed-hours-that-are-lost", "uplift-calls-of-opened-hours-that-are-new", "uplift-calls-in-opened-hours", "uplift-where-calls-of-closed-hours-go"} {
		found := false
		for _, x := range a.Assumptions {
			found = found || x.ID == id && x.Source != "" && x.Effect != ""
		}
		if !found {
			t.Errorf("assumption %q is missing", id)
		}
	}
	facts := map[string]bool{}
	for _, s := range a.Sensitivity {
		facts[s.Fact] = s.TotalLow != s.TotalHigh
	}
	if !facts["Calls of closed hours that are lost"] || !facts["Calls of opened hours that are new"] {
		t.Errorf("sensitivity %v", facts)
	}
}

// Nobody moves where the request says that all calls of closed hours are lost, and the
// line's calls at other hours are then as they were.
func TestHoursChangeAllLost(t *testing.T) {
	h, all := fixtureHistory(t), 1.0
	r := hoursRequest(WeekHours{Fri: text("closed")})
	r.HoursChange.Lost = &all
	a, err := Assess(t.Context(), h, r, fixtureOptions())
	if err != nil {
		t.Fatal(err)
	}
	if x := a.Uplift.Hours; x.Moved != (Dist{}) || x.Lost != x.Closed || x.Lost.Mean <= 0 {
		t.Errorf("%+v", x)
	}
	for _, d := range a.Days {
		if friday := d.Date.Weekday() == 5 && !d.Date.Before(r.Start) && d.Holiday == ""; friday != (d.Uplift.Mean < 0) {
			t.Errorf("%s: %+v", d.Date, d.Uplift)
		}
	}
}

// People of the roster are there in opened hours if their shifts last that long.
func TestHoursChangeUsesTheRoster(t *testing.T) {
	h := fixtureHistory(t)
	var rows []schedule.Row
	for d := time.Monday; d <= time.Friday; d++ {
		for k := range 38 {
			pool := map[bool]string{true: "english", false: "spanish"}[k < 30]
			rows = append(rows, schedule.Row{Agent: fmt.Sprint(k), Pool: pool, Weekday: d, Span: interval.Span{Open: 480, Close: 1200}})
		}
	}
	h.Roster = schedule.Template{Rows: rows}
	a, err := Assess(t.Context(), h, hoursRequest(WeekHours{Wed: text("08:00-20:00")}), fixtureOptions())
	if err != nil {
		t.Fatal(err)
	}
	for i, start := range a.Horizon.Starts {
		if day := date(start[:10]); day.Weekday() == 3 && !day.Before(date("2026-06-08")) && start[11:16] == "18:00" && a.Pools[0].Rostered[i] != 30 {
			t.Errorf("%s: %v rostered", start, a.Pools[0].Rostered[i])
		}
	}
	if m := a.option(OptionApprove).Meets; m < 0.9 {
		t.Errorf("with people on shift the chance is %v", m)
	}
}

// What does not fit together is named with its field.
func TestHoursChangeFaults(t *testing.T) {
	c := fixtureCenter(t)
	some, below := 0.5, -3.0
	for want, change := range map[string]func(*Request){
		"hours_change.hours.fri":           func(r *Request) { r.HoursChange.Hours.Fri = text("8-17") },
		"hours_change.hours.sat: is empty": func(r *Request) { r.HoursChange.Hours.Sat = text(" ") },
		"in order":                         func(r *Request) { r.HoursChange.Hours.Mon = text("13:00-17:00 08:00-12:00") },
		"name at least one day":            func(r *Request) { r.HoursChange.Hours = &WeekHours{} },
		"give the hours as well":           func(r *Request) { r.HoursChange = &HoursChange{Lost: &some} },
		"hours_change.calls_per_day":       func(r *Request) { r.HoursChange.CallsPerDay = &below },
		"hours_change.new: -3":             func(r *Request) { r.HoursChange.New = &below },
		"aht_seconds":                      func(r *Request) { r.AHTSeconds = &some },
	} {
		r := hoursRequest(WeekHours{Mon: text("08:00-18:00")})
		change(&r)
		if err := r.Validate(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
