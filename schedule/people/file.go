package people

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ringtide/ringtide/internal/strict"
	"github.com/ringtide/ringtide/interval"
)

// A Book is what a people file says: a problem without slots, and the kinds of shifts.
type Book struct {
	Problem Problem
	Kinds   []Kind // with hours, for a demand per weekday
	// terms are the skills and prices of kinds without hours, for a roster's patterns.
	terms   []Kind
	cents   int64 // price of an hour unfilled
	skills  []string
	closed  []interval.Closure
	persons []personFile
	rules   rulesFile
	name    string
}

// bookFile is the people file.
type bookFile struct {
	Zone       string            `yaml:"zone"`
	Start      interval.Date     `yaml:"start"`
	Weeks      int               `yaml:"weeks"`
	Night      *nightFile        `yaml:"night"`
	Weekend    []string          `yaml:"weekend"`
	Holidays   []interval.Date   `yaml:"holidays"`
	Closed     []string          `yaml:"closed"`
	Skills     []string          `yaml:"skills"`
	Unfilled   *int64            `yaml:"unfilled_cents_per_hour"`
	Weights    *weightsFile      `yaml:"weights"`
	Award      string            `yaml:"award"`
	RelaxCents *map[string]int64 `yaml:"relax_cents"`
	Rules      rulesFile         `yaml:"rules"`
	Shifts     []kindFile        `yaml:"shifts"`
	People     []personFile      `yaml:"people"`
}

type nightFile struct {
	Window string `yaml:"window"`
	Least  string `yaml:"least"` // of the window that makes a shift a night
}

type weightsFile struct {
	Weekend    *int64 `yaml:"weekend"`
	Night      *int64 `yaml:"night"`
	Hours      *int64 `yaml:"hours"`
	Preference *int64 `yaml:"preference"`
	Senior     *int64 `yaml:"senior"`
}

// rulesFile is limits, of everybody or of one person.
type rulesFile struct {
	Hours       string `yaml:"hours"` // 24-40, or 40
	Rest        string `yaml:"rest"`
	DaysOff     *int   `yaml:"days_off"`
	MaxRun      *int   `yaml:"max_run"`
	MaxWeekends *int   `yaml:"max_weekends"`
	MaxNights   *int   `yaml:"max_nights"`
	MaxNightRun *int   `yaml:"max_night_run"`
}

type kindFile struct {
	Name          string   `yaml:"name"`
	Pool          string   `yaml:"pool"`
	Hours         string   `yaml:"hours"`
	Breaks        string   `yaml:"breaks"` // 10:00-10:15 12:00-12:30
	PaidBreaks    bool     `yaml:"paid_breaks"`
	Agents        any      `yaml:"agents"`
	Skills        []string `yaml:"skills"`
	UnfilledCents int64    `yaml:"unfilled_cents"`
}

type personFile struct {
	Person         string            `yaml:"person"`
	Skills         []string          `yaml:"skills"`
	Seniority      int               `yaml:"seniority"`
	Available      map[string]string `yaml:"available"` // by weekday
	Absent         []string          `yaml:"absent"`
	Never          []string          `yaml:"never"`
	Likes          []string          `yaml:"likes"`
	Dislikes       []string          `yaml:"dislikes"`
	Fixed          []string          `yaml:"fixed"`
	WeekendsBefore int               `yaml:"weekends_before"`
	NightsBefore   int               `yaml:"nights_before"`
	RunBefore      int               `yaml:"run_before"`
	NightRunBefore int               `yaml:"night_run_before"`
	EndBefore      string            `yaml:"end_before"`
	Limits         rulesFile         `yaml:",inline"`

	line int // of a CSV row
}

// ParseBook reads a people file, YAML. Its zone may be left out where zone is not nil.
// The name stands for the file in errors.
func ParseBook(name string, data []byte, zone *time.Location) (*Book, error) {
	var f bookFile
	if err := strict.YAML(name, data, &f); err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	b := &Book{name: name, skills: f.Skills, persons: f.People, rules: f.Rules, cents: 20_000}
	b.Problem = Problem{Zone: zone, Start: f.Start, Weeks: f.Weeks, Night: Night{23 * 60, 6 * 60, 180}, Holidays: f.Holidays, Weights: DefaultWeights, Relax: DefaultRelax}
	if err := errors.Join(b.head(f), b.weigh(f), b.kinds(f)); err != nil {
		return nil, fmt.Errorf("people: %s: %w", name, firstOf(err))
	}
	return b, nil
}

// firstOf keeps the first of joined errors: one clear error.
func firstOf(err error) error {
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		return j.Unwrap()[0]
	}
	return err
}

func (b *Book) head(f bookFile) error {
	p := &b.Problem
	if f.Zone != "" {
		zone, err := time.LoadLocation(f.Zone)
		if err != nil || f.Zone == "Local" {
			return fmt.Errorf("zone %q is not an IANA zone such as America/New_York", f.Zone)
		}
		p.Zone = zone
	}
	switch {
	case p.Zone == nil:
		return errors.New("zone: name an IANA zone such as America/New_York")
	case f.Start.IsZero():
		return errors.New("start: give the first day, such as 2026-03-02")
	case f.Weeks < 1 || f.Weeks > maxWeeks:
		return fmt.Errorf("weeks: %d; give 1 to %d", f.Weeks, maxWeeks)
	}
	for _, name := range f.Weekend {
		d, err := weekday(name)
		if err != nil {
			return fmt.Errorf("weekend: %w", err)
		}
		p.Weekend = append(p.Weekend, d)
	}
	for i, s := range f.Skills {
		if s == "" || slices.Contains(f.Skills[:i], s) {
			return fmt.Errorf("skills: %q is empty or there twice", s)
		}
	}
	for _, text := range f.Closed {
		a, err := parseAbsence(text)
		if err != nil {
			return fmt.Errorf("closed: %w", err)
		}
		b.closed = append(b.closed, interval.Closure{Name: a.Reason, First: a.First, Last: a.Last})
	}
	return b.night(f.Night)
}

func (b *Book) night(n *nightFile) error {
	if n == nil {
		return nil
	}
	from, to, err := window(n.Window)
	if err != nil {
		return fmt.Errorf("night: %w", err)
	}
	least, err := time.ParseDuration(n.Least)
	if err != nil || least < time.Minute || least > 24*time.Hour {
		return fmt.Errorf("night: least %q; write it as 3h", n.Least)
	}
	b.Problem.Night = Night{from, to, int(least / time.Minute)}
	return nil
}

func (b *Book) weigh(f bookFile) error {
	if f.Unfilled != nil {
		if b.cents = *f.Unfilled; b.cents <= 0 || b.cents > 1_000_000 {
			return fmt.Errorf("unfilled_cents_per_hour: %d; give 1 to 1000000", b.cents)
		}
	}
	if w := f.Weights; w != nil {
		into := &b.Problem.Weights
		for _, x := range []struct{ from, to *int64 }{{w.Weekend, &into.Weekend}, {w.Night, &into.Night}, {w.Hours, &into.Hours}, {w.Preference, &into.Preference}, {w.Senior, &into.Senior}} {
			if x.from != nil {
				*x.to = *x.from
			}
		}
	}
	b.Problem.Award = Award(f.Award)
	if f.RelaxCents == nil {
		return nil
	}
	r := &b.Problem.Relax
	into := map[string]*int64{"rest": &r.RestHour, "hours": &r.OvertimeHour, "days_off": &r.DayOff, "max_run": &r.Run, "max_weekends": &r.Weekend,
		"max_nights": &r.Night, "max_night_run": &r.NightRun, "absent": &r.Absent, "available": &r.Available, "never": &r.NeverBentOnce}
	for _, rule := range slices.Sorted(maps.Keys(*f.RelaxCents)) {
		cents := (*f.RelaxCents)[rule]
		to, ok := into[rule]
		if !ok || cents < 0 || cents > maxPrice {
			return fmt.Errorf("relax_cents: %s: %d; rules with a price are absent, available, days_off, hours, max_night_run, max_nights, max_run, max_weekends, never and rest, prices 0 (never bent) to %d", rule, cents, maxPrice)
		}
		*to = cents
	}
	return nil
}

// kinds reads the shifts: those with hours are a demand, those without are terms for a
// roster's patterns.
func (b *Book) kinds(f bookFile) error {
	for i, k := range f.Shifts {
		kind := Kind{Name: k.Name, Pool: k.Pool, Skills: k.Skills, UnfilledCents: k.UnfilledCents, PaidBreaks: k.PaidBreaks}
		if k.Name == "" || strings.TrimSpace(k.Name) != k.Name {
			return fmt.Errorf("shifts: number %d has no name, or one with spaces around it", i+1)
		}
		if err := b.kind(&kind, k); err != nil {
			return fmt.Errorf("shifts: %q: %w", k.Name, err)
		}
		same := func(o Kind) bool { return o.Name == k.Name && o.Pool == k.Pool }
		if slices.ContainsFunc(b.terms, same) {
			return fmt.Errorf("shifts: %q is there twice", k.Name)
		}
		b.terms = append(b.terms, kind)
		if k.Hours != "" {
			b.Kinds = append(b.Kinds, kind)
		}
	}
	return nil
}

func (b *Book) kind(into *Kind, k kindFile) error {
	for _, s := range k.Skills {
		if !slices.Contains(b.skills, s) {
			return fmt.Errorf("skills: %q is unknown; skills are %s", s, strings.Join(b.skills, ", "))
		}
	}
	if k.UnfilledCents < 0 || k.UnfilledCents > maxPrice {
		return fmt.Errorf("unfilled_cents: %d; give 1 to %d", k.UnfilledCents, maxPrice)
	}
	if k.Hours == "" {
		if k.Agents != nil || k.Breaks != "" {
			return errors.New("agents and breaks need hours, such as 08:00-16:30")
		}
		return nil
	}
	var err error
	if into.Start, into.End, err = window(k.Hours); err != nil {
		return fmt.Errorf("hours: %w", err)
	}
	for text := range strings.FieldsSeq(k.Breaks) {
		span, err := interval.ParseSpan(text)
		if err != nil {
			return fmt.Errorf("breaks: %q; write 12:00-12:30", text)
		}
		if !into.holds(span) {
			return fmt.Errorf("breaks: %s leaves the shift, or they are out of order", text)
		}
		into.Breaks = append(into.Breaks, span)
	}
	into.Agents, err = agents(k.Agents)
	return err
}

// holds reports whether the break lies in the shift, after those before.
func (k Kind) holds(s interval.Span) bool {
	at := func(m int) int { return (m - k.Start + 1440) % 1440 }
	last := 0
	for _, b := range k.Breaks {
		last = at(b.Close)
	}
	return at(s.Open) >= last && at(s.Open)+s.Minutes() <= (k.End-k.Start+1439)%1440+1
}

// agents reads people a day: a number, or one for each weekday named.
func agents(v any) ([7]int, error) {
	var out [7]int
	const most = 2_000
	number := func(v any) (int, bool) {
		var n int
		if _, err := fmt.Sscan(fmt.Sprint(v), &n); err != nil || fmt.Sprint(v) != fmt.Sprint(n) || n < 0 || n > most {
			return 0, false
		}
		return n, true
	}
	if n, ok := number(v); ok && v != nil {
		for d := range out {
			out[d] = n
		}
		return out, nil
	}
	days, ok := v.(map[string]any)
	if !ok {
		return out, fmt.Errorf("agents: %v; give a number, or {mon: 4, tue: 4}", v)
	}
	for _, name := range slices.Sorted(maps.Keys(days)) {
		v := days[name]
		d, err := weekday(name)
		if err != nil {
			return out, fmt.Errorf("agents: %w", err)
		}
		if out[d], ok = number(v); !ok {
			return out, fmt.Errorf("agents: %s: %v; give 0 to %d", name, v, most)
		}
	}
	return out, nil
}
