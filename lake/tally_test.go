package lake

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

func tally(t testing.TB, l *Lake, q TallyQuery) *Tally {
	t.Helper()
	if q.Step == 0 {
		q.Step = 30 * time.Minute
	}
	if q.Location == nil {
		q.Location = newYork
	}
	got, err := l.Tally(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func series(t testing.TB, ty *Tally, queue string, m Measure, cal *interval.Calendar) interval.Series {
	t.Helper()
	s, err := ty.Series(queue, m, cal)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The counts agree with a walk over the stored contacts, one at a time.
func TestTallyAgreesWithAPlainCount(t *testing.T) {
	l := newLake(t)
	put(t, l, "aa", sample(20_000, 40, 6))
	ty := tally(t, l, TallyQuery{})
	type place struct {
		queue string
		at    int
	}
	handled, talk := map[place]float64{}, map[place]float64{}
	for c, err := range l.Contacts(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		i, ok := ty.Grid().Index(c.Arrival.Time())
		if !ok {
			t.Fatalf("%v is outside the grid", c.Arrival.Time())
		}
		if c.Outcome == OutcomeHandled {
			for _, q := range []string{c.Queue, AllQueues} {
				handled[place{q, i}]++
				talk[place{q, i}] += float64(c.Talk) / 1000
			}
		}
	}
	for _, q := range append(ty.Queues(), AllQueues) {
		h, s := series(t, ty, q, Handled, nil), series(t, ty, q, TalkSeconds, nil)
		for i := range h.Len() {
			if v, _ := h.At(i); v != handled[place{q, i}] {
				t.Fatalf("%s at %s: %v handled, want %v", q, h.Grid().Stamp(i), v, handled[place{q, i}])
			}
			if v, _ := s.At(i); math.Abs(v-talk[place{q, i}]) > 1e-9*(1+v) {
				t.Fatalf("%s at %s: %v s of talk, want %v", q, h.Grid().Stamp(i), v, talk[place{q, i}])
			}
		}
	}
}

func TestOfferedIsTheSumOfItsParts(t *testing.T) {
	l := newLake(t)
	put(t, l, "aa", sample(20_000, 40, 7))
	ty := tally(t, l, TallyQuery{})
	parts := []Measure{Handled, Abandoned, ShortAbandoned, Blocked, Contained, Overflowed, StillOpen, Unclear}
	for _, q := range append(ty.Queues(), AllQueues) {
		offered := series(t, ty, q, Offered, nil).Daily()
		queued, blocked, contained := series(t, ty, q, Queued, nil).Daily(), series(t, ty, q, Blocked, nil).Daily(), series(t, ty, q, Contained, nil).Daily()
		sum := make([]float64, len(offered))
		for _, m := range parts {
			for i, d := range series(t, ty, q, m, nil).Daily() {
				sum[i] += d.Total
			}
		}
		for i, d := range offered {
			if d.Total != sum[i] || d.Total == 0 {
				t.Errorf("%s on %s: %v offered, the parts sum to %v", q, d.Day.Date, d.Total, sum[i])
			}
			if queued[i].Total != d.Total-blocked[i].Total-contained[i].Total {
				t.Errorf("%s on %s: %v queued", q, d.Day.Date, queued[i].Total)
			}
		}
	}
}

func TestShortAbandonThreshold(t *testing.T) {
	l := newLake(t)
	contacts := sample(4, 1, 1)
	for i, wait := range []Millis{0, 4999, 5000, NoMillis} {
		contacts[i].Queue, contacts[i].Outcome, contacts[i].Wait = "tax", OutcomeAbandoned, wait
	}
	put(t, l, "aa", contacts)
	for _, tt := range []struct {
		threshold   time.Duration
		short, long float64
	}{{0, 2, 2}, {-1, 0, 4}, {time.Minute, 3, 1}} {
		ty := tally(t, l, TallyQuery{ShortAbandon: tt.threshold})
		short, _ := ty.Total("tax", ShortAbandoned)
		long, _ := ty.Total("tax", Abandoned)
		wait, _ := ty.Total("tax", WaitSeconds)
		if short != tt.short || long != tt.long || wait != 9.999 {
			t.Errorf("threshold %v: %v short, %v long, %v s of waiting", tt.threshold, short, long, wait)
		}
	}
}

func TestAHTWhereWrapIsUnknown(t *testing.T) {
	l := newLake(t)
	contacts := sample(2, 1, 1)
	for i := range contacts {
		contacts[i].Queue, contacts[i].Outcome, contacts[i].Arrival = "tax", OutcomeHandled, contacts[0].Arrival
		contacts[i].Talk, contacts[i].Hold, contacts[i].Wrap = 100_000, NoMillis, NoMillis
	}
	contacts[1].Talk, contacts[1].Wrap = 200_000, 30_000
	put(t, l, "aa", contacts)
	ty := tally(t, l, TallyQuery{})
	if got, _ := ty.Total("tax", AHT); got != 180 { // mean talk 150, wrap 30 known of one
		t.Errorf("AHT %v s, want 180", got)
	}
	s := series(t, ty, "tax", AHT, nil)
	i, _ := s.Grid().Index(contacts[0].Arrival.Time())
	if v, st := s.At(i); v != 180 || st != interval.Observed {
		t.Errorf("AHT %v, %v", v, st)
	}
	if v, st := s.At(i + 1); v != 0 || st != interval.Missing {
		t.Errorf("AHT where nobody was handled: %v, %v", v, st)
	}
}

// The center counts a transferred call once, each queue counts its visit, in the
// interval in which it got there.
func TestVisitsAndContacts(t *testing.T) {
	l := newLake(t)
	first := NewContact("pbx", "1")
	first.Arrival = MicrosOf(time.Date(2025, 3, 3, 10, 25, 0, 0, newYork))
	first.Queue, first.Outcome, first.Transfer, first.Talk = "water", OutcomeHandled, BlindTransfer, 1000
	second := first
	second.Visit, second.Queue, second.Transfer, second.Queued = 2, "tax", NoTransfer, first.Arrival+600_000_000
	put(t, l, "aa", []Contact{first, second})
	ty := tally(t, l, TallyQuery{})
	at := func(queue string, m Measure, clock int) float64 {
		v, _ := series(t, ty, queue, m, nil).At(clock)
		return v
	}
	if at("water", Offered, 20) != 1 || at("tax", Offered, 21) != 1 || at(AllQueues, Offered, 20) != 1 || at(AllQueues, Offered, 21) != 0 {
		t.Error("a visit counts in the wrong place")
	}
	if at("water", Transferred, 20) != 1 || at("tax", Transferred, 21) != 0 {
		t.Error("the transfer counts in the wrong place")
	}
}

func TestOnlyInboundCounts(t *testing.T) {
	l := newLake(t)
	contacts := sample(3, 1, 1)
	for i, d := range []Direction{Inbound, Outbound, Internal} {
		contacts[i].Queue, contacts[i].Outcome, contacts[i].Direction = "tax", OutcomeHandled, d
	}
	put(t, l, "aa", contacts)
	if got, _ := tally(t, l, TallyQuery{}).Total("tax", Offered); got != 1 {
		t.Errorf("%v offered, want 1", got)
	}
}

func weekdays(t testing.TB) *interval.Calendar {
	t.Helper()
	var week interval.Week
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []interval.Span{{Open: 8 * 60, Close: 18 * 60}}
	}
	cal, err := interval.NewCalendar(newYork, []interval.Opening{{Week: week}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// at returns a contact of queue tax at a local time.
func at(id, clock string) Contact {
	when, err := time.ParseInLocation("2006-01-02 15:04", clock, newYork)
	if err != nil {
		panic(err)
	}
	c := NewContact("sim", id)
	_, offset := when.Zone()
	c.Arrival, c.Offset, c.Queue, c.Outcome = MicrosOf(when), int32(offset), "tax", OutcomeHandled
	return c
}

func TestStates(t *testing.T) {
	l := newLake(t)
	put(t, l, "aa", []Contact{
		at("1", "2025-03-03 08:10"), at("2", "2025-03-03 17:40"), // Monday
		// Tuesday: not one contact
		at("3", "2025-03-05 09:00"), at("4", "2025-03-05 19:10"), // after closing time
		at("5", "2025-03-06 08:05"), at("6", "2025-03-06 13:00"), // the file ends at 13:00
	})
	ty := tally(t, l, TallyQuery{
		First: interval.MustDate("2025-02-28"), Last: interval.MustDate("2025-03-07"),
		Missing: []Range{{From: time.Date(2025, 3, 5, 10, 15, 0, 0, newYork), To: time.Date(2025, 3, 5, 11, 0, 0, 0, newYork)}},
	})
	s := series(t, ty, "tax", Offered, weekdays(t))
	for clock, want := range map[string]interval.State{
		"2025-02-28 09:00": interval.Missing,  // Friday before the lake begins
		"2025-03-01 09:00": interval.Closed,   // Saturday
		"2025-03-03 07:30": interval.Closed,   // before opening
		"2025-03-03 08:00": interval.Observed, // the first contact
		"2025-03-03 12:00": interval.Observed, // open and quiet: a zero
		"2025-03-04 12:00": interval.Missing,  // open, the whole lake silent
		"2025-03-04 20:00": interval.Closed,
		"2025-03-05 09:30": interval.Observed,
		"2025-03-05 10:00": interval.Missing, // declared, in part
		"2025-03-05 10:30": interval.Missing, // declared
		"2025-03-05 11:00": interval.Observed,
		"2025-03-05 19:00": interval.Observed, // closed, but someone was counted
		"2025-03-06 13:00": interval.Observed,
		"2025-03-06 13:30": interval.Missing, // the lake ends amid the day
		"2025-03-07 09:00": interval.Missing, // beyond the lake
	} {
		when, err := time.ParseInLocation("2006-01-02 15:04", clock, newYork)
		if err != nil {
			t.Fatal(err)
		}
		i, ok := s.Grid().Index(when)
		if !ok {
			t.Fatalf("%s is outside the grid", clock)
		}
		if _, got := s.At(i); got != want {
			t.Errorf("%s: %v, want %v", clock, got, want)
		}
	}
}

// Days of 23 and 25 hours count every contact once, in the right hour.
func TestClockChanges(t *testing.T) {
	l := newLake(t)
	var contacts []Contact
	for _, start := range []time.Time{time.Date(2025, 3, 9, 5, 0, 0, 0, time.UTC), time.Date(2025, 11, 2, 4, 0, 0, 0, time.UTC)} {
		for h := range 25 {
			c := NewContact("sim", start.Add(time.Duration(h)*time.Hour).Format(time.RFC3339))
			c.Arrival, c.Queue, c.Outcome = MicrosOf(start.Add(time.Duration(h)*time.Hour)), "tax", OutcomeHandled
			_, offset := c.Arrival.Time().In(newYork).Zone()
			c.Offset = int32(offset)
			contacts = append(contacts, c)
		}
	}
	put(t, l, "aa", contacts)
	for day, hours := range map[string]int{"2025-03-09": 23, "2025-11-02": 25} {
		d := interval.MustDate(day)
		ty := tally(t, l, TallyQuery{Step: time.Hour, First: d, Last: d})
		s := series(t, ty, "tax", Offered, nil)
		if s.Len() != hours || s.Total() != float64(hours) {
			t.Errorf("%s: %d hours with %v contacts, want %d", day, s.Len(), s.Total(), hours)
		}
	}
}

func TestTallyErrors(t *testing.T) {
	l := newLake(t)
	put(t, l, "aa", sample(50, 1, 1))
	_, err := l.Tally(t.Context(), TallyQuery{Step: 7 * time.Minute, Missing: []Range{{}}})
	for _, part := range []string{"step", "location", "outage"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not name the %s", err, part)
		}
	}
	_, err = l.Tally(t.Context(), TallyQuery{Step: time.Hour, Location: newYork, Queues: []string{"nosuch"}})
	if err == nil || !strings.Contains(err.Error(), "nosuch") || !strings.Contains(err.Error(), "tax") {
		t.Errorf("%v does not list the queues", err)
	}
	if _, err := newLake(t).Tally(t.Context(), TallyQuery{Step: time.Hour, Location: newYork}); err == nil {
		t.Error("an empty lake has no span to count")
	}
}

// A contact that came at 23:50 of the lake's last day and was moved to another queue after
// midnight counts in that queue: every row of the lake is in the account. The history that
// forecasts are made of ends with the last arrival.
func TestTheSpanEndsWithTheLastVisit(t *testing.T) {
	at := func(clock string) Micros {
		when, err := time.ParseInLocation("2006-01-02 15:04", clock, newYork)
		if err != nil {
			t.Fatal(err)
		}
		return MicrosOf(when)
	}
	visit := func(seq int32, queue string, queued string, o Outcome) Contact {
		c := NewContact("acd", "late")
		c.Visit, c.Visits, c.Queue, c.QueueNative, c.Outcome = seq, 2, queue, queue, o
		c.Arrival, c.Queued = at("2026-03-31 23:50"), at(queued)
		return c
	}
	l := newLake(t)
	put(t, l, "aa", []Contact{
		visit(1, "water", "2026-03-31 23:50", OutcomeOverflowed), visit(2, "tax", "2026-04-01 00:10", OutcomeHandled),
	})
	for _, tt := range []struct {
		name string
		q    TallyQuery
		days int
		tax  float64
	}{
		{"the whole lake", TallyQuery{}, 2, 1},
		{"the days of arrivals", TallyQuery{ToLastArrival: true}, 1, 0},
		{"a day that is named", TallyQuery{Last: interval.MustDate("2026-03-31")}, 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ty := tally(t, l, tt.q)
			if got := len(ty.Grid().Days()); got != tt.days {
				t.Errorf("%d days, want %d", got, tt.days)
			}
			if got, err := ty.Total("tax", Offered); err != nil || got != tt.tax {
				t.Errorf("tax was offered %v, %v; want %v", got, err, tt.tax)
			}
			if got, err := ty.Total(AllQueues, Offered); err != nil || got != 1 {
				t.Errorf("the center was offered %v, %v", got, err)
			}
		})
	}
	ty := tally(t, l, TallyQuery{})
	var offered int64
	for _, queue := range ty.Queues() {
		days, err := ty.Identities(queue)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range days {
			offered += d.Offered
		}
	}
	if rows := l.Status().Rows; offered != rows {
		t.Errorf("%d of the lake's %d rows are in the account", offered, rows)
	}
	water := series(t, ty, "water", Offered, nil)
	if _, state := water.At(water.Len() - 1); state != interval.Missing {
		t.Errorf("of the day after the last arrival water is %v; nothing is known of it", state)
	}
	gaps, err := ty.Gaps("water", nil)
	if last := len(gaps) - 1; err != nil || last < 0 || gaps[last].Why != WhyAfter {
		t.Errorf("gaps %v, %v: the day is after the lake", gaps, err)
	}
}
