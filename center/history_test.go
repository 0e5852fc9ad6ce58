package center

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

// A call is one contact as the tests tell it.
type call struct {
	queue            string
	at               string // on the wall
	outcome          lake.Outcome
	wait             int // seconds, as are the others; -1: nobody measured
	talk, hold, wrap int
}

func newLake(t *testing.T, loc *time.Location, calls []call) *lake.Lake {
	t.Helper()
	lk, err := lake.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if len(calls) == 0 {
		return lk
	}
	w, err := lk.Writer()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	in := w.AddInput()
	for i, x := range calls {
		at, err := time.ParseInLocation("2006-01-02T15:04", x.at, loc)
		if err != nil {
			t.Fatal(err)
		}
		_, offset := at.Zone()
		c := lake.NewContact("sim", fmt.Sprintf("c%03d", i))
		c.Arrival, c.Offset, c.Queue, c.Outcome = lake.MicrosOf(at), int32(offset), x.queue, x.outcome
		c.Wait, c.Talk, c.Hold, c.Wrap = millis(x.wait), millis(x.talk), millis(x.hold), millis(x.wrap)
		if err := w.Add(in, int64(i+1), &c); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(t.Context(), []lake.Input{{Name: "calls.csv", SHA256: "00", Rows: int64(len(calls))}}); err != nil {
		t.Fatal(err)
	}
	return lk
}

func millis(seconds int) lake.Millis {
	if seconds < 0 {
		return lake.NoMillis
	}
	return lake.Millis(1000 * seconds)
}

// fixtureCalls are three days, Monday 4 May to Wednesday 6 May 2026, which is a
// closure, and Thursday; with contacts of half a year before.
func fixtureCalls() []call {
	const (
		handled   = lake.OutcomeHandled
		abandoned = lake.OutcomeAbandoned
	)
	return []call{
		{"general", "2025-11-03T09:00", handled, 10, 9000, 0, 0}, // too old to tell of work today
		{"general", "2026-05-04T08:05", handled, 20, 100, 10, 30},
		{"general", "2026-05-04T08:10", handled, 30, 200, 0, -1}, // nobody measured the wrap
		{"general", "2026-05-04T08:40", abandoned, 60, -1, -1, -1},
		{"general", "2026-05-04T08:41", abandoned, 2, -1, -1, -1}, // sooner than short_abandon
		{"general", "2026-05-04T09:00", lake.OutcomeContained, -1, -1, -1, -1},
		{"water", "2026-05-05T09:15", handled, 0, 60, 0, 0}, // within the outage
		{"general", "2026-05-07T16:45", handled, 0, -1, -1, -1},
		{"general", "2026-05-07T20:00", lake.OutcomeBlocked, -1, -1, -1, -1},
	}
}

func openFixture(t *testing.T) *Dir {
	t.Helper()
	d, err := Open(write(t, fixtureFiles()))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestHistoryStates(t *testing.T) {
	d := openFixture(t)
	loc := d.Center.Calendar.Location()
	lk := newLake(t, loc, fixtureCalls())
	h, err := d.History(t.Context(), lk)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Validate(); err != nil {
		t.Fatal(err)
	}
	general, water := h.Queues[0].Queued, h.Queues[1].Queued
	for _, tt := range []struct {
		name  string
		s     interval.Series
		at    string
		want  float64
		state interval.State
	}{
		{"handled contacts", general, "2026-05-04T08:00", 2, interval.Observed},
		{"abandoned contacts, short ones among them", general, "2026-05-04T08:30", 2, interval.Observed},
		{"a contained contact waits for nobody", general, "2026-05-04T09:00", 0, interval.Observed},
		{"an open interval without a contact", general, "2026-05-04T10:00", 0, interval.Observed},
		{"before the center opens", general, "2026-05-04T07:30", 0, interval.Closed},
		{"an outage", general, "2026-05-05T09:00", 0, interval.Missing},
		{"the second half hour of an outage", general, "2026-05-05T09:30", 0, interval.Missing},
		{"after the outage, a day with contacts", general, "2026-05-05T10:00", 0, interval.Observed},
		{"lunch", general, "2026-05-05T12:00", 0, interval.Closed},
		{"a closure", general, "2026-05-06T10:00", 0, interval.Closed},
		{"a day the whole lake knows nothing of", general, "2026-05-01T10:00", 0, interval.Missing},
		{"the water line on a day it is closed", water, "2026-05-07T10:00", 0, interval.Closed},
	} {
		at, err := time.ParseInLocation("2006-01-02T15:04", tt.at, loc)
		if err != nil {
			t.Fatal(err)
		}
		i, ok := tt.s.Grid().Index(at)
		if !ok {
			t.Fatalf("%s: %s is not on the grid", tt.name, tt.at)
		}
		if v, state := tt.s.At(i); v != tt.want || state != tt.state {
			t.Errorf("%s: %v, %v; want %v, %v", tt.name, v, state, tt.want, tt.state)
		}
	}
	if status := lk.Status(); h.Source.Fingerprint != status.Fingerprint || h.Source.Contacts != 9 ||
		h.Source.First != "2025-11-03T09:00:00-05:00" || h.Source.Last != "2026-05-07T20:00:00-04:00" || len(h.Source.Files) != 5 {
		t.Errorf("source: %+v", h.Source)
	}
	if len(h.Causes) != 1 || len(h.Roster.Rows) != 2 {
		t.Errorf("%d causes, %d rows of roster", len(h.Causes), len(h.Roster.Rows))
	}
}

// Handle time and patience are those of the last quarter. A contact whose wrap
// nobody measured does not make handle times shorter: 150 + 5 + 30 seconds.
func TestHistoryRecentWork(t *testing.T) {
	d := openFixture(t)
	h, err := d.History(t.Context(), newLake(t, d.Center.Calendar.Location(), fixtureCalls()))
	if err != nil {
		t.Fatal(err)
	}
	w := h.Queues[0].Recent
	if w.Handled != 3 || w.HandleKnown != 2 || w.Abandoned != 2 || w.WaitSeconds != 112 {
		t.Errorf("work: %+v", w)
	}
	if aht := w.HandleSeconds / w.HandleKnown; math.Abs(aht-185) > 1e-9 {
		t.Errorf("handle time %v", aht)
	}
	if w := h.Queues[1].Recent; w != (impact.Work{Handled: 1, HandleKnown: 1, HandleSeconds: 60}) {
		t.Errorf("work of the water line: %+v", w)
	}
}

func TestHistoryFaults(t *testing.T) {
	d := openFixture(t)
	loc := d.Center.Calendar.Location()
	_, err := d.History(t.Context(), newLake(t, loc, nil))
	checkError(t, err, d.Lake(), "the lake is empty; load call records with: ringtide ingest FILE")
	_, err = d.History(t.Context(), newLake(t, loc, fixtureCalls()[:3]))
	checkError(t, err, `"water"`, `no contact in the lake, which has ["general"]; load its records or correct center.yaml`)
}
