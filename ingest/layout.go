package ingest

import "strings"

// A fixedLayout reads times of a layout in which every part has its fixed place, such as
// "2006-01-02 15:04:05". It takes a tenth of the time that time.Parse takes. What it
// does not understand is left to time.Parse, which decides.
type fixedLayout struct {
	text                                           string
	year, short, month, day, hour, minute, seconds int // places; -1 where there is none
	literals                                       []int
	date                                           int // length of the date, where it comes first
}

// A day is a date as text wrote it last: in a log the next time is mostly of the same.
type day struct {
	text string
	days int64 // since 1970
}

// newFixedLayout returns nil for layouts with other parts: names of months, single digits,
// fractions, offsets.
func newFixedLayout(layout string) *fixedLayout {
	f := &fixedLayout{layout, -1, -1, -1, -1, -1, -1, -1, nil, 0}
	parts := []struct {
		code string
		at   *int
	}{{"2006", &f.year}, {"06", &f.short}, {"01", &f.month}, {"02", &f.day}, {"15", &f.hour}, {"04", &f.minute}, {"05", &f.seconds}}
next:
	for i := 0; i < len(layout); {
		for _, p := range parts {
			if strings.HasPrefix(layout[i:], p.code) {
				if *p.at >= 0 {
					return nil
				}
				*p.at = i
				i += len(p.code)
				continue next
			}
		}
		if !strings.ContainsRune(" -/:.T", rune(layout[i])) {
			return nil
		}
		f.literals = append(f.literals, i)
		i++
	}
	dated := f.month >= 0 && f.day >= 0 && (f.year >= 0) != (f.short >= 0)
	bare := f.month < 0 && f.day < 0 && f.year < 0 && f.short < 0
	if f.hour < 0 || f.minute < 0 || !dated && !bare {
		return nil
	}
	if clock := min(f.hour, f.minute); dated && max(f.year, f.short, f.month, f.day) < clock && (f.seconds < 0 || f.seconds > clock) {
		f.date = clock
	}
	return f
}

// parse returns the wall clock of text in seconds since 1970, as if it were UTC; without a
// date, that of 1970-01-01. What it remembers of the day is the caller's; nil is none.
func (f *fixedLayout) parse(b []byte, last *day) (seconds int64, ok bool) {
	if len(b) != len(f.text) {
		return 0, false
	}
	known := last != nil && f.date > 0 && last.text == string(b[:f.date])
	for i := len(f.literals) - 1; i >= 0; i-- {
		at := f.literals[i]
		if known && at < f.date {
			break
		}
		if b[at] != f.text[at] {
			return 0, false
		}
	}
	hour, minute := two(b, f.hour), two(b, f.minute)
	if f.seconds >= 0 {
		seconds = two(b, f.seconds)
	}
	if hour > 23 || minute > 59 || seconds > 59 {
		return 0, false
	}
	days := int64(0)
	switch {
	case known:
		days = last.days
	case f.day >= 0:
		if days, ok = f.days(b); !ok {
			return 0, false
		}
		if last != nil && f.date > 0 {
			*last = day{string(b[:f.date]), days}
		}
	}
	return days*86400 + hour*3600 + minute*60 + seconds, true
}

// days reads the date, whose literals were checked.
func (f *fixedLayout) days(b []byte) (days int64, ok bool) {
	year, month, day := int64(0), two(b, f.month), two(b, f.day)
	if f.year >= 0 {
		century, rest := two(b, f.year), two(b, f.year+2)
		if century == noTwo || rest == noTwo {
			return 0, false
		}
		year = century*100 + rest
	} else if year = two(b, f.short) + 1900; year < 1969 { // as time.Parse has it
		year += 100
	}
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	return daysSince1970(year, month, day), true
}

// noTwo is more than any part of a time.
const noTwo = 1 << 20

// two reads two digits.
func two(b []byte, i int) int64 {
	tens, ones := b[i]-'0', b[i+1]-'0'
	if tens > 9 || ones > 9 {
		return noTwo
	}
	return int64(tens)*10 + int64(ones)
}
