package lake

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

func TestContactsRoundTrip(t *testing.T) {
	l := newLake(t)
	want := sample(3000, 70, 3)
	full := NewContact("sim", "full of everything, even \x00 and ünï")
	full.Visit, full.Direction, full.Outcome = 1, Outbound, OutcomeOpen
	full.Arrival, full.Queued, full.Answered, full.Ended = MicrosOf(time.Date(2025, 1, 5, 5, 30, 0, 123456000, time.UTC)), 1736055000000001, 1736055000000002, 1736055000000003
	full.Offset, full.Fold, full.Quality = -18000, 1, InferredZone
	full.QueueNative, full.Queue, full.DNIS = "Q 1", "water bills", "311"
	full.IVR, full.Wait, full.Ring, full.Talk, full.Hold, full.Wrap = 0, 1, 2, 3, 4, 5
	full.Transfer, full.TransferTo = AttendedTransfer, "tax"
	full.Agent, full.Caller = Key{1, 15: 2}, Key{3, 15: 4}
	full.Language, full.Reason, full.Flags = "es", "bill", FlagRepaired|FlagTooLong
	want = append(want, full)
	put(t, l, "aa", want)
	slices.SortFunc(want, func(a, b Contact) int { return strings.Compare(a.ID, b.ID) })
	if got := stored(t, l); !reflect.DeepEqual(got, want) {
		t.Fatalf("%d contacts came back different from the %d stored", len(got), len(want))
	}
	if err := l.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestUnknownAndZeroDurationsDiffer(t *testing.T) {
	l := newLake(t)
	zero, unknown := sample(1, 1, 1)[0], sample(1, 1, 1)[0]
	zero.ID, zero.Wrap = "zero", 0
	unknown.ID, unknown.Wrap = "unknown", NoMillis
	put(t, l, "aa", []Contact{zero, unknown})
	got := stored(t, l)
	if got[0].Wrap != NoMillis || got[1].Wrap != 0 {
		t.Errorf("wrap came back as %d and %d, want unknown and 0", got[0].Wrap, got[1].Wrap)
	}
}

func TestEveryOrderSplitAndRepetitionGivesOneLake(t *testing.T) {
	contacts := sample(2000, 60, 5)
	conflict := contacts[7]
	conflict.Talk, conflict.Outcome = 1, OutcomeHandled
	third := conflict
	third.Talk = 2
	contacts = append(contacts, conflict, third)
	want := newLake(t)
	put(t, want, "aa", contacts)

	reversed := slices.Clone(contacts)
	slices.Reverse(reversed)
	for name, loads := range map[string][][]Contact{
		"reversed":               {reversed},
		"split":                  {contacts[:100], contacts[100:700], contacts[700:]},
		"split, last part first": {contacts[700:], contacts[100:700], contacts[:100]},
		"twice":                  {contacts, contacts},
		"overlapping":            {contacts[:1500], contacts[500:]},
		"conflict repeated":      {contacts, {conflict}, {contacts[7]}, {third}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			rows, kept, duplicate := 0, int64(0), int64(0)
			for i, part := range loads {
				got := put(t, l, strings.Repeat(string(rune('a'+i)), 12), part)
				rows, kept, duplicate = rows+len(part), kept+got.Stored, duplicate+got.Duplicate
			}
			if got := l.Status(); got.Fingerprint != want.Status().Fingerprint || got.Rows != 2000 {
				t.Errorf("fingerprint or rows (%d) differ", got.Rows)
			}
			if !reflect.DeepEqual(stored(t, l), stored(t, want)) {
				t.Error("contacts differ")
			}
			if int64(rows) != kept+duplicate || kept != 2000 {
				t.Errorf("%d rows in, %d stored and %d duplicate", rows, kept, duplicate)
			}
		})
	}
}

func TestRevisionReplacesAnOpenContact(t *testing.T) {
	done := sample(1, 1, 9)[0]
	done.Outcome, done.Talk = OutcomeHandled, 5000
	open := done
	open.Outcome, open.Talk = OutcomeOpen, NoMillis
	for name, order := range map[string][2]Contact{"open first": {open, done}, "done first": {done, open}} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			put(t, l, "aa", order[:1])
			put(t, l, "bb", order[1:])
			if got := stored(t, l); len(got) != 1 || got[0] != done {
				t.Errorf("stored %+v", got)
			}
		})
	}
}

// A record that knows more of a contact completes the one that knows less; the order does
// not matter, and agreeing records are no conflict.
func TestRecordsCompleteEachOther(t *testing.T) {
	full := sample(1, 1, 9)[0]
	full.Outcome, full.Talk, full.Agent, full.DNIS = OutcomeHandled, 5000, Key{1}, "311"
	noAgent, noTalk, noZone := full, full, full
	noAgent.Agent, noTalk.Talk, noTalk.DNIS = Key{}, NoMillis, ""
	noZone.Offset, noZone.Quality = 0, InferredZone
	for name, order := range map[string][]Contact{
		"agent last": {noAgent, noTalk}, "agent first": {noTalk, noAgent}, "zone last": {noZone, full}, "zone first": {full, noZone},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			for i := range order {
				if got := put(t, l, strings.Repeat(string(rune('a'+i)), 12), order[i:i+1]); got.Conflicts != 0 {
					t.Errorf("conflicts: %+v", got)
				}
			}
			if got := stored(t, l); len(got) != 1 || got[0] != full {
				t.Errorf("stored %+v", got)
			}
		})
	}
}

// A call that overflows from one queue to another and whose log is cut between the two.
func TestVisitsAreNumberedByTime(t *testing.T) {
	first := NewContact("pbx", "1.1")
	first.Visit, first.Arrival, first.Queued = 0, 1_736_000_000_000_000, 1_736_000_010_000_000
	first.Queue, first.Outcome, first.IVR = "water", OutcomeOverflowed, 10_000
	second := first
	second.Queued, second.Queue, second.Outcome, second.IVR = first.Queued+60_000_000, "tax", OutcomeHandled, 70_000
	together := newLake(t)
	put(t, together, "aa", []Contact{first, second})
	for name, loads := range map[string][][]Contact{
		"in order": {{first}, {second}}, "backwards": {{second}, {first}}, "again": {{second}, {first}, {second, first}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			for i, load := range loads {
				put(t, l, strings.Repeat(string(rune('a'+i)), 12), load)
			}
			got := stored(t, l)
			if !reflect.DeepEqual(got, stored(t, together)) {
				t.Fatalf("stored %+v", got)
			}
			if got[0].Queue != "water" || got[0].Visit != 1 || got[0].IVR != 10_000 || got[1].Visit != 2 || got[1].IVR != NoMillis || got[1].Visits != 2 {
				t.Errorf("stored %+v", got)
			}
		})
	}
}

// An empty queue passes its callers on within the second in which they come.
func TestTwoVisitsWithinASecond(t *testing.T) {
	first := NewContact("pbx", "1.1")
	first.Visit, first.Arrival, first.Queued, first.Ended = 0, 1_736_000_000_000_000, 1_736_000_010_000_000, 1_736_000_010_000_000
	first.Queue, first.QueueNative, first.Outcome = "water", "water", OutcomeOverflowed
	second := first
	second.Queue, second.QueueNative, second.Outcome, second.Ended = "tax", "tax", OutcomeAbandoned, 1_736_000_010_000_000
	for name, order := range map[string][]Contact{"in order": {first, second}, "backwards": {second, first}} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			put(t, l, "aa", order[:1])
			put(t, l, "bb", order[1:])
			if got := stored(t, l); len(got) != 2 || got[0].Queue != "water" || got[1].Queue != "tax" || got[1].Visit != 2 {
				t.Errorf("stored %+v", got)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	l := newLake(t)
	contacts := sample(500, 2, 2) // January 1 and 2
	late := contacts[0]
	late.ID, late.Arrival, late.Outcome = "late", MicrosOf(time.Date(2025, 1, 6, 12, 0, 0, 0, time.UTC)), OutcomeHandled
	put(t, l, "aa", append(contacts, late))
	s := l.Status()
	if s.Rows != 501 || s.Contacts != 501 || s.Files != 1 || !slices.Equal(s.Sources, []string{"sim"}) {
		t.Errorf("status %+v", s)
	}
	want := []DayRange{{interval.MustDate("2025-01-03"), interval.MustDate("2025-01-05")}}
	if !slices.Equal(s.Gaps, want) {
		t.Errorf("gaps %v, want %v", s.Gaps, want)
	}
	sum := int64(0)
	for _, q := range s.Queues {
		for _, n := range q.Outcomes {
			sum += n
		}
	}
	if sum != 501 || s.Last != late.Arrival.Time() {
		t.Errorf("queues count %d contacts, last arrival %v", sum, s.Last)
	}
}

func TestDamageIsFoundAndNamed(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"missing": os.Remove,
		"shorter": func(p string) error { return os.Truncate(p, 100) },
		"altered, same size": func(p string) error {
			b, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			b[len(b)/2] ^= 1
			return os.WriteFile(p, b, 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			put(t, l, "aa", sample(200, 1, 1))
			path := l.path(l.Files()[0].Path)
			if err := harm(path); err != nil {
				t.Fatal(err)
			}
			for what, err := range map[string]error{"Open and read": openAndRead(l.Dir()), "Verify": l.Verify(t.Context())} {
				if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "load the files again") {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
	t.Run("manifest edited", func(t *testing.T) {
		l := newLake(t)
		put(t, l, "aa", sample(200, 1, 1))
		path := filepath.Join(l.Dir(), manifestName)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text = []byte(strings.Replace(string(text), `"rows": 200`, `"rows": 201`, 1))
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(l.Dir()); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("Open: %v", err)
		}
	})
}

func openAndRead(dir string) error {
	l, err := Open(dir)
	for _, bad := range l.Contacts(context.Background()) {
		err = errors.Join(err, bad)
	}
	return err
}

// Whichever byte of a file is altered, nothing false is read: Verify says so, and a reader
// gets an error or the contacts that were stored.
func TestNoAlteredByteIsBelieved(t *testing.T) {
	l := newLake(t)
	put(t, l, "aa", sample(40, 1, 1))
	want := stored(t, l)
	path := l.path(l.Files()[0].Path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(whole); i += 3 {
		b := slices.Clone(whole)
		b[i] ^= 1 << (i % 8)
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		if i%21 == 0 && !errors.Is(l.Verify(t.Context()), ErrDamaged) {
			t.Fatalf("byte %d: Verify does not see it", i)
		}
		again, err := Open(l.Dir())
		if err != nil {
			continue
		}
		var got []Contact
		for c, bad := range again.Contacts(t.Context()) {
			got, err = append(got, c), bad
		}
		if err == nil && !reflect.DeepEqual(sorted(got), want) {
			t.Fatalf("byte %d of %d: other contacts were read", i, len(whole))
		}
	}
}

func TestOpenOfNothing(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		if _, err := Open(dir); !errors.Is(err, ErrNoLake) {
			t.Errorf("Open(%s): %v", dir, err)
		}
	}
}

func TestOneWriterAtATime(t *testing.T) {
	l := newLake(t)
	w, err := l.Writer()
	if err != nil {
		t.Fatal(err)
	}
	other, err := Create(l.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Writer(); !errors.Is(err, ErrLocked) {
		t.Errorf("second writer: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, other, "aa", sample(10, 1, 1))
	if w, err = l.Writer(); err != nil { // the first handle sees what the other one published
		t.Fatal(err)
	}
	defer w.Close()
	if got := l.Status().Rows; got != 10 {
		t.Errorf("%d rows after another process loaded 10", got)
	}
}

func TestWriterRefusesWhatALakeCannotHold(t *testing.T) {
	l := newLake(t)
	w, err := l.Writer()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	in := w.AddInput()
	for name, spoil := range map[string]func(c *Contact){
		"no id":          func(c *Contact) { c.ID = "" },
		"no arrival":     func(c *Contact) { c.Arrival = 0 },
		"far future":     func(c *Contact) { c.Arrival = MicrosOf(time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)) },
		"reserved queue": func(c *Contact) { c.Queue = AllQueues },
		"path as source": func(c *Contact) { c.Source = "../x" },
		"visit":          func(c *Contact) { c.Visit, c.Queued = 0, 0 },
		"outcome":        func(c *Contact) { c.Outcome = 99 },
	} {
		c := sample(1, 1, 1)[0]
		spoil(&c)
		if err := w.Add(in, 1, &c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSpillingChangesNothing(t *testing.T) {
	contacts := sample(10_000, 100, 4)
	plain := newLake(t)
	put(t, plain, "aa", contacts)
	l := newLake(t)
	w, err := l.Writer()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.spill.limit = 1 << 17
	in := w.AddInput()
	for i := range contacts {
		if err := w.Add(in, int64(i+1), &contacts[i]); err != nil {
			t.Fatal(err)
		}
	}
	if w.spill.file == nil {
		t.Fatal("nothing was spilled")
	}
	if _, err := w.Commit(context.Background(), []Input{{SHA256: "aa"}}); err != nil {
		t.Fatal(err)
	}
	if l.Status().Fingerprint != plain.Status().Fingerprint {
		t.Error("fingerprints differ")
	}
}

func TestStateIsPublishedWithTheContacts(t *testing.T) {
	l := newLake(t)
	for _, text := range []string{"first", "second", ""} {
		w, err := l.Writer()
		if err != nil {
			t.Fatal(err)
		}
		if err := w.SetState("pbx", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		again, err := Open(l.Dir())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.State("pbx"); string(got) != text || err != nil {
			t.Errorf("state %q, %v; want %q", got, err, text)
		}
	}
}
