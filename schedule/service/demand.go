package service

import (
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// A Demand is what comes in each interval of a grid.
type Demand struct {
	Grid     interval.Grid
	Offered  []float64 // expected contacts, 0 or more
	AHT      []float64 // seconds, more than 0 where contacts are expected
	Patience float64   // mean seconds until a caller hangs up; +Inf: never
}

const (
	maxOffered = 1e6
	maxSeconds = 24 * 3600
)

// ReadDemandCSV reads a demand from CSV text with the header timestamp,offered,aht_s.
// Timestamps and gaps are those of schedule.ReadRequirementCSV. The patience is not part
// of the file.
func ReadDemandCSV(r io.Reader, name string, loc *time.Location, patience time.Duration) (Demand, error) {
	g, values, err := schedule.ReadIntervalsCSV(r, name, loc,
		schedule.Column{Name: "offered", Most: maxOffered}, schedule.Column{Name: "aht_s", Most: maxSeconds})
	if err != nil {
		return Demand{}, err
	}
	d := Demand{Grid: g, Offered: values[0], AHT: values[1], Patience: patience.Seconds()}
	if err := d.Validate(); err != nil {
		return Demand{}, fmt.Errorf("%w (file %s)", err, name)
	}
	return d, nil
}

// Validate reports every fault of the demand at once.
func (d Demand) Validate() error {
	var errs []error
	if n := d.Grid.Len(); n == 0 || len(d.Offered) != n || len(d.AHT) != n {
		return fmt.Errorf("service: %d intervals with %d numbers of contacts and %d handle times", n, len(d.Offered), len(d.AHT))
	}
	if !(d.Patience > 0) {
		errs = append(errs, fmt.Errorf("patience of %v s; give a time above zero", d.Patience))
	}
	any := false
	for i, c := range d.Offered {
		any = any || c > 0
		if !(c >= 0 && c <= maxOffered) || c > 0 && !(d.AHT[i] > 0 && d.AHT[i] <= maxSeconds) {
			errs = append(errs, fmt.Errorf("%s: %v contacts of %v s; give 0 or more, and a handle time above zero where there are any", d.Grid.Stamp(i), c, d.AHT[i]))
		}
	}
	if !any {
		errs = append(errs, errors.New("no contacts are expected at all"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("service: demand: %w", err)
	}
	return nil
}

// load is the offered load of an interval in erlangs.
func (d Demand) load(i int) float64 {
	return d.Offered[i] * d.AHT[i] / d.Grid.Step().Seconds()
}

// A session is a run of intervals [from, to) of the grid in which contacts come, with no
// pause that a backlog would outlast.
type session struct{ from, to int }

// pauseOfSessions is how long nobody may call within a session. Who waits at the end of a
// session is served by whoever works its last interval.
const pauseOfSessions = time.Hour

func (d Demand) sessions() []session {
	var out []session
	pause := int(pauseOfSessions / d.Grid.Step())
	for i, c := range d.Offered {
		switch n := len(out); {
		case c == 0:
		case n > 0 && i-out[n-1].to <= pause:
			out[n-1].to = i + 1
		default:
			out = append(out, session{i, i + 1})
		}
	}
	return out
}

// aht is the handle time of an interval, or of the last one before that has contacts.
func (d Demand) aht(i int) float64 {
	for ; d.Offered[i] == 0; i-- {
	}
	return d.AHT[i]
}

func isShare(v float64) bool { return v > 0 && v < 1 && !math.IsNaN(v) }
