package center

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// patternFile is one kind of shift.
type patternFile struct {
	Name         string        `yaml:"name"`
	Start        clockRange    `yaml:"start"` // 07:00-10:30, or one time
	Every        duration      `yaml:"every"` // step of the start
	Paid         duration      `yaml:"paid"`
	Breaks       []breakFile   `yaml:"breaks"`
	Spacing      duration      `yaml:"spacing"`
	Days         []string      `yaml:"days"`
	CentsPerHour int64         `yaml:"cents_per_hour"`
	Max          int           `yaml:"max"`
	Pools        []string      `yaml:"pools"`
	Premiums     []premiumFile `yaml:"premiums"`
	Notice       duration      `yaml:"notice"`
	CallCents    int64         `yaml:"call_cents"`
	Skills       []string      `yaml:"skills"`
}

// breakFile is time off position, at a distance from the start of the shift.
type breakFile struct {
	Length duration    `yaml:"length"`
	After  offsetRange `yaml:"after"` // 3h30m-5h
	Every  duration    `yaml:"every"`
	Paid   bool        `yaml:"paid"`
}

// clockRange is a first and a last time of day, in minutes after midnight.
type clockRange struct{ first, last int }

func (c *clockRange) UnmarshalText(b []byte) error {
	from, to, two := strings.Cut(string(b), "-")
	var err1, err2 error
	c.first, err1 = interval.ParseClock(from)
	c.last = c.first
	if two {
		c.last, err2 = interval.ParseClock(to)
	}
	if err := errors.Join(err1, err2); err != nil || c.last < c.first {
		return fmt.Errorf("start times %q; write 07:00-10:30, or one time", b)
	}
	return nil
}

// clockSpan is a span of the clock that may go over midnight.
type clockSpan struct{ first, last int }

func (c *clockSpan) UnmarshalText(b []byte) error {
	from, to, two := strings.Cut(string(b), "-")
	var err1, err2 error
	c.first, err1 = interval.ParseClock(from)
	c.last, err2 = interval.ParseClock(to)
	if err := errors.Join(err1, err2); err != nil || !two {
		return fmt.Errorf("window %q; write 22:00-06:00", b)
	}
	return nil
}

// offsetRange is a first and a last distance from the start of a shift, in minutes.
type offsetRange struct{ first, last int }

func (o *offsetRange) UnmarshalText(b []byte) error {
	from, to, two := strings.Cut(string(b), "-")
	if !two {
		to = from
	}
	first, err1 := time.ParseDuration(from)
	last, err2 := time.ParseDuration(to)
	if err := errors.Join(err1, err2); err != nil || last < first || first < 0 {
		return fmt.Errorf("distance %q from the start of the shift; write 3h30m-5h", b)
	}
	o.first, o.last = int(first/time.Minute), int(last/time.Minute)
	return nil
}

func (p patternFile) pattern() (schedule.Pattern, error) {
	out := schedule.Pattern{
		Name: p.Name, First: p.Start.first, Last: p.Start.last, Every: p.Every.minutes(), Paid: p.Paid.minutes(),
		Spacing: p.Spacing.minutes(), CentsPerHour: p.CentsPerHour, Max: p.Max,
		Notice: time.Duration(p.Notice), CallCents: p.CallCents, Skills: p.Skills,
	}
	for _, premium := range p.Premiums {
		v, err := premium.premium()
		if err != nil {
			return out, fmt.Errorf("pattern %q: %w", p.Name, err)
		}
		out.Premiums = append(out.Premiums, v)
	}
	for _, b := range p.Breaks {
		out.Breaks = append(out.Breaks, schedule.Break{
			Minutes: b.Length.minutes(), Earliest: b.After.first, Latest: b.After.last, Every: b.Every.minutes(), Paid: b.Paid,
		})
	}
	for _, name := range p.Days {
		d, err := parseWeekday(name)
		if err != nil {
			return out, fmt.Errorf("pattern %q: days: %w", p.Name, err)
		}
		out.Days = append(out.Days, d)
	}
	return out, out.Validate()
}

func (d duration) minutes() int { return int(time.Duration(d) / time.Minute) }
