package schedule

import (
	"slices"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

func TestSeatsAreNeverExceeded(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	need := Requirement{Grid: g, Agents: humps(g, 10)}
	opt := options()
	opt.Seats = []int{0}
	plan := cover(t, need, []Pattern{fullTime()}, opt)
	if len(plan.Roster) != 0 || len(plan.Unmet) != 26 {
		t.Errorf("no seats: %d shifts and %d unmet half hours, want 0 and the 26 from 7 to 20", len(plan.Roster), len(plan.Unmet))
	}
	if plan.Gap != 0 {
		t.Errorf("no seats: gap %v, want 0: nothing can be done", plan.Gap)
	}
	opt.Seats = slices.Repeat([]int{10}, g.Len())
	for h := 24; h < 28; h++ {
		opt.Seats[h] = 3 // the floor is lent to 911 from 12 to 14
	}
	plan = cover(t, need, []Pattern{fullTime(), partTime()}, opt)
	for h := 24; h < 28; h++ {
		if plan.OnPosition[h] > 3 {
			t.Errorf("%v on position in half hour %d with 3 seats", plan.OnPosition[h], h)
		}
	}
	if plan.OnPosition[21] < 6 {
		t.Errorf("%v on position at 10:30, where 10 seats stand", plan.OnPosition[21])
	}
}

func TestClosedHoursStayEmpty(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
	for h := 18; h < 36; h++ { // 9 to 18
		need.Agents[h] = 4
	}
	plan := cover(t, need, []Pattern{fullTime()}, options())
	for h, on := range plan.OnPosition {
		if (h < 18 || h >= 36) && on > 0 {
			t.Errorf("%v agents in closed half hour %d", on, h)
		}
	}
	clear(need.Agents)
	for h := 18; h < 30; h++ { // 9 to 15: shorter than a shift of 8.5 hours
		need.Agents[h] = 2
	}
	plan = cover(t, need, []Pattern{fullTime()}, options())
	if len(plan.Roster) == 0 || len(plan.Unmet) > 0 {
		t.Fatalf("%d shifts, %d unmet intervals; a shift must span closed time here", len(plan.Roster), len(plan.Unmet))
	}
	for _, s := range plan.Roster {
		if from := s.Start.Hour()*60 + s.Start.Minute(); from > 540 || from+510 < 900 {
			t.Errorf("shift from minute %d reaches into closed time more than it must", from)
		}
	}
}

func TestShiftsOnDaysTheClocksChange(t *testing.T) {
	owl := Pattern{Name: "owl", First: 0, Last: 180, Every: 30, Paid: 240, CentsPerHour: 2500, Breaks: []Break{{Minutes: 30, Earliest: 90, Latest: 150}}}
	for _, tt := range []struct {
		day   string
		hours float64
		skip  bool // 02:00 and 02:30 do not exist
	}{{"2026-03-08", 23, true}, {"2026-11-01", 25, false}, {"2026-05-04", 24, false}} {
		t.Run(tt.day, func(t *testing.T) {
			g := grid(t, tt.day, tt.day, 30*time.Minute)
			if h := float64(g.Len()) / 2; h != tt.hours {
				t.Fatalf("%v hours", h)
			}
			need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
			for i := range need.Agents {
				if g.Minute(i) < 480 {
					need.Agents[i] = 3
				}
			}
			plan := cover(t, need, []Pattern{owl}, options())
			for _, s := range plan.Roster {
				if s.End.Sub(s.Start) != 270*time.Minute {
					t.Errorf("a shift of %v", s.End.Sub(s.Start))
				}
				if tt.skip && s.Start.Hour() == 2 {
					t.Errorf("a shift starts at %v, which the clocks skip", s.Start)
				}
			}
			if at := wallStarts(t, tt.day, owl); tt.skip && len(at) != 5 || !tt.skip && len(at) != 7 {
				t.Errorf("%d starts %v", len(at), at)
			}
		})
	}
}

// wallStarts lists the offsets of the starts that exist on the day.
func wallStarts(t *testing.T, day string, p Pattern) []int {
	start := interval.MustDate(day).Start(zone(t))
	var at []int
	for _, m := range p.Starts() {
		if off, ok := wallOffset(start, m); ok {
			at = append(at, off)
		}
	}
	return at
}

func TestWallOffsetTakesTheFirstOfARepeatedHour(t *testing.T) {
	fall := interval.MustDate("2026-11-01").Start(zone(t))
	for m, want := range map[int]int{60: 60, 90: 90, 120: 180, 480: 540} {
		if off, ok := wallOffset(fall, m); !ok || off != want {
			t.Errorf("wall minute %d is reached after %d, %t; want %d", m, off, ok, want)
		}
	}
}
