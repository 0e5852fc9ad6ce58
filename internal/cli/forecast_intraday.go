package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

// intradayOptions are the flags of ringtide forecast intraday.
type intradayOptions struct {
	day, until, observed, out string
	staff, json               bool
	paths                     int
	seed                      uint64
}

func newIntraday(e *env) *cobra.Command {
	o := intradayOptions{}
	cmd := &cobra.Command{
		Use:   "intraday",
		Short: "The rest of a day, forecast anew after its first hours",
		Long: `intraday takes the calls of a day up to a time from the lake, or from a file with the
columns queue,timestamp,count (local times such as 2026-11-23T08:30), and writes the
day again: what came, and mean and quantiles of the rest given it. The forecast of the
day is made from the days before it. With --staff it writes the requirement of the
rest instead.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), e) },
	}
	f := cmd.Flags()
	f.StringVar(&o.day, "day", "", "the day, YYYY-MM-DD (default: the last of the lake, or the file's)")
	f.StringVar(&o.until, "until", "", "time up to which the day is known, HH:MM (default: the last call)")
	f.StringVar(&o.observed, "observed", "", "file with the columns queue,timestamp,count of the day so far")
	f.BoolVar(&o.staff, "staff", false, "write the requirement of the rest: pool,timestamp,net,agents")
	f.StringVarP(&o.out, "out", "o", "", "file to write (default: standard output)")
	f.BoolVar(&o.json, "json", false, "write JSON instead of CSV")
	f.IntVar(&o.paths, "paths", 1000, "simulated futures")
	f.Uint64Var(&o.seed, "seed", 1, "seed")
	return cmd
}

func (o intradayOptions) run(ctx context.Context, e *env) error {
	h, seen, err := o.read(ctx, e)
	if err != nil {
		return err
	}
	rest, err := impact.Intraday(ctx, h, seen, impact.Options{Paths: o.paths, Seed: o.seed})
	if err != nil {
		return err
	}
	for _, q := range rest.Update.Queues {
		fmt.Fprintf(e.err, "ringtide: %s\n", q)
	}
	if o.staff {
		return o.printStaff(e, rest, seen)
	}
	rows := intradayRows(rest.Update.Paths, seen)
	if o.json {
		return e.output(o.out, func(w io.Writer) error {
			return writeJSON(w, struct {
				Queues    []forecast.QueueUpdate `json:"queues"`
				Intervals []intradayRow          `json:"intervals"`
			}{rest.Update.Queues, rows})
		})
	}
	return e.output(o.out, func(w io.Writer) error { return printIntraday(w, rows) })
}

// read returns the history before the day, and what was seen of the day.
func (o intradayOptions) read(ctx context.Context, e *env) (impact.History, []forecast.Seen, error) {
	h, err := readHistory(ctx, e)
	if err != nil {
		return h, nil, err
	}
	g := h.Queues[0].Queued.Grid()
	first, day := interval.DateOf(g.At(0)), interval.DateOf(g.At(g.Len()-1))
	if o.day != "" {
		if day, err = interval.ParseDate(o.day); err != nil {
			return h, nil, fmt.Errorf("forecast: --day: %w", err)
		}
	}
	var seen []forecast.Seen
	if o.observed != "" {
		if seen, err = o.readObserved(h); err != nil {
			return h, nil, err
		}
		day = interval.DateOf(seen[0].Series.Grid().At(0))
	} else if seen, err = lakeDay(h, day); err != nil {
		return h, nil, err
	}
	if seen, err = o.cut(seen); err != nil {
		return h, nil, err
	}
	if !first.Before(day) {
		return h, nil, fmt.Errorf("forecast: --day %s: the history begins on %s; ask for a later day", day, first)
	}
	return historyUpTo(h, day.AddDays(-1)), seen, nil
}

// historyUpTo returns the history without the days after last.
func historyUpTo(h impact.History, last interval.Date) impact.History {
	h.Queues = slices.Clone(h.Queues)
	for k := range h.Queues {
		q := &h.Queues[k]
		first := interval.DateOf(q.Queued.Grid().At(0))
		q.Queued = q.Queued.Window(first, last)
		q.Handle = slices.Clone(q.Handle)
		for j := range q.Handle {
			p := &q.Handle[j]
			p.Seconds, p.Known = p.Seconds.Window(first, last), p.Known.Window(first, last)
		}
	}
	return h
}

func lakeDay(h impact.History, day interval.Date) ([]forecast.Seen, error) {
	var seen []forecast.Seen
	for _, q := range h.Queues {
		s := q.Queued.Window(day, day)
		if s.Len() == 0 {
			g := q.Queued.Grid()
			return nil, fmt.Errorf("forecast: --day %s is not in the lake, which ends on %s; load its calls, or name a file with --observed", day, interval.DateOf(g.At(g.Len()-1)))
		}
		seen = append(seen, forecast.Seen{Queue: q.Queue, Series: s})
	}
	return seen, nil
}

// readObserved reads the file of the day so far. An interval of a listed queue without
// a row, before the last row of the file, had no call.
func (o intradayOptions) readObserved(h impact.History) ([]forecast.Seen, error) {
	g := h.Queues[0].Queued.Grid()
	counts, last := map[string]map[time.Time]float64{}, time.Time{}
	var order []string
	var day interval.Date
	err := readRows(o.observed, []string{"queue", "timestamp", "count"}, nil, func(v map[string]string) error {
		at, err := time.ParseInLocation("2006-01-02T15:04", v["timestamp"][:min(16, len(v["timestamp"]))], g.Location())
		if err != nil {
			return fmt.Errorf("timestamp %q is no local time such as 2026-11-23T08:30", v["timestamp"])
		}
		n, err := strconv.ParseUint(v["count"], 10, 31)
		if err != nil {
			return fmt.Errorf("count %q is no whole number, 0 or more", v["count"])
		}
		if _, ok := h.Center.Queue(v["queue"]); !ok {
			return fmt.Errorf("the center has no queue %q", v["queue"])
		}
		if order == nil {
			day = interval.DateOf(at)
		}
		if interval.DateOf(at) != day {
			return fmt.Errorf("%s lies on another day than %s; give one day", v["timestamp"], day)
		}
		if counts[v["queue"]] == nil {
			counts[v["queue"]] = map[time.Time]float64{}
			order = append(order, v["queue"])
		}
		if _, twice := counts[v["queue"]][at]; twice {
			return fmt.Errorf("%s of queue %q stands there twice", v["timestamp"], v["queue"])
		}
		counts[v["queue"]][at] = float64(n)
		if at.After(last) {
			last = at
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("forecast: --observed: %w", err)
	case order == nil:
		return nil, fmt.Errorf("forecast: --observed: %s has no row", o.observed)
	case o.day != "" && o.day != day.String():
		return nil, fmt.Errorf("forecast: --day %s, but %s tells of %s; leave --day out", o.day, o.observed, day)
	}
	on, err := interval.DayGrid(day, day, g.Step(), g.Location())
	if err != nil {
		return nil, err
	}
	var seen []forecast.Seen
	for _, name := range order {
		queue, _ := h.Center.Queue(name)
		s, err := observedSeries(on, queue.Calendar, name, counts[name], last)
		if err != nil {
			return nil, fmt.Errorf("forecast: --observed: %s: %w", o.observed, err)
		}
		seen = append(seen, forecast.Seen{Queue: name, Series: s})
	}
	return seen, nil
}

func observedSeries(g interval.Grid, cal *interval.Calendar, queue string, counts map[time.Time]float64, last time.Time) (interval.Series, error) {
	values, states, open, used := make([]float64, g.Len()), make([]interval.State, g.Len()), cal.Open(g), 0
	for i := range states {
		v, has := counts[g.At(i)]
		states[i] = interval.Missing
		switch {
		case has:
			values[i], states[i] = v, interval.Observed
			used++
		case !open[i]:
			states[i] = interval.Closed
		case !g.At(i).After(last):
			states[i] = interval.Observed
		}
	}
	if used != len(counts) {
		return interval.Series{}, fmt.Errorf("queue %q has times off the steps of %v", queue, g.Step())
	}
	return interval.NewSeries(queue, g, values, states)
}

// cut marks what comes after --until, or after the last call, as still to come.
func (o intradayOptions) cut(seen []forecast.Seen) ([]forecast.Seen, error) {
	g := seen[0].Series.Grid()
	end := g.Len()
	if o.until != "" {
		m, err := interval.ParseClock(o.until)
		if err != nil {
			return nil, fmt.Errorf("forecast: --until: %w", err)
		}
		for end > 0 && g.Minute(end-1)+int(g.Step()/time.Minute) > m {
			end--
		}
	} else if o.observed == "" {
		end = lastCall(seen) + 1
	}
	var out []forecast.Seen
	for _, s := range seen {
		values, states := s.Series.Values(), s.Series.States()
		for i := end; i < len(states); i++ {
			if values[i] = 0; states[i] == interval.Observed {
				states[i] = interval.Missing
			}
		}
		series, err := interval.NewSeries(s.Queue, g, values, states)
		if err != nil {
			return nil, err
		}
		out = append(out, forecast.Seen{Queue: s.Queue, Series: series})
	}
	return out, nil
}

// lastCall is the last interval in which any queue had a call, or -1.
func lastCall(seen []forecast.Seen) int {
	last := -1
	for _, s := range seen {
		for i, v := range s.Series.Values() {
			if v > 0 {
				last = max(last, i)
			}
		}
	}
	return last
}

// intradayRow is one interval of one queue; Observed is null for one to come.
type intradayRow struct {
	forecastRow
	Observed *float64 `json:"observed"`
}

func intradayRows(p *forecast.Paths, seen []forecast.Seen) []intradayRow {
	var rows []intradayRow
	for _, name := range append(p.Queues(), lake.AllQueues) {
		k := p.QueueIndex(name)
		at := slices.IndexFunc(seen, func(s forecast.Seen) bool { return s.Queue == name })
		mean, bands := p.Mean(k), p.Quantile(k, forecastProbs)
		for i, b := range bands {
			r := intradayRow{forecastRow: forecastRow{Queue: name, Timestamp: p.Grid().Stamp(i), Mean: mean[i], Q05: b[0], Q25: b[1], Q50: b[2], Q75: b[3], Q95: b[4]}}
			if at >= 0 {
				if v, state := seen[at].Series.At(i); state == interval.Observed {
					r.Observed = &v
				}
			}
			rows = append(rows, r)
		}
	}
	return rows
}

func printIntraday(w io.Writer, rows []intradayRow) error {
	if _, err := fmt.Fprintln(w, "queue,timestamp,observed,mean,q05,q25,q50,q75,q95"); err != nil {
		return err
	}
	for _, r := range rows {
		line := []byte(r.Queue + "," + r.Timestamp + ",")
		if r.Observed != nil {
			line = strconv.AppendFloat(line, *r.Observed, 'f', -1, 64)
		}
		for _, v := range []float64{r.Mean, r.Q05, r.Q25, r.Q50, r.Q75, r.Q95} {
			line = strconv.AppendFloat(append(line, ','), v, 'g', 6, 64)
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// printStaff writes the requirement from the first interval that no queue was seen in.
func (o intradayOptions) printStaff(e *env, rest *impact.Rest, seen []forecast.Seen) error {
	from := 0
	for _, s := range seen {
		for i := range s.Series.Len() {
			if _, state := s.Series.At(i); state == interval.Observed {
				from = max(from, i+1)
			}
		}
	}
	if o.json {
		return errors.New("forecast: --staff writes CSV; leave --json out")
	}
	return e.output(o.out, func(w io.Writer) error {
		if _, err := fmt.Fprintln(w, "pool,timestamp,net,agents"); err != nil {
			return err
		}
		for _, p := range rest.Staffing.Pools {
			for i := from; i < rest.Staffing.Grid.Len(); i++ {
				if _, err := fmt.Fprintf(w, "%s,%s,%d,%d\n", p.Pool, rest.Staffing.Grid.Stamp(i), p.NetWithout[i], p.GrossWithout[i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
