package erlang

import (
	"math"
	"testing"
)

// Published figures, to the digits printed.
func TestPublishedFigures(t *testing.T) {
	garnett := Line{Load: 48, AHT: 60, Patience: 120, Target: 20} // 48 calls a minute of 1 minute
	readme := Line{Load: 100 * 180. / 1800, AHT: 180, Target: 20}
	pypi := Line{Load: 1000 * 120. / 3600, AHT: 120, Target: 20}
	b := func(n, a float64) float64 { v, _ := B(n, a); return v }
	c := func(n float64, l Line) MeasuresC { v, _ := EvalC(n, l); return v }
	a := func(n float64, l Line) MeasuresA { v, _ := EvalA(n, l); return v }
	trunks := func(load, blocking float64) float64 {
		r, _ := RequiredTrunks(load, blocking)
		return float64(r.Agents)
	}
	line15, _ := MaxLoadB(15, 0.01)
	agents, _ := AgentsC(readme, ServiceLevel(SLOffered, 0.8))
	for _, tt := range []struct {
		source, what string
		got, want    float64
		digits       float64 // half a unit of the last printed digit
	}{
		{"Garnett, Mandelbaum and Reiman 2002, table of the introduction", "M/M/n average wait, s", c(50, garnett).ASA, 20.8, 0.05},
		{"the same", "M/M/n 90th percentile, s", c(50, garnett).WaitP90, 58.1, 0.05},
		{"the same", "M/M/n mean queue", c(50, garnett).QueueLen, 17, 0.5},
		{"the same", "M/M/n utilisation", c(50, garnett).Occupancy, 0.96, 0.005},
		{"the same", "M/M/n+M abandoning", a(50, garnett).PAbandon, 0.031, 0.0005},
		{"the same", "M/M/n+M average wait, s", a(50, garnett).WaitAll, 3.7, 0.05},
		{"the same", "M/M/n+M mean queue", a(50, garnett).QueueLen, 3, 0.5},
		{"the same", "M/M/n+M utilisation", a(50, garnett).Occupancy, 0.93, 0.005},
		{"CRAN package ErlangC 0.1.0, README", "P(wait)", c(14, readme).PWait, 0.1741319, 5e-8},
		{"the same", "service level", c(14, readme).SL, 0.88835, 5e-6},
		{"the same", "ASA, s", c(14, readme).ASA, 7.83593701177724, 5e-13},
		{"the same", "agents for 80/20", float64(agents), 14, 0},
		{"PyPI package call-center-tools, project page", "P(wait)", c(40, pypi).PWait, 0.1907, 5e-5},
		{"the same", "service level", c(40, pypi).SL, 0.9372, 5e-5},
		{"the same", "ASA, s", c(40, pypi).ASA, 3.43, 0.005},
		{"Westbay calculator manual", "erlangs on 15 lines at 1%", line15, 8.108, 0.0005},
		{"Westbay forum, trunk engineering", "lines for 33.333 erlangs at 1%", trunks(33.333, 0.01), 45, 0},
		{"pyworkforce documentation", "lines for 10 erlangs at 2%", trunks(10, 0.02), 17, 0},
		{"Alabama 911 application note", "2 call takers, 30 calls of 80 s an hour: P(W > 10 s)",
			c(2, Line{Load: 2. / 3, AHT: 80, Target: 10}).PWaitOverT, 0.14, 0.005},
		{"Jagerman 1974: B(1, a) = a/(1+a)", "one line", b(1, 3), 0.75, 1e-15},
	} {
		if math.Abs(tt.got-tt.want) > tt.digits+1e-12 {
			t.Errorf("%s: %s = %v, published %v", tt.source, tt.what, tt.got, tt.want)
		}
	}
}
