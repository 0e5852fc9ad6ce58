package simulate

import (
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// small is a center of two pools and three queues with everything switched on.
func small(first, last string) Config {
	queue := func(name, pool string, volume float64) Queue {
		return Queue{
			Name: name, Pool: pool, Department: "county", Language: "en", DNIS: "+15550100311",
			Volume: volume, Week: Week{1.2, 1.05, 1, 1, 0.9, 0.25, 0}, DayShape: "day", DayCV: 0.05, HourCV: 0.05,
			IVR: Dist{MeanS: 20, CV: 0.5}, Containment: 0.05, SelfService: Dist{MeanS: 30, CV: 0.5},
			Patience: Dist{MeanS: 150, CV: 1}, Talk: Dist{MeanS: 180, CV: 0.8}, HoldShare: 0.2, Hold: Dist{MeanS: 40, CV: 0.5},
			Wrap: Dist{MeanS: 40, CV: 0.7}, Transfers: []Share{{"911", 0.01}, {"police-nonemergency", 0.05}},
			Reasons: []Share{{"bill", 0.4}, {"other", 0.6}}, Coded: 0.9,
		}
	}
	return Config{
		First: interval.MustDate(first), Last: interval.MustDate(last),
		AnswerTargetS: 30, DayCV: 0.05, Drift: Drift{0.05, 0.9}, AfterHours: 0.02, ClosedMessageS: 10, ServeOutS: 600,
		Callers: Callers{50000, 0.05}, Ring: Ring{Dist{MeanS: 4, CV: 0.4}, 0.03, 12}, Absence: 0.05,
		Redial: Redial{0.5, Dist{MeanS: 600, CV: 1}, 4}, Rebound: Rebound{0.4, 0.6},
		Shapes: map[string][]Knot{"day": {{480, 0.5}, {600, 1.3}, {960, 1}, {1140, 0.3}}},
		Queues: []Queue{queue("general", "english", 500), queue("water", "english", 200), queue("agua", "spanish", 120)},
		Kinds: Kinds{
			Mailing: Kind{0.012, 0.3, Shape{
				Delivery: map[string][]float64{"first": {0, 0.2, 0.5, 0.3}},
				Lag:      []Lag{{0.5, 0.5, 0, 0}, {0.5, 0, 4, 0.8}}, Carry: 0.9, DayCV: 0.1, Concentration: 40,
			}},
			Event:      Kind{0.02, 0.3, Shape{HalfLifeDays: 1, LeadDays: 2, LeadWeight: 0.4, Carry: 0.5, DayCV: 0.1}},
			RouteIn:    Kind{0.9, 0.1, Shape{RampDays: 3}},
			RouteToIVR: Kind{0.35, 0.1, Shape{RampDays: 3, Repeat: 0.2}},
		},
	}
}

// crewOf returns agents E01, E02, ... and S01, ... who work 08:00 to 18:00 on
// weekdays and 09:00 to 13:00 on Saturday, with two breaks.
func crewOf(english, spanish int) []AgentShift {
	var out []AgentShift
	for i := range english + spanish {
		name, pool := "E", "english"
		if i >= english {
			name, pool = "S", "spanish"
		}
		name += string([]byte{byte('0' + i/10%10), byte('0' + i%10)})
		for d := time.Monday; d <= time.Friday; d++ {
			out = append(out, AgentShift{name, pool, d, interval.Span{Open: 480, Close: 1080}, []interval.Span{
				{Open: 600 + 15*(i%4), Close: 615 + 15*(i%4)}, {Open: 720 + 30*(i%4), Close: 750 + 30*(i%4)},
			}})
		}
		out = append(out, AgentShift{name, pool, time.Saturday, interval.Span{Open: 540, Close: 780}, nil})
	}
	return out
}

// office is open 08:00 to 18:00 on weekdays, 09:00 to 13:00 on Saturday, closed
// on July 4 and for half a day on December 24.
func office(t testing.TB) *interval.Calendar {
	var w interval.Week
	for d := time.Monday; d <= time.Friday; d++ {
		w[d] = []interval.Span{{Open: 480, Close: 1080}}
	}
	w[time.Saturday] = []interval.Span{{Open: 540, Close: 780}}
	return calendar(t, []interval.Opening{{Week: w}}, []interval.Holiday{
		{Name: "Independence Day", Month: time.July, Day: 4, Observed: true},
		{Name: "Christmas Eve", Month: time.December, Day: 24, Hours: []interval.Span{{Open: 540, Close: 780}}},
	})
}

func calendar(t testing.TB, o []interval.Opening, h []interval.Holiday) *interval.Calendar {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	c, err := interval.NewCalendar(loc, o, h, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A recorder keeps a copy of every day.
type recorder struct{ days []DayLog }

func (r *recorder) Day(d *DayLog) error {
	c := *d
	c.Contacts = append([]Contact(nil), d.Contacts...)
	c.Events = append([]LogEvent(nil), d.Events...)
	r.days = append(r.days, c)
	return nil
}

func (r *recorder) contacts() []Contact {
	var all []Contact
	for _, d := range r.days {
		all = append(all, d.Contacts...)
	}
	return all
}

func run(t testing.TB, cfg Config, cal *interval.Calendar, roster []AgentShift, seed uint64) (Truth, *recorder) {
	t.Helper()
	var r recorder
	truth, err := Run(t.Context(), cfg, cal, roster, seed, &r)
	if err != nil {
		t.Fatal(err)
	}
	return truth, &r
}
