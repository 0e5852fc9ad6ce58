package uplift

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// A Jump is a stretch of days on which a queue had clearly more or fewer calls than
// its base and the labelled causes account for: something happened that nobody wrote
// down. It is offered for labelling and never taken for an effect of a cause.
type Jump struct {
	Queue string        `json:"queue"`
	First interval.Date `json:"first"`
	Last  interval.Date `json:"last"`
	Calls float64       `json:"calls"` // above what was expected; negative: below
	SE    float64       `json:"se"`
	Score float64       `json:"score"` // calls over their standard deviation
}

// jumpScore is how far, in standard deviations, a stretch must lie off: among two
// years of days and four lengths chance reaches it about once in a hundred histories.
const jumpScore = 4.5

// jumpDays are the lengths that are tried, in open days.
var jumpDays = []int{1, 3, 7, 14}

// Jumps returns the unlabelled jumps, strongest first in each queue. Days on which a
// labelled cause is at work are left out: what is odd there may be its own.
func (l *Learned) Jumps() ([]Jump, error) {
	var out []Jump
	for qi, q := range l.m.queues {
		found, err := l.m.jumps(qi)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(found, func(a, b Jump) int {
			return cmp.Or(-cmp.Compare(math.Abs(a.Score), math.Abs(b.Score)), a.First.Compare(b.First))
		})
		var taken []Jump
		for _, j := range found {
			if !slices.ContainsFunc(taken, j.meets) {
				j.Queue = q.name
				taken = append(taken, j)
			}
		}
		out = append(out, taken...)
	}
	return out, nil
}

func (j Jump) meets(o Jump) bool {
	return !j.Last.Before(o.First.AddDays(-3)) && !o.Last.Before(j.First.AddDays(-3))
}

// jumps scores every stretch of a queue, with freak days as ordinary as all others.
func (m *model) jumps(qi int) ([]Jump, error) {
	b, q := m.bases[qi], m.queues[qi]
	plain := *b
	plain.extra = make([]float64, len(q.rows))
	p, _, err := plain.information(context.Background())
	if err != nil {
		return nil, m.queueFault(qi, err)
	}
	residual := p.times(b.without(m.foundOnRows(qi)))
	busy := make([]float64, len(q.rows))
	for _, u := range m.units[qi] {
		u.markBusy(busy)
	}
	var out []Jump
	for _, n := range jumpDays {
		for s := 0; s+n <= len(q.rows); s++ {
			h, prec, free := 0.0, 0.0, true
			for t := s; t < s+n; t++ {
				h += residual[t]
				free = free && busy[t] == 0
				for _, v := range p.row(t)[s : s+n] {
					prec += v
				}
			}
			if score := h / math.Sqrt(prec); free && prec > 0 && math.Abs(score) > jumpScore {
				out = append(out, Jump{First: q.run.date(q.rows[s]), Last: q.run.date(q.rows[s+n-1]),
					Calls: h / prec * float64(n), SE: float64(n) / math.Sqrt(prec), Score: score})
			}
		}
	}
	return out, nil
}
