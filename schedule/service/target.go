package service

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/interval"
)

// A Scope is the time over which a target is to hold, contacts weighed alike.
type Scope string

// Scopes.
const (
	PerInterval Scope = "interval"
	PerDay      Scope = "day"
	PerWeek     Scope = "week" // seven days from the first of the grid on
)

// A Target is the service promised.
type Target struct {
	Formula erlang.Definition
	Share   float64 // between 0 and 1
	Within  float64 // seconds, 0 or more
	Scope   Scope
	// Each is the share that every interval with contacts keeps to under a target per day
	// or week; 0 for none. Without it a few intervals may be given up for the others.
	Each float64
}

// Validate reports every fault of the target at once.
func (t Target) Validate() error {
	var errs []error
	if !isShare(t.Share) {
		errs = append(errs, fmt.Errorf("share %v; give a number between 0 and 1, such as 0.8", t.Share))
	}
	if !(t.Within >= 0 && t.Within <= maxSeconds) {
		errs = append(errs, fmt.Errorf("within %v s; give 0 to a day", t.Within))
	}
	if !slices.Contains([]Scope{PerInterval, PerDay, PerWeek}, t.Scope) {
		errs = append(errs, fmt.Errorf("per %q; give interval, day or week", t.Scope))
	}
	if !(t.Each >= 0 && t.Each <= t.Share) || t.Each > 0 && t.Scope == PerInterval {
		errs = append(errs, fmt.Errorf("at least %v in each interval; give 0 to the share, for a target per day or week", t.Each))
	}
	if t.Formula.String() == "" || t.Formula == 0 {
		errs = append(errs, errors.New("no formula of the service level; see the glossary"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("service: target: %w", err)
	}
	return nil
}

// ParseTarget reads 80/20, a share in percent and seconds, as planners write it.
func ParseTarget(text string) (share, within float64, err error) {
	a, b, two := strings.Cut(text, "/")
	percent, err1 := strconv.ParseFloat(a, 64)
	within, err2 := strconv.ParseFloat(b, 64)
	if err := errors.Join(err1, err2); err != nil || !two || !(percent > 0 && percent < 100) || !(within >= 0 && within <= maxSeconds) {
		return 0, 0, fmt.Errorf("service: target %q; write 80/20 for 80 %% within 20 seconds", text)
	}
	return percent / 100, within, nil
}

// each is what every interval is to keep.
func (t Target) each() float64 {
	if t.Scope == PerInterval {
		return t.Share
	}
	return t.Each
}

// periods numbers the period of each interval from 0 on, and names the periods: days and
// weeks in which contacts are expected, in order. An interval without contacts has -1. A target
// per interval has no periods.
func (t Target) periods(d Demand) (of []int, names []string) {
	of = make([]int, d.Grid.Len())
	at := map[interval.Date]int{}
	first := interval.DateOf(d.Grid.Start())
	for i := range of {
		of[i] = -1
		if d.Offered[i] == 0 || t.Scope == PerInterval {
			continue
		}
		date := interval.DateOf(d.Grid.At(i))
		if t.Scope == PerWeek {
			date = first.AddDays(date.Sub(first) / 7 * 7)
		}
		if _, ok := at[date]; !ok {
			at[date] = len(names)
			names = append(names, date.String())
		}
		of[i] = at[date]
	}
	return of, names
}
