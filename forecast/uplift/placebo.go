package uplift

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/ringtide/ringtide/interval"
)

// A Placebo is a past cause moved to days on which it did not happen. An effect that
// is found there is none; how often that comes about says what a finding is worth.
type Placebo struct {
	ID    string `json:"id"`
	Dates int    `json:"dates"` // starts that were tried
	// False is how many of them showed an effect at a level of 5%, Rate their share.
	False int     `json:"false"`
	Rate  float64 `json:"rate"`
	// P is the share of dates, the true one included, that show as strong an effect as
	// the true one; 1 / (Dates + 1) is the least there is.
	P float64 `json:"p"`
}

const (
	placeboDays  = 56   // a level counts as a pulse of so many days
	placeboScore = 1.96 // two-sided 5% of a normal score
	placeboSeen  = .8   // part of the shape that must fall on known days
)

// Placebos moves every past cause, in the order of Estimates, to each day of the
// history on which most of it falls on known days and which is not its own. All
// effects that were found are taken off first. The score of a date is the effect found
// there over its standard deviation, with the noise of the base as it was learned and
// no help from other causes.
func (l *Learned) Placebos() []Placebo {
	residuals := make([][]float64, len(l.m.queues)) // P times the calls without effects
	for qi, post := range l.m.posts {
		residuals[qi] = post.p.times(l.m.bases[qi].without(l.m.foundOnRows(qi)))
	}
	out := make([]Placebo, len(l.m.causes))
	for ci := range l.m.causes {
		out[ci] = l.m.placebo(ci, residuals)
	}
	return out
}

// foundOnRows is the posterior mean of all effects per row of a queue.
func (m *model) foundOnRows(qi int) []float64 {
	out := make([]float64, len(m.queues[qi].rows))
	for _, u := range m.units[qi] {
		for j, c := range u.cells {
			for t := c.lo; t < c.hi; t++ {
				out[t] += m.posts[qi].mean[u.from+j]
			}
		}
	}
	return out
}

func (m *model) placebo(ci int, residuals [][]float64) Placebo {
	c, out := m.causes[ci], Placebo{ID: m.causes[ci].ID, P: 1}
	var units []*unit
	for _, us := range m.units {
		for _, u := range us {
			if u.cause == ci {
				units = append(units, u)
			}
		}
	}
	if len(units) == 0 {
		return out
	}
	own, ok := m.placeboScore(c, units, residuals, true)
	if !ok {
		return out
	}
	as := 1
	for _, row := range m.queues[units[0].queue].rows {
		day := m.queues[units[0].queue].run.date(row)
		if d := day.Sub(c.Start); d > -placeboDays/4 && d < placeboDays/4 {
			continue
		}
		score, ok := m.placeboScore(c.startingOn(day), units, residuals, false)
		if !ok {
			continue
		}
		out.Dates++
		if math.Abs(score) > placeboScore {
			out.False++
		}
		if math.Abs(score) >= math.Abs(own) {
			as++
		}
	}
	if out.Dates > 0 {
		out.Rate = float64(out.False) / float64(out.Dates)
	}
	out.P = float64(as) / float64(out.Dates+1)
	return out
}

// startingOn moves a cause to another day; what lasts, lasts placeboDays at most.
func (c Cause) startingOn(day interval.Date) Cause {
	by := day.Sub(c.Start)
	last := day.AddDays(placeboDays - 1)
	if !c.End.IsZero() && c.End.AddDays(by).Before(last) {
		last = c.End.AddDays(by)
	}
	if c.Kind.step() || !c.End.IsZero() {
		c.End = last
	}
	c.Start, c.Permanent = day, false
	waves := c.Waves
	c.Waves = nil
	for _, w := range waves {
		c.Waves = append(c.Waves, Wave{w.Drop.AddDays(by), w.Size})
	}
	return c
}

// placeboScore is the score of an effect of the shape of the units at the cause's
// days; own puts what was found of the cause back first.
func (m *model) placeboScore(c Cause, units []*unit, residuals [][]float64, own bool) (score float64, ok bool) {
	prec, h, seen, all := 0.0, 0.0, 0.0, 0.0
	for _, u := range units {
		q, p := m.queues[u.queue], m.posts[u.queue].p
		rows, values := m.layShape(c.startingOn(c.Start), u)
		for i, s := range rows {
			known := p.row(s)[s] > 0
			if all += math.Abs(values[i]); known {
				seen += math.Abs(values[i])
			}
			h += values[i] * residuals[u.queue][s]
			row := p.row(s)
			for j, t := range rows {
				prec += values[i] * values[j] * row[t]
			}
		}
		if own {
			back := make([]float64, len(q.rows))
			for j, cl := range u.cells {
				for t := cl.lo; t < cl.hi; t++ {
					back[t] = m.posts[u.queue].mean[u.from+j]
				}
			}
			for i, s := range rows {
				h += values[i] * floats.Dot(p.row(s), back)
			}
		}
	}
	if prec <= 0 || seen < placeboSeen*all || len(units) == 0 {
		return 0, false
	}
	return h / math.Sqrt(prec*m.repeated(float64(len(units)))), true
}

// layShape lays the shape of a unit's group on the rows of its queue; parts beyond the
// history are rows of their own kind and left out.
func (m *model) layShape(c Cause, u *unit) (rows []int, values []float64) {
	q, g := m.queues[u.queue], u.group
	shape := make([]float64, len(g.mean))
	floats.AddTo(shape, g.mean, g.dev)
	var level []float64
	if g.topRule() == Weekdays {
		b := m.bases[u.queue]
		level = b.byDay(b.rhythm(make([]float64, len(q.rows))))
	}
	for _, p := range place(c, q.run, len(shape), g.topRule(), level).days {
		if v := u.size * p.at(shape); v != 0 {
			rows, values = append(rows, q.row[p.day]), append(values, v)
		}
	}
	return rows, values
}
