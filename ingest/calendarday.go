package ingest

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// A span is a stretch of the wall clock as a report names it: a start, and a length where
// the text tells it.
type span struct {
	reading
	seconds int64 // 0 = not told
	days    int   // a calendar day is 1, a month its days; 0 where the text has a time
}

// parseDay reads a date in one of the ways reports have it. The way shows in the text of
// each: with dashes or dots the day is first unless a year is, with slashes the month.
//
//	2026-03-06  2026/3/6  20260306  6-3-2026  6.3.2026  3/6/2026  3/6/26  2026-03  Mar 2026
func parseDay(text []byte) (span, error) {
	day := func(y, m, d string) (span, error) {
		year, err1 := strconv.ParseInt(y, 10, 32)
		month, err2 := strconv.ParseInt(m, 10, 32)
		number, err3 := strconv.ParseInt(d, 10, 32)
		if len(y) == 2 {
			year += 2000
		}
		if err1 != nil || err2 != nil || err3 != nil || year < 1980 || year > 2099 || month < 1 || month > 12 || number < 1 || number > daysIn(year, month) {
			return span{}, errTime
		}
		return span{reading: reading{micros: daysSince1970(year, month, number) * 86400e6, quality: lake.Minute}, days: 1}, nil
	}
	month := func(y, m string) (span, error) {
		s, err := day(y, m, "1")
		if err == nil {
			t := time.UnixMicro(s.micros).UTC()
			s.days = int(daysIn(int64(t.Year()), int64(t.Month())))
		}
		return s, err
	}
	s := string(text)
	switch {
	case len(s) == 8 && strings.Trim(s, "0123456789") == "":
		return day(s[:4], s[4:6], s[6:])
	case len(s) > 6 && strings.Count(s, "-") == 2 && s[len(s)-5] == '-' && strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"):
		if t, err := time.Parse("2-Jan-2006", s); err == nil {
			return day(strconv.Itoa(t.Year()), strconv.Itoa(int(t.Month())), strconv.Itoa(t.Day()))
		}
		return span{}, errTime
	case strings.ContainsAny(s, "-./"):
		sep := s[strings.IndexAny(s, "-./")]
		parts := strings.Split(s, string(sep))
		switch {
		case len(parts) == 2 && len(parts[0]) == 4:
			return month(parts[0], parts[1])
		case len(parts) != 3:
			return span{}, errTime
		case len(parts[0]) == 4:
			return day(parts[0], parts[1], parts[2])
		case sep == '/':
			return day(parts[2], parts[0], parts[1])
		}
		return day(parts[2], parts[1], parts[0])
	}
	for _, layout := range []string{"2 Jan 2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "January 2 2006", "Mon, Jan 2, 2006", "Monday, January 2, 2006", "Mon Jan 2 2006", "Monday, 2 January 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return day(strconv.Itoa(t.Year()), strconv.Itoa(int(t.Month())), strconv.Itoa(t.Day()))
		}
	}
	for _, layout := range []string{"Jan 2006", "January 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return month(strconv.Itoa(t.Year()), strconv.Itoa(int(t.Month())))
		}
	}
	return span{}, errTime
}

// parseClockTime reads a time of day as microseconds: 9:30, 09:30:00, 0930, 930, 9:30 AM, 24:00.
func parseClockTime(text []byte) (int64, error) {
	s := strings.ToUpper(string(bytes.TrimSpace(text)))
	half := ""
	for _, h := range []string{"AM", "PM"} {
		if rest, ok := strings.CutSuffix(s, h); ok {
			s, half = strings.TrimSpace(rest), h
		}
	}
	parts := strings.Split(s, ":")
	if len(parts) == 1 && len(s) >= 1 && len(s) <= 4 { // HHMM as a number: 0, 30, 930, 1630
		s = strings.Repeat("0", 4-len(s)) + s
		parts = []string{s[:2], s[2:]}
	}
	if len(parts) < 2 || len(parts) > 3 {
		return 0, errTime
	}
	total := int64(0)
	for i := range 3 {
		n := int64(0)
		if i < len(parts) {
			p := parts[i]
			if i == 2 {
				p, _, _ = strings.Cut(p, ".")
			}
			v, err := strconv.ParseInt(p, 10, 8)
			if err != nil || len(p) > 2 || v < 0 || i > 0 && v > 59 {
				return 0, errTime
			}
			n = v
		}
		if i == 0 && half != "" {
			if n < 1 || n > 12 {
				return 0, errTime
			}
			if n %= 12; half == "PM" {
				n += 12
			}
		}
		total = total*60 + n
	}
	if total > 86400 {
		return 0, errTime
	}
	return total * 1e6, nil
}

// parseSpan reads the beginning of an interval from a date and a time of day, which may be
// a range (09:00-09:30), or from one text that has both. Without a time it is a day.
func parseSpan(date, clock []byte) (span, error) {
	date = bytes.TrimSpace(date)
	if len(clock) == 0 {
		if r, err := parseRFC3339(date); err == nil {
			return span{reading: r}, nil
		}
		if s, err := parseDay(date); err == nil {
			return s, nil
		}
		if i := bytes.IndexAny(date, " T"); i > 0 && date[0] >= '0' && date[0] <= '9' {
			date, clock = date[:i], date[i+1:]
		}
	}
	s, err := parseDay(date)
	if err != nil || len(clock) == 0 {
		return s, err
	}
	if s.days != 1 {
		return span{}, errTime // a time of day in a month
	}
	s.days = 0
	from, to, isRange := bytes.Cut(clock, []byte("-"))
	start, err := parseClockTime(from)
	if err != nil {
		return span{}, err
	}
	s.micros += start
	if isRange {
		end, err := parseClockTime(to)
		if err != nil {
			return span{}, err
		}
		if end <= start {
			end += 86400e6
		}
		s.seconds = (end - start) / 1e6
		if rest := s.seconds % 900; rest == 899 || rest == 840 { // 09:00-09:29, 09:00:00-09:29:59
			s.seconds += 900 - rest
		}
	}
	return s, nil
}
