package interval

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Span is a run of wall-clock time within a day: minutes after local midnight,
// Open included, Close not. 0 to 1440 is the whole day.
type Span struct{ Open, Close int }

// ParseSpan reads "08:00-17:30"; the end may be 24:00.
func ParseSpan(s string) (Span, error) {
	from, to, ok := strings.Cut(strings.TrimSpace(s), "-")
	if !ok {
		return Span{}, fmt.Errorf("interval: hours %q; write them as 08:00-17:30", s)
	}
	open, err1 := ParseClock(from)
	closing, err2 := ParseClock(to)
	if err := errors.Join(err1, err2); err != nil {
		return Span{}, fmt.Errorf("interval: hours %q; write them as 08:00-17:30", s)
	}
	if open >= closing {
		return Span{}, fmt.Errorf("interval: hours %q end before they begin; write an overnight span as two days", s)
	}
	return Span{open, closing}, nil
}

// ParseClock reads 08:00 as minutes after midnight; 24:00 is 1440.
func ParseClock(s string) (int, error) {
	s = strings.TrimSpace(s)
	if s == "24:00" {
		return 1440, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("interval: %q is not a time of day; write it as 08:00", s)
	}
	return 60*t.Hour() + t.Minute(), nil
}

// String returns the form that ParseSpan reads.
func (s Span) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.Open/60, s.Open%60, s.Close/60, s.Close%60)
}

// Minutes returns the length of the span.
func (s Span) Minutes() int { return s.Close - s.Open }

// A Week holds the opening hours of each weekday, indexed by time.Weekday; an
// empty day is closed.
type Week [7][]Span

// validSpans reports spans outside the day, empty, unordered or overlapping.
func validSpans(what string, spans []Span) error {
	last := 0
	for _, s := range spans {
		if s.Open < last || s.Close <= s.Open || s.Close > 1440 {
			return fmt.Errorf("%s: hours %v are out of order, overlap or leave the day", what, s)
		}
		last = s.Close
	}
	return nil
}

func (w Week) validate(what string) error {
	var errs []error
	for d, spans := range w {
		errs = append(errs, validSpans(what+" "+time.Weekday(d).String(), spans))
	}
	return errors.Join(errs...)
}

func (w Week) clone() Week {
	for d := range w {
		w[d] = slices.Clone(w[d])
	}
	return w
}
