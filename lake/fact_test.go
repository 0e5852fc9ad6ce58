package lake

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

var noon = time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC) // 12:00 in New York

func fact(queue string, half int, offered, handled, abandoned int64) Fact {
	f := NewFact("acd", queue, MicrosOf(noon.Add(time.Duration(half)*30*time.Minute)), 1800)
	f.Offered, f.Handled, f.Abandoned = offered, handled, abandoned
	return f
}

func putFacts(t *testing.T, l *Lake, sum string, facts ...Fact) FactTally {
	t.Helper()
	w, err := l.Writer()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	input := w.AddInput()
	for i := range facts {
		if err := w.AddFact(input, &facts[i]); err != nil {
			t.Fatal(err)
		}
	}
	tallies, err := w.Commit(t.Context(), []Input{{Name: sum, SHA256: sum}})
	if err != nil {
		t.Fatal(err)
	}
	if err := reopen(t, l.Dir()).Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	return tallies[0].Facts
}

func TestFactsAreStoredOnce(t *testing.T) {
	l := newLake(t)
	late := fact("water", 1, 9, 7, 2)
	running := late
	running.Offered, running.Handled, running.Partial = 4, 3, true
	if got, want := putFacts(t, l, "a", fact("water", 0, 5, 4, 1), running), (FactTally{Stored: 2}); got != want {
		t.Errorf("%+v", got)
	}
	if got, want := putFacts(t, l, "b", fact("water", 0, 5, 4, 1), late), (FactTally{Duplicate: 2, Revised: 1}); got != want {
		t.Errorf("%+v", got)
	}
	other := late
	other.Handled = 6
	if got, want := putFacts(t, l, "c", other, running), (FactTally{Duplicate: 2, Conflicts: 1}); got != want {
		t.Errorf("%+v", got)
	}
	var got []Fact
	for f, err := range l.Facts(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, f)
	}
	late.Flags = FlagConflict
	if want := []Fact{fact("water", 0, 5, 4, 1), late}; !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if s := l.Status(); s.Facts != 2 || s.Rows != 0 || !slices.Equal(s.Sources, []string{"acd"}) {
		t.Errorf("%+v", s)
	}
}

// The facts in the lake follow from the set of facts loaded.
func TestFactsInAnyOrder(t *testing.T) {
	var all []Fact
	for i := range 60 {
		f := fact("water", i%12, int64(i%5), int64(i%3), 0)
		f.Partial = i%4 == 0
		all = append(all, f)
	}
	want := ""
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 3))
		r.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		l := newLake(t)
		cut := r.IntN(len(all))
		putFacts(t, l, "a", all[:cut]...)
		putFacts(t, l, "b", append(slices.Clone(all[cut:]), all[r.IntN(len(all))])...)
		got := l.Status().Fingerprint
		if seed > 0 && got != want {
			t.Fatalf("seed %d: another lake", seed)
		}
		want = got
	}
}

func TestSeriesOfFacts(t *testing.T) {
	l := newLake(t)
	a, b := fact("water", 0, 10, 7, 2), fact("tax", 0, 6, 5, 1)
	a.OverflowOut, b.OverflowIn = 1, 1 // a contact that water could not serve went to tax
	a.Talk, a.Wrap, a.AnswerMillis, a.AbandonMillis = 700_000, 70_000, 140_000, 60_000
	a.Within, a.WithinMillis = 6, 20_000
	daily := NewFact("acd", "water", MicrosOf(noon.Add(-12*time.Hour)), 86400)
	daily.Offered = 400
	hour := NewFact("acd", "water", MicrosOf(noon), 3600)
	hour.Offered = 99 // there are half hours of it
	putFacts(t, l, "a", a, b, fact("water", 3, 0, 0, 0), daily, hour)
	q := TallyQuery{Step: 30 * time.Minute, Location: newYork}
	tally, err := l.Tally(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	at := func(queue string, m Measure, half int) (float64, interval.State) {
		t.Helper()
		s, err := tally.Series(queue, m, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s.At(int(noon.Sub(tally.Grid().Start())/(30*time.Minute)) + half)
	}
	for _, tt := range []struct {
		queue string
		m     Measure
		half  int
		want  float64
		state interval.State
	}{
		{"water", Offered, 0, 10, interval.Observed}, {"water", Offered, 3, 0, interval.Observed},
		{"water", Offered, 1, 0, interval.Missing}, {"water", Overflowed, 0, 1, interval.Observed},
		{"water", AHT, 0, 110, interval.Observed}, {"tax", AHT, 0, 0, interval.Missing},
		{"water", SLOffered, 0, 0.6, interval.Observed}, {"water", WaitSeconds, 0, 200, interval.Observed},
		{"water", ASAAnswered, 0, 20, interval.Observed}, {"water", HoldSeconds, 0, 0, interval.Missing},
		{AllQueues, Offered, 0, 15, interval.Observed}, {AllQueues, Handled, 0, 12, interval.Observed},
		{AllQueues, Offered, 2, 0, interval.Missing},
	} {
		if v, state := at(tt.queue, tt.m, tt.half); v != tt.want || state != tt.state {
			t.Errorf("%s %s in half hour %d: %v, %v; want %v, %v", tt.queue, tt.m, tt.half, v, state, tt.want, tt.state)
		}
	}
	q.Step = time.Hour
	if tally, err = l.Tally(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if total, err := tally.Total("water", Offered); err != nil || total != 10 {
		t.Errorf("half hours and hours together: %v, %v", total, err)
	}
}

// Where a source has contacts its facts do not count; they are compared with them.
func TestReconcile(t *testing.T) {
	l := newLake(t)
	if _, err := l.Reconcile(t.Context()); err == nil {
		t.Error("nothing is reconciled with nothing")
	}
	var contacts []Contact
	for i := range 5 {
		c := NewContact("acd", string(rune('a'+i)))
		c.Queue, c.Arrival, c.Outcome = "water", MicrosOf(noon.Add(time.Duration(i*10)*time.Minute)), OutcomeHandled
		contacts = append(contacts, c)
	}
	put(t, l, "aaaaaaaaaaaa", contacts)
	far := fact("water", 400, 8, 8, 0)
	putFacts(t, l, "b", fact("water", 0, 3, 3, 0), fact("water", 1, 4, 2, 2), far)
	r, err := l.Reconcile(t.Context())
	if err != nil || r.Outside != 1 || len(r.Queues) != 3 {
		t.Fatalf("%+v, %v", r, err)
	}
	if q := r.Queues[0]; q.Measure != "offered" || q.Intervals != 2 || q.Ours != 5 || q.Theirs != 7 || q.Differ != 1 || q.Distance != 2 ||
		len(q.Worst) != 1 || q.Worst[0].Ours != 2 || q.Worst[0].Theirs != 4 {
		t.Errorf("%+v", q)
	}
	if q := r.Queues[1]; q.Differ != 0 || q.Ours != 5 {
		t.Errorf("%+v", q)
	}
	tally, err := l.Tally(t.Context(), TallyQuery{Step: 30 * time.Minute, Location: newYork})
	if err != nil {
		t.Fatal(err)
	}
	if total, err := tally.Total("water", Offered); err != nil || total != 5 {
		t.Errorf("contacts and facts: %v, %v", total, err)
	}
}

func TestDamagedFacts(t *testing.T) {
	l := newLake(t)
	putFacts(t, l, "a", fact("water", 0, 3, 3, 0))
	path := l.path(l.man.Load().Facts[0].Path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(l.Dir()); err == nil {
		t.Error("a flipped bit is not found")
	}
	bad := fact(AllQueues, 0, 1, 1, 0)
	if err := bad.check(); err == nil {
		t.Error("a fact of the whole center is taken for one of a queue")
	}
}
