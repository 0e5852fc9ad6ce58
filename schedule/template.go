package schedule

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A Template is a weekly roster: who works when in a usual week.
type Template struct{ Rows []Row }

// A Row is one agent's day in a template. Times are minutes after midnight on the wall.
type Row struct {
	Agent   string // a label the center chose, unique to one person
	Pool    string
	Weekday time.Weekday
	Span    interval.Span
	Breaks  []interval.Span // in order, within Span
}

// mealMinutes is the length from which a break of a template is unpaid. Rest periods
// of about 20 minutes or less are working time, meal periods of 30 minutes or more are
// not: 29 CFR 785.18 and 785.19.
const mealMinutes = 30

// check reports what is wrong with the row: the number of its column in the file, and why.
func (r Row) check() (int, error) {
	if err := checkLabel(r.Agent); err != nil {
		return 0, err
	}
	if err := checkLabel(r.Pool); err != nil {
		return 1, err
	}
	if r.Weekday < time.Sunday || r.Weekday > time.Saturday {
		return 2, fmt.Errorf("weekday %d is unknown", int(r.Weekday))
	}
	if r.Span.Open < 0 || r.Span.Close > 1440 || r.Span.Close <= r.Span.Open {
		return 4, fmt.Errorf("shift %v ends before it begins or leaves the day; write an overnight shift as two rows", r.Span)
	}
	last := r.Span.Open
	for _, b := range r.Breaks {
		if b.Open < last || b.Close <= b.Open || b.Close > r.Span.Close {
			return 5, fmt.Errorf("break %v overlaps another, is out of order, or leaves the shift %v", b, r.Span)
		}
		last = b.Close
	}
	return 0, nil
}

// paid returns the paid minutes of the row.
func (r Row) paid() int {
	sum := r.Span.Minutes()
	for _, b := range r.Breaks {
		if b.Minutes() >= mealMinutes {
			sum -= b.Minutes()
		}
	}
	return sum
}

// Validate reports every fault of the template at once: those of rows, and agents who
// are in two places at a time.
func (t Template) Validate() error {
	var errs []error
	for i, r := range t.Rows {
		if _, err := r.check(); err != nil {
			errs = append(errs, fmt.Errorf("row %d: %w", i+1, err))
		}
	}
	for _, c := range t.clashes() {
		errs = append(errs, fmt.Errorf("rows %d and %d: %w", c.first+1, c.second+1, c.err(t)))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("schedule: roster template: %w", err)
	}
	return nil
}

// A clash is two rows of one agent that overlap.
type clash struct{ first, second int }

func (c clash) err(t Template) error {
	a, b := t.Rows[c.first], t.Rows[c.second]
	return fmt.Errorf("agent %s works %v and %v on %s; one agent cannot be in two places", a.Agent, a.Span, b.Span, weekdays[a.Weekday])
}

// clashes finds, for each row, an earlier overlapping one of the same agent and day.
func (t Template) clashes() []clash {
	order := make([]int, len(t.Rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := t.Rows[i], t.Rows[j]
		return cmp.Or(cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Weekday, b.Weekday), cmp.Compare(a.Span.Open, b.Span.Open), cmp.Compare(i, j))
	})
	var out []clash
	for n := 1; n < len(order); n++ {
		i, j := order[n-1], order[n]
		a, b := t.Rows[i], t.Rows[j]
		if a.Agent == b.Agent && a.Weekday == b.Weekday && b.Span.Open < a.Span.Close {
			out = append(out, clash{min(i, j), max(i, j)})
		}
	}
	slices.SortFunc(out, func(a, b clash) int { return cmp.Or(a.second-b.second, a.first-b.first) })
	return out
}

// Pools returns the names of the pools, sorted.
func (t Template) Pools() []string {
	var names []string
	for _, r := range t.Rows {
		names = append(names, r.Pool)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// PaidHours returns the paid hours of a usual week of one pool: shifts less breaks of
// 30 minutes or more (29 CFR 785.18 and 785.19).
func (t Template) PaidHours(pool string) float64 {
	sum := 0
	for _, r := range t.Rows {
		if r.Pool == pool {
			sum += r.paid()
		}
	}
	return float64(sum) / 60
}

// OnPosition returns the mean number of agents of the pool on position in each
// interval of g: on shift, not on a break, and within the opening hours of cal. An
// agent on position for half an interval counts half. Closed days have 0; a nil
// calendar is open around the clock. The wall clock of cal decides, to the minute:
// when the clocks go back, whoever works the repeated hour works it twice. A pool that
// Pools does not list has no agents.
func (t Template) OnPosition(pool string, g interval.Grid, cal *interval.Calendar) []float64 {
	loc := g.Location()
	if cal != nil {
		loc = cal.Location()
	}
	week := t.minutes(pool)
	var today interval.Date
	var agents [1440]float64
	samples := max(1, int(g.Step()/time.Minute))
	on := make([]float64, g.Len())
	for i := range on {
		for s := range samples {
			at := g.At(i).Add(g.Step() / time.Duration(samples) * time.Duration(s)).In(loc)
			if d := interval.DateOf(at); d != today {
				today, agents = d, openPart(week[d.Weekday()], d, cal)
			}
			h, m, _ := at.Clock()
			on[i] += agents[60*h+m]
		}
		on[i] /= float64(samples)
	}
	return on
}

// minutes counts the pool's agents on position in each minute of each weekday.
func (t Template) minutes(pool string) (week [7][1440]float64) {
	add := func(day *[1440]float64, s interval.Span, n float64) {
		for m := s.Open; m < s.Close; m++ {
			day[m] += n
		}
	}
	for _, r := range t.Rows {
		if r.Pool != pool {
			continue
		}
		add(&week[r.Weekday], r.Span, 1)
		for _, b := range r.Breaks {
			add(&week[r.Weekday], b, -1)
		}
	}
	return week
}

// openPart keeps of a day's agents the minutes at which the calendar is open on d.
func openPart(agents [1440]float64, d interval.Date, cal *interval.Calendar) [1440]float64 {
	if cal == nil {
		return agents
	}
	var kept [1440]float64
	for _, s := range cal.Plan(d).Hours {
		copy(kept[s.Open:s.Close], agents[s.Open:s.Close])
	}
	return kept
}

var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

var templateColumns = []string{"agent", "pool", "weekday", "start", "end", "breaks"}

// ReadTemplate reads a weekly roster from CSV text with the header
// agent,pool,weekday,start,end,breaks, a row per agent and day:
//
//	E01,english,mon,08:00,16:30,10:00-10:15 12:00-12:30 14:45-15:00
//
// Breaks are separated by spaces and may be empty. The name stands for the file in
// errors, which give line and column and what to do.
func ReadTemplate(r io.Reader, name string) (Template, error) {
	in, err := openTable(r, name, templateColumns...)
	if err != nil {
		return Template{}, err
	}
	var t Template
	var lines []int
	for err = in.next(); err == nil; err = in.next() {
		row, err := readRow(in)
		if err != nil {
			return Template{}, err
		}
		t.Rows, lines = append(t.Rows, row), append(lines, in.line())
	}
	if err != io.EOF {
		return Template{}, err
	}
	for _, c := range t.clashes() {
		return Template{}, fmt.Errorf("schedule: %s:%d: %w; see line %d", name, lines[c.second], c.err(t), lines[c.first])
	}
	return t, nil
}

func readRow(in *table) (Row, error) {
	row := Row{Agent: in.row[0], Pool: in.row[1], Weekday: time.Weekday(slices.Index(weekdays[:], in.row[2]))}
	if row.Weekday < 0 {
		return Row{}, in.fault(2, "%q is no weekday; write one of %s", in.row[2], strings.Join(weekdays[:], " "))
	}
	var err error
	if row.Span.Open, err = readClock(in.row[3]); err != nil {
		return Row{}, in.fault(3, "%w", err)
	}
	if row.Span.Close, err = readClock(in.row[4]); err != nil {
		return Row{}, in.fault(4, "%w", err)
	}
	for text := range strings.FieldsSeq(in.row[5]) {
		from, to, _ := strings.Cut(text, "-")
		open, err1 := readClock(from)
		closing, err2 := readClock(to)
		if err1 != nil || err2 != nil {
			return Row{}, in.fault(5, "break %q; write breaks as 10:00-10:15 with spaces between them", text)
		}
		row.Breaks = append(row.Breaks, interval.Span{Open: open, Close: closing})
	}
	if column, err := row.check(); err != nil {
		return Row{}, in.fault(column, "%w", err)
	}
	return row, nil
}

// readClock reads 08:00, two digits each, up to 24:00.
func readClock(s string) (int, error) {
	m, err := interval.ParseClock(s)
	if err != nil || s != clock(m) {
		return 0, fmt.Errorf("%q is not a time of day; write it as 08:00", s)
	}
	return m, nil
}

// WriteTemplate writes the form that ReadTemplate reads; reading it back gives t.
func WriteTemplate(w io.Writer, t Template) error {
	if err := t.Validate(); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Write(templateColumns) // the writer keeps its first error for Error
	for _, r := range t.Rows {
		breaks := make([]string, len(r.Breaks))
		for i, b := range r.Breaks {
			breaks[i] = b.String()
		}
		out.Write([]string{r.Agent, r.Pool, weekdays[r.Weekday], clock(r.Span.Open), clock(r.Span.Close), strings.Join(breaks, " ")})
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("schedule: write roster template: %w", err)
	}
	return nil
}
