package center

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// Words in the class column of an outlier and of a level shift. A proposed one changes
// nothing yet.
const (
	Proposed = "proposed"
	Accepted = "accepted"
	Rejected = "rejected"
)

// Reviewed is a proposal about one queue and what a person said of it.
type Reviewed struct {
	ID      string
	Verdict string
	forecast.Proposal
}

// reviewed reads an outlier, whose days start to end are left out where it is accepted and
// learnt from where it is rejected, or a level shift, before whose start the calls are
// multiplied by the size. An empty queues field means every queue.
func reviewed(row []string, c impact.Center) ([]Reviewed, error) {
	r := Reviewed{ID: row[0], Verdict: row[6]}
	r.Kind, r.Reason = row[1], row[7]
	if !slices.Contains([]string{Proposed, Accepted, Rejected}, r.Verdict) {
		return nil, fmt.Errorf("class: %q; write %s, %s or %s", r.Verdict, Accepted, Rejected, Proposed)
	}
	var err error
	if r.First, err = interval.ParseDate(row[2]); err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	r.Last = r.First
	if row[3] != "" {
		if r.Last, err = interval.ParseDate(row[3]); err != nil {
			return nil, fmt.Errorf("end: %w", err)
		}
	}
	if r.Last.Before(r.First) {
		return nil, fmt.Errorf("end %s is before start %s", r.Last, r.First)
	}
	if err := r.readFactor(row); err != nil {
		return nil, err
	}
	queues, err := queueList(row[4], c)
	if err != nil {
		return nil, err
	}
	if len(queues) == 0 {
		for _, q := range c.Queues {
			queues = append(queues, q.Name)
		}
	}
	var out []Reviewed
	for _, q := range queues {
		r.Queue = q
		out = append(out, r)
	}
	return out, nil
}

func (r *Reviewed) readFactor(row []string) (err error) {
	if r.Kind == forecast.LevelShift && row[3] != "" {
		return errors.New("end: a level shift has none; leave the field empty")
	}
	if row[5] == "" && r.Kind == forecast.Outlier {
		return nil
	}
	if r.Factor, err = strconv.ParseFloat(row[5], 64); err != nil || !(r.Factor >= 0 && r.Factor < 100) || r.Kind == forecast.LevelShift && r.Factor < 0.01 {
		return fmt.Errorf("size: %q; write the calls over those expected, as in 1.25", row[5])
	}
	return nil
}

// apply learns from the series of a queue as the verdicts ask, and returns the days that
// are ordinary however far off.
func (e Events) apply(in forecast.Input) (forecast.Input, error) {
	var err error
	for _, r := range e.Reviewed {
		switch {
		case r.Queue != in.Queue:
		case r.Verdict == Accepted:
			if in, err = forecast.Accept(in, r.Proposal); err != nil {
				return in, fmt.Errorf("center: event %q: %w", r.ID, err)
			}
		case r.Verdict == Rejected && r.Kind == forecast.Outlier:
			for d := r.First; !d.After(r.Last); d = d.AddDays(1) {
				in.Ordinary = append(in.Ordinary, d)
			}
		}
	}
	return in, nil
}
