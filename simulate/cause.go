package simulate

import "github.com/ringtide/ringtide/interval"

// The kinds of cause.
const (
	Mailing    = "mailing"
	Event      = "event"
	RouteIn    = "route-in"
	RouteToIVR = "route-to-ivr"
	Outage     = "outage"
)

// A Cause is something that changed the number of calls on known days. What it
// adds to queue q on day d is Size × rate × Queues[q] × kernel(d); the kernel
// depends on the kind:
//
//   - mailing: waves, delivery days of the class, days from delivery to the call;
//   - event: a pulse over Date to End with a rise before it and a decay after;
//   - route-in: Size calls a day × week and year factor × (1 - exp(-t/ramp_days)),
//     from Date to End, or for good;
//   - route-to-ivr: nothing is added; rate × the same ramp × Queues[q] is the
//     probability that a call of Queues about Reason ends in the automated
//     response that is new to it;
//   - outage: no call gets through from From to To on each day Date to End.
//
// Calls that fall on a closed day, or on the closed part of a short one, move to
// the next open day, the share Carry of them each night.
type Cause struct {
	ID         string             `yaml:"id" json:"id"`
	Kind       string             `yaml:"kind" json:"kind"`
	Date       interval.Date      `yaml:"date" json:"date"` // drop, opening or first day
	End        interval.Date      `yaml:"end" json:"end"`   // last day, where there is one
	Size       float64            `yaml:"size" json:"size"` // pieces, attendance, calls a day
	Class      string             `yaml:"class" json:"class"`
	Waves      []Wave             `yaml:"waves" json:"waves"`   // none: all on Date
	Queues     map[string]float64 `yaml:"queues" json:"queues"` // split of the calls
	Reason     string             `yaml:"reason" json:"reason"` // what they are about; route-to-ivr: the topic
	Rate       float64            `yaml:"rate" json:"rate"`     // 0: drawn around the rate of the kind
	Shape      Shape              `yaml:"shape" json:"shape"`   // fields that differ from the shape of the kind
	TalkFactor float64            `yaml:"talk_factor" json:"talk_factor"`
	From       Clock              `yaml:"from" json:"from"` // outage: time of day; event: when its calls start on the day
	To         Clock              `yaml:"to" json:"to"`     // outage: end; 0 is the end of the day
	PulseM     float64            `yaml:"pulse_m" json:"pulse_m"`
	Note       string             `yaml:"note" json:"note"`
}

// A Wave is a part of a mailing, dropped AfterDays after its date.
type Wave struct {
	AfterDays int     `yaml:"after_days" json:"after_days"`
	Share     float64 `yaml:"share" json:"share"`
}

// Kinds holds what causes of a kind have in common.
type Kinds struct {
	Mailing    Kind `yaml:"mailing" json:"mailing"`
	Event      Kind `yaml:"event" json:"event"`
	RouteIn    Kind `yaml:"route_in" json:"route_in"`
	RouteToIVR Kind `yaml:"route_to_ivr" json:"route_to_ivr"`
}

// A Kind is a log-normal distribution of response rates, with mean Rate and
// standard deviation RateSD of the logarithm, and a shape.
type Kind struct {
	Rate   float64 `yaml:"rate" json:"rate"` // calls per unit of size; route-to-ivr: containment
	RateSD float64 `yaml:"rate_sd" json:"rate_sd"`
	Shape  Shape   `yaml:"shape" json:"shape"`
}

// A Shape tells how a response spreads over days.
type Shape struct {
	Delivery      map[string][]float64 `yaml:"delivery" json:"delivery"`             // mailing: by class, weights of 0, 1, ... days after the drop
	Lag           []Lag                `yaml:"lag" json:"lag"`                       // mailing: days from delivery to the call, a mixture
	HalfLifeDays  float64              `yaml:"half_life_days" json:"half_life_days"` // event: decay after it
	LeadDays      float64              `yaml:"lead_days" json:"lead_days"`           // event: half-life of the rise before it
	LeadWeight    float64              `yaml:"lead_weight" json:"lead_weight"`       // event: the day before against the day itself
	RampDays      float64              `yaml:"ramp_days" json:"ramp_days"`           // route-in, route-to-ivr
	Repeat        float64              `yaml:"repeat" json:"repeat"`                 // route-to-ivr: share of contained callers who call again that day
	Carry         float64              `yaml:"carry" json:"carry"`                   // mailing, event
	DayCV         float64              `yaml:"day_cv" json:"day_cv"`                 // gamma noise of a day's response
	Concentration float64              `yaml:"concentration" json:"concentration"`   // Dirichlet: how near a cause keeps to the weights; 0 is exactly
}

// A Lag is a component of a mixture: Geometric is the daily probability of
// calling, from day 0 on; else a log-normal delay with a median in days.
type Lag struct {
	Weight     float64 `yaml:"weight" json:"weight"`
	Geometric  float64 `yaml:"geometric" json:"geometric"`
	MedianDays float64 `yaml:"median_days" json:"median_days"`
	Sigma      float64 `yaml:"sigma" json:"sigma"`
}

// kind returns what the cause has in common with others; an outage has nothing.
func (k Kinds) kind(name string) Kind {
	switch name {
	case Mailing:
		return k.Mailing
	case Event:
		return k.Event
	case RouteIn:
		return k.RouteIn
	case RouteToIVR:
		return k.RouteToIVR
	}
	return Kind{}
}

// over returns base with the fields that s sets replaced.
func (s Shape) over(base Shape) Shape {
	if len(s.Delivery) > 0 {
		base.Delivery = s.Delivery
	}
	if len(s.Lag) > 0 {
		base.Lag = s.Lag
	}
	for _, f := range []struct {
		to   *float64
		from float64
	}{
		{&base.HalfLifeDays, s.HalfLifeDays}, {&base.LeadDays, s.LeadDays}, {&base.LeadWeight, s.LeadWeight},
		{&base.RampDays, s.RampDays}, {&base.Repeat, s.Repeat}, {&base.Carry, s.Carry},
		{&base.DayCV, s.DayCV}, {&base.Concentration, s.Concentration},
	} {
		if f.from != 0 {
			*f.to = f.from
		}
	}
	return base
}
