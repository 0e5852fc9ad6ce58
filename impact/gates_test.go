package impact

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// Notice at one day less than asked, at the day, and at one day more; the earliest
// date is the one on which it passes, and a pass on that date is not by chance.
func TestNoticeGate(t *testing.T) {
	c := fixtureCenter(t)
	rules := []NoticeRule{
		{ID: "partner", Rule: "a week", From: "partner", Types: []uplift.Kind{uplift.Mailing, uplift.RouteIn}, Days: 7},
		{ID: "other", Rule: "two weeks", From: "other", Types: []uplift.Kind{uplift.Mailing}, Days: 14},
		{ID: "any", Rule: "a day", From: "any", Types: []uplift.Kind{uplift.Mailing, uplift.Callout}, Days: 1},
		{ID: "none", Rule: "none", From: "any", Types: []uplift.Kind{uplift.Surge}, Days: 0},
	}
	for _, tt := range []struct {
		name            string
		days            string
		kind            uplift.Kind
		partner         bool
		received, start string
		result          string // empty: the rule is not asked
		number, needed  float64
		earliest        string
	}{
		{"partner, six days", "calendar", uplift.Mailing, true, "2026-06-01", "2026-06-07", Fail, 6, 7, "2026-06-08"},
		{"partner, seven days", "calendar", uplift.Mailing, true, "2026-06-01", "2026-06-08", Pass, 7, 7, "2026-06-08"},
		{"partner, eight days", "calendar", uplift.Mailing, true, "2026-06-01", "2026-06-09", Pass, 8, 7, "2026-06-08"},
		{"other, thirteen days", "calendar", uplift.Mailing, false, "2026-06-01", "2026-06-14", Fail, 13, 14, "2026-06-15"},
		{"other, fourteen days", "calendar", uplift.Mailing, false, "2026-06-01", "2026-06-15", Pass, 14, 14, "2026-06-15"},
		{"a type that only a rule for anybody names", "calendar", uplift.Callout, false, "2026-06-01", "2026-06-01", Fail, 0, 1, "2026-06-02"},
		{"a type that only partners are asked about", "calendar", uplift.RouteIn, false, "2026-06-01", "2026-06-01", "", 0, 0, ""},
		{"a type without a rule", "calendar", uplift.Event, true, "2026-06-01", "2026-06-01", "", 0, 0, ""},
		{"a rule of no days", "calendar", uplift.Surge, true, "2026-06-01", "2026-06-01", Pass, 0, 0, "2026-06-01"},
		{"received after the start", "calendar", uplift.Mailing, true, "2026-06-10", "2026-06-08", Fail, -2, 7, "2026-06-17"},
		{"across the new year", "calendar", uplift.Mailing, true, "2026-12-28", "2027-01-04", Pass, 7, 7, "2027-01-04"},

		// Monday 1 June and seven business days: Wednesday of the week after.
		{"business, six days", "business", uplift.Mailing, true, "2026-06-01", "2026-06-09", Fail, 6, 7, "2026-06-10"},
		{"business, seven days", "business", uplift.Mailing, true, "2026-06-01", "2026-06-10", Pass, 7, 7, "2026-06-10"},
		{"business, eight days", "business", uplift.Mailing, true, "2026-06-01", "2026-06-11", Pass, 8, 7, "2026-06-10"},
		{"business, received on a Saturday", "business", uplift.Mailing, true, "2026-06-06", "2026-06-15", Fail, 6, 7, "2026-06-16"},
		{"business, starts on the Sunday after the seventh day", "business", uplift.Mailing, true, "2026-06-03", "2026-06-14", Pass, 7, 7, "2026-06-12"},
		// Friday 3 July 2026 is Independence Day as observed.
		{"business, the holiday does not count", "business", uplift.Mailing, true, "2026-06-25", "2026-07-06", Fail, 6, 7, "2026-07-07"},
		{"business, a day more for the holiday", "business", uplift.Mailing, true, "2026-06-25", "2026-07-07", Pass, 7, 7, "2026-07-07"},
		{"business, received on the holiday", "business", uplift.Mailing, true, "2026-07-03", "2026-07-14", Pass, 7, 7, "2026-07-14"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := Policy{Days: tt.days, Notice: rules}
			r := Request{Type: tt.kind, Partner: tt.partner, Received: date(tt.received), Start: date(tt.start)}
			g := p.notice(findings{center: c, request: r})
			if g == nil || tt.result == "" {
				if g != nil || tt.result != "" {
					t.Fatalf("gate %+v, want %q", g, tt.result)
				}
				return
			}
			if g.Result != tt.result || g.Number != tt.number || g.Needed != tt.needed || g.Earliest != date(tt.earliest) || g.Unit != tt.days+" days" {
				t.Errorf("%s, %v of %v %s, earliest %s", g.Result, g.Number, g.Needed, g.Unit, g.Earliest)
			}
			if late := strings.Contains(g.Reason, "The earliest start is"); late != (tt.result == Fail) {
				t.Errorf("reason: %s", g.Reason)
			}
		})
	}
}

// Whatever the days, notice passes exactly from its earliest date on, and exactly
// when the days counted are at least the days needed.
func TestNoticeEarliestIsExact(t *testing.T) {
	c := fixtureCenter(t)
	rapid.Check(t, func(rt *rapid.T) {
		need := rapid.IntRange(0, 40).Draw(rt, "needed")
		p := Policy{
			Days:   rapid.SampledFrom([]string{"calendar", "business"}).Draw(rt, "days"),
			Notice: []NoticeRule{{ID: "a", From: "any", Types: uplift.Kinds(), Days: need}},
		}
		received := date("2026-05-01").AddDays(rapid.IntRange(0, 400).Draw(rt, "received"))
		ask := func(start interval.Date) *Gate {
			return p.notice(findings{center: c, request: Request{Type: uplift.Event, Received: received, Start: start}})
		}
		g := ask(received.AddDays(rapid.IntRange(0, 70).Draw(rt, "start")))
		if (g.Result == Pass) != (g.Number >= g.Needed) {
			rt.Errorf("%s with %v of %v days", g.Result, g.Number, g.Needed)
		}
		if ask(g.Earliest).Result != Pass || need > 0 && ask(g.Earliest.AddDays(-1)).Result != Fail {
			rt.Errorf("%s is not the first day that passes", g.Earliest)
		}
	})
}

// Notice is counted in days of the calendar, and a day is a day in every zone: where the
// clocks change within it, and where the date line was moved across a Friday.
func TestNoticeInEveryZone(t *testing.T) {
	for _, zone := range []string{"America/New_York", "Pacific/Auckland", "Pacific/Apia", "Asia/Kathmandu", "UTC"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		cal, err := interval.NewCalendar(loc, nil, []interval.Holiday{{Name: "New Year", Class: "federal", Month: 1, Day: 1, Observed: true}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct{ days, received, earliest string }{
			{"calendar", "2026-03-05", "2026-03-12"}, {"calendar", "2026-10-28", "2026-11-04"}, {"calendar", "2011-12-28", "2012-01-04"},
			{"business", "2026-03-05", "2026-03-16"}, {"business", "2026-10-28", "2026-11-06"},
			{"business", "2011-12-28", "2012-01-09"}, // New Year's Day, a Sunday, is observed on the Monday
		} {
			p := Policy{Days: tt.days, Notice: []NoticeRule{{ID: "a", From: "any", Types: uplift.Kinds(), Days: 7}}}
			for day, want := range map[int]string{-1: Fail, 0: Pass, 1: Pass} {
				r := Request{Type: uplift.Event, Received: date(tt.received), Start: date(tt.earliest).AddDays(day)}
				if g := p.notice(findings{center: Center{Calendar: cal}, request: r}); g.Result != want || g.Earliest != date(tt.earliest) {
					t.Errorf("%s, %s days from %s to %s: %s, earliest %s", zone, tt.days, tt.received, r.Start, g.Result, g.Earliest)
				}
			}
		}
	}
}

// Opened hours in which nobody is on the roster are a condition, however little of the
// calls they are.
func TestServiceGateAsksForPeopleInOpenedHours(t *testing.T) {
	p := Policy{Service: &ServiceRule{"service", 0.8, 0.01}}
	f := findings{center: fixtureCenter(t), options: map[string]Option{OptionDecline: scored(0.99, 0.9, 0), OptionApprove: scored(0.98, 0.89, 0)}}
	if g := p.service(f); g.Result != Pass {
		t.Errorf("%s: %s", g.Result, g.Reason)
	}
	f.emptyHours = 16
	if g := p.service(f); g.Result != Condition || !strings.Contains(g.Reason, "in 16 of the opened hours") || g.do == "" {
		t.Errorf("%s: %s", g.Result, g.Reason)
	}
}

func scored(meets, service, hours float64) Option {
	return Option{Meets: meets, Service: Dist{Mean: service}, PaidHours: hours}
}

// The four answers of the service gate, each on both sides of its boundary.
func TestServiceGate(t *testing.T) {
	p := Policy{Service: &ServiceRule{"service", 0.8, 0.01}}
	later := scored(0.9, 0.85, 0)
	later.Start = date("2026-07-06")
	for _, tt := range []struct {
		name              string
		without, with     Option
		staffed, deferred *Option
		want              string
		earliest          string
		says              string
	}{
		{"the chance is kept, just", scored(0.95, 0.9, 0), scored(0.8, 0.82, 0), nil, nil, Pass, "", "is 80% with the request and 95% without it"},
		{"the chance is missed, just", scored(0.95, 0.9, 0), scored(0.795, 0.82, 0), nil, nil, Fail, "", "None of the conditions in this report restores it"},
		{"missed already, a small drop", scored(0.3, 0.78, 0), scored(0.2, 0.7725, 0), nil, nil, Pass, "", "at risk without the request already; the request lowers service by 0.8 points"},
		{"missed already, a large drop", scored(0.3, 0.78, 0), scored(0.2, 0.765, 0), nil, nil, Fail, "", ""},
		{"kept without the request, a small drop is no excuse", scored(0.8, 0.805, 0), scored(0.79, 0.8, 0), nil, nil, Fail, "", ""},
		{"shifts restore it", scored(0.95, 0.9, 0), scored(0.5, 0.8, 0), new(scored(0.8, 0.86, 40)), nil, Condition, "", "With added shifts (40 paid hours) it is 80%"},
		{"shifts restore what was there", scored(0.4, 0.79, 0), scored(0.1, 0.7, 0), new(scored(0.38, 0.78, 40)), nil, Condition, "", ""},
		{"shifts do not", scored(0.95, 0.9, 0), scored(0.1, 0.7, 0), new(scored(0.79, 0.85, 40)), nil, Fail, "", ""},
		{"no shifts were added", scored(0.95, 0.9, 0), scored(0.1, 0.7, 0), new(scored(0.9, 0.85, 0)), nil, Fail, "", ""},
		{"a later start does", scored(0.95, 0.9, 0), scored(0.1, 0.7, 0), nil, &later, Fail, "2026-07-06", "A start on Mon 6 July 2026 would."},
		{"a later start does not", scored(0.95, 0.9, 0), scored(0.1, 0.7, 0), nil, new(scored(0.79, 0.8, 0)), Fail, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := findings{center: fixtureCenter(t), options: map[string]Option{OptionDecline: tt.without, OptionApprove: tt.with}}
			if tt.staffed != nil {
				f.options[OptionStaffed] = *tt.staffed
			}
			if tt.deferred != nil {
				f.options[OptionDefer] = *tt.deferred
			}
			g := p.service(f)
			var earliest interval.Date
			if tt.earliest != "" {
				earliest = date(tt.earliest)
			}
			if g.Result != tt.want || g.Earliest != earliest || !strings.Contains(g.Reason, tt.says) || g.Number != tt.with.Meets || g.Needed != 0.8 {
				t.Errorf("%s, %v of %v, earliest %q: %s", g.Result, g.Number, g.Needed, g.Earliest, g.Reason)
			}
		})
	}
}

func TestSeatsGate(t *testing.T) {
	for _, tt := range []struct {
		seats, headroom, peak int
		want                  string
	}{
		{20, 2, 17, Pass}, {20, 2, 18, Pass}, {20, 2, 19, Fail}, {20, 0, 20, Pass}, {20, 0, 21, Fail},
	} {
		c := fixtureCenter(t)
		c.Seats = tt.seats
		g := Policy{Seats: &SeatRule{"seats", tt.headroom}}.seats(findings{center: c, seats: tt.seats, seatPeak: tt.peak})
		if g.Result != tt.want || g.Number != float64(tt.seats-tt.peak) || g.Needed != float64(tt.headroom) || !g.Earliest.IsZero() {
			t.Errorf("%+v: %s, %v free: %s", tt, g.Result, g.Number, g.Reason)
		}
	}
	unknown := fixtureCenter(t)
	unknown.Seats = 0
	g := Policy{Seats: &SeatRule{"seats", 2}}.seats(findings{center: unknown, seatPeak: 500})
	if g.Result != Condition || !strings.Contains(g.Reason, "center.yaml") {
		t.Errorf("a center that states no seats: %s: %s", g.Result, g.Reason)
	}
}

// What a request states as yes, as no, or not at all.
func TestStatedGates(t *testing.T) {
	p := Policy{Content: &TypeRule{"content", []uplift.Kind{uplift.Mailing}}, Fee: &FeeRule{"fee", 25_000}}
	for _, tt := range []struct {
		name string
		fact *bool
		want string
		says string
	}{
		{"yes", new(true), Pass, "has agreed"},
		{"no", new(false), Condition, "has not agreed"},
		{"not known", nil, Condition, "does not say"},
	} {
		r := Request{Type: uplift.Mailing, ContentReady: tt.fact, FeeAgreed: tt.fact}
		if g := p.content(findings{request: r}); g.Result != tt.want {
			t.Errorf("content %s: %s", tt.name, g.Result)
		}
		g := p.fee(findings{request: r, feeCents: 25_001})
		if g.Result != tt.want || !strings.Contains(g.Reason, tt.says) || g.Number != 250.01 || g.Needed != 250 {
			t.Errorf("fee %s: %s, %v of %v: %s", tt.name, g.Result, g.Number, g.Needed, g.Reason)
		}
	}
	if p.content(findings{request: Request{Type: uplift.Event}}) != nil {
		t.Error("content is asked of a type the rule does not name")
	}
	if g := p.fee(findings{feeCents: 25_000}); g.Result != Pass || g.Number != 250 {
		t.Errorf("a fee of the very limit: %s, %v", g.Result, g.Number)
	}
}

func TestWrittenGate(t *testing.T) {
	p := Policy{Written: &WrittenRule{"in writing", []string{"director", "assistant director"}}}
	for _, tt := range []struct {
		to   []string
		want string
		n    float64
		says string
	}{
		{[]string{"Assistant Director", "director", "mayor"}, Pass, 2, "went to the director and the assistant director"},
		{[]string{"director"}, Condition, 1, "has not gone to the assistant director."},
		{nil, Condition, 0, "has not gone to the director and the assistant director."},
	} {
		g := p.written(findings{request: Request{WrittenTo: tt.to}})
		if g.Result != tt.want || g.Number != tt.n || g.Needed != 2 || !strings.Contains(g.Reason, tt.says) {
			t.Errorf("%q: %s, %v: %s", tt.to, g.Result, g.Number, g.Reason)
		}
	}
}

func TestLanguagesGate(t *testing.T) {
	p := Policy{Languages: &LanguageRule{"languages", []string{"en", "es"}, []uplift.Kind{uplift.Mailing}}}
	for _, tt := range []struct {
		name   string
		queues []QueueShare
		want   string
		n      float64
	}{
		{"a queue of each", []QueueShare{{"water-en", 0.8}, {"water-es", 0.2}}, Pass, 2},
		{"all queues", nil, Pass, 2},
		{"one is missing", []QueueShare{{"water-en", 0.5}, {"general", 0.5}}, Condition, 1},
	} {
		g := p.languages(findings{center: fixtureCenter(t), request: Request{Type: uplift.Mailing, Queues: tt.queues}})
		if g.Result != tt.want || g.Number != tt.n || (g.Result == Condition) != strings.Contains(g.Reason, "answers in Spanish;") {
			t.Errorf("%s: %s, %v: %s", tt.name, g.Result, g.Number, g.Reason)
		}
	}
	french := Request{Type: uplift.Mailing, Languages: []string{"en", "fr"}}
	if g := p.languages(findings{center: fixtureCenter(t), request: french}); g.Result != Condition || g.Needed != 3 || !strings.Contains(g.Reason, "French") {
		t.Errorf("an audience that speaks French: %s, %v needed: %s", g.Result, g.Needed, g.Reason)
	}
	if p.languages(findings{center: fixtureCenter(t), request: Request{Type: uplift.Event}}) != nil {
		t.Error("languages are asked of a type the rule does not name")
	}
}

// Other causes are a condition, but where the target is known to hold with them.
func TestConflictGate(t *testing.T) {
	others := []string{"M-2 (mailing from Mon 8 June 2026)"}
	for _, tt := range []struct {
		name    string
		service *ServiceRule
		others  []string
		meets   float64
		want    string
	}{
		{"no other cause", &ServiceRule{"s", 0.8, 0}, nil, 0.1, Pass},
		{"the target holds, just", &ServiceRule{"s", 0.8, 0}, others, 0.8, Pass},
		{"the target does not hold, just", &ServiceRule{"s", 0.8, 0}, others, 0.799, Condition},
		{"no rule says what holds", nil, others, 0.3, Condition},
	} {
		p := Policy{Conflict: &ConflictRule{"conflict"}, Service: tt.service}
		g := p.conflict(findings{others: tt.others, options: map[string]Option{OptionApprove: {Meets: tt.meets}}})
		if g.Result != tt.want || g.Number != float64(len(tt.others)) || len(tt.others) > 0 && !strings.Contains(g.Reason, others[0]) {
			t.Errorf("%s: %s, %v: %s", tt.name, g.Result, g.Number, g.Reason)
		}
	}
}

// A rule that is left out is not asked; those that are asked come in the order of
// the procedure.
func TestJudgeAsksInOrder(t *testing.T) {
	if gates := (Policy{Days: "calendar"}).judge(findings{center: fixtureCenter(t), request: fixtureRequest()}); len(gates) != 0 {
		t.Errorf("an empty policy asks %d rules", len(gates))
	}
	p := fixtureOptions().Policy
	p.Analysis = &AnalysisRule{"analysis"}
	f := findings{center: fixtureCenter(t), request: fixtureRequest(), feeCents: 1e6, paths: 200, options: map[string]Option{}}
	var ids []string
	for _, g := range p.judge(f) {
		ids = append(ids, g.ID)
		if g.Rule == "" || g.Reason == "" || g.Unit == "" {
			t.Errorf("gate %+v does not speak", g)
		}
	}
	if got, want := fmt.Sprint(ids), "[written notice analysis service seats content languages fee conflict]"; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
}

func TestDecide(t *testing.T) {
	r := Request{Start: date("2026-06-08")}
	fail := func(earliest string) Gate {
		g := Gate{ID: "notice", Result: Fail, Reason: "Too soon."}
		if earliest != "" {
			g.Earliest = date(earliest)
		}
		return g
	}
	pass := Gate{ID: "notice", Result: Pass, Earliest: date("2026-06-01")}
	seats := Gate{ID: "seats", Result: Fail, Reason: "No seat."}
	content := Gate{ID: "content", Result: Condition, Reason: "Not ready."}
	fee := Gate{ID: "fee", Result: Condition, Reason: "Not agreed."}
	for _, tt := range []struct {
		name       string
		gates      []Gate
		decision   string
		earliest   string
		sentence   string
		conditions int
	}{
		{"no rule at all", nil, Approve, "2026-06-08", "Yes. Every rule of the policy is met.", 0},
		{"all pass", []Gate{pass, pass}, Approve, "2026-06-08", "Yes. Every rule", 0},
		{"one condition", []Gate{pass, content}, Conditional, "2026-06-08", "Yes, on one condition.", 1},
		{"two conditions", []Gate{content, pass, fee}, Conditional, "2026-06-08", "Yes, on 2 conditions.", 2},
		{"too soon", []Gate{fail("2026-06-10"), pass}, Defer, "2026-06-10", "Not before Wed 10 June 2026. Too soon.", 0},
		{"too soon twice: the later date", []Gate{fail("2026-06-10"), fail("2026-06-22"), fail("2026-06-15")}, Defer, "2026-06-22", "Not before Mon 22 June 2026.", 0},
		{"too soon, and a condition", []Gate{fail("2026-06-10"), fee}, Defer, "2026-06-10", "Not before", 1},
		{"no date helps", []Gate{seats}, Decline, "", "Not as it stands. No seat.", 0},
		{"no date helps one of two", []Gate{fail("2026-06-10"), seats}, Decline, "", "Not as it stands. Too soon. No seat.", 0},
		{"in the other order", []Gate{seats, fail("2026-06-10")}, Decline, "", "Not as it stands. No seat. Too soon.", 0},
		{"a date that is not after the start is none", []Gate{fail("2026-06-08")}, Decline, "", "Not as it stands.", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := decide(tt.gates, r)
			var earliest interval.Date
			if tt.earliest != "" {
				earliest = date(tt.earliest)
			}
			if v.Decision != tt.decision || v.Earliest != earliest || !strings.HasPrefix(v.Sentence, tt.sentence) || len(v.Conditions) != tt.conditions {
				t.Errorf("%s, earliest %q, %q, conditions %q", v.Decision, v.Earliest, v.Sentence, v.Conditions)
			}
		})
	}
}

// The strictest of the rules that apply counts, in whatever order they are written.
func TestStrictestNoticeCounts(t *testing.T) {
	a := NoticeRule{ID: "a", From: "any", Types: []uplift.Kind{uplift.Event}, Days: 3}
	b := NoticeRule{ID: "b", From: "partner", Types: []uplift.Kind{uplift.Event}, Days: 9}
	r := Request{Type: uplift.Event, Partner: true}
	for _, rules := range [][]NoticeRule{{a, b}, {b, a}} {
		if got := (Policy{Notice: rules}).noticeFor(r); got == nil || got.ID != "b" {
			t.Errorf("rule %+v", got)
		}
	}
}
