package uplift

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// A Kernel is one shape of the dictionary: how an effect lies over the days since
// its start. A pulse has a total of 1, a level ends near 1.
//
// The families, t in days since the start of the first day:
//
//	lognormal  log t ~ N(log A, B²); A is the median in days
//	gamma      t ~ Gamma with shape B and median near A days
//	box        even for A days, then an exponential tail with half-life B
//	ramp       1 - exp(-(t+½)/A); A = 0 is a plain step
//	line       rises evenly for A days, then 1
//	decay      1 + B exp(-t/A): starts high and settles
//	late       ramp with A = B after A days of nothing
//	twin       two equal log-normal humps with medians A and B, B² = .35² each
//	early      the share B comes before the start and doubles every A days up to it,
//	           the rest after, with a half-life of 1.2 days
//	echo       a burst of half-life A; part B of it are calls that came sooner than
//	           they would have: they are missing around day 3A + 5
//	tail       a density (1 + t/A)^-B: a sharp start, a long tail
type Kernel struct {
	Family string  `json:"family"`
	A      float64 `json:"a"`
	B      float64 `json:"b,omitempty"`
}

// days returns the kernel on n whole days from the start.
func (k Kernel) days(n int) []float64 { return k.on(n, 0) }

// on returns the kernel on n whole days, the first of them lead days before the start.
func (k Kernel) on(n, lead int) []float64 {
	v := make([]float64, n)
	for d := range v {
		t := float64(d - lead)
		switch k.Family {
		case "lognormal", "gamma", "box", "tail":
			v[d] = k.upTo(t+1) - k.upTo(t)
		case "twin":
			first, second := Kernel{"lognormal", k.A, .35}, Kernel{"lognormal", k.B, .35}
			v[d] = (first.upTo(t+1) - first.upTo(t) + second.upTo(t+1) - second.upTo(t)) / 2
		case "early":
			v[d] = earlyAt(t, k.A, k.B)
		case "echo":
			z := (t - 3*k.A - 5) / 3
			v[d] = (1+k.B)*burstAt(t, k.A) - k.B*math.Exp(-z*z/2)/(3*math.Sqrt(2*math.Pi))
			if t < 0 {
				v[d] = 0
			}
		case "ramp":
			v[d] = rampAt(t+.5, k.A)
		case "line":
			v[d] = min(1, (t+.5)/k.A)
		case "decay":
			v[d] = 1 + k.B*math.Exp(-t/k.A)
		case "late":
			v[d] = rampAt(t+.5-k.A, k.B)
		}
	}
	if k.pulse() {
		scaleTo(v, 1)
	}
	return v
}

// earlyHalfLife is the half-life, in days, of what comes after the start of an early kernel.
const earlyHalfLife = 1.2

func earlyAt(t, halfLife, before float64) float64 {
	if t < 0 {
		return before * (math.Exp2(1/halfLife) - 1) * math.Exp2(t/halfLife)
	}
	return (1 - before) * burstAt(t, earlyHalfLife)
}

// burstAt is the share of an exponential of the given half-life on the day that begins at t.
func burstAt(t, halfLife float64) float64 {
	if t < 0 {
		return 0
	}
	return math.Exp2(-t/halfLife) - math.Exp2(-(t+1)/halfLife)
}

func rampAt(t, scale float64) float64 {
	switch {
	case t <= 0:
		return 0
	case scale == 0:
		return 1
	}
	return 1 - math.Exp(-t/scale)
}

func (k Kernel) pulse() bool {
	switch k.Family {
	case "lognormal", "gamma", "box", "twin", "early", "echo", "tail":
		return true
	}
	return false
}

// upTo returns the share of a pulse that has come by time t.
func (k Kernel) upTo(t float64) float64 {
	if t <= 0 {
		return 0
	}
	switch k.Family {
	case "lognormal":
		return .5 * math.Erfc(-math.Log(t/k.A)/(k.B*math.Sqrt2))
	case "gamma":
		// The median of a gamma of shape b is near b - 1/3; below 1 the
		// approximation b·2^(-1/b) is the closer one (Berg and Pedersen 2006).
		median := k.B - 1.0/3
		if k.B < 1 {
			median = k.B * math.Pow(2, -1/k.B)
		} else if k.B == 1 {
			median = math.Ln2
		}
		return mathext.GammaIncReg(k.B, t*median/k.A)
	}
	if k.Family == "tail" {
		return 1 - math.Pow(1+t/k.A, 1-k.B)
	}
	// box: density 1 up to A, then decaying; the whole is A + B/ln 2.
	whole := k.A + k.B/math.Ln2
	if t <= k.A {
		return t / whole
	}
	return (k.A + k.B/math.Ln2*(1-math.Exp2(-(t-k.A)/k.B))) / whole
}

// delay is the number that the prior on the delay speaks of.
func (k Kernel) delay() float64 {
	switch k.Family {
	case "box":
		return (k.A + k.B/math.Ln2) / 2
	case "line":
		return max(k.A/3, .3)
	case "late":
		return k.A + k.B
	case "twin":
		return (k.A + k.B) / 2
	case "early":
		return earlyHalfLife
	case "tail":
		return k.A * (math.Pow(2, 1/(k.B-1)) - 1)
	}
	return max(k.A, .3)
}

// rarity is how much less likely, on the log scale, a kernel is than one of a single hump,
// or than a plain ramp.
func (k Kernel) rarity() float64 {
	switch k.Family {
	case "twin", "early", "echo", "tail", "line", "late", "decay":
		return 1
	}
	return 0
}

// pulses and levels are the two dictionaries. The grid of medians grows by a
// factor of 1.4, which is finer than three past causes can tell apart.
func pulses() []Kernel {
	var out []Kernel
	for m := .35; m < 40; m *= 1.4 {
		for _, b := range []float64{.35, .6, .9} {
			out = append(out, Kernel{"lognormal", round3(m), b})
		}
		for _, b := range []float64{.7, 1, 2, 5} {
			out = append(out, Kernel{"gamma", round3(m), b})
		}
	}
	for _, a := range []float64{2, 3, 5, 7, 10, 14} {
		for _, b := range []float64{.5, 2} {
			out = append(out, Kernel{"box", a, b})
		}
	}
	for _, a := range []float64{2, 3.5, 6} {
		for _, b := range []float64{10, 14, 19} {
			out = append(out, Kernel{"twin", a, b})
		}
	}
	for _, a := range []float64{1, 2} {
		out = append(out, Kernel{"echo", a, .15}, Kernel{"echo", a, .35})
	}
	for _, b := range []float64{1.4, 2} {
		out = append(out, Kernel{"tail", .5, b}, Kernel{"tail", 1.5, b})
	}
	return out
}

// early are the kernels of what people know of before it begins.
func early() []Kernel {
	var out []Kernel
	for _, a := range []float64{1, 2.5} {
		for _, b := range []float64{.2, .4, .65} {
			out = append(out, Kernel{"early", a, b})
		}
	}
	return out
}

func levels() []Kernel {
	var out []Kernel
	for _, a := range []float64{0, .7, 1.5, 3, 4.5, 6.5, 9, 13, 20, 35} {
		out = append(out, Kernel{"ramp", a, 0})
	}
	for _, a := range []float64{3, 5, 8, 12, 18, 28} {
		out = append(out, Kernel{"line", a, 0})
	}
	for _, a := range []float64{2, 5, 10} {
		for _, b := range []float64{.5, 1.5} {
			out = append(out, Kernel{"decay", a, b})
		}
	}
	for _, a := range []float64{2, 5, 9} {
		for _, b := range []float64{0, 2, 5} {
			out = append(out, Kernel{"late", a, b})
		}
	}
	return out
}

func dictionary(k Kind) []Kernel {
	if k.step() {
		return levels()
	}
	if k.lead() > 0 {
		return append(pulses(), early()...)
	}
	return pulses()
}

// A Rule says how a shape falls on the days of a queue.
type Rule string

// Pulses differ in what becomes of the calls they would bring on a closed day;
// every rule keeps the total. Levels differ in whether they follow the weekdays.
const (
	NextDay  Rule = "next open day" // all of them call on the next open day
	Spread   Rule = "spread"        // six in ten do, six in ten of the rest a day later, and so on
	OpenDays Rule = "open days"     // the shape counts open days only
	Even     Rule = "even"          // the same level on every open day
	Weekdays Rule = "weekdays"      // the level follows the weekdays of the queue
)

func rules(k Kind) []Rule {
	if k.step() {
		return []Rule{Weekdays, Even}
	}
	return []Rule{NextDay, Spread, OpenDays}
}

const spreadShare = .6

func round3(x float64) float64 { return math.Round(x*1000) / 1000 }

func scaleTo(v []float64, total float64) {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	for i := range v {
		v[i] *= total / sum
	}
}
