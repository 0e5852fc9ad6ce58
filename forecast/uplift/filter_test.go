package uplift

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
)

// The filter agrees with the covariance written out: weight times walk, AR(1), white.
func TestFilterInvertsTheCovariance(t *testing.T) {
	const n = 40
	r := rand.New(rand.NewPCG(1, 1))
	no := noise{white: .04, swing: .06, phi: .7, walk: .02}
	ease, fixed, known := make([]float64, n), make([]float64, n), make([]bool, n)
	walk, sum := make([]float64, n), 0.0 // variance of the walk
	var rows []int
	for i := range n {
		ease[i], fixed[i], known[i] = .6+r.Float64(), .001*r.Float64(), i%7 != 3 && (i < 12 || i > 20)
		walk[i] = sum
		sum += no.walk * no.walk / (ease[i] * ease[i])
		if known[i] {
			rows = append(rows, i)
		}
	}
	v := newMatrix(len(rows), len(rows))
	for a, i := range rows {
		for b, j := range rows {
			v.row(a)[b] = ease[i]*ease[j]*walk[min(i, j)] + no.swing*no.swing*math.Pow(no.phi, math.Abs(float64(i-j)))
		}
		v.row(a)[a] += no.white*no.white + fixed[i]
	}
	f := newFilter(ease)
	f.set(no, known, fixed)
	inverse := f.inverse()
	inverse = transposed(inverse)
	inverse.mirror()
	for a := range rows {
		for b, j := range rows {
			got := 0.0
			for c, k := range rows {
				got += v.row(a)[c] * inverse.row(k)[j]
			}
			if want := map[bool]float64{true: 1}[a == b]; math.Abs(got-want) > 1e-9 {
				t.Fatalf("V·V^-1 has %v at %d, %d", got, a, b)
			}
		}
	}
	root, err := factorOf(t.Context(), v, oneBlock(len(rows)))
	if err != nil || math.Abs(root.halfLogDet()-f.half) > 1e-9 {
		t.Errorf("half the log determinant is %v, want %v (%v)", f.half, root.halfLogDet(), err)
	}
	x := make([]float64, n)
	for _, i := range rows {
		x[i] = r.NormFloat64()
	}
	white := make([]float64, n)
	f.whiten([][]float64{white}, [][]float64{x}, []int{0})
	want := inverse.times(x)
	if s := floats.Dot(x, want); math.Abs(floats.Dot(white, white)-s) > 1e-9*s {
		t.Errorf("whitened square %v, want %v", floats.Dot(white, white), s)
	}
	f.unwhiten(white)
	if !floats.EqualApprox(white, want, 1e-8) {
		t.Errorf("V^-1·x is %v, want %v", white, want)
	}
}

func transposed(a matrix) matrix {
	out := newMatrix(a.cols, a.rows)
	for i := range a.rows {
		for j, v := range a.row(i) {
			out.row(j)[i] = v
		}
	}
	return out
}

// A factor in blocks gives the matrix back and solves with it; what has none says where.
func TestFactor(t *testing.T) {
	end := []int{2, 2, 5, 5, 5}
	s := newMatrix(5, 5)
	for i := range 5 {
		for j := range 5 {
			if end[i] == end[j] {
				s.row(i)[j] = math.Exp(-math.Abs(float64(i - j)))
			}
		}
	}
	u, err := factorOf(t.Context(), s, end)
	if err != nil {
		t.Fatal(err)
	}
	x := []float64{1, -2, 3, 4, -5}
	if got := u.timesT(u.times(x)); !floats.EqualApprox(got, s.times(x), 1e-12) {
		t.Errorf("U'U·x is %v, want %v", got, s.times(x))
	}
	y := s.times(x)
	u.solveT(y)
	u.solve(y)
	if !floats.EqualApprox(y, x, 1e-12) {
		t.Errorf("solved %v, want %v", y, x)
	}
	s.row(3)[3] = math.NaN()
	_, err = factorOf(t.Context(), s, end)
	if e, ok := errors.AsType[notPositive](err); !ok || e.row != 3 {
		t.Errorf("no number in row 3: %v", err)
	}
	// Two equal rows: rounding decides, and a ridge settles it.
	twin := newMatrix(2, 2)
	copy(twin.v, []float64{1, 1 + 1e-12, 1 + 1e-12, 1})
	if _, err := factorOf(t.Context(), twin, oneBlock(2)); err != nil {
		t.Error(err)
	}
}
