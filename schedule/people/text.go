package people

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

func weekday(s string) (time.Weekday, error) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(s, d.String()) || strings.EqualFold(s, d.String()[:3]) {
			return d, nil
		}
	}
	return 0, fmt.Errorf("%q is no weekday; write mon, tue, wed, thu, fri, sat or sun", s)
}

// window reads 22:00-06:00, which may go over midnight.
func window(s string) (from, to int, err error) {
	a, b, ok := strings.Cut(s, "-")
	from, err1 := interval.ParseClock(a)
	to, err2 := interval.ParseClock(b)
	if !ok || err1 != nil || err2 != nil || from == 1440 {
		return 0, 0, fmt.Errorf("%q; write hours as 08:00-16:30 or, over midnight, 22:00-06:00", s)
	}
	return from, to % 1440, nil
}

// parseAbsence reads 2026-03-02/2026-03-06 vacation: a day or two, and a reason.
func parseAbsence(s string) (Absence, error) {
	days, reason, _ := strings.Cut(strings.TrimSpace(s), " ")
	from, to, two := strings.Cut(days, "/")
	if !two {
		to = from
	}
	first, err1 := interval.ParseDate(from)
	last, err2 := interval.ParseDate(to)
	if err1 != nil || err2 != nil {
		return Absence{}, fmt.Errorf("%q; write 2026-03-02/2026-03-06 vacation, or one day", s)
	}
	if last.Before(first) {
		return Absence{}, fmt.Errorf("%q is backwards: it ends before it begins", s)
	}
	return Absence{first, last, strings.TrimSpace(reason)}, nil
}

// parseAvailable reads windows by weekday: mon with 08:00-12:00 13:00-18:00. None at all
// mean always, a weekday left out means not on that day.
func parseAvailable(entries map[string]string) (*interval.Week, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	var week interval.Week
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		d, err := weekday(name)
		if err != nil {
			return nil, err
		}
		if week[d] != nil {
			return nil, fmt.Errorf("%s is there twice", d)
		}
		last := 0
		for text := range strings.FieldsSeq(entries[name]) {
			s, err := interval.ParseSpan(text)
			if err != nil {
				return nil, fmt.Errorf("%s %s: a window is written 08:00-18:00 and ends after it begins; one over midnight is two, such as mon 22:00-24:00 and tue 00:00-06:00", name, text)
			}
			if s.Open < last {
				return nil, fmt.Errorf("%s %s: windows ascend and do not overlap", name, entries[name])
			}
			last = s.Close
			week[d] = append(week[d], s)
		}
		if len(week[d]) == 0 {
			return nil, fmt.Errorf("%s has no window; leave the weekday out", name)
		}
	}
	return &week, nil
}

// parseTarget reads a kind of shift, a weekday, a date, or a kind and one of the two,
// such as night, sat, 2026-03-07, night sat. Known says whether a kind exists.
func parseTarget(s string, known func(string) bool) (Target, error) {
	var t Target
	var rest []string
	for word := range strings.FieldsSeq(s) {
		if d, err := interval.ParseDate(word); err == nil {
			t.Date = d
		} else if d, err := weekday(word); err == nil {
			t.Weekday, t.OnDay = d, true
		} else {
			rest = append(rest, word)
		}
	}
	t.Shift = strings.Join(rest, " ")
	if t.Shift != "" && !known(t.Shift) || t == (Target{}) {
		return t, fmt.Errorf("%q: there is no shift, weekday or date %q; write a shift's name, sat, 2026-03-07, or a name and a day", s, t.Shift)
	}
	return t, nil
}

// parseWish reads a target with points behind a star: night sat *3. One point is meant
// where none are given.
func parseWish(s string, sign int, known func(string) bool) (Wish, error) {
	text, points, starred := strings.Cut(s, "*")
	n := 1
	if starred {
		var err error
		if n, err = strconv.Atoi(strings.TrimSpace(points)); err != nil || n < 1 || n > 9 {
			return Wish{}, fmt.Errorf("%q: points after the star are 1 to 9", s)
		}
	}
	t, err := parseTarget(text, known)
	return Wish{t, sign * n}, err
}

// parseHours reads hours a week, 24-40 or 40, as minutes.
func parseHours(s string) (least, most int, err error) {
	from, to, two := strings.Cut(s, "-")
	if !two {
		from, to = "0", s
	}
	a, err1 := strconv.ParseFloat(strings.TrimSpace(from), 64)
	b, err2 := strconv.ParseFloat(strings.TrimSpace(to), 64)
	if err1 != nil || err2 != nil || !(a >= 0 && b > 0 && b <= 168) {
		return 0, 0, fmt.Errorf("%q; write hours a week as 24-40, or 40", s)
	}
	if a > b {
		return 0, 0, fmt.Errorf("%q is backwards: the least comes first", s)
	}
	return int(math.Round(60 * a)), int(math.Round(60 * b)), nil
}
