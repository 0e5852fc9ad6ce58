package uplift

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"gonum.org/v1/gonum/mat"
)

// What an error can come down to. The floor of measuring is what an oracle misses that
// knows the daily course of every cause up to its total, how the kind's rates are
// spread, and a base of weekdays, a walk, an AR(1) and noise of fixed sizes: what is left
// is the base. There are two floors of predicting: the oracle knows what the past causes
// of the series really did and takes their geometric mean rate, or it knows the median
// rate of the kind in all series.

// A floored is an event with what is needed to find a floor.
type floored struct {
	id, series, family, role string
	size, total              float64
	daily                    map[string]float64
}

type floors struct {
	dates  map[string][]string // per series, in order
	calls  map[string][]float64
	events []floored // in order of the file
}

func readFloors(series, events, truth io.Reader) (*floors, error) {
	f := &floors{dates: map[string][]string{}, calls: map[string][]float64{}}
	rows, err := readRows(series)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		n, err := strconv.ParseFloat(r["count"], 64)
		if err != nil {
			return nil, fmt.Errorf("bench: count of %v: %w", r, err)
		}
		f.dates[r["series"]] = append(f.dates[r["series"]], r["timestamp"][:10])
		f.calls[r["series"]] = append(f.calls[r["series"]], n)
	}
	if rows, err = readRows(events); err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, r := range rows {
		size, err := strconv.ParseFloat(r["size"], 64)
		if err != nil {
			return nil, fmt.Errorf("bench: size of %v: %w", r, err)
		}
		at[r["event"]] = i
		f.events = append(f.events, floored{r["event"], r["series"], r["type"], r["role"], size, 0, map[string]float64{}})
	}
	if rows, err = readRows(truth); err != nil {
		return nil, err
	}
	for _, r := range rows {
		v, err := strconv.ParseFloat(r["uplift"], 64)
		i, ok := at[r["event"]]
		if err != nil || !ok {
			return nil, fmt.Errorf("bench: truth of %v", r)
		}
		f.events[i].daily[r["timestamp"]] = v
		f.events[i].total += v
	}
	return f, nil
}

// of returns the events of a family, series by series.
func (f *floors) of(family string) (names []string, by map[string][]floored) {
	by = map[string][]floored{}
	for _, e := range f.events {
		if e.family == family {
			if by[e.series] == nil {
				names = append(names, e.series)
			}
			by[e.series] = append(by[e.series], e)
		}
	}
	return names, by
}

// predict returns the two floors of predicting a family's new events.
func (f *floors) predict(family string) (past, kind float64) {
	names, by := f.of(family)
	var all []float64
	for _, s := range names {
		for _, e := range by[s] {
			all = append(all, e.logRate())
		}
	}
	median, sum := math.Exp(mean(all)), 0.0
	for _, s := range names {
		var own []float64
		for _, e := range by[s] {
			if e.role == "past" {
				own = append(own, e.logRate())
			}
		}
		for _, e := range by[s] {
			if e.role == "new" && len(own) > 0 {
				past += math.Abs(e.size*math.Exp(mean(own)) - math.Abs(e.total))
				kind += math.Abs(e.size*median - math.Abs(e.total))
				sum += math.Abs(e.total)
			}
		}
	}
	return past / sum, kind / sum
}

func (e floored) logRate() float64 { return math.Log(max(math.Abs(e.total), 1) / e.size) }

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// The oracle's base, relative to the mean of the series: standard deviations of noise,
// AR(1) and a step of the walk, and the AR(1)'s coefficient. They are the middle of what
// five real series without labelled causes have.
const (
	floorWhite, floorSwing, floorPhi, floorWalk = .02, .03, .7, .007
)

// measure returns the floor of measuring a family.
func (f *floors) measure(family string) (float64, error) {
	names, by := f.of(family)
	var rates []float64
	for _, s := range names {
		for _, e := range by[s] {
			rates = append(rates, e.total/e.size)
		}
	}
	m, v := mean(rates), 0.0
	for _, r := range rates {
		v += (r - m) * (r - m) / float64(len(rates))
	}
	missed, sum := 0.0, 0.0
	for _, s := range names {
		got, err := f.oracle(s, by[s], m, v)
		if err != nil {
			return 0, fmt.Errorf("bench: floor of %s: %w", s, err)
		}
		for i, e := range by[s] {
			missed += math.Abs(got[i] - e.total)
			sum += math.Abs(e.total)
		}
	}
	return missed / sum, nil
}

// oracle returns the posterior means of the totals of a series' events.
func (f *floors) oracle(series string, events []floored, rate, variance float64) ([]float64, error) {
	dates, calls := f.dates[series], f.calls[series]
	n, p := len(dates), len(events)+7
	level := mean(calls)
	cov := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			c := floorSwing*floorSwing*math.Pow(floorPhi, float64(j-i)) + floorWalk*floorWalk*float64(i)
			if i == j {
				c += floorWhite*floorWhite + 1/level
			}
			cov.SetSym(i, j, c*level*level)
		}
	}
	x, y := mat.NewDense(n, p, nil), mat.NewVecDense(n, nil)
	prior := mat.NewDiagDense(p, nil)
	for w := range 7 {
		prior.SetDiag(w, 1/(level*level))
	}
	for t, d := range dates {
		day, err := time.Parse("2006-01-02", d)
		if err != nil {
			return nil, err
		}
		x.Set(t, int(day.Weekday()), 1)
		y.SetVec(t, calls[t]-level)
	}
	for k, e := range events {
		prior.SetDiag(7+k, 1/(variance*e.size*e.size))
		for t, v := range e.course(dates) {
			x.Set(t, 7+k, v)
			y.SetVec(t, y.AtVec(t)-rate*e.size*v)
		}
	}
	var chol mat.Cholesky
	var vx, xvx mat.Dense
	var vy, right, beta mat.VecDense
	if !chol.Factorize(cov) {
		return nil, fmt.Errorf("the covariance has no factor")
	}
	if err := chol.SolveTo(&vx, x); err != nil {
		return nil, err
	}
	if err := chol.SolveVecTo(&vy, y); err != nil {
		return nil, err
	}
	xvx.Mul(x.T(), &vx)
	xvx.Add(&xvx, prior)
	right.MulVec(x.T(), &vy)
	if err := beta.SolveVec(&xvx, &right); err != nil {
		return nil, err
	}
	out := make([]float64, len(events))
	for k, e := range events {
		out[k] = rate*e.size + beta.AtVec(7+k)
	}
	return out, nil
}

// course returns the share of the total that lies on each day; of a level, what its
// last days have goes on, relative to the total of the days that the truth has.
func (e floored) course(dates []string) []float64 {
	out := make([]float64, len(dates))
	if e.total == 0 {
		return out
	}
	last, tail := -1, 0.0
	for t, d := range dates {
		if v, ok := e.daily[d]; ok {
			out[t], last = v/e.total, t
		}
	}
	if e.family != "routing" && e.family != "ivr" {
		return out
	}
	for t := max(last-4, 0); t <= last; t++ {
		tail += out[t] / 5
	}
	for t := last + 1; t < len(out); t++ {
		out[t] = tail
	}
	return out
}

// spread returns the standard error of a family's WAPE over resampled events: with w the
// WAPE, that of the sum of |error| - w·|total|, over the sum of |total|.
func (s score) spread() float64 {
	n := float64(len(s.errors))
	if n < 2 {
		return math.NaN()
	}
	sum := 0.0
	for i, e := range s.errors {
		d := e - s.wape*s.totals[i]
		sum += d * d
	}
	return math.Sqrt(sum*n/(n-1)) / s.absolute
}

// families are the kinds of the given sets.
func families(f *floors) []string {
	var out []string
	for _, e := range f.events {
		if !slices.Contains(out, e.family) {
			out = append(out, e.family)
		}
	}
	return out
}
