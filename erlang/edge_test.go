package erlang

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
)

var inf = math.Inf(1)

func TestBAtTheEdges(t *testing.T) {
	for _, tt := range []struct {
		name         string
		agents, load float64
		want         float64
	}{
		{"no agents lose every call", 0, 5, 1},
		{"no agents, no load", 0, 0, 1},
		{"no load", 3, 0, 0},
		{"no load on part of an agent", 0.3, 0, 0},
		{"next to no load", 3, 1e-300, 0},
		{"one agent: a/(1+a)", 1, 0.5, 1. / 3},
		{"agents far beyond the load", 1e9, 1, 0},
		{"load far beyond the agents", 1, 1e100, 1},
	} {
		if got, err := B(tt.agents, tt.load); err != nil || math.Abs(got-tt.want) > 1e-15 {
			t.Errorf("%s: B(%v, %v) = %v, %v; want %v", tt.name, tt.agents, tt.load, got, err, tt.want)
		}
	}
	// B(a, a) = sqrt(2/(πa)) (1 + O(1/sqrt a)) at a billion.
	if got, err := B(1e9, 1e9); err != nil || math.Abs(got*math.Sqrt(math.Pi*1e9/2)-1) > 1e-4 {
		t.Errorf("B(1e9, 1e9) = %v, %v", got, err)
	}
}

func TestEvalCAtTheEdges(t *testing.T) {
	grows := MeasuresC{PWait: 1, PWaitOverT: 1, ASA: inf, ASADelayed: inf, Occupancy: 1, QueueLen: inf, WaitP90: inf}
	for _, tt := range []struct {
		name   string
		agents float64
		l      Line
		want   MeasuresC
	}{
		{"load equals agents", 5, Line{Load: 5, AHT: 300, Target: 20}, grows},
		{"load above agents", 5, Line{Load: 50, AHT: 300, Target: inf}, grows},
		{"nobody works", 0, Line{Load: 2, AHT: 300}, grows},
		{"nobody calls", 2, Line{AHT: 300, Target: 20}, MeasuresC{SL: 1, ASADelayed: 150}},
		{"T is endless", 1, Line{Load: 0.5, AHT: 300, Target: inf},
			MeasuresC{PWait: 0.5, SL: 1, ASA: 300, ASADelayed: 600, Occupancy: 0.5, QueueLen: 0.5, WaitP90: 600 * math.Log(5)}},
	} {
		if got, err := EvalC(tt.agents, tt.l); err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v; want %+v", tt.name, got, err, tt.want)
		}
	}
}

func TestEvalAWithoutAgents(t *testing.T) {
	got, err := EvalA(0, Line{Load: 2, AHT: 300, Patience: 60, Target: 30})
	stay := math.Exp(-0.5)
	want := MeasuresA{PWait: 1, PAbandon: 1, PWaitOverT: stay, PVirtualOverT: 1, SLInclAbandons: 1 - stay,
		PAbandonWithinT: -math.Expm1(-0.5), ASAAnswered: inf, WaitAll: 60, WaitAbandoned: 60,
		WaitVirtual: inf, QueueLen: 0.4, Occupancy: 1}
	if err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	near, _ := EvalA(1e-9, Line{Load: 2, AHT: 300, Patience: 60, Target: 30})
	if math.Abs(near.PAbandon-1) > 1e-8 || math.Abs(near.PAbandonWithinT-want.PAbandonWithinT) > 1e-8 {
		t.Errorf("not the limit of few agents: %+v", near)
	}
}

func TestPatienceZeroIsTheLossSystem(t *testing.T) {
	for _, target := range []float64{0, 20, inf} {
		for _, n := range []float64{0.7, 3, 40} {
			l := Line{Load: 5, AHT: 300, Target: target}
			m, err := EvalA(n, l)
			b, _ := B(n, 5)
			virtual := b * math.Exp(-n*target/300)
			want := MeasuresA{PWait: b, PAbandon: b, PVirtualOverT: virtual, SLOffered: 1 - b, SLAnswered: 1,
				SLInclAbandons: 1, SLExclShortAbandons: 1, SLVirtual: 1 - virtual, PAbandonWithinT: b,
				WaitVirtual: b * 300 / n, Occupancy: 5 * (1 - b) / n}
			if err != nil {
				t.Fatal(err)
			}
			compareFields(t, fmt.Sprintf("n %v, T %v", n, target), m, want, 1)
		}
	}
}

func TestPatienceWithoutEndIsErlangC(t *testing.T) {
	for _, load := range []float64{0, 3, 9.9} {
		l := Line{Load: load, AHT: 300, Patience: inf, Target: 20}
		c, _ := EvalC(10, l)
		for _, patience := range []float64{inf, 3e20} {
			l.Patience = patience
			m, err := EvalA(10, l)
			if err != nil {
				t.Fatal(err)
			}
			got := MeasuresC{m.PWait, m.PWaitOverT, m.SLOffered, m.WaitAll, m.WaitAbandoned, m.Occupancy, m.QueueLen, 0}
			want := c
			want.WaitP90 = 0
			if patience < inf { // E[R | R < V] is E[V²]/2E[V] then, also AHT/(n-a)
				compareFields(t, fmt.Sprint(load, " patience ", patience), got, want, 100)
			} else if got != want {
				t.Errorf("load %v: %+v, want %+v", load, got, want)
			}
		}
	}
	over, err := EvalA(4, Line{Load: 5, AHT: 300, Patience: inf, Target: 20})
	limit, _ := EvalA(4, Line{Load: 5, AHT: 300, Patience: 3e12, Target: 20})
	if err != nil || math.Abs(over.PAbandon-0.2) > 1e-15 || math.Abs(limit.PAbandon-0.2) > 1e-9 || over.SLOffered != 0 || over.ASAAnswered != inf {
		t.Errorf("overload: %+v, %v", over, err)
	}
}

// Whatever is given, a measure is a number in its range or the call is an error.
func TestMeasuresStayInRange(t *testing.T) {
	values := []float64{0, 1e-300, 1e-9, 0.3, 1, 17, 20, 31, 1e3, 1e9, 1e15, 1e100}
	times := []float64{0, 1e-300, 1e-3, 20, 1e5, 1e15, 1e300, inf}
	for _, n := range values {
		for _, load := range values {
			for _, target := range times {
				for _, patience := range times {
					for _, aht := range []float64{1e-100, 1e-6, 300, 1e9} {
						l := Line{load, aht, patience, target}
						m, err := EvalA(n, l)
						checkRange(t, fmt.Sprintf("EvalA(%v, %+v)", n, l), m, err)
					}
				}
				l := Line{Load: load, AHT: 300, Target: target}
				m, err := EvalC(n, l)
				checkRange(t, fmt.Sprintf("EvalC(%v, %+v)", n, l), m, err)
			}
		}
	}
}

func TestEvalKStaysInRange(t *testing.T) {
	for _, load := range []float64{0, 1e-300, 0.3, 17, 1e3, 1e100} {
		for _, target := range []float64{0, 1e-300, 20, 1e15, inf} {
			for _, patience := range []float64{0, 1e-300, 1, 1e5, 1e300, inf} {
				for _, places := range []int{0, 1, 30, 2000} {
					l := Lines{Line: Line{load, 300, patience, target}, Agents: 17, Capacity: 17 + places}
					m, err := EvalK(l)
					checkRange(t, fmt.Sprintf("EvalK(%+v)", l), m, err)
					x, err := EvalX(l, 0.7)
					checkRange(t, fmt.Sprintf("EvalX(%+v)", l), x.MeasuresK, err)
				}
			}
		}
	}
}

func checkRange(t *testing.T, at string, measures any, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", at, err)
	}
	m := reflect.ValueOf(measures)
	for i := range m.NumField() {
		name, v := m.Type().Field(i).Name, m.Field(i).Float()
		share := strings.HasPrefix(name, "P") || strings.HasPrefix(name, "SL") || name == "Occupancy"
		if !(v >= 0) || share && v > 1 {
			t.Errorf("%s: %s = %v", at, name, v)
		}
	}
}

func TestArgumentErrorsNameTheArgument(t *testing.T) {
	good := Line{Load: 5, AHT: 300, Patience: 60, Target: 20}
	for _, tt := range []struct {
		name string
		call func() error
		want []string // argument names, in order
	}{
		{"negative agents", func() error { _, err := B(-1, 5); return err }, []string{"agents"}},
		{"agents not a number", func() error { _, err := C(math.NaN(), 5); return err }, []string{"agents"}},
		{"endless agents", func() error { _, err := B(inf, 5); return err }, []string{"agents"}},
		{"endless load", func() error { _, err := B(3, inf); return err }, []string{"load"}},
		{"negative load", func() error { _, err := C(3, -2); return err }, []string{"load"}},
		{"everything wrong at once", func() error {
			_, err := EvalA(-1, Line{Load: math.NaN(), AHT: 0, Patience: -1, Target: math.NaN()})
			return err
		}, []string{"load", "AHT", "patience", "target", "agents"}},
		{"endless AHT", func() error { l := good; l.AHT = inf; _, err := EvalC(3, l); return err }, []string{"AHT"}},
		{"Erlang C does not read patience", func() error { l := good; l.Patience = -1; _, err := EvalC(6, l); return err }, nil},
		{"shrinkage of all", func() error { _, err := Gross(10, 0.1, 1); return err }, []string{"shrinkage[1]"}},
		{"shrinkage below nothing", func() error { _, err := Gross(math.NaN(), -0.1); return err }, []string{"net", "shrinkage[0]"}},
		{"blocking of nothing", func() error { _, err := RequiredTrunks(-1, 0); return err }, []string{"load", "blocking"}},
		{"lines without agents", func() error { _, err := EvalK(Lines{Line: good, Capacity: -1}); return err }, []string{"Agents", "Capacity"}},
		{"redials without end", func() error {
			_, err := EvalX(Lines{Line: good, Agents: 3, Capacity: 9}, 1)
			return err
		}, []string{"redial"}},
		{"trunks", func() error { _, err := MaxLoadB(-3, 0.1); return err }, []string{"trunks"}},
		{"too much to staff", func() error {
			l := good
			l.Load = 1e13
			_, err := RequiredA(l, ServiceLevel(SLOffered, 0.8))
			if !errors.Is(err, ErrUnreachable) {
				t.Errorf("load 1e13: %v", err)
			}
			return err
		}, []string{"load"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			collectArguments(tt.call(), &got)
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("names %v, want %v", got, tt.want)
			}
		})
	}
}

func collectArguments(err error, names *[]string) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			collectArguments(e, names)
		}
		return
	}
	if bad, ok := errors.AsType[*ArgumentError](err); ok {
		*names = append(*names, bad.Name)
	}
}

func TestGoalFaults(t *testing.T) {
	for _, tt := range []struct {
		name string
		goal Goal
		want string
	}{
		{"nothing asked", Goal{}, "no condition"},
		{"level without a name", Goal{MinLevel: 0.8}, "name the service-level definition"},
		{"name without a level", Goal{Level: SLOffered}, "MinLevel is not set"},
		{"level in percent", ServiceLevel(SLOffered, 80), "MinLevel is 80"},
		{"unknown definition", ServiceLevel(Definition(9), 0.8), "Definition(9)"},
		{"speed without a name", Goal{MaxASA: 20}, "name the speed-of-answer definition"},
		{"speed without a value", Goal{ASA: ASAAll}, "MaxASA is not set"},
		{"negative speed", Goal{ASA: ASAAll, MaxASA: -1}, "MaxASA is -1"},
		{"waiting of all", Goal{MaxWait: 1}, "MaxWait is 1"},
		{"abandonment not a number", Goal{MaxAbandon: math.NaN()}, "MaxAbandon is NaN"},
		{"occupancy that every staffing meets", Goal{MaxOccupancy: 1}, "MaxOccupancy is 1,"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.goal.Validate()
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Validate: %v, want %q", err, tt.want)
			}
			if _, err := RequiredA(Line{Load: 3, AHT: 300, Patience: 60}, tt.goal); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("RequiredA: %v, want %q", err, tt.want)
			}
			if tt.goal.sound() {
				t.Error("sound disagrees with Validate")
			}
		})
	}
	all := Goal{MinLevel: 2, MaxASA: -1, MaxWait: 3}.Validate()
	for _, want := range []string{"MinLevel", "MaxASA", "MaxWait"} {
		if !strings.Contains(all.Error(), want) {
			t.Errorf("%v does not name %s", all, want)
		}
	}
	if _, err := RequiredC(Line{Load: 3, AHT: 300}, Goal{MaxAbandon: 0.03}); err == nil || !strings.Contains(err.Error(), "use Erlang A") {
		t.Errorf("abandonment in Erlang C: %v", err)
	}
}

func TestDefinitionsAreNames(t *testing.T) {
	for d := SLOffered; d <= SLVirtual; d++ {
		var back Definition
		text, err := d.MarshalText()
		if err != nil || back.UnmarshalText(text) != nil || back != d {
			t.Errorf("%v does not survive text %q: %v", d, text, err)
		}
	}
	for d := ASAAnswered; d <= ASAVirtual; d++ {
		var back ASADefinition
		text, err := d.MarshalText()
		if err != nil || back.UnmarshalText(text) != nil || back != d {
			t.Errorf("%v does not survive text %q: %v", d, text, err)
		}
	}
	for _, name := range []string{"", "sl", "SL_OFFERED", "Definition(0)"} {
		if d, err := ParseDefinition(name); err == nil {
			t.Errorf("ParseDefinition(%q) = %v", name, d)
		}
	}
	if _, err := Definition(0).MarshalText(); err == nil {
		t.Error("no definition is written as if it were one")
	}
	if got := (MeasuresA{}).ServiceLevel(0); !math.IsNaN(got) {
		t.Errorf("the level by no definition is %v", got)
	}
}

func TestGross(t *testing.T) {
	if got, err := Gross(70, 0.3); err != nil || math.Abs(got-100) > 1e-12 {
		t.Errorf("Gross(70, 30%%) = %v, %v", got, err)
	}
	// Independent parts multiply: 10% and 20% leave 72%, not 70%.
	if got, err := Gross(72, 0.1, 0.2); err != nil || math.Abs(got-100) > 1e-12 {
		t.Errorf("Gross(72, 10%%, 20%%) = %v, %v", got, err)
	}
	if got, err := Gross(12.5); err != nil || got != 12.5 {
		t.Errorf("Gross(12.5) = %v, %v", got, err)
	}
}
