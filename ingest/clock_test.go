package ingest

import (
	"testing"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// The quick reader agrees with package time on everything it accepts.
func FuzzRFC3339(f *testing.F) {
	for _, s := range []string{"2026-11-22T09:30:00.125-05:00", "2024-02-29T23:59:59Z", "2023-02-29T00:00:00Z", "2026-01-01 00:00:00+05:30",
		"2026-01-01T24:00:00Z", "0000-01-01T00:00:00Z", "2026-01-01T00:00:00.Z", "1969-12-31T23:59:59.999999999-12:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseRFC3339([]byte(s))
		if err != nil {
			return
		}
		b := []byte(s)
		b[10] = 'T'
		want, err := time.Parse(time.RFC3339Nano, string(b))
		if err != nil {
			t.Fatalf("%q is accepted; package time says %v", s, err)
		}
		if _, offset := want.Zone(); got.micros != want.UnixMicro() && want.Year() > 0 || got.offset != int64(offset) {
			t.Errorf("%q: %d µs, offset %d; want %d, %d", s, got.micros, got.offset, want.UnixMicro(), offset)
		}
	})
}

func TestTimeForms(t *testing.T) {
	utc := func(y, mo, d, h, mi, s, micro int) int64 {
		return time.Date(y, time.Month(mo), d, h, mi, s, micro*1000, time.UTC).UnixMicro()
	}
	for _, tt := range []struct {
		form, text string
		want       int64
		instant    bool
		quality    lake.Quality
	}{
		{"2006-01-02 15:04:05", "2026-03-06 09:30:00", utc(2026, 3, 6, 9, 30, 0, 0), false, lake.Second},
		{"2006-01-02 15:04:05", "2026-03-06 9:30:00.25", utc(2026, 3, 6, 9, 30, 0, 250_000), false, lake.Exact},
		{"060102 15:04:05", "990101 0:00:31", utc(1999, 1, 1, 0, 0, 31, 0), false, lake.Second},
		{"1/2/2006 3:04 PM", "3/6/2026 1:05 PM", utc(2026, 3, 6, 13, 5, 0, 0), false, lake.Minute},
		{"2006-01-02 15:04", "2026-03-06 24:00", utc(2026, 3, 7, 0, 0, 0, 0), false, lake.Minute},
		{"2006-01-02 15:04:05", "2026-12-31 24:00:00", utc(2027, 1, 1, 0, 0, 0, 0), false, lake.Second},
		{"Mon, 02 Jan 2006 15:04:05 -0700", "Fri, 06 Mar 2026 09:30:00 -0500", utc(2026, 3, 6, 14, 30, 0, 0), true, lake.Second},
		{formEpoch, "1772789500", 1772789500e6, true, lake.Second},
		{formEpoch, "1772789500.25", 1772789500_250_000, true, lake.Exact},
		{formEpochMS, "1772789500250", 1772789500_250_000, true, lake.Exact},
	} {
		f := newTimeForm(tt.form)
		got, err := f.parse([]byte(tt.text))
		if err != nil || got.micros != tt.want || got.instant != tt.instant || got.quality != tt.quality {
			t.Errorf("%q as %q: %+v, %v", tt.text, tt.form, got, err)
		}
	}
	for _, tt := range [][2]string{
		{"2006-01-02 15:04:05", "2026-03-06 24:01:00"}, {"2006-01-02 15:04:05", "2026-03-06 24:00:31"},
		{"2006-01-02 15:04:05", "2026-02-30 10:00:00"}, {"2006-01-02 15:04:05", ""}, {"2006-01-02 15:04", "2026-03-06 124:00"},
		{formEpoch, "1772789500250"}, {formEpoch, "0"}, {formEpoch, "-5"}, {formEpoch, "now"}, {formRFC3339, "2026-03-06T09:30:00"},
	} {
		f := newTimeForm(tt[0])
		if got, err := f.parse([]byte(tt[1])); err == nil {
			t.Errorf("%q as %q: %+v, want an error", tt[1], tt[0], got)
		}
	}
}

// wall agrees with package time on every quarter hour around the changes of clocks, there
// and back.
func TestWall(t *testing.T) {
	for _, zone := range []string{"America/New_York", "Asia/Jerusalem", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata", "UTC"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		w := &wall{loc: loc}
		for at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2026; at = at.Add(15 * time.Minute) {
			unix := at.Unix()
			_, offset := at.In(loc).Zone()
			if got := w.at(unix); got != int64(offset) {
				t.Fatalf("%s at %v: offset %d, want %d", zone, at, got, offset)
			}
			first, second, none := w.instant(unix + int64(offset))
			if none || first != unix && second != unix {
				t.Fatalf("%s: the wall clock of %v gives %d and %d", zone, at, first, second)
			}
			if fold := w.fold(unix); (fold == 1) != (first != second && unix == second) {
				t.Fatalf("%s at %v: fold %d of %d and %d", zone, at, fold, first, second)
			}
		}
	}
}

func wallClock(t *testing.T, extra, rows string) (Report, []lake.Contact) {
	t.Helper()
	p, err := ParseProfile("p.yaml", []byte(wallProfile+extra))
	if err != nil {
		t.Fatal(err)
	}
	lk := newLake(t)
	r := mustLoad(t, lk, Options{Profiles: []*Profile{p}}, input("x.csv", "id,start,end,tz,what\n"+rows))
	return r, stored(t, lk)
}

const wallProfile = `
profile: walls
version: 1
header: true
zone: America/New_York
id: [id]
arrival: {column: start, form: "2006-01-02 15:04:05"}
ended: {time: end, form: "15:04:05"}
outcome:
  - {when: {what: [ok, fine]}, is: handled}
  - {when: {what: "*"}, is: abandoned}
`

func TestClocksGoBack(t *testing.T) {
	rows := "1,2026-11-01 00:50:00,,,ok\n2,2026-11-01 01:50:00,,,ok\n3,2026-11-01 01:10:00,,,ok\n4,2026-11-01 01:59:00,,,ok\n5,2026-11-01 02:10:00,,,ok\n"
	hours := func(cs []lake.Contact) (h []int) {
		for _, c := range cs {
			h = append(h, c.Arrival.Time().Hour())
		}
		return h
	}
	r, got := wallClock(t, "", rows)
	if h := hours(got); h[0] != 4 || h[1] != 5 || h[2] != 5 || h[3] != 5 || h[4] != 7 || got[2].Quality != lake.AmbiguousLocal || got[2].Fold != 0 {
		t.Errorf("first run: hours %v", h)
	}
	if f := r.Files[0].Flags["ambiguous_local"]; f != 3 {
		t.Errorf("%d ambiguous, want 3", f)
	}
	_, got = wallClock(t, "ambiguous: order\n", rows)
	if h := hours(got); h[1] != 5 || h[2] != 6 || h[3] != 6 || h[4] != 7 || got[2].Fold != 1 || got[1].Fold != 0 {
		t.Errorf("in order: hours %v", h)
	}
	_, got = wallClock(t, "offset: {column: tz, unit: hours}\n", "1,2026-11-01 01:10:00,,-4,ok\n2,2026-11-01 01:10:00,,-5,ok\n")
	if h := hours(got); h[0] != 5 || h[1] != 6 || got[0].Flags != 0 || got[1].Fold != 1 {
		t.Errorf("by offset: hours %v", h)
	}
}

func TestClocksGoForward(t *testing.T) {
	_, got := wallClock(t, "", "1,2026-03-08 02:30:00,03:31:00,,ok\n")
	c := got[0]
	if c.Arrival.Time().Format("15:04") != "07:30" || c.Flags != lake.FlagNonexistentLocal || c.Quality != lake.NonexistentLocal || c.Offset != -4*3600 {
		t.Errorf("%v %v", c.Arrival.Time(), c)
	}
	if c.Ended-c.Arrival != 60e6 { // 03:30 is what 02:30 is taken for
		t.Errorf("ended %v after arrival", c.Ended-c.Arrival)
	}
}

func TestTimesOfDayRunIntoTheNextDay(t *testing.T) {
	_, got := wallClock(t, "", "1,2026-03-06 23:58:00,0:03:00,,ok\n2,2026-03-06 10:00:00,09:59:59,,ok\n3,2026-03-06 10:00:00,,,no\n")
	if got[0].Ended-got[0].Arrival != 300e6 {
		t.Errorf("over midnight: %v", got[0].Ended-got[0].Arrival)
	}
	if got[1].Ended-got[1].Arrival != -1e6 { // a second early is not a day late
		t.Errorf("a second early: %v", got[1].Ended-got[1].Arrival)
	}
	if got[2].Ended != 0 || got[2].Outcome != lake.OutcomeAbandoned {
		t.Errorf("%+v", got[2])
	}
}

func TestDurations(t *testing.T) {
	for _, tt := range []struct {
		text, unit string
		want       int64
	}{
		{"125", "s", 125_000}, {"125.5", "s", 125_500}, {"0.0004", "s", 0}, {"0.0005", "s", 1}, {"1,234", "s", 1_234_000}, {"1,234,567", "ms", 1_234_567},
		{".5", "min", 30_000}, {"-3", "s", -3000}, {"250", "ms", 250}, {"2:05", "clock", 125_000}, {"00:02:05", "clock", 125_000},
		{"1:02:03.250", "clock", 3_723_250}, {"90", "clock", 90_000}, {"0", "s", 0},
	} {
		if got, err := parseMillis([]byte(tt.text), tt.unit); err != nil || got != tt.want {
			t.Errorf("%q %s: %d ms, %v; want %d", tt.text, tt.unit, got, err, tt.want)
		}
	}
	for _, tt := range [][2]string{{"", "s"}, {"soon", "s"}, {"1:2:3:4", "clock"}, {"1:60", "clock"}, {"2:05", "s"}, {"12,34", "s"}, {"--1", "s"}, {".", "s"}, {"1e3", "s"}, {"9999999999999", "s"}, {":5", "clock"}, {"1.5:00", "clock"}} {
		if got, err := parseMillis([]byte(tt[0]), tt[1]); err == nil {
			t.Errorf("%q %s: %d ms, want an error", tt[0], tt[1], got)
		}
	}
	for _, tt := range []struct {
		ms   int64
		want lake.Millis
		flag lake.Flags
	}{{0, 0, 0}, {-1, 0, lake.FlagClamped}, {-2000, 0, lake.FlagClamped}, {-2001, lake.NoMillis, lake.FlagNegative}, {3600_000, 3600_000, 0}, {3600_001, lake.NoMillis, lake.FlagTooLong}} {
		if got, flag := tame(tt.ms, 3600_000); got != tt.want || flag != tt.flag {
			t.Errorf("tame(%d) = %d, %v", tt.ms, got, flag.Names())
		}
	}
}
