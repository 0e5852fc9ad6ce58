package center

import (
	"fmt"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// spans is a list of opening hours as people write it, "08:00-12:00 13:00-17:00";
// "closed" and an empty text mean no hours.
type spans []interval.Span

func (s *spans) UnmarshalText(b []byte) error {
	*s = spans{}
	text := strings.TrimSpace(string(b))
	if text == "closed" {
		return nil
	}
	for _, part := range strings.Fields(text) {
		span, err := interval.ParseSpan(part)
		if err != nil {
			return err
		}
		*s = append(*s, span)
	}
	return nil
}

// hoursFile is a weekly timetable; a day that is left out is closed.
type hoursFile struct {
	From interval.Date `yaml:"from"`
	Mon  spans         `yaml:"mon"`
	Tue  spans         `yaml:"tue"`
	Wed  spans         `yaml:"wed"`
	Thu  spans         `yaml:"thu"`
	Fri  spans         `yaml:"fri"`
	Sat  spans         `yaml:"sat"`
	Sun  spans         `yaml:"sun"`
}

func (h hoursFile) opening() interval.Opening {
	return interval.Opening{From: h.From, Week: interval.Week{
		time.Sunday: h.Sun, time.Monday: h.Mon, time.Tuesday: h.Tue, time.Wednesday: h.Wed,
		time.Thursday: h.Thu, time.Friday: h.Fri, time.Saturday: h.Sat,
	}}
}

// holidayFile is one rule; see docs/files.md for its four forms.
type holidayFile struct {
	Name     string        `yaml:"name"`
	Class    string        `yaml:"class"`
	Date     interval.Date `yaml:"date"`
	Month    int           `yaml:"month"`
	Day      int           `yaml:"day"`
	Weekday  string        `yaml:"weekday"`
	Nth      int           `yaml:"nth"`
	Easter   bool          `yaml:"easter"`
	Offset   int           `yaml:"offset"`
	Observed bool          `yaml:"observed"`
	Hours    spans         `yaml:"hours"`
	From     int           `yaml:"from"`
	To       int           `yaml:"to"`
}

func (h holidayFile) holiday() (interval.Holiday, error) {
	out := interval.Holiday{
		Name: h.Name, Class: h.Class, Date: h.Date, Month: time.Month(h.Month), Day: h.Day, Nth: h.Nth,
		Easter: h.Easter, Offset: h.Offset, Observed: h.Observed, Hours: h.Hours, From: h.From, To: h.To,
	}
	if h.Weekday != "" {
		d, err := parseWeekday(h.Weekday)
		if err != nil {
			return out, fmt.Errorf("holiday %q: %w", h.Name, err)
		}
		out.Weekday = d
	}
	return out, nil
}

func parseWeekday(s string) (time.Weekday, error) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(s, d.String()) || strings.EqualFold(s, d.String()[:3]) {
			return d, nil
		}
	}
	return 0, fmt.Errorf("%q is no weekday; write mon, tue, wed, thu, fri, sat or sun", s)
}

type closureFile struct {
	Name  string        `yaml:"name"`
	First interval.Date `yaml:"first"`
	Last  interval.Date `yaml:"last"`
	Hours spans         `yaml:"hours"`
}

func (c closureFile) closure() interval.Closure {
	if c.Last.IsZero() {
		c.Last = c.First
	}
	return interval.Closure{Name: c.Name, First: c.First, Last: c.Last, Hours: c.Hours}
}
