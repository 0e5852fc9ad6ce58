package lake

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"github.com/ringtide/ringtide/interval"
)

// parts returns the bytes of every part file by its path.
func parts(t testing.TB, l *Lake) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, f := range l.Files() {
		b, err := os.ReadFile(l.path(f.Path))
		if err != nil {
			t.Fatal(err)
		}
		out[f.Path] = string(b)
	}
	return out
}

// putThrough loads contacts through several adders at once, with little memory, so that rows
// are spilled and months are sorted in shards.
func putThrough(t testing.TB, l *Lake, sum string, contacts []Contact, adders, spill, shard int) {
	t.Helper()
	w, err := l.Writer()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.spill.limit, w.shard = spill, shard
	in := w.AddInput()
	done := make(chan error)
	for k := range adders {
		go func() {
			a := w.Adder(in)
			var err error
			for i := k; i < len(contacts) && err == nil; i += adders {
				err = a.Add(int64(i+1), &contacts[i])
			}
			if err == nil {
				err = a.Flush()
			}
			done <- err
		}()
	}
	for range adders {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(context.Background(), []Input{{Name: sum, SHA256: sum}}); err != nil {
		t.Fatal(err)
	}
}

// Whatever the order, the split, the repetition, the number of goroutines and the memory, the
// part files are the same to the byte.
func TestLakesAreEqualToTheByte(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		contacts := sample(rapid.IntRange(1, 400).Draw(r, "contacts"), 70, rapid.Uint64().Draw(r, "seed"))
		for i := range contacts { // records that repeat, revise and contradict
			switch rapid.IntRange(0, 9).Draw(r, "what") {
			case 0:
				open := contacts[i]
				open.Outcome, open.Talk = OutcomeOpen, NoMillis
				contacts = append(contacts, open)
			case 1:
				other := contacts[i]
				other.Queue, other.Talk = "permits", 77
				contacts = append(contacts, other)
			case 2:
				second := contacts[i]
				second.Visit, second.Queued = 2, second.Arrival+5e6
				contacts = append(contacts, second)
			}
		}
		one := newLake(t)
		put(t, one, "aa", contacts)
		shuffled := rapid.Permutation(contacts).Draw(r, "order")
		cut := rapid.IntRange(0, len(shuffled)).Draw(r, "cut")
		overlap := rapid.IntRange(0, cut).Draw(r, "overlap")
		many := newLake(t)
		putThrough(t, many, "bb", shuffled[:cut], 3, 1<<12, 1<<14)
		putThrough(t, many, "cc", shuffled[cut-overlap:], 2, 1<<30, 1<<30)
		if !reflect.DeepEqual(parts(t, one), parts(t, many)) {
			r.Fatalf("the part files differ")
		}
	})
}

func TestCompactChangesNothingThatIsCompact(t *testing.T) {
	l := newLake(t)
	put(t, l, "aa", sample(500, 70, 1))
	before := parts(t, l)
	stray := filepath.Join(l.Dir(), filepath.FromSlash(filepath.Dir(l.Files()[0].Path)), "part-0123456789abcdef.parquet")
	if err := os.WriteFile(stray, []byte("left behind"), 0o644); err != nil {
		t.Fatal(err)
	}
	if n, err := l.Compact(t.Context()); n != 0 || err != nil {
		t.Errorf("%d files changed, %v", n, err)
	}
	if _, err := os.Stat(stray); err == nil || !reflect.DeepEqual(before, parts(t, l)) {
		t.Error("a stray is left, or files changed")
	}
}

func TestConflictsAreListed(t *testing.T) {
	l := newLake(t)
	c := sample(1, 1, 3)[0]
	c.Outcome, c.Talk = OutcomeHandled, 5000
	put(t, l, "aa", []Contact{c})
	w, err := l.Writer()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	other := c
	other.Talk, other.Queue = 7000, "permits "
	in := w.AddInput()
	if err := w.Add(in, 42, &other); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context(), []Input{{SHA256: "bb"}}); err != nil {
		t.Fatal(err)
	}
	want := []Conflict{{Line: 42, Contact: c.ID, Visit: 1, Facts: []string{"queue", "talk_ms"}}}
	if got := w.Conflicts(in); !reflect.DeepEqual(got, want) {
		t.Errorf("conflicts %+v, want %+v", got, want)
	}
}

func TestGapsSayWhy(t *testing.T) {
	l := newLake(t)
	for sum, contacts := range map[string][]Contact{
		"one": {at("1", "2025-03-03 08:10"), at("2", "2025-03-05 17:40")}, // covers Tuesday, which is silent
		"two": {at("3", "2025-03-07 09:00"), at("4", "2025-03-07 12:00")}, // nothing covers Thursday
	} {
		w, err := l.Writer()
		if err != nil {
			t.Fatal(err)
		}
		in := w.AddInput()
		for i := range contacts {
			if err := w.Add(in, int64(i), &contacts[i]); err != nil {
				t.Fatal(err)
			}
		}
		first, last := contacts[0].Arrival.Time(), contacts[1].Arrival.Time()
		if _, err := w.Commit(t.Context(), []Input{{SHA256: sum, First: first, Last: last}}); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	from := time.Date(2025, 3, 5, 10, 0, 0, 0, newYork)
	ty := tally(t, l, TallyQuery{
		Step: time.Hour, First: interval.MustDate("2025-02-28"), Last: interval.MustDate("2025-03-10"),
		Missing: []Range{{From: from, To: from.Add(2 * time.Hour), Note: "switch replaced"}},
	})
	gaps, err := ty.Gaps("tax", weekdays(t))
	if err != nil {
		t.Fatal(err)
	}
	type gap struct {
		day       int
		intervals int
		why       Why
	}
	var got []gap
	for _, g := range gaps {
		got = append(got, gap{g.From.Day(), g.Intervals, g.Why})
	}
	want := []gap{{28, 10, WhyBefore}, {4, 10, WhySilent}, {5, 2, WhyOutage}, {6, 10, WhyAbsent}, {7, 5, WhyCut}, {10, 10, WhyAfter}}
	if !slices.Equal(got, want) {
		t.Errorf("gaps %+v, want %+v", got, want)
	}
	if gaps[2].Note != "switch replaced" {
		t.Errorf("note %q", gaps[2].Note)
	}
}

func TestOfferedIsAccountedForEveryDay(t *testing.T) {
	l := newLake(t)
	put(t, l, "aa", sample(3000, 20, 8))
	ty := tally(t, l, TallyQuery{Step: time.Hour})
	for _, queue := range append(ty.Queues(), AllQueues) {
		days, err := ty.Identities(queue)
		if err != nil || len(days) != 20 {
			t.Fatalf("%s: %d days, %v", queue, len(days), err)
		}
		sum := Identity{}
		for _, d := range days {
			sum.Add(d)
		}
		offered, err := ty.Total(queue, Offered)
		if err != nil || float64(sum.Offered) != offered || sum.Parts() != sum.Offered || sum.Offered == 0 {
			t.Errorf("%s: %+v, tally says %v offered, %v", queue, sum, offered, err)
		}
	}
}

// The service levels by hand: waits of 5, 10, 30 handled; 3 (short) and 40 abandoned; one blocked.
func TestServiceLevels(t *testing.T) {
	l := newLake(t)
	var contacts []Contact
	for i, w := range []struct {
		outcome Outcome
		wait    Millis
	}{{OutcomeHandled, 5000}, {OutcomeHandled, 10_000}, {OutcomeHandled, 30_000}, {OutcomeAbandoned, 3000}, {OutcomeAbandoned, 40_000}, {OutcomeBlocked, NoMillis}} {
		c := at(string(rune('a'+i)), "2025-03-03 08:10")
		c.Outcome, c.Wait = w.outcome, w.wait
		contacts = append(contacts, c)
	}
	put(t, l, "aa", contacts)
	ty := tally(t, l, TallyQuery{Step: time.Hour, Target: 10 * time.Second})
	for m, want := range map[Measure]float64{
		SLOffered: 2.0 / 5, SLAnswered: 2.0 / 3, SLInclAbandons: 3.0 / 5, SLExclShortAbandons: 2.0 / 4,
		ASAAnswered: 15, AnsweredWithin: 2, AbandonedWithin: 1,
	} {
		if got, err := ty.Total("tax", m); err != nil || got != want {
			t.Errorf("%v = %v, %v; want %v", m, got, err, want)
		}
	}
}

// Fewer measures read fewer columns and count the same.
func TestFewMeasuresCountTheSame(t *testing.T) {
	l := newLake(t)
	put(t, l, "aa", sample(2000, 40, 5))
	all := tally(t, l, TallyQuery{Step: time.Hour})
	for _, m := range Measures() {
		one := tally(t, l, TallyQuery{Step: time.Hour, Measures: []Measure{m}})
		for _, queue := range append(all.Queues(), AllQueues) {
			a, errA := all.Total(queue, m)
			b, errB := one.Total(queue, m)
			if errA != nil || errB != nil || a != b {
				t.Errorf("%s %v: %v alone, %v with all; %v %v", queue, m, b, a, errA, errB)
			}
		}
	}
	one := tally(t, l, TallyQuery{Step: time.Hour, Measures: []Measure{Offered}})
	if _, err := one.Total("tax", AHT); err == nil {
		t.Error("a measure that was not counted has a total")
	}
}

func TestExportsHoldEveryContact(t *testing.T) {
	l := newLake(t)
	put(t, l, "aa", sample(300, 40, 5))
	var text, table bytes.Buffer
	if err := l.ExportCSV(t.Context(), &text); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&text).ReadAll()
	if err != nil || len(rows) != 301 || len(rows[0]) != len(columns)+1 {
		t.Fatalf("%d lines, %v", len(rows), err)
	}
	if err := l.ExportParquet(t.Context(), &table); err != nil {
		t.Fatal(err)
	}
	got, err := parquet.Read[exportRow](bytes.NewReader(table.Bytes()), int64(table.Len()))
	if err != nil || len(got) != 300 {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	for i, r := range got {
		if rows[i+1][1] != r.ID || rows[i+1][16] != r.Outcome {
			t.Fatalf("row %d: CSV %v, Parquet %+v", i, rows[i+1], r)
		}
	}
}

func TestSmallCells(t *testing.T) {
	l := newLake(t)
	var contacts []Contact
	for i := range 9 {
		c := at(string(rune('a'+i)), "2025-03-03 08:10")
		if i >= 6 {
			c.Outcome = OutcomeAbandoned
		}
		contacts = append(contacts, c)
	}
	put(t, l, "aa", append(contacts, at("x", "2025-03-03 09:10")))
	ty := tally(t, l, TallyQuery{Step: time.Hour, First: interval.MustDate("2025-03-03"), Last: interval.MustDate("2025-03-03")})
	for m, want := range map[Measure][3]bool{Offered: {false, true, false}, Abandoned: {true, true, false}, AHT: {false, true, false}} {
		small, err := ty.Small("tax", m)
		if err != nil || [3]bool(small[8:11]) != want {
			t.Errorf("%v: %v, %v; want %v", m, small[8:11], err, want)
		}
	}
}
