package forecast

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

func mustCounts(t testing.TB, rows ...string) *Counts {
	t.Helper()
	c, err := ReadCounts(strings.NewReader("series,timestamp,count\n"+strings.Join(rows, "\n")+"\n"), "f.csv", "q")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// plainRows are the counts of a world as a plain file holds them. A day of a closed
// date has rows without calls if zeros is set, and no row if not.
func plainRows(t testing.TB, w world, first, last string, zeros bool, shut ...string) []string {
	in := w.history(t, "q", first, last)
	g, values, states := in.Series.Grid(), in.Series.Values(), in.Series.States()
	closed := map[string]bool{}
	for _, d := range shut {
		closed[d] = true
	}
	var rows []string
	for i := range values {
		day := interval.DateOf(g.At(i)).String()
		switch {
		case states[i] != interval.Observed:
		case !closed[day]:
			rows = append(rows, fmt.Sprintf("q,%s,%v", g.Label(i), values[i]))
		case zeros:
			rows = append(rows, fmt.Sprintf("q,%s,0", g.Label(i)))
		}
	}
	return rows
}

func TestReadCountsRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no header", "", "no header"},
		{"a column is missing", "series,timestamp\n", `no column "count"`},
		{"a column is not used", "series,timestamp,count,aht\nq,2026-01-01,1,2\n", `column "aht" is not used`},
		{"another series", "series,timestamp,count\nother,2026-01-01,1\n", `no counts of the series "q"; it has ["other"]`},
		{"a stamp twice", "series,timestamp,count\nq,2026-01-01,1\nq,2026-01-01,2\n", "line 3: 2026-01-01 stands there twice"},
		{"unsorted", "series,timestamp,count\nq,2026-01-02,1\nq,2026-01-01,2\n", "line 3: 2026-01-01 comes after"},
		{"no time", "series,timestamp,count\nq,yesterday,1\n", "line 2: \"yesterday\" is no local time"},
		{"negative", "series,timestamp,count\nq,2026-01-01,-3\n", "line 2: negative count -3"},
		{"no number", "series,timestamp,count\nq,2026-01-01,many\n", "line 2: count \"many\" is no number"},
		{"infinite", "series,timestamp,count\nq,2026-01-01,Inf\n", "is no number"},
		{"odd step", "series,timestamp,count\nq,2026-01-01T00:00,1\nq,2026-01-01T00:07,1\n", "7m0s apart, which does not divide an hour"},
		{"off the step", "series,timestamp,count\nq,2026-01-01T00:00,1\nq,2026-01-01T00:30,1\nq,2026-01-02T00:10,1\n", "mixed steps: 2026-01-02T00:10:00"},
		{"two steps", "series,timestamp,count\nq,2026-01-01T00:00,1\nq,2026-01-01T00:15,1\nq,2026-01-02T00:00,1\nq,2026-01-02T00:30,1\nq,2026-01-02T01:00,1\nq,2026-01-02T01:30,1\n", "mixed steps: rows lie 15m0s apart, but 30m0s on 2026-01-02"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadCounts(strings.NewReader(tt.text), "f.csv", "q")
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "forecast: f.csv") {
				t.Errorf("%v; want %q", err, tt.want)
			}
		})
	}
}

func TestAggregate(t *testing.T) {
	c := mustCounts(t, "q,2026-01-01T07:00:00,1", "q,2026-01-01T07:15:00,2", "q,2026-01-01T07:30:00,", "q,2026-01-01T07:45:00,4", "q,2026-01-01 08:00,8")
	hours, err := c.Aggregate(time.Hour)
	if err != nil || len(hours.values) != 2 || hours.values[0] != 7 || hours.values[1] != 8 {
		t.Errorf("hours %v, %v", hours, err)
	}
	days, err := c.Aggregate(24 * time.Hour)
	if err != nil || len(days.values) != 1 || days.values[0] != 15 {
		t.Errorf("days %v, %v", days, err)
	}
	for _, bad := range []time.Duration{5 * time.Minute, 40 * time.Minute, 2 * time.Hour} {
		if _, err := c.Aggregate(bad); err == nil {
			t.Errorf("summed to %v", bad)
		}
	}
}

// What lies after the origin changes no row.
func TestForecastDoesNotPeek(t *testing.T) {
	w := office(600, 31)
	rows := plainRows(t, w, "2025-01-06", "2025-06-27", true)
	whole := mustCounts(t, rows...)
	origin := interval.MustDate("2025-05-14")
	var early []string
	for _, r := range rows {
		if r < "q,2025-05-15" {
			early = append(early, r)
		}
	}
	opt := Replay{Horizon: 10, Paths: 60, Seed: 3}
	a, _, err1 := whole.Forecast(t.Context(), origin, opt)
	b, _, err2 := mustCounts(t, early...).Forecast(t.Context(), origin, opt)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Error("rows differ with what comes later")
	}
	if open := 7; len(a) != open*21 { // 20 half hours and the day
		t.Errorf("%d rows", len(a))
	}
}

func TestForecastRefuses(t *testing.T) {
	c := mustCounts(t, plainRows(t, office(600, 31), "2025-01-06", "2025-03-28", true)...)
	for _, tt := range []struct {
		origin  string
		horizon int
		want    string
	}{
		{"2025-01-05", 7, "the origin 2025-01-05 lies outside its counts, which run from 2025-01-06 to 2025-03-28"},
		{"2025-03-29", 7, "lies outside"},
		{"2025-03-01", 0, "a horizon of 0 days"},
		{"2025-03-01", 600, "a horizon of 600 days"},
	} {
		_, _, err := c.Forecast(t.Context(), interval.MustDate(tt.origin), Replay{Horizon: tt.horizon})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %q", tt.origin, err, tt.want)
		}
	}
}

// Federal holidays are found where the history kept them, and closed ahead; a
// history that closed on other days too knows no rule.
func TestGuessFindsHolidays(t *testing.T) {
	w := office(600, 32)
	closedOn := func(rows []string, origin, day string) bool {
		in, err := mustCounts(t, rows...).Input(interval.MustDate(origin), Guess{})
		if err != nil {
			t.Fatal(err)
		}
		return in.Calendar.Plan(interval.MustDate(day)).Closed()
	}
	kept := plainRows(t, w, "2024-05-06", "2025-06-27", false, "2024-05-27", "2024-07-04", "2024-09-02", "2024-11-28", "2024-12-25", "2025-01-01", "2025-05-26")
	if !closedOn(kept, "2025-06-27", "2025-07-04") {
		t.Error("open on the Fourth of July")
	}
	if closedOn(kept, "2025-06-27", "2025-10-13") {
		t.Error("closed on Columbus Day, on which it opened a year before")
	}
	if closedOn(kept, "2025-06-27", "2025-06-30") {
		t.Error("closed on a usual Monday")
	}
	other := plainRows(t, w, "2024-05-06", "2025-06-27", true, "2024-05-01", "2024-06-20", "2024-08-15", "2024-10-03", "2025-04-22", "2025-05-26")
	if closedOn(other, "2025-06-27", "2025-07-04") {
		t.Error("closed on the Fourth of July after keeping other days")
	}
	if !closedOn(other, "2025-06-27", "2024-08-15") {
		t.Error("a day of rows without a call was open")
	}
}

// Silence closes a busy weekday and is a count on a thin one.
func TestGuessTellsSilenceFromClosure(t *testing.T) {
	var busy, thin []string
	day := interval.MustDate("2025-01-06")
	for k := range 120 {
		d := day.AddDays(k)
		n := 100 + 7*(k%5)
		if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
			n = 0
		}
		busy = append(busy, fmt.Sprintf("q,%s,%d", d, n))
		thin = append(thin, fmt.Sprintf("q,%s,%d", d, (k*k%7)/5))
	}
	in, err := mustCounts(t, busy...).Input(day.AddDays(119), Guess{})
	if err != nil {
		t.Fatal(err)
	}
	if !in.Calendar.Plan(interval.MustDate("2025-06-14")).Closed() {
		t.Error("open on a Saturday that never had a call")
	}
	in, err = mustCounts(t, thin...).Input(day.AddDays(119), Guess{})
	if err != nil {
		t.Fatal(err)
	}
	observed := 0
	for _, s := range in.Series.States() {
		if s == interval.Observed {
			observed++
		}
	}
	if observed != 120 {
		t.Errorf("%d of 120 thin days count", observed)
	}
}

// Holidays of a file: closed where the history closed on their class, open and
// unlike other days where it opened.
func TestGuessTakesHolidays(t *testing.T) {
	rows := plainRows(t, office(600, 33), "2025-01-06", "2025-06-27", true, "2025-03-03", "2025-04-18")
	day := func(class, date string) interval.Holiday {
		return interval.Holiday{Name: date, Class: class, Date: interval.MustDate(date)}
	}
	in, err := mustCounts(t, rows...).Input(interval.MustDate("2025-06-27"), Guess{Holidays: []interval.Holiday{
		day("shut", "2025-03-03"), day("shut", "2025-07-01"), day("quiet", "2025-02-10"), day("quiet", "2025-07-02")}})
	if err != nil {
		t.Fatal(err)
	}
	if !in.Calendar.Plan(interval.MustDate("2025-07-01")).Closed() {
		t.Error("open on a holiday of a class that closes")
	}
	if p := in.Calendar.Plan(interval.MustDate("2025-07-02")); p.Closed() || p.Class != "quiet" {
		t.Errorf("holiday of a class that opens: %+v", p)
	}
}

func TestHistoryOfThreeDays(t *testing.T) {
	rows := plainRows(t, office(600, 34), "2025-01-06", "2025-01-08", true)
	out, warnings, err := mustCounts(t, rows...).Forecast(t.Context(), interval.MustDate("2025-01-08"), Replay{Horizon: 7, Paths: 50})
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) == 0 || warnings[0].Code != "short-history" {
		t.Errorf("warnings %v", warnings)
	}
	finite(t, out)
}

func finite(t *testing.T, rows []Row) {
	t.Helper()
	for _, r := range rows {
		for j, v := range append(r.Q[:], r.Mean) {
			if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 || j > 0 && j < 9 && v < r.Q[j-1] {
				t.Fatalf("row %+v", r)
			}
		}
	}
}

// Whatever a file holds: an error with its place, or rows that are finite, rising
// and not negative.
func FuzzForecast(f *testing.F) {
	f.Add("q,2026-01-01,3\nq,2026-01-02,0\nq,2026-01-05,7\n")
	f.Add("q,2026-01-01,0\nq,2026-01-02,0\nq,2026-01-03,0\n")
	f.Add("q,2026-01-01T07:00,1e11\nq,2026-01-01T07:30,0.5\nq,2026-03-01T07:30,\n")
	f.Add("q,2026-03-29T01:00,5\nq,2026-03-29T02:00,5\nq,2026-03-29T03:00,5\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ReadCounts(strings.NewReader("series,timestamp,count\n"+text), "f.csv", "q")
		if err != nil {
			return
		}
		if c.Last().Sub(c.First()) > 400 || c.Step < 5*time.Minute {
			t.Skip("long")
		}
		rows, _, err := c.Forecast(t.Context(), c.Last(), Replay{Horizon: 8, Paths: 40})
		if err == nil {
			finite(t, rows)
		}
	})
}
