package ingest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// meanSpec is a mean of a report with the count that it is the mean of.
type meanSpec struct {
	Column string `yaml:"column"`
	Unit   string `yaml:"unit"`
	Of     string `yaml:"of"`
}

// sumSpec is a sum of durations.
type sumSpec struct {
	Column string `yaml:"column"`
	Unit   string `yaml:"unit"`
}

// The lengths of intervals that are no number of minutes.
const (
	lengthDay   = "day"
	lengthMonth = "month"
)

// intervalCounts are the counts a profile can name. abandoned_all has the short ones in it.
var intervalCounts = map[string]func(*lake.Fact) *int64{
	"offered":         func(f *lake.Fact) *int64 { return &f.Offered },
	"handled":         func(f *lake.Fact) *int64 { return &f.Handled },
	"abandoned":       func(f *lake.Fact) *int64 { return &f.Abandoned },
	"abandoned_all":   func(f *lake.Fact) *int64 { return &f.Abandoned },
	"short_abandoned": func(f *lake.Fact) *int64 { return &f.ShortAbandoned },
	"blocked":         func(f *lake.Fact) *int64 { return &f.Blocked },
	"overflow_in":     func(f *lake.Fact) *int64 { return &f.OverflowIn },
	"overflow_out":    func(f *lake.Fact) *int64 { return &f.OverflowOut },
	"within":          func(f *lake.Fact) *int64 { return &f.Within },
}

// intervalTimes are the sums of durations a profile can name, or means of.
var intervalTimes = map[string]func(*lake.Fact) *int64{
	"talk":         func(f *lake.Fact) *int64 { return &f.Talk },
	"hold":         func(f *lake.Fact) *int64 { return &f.Hold },
	"wrap":         func(f *lake.Fact) *int64 { return &f.Wrap },
	"answer_wait":  func(f *lake.Fact) *int64 { return &f.AnswerMillis },
	"abandon_wait": func(f *lake.Fact) *int64 { return &f.AbandonMillis },
	"staffed":      func(f *lake.Fact) *int64 { return &f.Staffed },
}

var units = []string{"s", "ms", "min", "clock"}

// checkIntervals checks the fields of a profile whose rows are intervals, and that it has no
// fields of contacts.
func (s *profileSpec) checkIntervals() error {
	var errs []error
	fault := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	errs = append(errs, s.noContacts())
	if s.Start == nil {
		errs = append(errs, errors.New("start: name the column or columns that tell when an interval begins"))
	} else {
		errs = append(errs, s.checkStart())
	}
	length, err := time.ParseDuration(s.Length)
	fault(s.calendarLength() || s.Length == "" && s.Minutes != "" || err == nil && length >= time.Minute && length <= 24*time.Hour && length%time.Minute == 0,
		"length %q: 15m, 30m, 1h, day or month, or name the column that tells the minutes in minutes", s.Length)
	fault(s.Length == "" || s.Minutes == "", "length: say it either for all rows or with the column minutes")
	fault(len(s.Counts) > 0, "counts: name at least one column, such as offered: calls")
	names := slices.Sorted(maps.Keys(intervalCounts))
	for _, name := range slices.Sorted(maps.Keys(s.Counts)) {
		fault(intervalCounts[name] != nil, "counts: no count %q; there are %s", name, list(names))
		fault(s.Counts[name] != "", "counts: %s needs a column", name)
	}
	fault(s.Counts["abandoned"] == "" || s.Counts["abandoned_all"] == "", "counts: give abandoned or abandoned_all, not both")
	fault(s.Counts["abandoned_all"] == "" || s.Counts["short_abandoned"] != "", "counts: abandoned_all is for reports that tell short_abandoned too; without it name abandoned")
	errs = append(errs, s.checkIntervalTimes(), checkWait("target", s.Target, s.Counts["within"] != ""), checkWait("short", s.Short, s.Counts["short_abandoned"] != ""))
	if s.Partial != nil {
		fault(len(s.Partial) > 0, "partial: give a column and the words that mean an interval is not complete")
	}
	for i, r := range s.Ignore {
		fault(r.Is != "" && len(r.When) > 0, "ignore rule %d: needs when, and a name for the kind in is", i+1)
	}
	return errors.Join(errs...)
}

// checkStart checks when intervals begin. A day or a month is a date without a time.
func (s *profileSpec) checkStart() error {
	t := s.Start
	if !s.calendarLength() {
		return t.check("start", false)
	}
	a := time.Date(2001, 2, 3, 0, 0, 0, 0, time.UTC)
	dated := a.Format(t.Form) != a.AddDate(1, 0, 0).Format(t.Form) && a.Format(t.Form) != a.AddDate(0, 1, 0).Format(t.Form) &&
		(s.Length == lengthMonth || a.Format(t.Form) != a.AddDate(0, 0, 1).Format(t.Form))
	if t.Column == "" || t.Date+t.Time != "" || t.special() || !dated {
		return fmt.Errorf("start: a %s needs one column, and a form such as \"2006-01-02\"", s.Length)
	}
	return nil
}

func (s *profileSpec) calendarLength() bool { return s.Length == lengthDay || s.Length == lengthMonth }

// checkWait checks a threshold that belongs to a count.
func checkWait(name, text string, counted bool) error {
	d, err := time.ParseDuration(text)
	switch {
	case text == "":
		return nil
	case err != nil || d <= 0 || d > time.Hour || d%time.Millisecond != 0:
		return fmt.Errorf("%s: %q is no wait such as 20s", name, text)
	case !counted:
		return fmt.Errorf("%s: is the threshold of a count that the profile does not name", name)
	}
	return nil
}

func (s *profileSpec) checkIntervalTimes() error {
	var errs []error
	names := list(slices.Sorted(maps.Keys(intervalTimes)))
	for _, name := range slices.Sorted(maps.Keys(s.Sums)) {
		t := s.Sums[name]
		if intervalTimes[name] == nil || t.Column == "" || !slices.Contains(units, t.Unit) {
			errs = append(errs, fmt.Errorf("sums: %s: one of %s, with a column and a unit: s, ms, min or clock (1:02:03)", name, names))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Means)) {
		t := s.Means[name]
		if intervalTimes[name] == nil || name == "staffed" || t.Column == "" || !slices.Contains(units, t.Unit) {
			errs = append(errs, fmt.Errorf("means: %s: one of %s, with a column and a unit: s, ms, min or clock (1:02:03)", name, names))
		}
		if intervalCounts[t.of(name)] == nil || s.Counts[t.of(name)] == "" {
			errs = append(errs, fmt.Errorf("means: %s is the mean of %q, which counts do not name; say in of what it is the mean of", name, t.of(name)))
		}
		if _, twice := s.Sums[name]; twice {
			errs = append(errs, fmt.Errorf("means: %s is among the sums", name))
		}
	}
	return errors.Join(errs...)
}

// of returns the count that a mean is the mean of.
func (m meanSpec) of(name string) string {
	switch {
	case m.Of != "":
		return m.Of
	case name == "abandon_wait":
		return "abandoned"
	}
	return "handled"
}

// intervalNeeds lists the columns of an interval profile.
func (s *profileSpec) intervalNeeds() []string {
	need := slices.Concat(slices.Collect(maps.Values(s.Counts)), []string{s.Minutes, s.Queue})
	if s.Start != nil {
		need = append(need, s.Start.Column, s.Start.Date, s.Start.Time)
	}
	for _, t := range s.Sums {
		need = append(need, t.Column)
	}
	for _, t := range s.Means {
		need = append(need, t.Column)
	}
	return append(need, slices.Collect(maps.Keys(s.Partial))...)
}

// An intervalMapper is a profile of interval reports bound to the columns of a file.
type intervalMapper struct {
	*intervalReader
	m       *mapper // text, null words and rules
	p       *Profile
	start   timeColumn
	seconds int64
	month   bool
	days    int
	at      func(string) int
	partial rule
}

func (p *Profile) bindIntervals(l *load, f *file, columns []string) *intervalMapper {
	s := &p.spec
	m := p.bind(columns, f.source, l.opts.Zone, l.hash)
	r := &intervalMapper{intervalReader: l.intervals(f), m: m, p: p, start: m.arrival}
	if p.loc != nil {
		r.clock = &clock{f: f, zone: &wall{loc: p.loc}, name: p.loc.String()}
	}
	switch s.Length {
	case lengthDay:
		r.days = 1
	case lengthMonth:
		r.month = true
	default:
		d, _ := time.ParseDuration(s.Length) // checked by ParseProfile
		r.seconds = int64(d / time.Second)
	}
	r.at = func(name string) int { return slices.Index(columns, name) }
	if len(s.Partial) > 0 {
		r.partial = bindRules([]ruleSpec{{When: s.Partial}}, r.at, func(string) uint8 { return 0 })[0]
	}
	return r
}

// row takes in one row.
func (r *intervalMapper) row(line int64, fields [][]byte, ill bool) (*reject, error) {
	for i, b := range fields {
		fields[i] = trim(b)
	}
	if rule := match(r.m.ignore, fields); rule != nil {
		r.f.ignore(rule.is)
		return nil, nil
	}
	at, bad := r.span(fields)
	if bad != nil {
		return bad, nil
	}
	seconds := r.seconds
	if minutes := r.p.spec.Minutes; minutes != "" {
		n, ok := parseCount(r.m.text(fields, r.at(minutes)))
		if !ok || n < 1 || n > 1440 {
			return &reject{reasonDuration, minutes}, nil
		}
		seconds = n * 60
	}
	native := string(r.m.text(fields, r.m.queue))
	queue := native
	if name, ok := r.p.spec.Queues[native]; ok {
		queue = name
	}
	switch {
	case r.m.queue < 0:
		queue = r.f.source
		native = queue
	case queue == "":
		return &reject{reasonKey, r.p.spec.Queue}, nil
	}
	fact := r.fact(at, seconds, queue)
	fact.QueueNative = native
	if ill {
		fact.Flags |= lake.FlagEncoding
	}
	if bad := r.numbers(fields, &fact); bad != nil {
		return bad, nil
	}
	if bad := r.put(line, &fact); bad != nil {
		return bad, nil
	}
	r.used()
	return nil, nil
}

// span reads when the interval begins.
func (r *intervalMapper) span(fields [][]byte) (span, *reject) {
	t, err := r.start.form.parse(r.m.timeText(&r.start, fields))
	if err != nil {
		return span{}, &reject{reasonTime, r.start.label}
	}
	if r.m.offset >= 0 && !t.instant {
		if t.offset, err = parseOffset(r.m.text(fields, r.m.offset), r.p.spec.Offset.Unit); err != nil {
			return span{}, &reject{reasonOffset, r.p.spec.Offset.Column}
		}
		t.micros -= t.offset * 1e6
		t.instant, t.zoned = true, true
	}
	s := span{reading: t, days: r.days}
	if r.month {
		begins := time.UnixMicro(t.micros).UTC()
		s.days = int(daysIn(int64(begins.Year()), int64(begins.Month())))
	}
	return s, nil
}

// numbers reads counts, sums and means. What is empty stays unknown.
func (r *intervalMapper) numbers(fields [][]byte, fact *lake.Fact) *reject {
	s := &r.p.spec
	for name, column := range s.Counts {
		n, ok := parseCount(r.number(fields, column))
		if !ok {
			return &reject{reasonCount, column}
		}
		*intervalCounts[name](fact) = n
	}
	all := fact.Abandoned
	if s.Counts["abandoned_all"] != "" && all >= 0 {
		if fact.ShortAbandoned > all {
			return &reject{reasonCount, s.Counts["abandoned_all"]}
		}
		fact.Abandoned -= max(fact.ShortAbandoned, 0)
	}
	if fact.Within >= 0 {
		fact.WithinMillis = waitMillis(s.Target)
	}
	if fact.ShortAbandoned >= 0 {
		fact.ShortMillis = waitMillis(s.Short)
	}
	for name, t := range s.Sums {
		ms, bad := r.millis(fields, t.Column, t.Unit)
		if bad != nil {
			return bad
		}
		*intervalTimes[name](fact) = ms
	}
	for name, t := range s.Means {
		ms, bad := r.millis(fields, t.Column, t.Unit)
		if bad != nil {
			return bad
		}
		of := *intervalCounts[t.of(name)](fact)
		if t.of(name) == "abandoned_all" {
			of = all
		}
		if ms >= 0 && of >= 0 {
			*intervalTimes[name](fact) = ms * of
		}
	}
	if len(r.partial.when) > 0 {
		fact.Partial = match([]rule{r.partial}, fields) != nil
	}
	return nil
}

func waitMillis(text string) int64 {
	d, err := time.ParseDuration(text)
	if err != nil {
		return -1
	}
	return d.Milliseconds()
}

// number returns a field as a number is written with a decimal point.
func (r *intervalMapper) number(fields [][]byte, column string) []byte {
	b := r.m.text(fields, r.at(column))
	if r.p.spec.Decimal == "," {
		b = withPoint(b)
	}
	return b
}

// millis reads a duration; -1 is unknown.
func (r *intervalMapper) millis(fields [][]byte, column, unit string) (int64, *reject) {
	b := r.number(fields, column)
	if len(b) == 0 {
		return -1, nil
	}
	ms, err := parseMillis(b, unit)
	if err != nil || ms < 0 {
		return 0, &reject{reasonDuration, column}
	}
	return ms, nil
}
