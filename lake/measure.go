package lake

import "fmt"

// A Measure is one thing counted per queue and interval.
type Measure uint8

// The measures. Ghosts and outbound contacts are in none but Ghost.
//
//	Offered = Handled + Abandoned + ShortAbandoned + Blocked + Contained + Overflowed + StillOpen + Unclear
//	Queued  = Offered - Blocked - Contained
//
// Abandoned leaves out the short ones. WaitSeconds sums over queued contacts with a known
// wait, of which there are WaitKnown; talk, hold and wrap sum over handled ones.
// AHT = TalkSeconds/TalkKnown + HoldSeconds/HoldKnown + WrapSeconds/WrapKnown, where a part
// nobody measured adds nothing; it is missing where no talk time is known.
const (
	Offered Measure = iota
	Handled
	Abandoned
	ShortAbandoned
	Blocked
	Contained
	Overflowed
	StillOpen
	Unclear
	Ghost
	Transferred
	Queued
	WaitSeconds
	WaitKnown
	TalkSeconds
	TalkKnown
	HoldSeconds
	HoldKnown
	WrapSeconds
	WrapKnown
	AHT
)

var measureNames = []string{
	"offered", "handled", "abandoned", "short_abandoned", "blocked", "contained", "overflowed",
	"open", "unknown", "ghost", "transferred", "queued",
	"wait_seconds", "wait_known", "talk_seconds", "talk_known", "hold_seconds", "hold_known",
	"wrap_seconds", "wrap_known", "aht",
}

// String returns the name ParseMeasure reads.
func (m Measure) String() string { return word(measureNames, uint8(m)) }

// ParseMeasure reads the name of a measure: offered, handled, aht and so on.
func ParseMeasure(s string) (Measure, error) {
	i, err := find("measure", measureNames, s)
	return Measure(i), err
}

// Measures returns all measures.
func Measures() []Measure {
	all := make([]Measure, len(measureNames))
	for i := range all {
		all[i] = Measure(i)
	}
	return all
}

// The counters of a cell. The first ones are indexed by outcome.
const (
	shortAt = int(OutcomeOpen) + 1 + iota
	transferredAt
	waitAt
	talkAt
	holdAt
	wrapAt
	counters
)

// The sums of a cell.
const (
	waitSum = iota
	talkSum
	holdSum
	wrapSum
	sums
)

// A cell counts one queue in one interval: whole numbers, so that the order of
// counting cannot show.
type cell struct {
	n  [counters]int32
	ms [sums]int64
}

func (c *cell) offered() int32 {
	sum := c.n[shortAt]
	for o := OutcomeUnknown; o <= OutcomeOpen; o++ {
		if o != OutcomeGhost {
			sum += c.n[o]
		}
	}
	return sum
}

func (c *cell) plus(d *cell) {
	for i := range c.n {
		c.n[i] += d.n[i]
	}
	for i := range c.ms {
		c.ms[i] += d.ms[i]
	}
}

// value returns a measure of the cell and whether it has one.
func (c *cell) value(m Measure) (float64, bool) {
	count := func(at int) (float64, bool) { return float64(c.n[at]), true }
	seconds := func(at int) (float64, bool) { return float64(c.ms[at]) / 1000, true }
	switch m {
	case Offered:
		return float64(c.offered()), true
	case Handled:
		return count(int(OutcomeHandled))
	case Abandoned:
		return count(int(OutcomeAbandoned))
	case ShortAbandoned:
		return count(shortAt)
	case Blocked:
		return count(int(OutcomeBlocked))
	case Contained:
		return count(int(OutcomeContained))
	case Overflowed:
		return count(int(OutcomeOverflowed))
	case StillOpen:
		return count(int(OutcomeOpen))
	case Unclear:
		return count(int(OutcomeUnknown))
	case Ghost:
		return count(int(OutcomeGhost))
	case Transferred:
		return count(transferredAt)
	case Queued:
		return float64(c.offered() - c.n[OutcomeBlocked] - c.n[OutcomeContained]), true
	case WaitSeconds:
		return seconds(waitSum)
	case WaitKnown:
		return count(waitAt)
	case TalkSeconds:
		return seconds(talkSum)
	case TalkKnown:
		return count(talkAt)
	case HoldSeconds:
		return seconds(holdSum)
	case HoldKnown:
		return count(holdAt)
	case WrapSeconds:
		return seconds(wrapSum)
	case WrapKnown:
		return count(wrapAt)
	case AHT:
		return c.aht()
	}
	panic(fmt.Sprintf("lake: no measure %d", m))
}

func (c *cell) aht() (float64, bool) {
	if c.n[talkAt] == 0 {
		return 0, false
	}
	sum := 0.0
	for _, part := range [...]struct{ sum, n int }{{talkSum, talkAt}, {holdSum, holdAt}, {wrapSum, wrapAt}} {
		if n := c.n[part.n]; n > 0 {
			sum += float64(c.ms[part.sum]) / 1000 / float64(n)
		}
	}
	return sum, true
}
