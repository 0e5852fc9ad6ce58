package lake

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var newYork = func() *time.Location {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return loc
}()

// sample returns n contacts over days days from 2025-01-01 on, in no order.
func sample(n, days int, seed uint64) []Contact {
	r := rand.New(rand.NewPCG(seed, 7))
	start := time.Date(2025, 1, 1, 8, 0, 0, 0, newYork)
	queues := []string{"water", "tax", "permits", ""}
	out := make([]Contact, n)
	for i := range out {
		c := NewContact("sim", fmt.Sprintf("c%07d", i))
		at := start.AddDate(0, 0, r.IntN(days)).Add(time.Duration(r.Int64N(int64(10 * time.Hour))).Truncate(time.Millisecond))
		_, offset := at.Zone()
		c.Arrival, c.Offset = MicrosOf(at), int32(offset)
		c.Queue = queues[r.IntN(len(queues))]
		c.QueueNative, c.DNIS, c.Language, c.Reason = c.Queue, "311", "en", "reason-"+string(rune('a'+r.IntN(20)))
		c.IVR = Millis(r.IntN(60_000))
		c.Outcome = []Outcome{OutcomeHandled, OutcomeHandled, OutcomeHandled, OutcomeAbandoned, OutcomeBlocked, OutcomeContained, OutcomeOverflowed, OutcomeGhost, OutcomeUnknown}[r.IntN(9)]
		c.Wait = Millis(r.IntN(90_000))
		if c.Outcome == OutcomeHandled {
			c.Talk, c.Hold = Millis(r.IntN(600_000)), Millis(r.IntN(30_000))
			if r.IntN(2) == 0 {
				c.Wrap = Millis(r.IntN(60_000))
			}
			c.Answered = c.Arrival + Micros(c.Wait)*1000
			c.Agent = Key{byte(r.IntN(30)), 1}
		}
		out[i] = c
	}
	return out
}

// put loads contacts as one file named by hash.
func put(t testing.TB, l *Lake, hash string, contacts []Contact) Tallying {
	t.Helper()
	got, err := tryPut(l, hash, contacts)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func tryPut(l *Lake, hash string, contacts []Contact) (Tallying, error) {
	w, err := l.Writer()
	if err != nil {
		return Tallying{}, err
	}
	defer w.Close()
	in := w.AddInput()
	for i := range contacts {
		if err := w.Add(in, int64(i+1), &contacts[i]); err != nil {
			return Tallying{}, err
		}
	}
	got, err := w.Commit(context.Background(), []Input{{Name: hash + ".csv", SHA256: hash, Rows: int64(len(contacts))}})
	if err != nil {
		return Tallying{}, err
	}
	return got[0], nil
}

func newLake(t testing.TB) *Lake {
	t.Helper()
	l, err := Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// stored returns what the lake holds, without provenance, by identity.
func stored(t testing.TB, l *Lake) []Contact {
	t.Helper()
	var out []Contact
	for c, err := range l.Contacts(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return sorted(out)
}

func sorted(out []Contact) []Contact {
	slices.SortFunc(out, func(a, b Contact) int {
		if a.ID != b.ID {
			if a.ID < b.ID {
				return -1
			}
			return 1
		}
		return int(a.Visit - b.Visit)
	})
	return out
}
