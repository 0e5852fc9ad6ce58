package forecast

import (
	"math"
	"slices"
)

// slotted is the member that sees hours: one chain of blocks of at least half an hour in
// which a level, a quick departure from it, a line over the day and a line over the week
// each take a share of every surprise. It is double seasonal smoothing with an
// autoregressive part (Taylor 2003, Journal of the Operational Research Society 54:799;
// Taylor 2010, International Journal of Forecasting 26:627) on a log level, driven by the
// score of the counts as in Harvey (2013, Dynamic Models for Volatility and Heavy Tails,
// ch. 5), so that an empty interval is data like any other. It knows how the last day
// ended, and how lines drift; the profile knows many weeks.
type slotted struct {
	q *dayModel
	slotData
	gains
	states []slotState // at the days of at, in order
	at     []int
	ahead  pairing // of the errors one day ahead with those of the regression
}

// gains are the shares of a surprise that the parts take, and what the quick part
// keeps of itself from one block to the next.
type gains struct{ level, quick, fade, day, week float64 }

// usualGains are believed before any data.
var usualGains = gains{level: 0.0005, quick: 0.06, fade: 1.0 / 500, day: 0.12, week: 0.2}

const (
	slotBlock   = 30   // minutes in a block, or the step where it is longer
	slotSpan    = 400  // days a chain runs over at most
	slotSearch  = 3000 // blocks that teach the gains
	slotStart   = 28   // days that make the first lines
	slotReach   = 2.5  // deviations that a surprise counts for at most
	leastSpread = 0.01 // relative deviation of blocks beyond counting, at least
)

// slotData is the history cut into blocks.
type slotData struct {
	blocks  int   // a day
	per     int   // slots in a block
	from    []int // of each day, into what follows
	block   []int
	count   []float64
	frac    []float64 // part of a usual block that was counted
	cal     []float64 // per day: factor of the calendar
	weekday []int     // per day
	w       float64
	spread  float64 // variance of a relative surprise beyond counting
	rate    float64 // blocks per calendar day
}

// A slotState is a chain at the end of a day. Lines hold logarithms.
type slotState struct {
	level, quick float64
	day          []float64
	week         [7][]float64
	known        [7][]bool // blocks that a weekday has had
}

func newSlotted(q *dayModel, at []int) *slotted {
	v := q.values
	m := &slotted{q: q, at: at, gains: usualGains}
	m.slotData = newSlotData(v, q.main)
	first := max(0, len(v.infos)-slotSpan)
	m.learn()
	state := m.start(first)
	next, _ := slices.BinarySearch(at, first)
	m.states = make([]slotState, len(at))
	for k := range next {
		m.states[k] = state
	}
	expected := m.q.main.dayAhead()
	for d := first; d <= len(v.infos); d++ {
		for next < len(at) && at[next] == d {
			m.states[next] = state.clone()
			next++
		}
		if d < len(v.infos) {
			if d >= first+slotStart && v.ok[d] {
				m.ahead.add(m.tomorrow(&state, d), expected[d], v.z[d])
			}
			m.step(&state, d, m.gains, nil)
		}
	}
	return m
}

// forget lets go of the blocks and of all states but the last, which looks have taken.
func (m *slotted) forget() {
	m.from, m.block, m.count, m.frac, m.cal, m.weekday = nil, nil, nil, nil, nil, nil
	m.states, m.at = nil, nil
}

// tomorrow returns what the chain says of the level of a past day the day before.
func (m *slotted) tomorrow(s *slotState, day int) float64 {
	calls, mass := chained{m: m, s: s}.lay(target{info: m.q.values.infos[day], ahead: 1})
	if sum(calls) <= 0 {
		return math.NaN()
	}
	return math.Log(sum(calls) / sum(mass) * m.cal[day])
}

// A pairing holds the sums of a regression of what one forecast missed on where another
// went apart from it.
type pairing struct{ cross, square, rest, n float64 }

func (p *pairing) add(one, other, actual float64) {
	if math.IsNaN(one) {
		return
	}
	x, y := one-other, actual-other
	y = min(max(y, -0.3), 0.3)
	p.cross += x * y
	p.square += x * x
	p.rest += y * y
	p.n++
}

// weight returns the coefficient, drawn to trust with deviation doubt.
func (p *pairing) weight(trust, doubt float64) float64 {
	if p.n == 0 {
		return trust
	}
	noise := p.rest / p.n
	return min(max((trust/sq(doubt)+p.cross/noise)/(1/sq(doubt)+p.square/noise), 0), 1)
}

func newSlotData(v *dayValues, r *regression) slotData {
	f := v.record.frame
	minutes := 1440 / f.slots
	s := slotData{per: max(1, slotBlock/minutes), w: v.w}
	s.blocks = (f.slots + s.per - 1) / s.per
	first := max(0, len(v.infos)-slotSpan)
	for k, info := range v.infos {
		s.from = append(s.from, len(s.block))
		s.weekday = append(s.weekday, int(info.date.Weekday()))
		s.cal = append(s.cal, 1)
		if k < first || !v.ok[k] {
			continue
		}
		s.cal[k] = math.Exp(r.known(r.table.row(k)[:r.table.p], r.b))
		s.cut(v, k)
	}
	s.from = append(s.from, len(s.block))
	s.rate = float64(len(s.block)) / float64(max(1, len(v.infos)-first))
	return s
}

// cut adds the blocks of a day.
func (s *slotData) cut(v *dayValues, day int) {
	line := v.profile.share[s.weekday[day]]
	calls, part, whole := make([]float64, s.blocks), make([]float64, s.blocks), make([]float64, s.blocks)
	d := v.record.days[day]
	for slot, share := range line {
		whole[slot/s.per] += share
	}
	for i := d.First; i < d.End; i++ {
		if slot := v.record.slot[i]; v.record.use[i] {
			calls[slot/s.per] += v.record.value(i)
			part[slot/s.per] += line[slot]
		}
	}
	for b := range calls {
		if part[b] > 0 {
			s.block = append(s.block, b)
			s.count = append(s.count, calls[b])
			s.frac = append(s.frac, part[b]/whole[b])
		}
	}
}

// start returns the state before the day first: the lines of the four weeks after it,
// those of weekdays drawn to the common one by the noise of counting.
func (m *slotted) start(first int) slotState {
	var s slotState
	calls, size := make([]float64, m.blocks), make([]float64, m.blocks)
	var own, had [7][]float64
	for w := range 7 {
		own[w], had[w] = make([]float64, m.blocks), make([]float64, m.blocks)
	}
	n := 0
	for d := first; d < len(m.weekday) && n < slotStart; d++ {
		if m.from[d] == m.from[d+1] {
			continue
		}
		n++
		w := m.weekday[d]
		for i := m.from[d]; i < m.from[d+1]; i++ {
			b, y, e := m.block[i], m.count[i], m.frac[i]*m.cal[d]
			calls[b], size[b] = calls[b]+y, size[b]+e
			own[w][b], had[w][b] = own[w][b]+y, had[w][b]+e
		}
	}
	s.level = math.Log(max(sum(calls), 0.5) / max(sum(size), 0.5))
	s.day = make([]float64, m.blocks)
	for b := range s.day {
		s.day[b] = math.Log((calls[b]+1)/(size[b]+math.Exp(-s.level))) - s.level
	}
	for w := range 7 {
		s.week[w], s.known[w] = make([]float64, m.blocks), make([]bool, m.blocks)
		square, noise := 0.0, 0.0
		for b := range m.blocks {
			if s.known[w][b] = had[w][b] > 0; !s.known[w][b] {
				continue
			}
			expected := had[w][b] * math.Exp(s.level+s.day[b])
			s.week[w][b] = math.Log((own[w][b] + 1) / (expected + 1))
			square += sq(s.week[w][b]) * expected
			noise += m.w + expected*m.spread/4
		}
		keep := max(0, 1-noise/max(square, 1e-9))
		for b := range s.week[w] {
			s.week[w][b] *= keep
		}
	}
	return s
}

func (s *slotState) clone() slotState {
	c := *s
	c.day = slices.Clone(s.day)
	for w := range 7 {
		c.week[w], c.known[w] = slices.Clone(s.week[w]), slices.Clone(s.known[w])
	}
	return c
}

// step takes in a day. seen, if not nil, is told of each block's expectation and of its
// relative surprise.
func (m *slotData) step(s *slotState, day int, g gains, seen func(expected, surprise float64)) {
	if m.from[day] == m.from[day+1] { // nobody counted: time passes
		s.quick *= math.Exp(-g.fade * m.rate)
		return
	}
	w := m.weekday[day]
	line, known := s.week[w], s.known[w]
	for i := m.from[day]; i < m.from[day+1]; i++ {
		b := m.block[i]
		expected := max(math.Exp(s.level+s.quick+s.day[b]+line[b])*m.frac[i]*m.cal[day], 1e-6)
		noise := m.w / expected
		e := m.count[i]/expected - 1
		if seen != nil {
			seen(expected, e)
		}
		reach := slotReach * math.Sqrt(m.spread+noise)
		e = min(max(e, -reach), reach) * m.spread / (m.spread + noise)
		s.level += g.level * e
		s.day[b] += g.day * e
		line[b] += g.week * e
		s.quick = (1 - g.fade) * (s.quick + g.quick*e)
		known[b] = true
	}
}

// learn sets spread and gains by forecasts of one and of seven days ahead over the last
// months, by steps along each in turn; a prior draws them to the usual ones.
func (m *slotted) learn() {
	days := len(m.weekday)
	first := max(0, days-slotSpan, days-max(2*slotStart, int(slotSearch/max(m.rate, 1))))
	m.spread = sq(0.05)
	s := m.start(first)
	square, calls, n := 0.0, 0.0, 0.0
	for d := first; d < days; d++ {
		m.step(&s, d, m.gains, func(expected, e float64) {
			square, calls, n = square+expected*min(e*e, 1), calls+expected, n+1
		})
	}
	m.spread = max((square-n*m.w)/max(calls, 1), sq(leastSpread))
	start := m.start(first)
	cost := func(g gains) float64 {
		penalty, u := 0.0, usualGains
		for _, r := range [][2]float64{{g.level, u.level}, {g.quick, u.quick}, {g.fade, u.fade}, {g.day, u.day}, {g.week, u.week}} {
			penalty += sq(math.Log2(r[0] / r[1]))
		}
		return math.Log(m.loss(start.clone(), first, g)) + 0.005*penalty
	}
	least := cost(m.gains)
	for _, factor := range []float64{2, 0.5, math.Sqrt2, math.Sqrt2 / 2} {
		for k := range 5 {
			g := m.gains
			p := []*float64{&g.level, &g.quick, &g.fade, &g.day, &g.week}[k]
			*p *= factor
			if c := cost(g); c < least {
				least, m.gains = c, g
			}
		}
	}
}

// loss returns the relative absolute error a day and a week ahead, multiplied.
func (m *slotted) loss(s slotState, first int, g gains) float64 {
	days := len(m.weekday)
	warm := min(first+slotStart, first+(days-first)/2)
	var off, calls [2]float64
	for d := first; d < days; d++ {
		for j, h := range []int{1, 7} {
			to := d + h - 1
			if d < warm || to >= days {
				continue
			}
			quick, line := s.quick*math.Exp(-g.fade*m.rate*float64(h-1)), s.week[m.weekday[to]]
			for i := m.from[to]; i < m.from[to+1]; i++ {
				b := m.block[i]
				off[j] += math.Abs(m.count[i] - math.Exp(s.level+quick+s.day[b]+line[b])*m.frac[i]*m.cal[to])
				calls[j] += m.count[i]
				quick *= 1 - g.fade
			}
		}
		m.step(&s, d, g, nil)
	}
	return (off[0] + 1) / (calls[0] + 1) * (off[1] + 1) / (calls[1] + 1)
}

func (m *slotted) trust() float64 { return 0.1 }

// chained is what the chain says from one day on.
type chained struct {
	m     *slotted
	s     *slotState
	v     *view
	shift float64 // of the level, for calendar terms as known then
	main  outlook
}

func (m *slotted) look(v *view) outlook {
	k, ok := slices.BinarySearch(m.at, v.last)
	if !ok {
		panic("forecast: a look at a day without a state")
	}
	state := m.states[k]
	c := chained{m: m, s: &state, v: v, main: v.outlooks[0]}
	n := 0.0
	for d := v.last - 1; d >= 0 && n < 10; d-- {
		if m.q.values.ok[d] {
			c.shift += math.Log(m.cal[d]) - m.q.main.known(m.q.main.table.row(d)[:m.q.main.table.p], v.sol.b)
			n++
		}
	}
	c.shift /= max(n, 1)
	return c
}

// lay returns the expected calls of the blocks of a day, calendar apart, and the part of
// the profile that lies in them; nil where it does not know all of them.
func (c chained) lay(t target) (calls, mass []float64) {
	m := c.m
	w := t.info.date.Weekday()
	calls, mass = make([]float64, m.blocks), make([]float64, m.blocks)
	minutes := 1440 / m.q.values.record.slots
	quick := c.s.quick * math.Exp(-m.fade*m.rate*float64(t.ahead-1))
	for slot, share := range m.q.values.profile.share[w] {
		if overlaps(t.info.plan.Hours, slot*minutes, minutes) {
			mass[slot/m.per] += share
		}
	}
	whole := make([]float64, m.blocks)
	for slot, share := range m.q.values.profile.share[w] {
		whole[slot/m.per] += share
	}
	for b, part := range mass {
		if part <= 0 {
			continue
		}
		if !c.s.known[w][b] {
			return nil, nil
		}
		calls[b] = math.Exp(c.s.level+quick+c.s.day[b]+c.s.week[w][b]) * part / whole[b]
		quick *= 1 - m.fade
	}
	return calls, mass
}

func (c chained) level(t target) float64 {
	calls, mass := c.lay(t)
	total, size := sum(calls), sum(mass)
	if total <= 0 || size <= 0 {
		return c.main.level(t)
	}
	return math.Log(total/size) + c.shift + c.v.q.main.known(t.x, c.v.sol.b)
}

func (c chained) line(t target) []float64 {
	calls, mass := c.lay(t)
	total, size := sum(calls), sum(mass)
	if total <= 0 || size <= 0 {
		return nil
	}
	out := slices.Clone(c.m.q.values.profile.share[t.info.date.Weekday()])
	for slot := range out {
		if b := slot / c.m.per; mass[b] > 0 {
			out[slot] *= calls[b] / total * size / mass[b]
		}
	}
	return out
}
