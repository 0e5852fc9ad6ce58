package uplift

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Effects of known size and of shapes that the model's dictionary does not have, added
// to real daily series: what the given sets cannot tell, because the model was looked
// at on them. Every shape is a set of its own. All numbers come from one seed.

// A daily is a real series in days; days it does not have are closed.
type daily struct {
	dates []time.Time
	calls []float64
}

// readDaily sums a file series,timestamp,count to days, keeps one series of it, and
// drops days without calls.
func readDaily(r io.Reader, name string) (daily, error) {
	var out daily
	rows, err := readRows(r)
	if err != nil {
		return out, err
	}
	for _, row := range rows {
		if name != "" && row["series"] != name {
			continue
		}
		day, err := time.Parse("2006-01-02", row["timestamp"][:10])
		n, bad := strconv.ParseFloat(row["count"], 64)
		if err != nil || bad != nil {
			return out, fmt.Errorf("bench: row %v", row)
		}
		if k := len(out.dates) - 1; k >= 0 && out.dates[k].Equal(day) {
			out.calls[k] += n
			continue
		}
		out.dates, out.calls = append(out.dates, day), append(out.calls, n)
	}
	return out.open(), nil
}

func (d daily) open() daily {
	var out daily
	for i, n := range d.calls {
		if n > 0 {
			out.dates, out.calls = append(out.dates, d.dates[i]), append(out.calls, n)
		}
	}
	return out
}

// cut returns n days of the series from a random one on.
func (d daily) cut(n int, r *rand.Rand) daily {
	from := 0
	if room := len(d.dates) - n; room > 0 {
		from = r.IntN(room)
	}
	to := min(from+n, len(d.dates))
	return daily{d.dates[from:to], slices.Clone(d.calls[from:to])}
}

// A response is a shape: the share of a pulse, or the part of a level, on open day d
// from the start, which may be before it.
type response struct {
	name, family string
	at           func(d float64) float64
	from, to     int
}

func hump(at, width float64) func(float64) float64 {
	return func(d float64) float64 { z := (d - at) / width; return math.Exp(-z * z / 2) }
}

// responses are the shapes of the sets. Pulses are scaled to a total of 1 over all
// their days; the truth is what falls on the 20 open days from the start.
func responses() []response {
	after := func(f func(float64) float64) func(float64) float64 {
		return func(d float64) float64 {
			if d < 0 {
				return 0
			}
			return f(d)
		}
	}
	return []response{
		{"late-hump", "mailing", after(hump(12, 2.5)), 0, 30},
		{"two-humps", "mailing", after(func(d float64) float64 { return hump(3, 1)(d) + .7*hump(12, 2)(d) }), 0, 30},
		{"slow-ramp", "mailing", after(func(d float64) float64 { return max(0, min(d/13, (16-d)/3)) }), 0, 30},
		{"spike-tail", "event", after(func(d float64) float64 { return math.Pow(1+2*d, -1.4) }), 0, 40},
		{"early", "event", func(d float64) float64 {
			if d < 0 {
				return .6 * math.Exp(d/2.5)
			}
			return math.Exp(-d / 1.5)
		}, -8, 20},
		{"rebound", "event", after(func(d float64) float64 { return math.Exp(-d/1.5) - .06*hump(9, 3)(d) }), 0, 25},
		{"delayed", "routing", after(func(d float64) float64 {
			if d < 6 {
				return 0
			}
			return 1
		}), 0, 1e6},
		{"overshoot", "routing", after(func(d float64) float64 { return 1 + .8*math.Exp(-d/4) }), 0, 1e6},
		{"s-curve", "ivr", after(func(d float64) float64 { return 1 / (1 + math.Exp((8-d)/1.5)) }), 0, 1e6},
		{"line", "ivr", after(func(d float64) float64 { return min(1, (d+1)/25) }), 0, 1e6},
	}
}

// lift is the mean added calls a day over 20 days, relative to the base, as in the
// given sets.
var lift = map[string]float64{"mailing": .065, "event": .035, "routing": .085, "ivr": .035}

const (
	rateSpread = .4 // standard deviation of log rates between causes
	cutDays    = 200
)

// A set is the three files of a benchmark set.
type set struct{ series, events, truth strings.Builder }

// generate makes a set of n series of one shape, on real series in turn.
func generate(bases []daily, shape response, n int, seed uint64) *set {
	out := &set{}
	out.series.WriteString("series,timestamp,count\n")
	out.events.WriteString("series,event,type,start,size,mail_class,role\n")
	out.truth.WriteString("series,event,timestamp,uplift\n")
	for i := range n {
		r := rand.New(rand.NewPCG(seed, uint64(i)<<8|uint64(len(shape.name))))
		out.add(fmt.Sprintf("%s%02d", shape.name, i), bases[i%len(bases)].cut(cutDays, r), shape, r)
	}
	return out
}

// add writes one series with its causes.
func (s *set) add(name string, base daily, shape response, r *rand.Rand) {
	pulse, mean := shape.to < 1000, 0.0
	for _, v := range base.calls {
		mean += v / float64(len(base.calls))
	}
	gap, start := 26, 32
	if !pulse {
		gap, start = 38, 34
	}
	var events int
	for at := start + r.IntN(6); at+20 <= len(base.calls); at += gap - 3 + r.IntN(7) {
		events++
		role := "past"
		if at+gap+23 > len(base.calls) {
			role = "new"
		}
		stated := math.Exp(.7*r.NormFloat64()) * lift[shape.family] * mean
		did := stated * math.Exp(rateSpread*r.NormFloat64())
		id := fmt.Sprintf("%s.%d", name, events)
		size, class := stated*20/.02, ""
		switch shape.family {
		case "mailing":
			class = "first"
		case "event":
			size = stated * 20 / .004 / 1000
		case "routing":
			size = stated / .65
		case "ivr":
			size = stated / .27
		}
		fmt.Fprintf(&s.events, "%s,%s,%s,%s,%.1f,%s,%s\n", name, id, shape.family, base.dates[at].Format("2006-01-02"), size, class, role)
		s.effect(name, id, base, shape, at, did, r)
	}
	for i, v := range base.calls {
		fmt.Fprintf(&s.series, "%s,%s,%.0f\n", name, base.dates[i].Format("2006-01-02"), v)
	}
}

// effect adds one cause to the base, day by day with noise of its own beyond Poisson,
// and writes what it did.
func (s *set) effect(name, id string, base daily, shape response, at int, did float64, r *rand.Rand) {
	total := 1.0
	if shape.to < 1000 {
		total = 0
		for d := shape.from; d < shape.to; d++ {
			total += shape.at(float64(d)) / 20
		}
	}
	for i := max(at+shape.from, 0); i < min(at+shape.to, len(base.calls)); i++ {
		expected := did * shape.at(float64(i-at)) / total
		added := math.Round(expected + math.Sqrt(math.Abs(expected)+.01*expected*expected)*r.NormFloat64())
		if shape.family == "ivr" {
			added = -added
		}
		added = max(added, -base.calls[i])
		base.calls[i] += added
		if i >= at && i < at+20 {
			fmt.Fprintf(&s.truth, "%s,%s,%s,%.0f\n", name, id, base.dates[i].Format("2006-01-02"), added)
		}
	}
}
