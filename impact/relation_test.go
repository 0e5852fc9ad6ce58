package impact

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// smallHistory is a center of one pool and two queues whose calls last differently,
// known for a quarter to the day before the request's week.
func smallHistory(t testing.TB) History {
	t.Helper()
	c := fixtureCenter(t)
	c.Queues = []Queue{
		{"north", "agents", "en", "Parks", c.Calendar},
		{"south", "agents", "en", "Tax", c.Calendar},
	}
	h := historyOf(t, c, date("2026-03-02"), date("2026-05-31"), map[string]float64{"north": 300, "south": 200})
	h.Queues[1].Recent.HandleSeconds = 500_000
	return h
}

func smallOptions() Options {
	o := fixtureOptions()
	o.Paths = 100
	return o
}

// smallRequest routes calls of the southern queue in, for two weeks.
func smallRequest() Request {
	r := fixtureRequest()
	calls := 60.0
	r.Type, r.Mailing, r.RouteIn = uplift.RouteIn, nil, &RouteIn{CallsPerDay: &calls}
	r.End, r.Queues = date("2026-06-19"), []QueueShare{{"south", 1}}
	return r
}

func toIVR(calls, containment float64) Request {
	r := smallRequest()
	r.Type, r.RouteIn = uplift.RouteToIVR, nil
	r.RouteToIVR = &RouteToIVR{CallsPerDay: &calls, Containment: &containment}
	return r
}

// smallMailing goes to the callers of the southern queue.
func smallMailing(pieces float64) Request {
	r := fixtureRequest()
	r.Mailing.Pieces, r.Queues = &pieces, []QueueShare{{"south", 1}}
	return r
}

func gate(t *testing.T, a *Assessment, id string) Gate {
	t.Helper()
	i := slices.IndexFunc(a.Gates, func(g Gate) bool { return g.ID == id })
	if i < 0 {
		t.Fatalf("the %s gate is not asked", id)
	}
	return a.Gates[i]
}

func assumption(a *Assessment, id string) bool {
	return slices.ContainsFunc(a.Assumptions, func(x Assumption) bool {
		return x.ID == id && x.Name != "" && x.Value != "" && x.Source != "" && x.Effect != ""
	})
}

// The effect falls on the queues that the request names, by their shares, and
// leaves the others as they are, call for call.
func TestUpliftFollowsShares(t *testing.T) {
	a := usualAssessment(t)
	if len(a.Uplift.Queues) != 2 {
		t.Fatalf("uplift of %d queues", len(a.Uplift.Queues))
	}
	total := a.Uplift.Total.Mean
	for _, q := range a.Uplift.Queues {
		want := map[string]float64{"water-en": 0.8, "water-es": 0.2}[q.Queue]
		if part := q.Total.Mean / total; math.Abs(part-want) > 0.02 {
			t.Errorf("%s gets %v of the effect, %v was asked", q.Queue, part, want)
		}
	}
	for _, q := range a.Queues {
		if touched := q.Queue != "general"; q.Touched != touched || reflect.DeepEqual(q.With, q.Without) == touched {
			t.Errorf("%s: touched %v", q.Queue, q.Touched)
		}
	}
}

// The option to defer is the request at its later start: it has the chance and the
// worst day that the same request, asked for that start, is given.
func TestDeferralIsScoredOnItsOwnDays(t *testing.T) {
	t.Parallel()
	h, r, o := smallHistory(t), smallRequest(), smallOptions()
	now := assessed(t, h, r, o)
	deferred := now.option(OptionDefer)
	if deferred == nil || deferred.Start != r.Start.AddDays(14) {
		t.Fatalf("deferred: %+v", deferred)
	}
	r.Start, r.End = r.Start.AddDays(14), r.End.AddDays(14)
	later := assessed(t, h, r, o).option(OptionApprove)
	if !near(deferred.Meets, later.Meets, 0.02) || deferred.WorstDay != later.WorstDay || !near(deferred.Abandoned.Mean, later.Abandoned.Mean, 0.1) {
		t.Errorf("deferred: chance %v, worst day %s, abandoned %v; asked for later: %v, %s, %v",
			deferred.Meets, deferred.WorstDay, deferred.Abandoned, later.Meets, later.WorstDay, later.Abandoned)
	}
	if deferred.WorstDay.Before(deferred.Start) || !now.option(OptionApprove).WorstDay.Before(deferred.Start) {
		t.Errorf("worst days %s now and %s later", now.option(OptionApprove).WorstDay, deferred.WorstDay)
	}
	approve, decline := now.option(OptionApprove), now.option(OptionDecline)
	for i, day := range deferred.Days {
		without, with := decline.Days[i].Abandoned.Mean, approve.Days[i].Abandoned.Mean
		if day.Open && day.Date.Before(deferred.Start) && !near(day.Abandoned.Mean, without, 0.2) {
			t.Errorf("%s, before the later start: %v abandoned, %v without the request", day.Date, day.Abandoned.Mean, without)
		}
		if day.Open && !day.Date.Before(date("2026-06-12")) && day.Date.Before(deferred.Start.AddDays(-2)) && with < without+1 {
			t.Errorf("%s: %v abandoned with the request, %v without it", day.Date, with, without)
		}
	}
}

// Too short a notice defers to the first day that the notice allows.
func TestShortNoticeDefersToItsDay(t *testing.T) {
	t.Parallel()
	r := smallRequest()
	r.Received = date("2026-06-05")
	a := assessed(t, smallHistory(t), r, smallOptions())
	g := gate(t, a, "notice")
	if g.Result != Fail || g.Earliest != date("2026-06-12") || a.option(OptionDefer).Start != g.Earliest {
		t.Errorf("%s, earliest %s, deferred to %s", g.Result, g.Earliest, a.option(OptionDefer).Start)
	}
	if a.Verdict.Decision == Approve || a.Verdict.Decision == Conditional {
		t.Errorf("verdict: %s", a.Verdict.Decision)
	}
}

func seatLoss(seats float64) Request {
	r := smallRequest()
	r.Type, r.RouteIn, r.Queues = uplift.SeatLoss, nil, nil
	r.SeatLoss = &SeatLoss{Seats: &seats}
	return r
}

// A loss of seats takes agents and no calls; it lasts to its end and no longer, and
// it cannot be put off.
func TestSeatLossTakesAgentsNotCalls(t *testing.T) {
	t.Parallel()
	h := smallHistory(t)
	h.Center.Seats = 12
	r := seatLoss(6)
	a := assessed(t, h, r, smallOptions())
	if a.Uplift.Total != (Dist{}) || len(a.Uplift.Queues) != 0 {
		t.Errorf("uplift %+v", a.Uplift.Total)
	}
	for _, q := range a.Queues {
		if q.Touched || !reflect.DeepEqual(q.With, q.Without) {
			t.Errorf("%s has other calls", q.Queue)
		}
	}
	approve, decline := a.option(OptionApprove), a.option(OptionDecline)
	if approve.Service.Mean >= decline.Service.Mean || approve.Abandoned.Mean <= decline.Abandoned.Mean {
		t.Errorf("service %v with the seats, %v without them", decline.Service.Mean, approve.Service.Mean)
	}
	for i, day := range approve.Days {
		lost := day.Open && !day.Date.Before(r.Start) && !day.Date.After(r.End)
		if lost != (day.Service.Mean < decline.Days[i].Service.Mean) {
			t.Errorf("%s: service %v with the seats, %v without them", day.Date, decline.Days[i].Service.Mean, day.Service.Mean)
		}
	}
	if a.option(OptionDefer) != nil || a.Horizon.Last != r.End {
		t.Errorf("the horizon ends on %s, options %d", a.Horizon.Last, len(a.Options))
	}
	if g := gate(t, a, "seats"); g.Result != Fail || !strings.Contains(g.Reason, "of 6 in all") {
		t.Errorf("seats: %s: %s", g.Result, g.Reason)
	}
}

// What a loss of seats leaves open is assumed and said.
func TestSeatLossOfUnknownSize(t *testing.T) {
	t.Parallel()
	h, r := smallHistory(t), seatLoss(0)
	h.Center.Seats, r.SeatLoss, r.End = 0, nil, interval.Date{}
	a := assessed(t, h, r, smallOptions())
	for _, id := range []string{"seats", "seats-lost", "end"} {
		if !assumption(a, id) {
			t.Errorf("assumption %q is not named", id)
		}
	}
	if a.Horizon.Last != r.Start.AddDays(27) {
		t.Errorf("a loss without an end is followed to %s", a.Horizon.Last)
	}
}

// Calls that the automated response leaves behind are the harder ones: the longer
// they last, the more agents are needed. As long as the queue's own calls, they
// change nothing, whatever other queues the pool has.
func TestResidualHandleTime(t *testing.T) {
	t.Parallel()
	h, o := smallHistory(t), smallOptions()
	run := func(residual float64) *Assessment {
		r := toIVR(80, 0.4)
		if residual > 0 {
			r.RouteToIVR.ResidualAHTSeconds = &residual
		}
		return assessed(t, h, r, o)
	}
	plain, same, harder := run(0), run(500), run(700)
	if !reflect.DeepEqual(plain.Pools, same.Pools) || !reflect.DeepEqual(plain.Options, same.Options) {
		t.Error("a residual handle time equal to the queue's own changes the answer")
	}
	if plain.Uplift.Total.Mean >= 0 || harder.Uplift.Total != plain.Uplift.Total {
		t.Errorf("uplift %v and %v", plain.Uplift.Total.Mean, harder.Uplift.Total.Mean)
	}
	if harder.Pools[0].AHTWith <= plain.Pools[0].AHTWith || harder.Pools[0].AHTWithout != plain.Pools[0].AHTWithout {
		t.Errorf("handle time %v with plain calls left, %v with harder ones", plain.Pools[0].AHTWith, harder.Pools[0].AHTWith)
	}
	if harder.option(OptionApprove).Service.Mean >= plain.option(OptionApprove).Service.Mean {
		t.Error("harder calls do not lower service")
	}
}

// Per call contained, (1-c)/c calls of the topic stay, c being what is contained less
// those who ask for a person all the same; a containment that nobody states is the one
// that was learned.
func TestResidualCountsThoseWhoStay(t *testing.T) {
	library := uplift.PriorLibrary()
	learnedShare := library.Kind(uplift.RouteToIVR).Median
	for _, tt := range []struct {
		name                 string
		containment, zeroOut *float64
		want                 float64
	}{
		{"stated", new(0.4), nil, 0.6 / 0.4 * 200},
		{"with some who ask for a person", new(0.4), new(0.5), 0.8 / 0.2 * 200},
		{"all are contained", new(1.0), nil, 0},
		{"not stated", nil, nil, (1 - learnedShare) / learnedShare * 200},
	} {
		w := &work{past: &learned{library: library}}
		w.r.RouteToIVR = &RouteToIVR{Containment: tt.containment, ZeroOut: tt.zeroOut, ResidualAHTSeconds: new(500.0)}
		if got := w.residual(300); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s: %v seconds a call contained, want %v", tt.name, got, tt.want)
		}
	}
}

// A cause that was announced is part of what comes without the request, and the
// conflict gate names it where it meets the request's days and queues.
func TestAnnouncedCauseIsInTheBaseline(t *testing.T) {
	t.Parallel()
	h, r, o := smallHistory(t), smallRequest(), smallOptions()
	alone := assessed(t, h, r, o)
	h.Causes = []uplift.Cause{
		{ID: "E-9", Kind: uplift.Event, Start: date("2026-06-10"), Size: 9000, Queues: []uplift.Share{{Queue: "south"}}},
		{ID: "E-8", Kind: uplift.Event, Start: date("2026-06-11"), Size: 9000, Queues: []uplift.Share{{Queue: "north"}}},
	}
	a := assessed(t, h, r, o)
	for i, d := range a.Days {
		before := d.Date.Before(date("2026-06-03")) // people ask about an event in the week before it
		if before && d.Without != alone.Days[i].Without {
			t.Errorf("%s, before the event: %v, and %v without it", d.Date, d.Without.Mean, alone.Days[i].Without.Mean)
		}
		if d.Date == date("2026-06-11") && d.Without.Mean < alone.Days[i].Without.Mean+5 {
			t.Errorf("%s: %v, and %v without the event", d.Date, d.Without.Mean, alone.Days[i].Without.Mean)
		}
	}
	g := gate(t, a, "conflict")
	if g.Number != 1 || !strings.Contains(g.Reason, "E-9 (event from Wed 10 June 2026)") || strings.Contains(g.Reason, "E-8") {
		t.Errorf("conflict: %v: %s", g.Number, g.Reason)
	}
	if gate(t, alone, "conflict").Number != 0 {
		t.Error("a conflict without another cause")
	}
}

// A fact that nobody stated is assumed, said, and answered all the same.
func TestUnknownSizeIsAssumed(t *testing.T) {
	t.Parallel()
	r := smallRequest()
	r.RouteIn, r.Queues = nil, nil
	a := assessed(t, smallHistory(t), r, smallOptions())
	for _, id := range []string{"uplift-size", "queues", "aht-added", "roster"} {
		if !assumption(a, id) {
			t.Errorf("assumption %q is not named among %+v", id, a.Assumptions)
		}
	}
	if i := slices.IndexFunc(a.Sensitivity, func(s Sensitivity) bool { return s.Fact == "Size of the request, which is not stated" }); i < 0 ||
		!near(a.Sensitivity[i].TotalLow, a.Uplift.Total.Q05, 0.01) || !near(a.Sensitivity[i].TotalHigh, a.Uplift.Total.Q95, 0.01) {
		t.Errorf("sensitivity %+v of %+v calls", a.Sensitivity, a.Uplift.Total)
	}
	if a.Uplift.Total.Mean <= 0 || a.Verdict.Decision == "" || len(a.Fits) != 0 {
		t.Errorf("uplift %v, verdict %q, %d fits of an unknown size", a.Uplift.Total.Mean, a.Verdict.Decision, len(a.Fits))
	}
}

// Two requests of one seed are told the same of the days without them, to the last
// digit; another seed tells another sample.
func TestBaselineIsCommon(t *testing.T) {
	t.Parallel()
	h, o := smallHistory(t), smallOptions()
	a, b := assessed(t, h, smallRequest(), o), assessed(t, h, toIVR(50, 0.3), o)
	n := min(len(a.Days), len(b.Days))
	if n < 14 {
		t.Fatalf("%d days in common", n)
	}
	for i := range n {
		if a.Days[i].Without != b.Days[i].Without {
			t.Errorf("%s: %+v and %+v", a.Days[i].Date, a.Days[i].Without, b.Days[i].Without)
		}
		if x, y := a.option(OptionDecline).Days[i], b.option(OptionDecline).Days[i]; a.Days[i].Open && x.Abandoned != y.Abandoned {
			t.Errorf("%s: %+v and %+v abandoned", x.Date, x.Abandoned, y.Abandoned)
		}
	}
	o.Seed++
	if c := assessed(t, h, smallRequest(), o); reflect.DeepEqual(a.Days, c.Days) {
		t.Error("another seed gives the same paths")
	}
}

// The five numbers of page one are those of the document.
func TestHeadlineIsTheDocument(t *testing.T) {
	a := usualAssessment(t)
	approve, decline := a.option(OptionApprove), a.option(OptionDecline)
	for i, want := range []struct{ id, value, part string }{
		{"extra-calls", thousands(a.Uplift.Total.Mean), thousands(a.Uplift.Total.Q05) + " to " + thousands(a.Uplift.Total.Q95)},
		{"busiest-day", thousands(a.Uplift.Peak.Mean), thousands(a.Uplift.Peak.Q05) + " to " + thousands(a.Uplift.Peak.Q95)},
		{"chance", percent(approve.Meets), percent(decline.Meets) + " without the request"},
		{"hours", thousands(a.Roster.PaidHours), dollars(a.Roster.CostCents)},
		{"fee", dollars(a.Fee.ExpectedCents), dollars(a.Fee.P90Cents)},
	} {
		if f := a.Headline[i]; f.ID != want.id || f.Value != want.value || !strings.Contains(f.Range, want.part) || f.Label == "" || f.Note == "" {
			t.Errorf("%+v, want %+v", f, want)
		}
	}
	for _, d := range a.Days {
		if d.Date == a.Uplift.PeakDay && d.Uplift != a.Uplift.Peak {
			t.Errorf("the peak is %+v, its day has %+v", a.Uplift.Peak, d.Uplift)
		}
		if d.Uplift.Mean > a.Uplift.Peak.Mean {
			t.Errorf("%s has more than the peak", d.Date)
		}
	}
	paid, hours := 0.0, 0.0
	for _, s := range a.Roster.Shifts {
		paid += float64(s.Count) * s.PaidHours
	}
	if staffed := a.option(OptionStaffed); staffed != nil {
		hours = staffed.PaidHours
	}
	if !near(paid, a.Roster.PaidHours, 1e-6) || hours != a.Roster.PaidHours {
		t.Errorf("shifts of %v paid hours, %v in all, %v in the option", paid, a.Roster.PaidHours, hours)
	}
}

// The document read back and written again is the same, byte for byte.
func TestDocumentRoundTrip(t *testing.T) {
	t.Parallel()
	h := smallHistory(t)
	h.Center.Seats = 12
	for name, a := range map[string]*Assessment{"a mailing": usualAssessment(t), "a loss of seats": assessed(t, h, seatLoss(3), smallOptions())} {
		first, err := json.Marshal(a)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var back Assessment
		if err := json.Unmarshal(first, &back); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		second, err := json.Marshal(&back)
		if err != nil || string(first) != string(second) {
			t.Errorf("%s changes when it is read back (%v)", name, err)
		}
		if back.Schema != Schema {
			t.Errorf("%s has schema %q", name, back.Schema)
		}
		for _, bad := range notFinite("assessment", reflect.ValueOf(a)) {
			t.Errorf("%s: %s is not finite", name, bad)
		}
	}
}

// notFinite names the floats below v that are no number or endless.
func notFinite(name string, v reflect.Value) []string {
	var out []string
	switch v.Kind() {
	case reflect.Float64:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			return []string{name}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return notFinite(name, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out = append(out, notFinite(name+"."+v.Type().Field(i).Name, v.Field(i))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, notFinite(fmt.Sprintf("%s[%d]", name, i), v.Index(i))...)
		}
	}
	return out
}

// Days of 23 and 25 hours and a closed holiday lie inside the horizon of a center that
// never sleeps.
func TestOddDaysInTheHorizon(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, first, last, start string
		odd                      string
		hours                    int
		holiday                  string
	}{
		{"clocks go back", "2026-08-17", "2026-10-18", "2026-10-30", "2026-11-01", 25, "2026-11-03"},
		{"clocks go forward", "2026-12-28", "2027-02-28", "2027-03-12", "2027-03-14", 23, "2027-03-16"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := fixtureCenter(t)
			holiday := interval.Holiday{Name: "Town day", Class: "local", Date: date(tt.holiday)}
			cal, err := interval.NewCalendar(c.Calendar.Location(), nil, []interval.Holiday{holiday}, nil)
			if err != nil {
				t.Fatal(err)
			}
			c.Calendar, c.Queues, c.Patterns = cal, []Queue{{"lines", "agents", "en", "Fire", cal}}, nil
			h := historyOf(t, c, date(tt.first), date(tt.last), map[string]float64{"lines": 700})
			r := smallRequest()
			r.Start, r.End, r.Received, r.Queues = date(tt.start), date(tt.start).AddDays(6), date(tt.start).AddDays(-9), nil
			a := assessed(t, h, r, smallOptions())
			checkOddDay(t, a, date(tt.odd), tt.hours)
			for i, d := range a.Days {
				if d.Date != date(tt.holiday) {
					continue
				}
				service := a.option(OptionApprove).Days[i]
				if d.Open || d.Holiday != "Town day" || d.With != (Dist{}) || service.Open || service.Abandoned != (Dist{}) {
					t.Errorf("the holiday: %+v, service %+v", d, service)
				}
			}
		})
	}
}

func checkOddDay(t *testing.T, a *Assessment, odd interval.Date, hours int) {
	t.Helper()
	calls, starts := 0.0, map[string]bool{}
	for i, s := range a.Horizon.Starts {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		if interval.DateOf(at) != odd {
			continue
		}
		starts[s] = true
		calls += a.Queues[0].With.Mean[i]
		if !a.Horizon.Open[i] || a.Queues[0].Without.Mean[i] <= 0 || a.Pools[0].NetWithout[i] == 0 {
			t.Errorf("%s: open %v, %v calls, %d agents", s, a.Horizon.Open[i], a.Queues[0].Without.Mean[i], a.Pools[0].NetWithout[i])
		}
	}
	if len(starts) != hours {
		t.Errorf("%s has %d hours with a start of their own, want %d", odd, len(starts), hours)
	}
	for _, d := range a.Days {
		if d.Date == odd && !near(calls, d.With.Mean, 0.1) {
			t.Errorf("%s: the hours sum to %v calls, the day has %v", odd, calls, d.With.Mean)
		}
	}
	for _, c := range a.Profile {
		if c.Minute < 0 || c.Minute >= 1440 {
			t.Errorf("profile at minute %d", c.Minute)
		}
	}
}

// Every type of request has days to be followed on, whatever it leaves out; only
// emergencies cannot be put off.
func TestEveryTypeHasItsDays(t *testing.T) {
	t.Parallel()
	h, o := smallHistory(t), smallOptions()
	for _, k := range uplift.Kinds() {
		r := smallRequest()
		r.Type, r.RouteIn, r.End = k, nil, interval.Date{}
		plan, err := planOf(t, h, r, o)
		if err != nil {
			t.Errorf("%s: %v", k, err)
			continue
		}
		if plan.last.Before(r.Start) || (plan.shift == 0) != (k == uplift.Surge || k == uplift.SeatLoss || k == uplift.OutageNotice) {
			t.Errorf("%s: followed to %s, deferred by %d days", k, plan.last, plan.shift)
		}
	}
}

func planOf(t *testing.T, h History, r Request, o Options) (timePlan, error) {
	t.Helper()
	if err := r.Validate(h.Center); err != nil {
		return timePlan{}, err
	}
	c, err := r.cause()
	if err != nil {
		return timePlan{}, err
	}
	past := &learned{library: uplift.PriorLibrary(), known: h.last()}
	return past.planTime(h, r, c, o.withDefaults())
}
