package simulate

import (
	"fmt"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A Config is the latent truth of a simulated center; only the seed is apart.
// Shares and probabilities are 0 to 1; a value left out is 0 and means none.
type Config struct {
	First interval.Date `yaml:"first" json:"first"` // first simulated day
	Last  interval.Date `yaml:"last" json:"last"`   // last simulated day, included

	AnswerTargetS  float64 `yaml:"answer_target_s" json:"answer_target_s"`   // threshold of QueueDay.Within, s; changes no call
	Lines          int     `yaml:"lines" json:"lines"`                       // trunks; a call beyond them is blocked; 0 is no limit
	DayCV          float64 `yaml:"day_cv" json:"day_cv"`                     // busyness of a day, shared by all queues
	Drift          Drift   `yaml:"drift" json:"drift"`                       // slow rise and fall over weeks
	AfterHours     float64 `yaml:"after_hours" json:"after_hours"`           // calls from 06:00 to 22:00 as a share of volume; only those in closed time come
	ClosedMessageS float64 `yaml:"closed_message_s" json:"closed_message_s"` // how long such a call lasts, s
	ServeOutS      float64 `yaml:"serve_out_s" json:"serve_out_s"`           // how long after closing waiting callers are still served, s
	Callers        Callers `yaml:"callers" json:"callers"`
	Ring           Ring    `yaml:"ring" json:"ring"`
	Absence        float64 `yaml:"absence" json:"absence"` // probability that an agent is away on a rostered day
	Redial         Redial  `yaml:"redial" json:"redial"`
	Rebound        Rebound `yaml:"rebound" json:"rebound"`

	Shapes map[string][]Knot `yaml:"shapes" json:"shapes"` // named day shapes
	Queues []Queue           `yaml:"queues" json:"queues"`
	Kinds  Kinds             `yaml:"kinds" json:"kinds"`
	Causes []Cause           `yaml:"causes" json:"causes"`
}

// Drift is a stationary AR(1) process of the log rate, one step a day, with
// standard deviation SD and day-to-day correlation Persistence (below 1).
type Drift struct {
	SD          float64 `yaml:"sd" json:"sd"`
	Persistence float64 `yaml:"persistence" json:"persistence"`
}

// Callers says who calls: fictional numbers of the unassigned area code 555.
type Callers struct {
	Population int     `yaml:"population" json:"population"` // distinct numbers, 1 to 8,000,000; a few of them call often
	Withheld   float64 `yaml:"withheld" json:"withheld"`     // share of calls without a number
}

// Ring says how agents pick up.
type Ring struct {
	Answer   Dist    `yaml:"answer" json:"answer"`       // ringing before the agent answers
	NoAnswer float64 `yaml:"no_answer" json:"no_answer"` // probability that an offer rings out
	TimeoutS float64 `yaml:"timeout_s" json:"timeout_s"` // how long it then rings, s
}

// Redial says what becomes of callers who gave up, found all lines busy or
// called during an outage: with Probability they call again after Delay, if that
// is still the same day, up to Attempts calls in all.
type Redial struct {
	Probability float64 `yaml:"probability" json:"probability"`
	Delay       Dist    `yaml:"delay" json:"delay"`
	Attempts    int     `yaml:"attempts" json:"attempts"`
}

// Rebound says what becomes of calls that a holiday or an outage kept away:
// Share of them still come, and on each open day Pace of those left do.
type Rebound struct {
	Share float64 `yaml:"share" json:"share"`
	Pace  float64 `yaml:"pace" json:"pace"`
}

// A Knot is a point of a day shape: the relative arrival rate at a time of day.
// Between knots the rate is linear; before the first and after the last constant.
type Knot struct {
	At     Clock   `yaml:"at" json:"at"`
	Weight float64 `yaml:"weight" json:"weight"`
}

// A Queue is one line: its demand, its callers and its work.
type Queue struct {
	Name       string `yaml:"name" json:"name"`
	Pool       string `yaml:"pool" json:"pool"` // the agents who serve it
	Department string `yaml:"department" json:"department"`
	Language   string `yaml:"language" json:"language"`
	DNIS       string `yaml:"dnis" json:"dnis"` // number dialed

	Volume    float64           `yaml:"volume" json:"volume"`         // fresh calls on an open day with all factors 1
	Growth    float64           `yaml:"growth" json:"growth"`         // per year, 0.02 is two percent
	Week      Week              `yaml:"week" json:"week"`             // factor of each weekday
	Year      []float64         `yaml:"year" json:"year"`             // factor at the middle of each month, 12 of them
	DayShape  string            `yaml:"day_shape" json:"day_shape"`   // a name of Shapes
	DayShapes map[string]string `yaml:"day_shapes" json:"day_shapes"` // other shapes by weekday: mon, tue, ...
	DayCV     float64           `yaml:"day_cv" json:"day_cv"`         // busyness of a day of this queue
	HourCV    float64           `yaml:"hour_cv" json:"hour_cv"`       // busyness of an hour of this queue

	IVR         Dist    `yaml:"ivr" json:"ivr"`                   // automated response before the line
	Containment float64 `yaml:"containment" json:"containment"`   // share of calls that end there
	SelfService Dist    `yaml:"self_service" json:"self_service"` // their further time in it
	Patience    Dist    `yaml:"patience" json:"patience"`         // mean_s 0: callers never give up
	Talk        Dist    `yaml:"talk" json:"talk"`
	HoldShare   float64 `yaml:"hold_share" json:"hold_share"` // share of handled calls put on hold
	Hold        Dist    `yaml:"hold" json:"hold"`
	Wrap        Dist    `yaml:"wrap" json:"wrap"`

	Transfers []Share `yaml:"transfers" json:"transfers"` // shares of handled calls sent on; the rest end here
	Reasons   []Share `yaml:"reasons" json:"reasons"`     // what calls are about; shares sum to 1, or none
	Coded     float64 `yaml:"coded" json:"coded"`         // share of handled calls whose reason the agent notes
}

// Week holds a factor for each weekday.
type Week struct {
	Mon float64 `yaml:"mon" json:"mon"`
	Tue float64 `yaml:"tue" json:"tue"`
	Wed float64 `yaml:"wed" json:"wed"`
	Thu float64 `yaml:"thu" json:"thu"`
	Fri float64 `yaml:"fri" json:"fri"`
	Sat float64 `yaml:"sat" json:"sat"`
	Sun float64 `yaml:"sun" json:"sun"`
}

// On returns the factor of a weekday.
func (w Week) On(d time.Weekday) float64 {
	return [7]float64{w.Sun, w.Mon, w.Tue, w.Wed, w.Thu, w.Fri, w.Sat}[d]
}

// A Share is a name with its part of a whole.
type Share struct {
	Name  string  `yaml:"name" json:"name"`
	Share float64 `yaml:"share" json:"share"`
}

// A Clock is a time of day in minutes after midnight, written 08:30.
type Clock int

// UnmarshalText reads 08:30, or 24:00 for the end of the day.
func (c *Clock) UnmarshalText(b []byte) error {
	m, err := interval.ParseClock(string(b))
	*c = Clock(m)
	return err
}

// MarshalText gives the form that UnmarshalText reads.
func (c Clock) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%02d:%02d", int(c)/60, int(c)%60), nil
}
