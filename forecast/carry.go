package forecast

import "math"

// A carry says how much of the way a day ended is seen in the next open day: the
// log of the last hours' calls over what the day's total led to expect of them,
// times a factor that the history teaches. On smooth series it is worth much, on
// single calls, whose noise hides the drift of a level within a day, little; the
// prior keeps the factor near 0 unless the data speak.
type carry struct {
	end    []float64 // per day; 0 where nothing is known
	factor float64
}

// eveningShare is the part of a day's calls that make up its last hours.
const eveningShare = 0.1

// endings returns the log ratio of the last hours of each day that counts, drawn
// towards 0 by the noise of counting.
func endings(r *record, p *profile, w float64, ok []bool) []float64 {
	out, noise := make([]float64, len(r.days)), make([]float64, len(r.days))
	if r.daily {
		return out
	}
	square, n := 0.0, 0.0
	for k := range r.days {
		if !ok[k] {
			continue
		}
		seen, expected := r.evening(k, p.share[r.days[k].Date.Weekday()])
		if expected < 10 {
			continue
		}
		out[k], noise[k] = math.Log(max(seen, 0.5)/expected), w/expected
		square += out[k]*out[k] - noise[k]
		n++
	}
	signal := max(square/max(n, 1), 0)
	for k := range out {
		if out[k] != 0 {
			out[k] *= signal / (signal + noise[k])
		}
	}
	return out
}

// evening returns the calls of the last hours of a day and those that its total
// leads to expect.
func (r *record) evening(day int, share []float64) (seen, expected float64) {
	d, mass := r.days[day], r.mass(day, share)
	if mass < 0.9 {
		return 0, 0
	}
	part := 0.0
	for i := d.End - 1; i >= d.First && part < eveningShare*mass; i-- {
		if r.use[i] {
			part += share[r.slot[i]]
			seen += r.value(i)
		}
	}
	return seen, r.total[day] * part / mass
}

// learn sets the factor by regression of the errors of a day ahead on the ending
// of the last day seen, with a prior of 0 ± 0.3.
func (c *carry) learn(r *regression) {
	f := newFilter(r.table.p, r.noise)
	last, cross, square := 0, 0.0, 10.0
	for d, ok := range r.table.ok {
		f.step(r.table.row(d), r.table.noise(d), ok)
		if !ok {
			continue
		}
		if d-last <= 4 {
			cross += c.end[last] * f.residual(r.b) / f.fvar
			square += sq(c.end[last]) / f.fvar
		}
		last = d
	}
	c.factor = cross / square
}

// at returns what the last day seen up to day last adds to the log level of a day
// h days later.
func (c *carry) at(ok []bool, last, h int, phi float64) float64 {
	for d := last - 1; d >= max(last-4, 0); d-- {
		if ok[d] {
			return c.factor * c.end[d] * math.Pow(phi, float64(h-1))
		}
	}
	return 0
}
