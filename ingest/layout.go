package ingest

import "strings"

// A fixedLayout reads times of a layout in which every part has its fixed place, such as
// "2006-01-02 15:04:05". It takes a tenth of the time that time.Parse takes. What it
// does not understand is left to time.Parse, which decides.
type fixedLayout struct {
	text                                           string
	year, short, month, day, hour, minute, seconds int // places; -1 where there is none
	literals                                       []int
}

// newFixedLayout returns nil for layouts with other parts: names of months, single digits,
// fractions, offsets.
func newFixedLayout(layout string) *fixedLayout {
	f := &fixedLayout{layout, -1, -1, -1, -1, -1, -1, -1, nil}
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
	return f
}

// parse returns the wall clock of text in seconds since 1970, as if it were UTC; without a
// date, that of 1970-01-01.
func (f *fixedLayout) parse(b []byte) (seconds int64, ok bool) {
	if len(b) != len(f.text) {
		return 0, false
	}
	for _, i := range f.literals {
		if b[i] != f.text[i] {
			return 0, false
		}
	}
	bad := uint8(0)
	two := func(i int) int64 {
		tens, ones := b[i]-'0', b[i+1]-'0'
		if tens > 9 || ones > 9 {
			bad = 1
		}
		return int64(tens)*10 + int64(ones)
	}
	hour, minute := two(f.hour), two(f.minute)
	if f.seconds >= 0 {
		seconds = two(f.seconds)
	}
	days := int64(0)
	if f.day >= 0 {
		year, month, day := int64(0), two(f.month), two(f.day)
		if f.year >= 0 {
			year = two(f.year)*100 + two(f.year+2)
		} else if year = two(f.short) + 1900; year < 1969 { // as time.Parse has it
			year += 100
		}
		if year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
			return 0, false
		}
		days = daysSince1970(year, month, day)
	}
	if bad != 0 || hour > 23 || minute > 59 || seconds > 59 {
		return 0, false
	}
	return days*86400 + hour*3600 + minute*60 + seconds, true
}
