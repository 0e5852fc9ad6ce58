package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/ringtide/ringtide/forecast"
)

// summary returns the mean and the sorted values.
func summary(x []int64) (float64, []int64) {
	s := slices.Sorted(slices.Values(x))
	total := int64(0)
	for _, v := range s {
		total += v
	}
	return float64(total) / float64(len(s)), s
}

// A peer is one row of peers_forecast.csv.
type peer struct {
	method            string
	mase, wape, bias  float64
	wql               float64
	cov50, cov80, c95 float64
}

// peers returns the scores of other methods for one data set, level and horizon:
// the prototypes, the best of the rest by WAPE, and last week.
func peers(dir, dataset, level, horizon string) ([]peer, error) {
	rows, err := table(filepath.Join(dir, "bench", "peers_forecast.csv"))
	if err != nil {
		return nil, err
	}
	var out []peer
	var best *peer
	for _, r := range rows {
		if r["dataset"] != dataset || r["level"] != level || r["horizon"] != horizon {
			continue
		}
		num := func(k string) float64 { v, _ := strconv.ParseFloat(r[k], 64); return v } // an empty score stays 0
		p := peer{r["method"], num("mase"), num("wape"), num("bias"), num("wql"), num("cov50"), num("cov80"), num("cov95")}
		switch p.method {
		case "proto", "proto_ens", "d_proto", "d_proto_ens", "snaive", "d_snaive":
			out = append(out, p)
		default:
			if best == nil || p.wape < best.wape {
				best = &p
			}
		}
	}
	if best != nil {
		best.method = "best peer: " + best.method
		out = append(out, *best)
	}
	slices.SortStableFunc(out, func(a, b peer) int { return int(1e6 * (a.wape - b.wape)) })
	return out, nil
}

// compare prints our scores above those of the peers.
func compare(w io.Writer, dir string, d *dataset, r forecast.BacktestResult) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "dataset\tlevel\thorizon\tmethod\tMASE\tWAPE\tbias\twQL\t50%\t80%\t95%")
	line := func(level, horizon string, p peer) {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%.3f\t%.4f\t%+.4f\t%.4f\t%.2f\t%.2f\t%.2f\n", d.name, level, horizon, p.method,
			p.mase, p.wape, p.bias, p.wql, p.cov50, p.cov80, p.c95)
	}
	for _, s := range r.Scores {
		if s.Method != "model" || (d.daily && s.Level == "interval") {
			continue
		}
		line(s.Level, s.Horizon, peer{"ringtide", s.MASE, s.WAPE, s.Bias, s.WQL, s.Cov50, s.Cov80, s.Cov95})
		others, err := peers(dir, d.name, s.Level, s.Horizon)
		if err != nil {
			return err
		}
		for _, p := range others {
			line(s.Level, s.Horizon, p)
		}
	}
	for _, v := range r.Verdicts {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", d.name, v.Level, v.Horizon, v.Text)
	}
	return t.Flush()
}
