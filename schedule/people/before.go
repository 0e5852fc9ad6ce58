package people

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ringtide/ringtide/schedule"
)

// Continue takes what came before the first day from a roster with names: of everybody in it
// the end of the last shift, days and nights worked in a row up to the eve, and weekends and
// nights for fairness. Who has a history in the people file and stands in the roster is an
// error, since one of them would not be looked at; so is a roster in which nobody stands.
func (p *Problem) Continue(before schedule.Roster) error {
	var errs []error
	known := 0
	for _, s := range before {
		if !s.Start.Before(p.Start.Start(p.Zone)) {
			errs = append(errs, fmt.Errorf("people: the roster before has a shift of %q on %s, not before the first day %s", s.Agent, s.Date, p.Start))
			break
		}
	}
	for i := range p.People {
		who := &p.People[i]
		var mine schedule.Roster
		for _, s := range before {
			if s.Agent == who.Name {
				mine = append(mine, s)
			}
		}
		if len(mine) == 0 {
			continue
		}
		known++
		if who.Before != (History{}) {
			errs = append(errs, fmt.Errorf("people: %q has a history in the people file and shifts in the roster before; keep one of them", who.Name))
			continue
		}
		who.Before = p.history(mine)
	}
	if known == 0 {
		errs = append(errs, errors.New("people: the roster before has nobody of the people file; its column agent has their names"))
	}
	return errors.Join(errs...)
}

// history counts the shifts of one person before the first day.
func (p *Problem) history(mine schedule.Roster) History {
	slices.SortStableFunc(mine, func(a, b schedule.Shift) int { return a.Start.Compare(b.Start) })
	var out History
	weekend := false
	for i, s := range mine {
		night := p.Night.of(Slot{Shift: s})
		if gap := i == 0 || s.Date.Sub(mine[i-1].Date) != 1; gap {
			out.Run, out.NightRun = 0, 0
			weekend = weekend && s.Date.Sub(mine[max(0, i-1)].Date) < 2
		}
		out.Run++
		if out.NightRun++; !night {
			out.NightRun = 0
		}
		if night {
			out.Nights++
		}
		on := p.weekendDay(s.Date)
		if on && !weekend {
			out.Weekends++
		}
		weekend = on
		out.End = s.End
	}
	if mine[len(mine)-1].Date != p.Start.AddDays(-1) {
		out.Run, out.NightRun = 0, 0 // days off since
	}
	out.End = out.End.Truncate(time.Minute)
	return out
}
