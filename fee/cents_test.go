package fee

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestCentsString(t *testing.T) {
	for c, want := range map[Cents]string{
		0: "$0.00", 5: "$0.05", -5: "-$0.05", 196: "$1.96", 123456: "$1,234.56", -100000000: "-$1,000,000.00",
		99999: "$999.99", math.MinInt64: "-$92,233,720,368,547,758.08",
	} {
		if got := c.String(); got != want {
			t.Errorf("%d cents: %s, want %s", int64(c), got, want)
		}
	}
}

func TestParseCents(t *testing.T) {
	for s, want := range map[string]Cents{"1.96": 196, "$1.96": 196, "-$5": -500, "$1,234.56": 123456, "12345.00": 1234500, "0": 0} {
		if got, err := ParseCents(s); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "$", "1.9", "1.960", "1,23.00", "12,345,6", ".50", "1e3", "$-5", "--5", "+5", "1234,567", "99999999999999999999", "１.00"} {
		if got, err := ParseCents(s); err == nil {
			t.Errorf("%q read as %v, want an error", s, got)
		}
	}
}

func FuzzParseCents(f *testing.F) {
	f.Add("$1,234.56")
	f.Add("-0.01")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCents(s)
		if err != nil {
			return
		}
		if again, err := ParseCents(c.String()); err != nil || again != c {
			t.Fatalf("%q read as %v, that as %v, %v", s, c, again, err)
		}
	})
}

func TestRoundIsHalfAwayFromZero(t *testing.T) {
	for x, want := range map[float64]Cents{0.5: 1, 1.5: 2, 2.5: 3, -0.5: -1, -2.5: -3, 0.49: 0, -0.49: 0, 2.51: 3} {
		if got := Round(x); got != want {
			t.Errorf("Round(%v) = %d, want %d", x, int64(got), int64(want))
		}
	}
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		total   Cents
		weights []float64
		want    []Cents
	}{
		{100, []float64{1, 1, 1}, []Cents{34, 33, 33}}, // ties: the first
		{-100, []float64{1, 1, 1}, []Cents{-33, -33, -34}},
		{5, []float64{0, 0}, []Cents{3, 2}}, // nothing to go by: evenly
		{7, []float64{0, 1}, []Cents{0, 7}},
		{10, []float64{1e308, 1e308, 1e308}, []Cents{4, 3, 3}}, // no overflow
		{1000, []float64{41, 29, 30}, []Cents{410, 290, 300}},
		{0, nil, nil},
	} {
		got := Split(tt.total, tt.weights)
		if len(got) != len(tt.want) {
			t.Fatalf("Split(%d, %v) = %v", tt.total, tt.weights, got)
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("Split(%d, %v) = %v, want %v", int64(tt.total), tt.weights, got, tt.want)
				break
			}
		}
	}
}

// The parts sum to the total, and none is a cent or more from its share.
func TestSplitIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		weights := make([]float64, 1+rng.IntN(12))
		sum := 0.0
		for i := range weights {
			weights[i] = math.Exp(12 * rng.Float64())
			if rng.IntN(5) == 0 {
				weights[i] = 0
			}
			sum += weights[i]
		}
		total := Cents(rng.Int64N(1e12)) - 5e11
		got := Split(total, weights)
		var back Cents
		for i, c := range got {
			back += c
			share := float64(total) / float64(len(weights))
			if sum > 0 {
				share = float64(total) * weights[i] / sum
			}
			if math.Abs(float64(c)-share) > 1+1e-3 {
				t.Fatalf("Split(%d, %v): part %d is %d, its share %v", int64(total), weights, i, int64(c), share)
			}
		}
		if back != total {
			t.Fatalf("Split(%d, %v) sums to %d", int64(total), weights, int64(back))
		}
	}
}

func TestSplitPanicsOnCallersBugs(t *testing.T) {
	for name, f := range map[string]func(){
		"negative weight": func() { Split(1, []float64{1, -1}) },
		"NaN weight":      func() { Split(1, []float64{math.NaN()}) },
		"nobody":          func() { Split(1, nil) },
		"round NaN":       func() { Round(math.NaN()) },
		"round infinity":  func() { Round(math.Inf(1)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
