package forecast

import (
	"errors"
	"fmt"

	"github.com/ringtide/ringtide/interval"
)

// An Input is the history of one queue: a count series of contacts, observed,
// closed or missing in each interval, and the calendar that says when the queue
// is open, in the past and in the future.
type Input struct {
	Queue    string
	Series   interval.Series
	Calendar *interval.Calendar
	// Ordinary days are learnt from however far off they lie: a person has looked at
	// them. See Model.Review.
	Ordinary []interval.Date
	Drivers  []Driver // known ahead; none as a rule
}

// Validate reports every fault of the input at once.
func (in Input) Validate() error {
	var errs []error
	if in.Queue == "" {
		errs = append(errs, errors.New("no queue name"))
	}
	if in.Calendar == nil {
		errs = append(errs, errors.New("no calendar"))
	}
	observed := 0
	for i := range in.Series.Len() {
		v, state := in.Series.At(i)
		if state == interval.Observed {
			observed++
		}
		if v < 0 {
			errs = append(errs, fmt.Errorf("negative count %v at %s", v, in.Series.Grid().Stamp(i)))
			break
		}
	}
	if observed == 0 {
		errs = append(errs, errors.New("no observed interval: load call records of this queue first"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("forecast: queue %q: %w", in.Queue, err)
	}
	return nil
}
