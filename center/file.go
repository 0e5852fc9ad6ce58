package center

import (
	"errors"
	"fmt"
	"time"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/internal/strict"
	"github.com/ringtide/ringtide/interval"
)

// centerFile is center.yaml.
type centerFile struct {
	Name         string             `yaml:"name"`
	Zone         string             `yaml:"zone"`
	Interval     duration           `yaml:"interval"`
	Service      serviceFile        `yaml:"service"`
	Confidence   float64            `yaml:"confidence"`
	Seats        int                `yaml:"seats"`
	Trunks       int                `yaml:"trunks"`
	Shrinkage    []impact.Shrinkage `yaml:"shrinkage"`
	ShortAbandon duration           `yaml:"short_abandon"`
	AHT          duration           `yaml:"aht"`
	Patience     duration           `yaml:"patience"`
	Hours        []hoursFile        `yaml:"hours"`
	Holidays     []holidayFile      `yaml:"holidays"`
	Closures     []closureFile      `yaml:"closures"`
	Queues       []queueFile        `yaml:"queues"`
	Patterns     []patternFile      `yaml:"patterns"`
	Tours        []tourFile         `yaml:"tours"`
	ShiftNotice  *int               `yaml:"shift_notice_days"`
	Measures     []impact.Measure   `yaml:"measures"`
}

type serviceFile struct {
	Formula      string   `yaml:"formula"`
	Share        float64  `yaml:"share"`
	Within       duration `yaml:"within"`
	MaxOccupancy float64  `yaml:"max_occupancy"`
}

type queueFile struct {
	Name       string      `yaml:"name"`
	Pool       string      `yaml:"pool"`
	Language   string      `yaml:"language"`
	Department string      `yaml:"department"`
	Hours      []hoursFile `yaml:"hours"`
}

// duration is a length of time as Go writes it: 30s, 15m, 1h30m.
type duration time.Duration

func (d *duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil || v < 0 {
		return fmt.Errorf("%q is no length of time; write 30s, 15m or 1h30m", b)
	}
	*d = duration(v)
	return nil
}

// ParseCenter reads center.yaml. The name of the file stands in errors.
func ParseCenter(file string, data []byte) (impact.Center, error) {
	var f centerFile
	if err := strict.YAML(file, data, &f); err != nil {
		return impact.Center{}, fmt.Errorf("center: %w", err)
	}
	c, err := f.center()
	if err != nil {
		return impact.Center{}, fmt.Errorf("center: %s: %w", file, oneLine(err))
	}
	return c, nil
}

func (f centerFile) center() (impact.Center, error) {
	loc, err := location(f.Zone)
	if err != nil {
		return impact.Center{}, err
	}
	cal, err := f.calendar(loc, f.Hours)
	if err != nil {
		return impact.Center{}, err
	}
	c := impact.Center{
		Name: f.Name, Calendar: cal, Step: time.Duration(f.Interval), Confidence: f.Confidence, Seats: f.Seats, Trunks: f.Trunks,
		Shrinkage: f.Shrinkage, ShortAbandon: time.Duration(f.ShortAbandon),
		AHT: time.Duration(f.AHT), Patience: time.Duration(f.Patience),
		ShiftNotice: f.ShiftNotice, Measures: f.Measures,
	}
	var errs []error
	c.Target, err = f.Service.target()
	errs = append(errs, err)
	for _, q := range f.Queues {
		own := cal
		if len(q.Hours) > 0 {
			if own, err = f.calendar(loc, q.Hours); err != nil {
				errs = append(errs, fmt.Errorf("queue %q: %w", q.Name, err))
			}
		}
		c.Queues = append(c.Queues, impact.Queue{Name: q.Name, Pool: q.Pool, Language: q.Language, Department: q.Department, Calendar: own})
	}
	for _, p := range f.Patterns {
		pattern, err := p.pattern()
		errs = append(errs, err)
		c.Patterns = append(c.Patterns, impact.ShiftPattern{Pattern: pattern, Pools: p.Pools})
	}
	for _, t := range f.Tours {
		tour, err := t.tour(c.Patterns)
		errs = append(errs, err)
		c.Tours = append(c.Tours, tour)
	}
	if err := errors.Join(errs...); err != nil {
		return impact.Center{}, err
	}
	return c, c.Validate()
}

func (s serviceFile) target() (impact.Target, error) {
	t := impact.Target{Share: s.Share, Within: time.Duration(s.Within), MaxOccupancy: s.MaxOccupancy}
	formula, err := erlang.ParseDefinition(s.Formula)
	if err != nil {
		return t, fmt.Errorf("service.formula: %w", err)
	}
	t.Formula = formula
	return t, nil
}

func (f centerFile) calendar(loc *time.Location, hours []hoursFile) (*interval.Calendar, error) {
	var openings []interval.Opening
	for _, h := range hours {
		openings = append(openings, h.opening())
	}
	var holidays []interval.Holiday
	var errs []error
	for _, h := range f.Holidays {
		v, err := h.holiday()
		errs = append(errs, err)
		holidays = append(holidays, v)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var closures []interval.Closure
	for _, c := range f.Closures {
		closures = append(closures, c.closure())
	}
	return interval.NewCalendar(loc, openings, holidays, closures)
}

// location loads an IANA zone. The empty name and "Local", which Go would take,
// would make the answer depend on the machine.
func location(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("zone: %q; name the center's IANA zone, such as America/New_York", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone: %q is no IANA zone; write one such as America/New_York", name)
	}
	return loc, nil
}

// oneLine joins the faults of a file into one line.
func oneLine(err error) error {
	return errors.New(joinLines(err.Error()))
}
