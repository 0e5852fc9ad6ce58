package forecast

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A Replay says how to forecast plain counts from past days.
type Replay struct {
	Guess
	Options
	History int // days known before each origin; 0 means all
	Horizon int // days forecast after the origin, at least 1
	Paths   int // 0 means 1000
	Seed    uint64
}

// A Row is the forecast of one interval, or of a day where the stamp is a bare
// date: the mean and the quantiles at 2.5, 5, 10, 25, 50, 75, 90, 95 and 97.5 %.
type Row struct {
	Stamp string
	Mean  float64
	Q     [9]float64
}

// Forecast returns the rows of the days after origin, with what c held up to
// that day and no more. Series of day totals have rows of days only.
func (c *Counts) Forecast(ctx context.Context, origin interval.Date, o Replay) ([]Row, []Warning, error) {
	if o.Horizon < 1 || o.Horizon > 550 {
		return nil, nil, fmt.Errorf("forecast: a horizon of %d days; give 1 to 550", o.Horizon)
	}
	known, err := c.Known(origin, o.History)
	if err != nil {
		return nil, nil, err
	}
	in, err := known.Input(origin, o.Guess)
	if err != nil {
		return nil, nil, err
	}
	m, err := Fit(ctx, []Input{in}, o.Options)
	if err != nil {
		return nil, nil, err
	}
	g, err := interval.DayGrid(origin.AddDays(1), origin.AddDays(o.Horizon), in.Series.Grid().Step(), time.UTC)
	if err != nil {
		return nil, nil, err
	}
	n := o.Paths
	if n == 0 {
		n = 1000
	}
	p, err := m.Simulate(ctx, g, n, o.Seed)
	if err != nil {
		return nil, nil, err
	}
	warnings := m.Warnings()
	if !known.whole {
		warnings = append(warnings, Warning{"fractions", fmt.Sprintf("series %q has fractional values; its paths are whole numbers", c.Name), 0})
	}
	return rows(p, in.Calendar, c.Step == 24*time.Hour), warnings, nil
}

// rows reads the submission off the paths: intervals of open hours, then days.
func rows(p *Paths, cal *interval.Calendar, daily bool) []Row {
	var out []Row
	g := p.Grid()
	if !daily {
		mean, q, open := p.Mean(0), p.Quantile(0, bandProbs), cal.Open(g)
		for i := range mean {
			if open[i] {
				out = append(out, Row{g.Label(i), mean[i], [9]float64(q[i])})
			}
		}
	}
	totals := p.DayTotals(0)
	for k, day := range g.Days() {
		if cal.Plan(day.Date).Closed() {
			continue
		}
		r := Row{Stamp: day.Date.String()}
		slices.Sort(totals[k])
		for _, v := range totals[k] {
			r.Mean += float64(v) / float64(p.n)
		}
		for j, v := range Quantiles(totals[k], bandProbs) {
			r.Q[j] = float64(v)
		}
		out = append(out, r)
	}
	return out
}

// SubmissionHeader is the header line of the files that WriteRows fills.
const SubmissionHeader = "dataset,series,origin,timestamp,mean,q025,q05,q10,q25,q50,q75,q90,q95,q975,sec\n"

// WriteRows writes rows as CSV lines; sec is the time the forecast took in seconds.
func WriteRows(w io.Writer, dataset, series string, origin interval.Date, rows []Row, sec float64) error {
	out := bufio.NewWriter(w)
	head, tail := fmt.Sprintf("%s,%s,%s,", dataset, series, origin), fmt.Sprintf(",%.4f\n", sec)
	var line []byte
	for _, r := range rows {
		line = append(append(line[:0], head...), r.Stamp...)
		line = strconv.AppendFloat(append(line, ','), r.Mean, 'f', 3, 64)
		for _, v := range r.Q {
			line = strconv.AppendFloat(append(line, ','), v, 'f', -1, 64)
		}
		out.Write(append(line, tail...))
	}
	return out.Flush()
}
