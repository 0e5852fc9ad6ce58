package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// A cell is what the protocol scores: a data set, a level and a horizon.
type cell struct{ dataset, level, horizon string }

// A score is one method in one cell; NaN where the scorer left a field empty.
type score struct {
	method                     string
	n                          float64
	mase, wape, bias, wql      float64
	cov50, cov80, cov90, cov95 float64
}

// judged is the number of scored values from which a cell counts.
const judged = 50

// readScores reads the scorer's table.
func readScores(path string) (cells []cell, scores map[cell][]score, err error) {
	rows, err := table(path)
	if err != nil {
		return nil, nil, err
	}
	scores = map[cell][]score{}
	for _, r := range rows {
		num := func(k string) float64 {
			v, err := strconv.ParseFloat(r[k], 64)
			if err != nil {
				return math.NaN()
			}
			return v
		}
		c := cell{r["dataset"], r["level"], r["horizon"]}
		if scores[c] == nil {
			cells = append(cells, c)
		}
		scores[c] = append(scores[c], score{r["method"], num("n"), num("mase"), num("wape"), num("bias"), num("wql"),
			num("cov50"), num("cov80"), num("cov90"), num("cov95")})
	}
	return cells, scores, nil
}

// proto reports whether a method is a prototype of the family proposed for ringtide.
func proto(method string) bool { return strings.HasPrefix(strings.TrimPrefix(method, "d_"), "proto") }

// least returns the least value among the peers that keep accepts.
func least(peers []score, keep func(string) bool, value func(score) float64) (best float64, method string) {
	best = math.NaN()
	for _, p := range peers {
		if v := value(p); keep(p.method) && v > 0 && !(v >= best) {
			best, method = v, p.method
		}
	}
	return best, method
}

func established(m string) bool { return !proto(m) }
func wapeOf(s score) float64    { return s.wape }
func wqlOf(s score) float64     { return s.wql }

// A mean is a running mean of what is a number.
type mean struct{ sum, n float64 }

func (m *mean) add(v float64) {
	if !math.IsNaN(v) {
		m.sum, m.n = m.sum+v, m.n+1
	}
}
func (m mean) value() float64 { return m.sum / m.n }

// A verdict is what the table comes to.
type verdict struct {
	wape, wql           mean // over the best established peer, call series
	protoWape, protoWQL mean
	taylor, taylorWQL   mean
	worst               []string
	coverage            map[string]*[2]mean
}

// compare prints our scores beside those of the peers.
func compare(w io.Writer, dir, file string, all bool) error {
	cells, ours, err := readScores(file)
	if err != nil {
		return err
	}
	_, peers, err := readScores(filepath.Join(dir, "bench", "peers_forecast.csv"))
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "data set\tlevel\thorizon\tn\tWAPE\tbest peer\tratio\tproto\tratio\twQL\tbest peer\tratio\tproto\tratio\tbias\t50%\t80%\t90%\t95%")
	v := verdict{coverage: map[string]*[2]mean{}}
	for _, c := range cells {
		v.line(t, c, ours[c][0], peers[c])
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if all {
		every(w, cells, ours, peers)
	}
	v.print(w)
	return nil
}

func (v *verdict) line(w io.Writer, c cell, s score, peers []score) {
	a, an := least(peers, established, wapeOf)
	b, bn := least(peers, proto, wapeOf)
	qa, qan := least(peers, established, wqlOf)
	qb, _ := least(peers, proto, wqlOf)
	mark := ""
	if s.n < judged {
		mark = " (few)"
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%.0f%s\t%.4f\t%.4f %s\t%.3f\t%.4f %s\t%.3f\t%.4f\t%.4f %s\t%.3f\t%.4f\t%.3f\t%+.4f\t%.3f\t%.3f\t%.3f\t%.3f\n", c.dataset, c.level, c.horizon, s.n, mark,
		s.wape, a, an, s.wape/a, b, bn, s.wape/b, s.wql, qa, qan, s.wql/qa, qb, s.wql/qb, s.bias, s.cov50, s.cov80, s.cov90, s.cov95)
	if v.coverage[c.dataset] == nil {
		v.coverage[c.dataset] = &[2]mean{}
	}
	if s.n < judged {
		return
	}
	v.coverage[c.dataset][0].add(s.cov80)
	v.coverage[c.dataset][1].add(s.cov95)
	v.protoWape.add(s.wape / b)
	v.protoWQL.add(s.wql / qb)
	if c.dataset == "taylor" {
		v.taylor.add(s.wape / a)
		v.taylorWQL.add(s.wql / qa)
	} else {
		v.wape.add(s.wape / a)
		v.wql.add(s.wql / qa)
	}
	if s.wape/a > 1.03 {
		v.worst = append(v.worst, fmt.Sprintf("%s %s %s WAPE %.3f", c.dataset, c.level, c.horizon, s.wape/a))
	}
	if s.wql/qa > 1.03 {
		v.worst = append(v.worst, fmt.Sprintf("%s %s %s wQL %.3f", c.dataset, c.level, c.horizon, s.wql/qa))
	}
}

func (v *verdict) print(w io.Writer) {
	fmt.Fprintf(w, "\ncells with %d and more values; mean ratio to the best established peer of each cell:\n", judged)
	fmt.Fprintf(w, "  call series: WAPE %.3f, wQL %.3f over %.0f cells\n", v.wape.value(), v.wql.value(), v.wape.n)
	fmt.Fprintf(w, "  taylor:      WAPE %.3f, wQL %.3f over %.0f cells\n", v.taylor.value(), v.taylorWQL.value(), v.taylor.n)
	fmt.Fprintf(w, "mean ratio to the best prototype of each cell: WAPE %.3f, wQL %.3f\n", v.protoWape.value(), v.protoWQL.value())
	fmt.Fprintf(w, "cells above 1.03: %q\n", v.worst)
	var names []string
	for name := range v.coverage {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c := v.coverage[name]
		fmt.Fprintf(w, "  %-8s 80%% bands hold %.3f, 95%% bands %.3f\n", name, c[0].value(), c[1].value())
	}
}

// every prints all methods of all cells.
func every(w io.Writer, cells []cell, ours, peers map[cell][]score) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\ndata set\tlevel\thorizon\tmethod\tMASE\tWAPE\tbias\twQL\t50%\t80%\t95%")
	for _, c := range cells {
		methods := append(slices.Clone(ours[c]), peers[c]...)
		slices.SortStableFunc(methods, func(a, b score) int { return int(1e6 * (a.wape - b.wape)) })
		for _, s := range methods {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%.3f\t%.4f\t%+.4f\t%.4f\t%.2f\t%.2f\t%.2f\n", c.dataset, c.level, c.horizon, s.method,
				s.mase, s.wape, s.bias, s.wql, s.cov50, s.cov80, s.cov95)
		}
	}
	t.Flush()
}
