package uplift

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// flat returns a baseline of the given days with the same rate in every open
// half hour, and its calendars.
func flat(t testing.TB, paths, days int, rates ...float64) (*forecast.Paths, map[string]*interval.Calendar) {
	t.Helper()
	cal := weekdayCalendar(t)
	g, err := interval.DayGrid(firstDay, firstDay.AddDays(days-1), 30*time.Minute, zone(t))
	if err != nil {
		t.Fatal(err)
	}
	names, cals := []string{}, map[string]*interval.Calendar{}
	for i := range rates {
		names = append(names, string(rune('a'+i)))
		cals[names[i]] = cal
	}
	p, err := forecast.NewPaths(g, names, paths)
	if err != nil {
		t.Fatal(err)
	}
	open := cal.Open(g)
	for path := range paths {
		for q, rate := range rates {
			r := stream(7, names[q], path)
			for i, yes := range open {
				if yes {
					p.Rates(path, q)[i] = float32(rate)
					p.Counts(path, q)[i] = poisson(rate, r)
				}
			}
		}
	}
	return p, cals
}

func predict(t testing.TB, c Cause, base *forecast.Paths, cals map[string]*interval.Calendar) *Prediction {
	t.Helper()
	lib := PriorLibrary()
	p, err := lib.Predict(t.Context(), c, base, cals, PredictOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mailing(size float64) Cause {
	return Cause{ID: "new", Kind: Mailing, Class: "first", Start: firstDay.AddDays(2), Size: size}
}

func TestPredictPriorOnly(t *testing.T) {
	base, cals := flat(t, 400, 77, 20, 5)
	p := predict(t, mailing(50000), base, cals)
	if p.Basis != "prior only" || p.Source == "" {
		t.Errorf("basis %q, source %q", p.Basis, p.Source)
	}
	total := p.Total()
	if want := 50000 * priors[Mailing].median; total.P50 < .7*want || total.P50 > 1.4*want {
		t.Errorf("median total %v, the prior says about %v", total.P50, want)
	}
	if !(total.P025 < total.P10 && total.P10 < total.P50 && total.P50 < total.P90 && total.P90 < total.P975) {
		t.Errorf("quantiles %+v", total)
	}
	if peak := p.Peak(); peak.Date.Before(firstDay.AddDays(3)) || peak.Date.After(firstDay.AddDays(16)) {
		t.Errorf("peak on %s", peak.Date)
	}
	sum := 0.0
	for _, v := range p.Shape {
		sum += v
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the shape sums to %v", sum)
	}
}

func TestPredictLeavesTheBaselineAndClosedHours(t *testing.T) {
	base, cals := flat(t, 50, 42, 20, 5)
	before := base.Clone()
	p := predict(t, mailing(50000), base, cals)
	with, open := p.With(), cals["a"].Open(base.Grid())
	for path := range base.Len() {
		for q := range base.Queues() {
			if !slices.Equal(base.Counts(path, q), before.Counts(path, q)) || !slices.Equal(base.Rates(path, q), before.Rates(path, q)) {
				t.Fatal("the baseline changed")
			}
			for i, d := range p.Delta(path, q) {
				if d < 0 || !open[i] && (d != 0 || with.Rates(path, q)[i] != 0) {
					t.Fatalf("%s: %d calls", base.Grid().Stamp(i), d)
				}
				if with.Counts(path, q)[i] != base.Counts(path, q)[i]+d {
					t.Fatal("with is not baseline and uplift")
				}
			}
		}
	}
}

func TestPredictSameSeedSameNumbers(t *testing.T) {
	base, cals := flat(t, 60, 42, 20, 5)
	a, b := predict(t, mailing(50000), base, cals), predict(t, mailing(50000), base, cals)
	lib := PriorLibrary()
	other, err := lib.Predict(t.Context(), mailing(50000), base, cals, PredictOptions{Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.Delta(59, 1), b.Delta(59, 1)) || a.Total() != b.Total() {
		t.Error("the same seed gave other numbers")
	}
	if a.Total() == other.Total() {
		t.Error("another seed gave the same numbers")
	}
}

// Twice the mailing brings twice the calls on every path: rates scale exactly.
func TestPredictScalesWithSize(t *testing.T) {
	base, cals := flat(t, 20, 42, 20)
	one, two := predict(t, mailing(50000), base, cals), predict(t, mailing(100000), base, cals)
	for path := range base.Len() {
		for i, v := range one.DeltaRates(path, 0) {
			if math.Abs(float64(two.DeltaRates(path, 0)[i]-2*v)) > 1e-4*float64(v) {
				t.Fatalf("path %d: %v and %v", path, v, two.DeltaRates(path, 0)[i])
			}
		}
	}
}

func TestPredictTakesAwayNoMoreThanThereIs(t *testing.T) {
	base, cals := flat(t, 200, 42, 4)
	c := Cause{ID: "ivr", Kind: RouteToIVR, Start: firstDay.AddDays(7), Size: 400, Permanent: true, Containment: .9, Queues: []Share{{"a", 1}}}
	p := predict(t, c, base, cals)
	with, taken := p.With(), 0
	for path := range base.Len() {
		for i, d := range p.Delta(path, 0) {
			if d > 0 || with.Counts(path, 0)[i] < 0 || with.Rates(path, 0)[i] < 0 {
				t.Fatalf("delta %d leaves %d calls at rate %v", d, with.Counts(path, 0)[i], with.Rates(path, 0)[i])
			}
			taken -= int(d)
		}
	}
	if taken == 0 {
		t.Error("nothing was taken away")
	}
	// On the last day the ramp is over and far more is sent away than comes.
	last := p.Days()[39]
	if q := quantilesOf(column(p, 39)); q.P50 > -.6*4*float64(18) {
		t.Errorf("on %s %v calls go of about 72", last.Date, q.P50)
	}
}

func column(p *Prediction, day int) []float64 {
	var out []float64
	for path := range p.delta.Len() {
		out = append(out, float64(p.DailyTotal(path, 0)[day]))
	}
	return out
}

// Every rule for closed days keeps the total of a pulse.
func TestPlacementKeepsTheTotal(t *testing.T) {
	cal := weekdayCalendar(t)
	run := dayRun{firstDay, make([]bool, 200), nil}
	for i := range run.open {
		run.open[i] = !cal.Plan(run.date(i)).Closed()
	}
	waves := mailing(0)
	waves.Waves = []Wave{{firstDay.AddDays(2), 100}, {firstDay.AddDays(11), 300}}
	for _, c := range []Cause{mailing(100), waves, {ID: "e", Kind: Event, Start: firstDay.AddDays(11), End: firstDay.AddDays(13)}} {
		for _, k := range dictionary(c.Kind) {
			shape := k.on(priors[c.Kind].days, c.Kind.lead())
			for _, rule := range rules(c.Kind) {
				total := 0.0
				for _, p := range place(c, run, len(shape), rule, nil).days {
					if !run.open[p.day] {
						t.Fatalf("%v under %q falls on a closed day", k, rule)
					}
					total += p.at(shape)
				}
				if math.Abs(total-1) > 1e-9 {
					t.Fatalf("%v under %q: total %v", k, rule, total)
				}
			}
		}
	}
}

func TestPredictOutsideTheGrid(t *testing.T) {
	base, cals := flat(t, 100, 28, 20)
	early, late := mailing(50000), mailing(50000)
	early.Start, late.Start = firstDay.AddDays(-9), firstDay.AddDays(25)
	whole := predict(t, mailing(50000), base, cals).Total().Mean
	for _, c := range []Cause{early, late} {
		if part := predict(t, c, base, cals).Total().Mean; part <= 0 || part > .8*whole {
			t.Errorf("starting %s it brings %.0f calls in the grid, of %.0f", c.Start, part, whole)
		}
	}
	gone := mailing(50000)
	gone.Start = firstDay.AddDays(-400)
	if total := predict(t, gone, base, cals).Total(); total.P975 != 0 {
		t.Errorf("a mailing of last year brings %v", total)
	}
}

func TestPredictOwnRate(t *testing.T) {
	base, cals := flat(t, 400, 77, 20)
	lib := PriorLibrary()
	lib.Past = []PastEffect{{ID: "new", Rate: .03, SE: .0015}}
	p, err := lib.Predict(t.Context(), mailing(50000), base, cals, PredictOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if total := p.Total(); math.Abs(total.Mean-1500) > 60 || total.P975-total.P025 > 600 {
		t.Errorf("a cause known to bring .03 calls a piece brings %+v of 50,000", total)
	}
}

func TestPredictEventHours(t *testing.T) {
	base, cals := flat(t, 30, 14, 20)
	c := Cause{ID: "fair", Kind: Event, Start: firstDay.AddDays(1), Size: 50000, Hours: []interval.Span{{Open: 600, Close: 720}}}
	p := predict(t, c, base, cals)
	day := p.Days()[1]
	for i := day.First; i < day.End; i++ {
		m := base.Grid().Minute(i)
		if within := m >= 600 && m < 720; !within && p.DeltaRates(0, 0)[i] != 0 || within && p.DeltaRates(0, 0)[i] <= 0 {
			t.Errorf("%s: rate %v", base.Grid().Stamp(i), p.DeltaRates(0, 0)[i])
		}
	}
}

func TestPredictSplitsQueues(t *testing.T) {
	base, cals := flat(t, 100, 77, 30, 10)
	c := mailing(100000)
	p := predict(t, c, base, cals)
	if !slices.ContainsFunc(p.Assumptions, func(a Assumption) bool { return a.Name == "queues" }) {
		t.Errorf("no word of the split: %+v", p.Assumptions)
	}
	part := func(p *Prediction, q int) (sum float64) {
		for path := range p.delta.Len() {
			for _, v := range p.DeltaRates(path, q) {
				sum += float64(v)
			}
		}
		return sum
	}
	if a, b := part(p, 0), part(p, 1); math.Abs(a/(a+b)-.75) > .03 {
		t.Errorf("queue a gets %.3f of the calls, it has .75 of the baseline", a/(a+b))
	}
	c.Queues = []Share{{"b", 1}}
	if p := predict(t, c, base, cals); part(p, 0) != 0 || part(p, 1) == 0 {
		t.Error("a mailing for queue b alone reaches queue a")
	}
}

func TestPredictNamesWhatIsMissing(t *testing.T) {
	base, cals := flat(t, 10, 28, 30)
	for _, tt := range []struct {
		c    Cause
		want []string
	}{
		{Cause{ID: "x", Kind: Mailing, Start: firstDay}, []string{"class", "size"}},
		{Cause{ID: "x", Kind: RouteToIVR, Start: firstDay, Queues: []Share{{"a", 1}}}, []string{"size", "containment", "ramp"}},
		{Cause{ID: "x", Kind: SeatLoss, Start: firstDay}, []string{"calls"}},
		{Cause{ID: "x", Kind: RouteIn, Start: firstDay, Size: 50, Ramp: 10}, nil},
	} {
		var names []string
		for _, a := range predict(t, tt.c, base, cals).Assumptions {
			names = append(names, a.Name)
			if a.Value == "" || a.Source == "" || a.Effect == "" {
				t.Errorf("%s: %+v", tt.c.Kind, a)
			}
		}
		if !slices.Equal(names, tt.want) {
			t.Errorf("%s: assumptions %v, want %v", tt.c.Kind, names, tt.want)
		}
	}
}

func TestPredictErrors(t *testing.T) {
	base, cals := flat(t, 2, 7, 30)
	lib := PriorLibrary()
	elsewhere := mailing(1)
	elsewhere.Queues = []Share{{"z", 1}}
	for _, tt := range []struct {
		name string
		c    Cause
		cals map[string]*interval.Calendar
		want string
	}{
		{"queue", elsewhere, cals, `touches queue "z"`},
		{"calendar", mailing(1), nil, `no calendar for queue "a"`},
		{"cause", Cause{ID: "x"}, cals, "no start day"},
	} {
		_, err := lib.Predict(t.Context(), tt.c, base, tt.cals, PredictOptions{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %q", tt.name, err, tt.want)
		}
	}
}

func BenchmarkPredict(b *testing.B) {
	base, cals := flat(b, 1000, 42, 40, 30, 20, 10, 5, 2)
	lib := PriorLibrary()
	for b.Loop() {
		p, err := lib.Predict(b.Context(), mailing(200000), base, cals, PredictOptions{})
		if err != nil {
			b.Fatal(err)
		}
		_ = p
	}
}

func BenchmarkWith(b *testing.B) {
	base, cals := flat(b, 1000, 42, 40, 30, 20, 10, 5, 2)
	p := predict(b, mailing(200000), base, cals)
	for b.Loop() {
		p.With()
	}
}
