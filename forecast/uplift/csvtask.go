package uplift

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/ringtide/ringtide/interval"
)

const (
	csvHead     = "task,event,timestamp,mean,q025,q10,q90,q975\n"
	placeboHead = "event,dates,false,rate,p\n"
)

// MeasureCSV estimates what every event of an events file did on the 20 open days
// from its start, each series by itself, and writes task,event,timestamp,mean,q025,
// q10,q90,q975: a line without timestamp is the total with its quantiles, the
// others are days. Columns of series: series,timestamp,count; of events:
// series,event,type,start,size,mail_class,role. The size of type event is in
// thousands of people reached.
func MeasureCSV(series, events io.Reader, out io.Writer) error {
	centers, err := readCenters(series, events)
	if err != nil {
		return err
	}
	return eachCenter(centers, csvHead, out, func(x csvCenter, w io.Writer) error {
		l, err := x.learn(x.dates[len(x.dates)-1].AddDays(1), false)
		if err != nil {
			return err
		}
		byID := map[string]Estimate{}
		for _, e := range l.Estimates() {
			byID[e.ID] = e
		}
		for _, c := range x.causes {
			e := byID[c.ID]
			writeCSV(w, "measure", c.ID, e.Total, e.Quantile, e.Daily)
		}
		return nil
	})
}

// eachCenter runs f on every center, as many at once as there are processors, and
// writes what they write in the order of the file.
func eachCenter(centers []csvCenter, head string, out io.Writer, f func(csvCenter, io.Writer) error) error {
	parts := make([]bytes.Buffer, len(centers))
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, x := range centers {
		work.Go(func() error { return f(x, &parts[i]) })
	}
	if err := work.Wait(); err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	fmt.Fprint(w, head)
	for i := range parts {
		if _, err := parts[i].WriteTo(w); err != nil {
			return fmt.Errorf("uplift: writing estimates: %w", err)
		}
	}
	return w.Flush()
}

// PredictCSV predicts every event of role new from the days before its start and
// the past events that began before it, in the form of MeasureCSV. Days of the
// series on and after the start are read as a calendar only: which days are open.
// The point estimate of the total is its median, which makes the absolute error
// smallest; the days have the same proportion to their means.
func PredictCSV(series, events io.Reader, out io.Writer) error {
	centers, err := readCenters(series, events)
	if err != nil {
		return err
	}
	return eachCenter(centers, csvHead, out, func(x csvCenter, w io.Writer) error {
		for _, c := range x.causes {
			if c.past {
				continue
			}
			l, err := x.learn(c.Start, true)
			if err != nil {
				return err
			}
			x.predict(w, l, c)
		}
		return nil
	})
}

// LearnCSV writes the library of each series as JSON: series name to Library. It
// learns from all events whose role is past.
func LearnCSV(series, events io.Reader, out io.Writer) error {
	centers, err := readCenters(series, events)
	if err != nil {
		return err
	}
	libs := map[string]Library{}
	for _, x := range centers {
		l, err := x.learn(x.dates[len(x.dates)-1].AddDays(1), true)
		if err != nil {
			return err
		}
		libs[x.name] = l.Library()
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(libs)
}

// learn learns from the days before end and the causes that began before it.
func (x csvCenter) learn(end interval.Date, pastOnly bool) (*Learned, error) {
	m := &model{}
	for _, c := range x.causes {
		if c.Start.Before(end) && (c.past || !pastOnly) {
			m.causes = append(m.causes, c.Cause)
		}
	}
	q := x.queue(end)
	if len(q.known) == 0 {
		return nil, fmt.Errorf("uplift: series %q has no days before %s to learn from", x.name, end)
	}
	sortCauses(m.causes)
	m.queues = []*queueDays{q}
	if err := m.setUp(context.Background()); err != nil {
		return nil, err
	}
	return learn(context.Background(), m, Options{Days: csvHorizon})
}

const csvDraws = 4000

// predict draws futures of a new event on its first open days.
func (x csvCenter) predict(w io.Writer, l *Learned, c csvCause) {
	lib := l.Library()
	e := lib.Kind(c.Kind)
	shape, _ := e.shape(c.Class)
	size := c.size()
	if size == 0 {
		size = l.m.sizes[c.Kind]
	}
	d := newDrawer(c.Cause, e, shape, c.sign()*math.Abs(size), nil, nil)
	run := x.calendarRun()
	b := l.m.bases[0]
	lay := d.layOut(run, b.levelOf(run))
	start := run.index(c.Start)
	first, _ := slices.BinarySearch(lay.days, start)
	n := first
	for n < len(lay.days) && countOpen(run, start, lay.days[n]) < csvHorizon {
		n++
	}
	daily := make([]float64, len(lay.days))
	totals, means := make([]float64, csvDraws), make([]float64, n)
	for i := range totals {
		r := stream(0, c.ID, i)
		d.daily(daily, d.draw(r), lay, 1, r)
		for j := first; j < n; j++ {
			totals[i] += c.sign() * daily[j]
			means[j] += c.sign() * daily[j] / csvDraws
		}
	}
	totals = sorted(totals)
	mid, sum := quantile(totals, .5), 0.0
	for _, v := range means {
		sum += v
	}
	days := make([]DayEffect, 0, n-first)
	for j := first; j < n; j++ {
		x := DayEffect{run.date(lay.days[j]), means[j]}
		if sum != 0 {
			x.Mean *= mid / sum
		}
		days = append(days, x)
	}
	writeCSV(w, "predict", c.ID, mid, func(p float64) float64 { return quantile(totals, p) }, days)
}

// calendarRun is the series as a calendar, its usual weekdays going on for the
// length of the longest shape.
func (x csvCenter) calendarRun() dayRun {
	first, last := x.dates[0], x.dates[len(x.dates)-1]
	run := dayRun{first, make([]bool, last.Sub(first)+1), nil}
	for _, d := range x.dates {
		run.open[run.index(d)] = true
	}
	for range priors[Materials].days {
		run.open = append(run.open, run.weekdayOpen(len(run.open)))
	}
	return run
}

// levelOf returns each day's weekday factor.
func (b *base) levelOf(run dayRun) []float64 {
	factor := map[int]float64{}
	rhythm := b.rhythm(make([]float64, len(b.q.rows)))
	for t, i := range b.q.rows {
		factor[int(b.q.run.date(i).Weekday())] = rhythm[t] / max(b.q.part[i], 1e-9)
	}
	out := make([]float64, len(run.open))
	for i := range out {
		out[i] = 1
		if f, ok := factor[int(run.date(i).Weekday())]; ok {
			out[i] = f
		}
	}
	return out
}

// countOpen returns the number of open days in [from, to).
func countOpen(run dayRun, from, to int) int {
	n := 0
	for i := from; i < to; i++ {
		if run.isOpen(i) {
			n++
		}
	}
	return n
}

// quantile interpolates linearly in sorted values.
func quantile(v []float64, p float64) float64 {
	x := p * float64(len(v)-1)
	i := min(int(x), len(v)-1)
	if i == len(v)-1 {
		return v[i]
	}
	return v[i] + (x-float64(i))*(v[i+1]-v[i])
}

func writeCSV(w io.Writer, task, event string, total float64, q func(float64) float64, days []DayEffect) {
	num := func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
	name := csvField(event)
	fmt.Fprintf(w, "%s,%s,,%s,%s,%s,%s,%s\n", task, name, num(total), num(q(.025)), num(q(.1)), num(q(.9)), num(q(.975)))
	for _, d := range days {
		fmt.Fprintf(w, "%s,%s,%s,%s,,,,\n", task, name, d.Date, num(d.Mean))
	}
}

// PlaceboCSV moves every event of an events file, in the form of MeasureCSV, to the
// other days of its series, and writes event,dates,false,rate,p: see Placebo.
func PlaceboCSV(series, events io.Reader, out io.Writer) error {
	centers, err := readCenters(series, events)
	if err != nil {
		return err
	}
	return eachCenter(centers, placeboHead, out, func(x csvCenter, w io.Writer) error {
		l, err := x.learn(x.dates[len(x.dates)-1].AddDays(1), false)
		if err != nil {
			return err
		}
		for _, p := range l.Placebos() {
			fmt.Fprintf(w, "%s,%d,%d,%.4f,%.4f\n", csvField(p.ID), p.Dates, p.False, p.Rate, p.P)
		}
		return nil
	})
}
