package interval

import (
	"cmp"
	"fmt"
	"time"
)

// A Date is a day of the proleptic Gregorian calendar. It has no zone: the same
// Date starts at different instants in different places. The zero Date is
// not a day; IsZero tells.
type Date struct {
	year  int32
	month int8
	day   int8
}

// MakeDate returns the given day, or an error for a day that does not exist.
func MakeDate(year int, month time.Month, day int) (Date, error) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || t.Month() != month || t.Day() != day || year < 1 || year > 9999 {
		return Date{}, fmt.Errorf("interval: there is no day %04d-%02d-%02d", year, int(month), day)
	}
	return Date{int32(year), int8(month), int8(day)}, nil
}

// MustDate is ParseDate for dates written in source code; it panics on a bad one.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// ParseDate reads a day in the form 2026-11-22.
func ParseDate(s string) (Date, error) {
	var y, m, d int
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, fmt.Errorf("interval: %q is not a date; write it as YYYY-MM-DD", s)
	}
	for _, part := range []struct {
		into *int
		text string
	}{{&y, s[:4]}, {&m, s[5:7]}, {&d, s[8:]}} {
		for _, c := range []byte(part.text) {
			if c < '0' || c > '9' {
				return Date{}, fmt.Errorf("interval: %q is not a date; write it as YYYY-MM-DD", s)
			}
			*part.into = *part.into*10 + int(c-'0')
		}
	}
	return MakeDate(y, time.Month(m), d)
}

// DateOf returns the day that t falls on in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int32(y), int8(m), int8(d)}
}

// IsZero reports whether d is the zero Date, which is not a day.
func (d Date) IsZero() bool { return d == Date{} }

// Year returns the calendar year.
func (d Date) Year() int { return int(d.year) }

// Month returns the month of the year.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day returns the day of the month, from 1.
func (d Date) Day() int { return int(d.day) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// YearDay returns the day of the year, from 1.
func (d Date) YearDay() int { return d.utc().YearDay() }

// AddDays returns the day n days after d; n may be negative.
func (d Date) AddDays(n int) Date { return DateOf(d.utc().AddDate(0, 0, n)) }

// Sub returns the number of days from e to d.
func (d Date) Sub(e Date) int { return int((d.utc().Unix() - e.utc().Unix()) / 86400) }

// Number returns the count of days since 1970-01-01, negative before it.
func (d Date) Number() int { return d.Sub(Date{1970, 1, 1}) }

// Compare is negative when d is before e, zero when they are the same day, else positive.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.year, e.year), cmp.Compare(d.month, e.month), cmp.Compare(d.day, e.day))
}

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d is a later day than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// Start returns the first instant of d in loc. Where the clocks go forward at
// midnight that is 01:00 on the wall.
func (d Date) Start(loc *time.Location) time.Time {
	t := time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, loc)
	if DateOf(t) == d {
		return t
	}
	// A zone whose gap covers midnight: time.Date lands on the day before.
	for DateOf(t) != d {
		t = t.Add(15 * time.Minute)
	}
	return t
}

// String returns the day in the form 2026-11-22, or an empty string for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// MarshalText gives the form of String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of String; empty text is the zero Date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

func (d Date) utc() time.Time {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, time.UTC)
}
