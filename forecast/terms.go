package forecast

import (
	"math"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/interval"
)

// A term is one column of the day regression: a function of the calendar whose
// coefficient is believed, before any data, to be Normal(mean, sd²) on the log
// scale. The prior keeps a short history sane, and an effect never seen leaves
// its doubt in the paths.
type term struct {
	part     string // the part of the day it belongs to: see Explanation
	mean, sd float64
	value    func(dayInfo) float64
}

// calendarParts are the terms that companions take over from the regression.
var calendarParts = []string{"closure", "holiday", "month", "season", "trend", "drivers"}

// Days of history that terms need: a month cycle learnt from weeks, or a yearly
// one from months, does harm.
const (
	monthSpan, monthDays   = 115, 75
	seasonSpan, seasonDays = 425, 250
	trendSpan              = 550
)

// A coverage counts what the history holds.
type coverage struct {
	span   int // days from the first to the last observed
	days   int // days observed
	known  int // days observed or closed
	last   int // index of the last observed day
	months int // different calendar months observed
}

func (c coverage) month() bool { return c.span >= monthSpan && c.days >= monthDays }
func (c coverage) season() bool {
	return c.span >= seasonSpan && c.known >= seasonDays && c.months >= 11
}

// pairs returns the harmonics of the year: three that show its course, and from two
// years on, when a dip can be seen to return and a step in the level is told from it,
// twelve.
func (c coverage) pairs() int {
	if c.span < 2*365 {
		return 3
	}
	return 12
}

func (c coverage) trend() bool { return c.span >= trendSpan && c.season() }

// newTerms returns the columns that the history supports. plain leaves the
// season and the trend out.
func newTerms(c coverage, classes []string, plain bool) []term {
	terms := []term{{"level", 0, 3, func(dayInfo) float64 { return 1 }}}
	for w := range 7 {
		terms = append(terms, term{"weekday", 0, 0.5, func(d dayInfo) float64 {
			return indicator(int(d.weekday) == w)
		}})
	}
	// Call centers report 15 to 50 % more calls on the day after a holiday.
	terms = append(terms, term{"closure", 0.12, 0.12, func(d dayInfo) float64 { return indicator(d.after) }})
	for _, class := range classes {
		terms = append(terms, term{"holiday", 0, 0.3, func(d dayInfo) float64 { return indicator(d.class == class) }})
	}
	if c.month() {
		terms = append(terms, harmonics("month", 3, 0.1, func(d dayInfo) float64 { return d.month })...)
	}
	if c.season() && !plain {
		terms = append(terms, harmonics("season", c.pairs(), 0.12, func(d dayInfo) float64 { return d.year })...)
	}
	if c.trend() && !plain {
		terms = append(terms, term{"trend", 0, 0.1, trend(c.last)})
	}
	return terms
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// harmonics returns k sine and cosine pairs; the prior of the j-th is sd/j: the leading
// part of a random walk around the circle, a smoothing spline of first order (Wahba
// 1990, Spline models for observational data, ch. 2), so that the data decide how fine
// a season is.
func harmonics(part string, k int, sd float64, phase func(dayInfo) float64) []term {
	var terms []term
	for j := 1; j <= k; j++ {
		f := float64(j)
		terms = append(terms,
			term{part, 0, sd / f, func(d dayInfo) float64 { return math.Sin(f * phase(d)) }},
			term{part, 0, sd / f, func(d dayInfo) float64 { return math.Cos(f * phase(d)) }})
	}
	return terms
}

func monthPhase(d interval.Date) float64 {
	first := d.AddDays(1 - d.Day())
	length := first.AddDays(31)
	days := 31 - length.Day() + 1
	return 2 * math.Pi * float64(d.Day()-1) / float64(days)
}

func yearPhase(d interval.Date) float64 { return 2 * math.Pi * float64(d.YearDay()-1) / 365.25 }

// trend is the time from the last day in years. After that day it bends and
// comes to rest 90 days' growth further on, whatever the horizon.
func trend(last int) func(dayInfo) float64 {
	const rest = 90.0
	return func(d dayInfo) float64 {
		t := float64(d.index - last)
		if t > 0 {
			t = rest * (1 - math.Exp(-t/rest))
		}
		return t / 365.25
	}
}

// openClasses returns the classes of special days with opening hours, sorted.
func openClasses(infos []dayInfo) []string {
	var classes []string
	for _, d := range infos {
		if d.class != "" {
			classes = append(classes, strings.Clone(d.class))
		}
	}
	slices.Sort(classes)
	return slices.Compact(classes)
}
