package lake

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sort"
	"time"
)

// A Reconciliation holds the contacts of the lake against the interval reports in it.
type Reconciliation struct {
	Queues []QueueReconciliation `json:"queues"`
	// Outside counts reports of intervals before the first or after the last contact, which
	// are not compared.
	Outside int64 `json:"outside"`
}

// A QueueReconciliation compares one measure of one queue over all of its reports.
type QueueReconciliation struct {
	Queue     string       `json:"queue"`
	Measure   string       `json:"measure"` // offered, handled, abandoned with the short ones, or blocked
	Intervals int64        `json:"intervals"`
	Ours      int64        `json:"ours"`
	Theirs    int64        `json:"theirs"`
	Differ    int64        `json:"differ"`   // intervals in which the two are not equal
	Distance  int64        `json:"distance"` // the sum of |ours - theirs| over intervals
	Worst     []Difference `json:"worst,omitempty"`
}

// A Difference is one interval in which ours and theirs are not equal.
type Difference struct {
	Start  time.Time `json:"start"`
	Length string    `json:"length"`
	Ours   int64     `json:"ours"`
	Theirs int64     `json:"theirs"`
}

// worstDifferences is how many differences a reconciliation lists per queue and measure.
const worstDifferences = 10

var reconciled = []struct {
	name   string
	theirs func(f *Fact) int64 // -1 where the report does not tell
	counts func(o Outcome) bool
}{
	{"offered", func(f *Fact) int64 { return f.Offered }, func(o Outcome) bool { return o != OutcomeGhost }},
	{"handled", func(f *Fact) int64 { return f.Handled }, func(o Outcome) bool { return o == OutcomeHandled }},
	{"abandoned", func(f *Fact) int64 {
		if f.Abandoned < 0 {
			return -1
		}
		return f.Abandoned + max(f.ShortAbandoned, 0)
	}, func(o Outcome) bool { return o == OutcomeAbandoned }},
	{"blocked", func(f *Fact) int64 { return f.Blocked }, func(o Outcome) bool { return o == OutcomeBlocked }},
}

// A claim is a report and what the lake counts in its interval, by measure.
type claim struct {
	Fact
	ours [4]int64
}

// ErrNothingToReconcile is returned by Reconcile on a lake without contacts or without
// interval reports.
var ErrNothingToReconcile = errors.New("lake: there are contacts or interval reports, not both; load the report of the phone system, then reconcile")

// Reconcile counts the inbound contacts in every interval that a report tells of and
// compares. A contact counts in the interval of its arrival, a later visit when it is
// queued; reports that count by the end of a call differ at the edges.
func (l *Lake) Reconcile(ctx context.Context) (Reconciliation, error) {
	m := l.man.Load()
	if len(m.Files) == 0 || len(m.Facts) == 0 {
		return Reconciliation{}, ErrNothingToReconcile
	}
	claims, err := l.claims(ctx)
	if err != nil {
		return Reconciliation{}, err
	}
	var first, last Micros
	for c, err := range l.Contacts(ctx) {
		if err != nil {
			return Reconciliation{}, err
		}
		if at := c.counted(); first == 0 || at < first {
			first = at
		}
		last = max(last, c.counted())
		if c.Direction == Inbound {
			claims[c.Queue].count(&c)
		}
	}
	return summarise(claims, first, last), nil
}

// claimList is the reports of one queue by length and start.
type claimList []claim

func (l *Lake) claims(ctx context.Context) (map[string]claimList, error) {
	claims := map[string]claimList{}
	for f, err := range l.Facts(ctx) {
		if err != nil {
			return nil, err
		}
		claims[f.Queue] = append(claims[f.Queue], claim{Fact: f})
	}
	for _, list := range claims {
		slices.SortFunc(list, func(a, b claim) int {
			return cmp.Or(cmp.Compare(a.Seconds, b.Seconds), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Source, b.Source))
		})
	}
	return claims, nil
}

// count adds a contact to the reports whose interval it counts in, of each length.
func (list claimList) count(c *Contact) {
	for from := 0; from < len(list); {
		seconds := list[from].Seconds
		to := from + sort.Search(len(list)-from, func(i int) bool { return list[from+i].Seconds > seconds })
		same := list[from:to]
		at := c.counted()
		for i := sort.Search(len(same), func(i int) bool { return same[i].end() > at }); i < len(same) && same[i].Start <= at; i++ {
			for k := range reconciled {
				if reconciled[k].counts(c.Outcome) {
					same[i].ours[k]++
				}
			}
		}
		from = to
	}
}

func summarise(claims map[string]claimList, first, last Micros) Reconciliation {
	var r Reconciliation
	queues := make([]string, 0, len(claims))
	for q := range claims {
		queues = append(queues, q)
	}
	slices.Sort(queues)
	for _, queue := range queues {
		within := slices.DeleteFunc(slices.Clone(claims[queue]), func(c claim) bool { return c.end() <= first || c.Start > last })
		r.Outside += int64(len(claims[queue]) - len(within))
		for k := range reconciled {
			q := QueueReconciliation{Queue: queue, Measure: reconciled[k].name}
			for i := range within {
				if theirs := reconciled[k].theirs(&within[i].Fact); theirs >= 0 {
					q.compare(&within[i], within[i].ours[k], theirs)
				}
			}
			if q.Intervals > 0 {
				q.trim()
				r.Queues = append(r.Queues, q)
			}
		}
	}
	return r
}

func (q *QueueReconciliation) compare(c *claim, ours, theirs int64) {
	q.Intervals++
	q.Ours += ours
	q.Theirs += theirs
	if d := max(ours-theirs, theirs-ours); d > 0 {
		q.Differ++
		q.Distance += d
		q.Worst = append(q.Worst, Difference{c.Start.Time(), (time.Duration(c.Seconds) * time.Second).String(), ours, theirs})
	}
}

// trim keeps the greatest differences, the earliest first among equal ones.
func (q *QueueReconciliation) trim() {
	size := func(d Difference) int64 { return max(d.Ours-d.Theirs, d.Theirs-d.Ours) }
	slices.SortStableFunc(q.Worst, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(size(b), size(a)), a.Start.Compare(b.Start))
	})
	q.Worst = q.Worst[:min(len(q.Worst), worstDifferences)]
}
