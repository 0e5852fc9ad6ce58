package simulate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"runtime"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

// exports returns all that a run leaves, as bytes.
func exports(t *testing.T, cfg Config, seed uint64) []byte {
	t.Helper()
	var log, rows bytes.Buffer
	truth, err := Run(t.Context(), cfg, office(t), crewOf(7, 2), seed, Tee(NewQueueLog(&log), NewContactCSV(&rows)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(truth)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Join([][]byte{log.Bytes(), rows.Bytes(), b}, nil)
}

func TestSameSeedSameBytes(t *testing.T) {
	cfg := small("2025-06-01", "2025-06-20")
	cfg.Causes = allKinds()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := exports(t, cfg, 7)
	runtime.GOMAXPROCS(2)
	two := exports(t, cfg, 7)
	runtime.GOMAXPROCS(5)
	five := exports(t, cfg, 7)
	if !bytes.Equal(one, two) || !bytes.Equal(one, five) {
		t.Error("the bytes depend on the number of processors")
	}
	if bytes.Equal(one, exports(t, cfg, 8)) {
		t.Error("another seed gives the same bytes")
	}
}

// A span simulated in a longer run has the same fresh calls.
func TestDaysAreIndependent(t *testing.T) {
	long, short := small("2025-06-02", "2025-06-20"), small("2025-06-02", "2025-06-05")
	_, a := run(t, long, office(t), crewOf(7, 2), 4)
	_, b := run(t, short, office(t), crewOf(7, 2), 4)
	for i := range b.days {
		if !reflect.DeepEqual(a.days[i].Contacts, b.days[i].Contacts) {
			t.Errorf("%s differs", b.days[i].Date)
		}
	}
}

func TestTruthSurvivesJSON(t *testing.T) {
	cfg := small("2025-06-01", "2025-06-10")
	cfg.Causes = allKinds()
	truth, _ := run(t, cfg, office(t), crewOf(7, 2), 4)
	b, err := json.Marshal(truth)
	if err != nil {
		t.Fatal(err)
	}
	var back Truth
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b, again) {
		t.Error("reading a truth back loses something")
	}
}

// A daySink calls itself on every day.
type daySink func(*DayLog) error

func (f daySink) Day(d *DayLog) error { return f(d) }

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	days := 0
	_, err := Run(ctx, small("2024-01-01", "2025-12-31"), office(t), crewOf(7, 2), 1, daySink(func(*DayLog) error {
		if days++; days == 3 {
			cancel()
		}
		return nil
	}))
	if !errors.Is(err, context.Canceled) || days != 3 {
		t.Errorf("after %d days: %v", days, err)
	}
}

func TestSinkError(t *testing.T) {
	full := errors.New("disk full")
	days := 0
	_, err := Run(t.Context(), small("2025-06-01", "2025-06-30"), office(t), crewOf(7, 2), 1, daySink(func(*DayLog) error {
		days++
		return full
	}))
	if !errors.Is(err, full) || days != 1 {
		t.Errorf("after %d days: %v", days, err)
	}
}

func TestRunRefuses(t *testing.T) {
	good := small("2025-06-01", "2025-06-02")
	bad := good
	bad.Absence = 2
	for _, tt := range []struct {
		name   string
		cfg    Config
		cal    *interval.Calendar
		roster []AgentShift
	}{
		{"bad config", bad, office(t), crewOf(2, 1)},
		{"no calendar", good, nil, crewOf(2, 1)},
		{"pool without queue", good, office(t), []AgentShift{{"E01", "french", 1, interval.Span{Open: 1, Close: 2}, nil}}},
		{"agent in two pools", good, office(t), []AgentShift{
			{"E01", "english", 1, interval.Span{Open: 1, Close: 2}, nil}, {"E01", "spanish", 2, interval.Span{Open: 1, Close: 2}, nil},
		}},
		{"two shifts a day", good, office(t), []AgentShift{
			{"E01", "english", 1, interval.Span{Open: 1, Close: 2}, nil}, {"E01", "english", 1, interval.Span{Open: 3, Close: 4}, nil},
		}},
		{"break outside the shift", good, office(t), []AgentShift{
			{"E01", "english", 1, interval.Span{Open: 60, Close: 120}, []interval.Span{{Open: 110, Close: 130}}},
		}},
	} {
		if _, err := Run(t.Context(), tt.cfg, tt.cal, tt.roster, 1, nil); err == nil {
			t.Errorf("%s: no error", tt.name)
		}
	}
}

// BenchmarkMonth plays a month of the small center with both exports.
func BenchmarkMonth(b *testing.B) {
	cfg, cal, roster := small("2025-06-01", "2025-06-30"), office(b), crewOf(8, 2)
	contacts := 0
	count := daySink(func(d *DayLog) error {
		contacts += len(d.Contacts)
		return nil
	})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Run(b.Context(), cfg, cal, roster, 1, Tee(NewQueueLog(io.Discard), NewContactCSV(io.Discard), count)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(contacts)/b.Elapsed().Seconds(), "contacts/s")
}
