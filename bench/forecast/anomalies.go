package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"text/tabwriter"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// causeSizes are what an unannounced cause multiplies the calls by.
var causeSizes = perSize{1.3, 1.5, 2, 3, 0.5, 0}

// A watchScore counts what was flagged on a data set: without a cause, and with one of each
// size that begins at an interval of the day and lasts to its end.
type watchScore struct {
	name      string
	days      float64
	flags     float64 // on days as they were
	perWeek   float64
	calls     float64 // usual calls per interval at the starts
	causes    float64 // days on which one was injected
	soon, all perSize // flagged within two intervals, and at all
	delay     perSize // intervals to the flag, summed over those flagged
}

// perSize has a number for each of causeSizes.
type perSize [6]float64

// anomalies scores the two banks on their last days and two simulated queues.
func anomalies(shared string) ([]*watchScore, error) {
	var out []*watchScore
	for _, name := range []string{"bank30", "ibank60"} {
		d, err := load(shared, name)
		if err != nil {
			return nil, err
		}
		s, err := watchSet(name, d.counts.Last(), intradayDays, d.known)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	for _, level := range []float64{40, 8} {
		w := playedQueue{level: level, seed: uint64(level)}
		s, err := watchSet(fmt.Sprintf("simulated, %.0f calls", level), interval.MustDate("2026-06-26"), 60, w.input)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// known returns the input of the days up to last.
func (d *dataset) known(last interval.Date) (forecast.Input, error) {
	known, err := d.counts.Known(last, d.replay.History)
	if err != nil {
		return forecast.Input{}, err
	}
	return known.Input(last, d.replay.Guess)
}

// watchSet watches the last days of a queue, n of them with calls.
func watchSet(name string, last interval.Date, n int, input func(last interval.Date) (forecast.Input, error)) (*watchScore, error) {
	out := &watchScore{name: name}
	random := rand.New(rand.NewPCG(11, 0))
	weeks := map[string]bool{}
	for day := last; int(out.days) < n; day = day.AddDays(-1) {
		whole, err := input(day)
		if err != nil {
			return nil, err
		}
		seen := whole.Series.Window(day, day)
		if seen.Total() == 0 {
			continue
		}
		in, err := input(day.AddDays(-1))
		if err != nil {
			return nil, err
		}
		model, err := forecast.Fit(context.Background(), []forecast.Input{in}, forecast.Options{})
		if err != nil {
			return nil, err
		}
		year, week := day.Start(time.UTC).ISOWeek()
		weeks[fmt.Sprint(year, week)] = true
		if err := out.day(model, in.Queue, seen, random); err != nil {
			return nil, err
		}
	}
	out.perWeek = out.flags / float64(len(weeks))
	return out, nil
}

// day watches one day as it was and with a cause of each size.
func (s *watchScore) day(model *forecast.Model, queue string, seen interval.Series, random *rand.Rand) error {
	ctx := context.Background()
	flags, err := model.Watch(ctx, []forecast.Seen{{Queue: queue, Series: seen}})
	if err != nil {
		return err
	}
	s.days++
	s.flags += float64(len(flags))
	var open []int
	for i := range seen.Len() {
		if _, state := seen.At(i); state == interval.Observed {
			open = append(open, i)
		}
	}
	if len(open) < 5 {
		return nil
	}
	start := random.IntN(len(open) - 3)
	s.causes++
	y, _ := seen.At(open[start])
	s.calls += y
	for k, size := range causeSizes {
		hit, err := withCause(seen, open[start], size, random)
		if err != nil {
			return err
		}
		flags, err := model.Watch(ctx, []forecast.Seen{{Queue: queue, Series: hit}})
		if err != nil {
			return err
		}
		s.enter(k, size > 1, flags, seen.Grid().At(open[start]), open, start, seen.Grid())
	}
	return nil
}

// enter finds the first flag of the right direction that the cause can have raised.
func (s *watchScore) enter(k int, more bool, flags []forecast.Anomaly, begin time.Time, open []int, start int, g interval.Grid) {
	for _, a := range flags {
		if a.More != more || !a.End.After(begin) {
			continue
		}
		delay := 1.0
		for _, i := range open[start:] {
			if !g.At(i + 1).Before(a.Flagged) {
				break
			}
			delay++
		}
		s.all[k]++
		s.delay[k] += delay
		if delay <= 2 {
			s.soon[k]++
		}
		return
	}
}

// withCause multiplies the calls from an interval on: more calls come on top, or each is kept
// by chance.
func withCause(s interval.Series, from int, size float64, random *rand.Rand) (interval.Series, error) {
	values, states := s.Values(), s.States()
	for i := from; i < len(values); i++ {
		if states[i] != interval.Observed {
			continue
		}
		if size < 1 {
			kept := 0.0
			for range int(values[i]) {
				if random.Float64() < size {
					kept++
				}
			}
			values[i] = kept
			continue
		}
		values[i] += poisson(random, values[i]*(size-1))
	}
	return interval.NewSeries(s.Name(), s.Grid(), values, states)
}

// poisson draws by the product of uniforms, the mean in parts.
func poisson(random *rand.Rand, mean float64) float64 {
	n := 0.0
	for ; mean > 0; mean -= 20 {
		limit, p := math.Exp(-min(mean, 20)), random.Float64()
		for ; p > limit; p *= random.Float64() {
			n++
		}
	}
	return n
}

// A playedQueue is a queue whose truth is known: half hours, weekdays 08:00 to 18:00, a level
// that wanders, a random factor per day and calls noisier than Poisson.
type playedQueue struct {
	level float64 // calls in a usual half hour
	seed  uint64
}

func (w playedQueue) input(last interval.Date) (forecast.Input, error) {
	first := interval.MustDate("2025-01-06")
	g, err := interval.DayGrid(first, last, 30*time.Minute, time.UTC)
	if err != nil {
		return forecast.Input{}, err
	}
	var week interval.Week
	for d := 1; d <= 5; d++ {
		week[d] = []interval.Span{{Open: 480, Close: 1080}}
	}
	cal, err := interval.NewCalendar(time.UTC, []interval.Opening{{Week: week}}, nil, nil)
	if err != nil {
		return forecast.Input{}, err
	}
	random := rand.New(rand.NewPCG(w.seed, 1))
	open, values, states := cal.Open(g), make([]float64, g.Len()), make([]interval.State, g.Len())
	drift := 0.0
	for _, day := range g.Days() {
		drift = 0.97*drift + 0.015*random.NormFloat64()
		factor := math.Exp(drift + 0.06*random.NormFloat64())
		for i := day.First; i < day.End; i++ {
			if !open[i] {
				states[i] = interval.Closed
				continue
			}
			hour := float64(g.Minute(i)-480) / 600
			rate := w.level * factor * (0.6 + 0.8*math.Sin(math.Pi*hour)) * math.Exp(0.12*random.NormFloat64()/math.Sqrt(max(w.level/40, 1)))
			values[i] = poisson(random, rate)
		}
	}
	s, err := interval.NewSeries("played", g, values, states)
	return forecast.Input{Queue: "played", Series: s, Calendar: cal}, err
}

func printAnomalies(w io.Writer, shared string) error {
	scores, err := anomalies(shared)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "series\tdays\tcalls per interval\tfalse flags a week\t")
	for _, size := range causeSizes {
		fmt.Fprintf(t, "×%v: in 2\tever\tdelay\t", size)
	}
	fmt.Fprintln(t)
	for _, s := range scores {
		fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%.2f\t", s.name, s.days, s.calls/s.causes, s.perWeek)
		for k := range causeSizes {
			fmt.Fprintf(t, "%.2f\t%.2f\t%.1f\t", s.soon[k]/s.causes, s.all[k]/s.causes, s.delay[k]/max(s.all[k], 1))
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}
