package center

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// kindOutage marks a row of events.csv that is no cause of calls but a hole in
// the records: its time is missing, not zero.
const kindOutage = "outage"

var eventColumns = []string{"event", "kind", "start", "end", "queues", "size", "class", "note"}

// Events is what events.csv tells: past and announced causes, outages, and what a person
// said of the proposals of ringtide forecast review.
type Events struct {
	Causes   []uplift.Cause
	Outages  []Outage
	Reviewed []Reviewed
}

// An Outage is a run of time in which nobody counted, [From, To).
type Outage struct {
	ID       string
	From, To time.Time
}

// ParseEvents reads events.csv. Queues must be queues of the center; an empty
// list means all. A level (a program, a routing) without an end is permanent.
func ParseEvents(file string, r io.Reader, c impact.Center) (Events, error) {
	cr := csv.NewReader(r)
	cr.FieldsPerRecord = len(eventColumns)
	head, err := cr.Read()
	if errors.Is(err, io.EOF) {
		return Events{}, fmt.Errorf("center: %s: the file is empty; its first line is %s", file, strings.Join(eventColumns, ","))
	}
	if err != nil || !slices.Equal(head, eventColumns) {
		return Events{}, fmt.Errorf("center: %s:1: the header is %q; write %s", file, strings.Join(head, ","), strings.Join(eventColumns, ","))
	}
	var out Events
	seen := map[string]bool{}
	for {
		row, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return Events{}, fmt.Errorf("center: %s:%w", file, rowError(err))
		}
		line, _ := cr.FieldPos(0)
		switch {
		case row[0] == "":
			err = errors.New("event: is missing; give every row an id of its own")
		case seen[row[0]]:
			err = fmt.Errorf("event %q is listed twice", row[0])
		default:
			seen[row[0]] = true
			err = out.add(row, c)
		}
		if err != nil {
			return Events{}, fmt.Errorf("center: %s:%d: %w", file, line, oneLine(err))
		}
	}
}

// rowError says on which line a row is no row of the table, and what to do.
func rowError(err error) error {
	bad, ok := errors.AsType[*csv.ParseError](err)
	switch {
	case !ok:
		return fmt.Errorf(" %w", err)
	case errors.Is(err, csv.ErrFieldCount):
		return fmt.Errorf("%d: a row has %d fields, separated by commas; write %s", bad.Line, len(eventColumns), strings.Join(eventColumns, ","))
	}
	return fmt.Errorf("%d: %w; put a text with commas or quotes in quotes, each quote in it twice", bad.Line, bad.Err)
}

func (e *Events) add(row []string, c impact.Center) error {
	if row[1] == kindOutage {
		o, err := outage(row, c)
		e.Outages = append(e.Outages, o)
		return err
	}
	if row[1] == forecast.Outlier || row[1] == forecast.LevelShift {
		r, err := reviewed(row, c)
		e.Reviewed = append(e.Reviewed, r...)
		return err
	}
	cause, err := cause(row, c)
	if err != nil {
		return err
	}
	e.Causes = append(e.Causes, cause)
	return cause.Validate()
}

func cause(row []string, c impact.Center) (uplift.Cause, error) {
	out := uplift.Cause{ID: row[0], Class: row[6], Note: row[7]}
	var err error
	if out.Kind, err = uplift.ParseKind(row[1]); err != nil {
		return out, fmt.Errorf("kind: %w, and %s, %s and %s", err, kindOutage, forecast.Outlier, forecast.LevelShift)
	}
	if out.Start, err = interval.ParseDate(row[2]); err != nil {
		return out, fmt.Errorf("start: %w", err)
	}
	if row[3] != "" {
		if out.End, err = interval.ParseDate(row[3]); err != nil {
			return out, fmt.Errorf("end: %w", err)
		}
	}
	if err := validClass(out); err != nil {
		return out, err
	}
	out.Permanent = out.End.IsZero() && permanentKind(out.Kind)
	if row[5] != "" {
		if out.Size, err = strconv.ParseFloat(row[5], 64); err != nil {
			return out, fmt.Errorf("size: %q is no number", row[5])
		}
	}
	out.Queues, err = shareList(row[4], c)
	return out, err
}

// validClass refuses a class that would set the cause apart from all others of its
// kind, as a misspelt one does.
func validClass(c uplift.Cause) error {
	switch {
	case c.Class == "":
		return nil
	case c.Kind != uplift.Mailing:
		return fmt.Errorf("class: %q; only a mailing has a class, leave the field empty", c.Class)
	case c.Class != "first" && c.Class != "marketing":
		return fmt.Errorf("class: %q; write first or marketing, or leave it empty", c.Class)
	}
	return nil
}

// permanentKind lists the causes that stay in force unless an end is given.
func permanentKind(k uplift.Kind) bool {
	switch k {
	case uplift.Program, uplift.HoursChange, uplift.RouteIn, uplift.RouteToIVR, uplift.TransferChange:
		return true
	}
	return false
}

// outage reads the start and the end of a hole: days, both included, or local
// times 2026-02-11T09:30.
func outage(row []string, c impact.Center) (Outage, error) {
	if row[5] != "" || row[6] != "" {
		return Outage{}, errors.New("an outage takes no size and no class")
	}
	queues, err := queueList(row[4], c)
	if err != nil {
		return Outage{}, err
	}
	if len(queues) != 0 && len(queues) != len(c.Queues) {
		return Outage{}, errors.New("queues: an outage is one of the whole phone system: list all queues, or leave the field empty")
	}
	loc := c.Calendar.Location()
	from, err := moment(row[2], loc, 0)
	if err != nil {
		return Outage{}, fmt.Errorf("start: %w", err)
	}
	end := row[3]
	if end == "" {
		end = row[2]
	}
	to, err := moment(end, loc, 1)
	if err != nil {
		return Outage{}, fmt.Errorf("end: %w", err)
	}
	if !from.Before(to) {
		return Outage{}, fmt.Errorf("the outage ends at %s, before it begins", end)
	}
	return Outage{row[0], from, to}, nil
}

func moment(s string, loc *time.Location, addDays int) (time.Time, error) {
	if d, err := interval.ParseDate(s); err == nil {
		return d.AddDays(addDays).Start(loc), nil
	}
	t, err := time.ParseInLocation("2006-01-02T15:04", s, loc)
	if err != nil {
		return t, fmt.Errorf("%q is no day and no time; write 2026-02-11 or 2026-02-11T09:30", s)
	}
	return t, nil
}

// shareList reads the queues of a cause, each with its share of the effect,
// general:0.66;water:0.34, or all without: general;water.
func shareList(s string, c impact.Center) ([]uplift.Share, error) {
	var out []uplift.Share
	var names []string
	stated, sum := 0, 0.0
	for item := range strings.SplitSeq(s, ";") {
		name, text, has := strings.Cut(strings.TrimSpace(item), ":")
		x := uplift.Share{Queue: strings.TrimSpace(name)}
		names = append(names, x.Queue)
		if has {
			var err error
			if x.Share, err = strconv.ParseFloat(strings.TrimSpace(text), 64); err != nil || !(x.Share > 0 && x.Share <= 1) {
				return nil, fmt.Errorf("queues: share %q of %q; write a number above 0, up to 1, as in general:0.66;water:0.34", text, x.Queue)
			}
			stated++
			sum += x.Share
		}
		if x.Queue != "" || has {
			out = append(out, x)
		}
	}
	if _, err := queueList(strings.Join(names, ";"), c); err != nil {
		return nil, err
	}
	switch {
	case stated != 0 && stated != len(out):
		return nil, errors.New("queues: some have a share and some have none; write all shares, or none: then the records decide")
	case stated != 0 && math.Abs(sum-1) > 1e-6:
		return nil, fmt.Errorf("queues: the shares sum to %v; they must sum to 1", sum)
	}
	return out, nil
}

// queueList splits the queues of a row, general;water-en, and checks that each is
// one of the center's and named once.
func queueList(s string, c impact.Center) ([]string, error) {
	var out []string
	for q := range strings.SplitSeq(s, ";") {
		q = strings.TrimSpace(q)
		_, ok := c.Queue(q)
		switch {
		case q == "":
			continue
		case !ok:
			return nil, fmt.Errorf("queues: the center has no queue %q; it has %s", q, queueNames(c))
		case slices.Contains(out, q):
			return nil, fmt.Errorf("queues: %q is named twice", q)
		}
		out = append(out, q)
	}
	return out, nil
}

func queueNames(c impact.Center) string {
	names := make([]string, len(c.Queues))
	for i, q := range c.Queues {
		names[i] = q.Name
	}
	return strings.Join(names, ", ")
}

// joinLines makes one line of the many that errors.Join writes.
func joinLines(s string) string { return strings.ReplaceAll(s, "\n", "; ") }
