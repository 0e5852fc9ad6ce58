package lake

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ringtide/ringtide/interval"
)

// called returns a contact of a caller, who is known where n is not 0, that lasts a minute.
func called(id string, n byte, at string, queue string, o Outcome) Contact {
	t, err := time.ParseInLocation("2006-01-02 15:04", at, newYork)
	if err != nil {
		panic(err)
	}
	c := NewContact("acd", id)
	_, offset := t.Zone()
	c.Arrival, c.Ended, c.Offset = MicrosOf(t), MicrosOf(t.Add(time.Minute)), int32(offset)
	c.Queue, c.QueueNative, c.Outcome = queue, queue, o
	if n > 0 {
		c.Caller = Key{n, 0, 0, 0, 0, 0, 0, 0, n}
	}
	return c
}

func demandOf(t testing.TB, l *Lake, q DemandQuery) *Demand {
	t.Helper()
	if q.Step == 0 {
		q.Step = 30 * time.Minute
	}
	q.Location = cmp.Or(q.Location, newYork)
	d, err := l.Demand(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// counts writes the counts that are not 0, by the local start of their interval.
func counts(t testing.TB, d *Demand, queue string) string {
	t.Helper()
	all, err := d.Counts(queue)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i, c := range all {
		if c != (DemandCount{}) {
			out = append(out, fmt.Sprintf("%s %d/%d/%d/%d/%d", d.Grid().At(i).Format("02 15:04"), c.Offered, c.Demand, c.Tries, c.Unserved, c.Unknown))
		}
	}
	return strings.Join(out, ", ")
}

// The rule, case by case: offered/demand/tries/unserved/unknown.
func TestDemandRule(t *testing.T) {
	const a, h, b, ov, cont, open = OutcomeAbandoned, OutcomeHandled, OutcomeBlocked, OutcomeOverflowed, OutcomeContained, OutcomeOpen
	day := func(clock string) string { return "2025-03-04 " + clock }
	for _, tt := range []struct {
		name     string
		contacts []Contact
		center   string
	}{
		{"a redial belongs to the interval of the first try", []Contact{called("1", 1, day("09:00"), "tax", a), called("2", 1, day("10:00"), "tax", h)},
			"04 09:00 1/1/2/0/0, 04 10:00 1/0/0/0/0"},
		{"blocked and overflowed are failed tries too", []Contact{called("1", 1, day("09:00"), "", b), called("2", 1, day("09:40"), "tax", ov), called("3", 1, day("10:40"), "tax", a)},
			"04 09:00 1/1/3/1/0, 04 09:30 1/0/0/0/0, 04 10:30 1/0/0/0/0"},
		{"who was answered calls about something else", []Contact{called("1", 1, day("09:00"), "tax", h), called("2", 1, day("10:00"), "tax", a)},
			"04 09:00 1/1/1/0/0, 04 10:00 1/1/1/1/0"},
		{"so does who was served by the automated response", []Contact{called("1", 1, day("09:00"), "", cont), called("2", 1, day("10:00"), "tax", h)},
			"04 09:00 1/1/1/0/0, 04 10:00 1/1/1/0/0"},
		{"the answer ends the chain", []Contact{called("1", 1, day("09:00"), "tax", a), called("2", 1, day("09:10"), "tax", h), called("3", 1, day("09:20"), "tax", h)},
			"04 09:00 3/2/3/0/0"},
		{"the window is counted from the end of the last try", []Contact{called("1", 1, day("09:00"), "tax", a), called("2", 1, day("13:01"), "tax", a), called("3", 1, day("17:02"), "tax", h)},
			"04 09:00 1/1/3/0/0, 04 13:00 1/0/0/0/0, 04 17:00 1/0/0/0/0"},
		{"beyond the window is a demand of its own", []Contact{called("1", 1, day("09:00"), "tax", a), called("2", 1, day("13:02"), "tax", h)},
			"04 09:00 1/1/1/1/0, 04 13:00 1/1/1/0/0"},
		{"other callers are other demands", []Contact{called("1", 1, day("09:00"), "tax", a), called("2", 2, day("09:10"), "tax", h)},
			"04 09:00 2/2/2/1/0"},
		{"callers nobody knows count as themselves", []Contact{called("1", 0, day("09:00"), "tax", a), called("2", 0, day("09:10"), "tax", h)},
			"04 09:00 2/2/2/1/2"},
		{"two calls at once are two callers on one line", []Contact{
			func() Contact {
				c := called("1", 1, day("09:00"), "tax", a)
				c.Ended += Micros(5 * 60e6)
				return c
			}(), called("2", 1, day("09:02"), "tax", a), called("3", 1, day("09:20"), "tax", h)},
			"04 09:00 3/2/3/1/0"},
		{"a clock that is a second ahead does not make it two", []Contact{
			func() Contact { c := called("1", 1, day("09:00"), "tax", a); c.Ended += 1e6; return c }(), called("2", 1, day("09:01"), "tax", h)},
			"04 09:00 2/1/2/0/0"},
		{"an unknown end is nothing that failed", []Contact{called("1", 1, day("09:00"), "tax", open), called("2", 1, day("09:10"), "tax", h)},
			"04 09:00 2/2/2/0/0"},
		{"ghosts and outbound calls are nobody", []Contact{called("1", 1, day("09:00"), "tax", a),
			func() Contact { c := called("2", 1, day("09:10"), "tax", h); c.Direction = Outbound; return c }(),
			called("3", 1, day("09:20"), "tax", OutcomeGhost), called("4", 1, day("10:00"), "tax", h)},
			"04 09:00 1/1/2/0/0, 04 10:00 1/0/0/0/0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLake(t)
			put(t, l, "a", tt.contacts)
			if got := counts(t, demandOf(t, l, DemandQuery{}), AllQueues); got != tt.center {
				t.Errorf("got  %s\nwant %s", got, tt.center)
			}
		})
	}
}

// A chain counts once in each queue that it comes to, where it first does; what becomes of a
// contact shows in the last of its visits.
func TestDemandOfQueues(t *testing.T) {
	visit := func(c Contact, n int32, queued string) Contact {
		t, _ := time.ParseInLocation("2006-01-02 15:04", queued, newYork)
		c.Visit, c.Visits, c.Queued = n, 2, MicrosOf(t)
		return c
	}
	l := newLake(t)
	put(t, l, "a", []Contact{
		visit(called("1", 1, "2025-03-04 09:00", "tax", OutcomeOverflowed), 1, "2025-03-04 09:00"),
		visit(called("1", 1, "2025-03-04 09:00", "permits", OutcomeAbandoned), 2, "2025-03-04 09:30"),
		called("2", 1, "2025-03-04 10:00", "tax", OutcomeAbandoned),
		called("3", 1, "2025-03-04 10:30", "water", OutcomeHandled),
		visit(called("4", 2, "2025-03-04 09:00", "tax", OutcomeOverflowed), 1, "2025-03-04 09:00"),
		visit(called("4", 2, "2025-03-04 09:00", "permits", OutcomeHandled), 2, "2025-03-04 09:30"),
		called("5", 2, "2025-03-04 11:00", "tax", OutcomeHandled), // the overflow was served
	})
	d := demandOf(t, l, DemandQuery{})
	for queue, want := range map[string]string{
		AllQueues: "04 09:00 2/2/4/0/0, 04 10:00 1/0/0/0/0, 04 10:30 1/0/0/0/0, 04 11:00 1/1/1/0/0",
		"tax":     "04 09:00 2/2/3/0/0, 04 10:00 1/0/0/0/0, 04 11:00 1/1/1/0/0",
		"permits": "04 09:30 2/2/2/0/0",
		"water":   "04 10:30 1/1/1/0/0",
	} {
		if got := counts(t, d, queue); got != want {
			t.Errorf("%s: got  %s\nwant %s", queue, got, want)
		}
	}
	one := demandOf(t, l, DemandQuery{TallyQuery: TallyQuery{Queues: []string{"water"}}})
	if got := counts(t, one, "water"); got != "04 10:30 1/1/1/0/0" {
		t.Errorf("a queue asked for alone: %s", got)
	}
}

// Tries over the turn of a month, or before the days asked for, are one demand.
func TestDemandOverEdges(t *testing.T) {
	l := newLake(t)
	put(t, l, "a", []Contact{
		called("1", 1, "2025-02-28 18:30", "tax", OutcomeAbandoned), // 23:30 UTC
		called("2", 1, "2025-02-28 19:30", "tax", OutcomeAbandoned),
		called("3", 1, "2025-02-28 23:10", "tax", OutcomeAbandoned),
		called("4", 1, "2025-03-01 01:10", "tax", OutcomeHandled),
		called("5", 2, "2025-03-03 01:10", "tax", OutcomeHandled),
	})
	if got, want := counts(t, demandOf(t, l, DemandQuery{}), AllQueues), "28 18:30 1/1/4/0/0, 28 19:30 1/0/0/0/0, 28 23:00 1/0/0/0/0, 01 01:00 1/0/0/0/0, 03 01:00 1/1/1/0/0"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	march := demandOf(t, l, DemandQuery{TallyQuery: TallyQuery{First: interval.MustDate("2025-03-01"), Last: interval.MustDate("2025-03-02")}})
	if got, want := counts(t, march, AllQueues), "01 01:00 1/0/0/0/0"; got != want {
		t.Errorf("March: got %s, want %s", got, want)
	}
	february := demandOf(t, l, DemandQuery{TallyQuery: TallyQuery{First: interval.MustDate("2025-02-28"), Last: interval.MustDate("2025-02-28")}})
	if got, want := counts(t, february, AllQueues), "28 18:30 1/1/4/0/0, 28 19:30 1/0/0/0/0, 28 23:00 1/0/0/0/0"; got != want {
		t.Errorf("February: got %s, want %s", got, want)
	}
}

// plainDemand finds chains the long way: for every contact in the order of arrival it looks for
// the failed one that it repeats.
func plainDemand(contacts []Contact, window time.Duration) (demand, unserved map[string]int) {
	byID := map[string][]Contact{}
	for _, c := range contacts {
		byID[c.ID] = append(byID[c.ID], c)
	}
	type whole struct {
		first, last Contact
		end         Micros
		queues      []string
		chain       int
	}
	var all []whole
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		visits := byID[id]
		w := whole{first: visits[0], last: visits[len(visits)-1]}
		for _, v := range visits {
			w.end = max(w.end, v.Ended)
			w.queues = append(w.queues, v.Queue)
		}
		all = append(all, w)
	}
	slices.SortFunc(all, func(a, b whole) int {
		return cmp.Or(cmp.Compare(a.first.Arrival, b.first.Arrival), cmp.Compare(a.end, b.end), cmp.Compare(a.last.Outcome, b.last.Outcome), strings.Compare(a.first.Queue, b.first.Queue))
	})
	failed := func(o Outcome) bool {
		return o == OutcomeAbandoned || o == OutcomeBlocked || o == OutcomeOverflowed
	}
	repeated := make([]bool, len(all))
	chains, ends := 0, map[int]whole{}
	for i := range all {
		best := -1
		for k := range i {
			gap := all[i].first.Arrival - all[k].end
			if all[k].first.Caller == all[i].first.Caller && all[i].first.Caller != (Key{}) && !repeated[k] && failed(all[k].last.Outcome) &&
				gap >= -2e6 && gap <= MicrosOf(time.UnixMicro(window.Microseconds())) && (best < 0 || all[k].end >= all[best].end) {
				best = k
			}
		}
		all[i].chain = chains
		if best >= 0 {
			repeated[best], all[i].chain = true, all[best].chain
		} else {
			chains++
		}
		ends[all[i].chain] = all[i]
	}
	demand, unserved = map[string]int{}, map[string]int{}
	seen := map[string]bool{}
	for _, w := range all {
		for _, q := range append(w.queues, AllQueues) {
			key := fmt.Sprint(w.chain, q)
			if q == "" || seen[key] {
				continue
			}
			seen[key] = true
			demand[q]++
			if failed(ends[w.chain].last.Outcome) {
				unserved[q]++
			}
		}
	}
	return demand, unserved
}

// Against the long way, with months gone through in any number of parts: the same demand;
// every contact is in one try, and offered is what Tally counts.
func TestDemandIsTheSameEveryWay(t *testing.T) {
	defer func(n int) { triesAtOnce = n }(triesAtOnce)
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 150).Draw(r, "contacts")
		callers := rapid.IntRange(1, 30).Draw(r, "callers")
		start := time.Date(2025, 1, 30, 5, 0, 0, 0, time.UTC)
		var contacts []Contact
		outcomes := []Outcome{OutcomeHandled, OutcomeAbandoned, OutcomeAbandoned, OutcomeBlocked, OutcomeOverflowed, OutcomeContained, OutcomeUnknown, OutcomeOpen}
		for i := range n {
			c := NewContact("acd", fmt.Sprintf("c%03d", i))
			at := start.Add(time.Duration(rapid.IntRange(0, 5*86400).Draw(r, "at"))*time.Second + time.Duration(i)*time.Millisecond) // no two at once
			c.Arrival, c.Ended = MicrosOf(at), MicrosOf(at.Add(time.Duration(rapid.IntRange(0, 900).Draw(r, "s"))*time.Second))
			c.Queue, c.Outcome = rapid.SampledFrom([]string{"tax", "water", ""}).Draw(r, "queue"), rapid.SampledFrom(outcomes).Draw(r, "outcome")
			c.QueueNative = c.Queue
			if k := byte(rapid.IntRange(0, callers).Draw(r, "caller")); k > 0 {
				c.Caller = Key{k, k, k}
			}
			contacts = append(contacts, c)
			if c.Queue != "" && rapid.IntRange(0, 4).Draw(r, "again") == 0 {
				contacts[len(contacts)-1].Visits = 2
				c.Visit, c.Visits, c.Queued, c.Queue = 2, 2, c.Ended, "permits"
				c.QueueNative, c.Ended, c.Outcome = "permits", c.Ended+60e6, rapid.SampledFrom(outcomes).Draw(r, "then")
				contacts = append(contacts, c)
			}
		}
		window := time.Duration(rapid.IntRange(1, 12).Draw(r, "hours")) * time.Hour
		l := newLake(t)
		put(t, l, "a", contacts)
		triesAtOnce = rapid.IntRange(3, 1000).Draw(r, "held")
		d := demandOf(t, l, DemandQuery{Window: window, TallyQuery: TallyQuery{Location: time.UTC}})
		wantDemand, wantUnserved := plainDemand(contacts, window)
		tally, err := l.Tally(context.Background(), TallyQuery{Step: 30 * time.Minute, Location: time.UTC})
		if err != nil {
			r.Fatal(err)
		}
		for _, q := range append(d.Queues(), AllQueues) {
			var sum DemandCount
			all, _ := d.Counts(q)
			for _, c := range all {
				sum.plus(c)
			}
			offered, _ := tally.Total(q, Offered)
			if sum.Demand != int64(wantDemand[q]) || sum.Unserved != int64(wantUnserved[q]) || sum.Offered != int64(offered) || sum.Tries != sum.Offered || sum.Demand > sum.Offered {
				r.Errorf("%s: %+v; want demand %d, unserved %d, offered %v", q, sum, wantDemand[q], wantUnserved[q], offered)
			}
		}
	})
}

// Days of which calls are in no record are marked, with why.
func TestLostDays(t *testing.T) {
	var contacts []Contact
	add := func(day string, n int, o Outcome) {
		for i := range n {
			contacts = append(contacts, called(fmt.Sprintf("%s-%s-%d", day, o, i), byte(1+i%200), fmt.Sprintf("2025-03-%s %02d:%02d", day, 9+i/60%8, i%60), "tax", o))
		}
	}
	add("03", 200, OutcomeHandled)
	add("04", 198, OutcomeHandled) // 1% blocked
	add("04", 2, OutcomeBlocked)
	add("05", 200, OutcomeHandled) // outage
	add("07", 200, OutcomeHandled) // after a silent day
	add("07", 1, OutcomeBlocked)   // fewer than 1%
	l := newLake(t)
	put(t, l, "a", contacts)
	noon := time.Date(2025, 3, 5, 12, 0, 0, 0, newYork)
	d := demandOf(t, l, DemandQuery{Lines: 2, TallyQuery: TallyQuery{Missing: []Range{{From: noon, To: noon.Add(time.Hour), Note: "o"}}}})
	var week interval.Week
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = []interval.Span{{Open: 540, Close: 840}}
	}
	cal, err := interval.NewCalendar(newYork, []interval.Opening{{Week: week}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	days, err := d.Days(AllQueues, cal)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, day := range days {
		got = append(got, fmt.Sprint(day.Day.Day(), day.Lost, day.Offered, day.Full))
	}
	// On the 4th two minutes have a second call, on the 7th one.
	want := []string{"3 [] 200 0", "4 [blocked capacity] 200 120", "5 [outage] 200 0", "6 [missing] 0 0", "7 [capacity] 201 60"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	s, err := d.Series(AllQueues, cal)
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range s.Daily() {
		if day.Day.Date.Day() == 5 && day.Missing == 0 {
			t.Error("the outage is not missing in the series")
		}
	}
}

// Calls that last over the turn of a month hold their lines.
func TestLinesOverMonths(t *testing.T) {
	long := func(id string, at string, hours int) Contact {
		c := called(id, 1, at, "tax", OutcomeHandled)
		c.Ended = c.Arrival + Micros(hours)*3600e6
		return c
	}
	l := newLake(t)
	put(t, l, "a", []Contact{long("1", "2025-02-28 18:00", 3), long("2", "2025-02-28 20:00", 2), long("3", "2025-05-01 09:00", 1), long("4", "2025-05-01 09:30", 1)})
	days, err := demandOf(t, l, DemandQuery{Lines: 2}).Days("tax", nil)
	if err != nil {
		t.Fatal(err)
	}
	full := map[string]int64{}
	for _, d := range days {
		if d.Full > 0 {
			full[d.Day.String()] = d.Full
		}
	}
	if want := map[string]int64{"2025-02-28": 3600, "2025-05-01": 1800}; !maps.Equal(full, want) {
		t.Errorf("got %v, want %v", full, want)
	}
}

func TestDemandRefuses(t *testing.T) {
	l := newLake(t)
	put(t, l, "a", []Contact{called("1", 1, "2025-03-04 09:00", "tax", OutcomeHandled)})
	for _, tt := range []struct {
		q    DemandQuery
		want string
	}{
		{DemandQuery{Window: time.Second}, "redial window of 1s"},
		{DemandQuery{Window: 200 * time.Hour}, "redial window"},
		{DemandQuery{Lines: -1}, "-1 lines"},
		{DemandQuery{TallyQuery: TallyQuery{Queues: []string{"nothing"}}}, `no queue "nothing"`},
	} {
		tt.q.Step, tt.q.Location = time.Hour, newYork
		if _, err := l.Demand(context.Background(), tt.q); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v; want %s", err, tt.want)
		}
	}
}
