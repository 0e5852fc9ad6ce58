package impact

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/fee"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

func date(s string) interval.Date { return interval.MustDate(s) }

// fixtureCenter is a small center of two pools and three queues, open on weekdays.
func fixtureCenter(t testing.TB) Center {
	t.Helper()
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	var week interval.Week
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []interval.Span{{Open: 480, Close: 1020}}
	}
	cal, err := interval.NewCalendar(loc, []interval.Opening{{Week: week}},
		[]interval.Holiday{{Name: "Independence Day", Class: "federal", Month: 7, Day: 4, Observed: true}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return Center{
		Name: "Fixture", Calendar: cal, Step: time.Hour, Confidence: 0.8, Seats: 60,
		Target:    Target{Formula: erlang.SLOffered, Share: 0.8, Within: 30 * time.Second, MaxOccupancy: 0.95},
		Shrinkage: []Shrinkage{{"absence", 0.1}},
		Queues: []Queue{
			{"general", "english", "en", "Executive", cal},
			{"water-en", "english", "en", "Water", cal},
			{"water-es", "spanish", "es", "Water", cal},
		},
		Patterns: []ShiftPattern{{Pattern: schedule.Pattern{
			Name: "part day", First: 480, Last: 780, Every: 60, Paid: 240, CentsPerHour: 4000,
		}}},
	}
}

// fixtureHistory is half a year of the fixture center that ends on 2026-05-31.
func fixtureHistory(t testing.TB) History {
	t.Helper()
	return historyOf(t, fixtureCenter(t), date("2025-12-01"), date("2026-05-31"), map[string]float64{"general": 400, "water-en": 250, "water-es": 60})
}

// historyOf draws the calls of a center: a weekday level, a day shape, a gamma factor
// per day, Poisson counts. Daily says how many come to each queue on a usual day.
func historyOf(t testing.TB, c Center, first, last interval.Date, daily map[string]float64) History {
	t.Helper()
	g, err := interval.DayGrid(first, last, c.Step, c.Calendar.Location())
	if err != nil {
		t.Fatal(err)
	}
	h := History{Center: c, Source: Source{Fingerprint: "fixture", Contacts: 1}}
	for k, q := range c.Queues {
		rng := rand.New(rand.NewPCG(7, uint64(k)))
		open := q.Calendar.Open(g)
		values, states := make([]float64, g.Len()), make([]interval.State, g.Len())
		for _, day := range g.Days() {
			factor := distuv.Gamma{Alpha: 400, Beta: 400, Src: rng}.Rand()
			if day.Date.Weekday() == time.Monday {
				factor *= 1.2
			}
			usual := 0
			for _, s := range q.Calendar.Usual(day.Date) {
				usual += s.Minutes()
			}
			for i := day.First; i < day.End; i++ {
				if !open[i] {
					states[i] = interval.Closed
					continue
				}
				shape := 1 + 0.4*math.Sin(math.Pi*float64(g.Minute(i)-480)/540)
				part := c.Step.Minutes() / float64(usual)
				values[i] = distuv.Poisson{Lambda: daily[q.Name] * part / 1.25 * factor * shape, Src: rng}.Rand()
			}
		}
		s, err := interval.NewSeries(q.Name, g, values, states)
		if err != nil {
			t.Fatal(err)
		}
		h.Queues = append(h.Queues, QueueHistory{Queue: q.Name, Queued: s, Recent: Work{
			Handled: 1000, HandleKnown: 1000, HandleSeconds: 280_000, Abandoned: 50, WaitSeconds: 12_000,
		}})
	}
	return h
}

func fixtureRequest() Request {
	yes, pieces := true, 40_000.0
	return Request{
		ID: "R-1", Type: uplift.Mailing, Title: "Notice", Department: "Water", Partner: true,
		Received: date("2026-05-20"), Start: date("2026-06-08"), WrittenTo: []string{"director"},
		Queues:       []QueueShare{{"water-en", 0.8}, {"water-es", 0.2}},
		ContentReady: &yes, FeeAgreed: &yes,
		Mailing: &Mailing{Pieces: &pieces, Class: "first"},
	}
}

func fixtureOptions() Options {
	return Options{
		Paths: 200, Seed: 1, Version: "test",
		Policy: Policy{
			Days:    "calendar",
			Written: &WrittenRule{"in writing", []string{"director"}},
			Notice: []NoticeRule{
				{ID: "partner", Rule: "a week", From: "partner", Types: uplift.Kinds(), Days: 7},
				{ID: "other", Rule: "two weeks", From: "other", Types: uplift.Kinds(), Days: 14},
			},
			Service:   &ServiceRule{"service", 0.6, 0.01},
			Seats:     &SeatRule{"seats", 2},
			Content:   &TypeRule{"content", uplift.Kinds()},
			Languages: &LanguageRule{"languages", []string{"en", "es"}, uplift.Kinds()},
			Fee:       &FeeRule{"fee", 1000},
			Conflict:  &ConflictRule{"conflict"},
		},
		Fees: fee.Schedule{Tariffs: []fee.Tariff{
			{ID: "call", Basis: fee.PerCall, Price: 120, From: date("2025-01-01")},
			{ID: "hour", Basis: fee.StaffHour, Price: 2000, From: date("2025-01-01")},
		}},
	}
}
