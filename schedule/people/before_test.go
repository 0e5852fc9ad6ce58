package people

import (
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/schedule"
)

// before is a roster of the week before the desk's first day: days counted back from it.
func before(p Problem, name string, back int, pattern string, from, to int) schedule.Shift {
	s := shift(p, -back, pattern, from, to).Shift
	s.Agent = name
	return s
}

func TestContinueReadsWhatCameBefore(t *testing.T) {
	p := desk(t, 1)
	p.Night = Night{23 * 60, 6 * 60, 180}
	p.Slots = append(p.Slots, shift(p, 0, "day", 6, 14))
	p.People = []Person{{Name: "Ana", Rules: Rules{Rest: 11 * time.Hour}}, {Name: "Ben", Rules: Rules{MaxRun: 2}}, {Name: "Cy"}}
	roster := schedule.Roster{
		before(p, "Ana", 1, "late", 14, 22),
		before(p, "Ben", 2, "day", 8, 16), before(p, "Ben", 1, "day", 8, 16), before(p, "Ben", 5, "night", 22, 30),
		before(p, "Gone", 3, "day", 8, 16),
	}
	if err := p.Continue(roster); err != nil {
		t.Fatal(err)
	}
	ben := p.People[1].Before
	if ben.Run != 2 || ben.NightRun != 0 || ben.Nights != 1 || ben.Weekends != 1 {
		t.Errorf("Ben has %+v", ben)
	}
	if p.People[2].Before != (History{}) {
		t.Errorf("Cy has %+v", p.People[2].Before)
	}
	plan := assign(t, p, Options{Work: 2000})
	if plan.Roster[0].Agent != "Cy" {
		t.Errorf("%q has the early shift: Ana has not rested, Ben has two days behind him", plan.Roster[0].Agent)
	}
}

func TestContinueRefuses(t *testing.T) {
	p := desk(t, 1)
	p.Slots = append(p.Slots, shift(p, 0, "day", 6, 14))
	for want, f := range map[string]func(*Problem) schedule.Roster{
		"not before the first day": func(p *Problem) schedule.Roster { return schedule.Roster{before(*p, "Ana", -1, "day", 8, 16)} },
		"nobody of the people file": func(p *Problem) schedule.Roster {
			return schedule.Roster{before(*p, "Zoe", 1, "day", 8, 16)}
		},
		"keep one of them": func(p *Problem) schedule.Roster {
			p.People[0].Before.Run = 1
			return schedule.Roster{before(*p, "Ana", 1, "day", 8, 16)}
		},
	} {
		q := p
		q.People = []Person{{Name: "Ana"}}
		roster := f(&q)
		if err := q.Continue(roster); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s: %v", want, err)
		}
	}
}
