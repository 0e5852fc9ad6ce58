package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// intradayCuts are the times of day from which the rest is forecast anew, in minutes.
var intradayCuts = []struct {
	dataset string
	minutes []int
}{
	{"bank30", []int{540, 660, 780}},
	{"ibank60", []int{600, 720, 900}},
}

// intradayDays is how many of the last days of a data set are replayed.
const intradayDays = 60

// A restScore sums the errors of the rest of days.
type restScore struct {
	miss, calls    float64
	n, in80, in95  float64 // intervals
	days, d80, d95 float64 // totals of the rest
}

// An intradayCell is one data set and cut: our scores, before the day and at the cut,
// and those of the methods that work on the mean of the last eight equal weekdays.
type intradayCell struct {
	dataset      string
	cut          int
	before, ours restScore
	peers        [4]restScore
	spent        time.Duration
}

// ratio is our error over that of factor updating.
func (c intradayCell) ratio() float64 { return c.ours.wape() / c.peers[3].wape() }

// intraday scores all cells.
func intraday(shared string) ([]intradayCell, error) {
	var cells []intradayCell
	for _, set := range intradayCuts {
		d, err := load(shared, set.dataset)
		if err != nil {
			return nil, err
		}
		m, err := newDayMatrix(d)
		if err != nil {
			return nil, err
		}
		for _, cut := range set.minutes {
			c := intradayCell{dataset: set.dataset, cut: cut}
			for day := len(m.dates) - intradayDays; day < len(m.dates); day++ {
				took, err := m.replay(d, day, cut, &c.before, &c.ours)
				if err != nil {
					return nil, err
				}
				c.spent += took
				for k, rest := range m.peers(day, cut) {
					c.peers[k].add(m, day, cut, rest, nil)
				}
			}
			cells = append(cells, c)
		}
	}
	return cells, nil
}

// printIntraday prints the cells.
func printIntraday(w io.Writer, shared string) error {
	cells, err := intraday(shared)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "data set\tcut\tswd8\tfull ratio\tshrunk ratio\t4 factors\tbefore\tUpdate\tratio to factors\t80%\t95%\ttotal 80%\ttotal 95%\tms\t")
	for _, c := range cells {
		fmt.Fprintf(t, "%s\t%02d:%02d\t", c.dataset, c.cut/60, c.cut%60)
		for _, p := range c.peers {
			fmt.Fprintf(t, "%.4f\t", p.wape())
		}
		o := c.ours
		fmt.Fprintf(t, "%.4f\t%.4f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.1f\t\n", c.before.wape(), o.wape(), c.ratio(),
			o.in80/o.n, o.in95/o.n, o.d80/o.days, o.d95/o.days, c.spent.Seconds()*1000/intradayDays)
	}
	return t.Flush()
}

func (s *restScore) wape() float64 { return s.miss / s.calls }

// add enters the rest of a day; paths, if not nil, give the bands.
func (s *restScore) add(m *dayMatrix, day, cut int, mean []float64, paths *forecast.Paths) {
	total := 0.0
	for slot, y := range m.count[day] {
		if slot*m.step < cut || math.IsNaN(y) {
			continue
		}
		s.miss += math.Abs(mean[slot] - y)
		s.calls += y
		total += y
	}
	if paths == nil {
		return
	}
	probs := []float64{0.025, 0.1, 0.9, 0.975}
	within := func(q []float64, y float64, in80, in95 *float64) {
		if q[1] <= y && y <= q[2] {
			*in80++
		}
		if q[0] <= y && y <= q[3] {
			*in95++
		}
	}
	bands := paths.Quantile(0, probs)
	sums := make([]float64, paths.Len())
	for slot, y := range m.count[day] {
		if slot*m.step < cut || math.IsNaN(y) {
			continue
		}
		s.n++
		within(bands[slot], y, &s.in80, &s.in95)
		for p := range sums {
			sums[p] += float64(paths.Counts(p, 0)[slot])
		}
	}
	slices.Sort(sums)
	s.days++
	within(forecast.Quantiles(sums, probs), total, &s.d80, &s.d95)
}

// replay forecasts one day before it begins and at the cut.
func (m *dayMatrix) replay(d *dataset, day, cut int, before, after *restScore) (time.Duration, error) {
	origin := m.dates[day].AddDays(-1)
	known, err := d.counts.Known(origin, d.replay.History)
	if err != nil {
		return 0, err
	}
	in, err := known.Input(origin, d.replay.Guess)
	if err != nil {
		return 0, err
	}
	ctx := context.Background()
	model, err := forecast.Fit(ctx, []forecast.Input{in}, forecast.Options{})
	if err != nil {
		return 0, err
	}
	g, err := interval.DayGrid(m.dates[day], m.dates[day], in.Series.Grid().Step(), time.UTC)
	if err != nil {
		return 0, err
	}
	morning, err := model.Simulate(ctx, g, 1000, 1)
	if err != nil {
		return 0, err
	}
	before.add(m, day, cut, morning.Mean(0), morning)
	values, states := make([]float64, g.Len()), make([]interval.State, g.Len())
	for slot, y := range m.count[day] {
		states[slot] = interval.Missing
		if slot*m.step < cut && !math.IsNaN(y) {
			values[slot], states[slot] = y, interval.Observed
		}
	}
	s, err := interval.NewSeries(in.Queue, g, values, states)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	u, err := model.Update(ctx, []forecast.Seen{{Queue: in.Queue, Series: s}}, 1000, 1)
	took := time.Since(start)
	if err != nil {
		return 0, err
	}
	after.add(m, day, cut, u.Paths.Mean(0), u.Paths)
	return took, nil
}

// A dayMatrix holds the open days of a data set by slot, NaN where nothing was counted.
type dayMatrix struct {
	step  int // minutes
	dates []interval.Date
	count [][]float64
}

func newDayMatrix(d *dataset) (*dayMatrix, error) {
	in, err := d.counts.Input(d.counts.Last(), d.replay.Guess)
	if err != nil {
		return nil, err
	}
	g := in.Series.Grid()
	m := &dayMatrix{step: int(g.Step() / time.Minute)}
	for _, day := range g.Days() {
		row, total := make([]float64, day.End-day.First), 0.0
		for i := range row {
			v, state := in.Series.At(day.First + i)
			if row[i] = math.NaN(); state == interval.Observed {
				row[i] = v
				total += v
			}
		}
		if total > 0 {
			m.dates, m.count = append(m.dates, day.Date), append(m.count, row)
		}
	}
	return m, nil
}

// swd8 is the mean of the last eight equal weekdays.
func (m *dayMatrix) swd8(day int) []float64 {
	sums, n := make([]float64, len(m.count[day])), make([]float64, len(m.count[day]))
	for d, seen := day-1, 0; d >= 0 && seen < 8; d-- {
		if m.dates[d].Weekday() != m.dates[day].Weekday() {
			continue
		}
		seen++
		for s, v := range m.count[d] {
			if !math.IsNaN(v) {
				sums[s], n[s] = sums[s]+v, n[s]+1
			}
		}
	}
	for s := range sums {
		sums[s] /= max(n[s], 1)
	}
	return sums
}

// peers returns the rest of a day by the mean of eight weekdays as it is, times the
// ratio of what came to what was expected, times that ratio drawn half way to one by
// regression over the last 60 days, and by four penalised factors (Shen and Huang 2008).
func (m *dayMatrix) peers(day, cut int) [4][]float64 {
	base := m.swd8(day)
	scaled := func(f float64) []float64 {
		out := slices.Clone(base)
		for s := range out {
			out[s] *= f
		}
		return out
	}
	came, expected := m.morning(day, cut, base)
	ratio := came / max(expected, 1e-9)
	return [4][]float64{base, scaled(ratio), scaled(1 + m.shrink(day, cut)*(ratio-1)), m.factors(day, cut, base)}
}

func (m *dayMatrix) morning(day, cut int, base []float64) (came, expected float64) {
	for s, v := range m.count[day] {
		if s*m.step < cut && !math.IsNaN(v) {
			came, expected = came+v, expected+base[s]
		}
	}
	return came, expected
}

// shrink is the slope of (rest/expected - 1) on (morning/expected - 1) over 60 days.
func (m *dayMatrix) shrink(day, cut int) float64 {
	cross, square := 0.0, 1e-9
	for d := max(day-60, 20); d < day; d++ {
		base := m.swd8(d)
		came, expected := m.morning(d, cut, base)
		all, whole := m.morning(d, 1440, base)
		if expected <= 0 || whole <= expected {
			continue
		}
		x, y := came/expected-1, (all-came)/(whole-expected)-1
		cross, square = cross+x*y, square+x*x
	}
	return cross / square
}

// factors updates the root departures from the base by the scores that the morning
// shows: f = (A'A/σ² + Λ⁻¹)⁻¹A'u/σ².
func (m *dayMatrix) factors(day, cut int, base []float64) []float64 {
	const k = 4
	root := func(d int, base []float64) []float64 {
		u := make([]float64, len(base))
		for s, v := range m.count[d] {
			if !math.IsNaN(v) {
				u[s] = math.Sqrt(v+0.375) - math.Sqrt(base[s]+0.375)
			}
		}
		return u
	}
	first := max(day-60, 20)
	u := mat.NewDense(day-first, len(base), nil)
	for d := first; d < day; d++ {
		u.SetRow(d-first, root(d, m.swd8(d)))
	}
	var svd mat.SVD
	svd.Factorize(u, mat.SVDThin)
	var v mat.Dense
	svd.VTo(&v)
	values, rows := svd.Values(nil), float64(day-first)
	rest, open := 0.0, 0.0
	for _, x := range values[k:] {
		rest += x * x
	}
	for _, b := range base {
		if b > 0 {
			open++
		}
	}
	noise := rest / (rows * max(open-k, 1))
	lhs, rhs := mat.NewSymDense(k, nil), mat.NewVecDense(k, nil)
	now := root(day, base)
	for j := range k {
		lhs.SetSym(j, j, rows/(values[j]*values[j]))
		for i := range j + 1 {
			sum := lhs.At(j, i)
			for s := range base {
				if s*m.step < cut {
					sum += v.At(s, j) * v.At(s, i) / noise
				}
			}
			lhs.SetSym(j, i, sum)
		}
		for s := range base {
			if s*m.step < cut {
				rhs.SetVec(j, rhs.AtVec(j)+v.At(s, j)*now[s]/noise)
			}
		}
	}
	var f mat.VecDense
	if err := f.SolveVec(lhs, rhs); err != nil {
		return base
	}
	out := make([]float64, len(base))
	for s, b := range base {
		r := math.Sqrt(b + 0.375)
		for j := range k {
			r += v.At(s, j) * f.AtVec(j)
		}
		out[s] = max(r*math.Abs(r)-0.375, 0)
	}
	return out
}
