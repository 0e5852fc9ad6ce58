package impact

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// A Request is a department's written wish to use the number. Exactly one of the
// blocks at its end is given, the one that its Type names. What is not known is
// left out: every missing fact becomes a named assumption of the answer.
type Request struct {
	ID         string        `yaml:"id" json:"id"`
	Type       uplift.Kind   `yaml:"type" json:"type"`
	Title      string        `yaml:"title" json:"title"`
	Department string        `yaml:"department" json:"department"`
	Partner    bool          `yaml:"partner" json:"partner"`
	Received   interval.Date `yaml:"received" json:"received"`
	Start      interval.Date `yaml:"start" json:"start"`
	End        interval.Date `yaml:"end,omitempty" json:"end,omitzero"`
	// Status is pending, approved or declined, for the ledger; empty means pending.
	Status string `yaml:"status,omitempty" json:"status,omitempty"`
	// WrittenTo lists the offices that hold the written request.
	WrittenTo []string `yaml:"written_to" json:"written_to"`
	// Queues names the queues touched, each with its share of the effect; shares
	// that are all 0 mean "as the queues' own volume splits".
	Queues       []QueueShare `yaml:"queues" json:"queues"`
	ContentReady *bool        `yaml:"content_ready,omitempty" json:"content_ready,omitempty"`
	FeeAgreed    *bool        `yaml:"fee_agreed,omitempty" json:"fee_agreed,omitempty"`
	Languages    []string     `yaml:"languages,omitempty" json:"languages,omitempty"`
	// AHTSeconds is the handle time of the calls that the request brings, if it
	// differs from the queue's own.
	AHTSeconds *float64 `yaml:"aht_seconds,omitempty" json:"aht_seconds,omitempty"`
	Note       string   `yaml:"note,omitempty" json:"note,omitempty"`

	Mailing        *Mailing        `yaml:"mailing,omitempty" json:"mailing,omitempty"`
	Materials      *Reach          `yaml:"materials,omitempty" json:"materials,omitempty"`
	Program        *Program        `yaml:"program,omitempty" json:"program,omitempty"`
	Event          *Event          `yaml:"event,omitempty" json:"event,omitempty"`
	RouteIn        *RouteIn        `yaml:"route_in,omitempty" json:"route_in,omitempty"`
	RouteToIVR     *RouteToIVR     `yaml:"route_to_ivr,omitempty" json:"route_to_ivr,omitempty"`
	Callout        *Reach          `yaml:"callout,omitempty" json:"callout,omitempty"`
	OutageNotice   *Reach          `yaml:"outage_notice,omitempty" json:"outage_notice,omitempty"`
	Surge          *Surge          `yaml:"surge,omitempty" json:"surge,omitempty"`
	HoursChange    *HoursChange    `yaml:"hours_change,omitempty" json:"hours_change,omitempty"`
	SeatLoss       *SeatLoss       `yaml:"seat_loss,omitempty" json:"seat_loss,omitempty"`
	TransferChange *TransferChange `yaml:"transfer_change,omitempty" json:"transfer_change,omitempty"`
}

// A QueueShare is a queue and its part, 0 to 1, of a request's effect.
type QueueShare struct {
	Queue string  `yaml:"queue" json:"queue"`
	Share float64 `yaml:"share,omitempty" json:"share,omitempty"`
}

// Mailing is post to households. Pieces may be left out where waves carry them.
type Mailing struct {
	Pieces *float64 `yaml:"pieces,omitempty" json:"pieces,omitempty"`
	Class  string   `yaml:"class,omitempty" json:"class,omitempty"` // first or marketing
	Waves  []Wave   `yaml:"waves,omitempty" json:"waves,omitempty"`
}

// A Wave is the part of a mailing that is handed to the post on one day.
type Wave struct {
	Drop   interval.Date `yaml:"drop" json:"drop"`
	Pieces float64       `yaml:"pieces" json:"pieces"`
}

// Reach is a message to a number of people: print, call-out, notice.
type Reach struct {
	People *float64 `yaml:"people,omitempty" json:"people,omitempty"`
}

// Program is a new program or service.
type Program struct {
	CallsPerDay *float64 `yaml:"calls_per_day,omitempty" json:"calls_per_day,omitempty"`
	RampDays    *float64 `yaml:"ramp_days,omitempty" json:"ramp_days,omitempty"`
}

// Event is a public event.
type Event struct {
	Attendance *float64 `yaml:"attendance,omitempty" json:"attendance,omitempty"`
	Hours      string   `yaml:"hours,omitempty" json:"hours,omitempty"` // 10:00-18:00
}

// RouteIn brings a section's calls to the center, for good if the request has no end.
// How many they are is stated, or counted: PastVolume is the section's own record.
type RouteIn struct {
	CallsPerDay *float64 `yaml:"calls_per_day,omitempty" json:"calls_per_day,omitempty"`
	Share       *float64 `yaml:"share,omitempty" json:"share,omitempty"` // of those calls, 0 to 1
	// PastVolumeFile names the file that PastVolume was read from.
	PastVolumeFile string     `yaml:"past_volume_file,omitempty" json:"past_volume_file,omitempty"`
	PastVolume     []DayCalls `yaml:"-" json:"past_volume,omitempty"`
}

// DayCalls is how many calls a section had on a day.
type DayCalls struct {
	Date  interval.Date `json:"date"`
	Calls float64       `json:"calls"`
}

// RouteToIVR sends a topic's calls to the automated response, for good if the
// request has no end.
type RouteToIVR struct {
	CallsPerDay        *float64 `yaml:"calls_per_day,omitempty" json:"calls_per_day,omitempty"`
	Containment        *float64 `yaml:"containment,omitempty" json:"containment,omitempty"`
	ZeroOut            *float64 `yaml:"zero_out,omitempty" json:"zero_out,omitempty"`
	ResidualAHTSeconds *float64 `yaml:"residual_aht_seconds,omitempty" json:"residual_aht_seconds,omitempty"`
}

// Surge is an emergency: an outbreak, a storm, a water main.
type Surge struct {
	CallsPerDay *float64 `yaml:"calls_per_day,omitempty" json:"calls_per_day,omitempty"`
}

// SeatLoss takes workstations away: another center moves in, or its staff does.
type SeatLoss struct {
	Seats  *float64 `yaml:"seats,omitempty" json:"seats,omitempty"`
	To     string   `yaml:"to,omitempty" json:"to,omitempty"` // who takes them
	Triage *Triage  `yaml:"triage,omitempty" json:"triage,omitempty"`
}

// Triage is the second stage of a loss of seats: of the calls in the queues touched, a
// share is asked what it is about and handed to the staff who took the seats. They
// come as before, and each takes the center's agents less time.
type Triage struct {
	From    interval.Date `yaml:"from,omitempty" json:"from,omitzero"` // first day; left out: the start
	Share   *float64      `yaml:"share,omitempty" json:"share,omitempty"`
	Seconds *float64      `yaml:"seconds,omitempty" json:"seconds,omitempty"` // of an agent, per call handed on

	// Of the staff to whom they are handed: how many are on position, how long a call
	// takes them, and how many calls can wait or talk there at once.
	Agents     *float64 `yaml:"agents,omitempty" json:"agents,omitempty"`
	AHTSeconds *float64 `yaml:"aht_seconds,omitempty" json:"aht_seconds,omitempty"`
	Lines      *float64 `yaml:"lines,omitempty" json:"lines,omitempty"`
}

// TransferChange alters which calls 911 or non-emergency police hand over to the
// center, or take back.
type TransferChange struct {
	Line        string   `yaml:"line,omitempty" json:"line,omitempty"`                   // 911 or police
	CallsPerDay *float64 `yaml:"calls_per_day,omitempty" json:"calls_per_day,omitempty"` // below 0: taken back
}

// block is one type-specific part of a request.
type block struct {
	kind  uplift.Kind
	given bool
}

func (r Request) blocks() []block {
	return []block{
		{uplift.Mailing, r.Mailing != nil}, {uplift.Materials, r.Materials != nil},
		{uplift.Program, r.Program != nil}, {uplift.Event, r.Event != nil},
		{uplift.RouteIn, r.RouteIn != nil}, {uplift.RouteToIVR, r.RouteToIVR != nil},
		{uplift.Callout, r.Callout != nil}, {uplift.OutageNotice, r.OutageNotice != nil},
		{uplift.Surge, r.Surge != nil}, {uplift.HoursChange, r.HoursChange != nil},
		{uplift.SeatLoss, r.SeatLoss != nil}, {uplift.TransferChange, r.TransferChange != nil},
	}
}

// Validate reports every fault of the request at once: missing facts of the
// heading, a block of another type, queues that the center does not have.
func (r Request) Validate(c Center) error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for _, f := range []struct{ name, value string }{{"id", r.ID}, {"title", r.Title}, {"department", r.Department}, {"type", string(r.Type)}} {
		if f.value == "" {
			fault("%s: is missing; every request has one", f.name)
		}
	}
	if r.Received.IsZero() {
		fault("received: is missing; write the day the request came in, YYYY-MM-DD")
	}
	if r.Start.IsZero() {
		fault("start: is missing; write the first day of the request, YYYY-MM-DD")
	}
	if !r.End.IsZero() && r.End.Before(r.Start) {
		fault("end: %s is before the start, %s", r.End, r.Start)
	}
	switch r.Status {
	case "", Pending, Approved, Declined:
	default:
		fault("status: %q; write pending, approved or declined, or leave it out", r.Status)
	}
	for _, b := range r.blocks() {
		if b.given && b.kind != r.Type {
			fault("%s: this block belongs to requests of type %s; the type is %s", blockName(b.kind), b.kind, r.Type)
		}
	}
	errs = append(errs, r.validQueues(c), r.validNumbers())
	return errors.Join(errs...)
}

func blockName(k uplift.Kind) string { return strings.ReplaceAll(string(k), "-", "_") }

func (r Request) validQueues(c Center) error {
	var errs []error
	sum, seen := 0.0, map[string]bool{}
	for _, q := range r.Queues {
		if _, ok := c.Queue(q.Queue); !ok {
			names := make([]string, len(c.Queues))
			for i, q := range c.Queues {
				names[i] = q.Name
			}
			errs = append(errs, fmt.Errorf("queues: the center has no queue %q; it has %s", q.Queue, strings.Join(names, ", ")))
		}
		if seen[q.Queue] {
			errs = append(errs, fmt.Errorf("queues: %q is named twice", q.Queue))
		}
		seen[q.Queue] = true
		if !(q.Share >= 0 && q.Share <= 1) {
			errs = append(errs, fmt.Errorf("queues: share %v of %q; write 0.25 for a quarter", q.Share, q.Queue))
		}
		sum += q.Share
	}
	if sum != 0 && math.Abs(sum-1) > 1e-6 {
		errs = append(errs, fmt.Errorf("queues: the shares sum to %v; they must sum to 1, or all be left out", sum))
	}
	return errors.Join(errs...)
}

// validNumbers checks every stated number: a count is not negative, a change is
// finite, a share lies between 0 and 1.
func (r Request) validNumbers() error {
	var errs []error
	count := func(name string, v *float64) {
		if v != nil && !(*v >= 0 && *v < 1e9) {
			errs = append(errs, fmt.Errorf("%s: %v; give a number from 0 up, or leave it out if it is not known", name, *v))
		}
	}
	share := func(name string, v *float64) {
		if v != nil && !(*v >= 0 && *v <= 1) {
			errs = append(errs, fmt.Errorf("%s: %v; write 0.25 for a quarter, or leave it out if it is not known", name, *v))
		}
	}
	change := func(name string, v *float64) {
		if v != nil && !(math.Abs(*v) < 1e9) {
			errs = append(errs, fmt.Errorf("%s: %v; give a number, below 0 for fewer calls, or leave it out if it is not known", name, *v))
		}
	}
	count("aht_seconds", r.AHTSeconds)
	if m := r.Mailing; m != nil {
		count("mailing.pieces", m.Pieces)
		errs = append(errs, m.validate(r))
	}
	for _, x := range []struct {
		name  string
		reach *Reach
	}{{"materials", r.Materials}, {"callout", r.Callout}, {"outage_notice", r.OutageNotice}} {
		if x.reach != nil {
			count(x.name+".people", x.reach.People)
		}
	}
	if p := r.Program; p != nil {
		count("program.calls_per_day", p.CallsPerDay)
		count("program.ramp_days", p.RampDays)
	}
	if e := r.Event; e != nil {
		count("event.attendance", e.Attendance)
		if e.Hours != "" {
			if _, err := interval.ParseSpan(e.Hours); err != nil {
				errs = append(errs, fmt.Errorf("event.hours: %w", err))
			}
		}
	}
	if x := r.RouteIn; x != nil {
		count("route_in.calls_per_day", x.CallsPerDay)
		share("route_in.share", x.Share)
		errs = append(errs, x.validate())
	}
	if x := r.RouteToIVR; x != nil {
		count("route_to_ivr.calls_per_day", x.CallsPerDay)
		share("route_to_ivr.containment", x.Containment)
		share("route_to_ivr.zero_out", x.ZeroOut)
		count("route_to_ivr.residual_aht_seconds", x.ResidualAHTSeconds)
	}
	if s := r.Surge; s != nil {
		count("surge.calls_per_day", s.CallsPerDay)
	}
	if x := r.HoursChange; x != nil {
		change("hours_change.calls_per_day", x.CallsPerDay)
		share("hours_change.lost", x.Lost)
		share("hours_change.new", x.New)
		errs = append(errs, x.validate(r))
	}
	if s := r.SeatLoss; s != nil {
		count("seat_loss.seats", s.Seats)
		if t := s.Triage; t != nil {
			share("seat_loss.triage.share", t.Share)
			count("seat_loss.triage.seconds", t.Seconds)
			count("seat_loss.triage.agents", t.Agents)
			if t.AHTSeconds != nil && !(*t.AHTSeconds > 0 && *t.AHTSeconds < 1e5) {
				errs = append(errs, fmt.Errorf("seat_loss.triage.aht_seconds: %v; give a number above 0, or leave it out if it is not known", *t.AHTSeconds))
			}
			if t.Lines != nil && !(*t.Lines >= 1 && *t.Lines <= mostLines && *t.Lines == math.Trunc(*t.Lines)) {
				errs = append(errs, fmt.Errorf("seat_loss.triage.lines: %v; give whole lines, 1 to %d, or leave it out if they are not known", *t.Lines, mostLines))
			}
			if !t.From.IsZero() && t.From.Before(r.Start) {
				errs = append(errs, fmt.Errorf("seat_loss.triage.from: %s is before the start, %s", t.From, r.Start))
			}
		}
	}
	if x := r.TransferChange; x != nil {
		change("transfer_change.calls_per_day", x.CallsPerDay)
		if x.Line != "" && x.Line != "911" && x.Line != "police" {
			errs = append(errs, fmt.Errorf("transfer_change.line: %q; write 911 or police, or leave it out", x.Line))
		}
	}
	return errors.Join(errs...)
}

func (x RouteIn) validate() error {
	var errs []error
	if x.CallsPerDay != nil && x.PastVolumeFile != "" {
		errs = append(errs, errors.New("route_in: calls_per_day and past_volume_file both say how many calls there are; keep one"))
	}
	for k, d := range x.PastVolume {
		switch {
		case d.Date.IsZero() || k > 0 && !d.Date.After(x.PastVolume[k-1].Date):
			errs = append(errs, fmt.Errorf("route_in.past_volume: day %q; give days in rising order, each once", d.Date))
		case !(d.Calls >= 0 && d.Calls < 1e7):
			errs = append(errs, fmt.Errorf("route_in.past_volume: %v calls on %s; give a number from 0 up", d.Calls, d.Date))
		}
	}
	return errors.Join(errs...)
}

func (m Mailing) validate(r Request) error {
	var errs []error
	if m.Class != "" && m.Class != "first" && m.Class != "marketing" {
		errs = append(errs, fmt.Errorf("mailing.class: %q; write first or marketing, or leave it out", m.Class))
	}
	sum := 0.0
	for i, w := range m.Waves {
		if w.Drop.IsZero() || w.Drop.Before(r.Start) {
			errs = append(errs, fmt.Errorf("mailing.waves[%d].drop: %q; give a day from the start, %s, on", i, w.Drop, r.Start))
		}
		if !(w.Pieces > 0 && w.Pieces < 1e9) {
			errs = append(errs, fmt.Errorf("mailing.waves[%d].pieces: %v; give a number above 0", i, w.Pieces))
		}
		sum += w.Pieces
	}
	if m.Pieces != nil && len(m.Waves) > 0 && math.Abs(sum-*m.Pieces) > 0.5 {
		errs = append(errs, fmt.Errorf("mailing.pieces: %v, but the waves sum to %v", *m.Pieces, sum))
	}
	return errors.Join(errs...)
}
