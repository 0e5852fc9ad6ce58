package ingest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// storedFacts returns the interval facts of a lake.
func storedFacts(t testing.TB, lk *lake.Lake) []lake.Fact {
	t.Helper()
	var all []lake.Fact
	for f, err := range lk.Facts(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}

// wantFact is a fact that begins at a local time in New York and of which only these are known.
func wantFact(t testing.TB, source, queue, start string, length time.Duration, set func(f *lake.Fact)) lake.Fact {
	t.Helper()
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		t.Fatal(err)
	}
	_, offset := at.Zone()
	f := lake.NewFact(source, queue, lake.MicrosOf(at), int32(length/time.Second))
	f.Offset = int32(offset)
	set(&f)
	return f
}

func compareStored(t *testing.T, lk *lake.Lake, want []lake.Fact) {
	t.Helper()
	got := storedFacts(t, lk)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("fact %d of %d, want %d:\ngot  %+v\nwant %+v", i, len(got), len(want), got[min(i, len(got)-1):min(i+1, len(got))], want[min(i, len(want)-1):min(i+1, len(want))])
		}
	}
}

func TestAvayaCMS(t *testing.T) {
	lk := newLake(t)
	r := mustLoad(t, lk, logOptions, input("hsplit.csv", fixture(t, "testdata/avaya-cms/hsplit.csv")))
	if f := r.Files[0]; f.Format != "avaya-cms" || f.Used != 5 || f.Intervals.Stored != 5 || f.Unread["maxstaffed"] != 1 || r.Intervals != 5 {
		t.Fatalf("%+v", f)
	}
	half := 30 * time.Minute
	quiet := func(calls, ans, talk, wrap, staffed int64) func(f *lake.Fact) {
		return func(f *lake.Fact) {
			f.Offered, f.Handled, f.Abandoned, f.Blocked, f.OverflowIn, f.OverflowOut = calls, calls, 0, 0, 0, 0
			f.Within, f.WithinMillis, f.AnswerMillis, f.AbandonMillis = calls, 20_000, ans*1000, 0
			f.Talk, f.Hold, f.Wrap, f.Staffed = talk*1000, 0, wrap*1000, staffed*1000
		}
	}
	compareStored(t, lk, []lake.Fact{
		wantFact(t, "avaya-cms", "201", "2026-03-06T09:00:00-05:00", half, func(f *lake.Fact) {
			f.Offered, f.Handled, f.Abandoned, f.Blocked, f.OverflowIn, f.OverflowOut = 16, 12, 2, 1, 0, 1 // without the phantom
			f.Within, f.WithinMillis, f.AnswerMillis, f.AbandonMillis = 9, 20_000, 180_000, 95_000
			f.Talk, f.Hold, f.Wrap, f.Staffed = 2_400_000, 120_000, 360_000, 9_000_000
		}),
		wantFact(t, "avaya-cms", "201", "2026-03-06T09:30:00-05:00", half, func(f *lake.Fact) {
			quiet(7, 60, 1500, 210, 9000)(f)
			f.Offered, f.Abandoned, f.AbandonMillis, f.Within, f.Partial = 8, 1, 4000, 6, true
		}),
		wantFact(t, "avaya-cms", "202", "2026-03-06T09:00:00-05:00", half, func(f *lake.Fact) {
			quiet(5, 50, 900, 100, 3600)(f)
			f.OverflowIn = 1
		}),
		wantFact(t, "avaya-cms", "201", "2026-11-01T01:30:00-04:00", half, quiet(4, 40, 600, 80, 3600)),
		wantFact(t, "avaya-cms", "201", "2026-11-01T01:30:00-05:00", half, func(f *lake.Fact) {
			quiet(2, 20, 300, 40, 3600)(f)
			f.Fold = 1
		}),
	})
}

func TestIntervalReport(t *testing.T) {
	lk := newLake(t)
	r := mustLoad(t, lk, logOptions, input("queues.csv", fixture(t, "testdata/interval-report/queues.csv")))
	if f := r.Files[0]; f.Format != "interval-report" || f.Rows != 5 || f.Used != 4 || f.IgnoredBy["total"] != 1 || f.Unread["SL %"] != 1 {
		t.Fatalf("%+v", f)
	}
	half := 30 * time.Minute
	row := func(queue, start string, offered, handled, abandoned, aht, asa int64) lake.Fact {
		return wantFact(t, "interval-report", queue, start, half, func(f *lake.Fact) {
			f.Offered, f.Handled, f.Abandoned, f.Talk, f.AnswerMillis = offered, handled, abandoned, -1, -1
			if aht >= 0 {
				f.Talk = aht * handled * 1000
			}
			if asa >= 0 {
				f.AnswerMillis = asa * handled * 1000
			}
		})
	}
	compareStored(t, lk, []lake.Fact{
		row("Permits", "2026-03-06T09:00:00-05:00", 12, 12, 0, 240, -1),
		row("Permits", "2026-03-06T09:30:00-05:00", 0, 0, 0, -1, -1),
		row("Water", "2026-03-06T09:00:00-05:00", 1017, 1000, 17, 200, 12),
		row("Water", "2026-03-06T09:30:00-05:00", 40, 38, 2, 190, 8),
	})
}

// Days of 23 hours are 23 hours long; the way a date is written shows which number is the day.
func TestDailyReport(t *testing.T) {
	lk := newLake(t)
	mustLoad(t, lk, logOptions, input("days.csv", "\ufeff"+strings.ReplaceAll(fixture(t, "testdata/interval-report/days.csv"), "\n", "\r\n")))
	day := func(start string, hours int, calls int64) lake.Fact {
		return wantFact(t, "interval-report", "interval-report", start, time.Duration(hours)*time.Hour, func(f *lake.Fact) { f.Offered = calls })
	}
	compareStored(t, lk, []lake.Fact{
		day("2026-03-06T00:00:00-05:00", 24, 2429), day("2026-03-07T00:00:00-05:00", 24, 1201),
		day("2026-03-08T00:00:00-05:00", 23, 987), day("2026-03-09T00:00:00-04:00", 24, 3021),
	})
}

func TestIntervalColumns(t *testing.T) {
	lk := newLake(t)
	r := mustLoad(t, lk, logOptions, input("agencies.csv", fixture(t, "testdata/interval-columns/agencies.csv")))
	if f := r.Files[0]; f.Format != "interval-columns" || f.Used != 3 || f.Intervals.Stored != 8 || f.Unread["total"] != 1 {
		t.Fatalf("%+v", f)
	}
	for _, f := range storedFacts(t, lk) {
		if f.Queue == "DEP" && f.Offered == 7 && f.Seconds != 25*3600 {
			t.Errorf("%+v", f)
		}
		if f.Handled >= 0 || f.Abandoned >= 0 {
			t.Errorf("something is known that the table does not tell: %+v", f)
		}
	}
}

func TestNYC311(t *testing.T) {
	lk := newLake(t)
	opts := logOptions
	opts.MaxShare = 0.3
	r := mustLoad(t, lk, opts, input("inquiries.csv", fixture(t, "testdata/nyc-311-inquiry/inquiries.csv")))
	if f := r.Files[0]; f.Format != "nyc-311-inquiry" || f.Rows != 4 || f.Stored != 3 || f.Reasons[reasonTime] != 1 || f.Flags["ambiguous_local"] != 1 {
		t.Fatalf("%+v", f)
	}
	all := stored(t, lk)
	if c := all[0]; c.ID != "7000000001" || c.Arrival != lake.MicrosOf(time.Date(2026, 3, 6, 14, 0, 5, 0, time.UTC)) || c.Outcome != lake.OutcomeHandled ||
		c.Reason != "DEP: Water Leak" || c.Transfer != lake.NoTransfer || c.Talk != lake.NoMillis || c.Wait != lake.NoMillis || c.Queue != "nyc-311" {
		t.Errorf("%+v", c)
	}
	if c := all[1]; c.Transfer != lake.BlindTransfer || c.Arrival.Time().Hour() != 17 {
		t.Errorf("%+v", c)
	}
}

// A report without UTC has two rows for the hour that comes twice: the first is the first run.
func TestRepeatedHourInAReport(t *testing.T) {
	text := "Date,Time,Offered\n11/1/2026,00:30,1\n11/1/2026,01:00,2\n11/1/2026,01:30,3\n11/1/2026,01:00,4\n11/1/2026,01:30,5\n11/1/2026,02:00,6\n"
	lk := newLake(t)
	mustLoad(t, lk, logOptions, input("fall.csv", text))
	var got []int64
	for i, f := range storedFacts(t, lk) {
		got = append(got, f.Offered)
		if want := lake.MicrosOf(time.Date(2026, 11, 1, 4, 30+30*i, 0, 0, time.UTC)); f.Start != want || f.Seconds != 1800 {
			t.Errorf("interval %d begins %s for %d s", i, f.Start.Time(), f.Seconds)
		}
	}
	if !slices.Equal(got, []int64{1, 2, 3, 4, 5, 6}) {
		t.Errorf("%v", got)
	}
}

func TestParseSpan(t *testing.T) {
	for _, tt := range []struct {
		date, clock, want string
		seconds           int64
		days              int
	}{
		{"2026-03-06", "", "2026-03-06 00:00", 0, 1}, {"6.3.2026", "", "2026-03-06 00:00", 0, 1}, {"20260306", "", "2026-03-06 00:00", 0, 1},
		{"3/6/26", "", "2026-03-06 00:00", 0, 1}, {"2026-02", "", "2026-02-01 00:00", 0, 28}, {"Feb 2028", "", "2028-02-01 00:00", 0, 29},
		{"2026-03-06", "930", "2026-03-06 09:30", 0, 0}, {"2026-03-06", "0", "2026-03-06 00:00", 0, 0}, {"2026-03-06", "24:00", "2026-03-07 00:00", 0, 0},
		{"2026-03-06", "09:00-09:29", "2026-03-06 09:00", 1800, 0}, {"2026-03-06", "09:00:00 - 09:14:59", "2026-03-06 09:00", 900, 0},
		{"2026-03-06", "11:30 PM - 12:00 AM", "2026-03-06 23:30", 1800, 0}, {"2026-03-06 09:30:00", "", "2026-03-06 09:30", 0, 0},
		{"3/6/2026 9:30 PM", "", "2026-03-06 21:30", 0, 0},
	} {
		got, err := parseSpan([]byte(tt.date), []byte(tt.clock))
		if text := time.UnixMicro(got.micros).UTC().Format("2006-01-02 15:04"); err != nil || text != tt.want || got.seconds != tt.seconds || got.days != tt.days {
			t.Errorf("%q %q: %s, %d s, %d days, %v", tt.date, tt.clock, text, got.seconds, got.days, err)
		}
	}
	for _, bad := range [][2]string{{"13/1/2026", ""}, {"30-2-2026", ""}, {"2026-03-06", "24:01"}, {"2026-03-06", "13:00 PM"}, {"2026-02", "09:00"}, {"x", ""}, {"", ""}, {"2026-03-06", "1:2:3:4"}} {
		if got, err := parseSpan([]byte(bad[0]), []byte(bad[1])); err == nil {
			t.Errorf("%q is %+v", bad, got)
		}
	}
}

func TestIntervalReportsInAnyOrder(t *testing.T) {
	for _, path := range []string{"avaya-cms/hsplit.csv", "interval-report/days.csv", "interval-report/queues.csv", "interval-columns/agencies.csv"} {
		all := lines(fixture(t, "testdata/"+path))
		checkOrderFree(t, Options{Zone: newYork, Format: strings.Split(path, "/")[0]}, all[0], all[1:])
	}
	all := lines(fixture(t, "testdata/nyc-311-inquiry/inquiries.csv"))
	checkOrderFree(t, logOptions, all[0], all[1:4])
}

func FuzzIntervalReports(f *testing.F) {
	for _, path := range []string{"avaya-cms/hsplit.csv", "interval-report/days.csv", "interval-report/queues.csv", "interval-columns/agencies.csv", "nyc-311-inquiry/inquiries.csv"} {
		f.Add([]byte(fixture(f, "testdata/"+path)))
	}
	opts := Options{Zone: newYork, MaxShare: 1}
	f.Fuzz(func(t *testing.T, data []byte) {
		lk := newLake(t)
		r, err := Load(t.Context(), lk, []Input{input("file", string(data))}, opts)
		if err != nil {
			if s := lk.Status(); s.Facts+s.Rows != 0 {
				t.Fatal("a failed load stored something")
			}
			return
		}
		checkAccounts(t, r)
		if s := lk.Status(); s.Facts != r.Intervals || s.Rows != r.Stored {
			t.Errorf("%d intervals and %d contacts in the lake, %d and %d stored", s.Facts, s.Rows, r.Intervals, r.Stored)
		}
		again, err := Load(t.Context(), lk, []Input{input("again", string(data)+"\n\n")}, opts)
		if err == nil && (again.Intervals != 0 || again.Stored != 0 || again.Fingerprint != r.Fingerprint && again.Files[0].Intervals == nil) {
			t.Errorf("%q: loaded again: %+v", data, again)
		}
	})
}

func TestParseCount(t *testing.T) {
	for text, want := range map[string]int64{"": -1, "0": 0, "12": 12, "1,234": 1234, "12.0": 12} {
		if got, ok := parseCount([]byte(text)); got != want || !ok {
			t.Errorf("%q: %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{"1.234", "-1", "x", "1.5", "12,34", "99999999999999999999"} {
		if got, ok := parseCount([]byte(text)); ok {
			t.Errorf("%q: %d", text, got)
		}
	}
}

func TestDecimalComma(t *testing.T) {
	for text, want := range map[string]string{"1,5": "1.5", "1.234,25": "1234.25", "7": "7", "1 234,5": "1234.5", "0:02:05,5": "0:02:05.5"} {
		if got := string(withPoint([]byte(text))); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	spec := strings.Replace(`profile: comma
version: 1
delimiter: ";"
header: true
DECIMAL
id: [id]
arrival: {column: at, form: rfc3339}
durations:
  talk: {column: talk, unit: s}
outcome:
  - {when: {id: "*"}, is: handled}
`, "DECIMAL", `decimal: ","`, 1)
	p, err := ParseProfile("comma.yaml", []byte(spec))
	if err != nil {
		t.Fatal(err)
	}
	lk := newLake(t)
	mustLoad(t, lk, Options{Profiles: []*Profile{p}, Zone: newYork}, input("c.csv", "id;at;talk\n1;2026-03-06T09:00:00-05:00;1.062,5\n"))
	if c := stored(t, lk)[0]; c.Talk != 1_062_500 {
		t.Errorf("%+v", c)
	}
	if _, err := ParseProfile("comma.yaml", []byte(strings.Replace(spec, `","`, `";"`, 1))); err == nil {
		t.Error("a semicolon is a decimal sign")
	}
}
