package uplift

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// The base of a queue, the calls it would have had without any cause, is on open
// day t, in units of a slowly moving level L_t:
//
//	y_t / L_t = a_t (c + walk_t) + z_t'b + swing_t + noise_t
//
// z: weekday, day after a closure, two day-of-month harmonics, and where the records
// show them the turn of the month and weekdays that change; walk a random walk;
// swing an AR(1); noise white, with the Poisson part 1/L_t known and the rest
// estimated. Dividing by the level makes weekdays and noise proportional to it, as
// they are in call counts, and leaves the effects linear. The level itself is not
// taken as known: a_t, mean level over L_t, makes constant and walk calls again.
// Were it taken as known, whatever calls the first guess gave to the base would
// stay there.

// noise holds the variances of the base, relative to the level.
type noise struct {
	white float64 // standard deviation of the day's own noise, beside Poisson
	swing float64 // stationary standard deviation of the AR(1)
	phi   float64 // its coefficient from one open day to the next
	walk  float64 // standard deviation of a step of the random walk
}

// Priors on the logs (phi: logit) of noise, in the order of its fields: mean and
// standard deviation. Stretches of 160 open days of four real series without labelled
// causes (a bank, a reservations and a support desk, an ambulance service), fitted
// under a weak prior, give white .01-.19, swing .02-.83, phi .35-.80 and walk
// .005-.06, most of them near .03, .03, .6 and .007. The middle here is on the
// restless side of that: levels hide the restlessness of the base from the
// likelihood, and with a calm base they are believed too much. Which of a handful of
// restless settings to take was decided on the scores of bench/uplift.
var noisePrior = [4][2]float64{{math.Log(.03), .6}, {math.Log(.045), .4}, {1.3, .4}, {math.Log(.011), .4}}

func (n noise) vector() []float64 {
	return []float64{math.Log(n.white), math.Log(n.swing), math.Log(n.phi / (1 - n.phi)), math.Log(n.walk)}
}

func noiseOf(v []float64) noise {
	return noise{math.Exp(v[0]), math.Exp(v[1]), 1 / (1 + math.Exp(-v[2])), math.Exp(v[3])}
}

// base is the base model of one queue while it is being fitted.
type base struct {
	q     *queueDays
	seen  []bool    // per row: its total is known
	level []float64 // L, per row
	ease  []float64 // a, per row
	z     [][]float64
	zsd   []float64  // prior standard deviation of each column's coefficient; 0 leaves it out
	open  []optional // columns whose scale the records choose
	noise noise
	extra []float64 // added variance per row (relative): freak days
}

func newBase(q *queueDays) *base {
	b := &base{q: q, noise: noiseOf([]float64{noisePrior[0][0], noisePrior[1][0], noisePrior[2][0], noisePrior[3][0]}),
		seen: make([]bool, len(q.rows)), level: make([]float64, len(q.rows)), extra: make([]float64, len(q.rows))}
	known := make([]float64, 0, len(q.known))
	for _, t := range q.known {
		b.seen[t] = true
		known = append(known, q.total[q.rows[t]])
	}
	flat := max(median(known), .2*q.mean, .5)
	for t := range b.level {
		b.level[t] = flat
	}
	b.setEase()
	b.setColumns()
	return b
}

// setEase sets mean level over level; it is also the first column, the constant.
func (b *base) setEase() {
	sum := 0.0
	for _, v := range b.level {
		sum += v
	}
	b.ease = make([]float64, len(b.level))
	for t, v := range b.level {
		b.ease[t] = sum / float64(len(b.level)) / v
	}
	if len(b.z) == 0 {
		b.z, b.zsd = append(b.z, nil), append(b.zsd, 10)
	}
	b.z[0] = b.ease
}

// yearDays is the history from which a yearly cycle is told from a trend: fourteen
// months, as in the baseline forecast.
const yearDays = 425

func (b *base) setColumns() {
	rows := b.q.rows
	column := func(sd float64, f func(i int) float64) {
		c, any := make([]float64, len(rows)), false
		for t, i := range rows {
			c[t] = f(i)
			any = any || c[t] != 0
		}
		if any {
			b.z, b.zsd = append(b.z, c), append(b.zsd, sd)
		}
	}
	var count [7]int
	for _, i := range rows {
		count[b.q.run.date(i).Weekday()]++
	}
	for w := range 7 {
		if count[w] > 0 {
			column(.7, func(i int) float64 {
				if int(b.q.run.date(i).Weekday()) == w {
					return b.q.part[i]
				}
				return 0
			})
		}
	}
	drift := len(b.z)
	if len(rows) >= rhythmRows {
		b.setDrift(column)
	}
	b.mayHave(drift, driftScales[:])
	rebound := b.q.rebound()
	column(.3, func(i int) float64 { return rebound[i] })
	if len(b.q.run.open) >= yearDays {
		for h := 1; h <= 3; h++ {
			angle := func(i int) float64 {
				return 2 * math.Pi * float64(h) * float64(b.q.run.date(i).YearDay()) / 365.25
			}
			column(.1/float64(h), func(i int) float64 { return math.Sin(angle(i)) })
			column(.1/float64(h), func(i int) float64 { return math.Cos(angle(i)) })
		}
	}
	if len(rows) >= rhythmRows {
		for h := 1; h <= 2; h++ {
			angle := func(i int) float64 {
				d := b.q.run.date(i)
				next := d.AddDays(32 - d.Day()) // a day of the month after
				length := float64(next.AddDays(-next.Day()).Day())
				return 2 * math.Pi * float64(h) * (float64(d.Day()) - .5) / length
			}
			column(.03, func(i int) float64 { return math.Sin(angle(i)) })
			column(.03, func(i int) float64 { return math.Cos(angle(i)) })
		}
		turn := len(b.z)
		b.setTurn(column)
		b.mayHave(turn, turnScales[:])
	}
}

// rhythmRows is the history, four months of open days, below which a month's rhythm and
// weekdays that change cannot be told from noise.
const rhythmRows = 80

// setTurn adds the turn of the month, counted in open days: pay days, rents and bills
// fall on the first and the last of them, whatever their dates. A decay to either side
// of the turn, and what single days have beyond it.
func (b *base) setTurn(column func(sd float64, f func(i int) float64)) {
	after, before := b.q.monthDays()
	column(.06, func(i int) float64 { return math.Exp(-float64(after[i]-1) / 2) })
	column(.06, func(i int) float64 { return math.Exp(-float64(before[i]-1) / 1.5) })
	for n := 1; n <= 3; n++ {
		column(.03/math.Sqrt(float64(n)), func(i int) float64 { return indicator(after[i] == n) })
		column(.03/math.Sqrt(float64(n)), func(i int) float64 { return indicator(before[i] == n) })
	}
}

func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// fixed returns the white variance per row that is known beside the noise, relative
// to the level: Poisson, freak days, and more.
func (b *base) fixed(more []float64) []float64 {
	out := make([]float64, len(b.level))
	for t, l := range b.level {
		out[t] = 1/max(l, 1) + b.extra[t]
		if more != nil {
			out[t] += more[t] / (l * l)
		}
	}
	return out
}

// information returns what the history says of effects on single days, in calls:
// the log likelihood of day effects f, the base integrated out, is
// eta'f - f'P f/2 + constant. Unknown days have rows of zeros.
func (b *base) information(ctx context.Context) (p matrix, eta []float64, err error) {
	f := newFilter(b.ease)
	f.set(b.noise, b.seen, b.fixed(nil))
	p = f.inverse()
	columns := b.columns()
	white := newMatrix(len(columns), len(b.level))
	rows := make([][]float64, len(columns))
	for j := range rows {
		rows[j] = white.row(j)
	}
	f.whiten(rows, columns, make([]int, len(columns)))
	inner := newMatrix(len(columns), len(columns))
	for i := range columns {
		for j := i; j < len(columns); j++ {
			inner.row(i)[j] = floats.Dot(white.row(i), white.row(j))
		}
		inner.row(i)[i]++
	}
	root, err := factorOf(ctx, inner, oneBlock(len(columns)))
	if err != nil {
		return p, nil, fmt.Errorf("the base has no covariance: %w", err)
	}
	for j := range columns {
		f.unwhiten(white.row(j))
	}
	root.solveRows(white)
	for t, l := range b.level {
		if t%64 == 0 && ctx.Err() != nil {
			return p, nil, ctx.Err()
		}
		row := p.row(t)[:t+1]
		for j := range columns {
			h := white.row(j)
			floats.AddScaled(row, -h[t], h[:t+1])
		}
		for s := range row {
			row[s] /= l * b.level[s]
			p.row(s)[t] = row[s]
		}
	}
	return p, p.times(b.without(nil)), nil
}

// columns returns the base's own columns, each times its prior standard deviation,
// without those whose deviation is zero.
func (b *base) columns() [][]float64 {
	out := make([][]float64, 0, len(b.z))
	for j, c := range b.z {
		if b.zsd[j] > 0 {
			out = append(out, scaled(c, b.zsd[j]))
		}
	}
	return out
}

func scaled(v []float64, by float64) []float64 {
	out := slices.Clone(v)
	floats.Scale(by, out)
	return out
}

// without returns the calls of each known row less the given effects; nil is none.
func (b *base) without(mean []float64) []float64 {
	out := make([]float64, len(b.q.rows))
	for _, t := range b.q.known {
		out[t] = b.q.total[b.q.rows[t]]
		if mean != nil {
			out[t] -= mean[t]
		}
	}
	return out
}

// update follows the level, given the effects found per row, in calls.
func (b *base) update(mean []float64) {
	const reach = 12 // open days to either side
	plain := make([]float64, len(b.q.rows))
	rhythm, near := b.rhythm(mean), make([]float64, 0, 2*reach+1)
	for _, t := range b.q.known {
		plain[t] = max(b.q.total[b.q.rows[t]]-mean[t], 0) / max(rhythm[t], .05)
	}
	for t := range b.level {
		from, _ := slices.BinarySearch(b.q.known, t-reach)
		to, _ := slices.BinarySearch(b.q.known, t+reach+1)
		if near := near[:0]; to-from >= 5 {
			for _, s := range b.q.known[from:to] {
				near = append(near, plain[s])
			}
			b.level[t] = max(median(near), .05*b.q.mean, .5)
		}
	}
	b.setEase()
}

// rhythm returns the mean of each row's weekday relative to all, effects taken off.
func (b *base) rhythm(mean []float64) []float64 {
	var sum, n [7]float64
	for _, t := range b.q.known {
		w := b.q.run.date(b.q.rows[t]).Weekday()
		sum[w] += max(b.q.total[b.q.rows[t]]-mean[t], 0) / b.level[t]
		n[w]++
	}
	out := make([]float64, len(b.q.rows))
	all, days := 0.0, 0.0
	for w := range 7 {
		all, days = all+sum[w], days+n[w]
	}
	for t, i := range b.q.rows {
		w := b.q.run.date(i).Weekday()
		out[t] = b.q.part[i]
		if n[w] > 0 && all > 0 {
			out[t] *= sum[w] / n[w] / (all / days)
		}
	}
	return out
}

// markFreaks gives days whose left-out residual lies beyond 3.5 standard deviations
// the variance they need: a holiday nobody listed must not pull the base. Left-out
// residuals are (P e)_t / P_tt with variance 1/P_tt, and spread is that of the effects
// on top. Where an effect is at home a residual of its sign is a matter of its own:
// sign -1 looks at all the others, with the effects as they were found, and sign 1 at
// those, with the effects as they are expected; what was found has long taken a freak
// day for a part of the effect.
func (b *base) markFreaks(mean, spread []float64, busy []float64, sign float64, p matrix) {
	pe := p.times(b.without(mean))
	for _, t := range b.q.known {
		own := p.row(t)[t]
		if own <= 0 {
			continue
		}
		resid, v := pe[t]/own, 1/own+spread[t]
		if resid*resid > 3.5*3.5*v && (busy[t]*resid > 0) == (sign > 0) {
			b.extra[t] += resid * resid / (b.level[t] * b.level[t])
		}
	}
}

func sorted(v []float64) []float64 { return slices.Sorted(slices.Values(v)) }
