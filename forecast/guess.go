package forecast

import (
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A Guess turns plain counts into the input of a queue: it reads opening hours,
// closed days and, where nobody gave them, the holidays off the history alone.
// Wall clocks are taken as they stand: UTC labels them, and no day is cut.
type Guess struct {
	// Holidays are known days off or days unlike others, past and future. Whether
	// the queue opens on them follows from those in the history. None means that
	// the federal holidays of the United States are tried and kept where the
	// history has closed on them and on nothing else.
	Holidays []interval.Holiday
	// NoHolidays turns that trial off.
	NoHolidays bool
}

// FederalHolidays are those of the United States (5 U.S.C. 6103), as observed. The
// minor ones are days on which many call centers open.
var FederalHolidays = []interval.Holiday{
	{Name: "New Year's Day", Class: "federal", Month: time.January, Day: 1, Observed: true},
	{Name: "Martin Luther King Day", Class: "federal minor", Month: time.January, Weekday: time.Monday, Nth: 3, From: 1986},
	{Name: "Washington's Birthday", Class: "federal minor", Month: time.February, Weekday: time.Monday, Nth: 3},
	{Name: "Memorial Day", Class: "federal", Month: time.May, Weekday: time.Monday, Nth: -1},
	{Name: "Juneteenth", Class: "federal minor", Month: time.June, Day: 19, Observed: true, From: 2021},
	{Name: "Independence Day", Class: "federal", Month: time.July, Day: 4, Observed: true},
	{Name: "Labor Day", Class: "federal", Month: time.September, Weekday: time.Monday, Nth: 1},
	{Name: "Columbus Day", Class: "federal minor", Month: time.October, Weekday: time.Monday, Nth: 2},
	{Name: "Veterans Day", Class: "federal minor", Month: time.November, Day: 11, Observed: true},
	{Name: "Thanksgiving", Class: "federal", Month: time.November, Weekday: time.Thursday, Nth: 4},
	{Name: "Christmas Day", Class: "federal", Month: time.December, Day: 25, Observed: true},
}

// busyDay is the number of calls on the median day of a weekday from which a day
// without a call was closed; below it, silence is an observation.
const busyDay = 20

// A past tells, for each day of plain counts, when rows lie in it and what they sum to.
type past struct {
	first interval.Date
	from  []int // minute of the first row; -1 for none
	to    []int // minute after the last row
	total []float64
}

func (c *Counts) past() *past {
	p := &past{first: c.First()}
	n := c.Last().Sub(p.first) + 1
	p.from, p.to, p.total = slices.Repeat([]int{-1}, n), make([]int, n), make([]float64, n)
	step := int(min(c.Step, time.Hour) / time.Minute)
	for i, t := range c.stamps {
		d := interval.DateOf(t).Sub(p.first)
		m := t.Hour()*60 + t.Minute()
		if p.from[d] < 0 {
			p.from[d] = m
		}
		p.to[d] = m + step
		p.total[d] += c.values[i]
	}
	return p
}

// busy returns the weekdays whose median day with a call has busyDay and more;
// of a weekday that hardly ever had one, the other weekdays speak.
func (p *past) busy() (busy [7]bool) {
	var totals [7][]float64
	var days [7]int
	var all []float64
	for d, v := range p.total {
		w := p.first.AddDays(d).Weekday()
		if days[w]++; v > 0 {
			totals[w] = append(totals[w], v)
			all = append(all, v)
		}
	}
	usual := median(all) >= busyDay
	for w, v := range totals {
		if busy[w] = usual; 4*len(v) >= days[w] {
			busy[w] = median(v) >= busyDay
		}
	}
	return busy
}

// week returns the hours of each weekday over the days from on. A weekday opens
// when a quarter of its days did.
func (p *past) week(from int, open func(d int) bool) (week interval.Week, seen [7]int) {
	var first, last, n [7]int
	for d := from; d < len(p.total); d++ {
		w := p.first.AddDays(d).Weekday()
		seen[w]++
		if !open(d) {
			continue
		}
		if n[w]++; n[w] == 1 || p.from[d] < first[w] {
			first[w] = p.from[d]
		}
		last[w] = max(last[w], p.to[d])
	}
	for w := range week {
		if 4*n[w] >= seen[w] && n[w] > 0 {
			week[w] = []interval.Span{{Open: first[w], Close: min(last[w], 1440)}}
		}
	}
	return week, seen
}

// recentDays decide which hours hold from now on.
const recentDays = 56

// Input returns the series on whole days up to origin with its guessed calendar.
func (c *Counts) Input(origin interval.Date, guess Guess) (Input, error) {
	p := c.past()
	busy := p.busy()
	open := func(d int) bool {
		return p.from[d] >= 0 && (p.total[d] > 0 || !busy[p.first.AddDays(d).Weekday()])
	}
	week, _ := p.week(0, open)
	openings := []interval.Opening{{Week: week}}
	if from := len(p.total) - recentDays; from > 0 {
		recent, _ := p.week(from, open)
		if !slices.EqualFunc(recent[:], week[:], func(a, b []interval.Span) bool { return slices.Equal(a, b) }) {
			openings = append(openings, interval.Opening{From: p.first.AddDays(from), Week: recent})
		}
	}
	shut := p.closures(week, open)
	holidays := guess.holidays(p, week, shut)
	cal, err := interval.NewCalendar(time.UTC, openings, holidays, p.silent(shut))
	if err != nil {
		return Input{}, err
	}
	step := min(c.Step, time.Hour)
	g, err := interval.DayGrid(c.First(), origin, step, time.UTC)
	if err != nil {
		return Input{}, err
	}
	values, states := make([]float64, g.Len()), make([]interval.State, g.Len())
	for i := range states {
		states[i] = interval.Missing
	}
	for k, t := range c.stamps {
		if d := interval.DateOf(t).Sub(p.first); open(d) {
			i, _ := g.Index(t)
			values[i], states[i] = c.values[k], interval.Observed
		}
	}
	s, err := interval.NewSeries(c.Name, g, values, states)
	return Input{Queue: c.Name, Series: s, Calendar: cal}, err
}

// longestClosure is how many usually open days in a row are taken as closed; more
// of them without a row are a hole in the data.
const longestClosure = 4

// closures returns the days on which a usually open weekday did not open.
func (p *past) closures(week interval.Week, open func(d int) bool) []interval.Date {
	var out, run []interval.Date
	for d := range p.total {
		date := p.first.AddDays(d)
		switch {
		case open(d):
			if len(run) <= longestClosure {
				out = append(out, run...)
			}
			run = nil
		case len(week[date.Weekday()]) > 0:
			run = append(run, date)
		}
	}
	if len(run) <= longestClosure {
		out = append(out, run...)
	}
	return out
}

// silent returns the days that were closed beyond doubt: rows were kept and none
// held a call. A day without a row and without a known holiday is a gap in the
// data, after which nobody waits to call.
func (p *past) silent(shut []interval.Date) []interval.Closure {
	var out []interval.Closure
	for _, d := range shut {
		if p.from[d.Sub(p.first)] >= 0 {
			out = append(out, interval.Closure{First: d, Last: d, Name: "no calls"})
		}
	}
	return out
}

// holidays returns the rules for the calendar: those given, or the guessed ones;
// open in the usual hours unless the history was closed on most days of the class.
func (g Guess) holidays(p *past, week interval.Week, shut []interval.Date) []interval.Holiday {
	rules := g.Holidays
	if len(rules) == 0 {
		if g.NoHolidays || !federal(p, week, shut) {
			return nil
		}
		rules = FederalHolidays
	}
	type tally struct{ open, all int }
	classes := map[string]tally{}
	for _, h := range rules {
		for d := range p.total {
			date := p.first.AddDays(d)
			if on, ok := h.On(date.Year()); !ok || on != date || len(week[date.Weekday()]) == 0 {
				continue
			}
			t, opened := classes[h.Class], 0
			if !slices.Contains(shut, date) && p.from[d] >= 0 {
				opened = 1
			}
			classes[h.Class] = tally{t.open + opened, t.all + 1}
		}
	}
	var out []interval.Holiday
	for _, h := range rules {
		if t := classes[h.Class]; len(h.Hours) == 0 && 2*t.open >= t.all {
			h.Hours = widest(week)
		}
		out = append(out, h)
	}
	return out
}

func widest(week interval.Week) []interval.Span {
	s := interval.Span{Open: 1440}
	for _, spans := range week {
		for _, o := range spans {
			s.Open, s.Close = min(s.Open, o.Open), max(s.Close, o.Close)
		}
	}
	return []interval.Span{s}
}

// federal reports whether the history closed on most of the major federal holidays
// and, of its usually open days, on hardly any that is no federal holiday.
func federal(p *past, week interval.Week, shut []interval.Date) bool {
	met, held, explained := 0, 0, 0
	for _, h := range FederalHolidays {
		for d := range p.total {
			date := p.first.AddDays(d)
			if on, ok := h.On(date.Year()); !ok || on != date || len(week[date.Weekday()]) == 0 {
				continue
			}
			closed, major := slices.Contains(shut, date), h.Class == FederalHolidays[0].Class
			if closed {
				explained++
			}
			if major {
				met++
			}
			if closed && major {
				held++
			}
		}
	}
	return held > 0 && 5*held >= 4*met && 2*explained >= len(shut)
}
