package forecast

import (
	"fmt"
	"math"

	"github.com/ringtide/ringtide/interval"
)

// A Score tells how well one method forecast one queue. Errors are forecast mean
// less count; sums run over all origins.
type Score struct {
	Queue   string  `json:"queue"`
	Level   string  `json:"level"`   // interval or daily
	Horizon string  `json:"horizon"` // day1: the first day with data; week1: 7 days; week4: 28 days
	Method  string  `json:"method"`  // model, snaive (last week) or swd8 (last 8 equal weekdays)
	Origins int     `json:"origins"`
	N       int     `json:"n"`     // counts compared
	MASE    float64 `json:"mase"`  // mean absolute error over that of last week in the history; mean over origins; 0 where the history has no such pair
	WAPE    float64 `json:"wape"`  // sum of absolute errors over sum of counts
	Bias    float64 `json:"bias"`  // sum of errors over sum of counts
	WQL     float64 `json:"wql"`   // quantile loss at 5, 25, 50, 75 and 95 %, over sum of counts
	Cov50   float64 `json:"cov50"` // share of counts inside the central bands
	Cov80   float64 `json:"cov80"`
	Cov95   float64 `json:"cov95"`
}

// A Verdict compares the model with the better of the two naive methods, by WAPE.
type Verdict struct {
	Queue   string  `json:"queue"`
	Level   string  `json:"level"`
	Horizon string  `json:"horizon"`
	Better  bool    `json:"better"`
	Gain    float64 `json:"gain"` // 1 - WAPE of the model over WAPE of the naive method
	Text    string  `json:"text"`
}

var (
	levels   = []string{"interval", "daily"}
	horizons = []string{"day1", "week1", "week4"}
	methods  = []string{"model", "snaive", "swd8"}
)

// A cell is a level, horizon and method.
type cell struct{ level, horizon, method string }

// A tally sums the scores of one cell and origin.
type tally struct {
	n, abs, signed, counts, pinball float64
	in50, in80, in95                float64
	scale                           float64
}

func (t *tally) add(y float64, b band) {
	t.n++
	t.counts += y
	t.abs += math.Abs(b.mean - y)
	t.signed += b.mean - y
	for _, j := range []int{1, 3, 4, 5, 7} {
		t.pinball += 2 * max(bandProbs[j]*(y-b.q[j]), (bandProbs[j]-1)*(y-b.q[j])) / 5
	}
	within := func(lo, hi int) float64 { return indicator(b.q[lo] <= y && y <= b.q[hi]) }
	t.in50 += within(3, 5)
	t.in80 += within(2, 6)
	t.in95 += within(0, 8)
}

func (t *tally) merge(o *tally) {
	t.n += o.n
	t.counts += o.counts
	t.abs += o.abs
	t.signed += o.signed
	t.pinball += o.pinball
	t.in50 += o.in50
	t.in80 += o.in80
	t.in95 += o.in95
}

// A ledger holds the tallies of one queue and origin.
type ledger struct {
	tallies map[cell]*tally
	parts   map[part]*tally // of the model alone
}

func newLedger() *ledger { return &ledger{map[cell]*tally{}, map[part]*tally{}} }

// enter scores the model and the naive methods on the days from end on; start is
// the first known day. Only counts that every method forecasts are compared.
func (l *ledger) enter(level string, truth *panel, start, end int, model forecaster) {
	rules := []forecaster{
		func(day, slot int) (band, bool) { return model(day-end, slot) },
		naive(truth, start, end, 1),
		naive(truth, start, end, 8),
	}
	scale := truth.scale(start, end)
	first := -1
	for day := end; day < min(end+backtestHorizon, truth.days()); day++ {
		for slot := range truth.slots {
			y := truth.at(day, slot)
			if math.IsNaN(y) {
				continue
			}
			if first < 0 {
				first = day
			}
			if b, ok := rules[0](day, slot); ok {
				l.calibrate(level, truth, y, b, day, slot, day-end, day == first)
			}
			l.score(level, y, rules, day, slot, day-end, day == first, scale)
		}
	}
}

func (l *ledger) score(level string, y float64, rules []forecaster, day, slot, ahead int, first bool, scale float64) {
	bands := make([]band, len(rules))
	for m, rule := range rules {
		b, ok := rule(day, slot)
		if !ok {
			return
		}
		bands[m] = b
	}
	for m, method := range methods {
		for h, limit := range []int{0, 7, 28} {
			if h == 0 && !first || h > 0 && ahead >= limit {
				continue
			}
			c := cell{level, horizons[h], method}
			if l.tallies[c] == nil {
				l.tallies[c] = &tally{scale: scale}
			}
			l.tallies[c].add(y, bands[m])
		}
	}
}

// settle turns the ledgers of all origins into scores and verdicts.
func settle(history []Input, origins []interval.Date, ledgers [][]*ledger) BacktestResult {
	r := BacktestResult{Origins: origins}
	for k, in := range history {
		var seen []*ledger
		for _, ls := range ledgers {
			seen = append(seen, ls[k])
		}
		r.Calibration = append(r.Calibration, calibration(in.Queue, seen)...)
		for _, level := range levels {
			for _, horizon := range horizons {
				var tallies [3][]*tally
				for m, method := range methods {
					for _, ls := range ledgers {
						if t := ls[k].tallies[cell{level, horizon, method}]; t != nil {
							tallies[m] = append(tallies[m], t)
						}
					}
					if len(tallies[m]) > 0 {
						r.Scores = append(r.Scores, newScore(in.Queue, cell{level, horizon, method}, tallies[m]))
					}
				}
				if len(tallies[0]) > 0 {
					r.Verdicts = append(r.Verdicts, newVerdict(in.Queue, level, horizon, tallies))
				}
			}
		}
	}
	return r
}

func newScore(queue string, c cell, origins []*tally) Score {
	var all tally
	mase, scaled := 0.0, 0.0
	for _, t := range origins {
		all.merge(t)
		if t.scale > 0 {
			mase += t.abs / t.n / t.scale
			scaled++
		}
	}
	calls := max(all.counts, 1e-9)
	return Score{Queue: queue, Level: c.level, Horizon: c.horizon, Method: c.method, Origins: len(origins), N: int(all.n),
		MASE: mase / max(scaled, 1), WAPE: all.abs / calls, Bias: all.signed / calls, WQL: all.pinball / calls,
		Cov50: all.in50 / all.n, Cov80: all.in80 / all.n, Cov95: all.in95 / all.n}
}

// newVerdict calls the model better when its WAPE is lower than that of the better
// naive method and the gain per origin is more than one standard error above zero.
func newVerdict(queue, level, horizon string, tallies [3][]*tally) Verdict {
	sums := [3]float64{}
	for m := range tallies {
		for _, t := range tallies[m] {
			sums[m] += t.abs
		}
	}
	best := 1
	if sums[2] < sums[1] {
		best = 2
	}
	n := float64(len(tallies[0]))
	mean, square := 0.0, 0.0
	for k, t := range tallies[0] {
		d := (tallies[best][k].abs - t.abs) / max(t.counts, 1)
		mean += d / n
		square += d * d / n
	}
	stderr := math.Sqrt(max(square-mean*mean, 0) / max(n-1, 1))
	v := Verdict{Queue: queue, Level: level, Horizon: horizon, Gain: 1 - sums[0]/max(sums[best], 1e-9)}
	v.Better = sums[0] < sums[best] && n > 1 && mean > stderr
	name := methods[best]
	switch {
	case v.Better:
		v.Text = fmt.Sprintf("better than naive: %.0f %% less absolute error than %s", 100*v.Gain, name)
	case v.Gain > 0:
		v.Text = fmt.Sprintf("no better than naive: %.0f %% less absolute error than %s, within chance over %d origins", 100*v.Gain, name, len(tallies[0]))
	default:
		v.Text = fmt.Sprintf("no better than naive: %.0f %% more absolute error than %s", -100*v.Gain, name)
	}
	return v
}
