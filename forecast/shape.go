package forecast

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// A shape says how the calls of single days depart from the profile: along at
// most three factors that whole days share, and beyond them by counting noise
// with variance w times the mean. Scores are on the scale of the square root of
// the share, so a busy day and a quiet one compare.
type shape struct {
	load  [][]float64 // per factor, a unit vector over slots
	days  []int       // days the scores come from, in order
	score [][]float64 // per day, per factor
	rho   []float64   // persistence of a score from one open day to the next
	extra []float64   // variance that the factors add, per slot
	w     float64     // variance of a count over its mean, at least 1
}

const (
	shapeDays    = 60 // days that teach the factors
	shapeFactors = 3
)

// newShape learns from the last 60 days that were open in nearly all their usual
// slots. u = √(Y+3/8) - √(T·p+3/8) has a variance near w/4 whatever the mean
// (Anscombe 1948); its leading singular vectors are the factors (Shen and Huang
// 2008), shrunk by what pure noise would show (Gavish and Donoho 2017, IEEE
// Trans. Inf. Theory 63:2137, eq. 2.10).
func newShape(r *record, p *profile, skip []bool) *shape {
	s := &shape{w: 1, extra: make([]float64, r.slots)}
	if r.daily {
		return s
	}
	s.days = wholeDays(r, p, skip)
	n := len(s.days)
	if n < 5 {
		s.score = make([][]float64, n)
		return s
	}
	u := mat.NewDense(n, r.slots, nil)
	cells := 0
	for k, day := range s.days {
		d := r.days[day]
		share := p.share[d.Date.Weekday()]
		level := r.total[day] / r.mass(day, share)
		for i := d.First; i < d.End; i++ {
			if r.use[i] {
				cells++
				u.Set(k, r.slot[i], math.Sqrt(r.value(i)+0.375)-math.Sqrt(level*share[r.slot[i]]+0.375))
			}
		}
	}
	if p.mean >= 1 {
		s.factor(u, r, float64(cells))
	}
	s.scores(u, r)
	s.w = s.dispersion(r, p)
	return s
}

func wholeDays(r *record, p *profile, skip []bool) []int {
	var days []int
	for k := len(r.days) - 1; k >= 0 && len(days) < shapeDays; k-- {
		share := p.share[r.days[k].Date.Weekday()]
		if !skip[k] && r.used[k] > 0 && r.total[k] > 0 && r.mass(k, share) > 0.9 {
			days = append([]int{k}, days...)
		}
	}
	return days
}

// factor fills the loads, scaled so that a projected score is already shrunk.
func (s *shape) factor(u *mat.Dense, r *record, cells float64) {
	var svd mat.SVD
	if !svd.Factorize(u, mat.SVDThin) {
		return
	}
	n, _ := u.Dims()
	values := svd.Values(nil)
	k := min(shapeFactors, n/10)
	rest := 0.0
	for _, v := range values[min(k, len(values)):] {
		rest += v * v
	}
	slots := cells / float64(n)
	free := cells - float64(k)*(float64(n)+slots)
	if free < 10 || rest < 1e-9*free { // too little to judge by, or calls without any noise
		return
	}
	long, beta := max(float64(n), slots), min(float64(n), slots)/max(float64(n), slots)
	unit := math.Sqrt(rest / free * long)
	var v mat.Dense
	svd.VTo(&v)
	for j := range k {
		y := values[j] / unit
		if y <= 1+math.Sqrt(beta) {
			break
		}
		keep := math.Sqrt(math.Sqrt(max(sq(y*y-beta-1)-4*beta, 0)) / (y * y))
		load := make([]float64, r.slots)
		for i := range load {
			load[i] = keep * v.At(i, j)
		}
		s.load = append(s.load, load)
	}
}

// scores projects the days on the factors and measures persistence and variance.
func (s *shape) scores(u *mat.Dense, r *record) {
	k := len(s.load)
	for i, day := range s.days {
		f := make([]float64, k)
		for j, load := range s.load {
			f[j] = dot(u.RawRowView(i), load) / math.Sqrt(r.total[day])
		}
		s.score = append(s.score, f)
	}
	s.rho = make([]float64, k)
	for j, load := range s.load {
		cross, square := 0.0, 0.0
		for i, f := range s.score {
			square += f[j] * f[j]
			if i > 0 {
				cross += f[j] * s.score[i-1][j]
			}
		}
		s.rho[j] = min(max(cross/max(square, 1e-300), 0), 0.9)
		for slot, v := range load {
			s.extra[slot] += v * v * square / float64(len(s.days))
		}
	}
}

// dispersion returns w by Pearson's statistic about profile and factors, per
// degree of freedom, and never below Poisson's 1.
func (s *shape) dispersion(r *record, p *profile) float64 {
	chi, cells := 0.0, 0.0
	for k, day := range s.days {
		d := r.days[day]
		share := p.share[d.Date.Weekday()]
		level := r.total[day] / r.mass(day, share)
		for i := d.First; i < d.End; i++ {
			if !r.use[i] {
				continue
			}
			slot := r.slot[i]
			root := math.Sqrt(share[slot])
			for j, load := range s.load {
				root += s.score[k][j] * load[slot]
			}
			if mu := level * sq(max(root, 0)); mu > 0.01 {
				chi += sq(r.value(i)-mu) / mu
				cells++
			}
		}
	}
	n := float64(len(s.days))
	free := cells - n - float64(len(s.load))*(n+cells/n)
	if free < 10 {
		return 1
	}
	return min(max(chi/free, 1), 100)
}
