package ingest

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// A wall turns the wall clock of a zone into instants and back. It remembers the
// stretch between two clock changes it was last asked about.
type wall struct {
	loc        *time.Location
	from, to   int64 // seconds; the offset holds in [from, to)
	offset     int64 // seconds east of UTC
	before     int64 // the offset that held before from
	unbounded  bool
	filledOnce bool
}

// at returns the offset at an instant given in seconds since 1970.
func (w *wall) at(unix int64) int64 {
	if w.filledOnce && (w.unbounded || unix >= w.from && unix < w.to) {
		return w.offset
	}
	t := time.Unix(unix, 0).In(w.loc)
	start, end := t.ZoneBounds()
	_, offset := t.Zone()
	w.filledOnce, w.offset, w.before = true, int64(offset), int64(offset)
	w.from, w.to = -1<<62, 1<<62
	if !start.IsZero() {
		w.from = start.Unix()
		_, before := start.Add(-time.Second).Zone()
		w.before = int64(before)
	}
	if !end.IsZero() {
		w.to = end.Unix()
	}
	w.unbounded = start.IsZero() && end.IsZero()
	return w.offset
}

// fold returns 1 when unix lies in the second run of an hour that the clocks repeat.
func (w *wall) fold(unix int64) uint8 {
	if offset := w.at(unix); unix-w.from < w.before-offset {
		return 1
	}
	return 0
}

// instant returns the instants a wall-clock reading stands for, the reading given as if
// it were UTC. An hour that the clocks repeat gives two. An hour they skip gives
// one, moved on by the gap, and none is false.
func (w *wall) instant(reading int64) (first, second int64, none bool) {
	const day = 86400
	if w.filledOnce && (w.unbounded || reading-w.offset >= w.from+day && reading-w.offset < w.to-day) {
		u := reading - w.offset
		return u, u, false
	}
	before, after := w.at(reading-day), w.at(reading+day)
	first, second = reading-before, reading-after
	okFirst, okSecond := w.at(first) == before, w.at(second) == after
	switch {
	case okFirst && okSecond:
		return min(first, second), max(first, second), false
	case okFirst:
		return first, first, false
	case okSecond:
		return second, second, false
	}
	return first, first, true
}

var errTime = errors.New("not a time of the form in the profile")

// A reading is a time as text gives it: an instant, or a wall clock without offset.
type reading struct {
	micros  int64 // since 1970, of the instant or of the wall clock taken as UTC
	instant bool
	offset  int64 // where the text has one
	zoned   bool
	quality lake.Quality
}

// A timeForm is a way to write times: one of the named forms, or a layout of package time.
type timeForm struct {
	layout         string
	seconds, zoned bool // the layout has them
	fixed          *fixedLayout
	last           *day // of one goroutine; nil in forms that several share
}

func newTimeForm(layout string) timeForm {
	f := timeForm{layout: layout, seconds: strings.Contains(layout, "05"), zoned: strings.Contains(layout, "-07") || strings.Contains(layout, "Z07")}
	if layout != formRFC3339 && layout != formEpoch && layout != formEpochMS {
		f.fixed = newFixedLayout(layout)
	}
	return f
}

// parse reads text; date and time columns come joined by a space.
func (f *timeForm) parse(text []byte) (reading, error) {
	form := f.layout
	switch form {
	case formRFC3339:
		return parseRFC3339(text)
	case formEpoch, formEpochMS:
		return parseEpoch(text, form)
	}
	if f.fixed != nil {
		if seconds, ok := f.fixed.parse(text, f.last); ok {
			r := reading{micros: seconds * 1e6, quality: lake.Second}
			if !f.seconds {
				r.quality = lake.Minute
			}
			return r, nil
		}
	}
	nextDay := int64(0)
	t, err := time.Parse(form, string(text))
	if err != nil { // 24:00 is the end of the day; 24:01 is nonsense
		i := bytes.Index(text, []byte("24:00"))
		if i < 0 || i > 0 && text[i-1] >= '0' && text[i-1] <= '9' {
			return reading{}, errTime
		}
		text = append([]byte(nil), text...)
		copy(text[i:], "00")
		if t, err = time.Parse(form, string(text)); err != nil || t.Hour()+t.Minute()+t.Second() != 0 {
			return reading{}, errTime
		}
		nextDay = 86400e6
	}
	r := reading{micros: t.UnixMicro() + nextDay, quality: lake.Second}
	switch {
	case t.Nanosecond() != 0:
		r.quality = lake.Exact
	case !f.seconds:
		r.quality = lake.Minute
	}
	if f.zoned {
		_, offset := t.Zone()
		r.instant, r.zoned, r.offset = true, true, int64(offset)
	}
	return r, nil
}

func parseEpoch(text []byte, form string) (reading, error) {
	whole, frac, _ := bytes.Cut(text, []byte("."))
	n, err := strconv.ParseInt(string(whole), 10, 64)
	if err != nil || n <= 0 || n > 1e13 || len(frac) > 9 {
		return reading{}, errTime
	}
	if form == formEpochMS {
		return reading{micros: n * 1000, instant: true, quality: lake.Exact}, nil
	}
	if n > 1e11 {
		return reading{}, errTime // milliseconds where seconds are announced
	}
	r := reading{micros: n * 1e6, instant: true, quality: lake.Second}
	for scale, i := int64(100_000), 0; i < len(frac); i++ {
		if frac[i] < '0' || frac[i] > '9' {
			return reading{}, errTime
		}
		r.micros += int64(frac[i]-'0') * scale
		scale /= 10
		r.quality = lake.Exact
	}
	return r, nil
}

// parseRFC3339 reads 2026-11-22T09:30:00.125-05:00; a space may stand for the T, and
// seconds may have a fraction. It takes a fifth of the time that time.Parse takes.
func parseRFC3339(b []byte) (reading, error) {
	if len(b) < len("2006-01-02T15:04:05Z") || b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return reading{}, errTime
	}
	ok := true
	number := func(s []byte) (n int64) {
		for _, c := range s {
			if c < '0' || c > '9' {
				ok = false
			}
			n = n*10 + int64(c-'0')
		}
		return n
	}
	year, month, day := number(b[:4]), number(b[5:7]), number(b[8:10])
	hour, minute, second := number(b[11:13]), number(b[14:16]), number(b[17:19])
	r := reading{instant: true, zoned: true, quality: lake.Second}
	rest := b[19:]
	if len(rest) > 0 && rest[0] == '.' {
		n := 1
		for scale := int64(100_000); n < len(rest) && rest[n] >= '0' && rest[n] <= '9'; n++ {
			r.micros += int64(rest[n]-'0') * scale
			scale /= 10
		}
		ok = ok && n > 1
		rest, r.quality = rest[n:], lake.Exact
	}
	switch {
	case len(rest) == 1 && rest[0] == 'Z':
	case len(rest) == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':':
		r.offset = number(rest[1:3])*3600 + number(rest[4:6])*60
		if rest[0] == '-' {
			r.offset = -r.offset
		}
	default:
		ok = false
	}
	if !ok || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 ||
		r.offset < -86400/2-3600*2 || r.offset > 86400/2+3600*2 {
		return reading{}, errTime
	}
	seconds := daysSince1970(year, month, day)*86400 + hour*3600 + minute*60 + second - r.offset
	r.micros += seconds * 1e6
	return r, nil
}

func daysIn(year, month int64) int64 {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysSince1970 counts days in the Gregorian calendar, years from March to March so that
// the leap day is the last.
func daysSince1970(y, m, d int64) int64 {
	if m <= 2 {
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 1 - 719468
}
