package report

import (
	"errors"
	"fmt"
	"time"

	"github.com/ringtide/ringtide/impact"
)

// check reports every way in which a is not a whole assessment of the schema that
// this package reads.
func check(a *impact.Assessment) error {
	if a.Schema != impact.Schema {
		return fmt.Errorf("report: the assessment has schema %q, this version reads %q; assess the request again", a.Schema, impact.Schema)
	}
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	n := len(a.Horizon.Starts)
	for i, s := range a.Horizon.Starts {
		if _, err := time.Parse(time.RFC3339, s); err != nil {
			fault("horizon.starts[%d]: %q is not an RFC 3339 time", i, s)
			break // one is enough to act on
		}
	}
	column := func(where string, got int) {
		if got != n {
			fault("%s has %d values for %d intervals of the horizon", where, got, n)
		}
	}
	column("horizon.open", len(a.Horizon.Open))
	if n > 0 && a.Horizon.StepSeconds <= 0 {
		fault("horizon.step_seconds is %d; it must be positive", a.Horizon.StepSeconds)
	}
	for i, q := range a.Queues {
		where := fmt.Sprintf("queues[%d] (%s)", i, q.Queue)
		for _, c := range bandColumns(q.Without) {
			column(where+" without", len(c))
		}
		for _, c := range bandColumns(q.With) {
			column(where+" with", len(c))
		}
	}
	for i, p := range a.Pools {
		where := fmt.Sprintf("pools[%d] (%s) ", i, p.Pool)
		column(where+"net_without", len(p.NetWithout))
		column(where+"net_with", len(p.NetWith))
		column(where+"gross_without", len(p.GrossWithout))
		column(where+"gross_with", len(p.GrossWith))
		column(where+"rostered", len(p.Rostered))
		column(where+"meets_without", len(p.MeetsWithout))
		column(where+"meets_with", len(p.MeetsWith))
	}
	if s := a.SecondStage; s != nil {
		column("second_stage.required", len(s.Required))
	}
	for i, c := range a.Profile {
		if c.Weekday < 0 || c.Weekday > 6 || c.Minute < 0 || c.Minute >= 24*60 {
			fault("profile[%d]: weekday %d, minute %d; want 0 to 6 and 0 to 1439", i, c.Weekday, c.Minute)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("report: the assessment does not hold together: %w", err)
	}
	return nil
}

// bandColumns lists the columns of b in the order in which CSV writes them.
func bandColumns(b impact.Bands) [][]float64 {
	return [][]float64{b.Mean, b.Q05, b.Q25, b.Q50, b.Q75, b.Q95}
}
