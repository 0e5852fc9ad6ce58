package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// manyQueues fits n queues of two years of half hours around the clock together, draws 1,000
// paths of four weeks of each in turn and reads their bands, and prints what it took; then
// one queue alone on one processor.
func manyQueues(w io.Writer, n int) error {
	history, err := playedQueues(n)
	if err != nil {
		return err
	}
	runtime.GC()
	ctx, start, spent := context.Background(), time.Now(), processor()
	model, err := forecast.Fit(ctx, history, forecast.Options{})
	if err != nil {
		return err
	}
	fit := processor() - spent
	for _, in := range history {
		if err := bands(ctx, model, in.Queue); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "%d queues on %d processors: %.1f s, %.1f s of processor time (fit %.1f, paths and bands %.1f), %.0f MB at most\n",
		n, runtime.GOMAXPROCS(0), time.Since(start).Seconds(), (processor() - spent).Seconds(), fit.Seconds(), (processor() - spent - fit).Seconds(), peak())
	runtime.GOMAXPROCS(1)
	var fits, paths []time.Duration
	for range 9 {
		spent := processor()
		if model, err = forecast.Fit(ctx, history[:1], forecast.Options{}); err != nil {
			return err
		}
		fits = append(fits, processor()-spent)
		spent = processor()
		if _, err := model.Simulate(ctx, fourWeeks(), 1000, 1); err != nil {
			return err
		}
		paths = append(paths, processor()-spent)
	}
	slices.Sort(fits)
	slices.Sort(paths)
	_, err = fmt.Fprintf(w, "one queue on one processor, least and median of 9: fit %.0f and %.0f ms, 1,000 paths %.0f and %.0f ms\n",
		fits[0].Seconds()*1e3, fits[4].Seconds()*1e3, paths[0].Seconds()*1e3, paths[4].Seconds()*1e3)
	return err
}

// bands draws the paths of a queue and reads what a forecast prints.
func bands(ctx context.Context, m *forecast.Model, queue string) error {
	p, err := m.SimulateQueue(ctx, queue, fourWeeks(), 1000, 1)
	if err != nil {
		return err
	}
	p.Mean(0)
	p.Quantile(0, []float64{0.05, 0.25, 0.5, 0.75, 0.95})
	return nil
}

func fourWeeks() interval.Grid {
	g, err := interval.DayGrid(interval.MustDate("2026-07-01"), interval.MustDate("2026-07-28"), 30*time.Minute, time.UTC)
	if err != nil {
		panic(err)
	}
	return g
}

// playedQueues draws queues of 50 to 3,000 calls a day, each with its own calls.
func playedQueues(n int) ([]forecast.Input, error) {
	g, err := interval.DayGrid(interval.MustDate("2024-07-01"), interval.MustDate("2026-06-30"), 30*time.Minute, time.UTC)
	if err != nil {
		return nil, err
	}
	var week interval.Week
	for d := range week {
		week[d] = []interval.Span{{Open: 0, Close: 1440}}
	}
	cal, err := interval.NewCalendar(time.UTC, []interval.Opening{{Week: week}}, nil, nil)
	if err != nil {
		return nil, err
	}
	history := make([]forecast.Input, n)
	for k := range history {
		random, values := rand.New(rand.NewPCG(5, uint64(k))), make([]float64, g.Len())
		level := 50 * math.Pow(60, float64(k%50)/49)
		for _, day := range g.Days() {
			factor := level / 48 * math.Exp(0.08*random.NormFloat64()+0.15*math.Sin(float64(day.Date.YearDay())/58)-0.3*float64(day.Date.Weekday()/6))
			for i := day.First; i < day.End; i++ {
				mean := factor * (1 - 0.8*math.Cos(float64(g.Minute(i))/1440*2*math.Pi))
				values[i] = max(math.Round(mean+math.Sqrt(mean)*random.NormFloat64()), 0)
			}
		}
		name := fmt.Sprint("queue ", k)
		s, err := interval.NewSeries(name, g, values, nil)
		if err != nil {
			return nil, err
		}
		history[k] = forecast.Input{Queue: name, Series: s, Calendar: cal}
	}
	return history, nil
}

// processor returns the time that this process has had of all processors.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak returns the most memory that this process has held, in megabytes.
func peak() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Maxrss) / 1024
}
