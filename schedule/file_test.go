package schedule

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

func TestRosterFileRoundTrip(t *testing.T) {
	g := grid(t, "2026-11-01", "2026-11-02", 30*time.Minute) // the first has 25 hours
	plan := cover(t, Requirement{Pool: "english", Grid: g, Agents: humps(g, 6)}, []Pattern{fullTime(), partTime()}, options())
	var out strings.Builder
	if err := WriteRosterCSV(&out, plan.Roster); err != nil {
		t.Fatal(err)
	}
	back, err := ReadRosterCSV(strings.NewReader(out.String()), "r.csv", zone(t))
	if err != nil || !sameRoster(back, plan.Roster) {
		t.Errorf("%d shifts came back as %d, %v", len(plan.Roster), len(back), err)
	}
	if back.PaidHours() != plan.Roster.PaidHours() || !slices.Equal(back.OnPosition(g), plan.OnPosition) {
		t.Error("the roster read back covers or costs something else")
	}
}

// sameRoster compares by instants and labels: a Location may be held twice.
func sameRoster(a, b Roster) bool {
	return slices.EqualFunc(a, b, func(x, y Shift) bool {
		return x.Pool == y.Pool && x.Pattern == y.Pattern && x.Date == y.Date && x.PaidMinutes == y.PaidMinutes && x.Agent == y.Agent &&
			x.Start.Equal(y.Start) && x.End.Equal(y.End) &&
			slices.EqualFunc(x.Breaks, y.Breaks, func(p, q Rest) bool { return p.Start.Equal(q.Start) && p.End.Equal(q.End) })
	})
}

const rosterHead = "pool,pattern,date,start,end,paid_minutes,breaks,agent\n"

func TestRosterFileFaults(t *testing.T) {
	for _, tt := range []struct{ name, row, want string }{
		{"other zone", "e,full,2026-05-04,2026-05-04T08:00:00Z,2026-05-04T16:00:00-04:00,480,", "r.csv:2:19: start: \"2026-05-04T08:00:00Z\" does not have the offset of America/New_York, which is -04:00 then"},
		{"other day", "e,full,2026-05-05,2026-05-04T08:00:00-04:00,2026-05-04T16:00:00-04:00,480,", "date: 2026-05-05 is not the day of the start"},
		{"endless", "e,full,2026-05-04,2026-05-04T08:00:00-04:00,2026-05-09T16:00:00-04:00,480,", "end: end 2026-05-09T16:00:00-04:00 is not within a day"},
		{"overpaid", "e,full,2026-05-04,2026-05-04T08:00:00-04:00,2026-05-04T09:00:00-04:00,61,", "paid_minutes: 61 paid minutes in a shift of 1h0m0s"},
		{"break form", "e,full,2026-05-04,2026-05-04T08:00:00-04:00,2026-05-04T09:00:00-04:00,60,08:15-08:30", "breaks: break \"08:15-08:30\"; write it as start/end"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadRosterCSV(strings.NewReader(rosterHead+tt.row+",\n"), "r.csv", zone(t))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %q, want %q", err, tt.want)
			}
		})
	}
}

func FuzzReadRosterCSV(f *testing.F) {
	f.Add(rosterHead + "english,full,2026-11-01,2026-11-01T01:30:00-04:00,2026-11-01T09:00:00-05:00,480,2026-11-01T04:00:00-05:00/2026-11-01T04:30:00-05:00,5x8 001\n")
	f.Add(rosterHead + ",part,2026-05-04,2026-05-04T08:00:00-04:00,2026-05-04T12:00:00-04:00,240,,\n")
	loc := zone(f)
	f.Fuzz(func(t *testing.T, text string) {
		roster, err := ReadRosterCSV(strings.NewReader(text), "f", loc)
		if err != nil {
			return
		}
		var out strings.Builder
		if err := WriteRosterCSV(&out, roster); err != nil {
			t.Fatalf("read but not written: %v", err)
		}
		again, err := ReadRosterCSV(strings.NewReader(out.String()), "f", loc)
		if err != nil || !sameRoster(again, roster) {
			t.Fatalf("%+v came back as %+v, %v", roster, again, err)
		}
	})
}

func TestReadRequirement(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		start      string
		step       time.Duration
		want       []float64
	}{
		{"with offsets", "2026-05-04T08:00:00-04:00,3\n2026-05-04T08:30:00-04:00,4.5\n", "2026-05-04T08:00:00-04:00", 30 * time.Minute, []float64{3, 4.5}},
		{"in UTC", "2026-05-04T12:00:00Z,3\n2026-05-04T12:30:00Z,4.5\n", "2026-05-04T08:00:00-04:00", 30 * time.Minute, []float64{3, 4.5}},
		{"local", "2026-05-04T08:00:00,3\n2026-05-04T08:15:00,4\n", "2026-05-04T08:00:00-04:00", 15 * time.Minute, []float64{3, 4}},
		{"closed at night", "2026-05-04T22:00:00,3\n2026-05-04T23:00:00,4\n2026-05-05T01:00:00,2\n", "2026-05-04T22:00:00-04:00", time.Hour, []float64{3, 4, 0, 2}},
		{"clocks forward", "2026-03-08T01:00:00,1\n2026-03-08T01:30:00,2\n2026-03-08T03:00:00,3\n", "2026-03-08T01:00:00-05:00", 30 * time.Minute, []float64{1, 2, 3}},
		{"clocks back: local hours twice", "2026-11-01T01:00:00,1\n2026-11-01T01:30:00,2\n2026-11-01T01:00:00,3\n2026-11-01T01:30:00,4\n2026-11-01T02:00:00,5\n", "2026-11-01T01:00:00-04:00", 30 * time.Minute, []float64{1, 2, 3, 4, 5}},
		{"clocks back by the hour", "2026-11-01T00:00:00,1\n2026-11-01T01:00:00,2\n2026-11-01T01:00:00,3\n2026-11-01T02:00:00,4\n", "2026-11-01T00:00:00-04:00", time.Hour, []float64{1, 2, 3, 4}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			need, err := ReadRequirementCSV(strings.NewReader("timestamp,agents\n"+tt.text), "need.csv", zone(t))
			if err != nil {
				t.Fatal(err)
			}
			if need.Grid.Stamp(0) != tt.start || need.Grid.Step() != tt.step || !slices.Equal(need.Agents, tt.want) {
				t.Errorf("from %s by %v: %v", need.Grid.Stamp(0), need.Grid.Step(), need.Agents)
			}
		})
	}
}

func TestReadRequirementFaults(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"one row", "2026-05-04T08:00:00,3\n", "need.csv: 1 rows; give at least two"},
		{"skipped hour", "2026-03-08T02:30:00,3\n", "need.csv:2:1: timestamp: \"2026-03-08T02:30:00\" does not exist in America/New_York: the clocks skip it"},
		{"hole in a day", "2026-05-04T08:00:00,3\n2026-05-04T08:30:00,3\n2026-05-04T10:00:00,3\n", "need.csv:4:1: timestamp: the row of 2026-05-04T09:00:00 is missing before it; add it, with 0 if nobody is needed"},
		{"step", "2026-05-04T08:00:00,3\n2026-05-04T08:25:00,3\n", "comes 25m0s after the row before; intervals are whole minutes that divide an hour"},
		{"backwards", "2026-05-04T08:00:00,3\n2026-05-04T08:30:00,3\n2026-05-04T07:30:00,3\n", "comes -1h0m0s after the row before"},
		{"negative", "2026-05-04T08:00:00,-3\n", "need.csv:2:21: agents: \"-3\" agents; give a number from 0 to 10000"},
		{"not a number", "2026-05-04T08:00:00,NaN\n", "agents: \"NaN\" agents"},
		{"date only", "2026-05-04,3\n", "timestamp: \"2026-05-04\" is no timestamp; write it as 2026-05-04T08:00:00-04:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadRequirementCSV(strings.NewReader("timestamp,agents\n"+tt.text), "need.csv", zone(t))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %q, want %q", err, tt.want)
			}
		})
	}
}

func FuzzReadRequirementCSV(f *testing.F) {
	f.Add("timestamp,agents\n2026-11-01T01:00:00,1\n2026-11-01T01:30:00,2.5\n2026-11-01T01:00:00,3\n")
	f.Add("timestamp,agents\n2026-05-04T12:00:00Z,3\n2026-05-04T12:30:00Z,1e3\n2026-05-05T12:30:00Z,0\n")
	loc := zone(f)
	f.Fuzz(func(t *testing.T, text string) {
		need, err := ReadRequirementCSV(strings.NewReader(text), "f", loc)
		if err != nil || need.Grid.Len() > 5000 {
			return
		}
		var out strings.Builder
		if err := WriteRequirementCSV(&out, need); err != nil {
			t.Fatalf("read but not written: %v", err)
		}
		again, err := ReadRequirementCSV(strings.NewReader(out.String()), "f", loc)
		if err != nil || !again.Grid.Equal(need.Grid) || !reflect.DeepEqual(again.Agents, need.Agents) {
			t.Fatalf("%v came back as %v, %v", need, again, err)
		}
	})
}

func TestRosterOnPosition(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", time.Hour)
	at := func(h, m int) time.Time { return time.Date(2026, 5, 4, h, m, 0, 0, zone(t)) }
	r := Roster{{Date: interval.MustDate("2026-05-04"), Start: at(8, 30), End: at(11, 0), Breaks: []Rest{{at(9, 45), at(10, 15)}}}}
	if on := r.OnPosition(g); !slices.Equal(on[7:12], []float64{0, 0.5, 0.75, 0.75, 0}) {
		t.Errorf("on position from 7 to 12: %v", on[7:12])
	}
}
