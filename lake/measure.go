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
//
// AnsweredWithin and AbandonedWithin count waits of at most the target of the query. The
// service levels, shares of 0 to 1, have the names and formulas of package erlang, with
// Queued for its offered; they are missing where the denominator is 0:
//
//	SLOffered           = AnsweredWithin / Queued
//	SLAnswered          = AnsweredWithin / Handled
//	SLInclAbandons      = (AnsweredWithin + AbandonedWithin) / Queued
//	SLExclShortAbandons = AnsweredWithin / (Queued - AbandonedWithin)
//
// ASAAnswered is the mean wait in seconds of handled contacts with a known wait.
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
	AnsweredWithin
	AbandonedWithin
	SLOffered
	SLAnswered
	SLInclAbandons
	SLExclShortAbandons
	ASAAnswered
)

var measureNames = []string{
	"offered", "handled", "abandoned", "short_abandoned", "blocked", "contained", "overflowed",
	"open", "unknown", "ghost", "transferred", "queued",
	"wait_seconds", "wait_known", "talk_seconds", "talk_known", "hold_seconds", "hold_known",
	"wrap_seconds", "wrap_known", "aht", "answered_within", "abandoned_within",
	"sl_offered", "sl_answered", "sl_incl_abandons", "sl_excl_short_abandons", "asa_answered",
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

// shortAt is the counter of short abandons; those before it are indexed by outcome.
const (
	shortAt  = int(OutcomeOpen) + 1
	accounts = shortAt + 1
)

// The counters of a detail.
const (
	transferredAt = iota
	waitAt
	talkAt
	holdAt
	wrapAt
	answerAt // handled with a known wait
	answerInAt
	abandonInAt
	counters
)

// The sums of a detail.
const (
	waitSum = iota
	talkSum
	holdSum
	wrapSum
	answerSum
	sums
)

// An account counts one queue in one interval: whole numbers, so that the order of
// counting cannot show.
type account struct {
	rows int32 // of contacts, ghosts included
	n    [accounts]int32
}

// A detail is what a cell knows beyond its account.
type detail struct {
	k  [counters]int32
	ms [sums]int64
}

// cells are the counts of a queue, by interval. Details take thrice the room of accounts, and
// there are none where no measure asks for them.
type cells struct {
	accounts []account
	details  []detail
}

// A cell is one of cells. Without details its detail is nil.
type cell struct {
	*account
	*detail
}

func (c *cells) at(i int) cell {
	if c.details == nil {
		return cell{&c.accounts[i], nil}
	}
	return cell{&c.accounts[i], &c.details[i]}
}

func (c *account) offered() int32 {
	n := &c.n // all but ghosts; asked for every interval of every queue, a loop takes thrice the time
	return n[OutcomeUnknown] + n[OutcomeHandled] + n[OutcomeAbandoned] + n[OutcomeBlocked] + n[OutcomeContained] +
		n[OutcomeOverflowed] + n[OutcomeOpen] + n[shortAt]
}

func (c *account) queued() int32 { return c.offered() - c.n[OutcomeBlocked] - c.n[OutcomeContained] }

func share(part, whole int32) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}

func (c *account) add(o Outcome, rows int32) {
	c.rows += rows
	c.n[o] += rows
}

func (c *account) plus(d *account) {
	c.rows += d.rows
	for i := range c.n {
		c.n[i] += d.n[i]
	}
}

func (c cell) plus(d cell) {
	c.account.plus(d.account)
	if d.detail == nil {
		return
	}
	for i := range c.k {
		c.k[i] += d.k[i]
	}
	for i := range c.ms {
		c.ms[i] += d.ms[i]
	}
}

// value returns a measure of the cell and whether it has one.
func (c cell) value(m Measure) (float64, bool) {
	count := func(at int) (float64, bool) { return float64(c.n[at]), true }
	detail := func(at int) (float64, bool) { return float64(c.k[at]), true }
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
		return detail(transferredAt)
	case Queued:
		return float64(c.queued()), true
	case WaitSeconds:
		return seconds(waitSum)
	case WaitKnown:
		return detail(waitAt)
	case TalkSeconds:
		return seconds(talkSum)
	case TalkKnown:
		return detail(talkAt)
	case HoldSeconds:
		return seconds(holdSum)
	case HoldKnown:
		return detail(holdAt)
	case WrapSeconds:
		return seconds(wrapSum)
	case WrapKnown:
		return detail(wrapAt)
	case AHT:
		return c.aht()
	case AnsweredWithin:
		return detail(answerInAt)
	case AbandonedWithin:
		return detail(abandonInAt)
	case SLOffered:
		return share(c.k[answerInAt], c.queued())
	case SLAnswered:
		return share(c.k[answerInAt], c.n[OutcomeHandled])
	case SLInclAbandons:
		return share(c.k[answerInAt]+c.k[abandonInAt], c.queued())
	case SLExclShortAbandons:
		return share(c.k[answerInAt], c.queued()-c.k[abandonInAt])
	case ASAAnswered:
		v, known := share(1, c.k[answerAt])
		return v * float64(c.ms[answerSum]) / 1000, known
	}
	panic(fmt.Sprintf("lake: no measure %d", m))
}

func (c cell) aht() (float64, bool) {
	if c.k[talkAt] == 0 {
		return 0, false
	}
	sum := 0.0
	for _, part := range [...]struct{ sum, n int }{{talkSum, talkAt}, {holdSum, holdAt}, {wrapSum, wrapAt}} {
		if n := c.k[part.n]; n > 0 {
			sum += float64(c.ms[part.sum]) / 1000 / float64(n)
		}
	}
	return sum, true
}
