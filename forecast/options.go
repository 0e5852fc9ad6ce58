package forecast

import (
	"errors"
	"fmt"

	"github.com/ringtide/ringtide/interval"
)

// Options set what Fit does. The zero value is a sensible default.
type Options struct {
	// ProfileHalfLife is the age, in weeks, at which a day counts half in the
	// profile of its weekday; 0 means 10.
	ProfileHalfLife float64
	// Carry is the share, 0 to 1, of the calls that closed hours lose which come in
	// the open hours of the same day instead; 0 means that they do not come.
	Carry float64
	// Alone forecasts from the calendar regression without its companions.
	Alone bool
}

// Validate reports every fault of the options at once.
func (o Options) Validate() error {
	var errs []error
	if !(o.ProfileHalfLife >= 0) || o.ProfileHalfLife > 1000 {
		errs = append(errs, fmt.Errorf("profile half-life of %v weeks; give 1 to 1000, or 0 for the default", o.ProfileHalfLife))
	}
	if !(o.Carry >= 0 && o.Carry <= 1) {
		errs = append(errs, fmt.Errorf("carry %v is no share between 0 and 1", o.Carry))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("forecast: bad options: %w", err)
	}
	return nil
}

func (o Options) profileHalfLife() float64 {
	if o.ProfileHalfLife == 0 {
		return firstHalfLife
	}
	return o.ProfileHalfLife
}

// A Warning is a doubt about a forecast that its reader should know: a code for
// programs, a sentence for people, and the number behind it.
type Warning struct {
	Code   string  `json:"code"`
	Text   string  `json:"text"`
	Number float64 `json:"number"`
}

// validate reports every fault of a history at once.
func validate(history []Input) error {
	if len(history) == 0 {
		return errors.New("forecast: no history: give at least one queue")
	}
	var errs []error
	seen := map[string]bool{}
	g := history[0].Series.Grid()
	for _, in := range history {
		if err := in.Validate(); err != nil {
			errs = append(errs, err)
			continue
		}
		if seen[in.Queue] {
			errs = append(errs, fmt.Errorf("forecast: queue %q is given twice", in.Queue))
		}
		seen[in.Queue] = true
		if !in.Series.Grid().Equal(g) {
			errs = append(errs, fmt.Errorf("forecast: queue %q lies on another grid than queue %q; read all queues over the same days and intervals", in.Queue, history[0].Queue))
		}
		errs = append(errs, sameZone(in, in.Series.Grid()))
	}
	return errors.Join(errs...)
}

func sameZone(in Input, g interval.Grid) error {
	if z, c := g.Location().String(), in.Calendar.Location().String(); z != c {
		return fmt.Errorf("forecast: queue %q: the calendar speaks of %s and the series of %s; use one zone", in.Queue, c, z)
	}
	return nil
}
