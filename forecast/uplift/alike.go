package uplift

import (
	"math"

	"github.com/ringtide/ringtide/interval"
)

// Queues have bad days together. The fit treats their bases as independent; how
// much alike their left-out residuals are tells how much less several queues say
// than it takes them to say.

// setAlike sets the mean correlation of residuals over pairs of queues, not below zero.
func (m *model) setAlike() {
	if len(m.queues) < 2 {
		return
	}
	resid := make([]map[interval.Date]float64, len(m.queues))
	for qi := range m.queues {
		resid[qi] = m.residuals(qi)
	}
	sum, pairs := 0.0, 0.0
	for a := range resid {
		for b := a + 1; b < len(resid); b++ {
			sum += correlation(resid[a], resid[b], sortedDays(resid[a]))
			pairs++
		}
	}
	m.alike = max(sum/pairs, 0)
}

// residuals returns each known day's left-out residual in standard deviations.
func (m *model) residuals(qi int) map[interval.Date]float64 {
	q, post := m.queues[qi], m.posts[qi]
	found := make([]float64, len(q.rows))
	for _, u := range m.units[qi] {
		for j, c := range u.cells {
			for t := c.lo; t < c.hi; t++ {
				found[t] += post.mean[u.from+j]
			}
		}
	}
	pe := post.p.times(m.bases[qi].without(found))
	out := map[interval.Date]float64{}
	for _, t := range q.known {
		if v := post.p.row(t)[t]; v > 0 {
			out[q.run.date(q.rows[t])] = min(max(pe[t]/math.Sqrt(v), -4), 4)
		}
	}
	return out
}

func correlation(a, b map[interval.Date]float64, days []interval.Date) float64 {
	ab, aa, bb := 0.0, 0.0, 0.0
	for _, d := range days {
		if y, ok := b[d]; ok {
			ab, aa, bb = ab+a[d]*y, aa+a[d]*a[d], bb+y*y
		}
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// repeated is by how much the variance of a mean over n queues is larger than the
// fit takes it to be.
func (m *model) repeated(n float64) float64 { return 1 + max(n-1, 0)*m.alike }

// touched returns the mean number of queues that a cause touches.
func (m *model) touched() float64 {
	units := 0
	for _, us := range m.units {
		units += len(us)
	}
	return float64(units) / float64(max(len(m.causes), 1))
}
