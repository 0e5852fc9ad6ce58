package forecast

import "math"

// A mixture follows the level of the days under several noises at once, those of the
// regression and others that let it move faster or shake everything more or less, and
// believes each as far as it has foretold the last weeks: dynamic model averaging
// (Raftery, Kárný and Ettler 2010, Technometrics 52:52). A queue that is calm for a year
// and then triples is one that no single noise describes.
type mixture []levelFilter

type levelFilter struct {
	noise
	at    drift // predicted for the next day
	doubt doubt
	log   float64 // of the weight, up to a constant
}

const (
	forget      = 0.97     // of what a noise has earned, per day seen: a memory of a month
	mixtureSpan = 250      // days that a mixture is run over: what lies before is forgotten
	moodStep    = 5        // days between the moods that make up the usual one
	moodAhead   = 7        // days ahead at which moods are measured
	calm, wild  = 0.7, 2.0 // bounds of a mood
)

// newMixture returns the noises: as they are, a quick part and a slow part that move
// more, each with all deviations times 1, 0.6 and 1.7.
func newMixture(h noise) mixture {
	var m mixture
	for _, move := range []struct{ quick, slow float64 }{{1, 1}, {5, 1}, {1, 10}} {
		for _, sd := range []float64{1, 0.6, 1.7} {
			n := noise{h.phi, sq(sd) * move.quick * h.drift, sq(sd) * h.day, sq(sd) * move.slow * h.slow}
			m = append(m, levelFilter{noise: n, doubt: doubt{n.drift, 0, n.slow}})
		}
	}
	return m
}

// step takes in a residual of the regression, seen or not, and predicts the next. An
// error beyond reach moves a level, and condemns a noise, no more than Huber's loss says.
func (m mixture) step(r, count float64, ok bool) {
	for k := range m {
		f := &m[k]
		if ok {
			fvar := f.doubt.sum() + f.day + count
			v := r - f.at.sum()
			off := math.Abs(v) / math.Sqrt(fvar)
			f.log = forget*f.log - 0.5*(math.Log(fvar)+loss(off))
			fvar *= max(1, off/reach)
			g := f.doubt.gain(fvar)
			f.at.quick += g.quick * v
			f.at.slow += g.slow * v
			f.doubt = f.doubt.less(g, fvar)
		}
		f.at, f.doubt = f.tomorrow(f.at), f.next(f.doubt)
	}
}

// loss returns Huber's loss of an error of u deviations: u² within reach, and what grows
// like a line beyond.
func loss(u float64) float64 {
	if u > reach {
		return reach * (2*u - reach)
	}
	return u * u
}

// ahead returns the mean and the variance of the level and of the day alone h days after
// the last day taken in.
func (m mixture) ahead(h int) (mean, variance float64) {
	top := math.Inf(-1)
	for _, f := range m {
		top = max(top, f.log)
	}
	total := 0.0
	for _, f := range m {
		w := math.Exp(f.log - top)
		x := f.after(f.at, h-1).sum()
		total += w
		mean += w * x
		variance += w * (f.later(f.doubt, h-1).sum() + f.day + x*x)
	}
	mean /= total
	return mean, max(variance/total-mean*mean, 0)
}

// blended is the member whose level is that of the mixture, over the terms of the
// regression. The mean of the last eight days of a weekday, once in its place, lost to it
// on most series.
type blended struct{ q *dayModel }

func (m blended) trust() float64 { return 0.13 }

// followed is what the mixture says from one day on.
type followed struct {
	mixture
	v *view
}

// look runs a mixture over the last of the days that the view knows.
func (b blended) look(v *view) outlook {
	r := b.q.main
	m := newMixture(r.noise)
	for d := max(0, v.last-mixtureSpan); d < v.last; d++ {
		m.step(r.residual(d, v.sol.b), r.table.count[d], r.table.ok[d])
	}
	return followed{m, v}
}

func (f followed) level(t target) float64 {
	level, _ := f.ahead(t.ahead)
	return f.v.q.main.linear(t.x, f.v.sol.b) + level + f.v.carried(t.ahead)
}

// moods returns for each day how much wider than the regression and than usual the mixture
// sees the week after it, as a factor on deviations: after days of great surprises bands
// are wider, after quiet ones narrower (Hull and White 1998, Journal of Risk 1:5, who
// scale past surprises by what a deviation is now). Days between steps take the last.
func (r *regression) moods() []float64 {
	m, f := newMixture(r.noise), newFilter(0, r.noise)
	out := make([]float64, len(r.table.ok))
	usual, n, last := 0.0, 0.0, 0.0
	for d, ok := range r.table.ok {
		m.step(r.residual(d, r.b), r.table.count[d], ok)
		f.step(zero, r.table.noise(d), ok)
		if left := len(out) - 1 - d; left%moodStep == 0 {
			_, variance := m.ahead(moodAhead)
			last = 0.5 * math.Log(max(variance, 1e-12)/(r.noise.later(f.doubt, moodAhead-1).sum()+r.noise.day+1e-12))
			if d >= innerHistory {
				usual, n = usual+last, n+1
			}
		}
		out[d] = last
	}
	for d := range out {
		out[d] = min(max(math.Exp(out[d]-usual/max(n, 1)), calm), wild)
	}
	return out
}

// zero is a row of no terms.
var zero = []float64{0}
