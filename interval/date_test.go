package interval

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDateRefusesWhatIsNoDay(t *testing.T) {
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "26-01-01", "2026/01/01", "2026-01-0x", "0000-01-01", "+026-01-01"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v", s, d)
		}
	}
}

func TestDateArithmeticAgreesWithTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(-200000, 200000).Draw(rt, "n")
		d := MustDate("1970-01-01").AddDays(n)
		want := time.Unix(int64(n)*86400, 0).UTC()
		if d.String() != want.Format(time.DateOnly) || d.Weekday() != want.Weekday() || d.YearDay() != want.YearDay() {
			rt.Fatalf("day %d is %s, want %s", n, d, want)
		}
		if d.Number() != n || d.Sub(MustDate("1970-01-01")) != n {
			rt.Fatalf("%s has number %d, want %d", d, d.Number(), n)
		}
		back, err := ParseDate(d.String())
		if err != nil || back != d || !d.Before(d.AddDays(1)) || !d.After(d.AddDays(-1)) {
			rt.Fatalf("%s comes back as %s, %v", d, back, err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-11-22", "1999-02-30", "2000-02-29", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDate(s); err == nil && d.String() != s {
			t.Errorf("%q is read as %s", s, d)
		}
	})
}

func FuzzParseSpan(f *testing.F) {
	for _, s := range []string{"08:00-17:30", "00:00-24:00", "17:00-08:00", "8-9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		span, err := ParseSpan(s)
		if err != nil {
			return
		}
		if again, err := ParseSpan(span.String()); err != nil || again != span || span.Minutes() <= 0 {
			t.Errorf("%q is read as %v, then %v, %v", s, span, again, err)
		}
	})
}

func ExampleDate_AddDays() {
	d := MustDate("2028-02-28")
	fmt.Println(d.AddDays(1), d.AddDays(2), d.Weekday())
	// Output: 2028-02-29 2028-03-01 Monday
}
