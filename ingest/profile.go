package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ringtide/ringtide/internal/strict"
	"github.com/ringtide/ringtide/lake"
)

// A Profile says how the columns of a file with one contact per row, or one interval of a
// queue, become the fields of a contact or of an interval fact; the file is delimited or
// JSON. A Profile from ParseProfile is valid.
type Profile struct {
	spec profileSpec
	hash string // of the text
	loc  *time.Location
}

// profileSpec is the text of a profile; docs/ingest.md explains each field.
type profileSpec struct {
	Profile   string                  `yaml:"profile"`
	Version   int                     `yaml:"version"`
	About     string                  `yaml:"about"`
	Source    string                  `yaml:"source"`
	File      string                  `yaml:"file"`
	Within    []string                `yaml:"within"`
	Rows      string                  `yaml:"rows"`
	Delimiter string                  `yaml:"delimiter"`
	Quotes    *bool                   `yaml:"quotes"`
	Header    bool                    `yaml:"header"`
	Columns   []string                `yaml:"columns"`
	Repair    string                  `yaml:"repair"`
	Zone      string                  `yaml:"zone"`
	Ambiguous string                  `yaml:"ambiguous"`
	Unknown   []string                `yaml:"unknown"`
	Decimal   string                  `yaml:"decimal"`
	ID        []string                `yaml:"id"`
	Visit     string                  `yaml:"visit"`
	Arrival   timeSpec                `yaml:"arrival"`
	Offset    *offsetSpec             `yaml:"offset"`
	Queued    *timeSpec               `yaml:"queued"`
	Answered  *timeSpec               `yaml:"answered"`
	Ended     *timeSpec               `yaml:"ended"`
	Queue     string                  `yaml:"queue"`
	Queues    map[string]string       `yaml:"queues"`
	DNIS      string                  `yaml:"dnis"`
	Language  string                  `yaml:"language"`
	Reason    string                  `yaml:"reason"`
	Agent     string                  `yaml:"agent"`
	Caller    string                  `yaml:"caller"`
	Transfer  *transferSpec           `yaml:"transfer"`
	Durations map[string]durationSpec `yaml:"durations"`
	Ignore    []ruleSpec              `yaml:"ignore"`
	Direction []ruleSpec              `yaml:"direction"`
	Outcome   []ruleSpec              `yaml:"outcome"`

	// Of rows that are intervals.
	Start   *timeSpec           `yaml:"start"`
	Length  string              `yaml:"length"`
	Minutes string              `yaml:"minutes"`
	Counts  map[string]string   `yaml:"counts"`
	Sums    map[string]sumSpec  `yaml:"sums"`
	Means   map[string]meanSpec `yaml:"means"`
	Target  string              `yaml:"target"`
	Short   string              `yaml:"short"`
	Partial map[string]words    `yaml:"partial"`
}

type timeSpec struct {
	Column  string   `yaml:"column"`
	Date    string   `yaml:"date"`
	Time    string   `yaml:"time"`
	Form    string   `yaml:"form"`
	Unknown []string `yaml:"unknown"`
}

type offsetSpec struct {
	Column string `yaml:"column"`
	Unit   string `yaml:"unit"`
}

type transferSpec struct {
	Column string `yaml:"column"`
	Kind   string `yaml:"kind"`
}

type durationSpec struct {
	Column  string   `yaml:"column"`
	Unit    string   `yaml:"unit"`
	Max     string   `yaml:"max"`
	Unknown []string `yaml:"unknown"`
}

type ruleSpec struct {
	When map[string]words `yaml:"when"`
	Is   string           `yaml:"is"`
}

// words is one word or a list of them.
type words []string

// UnmarshalYAML reads a word or a list of words.
func (w *words) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if unmarshal(&one) == nil {
		*w = words{one}
		return nil
	}
	return unmarshal((*[]string)(w))
}

// ParseProfile reads the YAML text of a profile. Unknown fields are errors, with their
// line; other faults are reported all at once. The file name is for messages.
func ParseProfile(file string, text []byte) (*Profile, error) {
	p := &Profile{}
	if err := strict.YAML(file, text, &p.spec); err != nil {
		return nil, fmt.Errorf("ingest: profile %w", err)
	}
	sum := sha256.Sum256(text)
	p.hash = hex.EncodeToString(sum[:])[:12]
	if err := p.complete(); err != nil {
		return nil, fmt.Errorf("ingest: profile %s: %w", file, err)
	}
	return p, nil
}

// Name returns the name of the profile, which is the name of its format.
func (p *Profile) Name() string { return p.spec.Profile }

// complete fills in defaults and checks all fields.
func (p *Profile) complete() error {
	s := &p.spec
	var errs []error
	fault := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	if s.Source == "" {
		s.Source = s.Profile
		if s.Rows == rowsCEL {
			s.Source = asteriskCEL.source
		}
	}
	errs = append(errs, s.checkRows())
	if s.Delimiter == "" {
		s.Delimiter = ","
	}
	fault(s.Profile != "" && s.Profile != FormatAuto && s.Profile != FormatQueueLog, "profile: give it a name other than %q and %q", FormatAuto, FormatQueueLog)
	fault(s.Version > 0, "version: must be 1 or more")
	fault(lake.ValidSource(s.Source) == nil, "source %q: use lower-case letters, digits, - and _", s.Source)
	fault(len(s.Delimiter) == 1 && !strings.ContainsAny(s.Delimiter, "\"\r\n"), "delimiter %q: must be one ASCII character", s.Delimiter)
	fault(s.Header || len(s.Columns) > 0 || p.json(), "columns: a file without a header needs the names of its columns, in order")
	fault(s.Repair == "" || s.Repair == "spaces", "repair %q: can be spaces", s.Repair)
	fault(s.Repair == "" || s.Delimiter != " ", "repair: spaces cannot stand for themselves")
	fault(s.Decimal == "" || s.Decimal == "." || s.Decimal == ",", "decimal %q: can be a point or a comma", s.Decimal)
	fault(slices.Contains([]string{"", "first", "order"}, s.Ambiguous), "ambiguous %q: can be first or order", s.Ambiguous)
	if s.Zone != "" {
		loc, err := time.LoadLocation(s.Zone)
		fault(err == nil && s.Zone != "Local", "zone %q: not an IANA zone such as America/New_York", s.Zone)
		p.loc = loc
	}
	switch s.Rows {
	case rowsIntervals:
		errs = append(errs, s.checkIntervals(), s.checkOffset())
	case rowsCEL:
		errs = append(errs, s.checkCEL())
	default:
		fault(len(s.ID) > 0, "id: name the column or columns that identify a contact")
		fault(len(s.Outcome) > 0, "outcome: give the rules that tell what became of a contact")
		errs = append(errs, s.checkTimes(), s.checkRules(), s.checkDurations())
	}
	return errors.Join(append(errs, s.checkColumns())...)
}

func (s *profileSpec) checkTimes() error {
	errs := []error{s.Arrival.check("arrival", false)}
	for _, t := range s.laterTimes() {
		errs = append(errs, t.check(t.name, true))
	}
	return errors.Join(append(errs, s.checkOffset())...)
}

func (s *profileSpec) checkOffset() error {
	if o := s.Offset; o != nil && (o.Column == "" || !slices.Contains([]string{"minutes", "hours", "text"}, o.Unit)) {
		return errors.New("offset: needs a column and a unit: minutes, hours or text (+05:30)")
	}
	return nil
}

type namedTime struct {
	name string
	*timeSpec
}

// laterTimes are the times after arrival that the profile has.
func (s *profileSpec) laterTimes() []namedTime {
	times := []namedTime{{"queued", s.Queued}, {"answered", s.Answered}, {"ended", s.Ended}}
	return slices.DeleteFunc(times, func(t namedTime) bool { return t.timeSpec == nil })
}

// The forms that are no layout of package time.
const (
	formRFC3339 = "rfc3339"
	formEpoch   = "epoch_s"
	formEpochMS = "epoch_ms"
)

func (t *timeSpec) check(name string, mayLackDate bool) error {
	one, two := t.Column != "", t.Time != ""
	switch {
	case one == two || one && t.Date != "":
		return fmt.Errorf("%s: name either a column, or a date and a time column", name)
	case two && t.Date == "" && !mayLackDate:
		return fmt.Errorf("%s: needs a date column", name)
	case t.Form == "":
		return fmt.Errorf("%s: needs a form: %s, %s, %s, or a layout such as \"2006-01-02 15:04:05\"", name, formRFC3339, formEpoch, formEpochMS)
	case t.special() && two:
		return fmt.Errorf("%s: the form %s is for one column", name, t.Form)
	case !t.special():
		if !layoutHasTime(t.Form) || (t.Date != "" || one) && !layoutHasDate(t.Form) {
			return fmt.Errorf("%s: the layout %q lacks a part; write how 2006-01-02 15:04:05 would look", name, t.Form)
		}
	}
	return nil
}

func (t *timeSpec) special() bool {
	return t.Form == formRFC3339 || t.Form == formEpoch || t.Form == formEpochMS
}

// layoutHasTime and layoutHasDate try a layout on two times that differ in one part.
func layoutHasTime(layout string) bool {
	a := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	return a.Format(layout) != a.Add(time.Hour).Format(layout) && a.Format(layout) != a.Add(time.Minute).Format(layout)
}

func layoutHasDate(layout string) bool {
	a := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	return a.Format(layout) != a.AddDate(1, 0, 0).Format(layout) && a.Format(layout) != a.AddDate(0, 1, 0).Format(layout) &&
		a.Format(layout) != a.AddDate(0, 0, 1).Format(layout)
}

func (s *profileSpec) checkRules() error {
	var errs []error
	for i, r := range s.Outcome {
		if _, err := lake.ParseOutcome(r.Is); err != nil {
			errs = append(errs, fmt.Errorf("outcome rule %d: no outcome %q", i+1, r.Is))
		}
	}
	for i, r := range s.Direction {
		if _, err := lake.ParseDirection(r.Is); err != nil {
			errs = append(errs, fmt.Errorf("direction rule %d: no direction %q; there are inbound, outbound and internal", i+1, r.Is))
		}
	}
	for i, r := range s.Ignore {
		if r.Is == "" || len(r.When) == 0 {
			errs = append(errs, fmt.Errorf("ignore rule %d: needs when, and a name for the kind in is", i+1))
		}
	}
	if t := s.Transfer; t != nil && (t.Column == "" || t.Kind != "blind" && t.Kind != "attended") {
		errs = append(errs, errors.New("transfer: needs a column and a kind: blind or attended"))
	}
	return errors.Join(errs...)
}

var durationNames = []string{"ivr", "wait", "ring", "talk", "hold", "wrap"}

// defaultMax caps a duration that a profile sets no cap for: no contact lasts longer.
const defaultMax = 12 * time.Hour

func (s *profileSpec) checkDurations() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(s.Durations)) {
		d := s.Durations[name]
		if !slices.Contains(durationNames, name) {
			errs = append(errs, fmt.Errorf("durations: no duration %q; there are %v", name, durationNames))
		}
		if d.Column == "" || !slices.Contains([]string{"s", "ms", "min", "clock"}, d.Unit) {
			errs = append(errs, fmt.Errorf("durations: %s needs a column and a unit: s, ms, min or clock (1:02:03)", name))
		}
		if _, err := d.limit(); err != nil {
			errs = append(errs, fmt.Errorf("durations: %s: max %q is no duration such as 6h", name, d.Max))
		}
	}
	return errors.Join(errs...)
}

func (d durationSpec) limit() (time.Duration, error) {
	if d.Max == "" {
		return defaultMax, nil
	}
	v, err := time.ParseDuration(d.Max)
	if err == nil && (v <= 0 || v > 500*time.Hour) {
		err = errors.New("out of range")
	}
	return v, err
}

// needed lists the columns the profile reads, in order and without repetition.
func (s *profileSpec) needed() []string {
	need := slices.Clone(s.ID)
	need = append(need, s.Arrival.Column, s.Arrival.Date, s.Arrival.Time)
	for _, t := range s.laterTimes() {
		need = append(need, t.Column, t.Date, t.Time)
	}
	if s.Rows == rowsIntervals {
		need = append(need, s.intervalNeeds()...)
	}
	need = append(need, s.Visit, s.Queue, s.DNIS, s.Language, s.Reason, s.Agent, s.Caller)
	if s.Offset != nil {
		need = append(need, s.Offset.Column)
	}
	if s.Transfer != nil {
		need = append(need, s.Transfer.Column)
	}
	for _, d := range s.Durations {
		need = append(need, d.Column)
	}
	for _, rules := range [][]ruleSpec{s.Ignore, s.Direction, s.Outcome} {
		for _, r := range rules {
			for column := range r.When {
				need = append(need, column)
			}
		}
	}
	slices.Sort(need)
	need = slices.Compact(need)
	return slices.DeleteFunc(need, func(c string) bool { return c == "" })
}

// checkColumns finds columns that are read but not among those listed.
func (s *profileSpec) checkColumns() error {
	if len(s.Columns) == 0 {
		return nil
	}
	var errs []error
	for _, c := range s.needed() {
		if !slices.Contains(s.Columns, c) {
			errs = append(errs, fmt.Errorf("column %q is read but not listed in columns", c))
		}
	}
	sorted := slices.Sorted(slices.Values(s.Columns))
	if len(slices.Compact(sorted)) != len(s.Columns) {
		errs = append(errs, errors.New("columns: a name occurs twice"))
	}
	return errors.Join(errs...)
}
