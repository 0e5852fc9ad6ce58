package forecast

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// The filter against the textbook: the full covariance of z and its inverse.
func TestFilterIsGeneralisedLeastSquares(t *testing.T) {
	const n, p = 60, 3
	h := noise{0.8, 0.04, 0.01, 0.03}
	d := newDraw()
	d.at(1)
	tab := &table{p: p, rows: make([]float64, n*(p+1)), count: make([]float64, n), far: make([]float64, n), ok: make([]bool, n), prior: []float64{1, 4, 9}}
	var days []int
	for k := range n {
		for j := range p + 1 {
			tab.row(k)[j] = d.NormFloat64()
		}
		tab.count[k] = 0.02 * d.uniform()
		if tab.ok[k] = k%7 < 5 && k != 30; tab.ok[k] {
			days = append(days, k)
		}
	}
	m := len(days)
	cov := mat.NewSymDense(m, nil)
	x, z := mat.NewDense(m, p, nil), mat.NewVecDense(m, nil)
	for i, a := range days {
		for j, b := range days[:i+1] {
			cov.SetSym(i, j, h.drift*math.Pow(h.phi, float64(a-b))+h.slow*math.Pow(slowPhi, float64(a-b)))
		}
		cov.SetSym(i, i, h.drift+h.slow+h.day+tab.count[a])
		x.SetRow(i, tab.row(a)[:p])
		z.SetVec(i, tab.row(a)[p])
	}
	// The marginal law of z: covariance plus x·diag(1/prior)·x'.
	marginal := mat.NewSymDense(m, nil)
	marginal.CopySym(cov)
	for j, lambda := range tab.prior {
		marginal.SymRankOne(marginal, 1/lambda, x.ColView(j))
	}
	var chol mat.Cholesky
	if !chol.Factorize(marginal) {
		t.Fatal("covariance is not positive definite")
	}
	var w mat.VecDense
	if err := chol.SolveVecTo(&w, z); err != nil {
		t.Fatal(err)
	}
	logPrior := 0.0
	for _, lambda := range tab.prior {
		logPrior += math.Log(lambda)
	}
	want := -0.5 * (chol.LogDet() + mat.Dot(z, &w))
	f := newFilter(p, h)
	f.run(tab, n, h)
	s := f.solve(tab.prior)
	if got := s.logLik + 0.5*logPrior; math.Abs(got-want) > 1e-9*math.Abs(want) {
		t.Errorf("log likelihood %v, want %v", got, want)
	}
	// Posterior mean of b: diag(1/prior)·x'·marginal⁻¹·z.
	for j, lambda := range tab.prior {
		if want := mat.Dot(x.ColView(j), &w) / lambda; math.Abs(s.b[j]-want) > 1e-9 {
			t.Errorf("coefficient %d: %v, want %v", j, s.b[j], want)
		}
	}
	// The filter at n-20 knows the first n-20 days and nothing else.
	early := newFilter(p, h)
	for k := range n {
		if early.step(tab.row(k), tab.count[k], tab.ok[k]); k == n-21 {
			break
		}
	}
	short := newFilter(p, h)
	short.run(tab, n-20, h)
	if a, b := early.solve(tab.prior), short.solve(tab.prior); a.logLik != b.logLik {
		t.Errorf("read on the way %v, run to there %v", a.logLik, b.logLik)
	}
}

func TestMinimise(t *testing.T) {
	calls := 0
	f := func(x []float64) float64 {
		calls++
		return 100 * (sq(x[0]-1) + 3*sq(x[1]+2) + sq(x[2]-x[0]))
	}
	x := minimise(f, []float64{0, 0, 0}, 0.7, 200)
	for j, want := range []float64{1, -2, 1} {
		if math.Abs(x[j]-want) > 0.03 {
			t.Errorf("x[%d] = %v, want %v", j, x[j], want)
		}
	}
	if calls > 205 {
		t.Errorf("%d calls", calls)
	}
}
