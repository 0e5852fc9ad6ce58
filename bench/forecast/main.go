// Command forecast checks the accuracy of package forecast on the shared
// protocol: it forecasts from every origin of a data set, writes one submission
// file per data set for the protocol's own scorer, and prints Backtest's scores
// beside those of the peers.
//
//	go run ./bench/forecast -shared ../shared -out /tmp bank30 ibank60
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

func main() {
	shared := flag.String("shared", "../shared", "folder that holds bench/ and realdata/")
	out := flag.String("out", os.TempDir(), "folder for the submission files")
	paths := flag.Int("paths", 1000, "paths per forecast")
	flag.Parse()
	names := flag.Args()
	if len(names) == 0 {
		names = []string{"bank30", "ibank60"}
	}
	for _, name := range names {
		if err := check(*shared, *out, name, *paths); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func check(shared, out, name string, paths int) error {
	d, err := load(shared, name)
	if err != nil {
		return err
	}
	file := filepath.Join(out, name+".ringtide.csv")
	start := time.Now()
	if err := d.submit(file, paths); err != nil {
		return err
	}
	fmt.Printf("%s: %d origins in %v, written to %s\n", name, len(d.origins), time.Since(start).Round(time.Millisecond), file)
	r, err := d.backtest(d.origins, paths)
	if err != nil {
		return err
	}
	return compare(os.Stdout, shared, d, r)
}

// backtest scores the origins as the protocol does.
func (d *dataset) backtest(origins []interval.Date, paths int) (forecast.BacktestResult, error) {
	return forecast.Backtest(context.Background(), []forecast.Input{d.input},
		forecast.BacktestOptions{Origins: origins, History: d.trainDays, Paths: paths, Seed: 1})
}

// history returns what is known at the end of the origin.
func (d *dataset) history(origin interval.Date) forecast.Input {
	in := d.input
	first := interval.DateOf(in.Series.Grid().Start())
	if d.trainDays > 0 {
		first = origin.AddDays(1 - d.trainDays)
	}
	in.Series = in.Series.Window(first, origin)
	return in
}

var probs = []float64{0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975}

const header = "dataset,series,origin,timestamp,mean,q025,q05,q10,q25,q50,q75,q90,q95,q975\n"

// submit writes the forecasts of all origins in the protocol's format.
func (d *dataset) submit(file string, paths int) error {
	var text strings.Builder
	text.WriteString(header)
	for _, origin := range d.origins {
		p, err := d.forecast(origin, paths)
		if err != nil {
			return err
		}
		d.write(&text, origin, p)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	w.WriteString(text.String())
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func (d *dataset) forecast(origin interval.Date, paths int) (*forecast.Paths, error) {
	m, err := forecast.Fit(context.Background(), []forecast.Input{d.history(origin)}, forecast.Options{})
	if err != nil {
		return nil, err
	}
	in := d.input.Series.Grid()
	g, err := interval.DayGrid(origin.AddDays(1), origin.AddDays(max(d.horizon, 7)), in.Step(), in.Location())
	if err != nil {
		return nil, err
	}
	return m.Simulate(context.Background(), g, paths, 1)
}

func (d *dataset) write(w *strings.Builder, origin interval.Date, p *forecast.Paths) {
	line := func(stamp string, mean float64, q []float64) {
		fmt.Fprintf(w, "%s,%s,%s,%s,%.3f", d.name, d.series, origin, stamp, mean)
		for _, v := range q {
			fmt.Fprintf(w, ",%.0f", v)
		}
		w.WriteByte('\n')
	}
	g := p.Grid()
	if !d.daily {
		mean, quantiles := p.Mean(0), p.Quantile(0, probs)
		for i := range mean {
			if mean[i] > 0 {
				line(g.Label(i), mean[i], quantiles[i])
			}
		}
	}
	for k, totals := range p.DayTotals(0) {
		day := g.Days()[k]
		mean, sorted := summary(totals)
		if mean == 0 {
			continue
		}
		q := make([]float64, len(probs))
		for j, v := range forecast.Quantiles(sorted, probs) {
			q[j] = float64(v)
		}
		stamp := day.Date.String()
		if d.daily {
			line(g.Label(day.First), mean, q)
		}
		line(stamp, mean, q)
	}
}
