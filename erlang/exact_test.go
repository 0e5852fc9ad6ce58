package erlang

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// accuracy is the statement the package makes: 1e-12 relative plus eight roundings times the
// condition number with respect to the inputs, 1e-13 absolute for service levels.
func accuracy(name string, got, want, cond float64) bool {
	if got == want {
		return true
	}
	if strings.HasPrefix(name, "SL") {
		return math.Abs(got-want) <= 1e-13
	}
	return math.Abs(got-want) <= math.Abs(want)*(1e-12+8*0x1p-53*cond)+1e-300
}

func compareFields(t *testing.T, at string, got, want any, cond float64) {
	t.Helper()
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range g.NumField() {
		name := g.Type().Field(i).Name
		if !accuracy(name, g.Field(i).Float(), w.Field(i).Float(), cond) {
			t.Errorf("%s: %s = %.17g, want %.17g", at, name, g.Field(i).Float(), w.Field(i).Float())
		}
	}
}

// logUniform draws from [lo, hi] with equal weight on every power of ten.
func logUniform(rng *rand.Rand, lo, hi float64) float64 {
	return lo * math.Pow(hi/lo, rng.Float64())
}

func TestBAgainstExactSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 600 {
		n := math.Floor(logUniform(rng, 1, 3000))
		if rng.IntN(3) == 0 {
			n = logUniform(rng, 0.05, 500)
		}
		a := max(0.05, n*logUniform(rng, 0.2, 8))
		if rng.IntN(2) == 0 {
			a = max(0.05, n+6*(rng.Float64()-0.5)*math.Sqrt(n))
		}
		got, err := B(n, a)
		want := refB(n, a)
		cond := math.Abs(n - a*(1-want))
		if err != nil || !accuracy("", got, want, cond) {
			t.Errorf("B(%v, %v) = %.17g, %v; want %.17g", n, a, got, err, want)
		}
	}
}

func TestEvalCAgainstExactSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	for range 500 {
		n := math.Floor(logUniform(rng, 1, 2000))
		if rng.IntN(3) == 0 {
			n = logUniform(rng, 0.2, 300)
		}
		l := Line{
			Load:   max(0.02, n*(1-logUniform(rng, 1e-7, 0.9))),
			AHT:    logUniform(rng, 30, 900),
			Target: math.Floor(logUniform(rng, 1, 600)) - 1,
		}
		if l.Load >= n {
			continue
		}
		got, err := EvalC(n, l)
		if err != nil {
			t.Fatal(err)
		}
		want := refEvalC(n, l)
		// Near a tenth waiting the 90th percentile is as ill conditioned as it is small.
		if math.Abs(want.PWait-0.1) < 0.01 {
			got.WaitP90, want.WaitP90 = 0, 0
		}
		cond := 1 + (n-l.Load)*(1+l.Target/l.AHT) + l.Load/(n-l.Load)
		compareFields(t, fmt.Sprintf("EvalC(%v, %+v)", n, l), got, want, cond)
	}
}

func TestEvalAAgainstExactSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 250 {
		n := math.Floor(logUniform(rng, 1, 600))
		if rng.IntN(4) == 0 {
			n = logUniform(rng, 0.2, 100)
		}
		aht := logUniform(rng, 30, 900)
		l := Line{
			Load:     max(0.05, n*logUniform(rng, 0.1, 10)),
			AHT:      aht,
			Patience: aht * logUniform(rng, 1e-4, 100),
			Target:   math.Floor(logUniform(rng, 1, 600)) - 1,
		}
		if rng.IntN(2) == 0 {
			l.Load = max(0.05, n+4*(rng.Float64()-0.5)*math.Sqrt(n))
		}
		if l.Load*l.Patience/aht > 4000 { // keeps the reference sums short
			l.Patience = aht * 4000 / l.Load
		}
		got, err := EvalA(n, l)
		if err != nil {
			t.Fatal(err)
		}
		cond := 2 + n + 2*(n+l.Load)*l.Target/l.AHT + 2*l.Target/l.Patience
		if n > l.Load { // as the tables state it: the sensitivity of P(wait) to the load
			cond -= l.Load
		}
		compareFields(t, fmt.Sprintf("EvalA(%v, %+v)", n, l), got, refEvalA(n, l), cond)
	}
}

// The whole domain, corners included: next to no load and heavy overload, patience from a millionth
// to a million handling times, T from 0 to far beyond any wait, parts of an agent. Tolerances are
// those of the doc comment, with the condition number of P(wait) measured. (Longer runs of
// the same, nearly all below 2,000 agents, stay at a third of them.)
func TestEvalAOverTheDomain(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 7))
	for points := 0; points < 150; {
		n := logUniform(rng, 0.01, 1500)
		if rng.IntN(3) > 0 {
			n = max(1, math.Floor(n))
		}
		l := Line{AHT: logUniform(rng, 1, 3000)}
		switch rng.IntN(4) {
		case 0:
			l.Load = logUniform(rng, 1e-8, 1e6)
		case 1:
			l.Load = n * logUniform(rng, 0.05, 20)
		default:
			l.Load = max(1e-8, n+12*(rng.Float64()-0.5)*math.Sqrt(n))
		}
		l.Patience = l.AHT * logUniform(rng, 1e-6, 1e6)
		switch rng.IntN(4) {
		case 0:
			l.Target = 0
		case 1:
			l.Target = logUniform(rng, 1e-6, 1e5)
		case 2:
			l.Target = l.Patience * logUniform(rng, 0.1, 700)
		default:
			l.Target = math.Floor(rng.Float64() * 600)
		}
		x := n * l.Patience / l.AHT
		y := l.Load * l.Patience / l.AHT
		if y > 1000 || statesNeeded(x, y-x) > 400 || l.Load < 0.05 && n != math.Floor(n) {
			continue // too long a sum for the reference
		}
		points++
		got, err := EvalA(n, l)
		if err != nil {
			t.Fatal(err)
		}
		at := fmt.Sprintf("EvalA(%v, %+v)", n, l)
		want := refEvalA(n, l)
		cond := conditionOfWait(n, l)
		tails := cond + 2*(n+l.Load)*l.Target/l.AHT + 2*l.Target/l.Patience
		for _, tail := range [][2]float64{{got.PWaitOverT, want.PWaitOverT}, {got.PVirtualOverT, want.PVirtualOverT}} {
			if !accuracy("", tail[0], tail[1], tails) {
				t.Errorf("%s: tail %.17g, want %.17g", at, tail[0], tail[1])
			}
		}
		got.PWaitOverT, got.PVirtualOverT = want.PWaitOverT, want.PVirtualOverT
		compareFields(t, at, got, want, cond)
	}
}

// conditionOfWait is |d ln P(wait) / d ln load|.
func conditionOfWait(n float64, l Line) float64 {
	more, less := l, l
	more.Load *= 1 + 1e-6
	less.Load *= 1 - 1e-6
	a, _ := EvalA(n, more)
	b, _ := EvalA(n, less)
	if a.PWait == 0 || b.PWait == 0 {
		return n
	}
	return math.Abs(math.Log(a.PWait/b.PWait)) / 2e-6
}

func TestRatiosExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 400 {
		x := logUniform(rng, temmeFrom, 5000)
		y := max(1, x+14*(rng.Float64()-0.5)*math.Sqrt(x))
		want := refA(x, y)
		low := lowerRatio(x, y, y-x)
		// 1/A rounds with dev: compare in the scale the package uses.
		scaled := low.scaled * math.Exp(low.dev)
		if e := math.Abs(scaled/want - 1); e > 3e-15*(1+low.dev) {
			t.Errorf("A(%v, %v) is off by %.2g", x, y, e)
		}
		n := math.Floor(x)
		if e := math.Abs(upper(n, y, y-n)/float(refJ(n, y)) - 1); e > 3e-15*(1+deviance(n, y, y-n)) {
			t.Errorf("J(%v, %v) is off by %.2g", n, y, e)
		}
	}
}

func refA(x, y float64) float64 {
	term, sum := bf(1), bf(1)
	for k := 1.0; !negligible(term, sum); k++ {
		term = bdiv(bmul(term, bf(y)), badd(bf(x), bf(k)))
		sum = badd(sum, term)
	}
	return float(sum)
}

// The coefficients follow from mu - ln(1+mu) = eta²/2, that is mu·mu' = eta·(1+mu), and the
// recursion in temme.go, all in exact fractions.
func TestTemmeCoefficients(t *testing.T) {
	const order = 60
	frac := func(a, b int64) *big.Rat { return big.NewRat(a, b) }
	mul := func(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }
	mu := []*big.Rat{frac(0, 1), frac(1, 1)}
	for m := int64(2); m < order; m++ {
		sum := new(big.Rat).Set(mu[m-1])
		for i := int64(2); i < m; i++ {
			sum.Sub(sum, mul(mul(mu[i], mu[m+1-i]), frac(m+1-i, 1)))
		}
		mu = append(mu, mul(sum, frac(1, m+1)))
	}
	inverse := []*big.Rat{frac(1, 1)} // eta/mu
	for m := 1; m < order-1; m++ {
		sum := new(big.Rat)
		for i := 1; i <= m; i++ {
			sum.Sub(sum, mul(mu[i+1], inverse[m-i]))
		}
		inverse = append(inverse, sum)
	}
	c0 := inverse[1:]
	row := c0
	for k := range temmeCoefficients {
		for m, got := range temmeCoefficients[k] {
			if want, _ := row[m].Float64(); got != want && got != 0 { // 0: too small to matter
				t.Errorf("C_%d, power %d: %v, want %v", k, m, got, want)
			}
		}
		next := make([]*big.Rat, len(row)-2)
		for m := range next {
			next[m] = mul(row[m+2], frac(int64(m)+2, 1))
			next[m].Sub(next[m], mul(row[1], c0[m]))
		}
		row = next
	}
}

func TestScaledErfc(t *testing.T) {
	for z := 0.0; z <= 3.55; z += 0.001 {
		want := math.Exp(z*z) * math.Erfc(z)
		if got := scaledErfc(z); math.Abs(got/want-1) > 4e-15 {
			t.Errorf("scaledErfc(%v) = %v, want %v", z, got, want)
		}
	}
}

func TestGaussRule(t *testing.T) {
	for power := range 2 * len(gauss28) {
		got, want := 0.0, 0.0
		if power%2 == 0 {
			want = 2 / float64(power+1)
		}
		for _, g := range gauss28 {
			got += g.weight * math.Pow(g.node, float64(power))
		}
		if math.Abs(got-want) > 4e-16 {
			t.Errorf("power %d: %v, want %v", power, got, want)
		}
	}
}
