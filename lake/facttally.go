package lake

import (
	"context"
	"maps"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// factCells says where the cells of a queue come from interval reports.
type factCells struct {
	seen    []bool   // the interval has a report
	unknown []uint64 // measures that the reports of the interval leave out, as bits
	alone   bool     // no contact tells of the queue
}

// factFiles returns the files of facts that count: those of sources without contacts.
// Where a source has both, facts are for reconciliation only.
func (m *manifest) factFiles() []FactFile {
	return slices.DeleteFunc(slices.Clone(m.Facts), func(f FactFile) bool {
		return slices.ContainsFunc(m.Files, func(c File) bool { return c.Source == f.Source })
	})
}

// factQueues returns the queues that only interval reports tell of.
func (m *manifest) factQueues() []string {
	var queues []string
	for _, f := range m.factFiles() {
		queues = append(queues, f.Queues...)
	}
	return queues
}

// span widens the time that the tally covers to that of the facts.
func (t *Tally) span(files []FactFile) {
	for _, f := range files {
		if first := f.First.Time(); t.first.IsZero() || first.Before(t.first) {
			t.first = first
		}
		if last := (f.Last - 1).Time(); last.After(t.last) {
			t.last = last
		}
	}
}

// countFacts adds interval reports to the cells. A report counts where its interval lies
// within one of the grid: a longer one cannot be spread. Where reports of several lengths
// cover an interval the shortest count.
func (l *Lake) countFacts(ctx context.Context, m *manifest, t *Tally) error {
	files := m.factFiles()
	if len(files) == 0 {
		return nil
	}
	t.facts = map[string]*factCells{}
	t.factsOf(AllQueues).alone = len(m.Files) == 0
	for _, queue := range m.factQueues() {
		t.factsOf(queue).alone = !slices.ContainsFunc(m.Files, func(f File) bool { return f.Queues[queue] != nil })
	}
	for _, file := range files {
		if file.Last <= MicrosOf(t.grid.Start()) || file.First >= MicrosOf(t.grid.End()) {
			continue
		}
		facts, err := l.readFacts(file)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		byLength := map[int32][]*Fact{}
		for i := range facts {
			byLength[facts[i].Seconds] = append(byLength[facts[i].Seconds], &facts[i])
		}
		shorter := map[string][]bool{} // where shorter reports of a queue lie
		for _, seconds := range slices.Sorted(maps.Keys(byLength)) {
			t.countLength(byLength[seconds], shorter)
		}
	}
	return nil
}

func (t *Tally) countLength(facts []*Fact, shorter map[string][]bool) {
	center := t.factsOf(AllQueues)
	for _, f := range facts {
		k, inside := t.place(f)
		if covered := shorter[f.Queue]; !inside || covered != nil && covered[k] {
			continue
		}
		if cells := t.queues[f.Queue]; cells != nil {
			f.addTo(cells.at(k), t, 0)
		}
		f.addTo(t.center.at(k), t, max(f.OverflowIn, 0))
		lacks := f.lacks(t)
		for _, into := range []*factCells{t.factsOf(f.Queue), center} {
			into.seen[k] = true
			into.unknown[k] |= lacks
		}
	}
	for _, f := range facts {
		if shorter[f.Queue] == nil {
			shorter[f.Queue] = make([]bool, t.grid.Len())
		}
		if k, inside := t.place(f); inside {
			shorter[f.Queue][k] = true
		}
	}
}

func (t *Tally) factsOf(queue string) *factCells {
	f := t.facts[queue]
	if f == nil {
		f = &factCells{seen: make([]bool, t.grid.Len()), unknown: make([]uint64, t.grid.Len())}
		t.facts[queue] = f
	}
	return f
}

// place returns the interval of the grid that the fact's lies in.
func (t *Tally) place(f *Fact) (k int, inside bool) {
	start, step := MicrosOf(t.grid.Start()), Micros(t.grid.Step().Microseconds())
	if f.Start < start || f.end() > MicrosOf(t.grid.End()) {
		return 0, false
	}
	first, last := (f.Start-start)/step, (f.end()-1-start)/step
	return int(first), first == last
}

// addTo counts the fact in a cell. What is offered and neither handled nor anything else the
// report tells is unclear; it is negative where a report counts contacts in the
// interval in which they end. In the cell of the center, came is how many contacts were
// offered to another queue before: what left that one did not leave the center.
func (f *Fact) addTo(c cell, t *Tally, came int64) {
	known := func(n int64) int32 { return int32(max(n, 0)) }
	before := c.offered()
	defer func() { c.rows += c.offered() - before }() // reports have no rows to count
	abandoned, short := known(f.Abandoned), known(f.ShortAbandoned)
	overflowed := int32(0)
	if f.OverflowOut >= 0 {
		overflowed = int32(f.OverflowOut - came)
	}
	c.n[OutcomeHandled] += known(f.Handled)
	c.n[OutcomeAbandoned] += abandoned
	c.n[shortAt] += short
	c.n[OutcomeBlocked] += known(f.Blocked)
	c.n[OutcomeOverflowed] += overflowed
	if f.Offered >= 0 {
		c.n[OutcomeUnknown] += int32(f.Offered-came) - known(f.Handled) - abandoned - short - known(f.Blocked) - overflowed
	}
	if c.detail == nil {
		return
	}
	time := func(n, sum int, of int32, ms int64) {
		if ms >= 0 && f.Handled >= 0 {
			c.k[n] += of
			c.ms[sum] += ms
		}
	}
	time(talkAt, talkSum, known(f.Handled), f.Talk)
	time(holdAt, holdSum, known(f.Handled), f.Hold)
	time(wrapAt, wrapSum, known(f.Handled), f.Wrap)
	time(answerAt, answerSum, known(f.Handled), f.AnswerMillis)
	time(waitAt, waitSum, known(f.Handled), f.AnswerMillis)
	time(waitAt, waitSum, abandoned+short, f.AbandonMillis)
	if f.Within >= 0 && f.WithinMillis == int64(t.target) {
		c.k[answerInAt] += known(f.Within)
	}
}

// lacks returns the measures that a fact does not tell, as bits.
func (f *Fact) lacks(t *Tally) (mask uint64) {
	without := func(known bool, measures ...Measure) {
		if !known {
			for _, m := range measures {
				mask |= 1 << m
			}
		}
	}
	offered := f.Offered >= 0 || f.Handled >= 0 && f.Abandoned >= 0
	within := f.Within >= 0 && f.WithinMillis == int64(t.target)
	without(offered, Offered, Queued, SLOffered, SLInclAbandons, SLExclShortAbandons, Unclear)
	without(f.Handled >= 0, Handled, SLAnswered, TalkSeconds, TalkKnown, HoldSeconds, HoldKnown, WrapSeconds, WrapKnown, AHT, ASAAnswered)
	without(f.Abandoned >= 0, Abandoned)
	without(f.ShortAbandoned >= 0 && f.ShortMillis == int64(t.short), ShortAbandoned)
	without(f.Blocked >= 0, Blocked)
	without(f.OverflowOut >= 0, Overflowed)
	without(f.Talk >= 0, TalkSeconds, TalkKnown, AHT)
	without(f.Hold >= 0, HoldSeconds, HoldKnown)
	without(f.Wrap >= 0, WrapSeconds, WrapKnown)
	without(f.AnswerMillis >= 0, ASAAnswered)
	without(f.AnswerMillis >= 0 && f.AbandonMillis >= 0, WaitSeconds, WaitKnown)
	without(within, AnsweredWithin, SLOffered, SLAnswered, SLInclAbandons, SLExclShortAbandons)
	without(false, Contained, StillOpen, Ghost, Transferred, AbandonedWithin, SLInclAbandons, SLExclShortAbandons)
	return mask
}

// fromFacts decides the states of a queue that interval reports tell of: an interval is
// observed where it has a report. What no report tells is missing, and never 0.
func (t *Tally) fromFacts(queue string, m Measure, states []interval.State, cal *interval.Calendar) {
	f := t.facts[queue]
	if f == nil {
		return
	}
	var open []bool
	if cal != nil {
		open = cal.Open(t.grid)
	}
	for i := range states {
		switch {
		case f.seen[i] && f.unknown[i]&(1<<m) != 0:
			states[i] = interval.Missing
		case f.seen[i]:
			states[i] = interval.Observed
		case f.alone && open != nil && !open[i]:
			states[i] = interval.Closed
		case f.alone:
			states[i] = interval.Missing
		}
	}
	for _, r := range t.missing {
		t.declare(r, states)
	}
}
