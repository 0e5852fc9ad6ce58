package simulate

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// oneDay is a day with one event of each action and one contact of each outcome.
func oneDay(t *testing.T) *DayLog {
	cfg := small("2025-06-02", "2025-06-02")
	cal := office(t)
	at := func(clock string) int64 {
		v, err := time.ParseInLocation("2006-01-02 15:04:05.000", "2025-06-02 "+clock, cal.Location())
		if err != nil {
			t.Fatal(err)
		}
		return v.UnixMilli()
	}
	a, b := at("09:00:00.250"), at("09:01:00.000")
	return &DayLog{
		Date: cfg.First, Location: cal.Location(), Config: &cfg, Agents: []string{"E01"},
		Contacts: []Contact{
			{
				Serial: 0, Arrival: a, IVR: 20000, Wait: 7250, Talk: 61004, Hold: 500, Wrap: 30, Caller: 5550100,
				Queue: 0, Agent: 0, Transfer: 0, Reason: 1, Outcome: Handled,
			},
			{
				Serial: 2, Arrival: b, IVR: 0, Wait: 12345, Talk: Unknown, Hold: Unknown, Wrap: Unknown,
				Queue: 1, Agent: -1, Transfer: -1, Reason: -1, Outcome: Abandoned,
			},
			{
				Serial: 4, Arrival: b, IVR: Unknown, Wait: Unknown, Talk: Unknown, Hold: Unknown, Wrap: Unknown, Caller: 2000000,
				Queue: 2, Agent: -1, Transfer: -1, Reason: -1, Outcome: Blocked,
			},
			{
				Serial: 6, Arrival: b, IVR: 90000, Wait: Unknown, Talk: Unknown, Hold: Unknown, Wrap: Unknown, Caller: 2000001,
				Queue: 1, Agent: -1, Transfer: -1, Reason: 0, Outcome: Contained,
			},
		},
		Events: []LogEvent{
			{At: a, Queue: -1, Agent: -1, Action: QueueStart},
			{At: a, Agent: 0, Action: AddMember},
			{At: a, Serial: 0, Arrival: a - 20000, P: [4]int32{3}, Caller: 5550100, Agent: -1, Action: Enter},
			{At: a + 5000, Serial: 0, Arrival: a - 20000, P: [4]int32{12000}, Action: NoAnswer},
			{At: a + 9000, Serial: 0, Arrival: a - 20000, P: [4]int32{9, 2}, Action: Connect},
			{At: a + 9900, Serial: 0, Arrival: a - 20000, P: [4]int32{9, 61, 3}, Action: CompleteAgent},
			{At: a + 9900, Serial: 0, Arrival: a - 20000, P: [4]int32{9, 61, 3}, Action: CompleteCaller},
			{At: a + 9900, Serial: 0, Arrival: a - 20000, P: [4]int32{9, 61, 3, 1}, Action: Transfer},
			{At: a + 9900, Serial: 2, Arrival: a, P: [4]int32{1, 2, 9}, Queue: 1, Agent: -1, Action: Abandon},
			{At: a + 9900, Serial: 2, Arrival: a, P: [4]int32{1, 2, 9}, Queue: 1, Agent: -1, Action: Timeout},
			{At: a + 9900, Serial: 2, Arrival: a, P: [4]int32{1}, Queue: 1, Agent: -1, Action: Enter},
			{At: a + 10000, Action: Pause},
			{At: a + 11000, Action: Unpause},
			{At: a + 12000, Action: RemoveMember},
		},
	}
}

func TestQueueLogForm(t *testing.T) {
	var got bytes.Buffer
	if err := NewQueueLog(&got).Day(oneDay(t)); err != nil {
		t.Fatal(err)
	}
	want := `1748869200|NONE|NONE|NONE|QUEUESTART|
1748869200|MANAGER|general|Agent/E01|ADDMEMBER|
1748869200|1748869180.0|general|NONE|DID|+15550100311
1748869200|1748869180.0|general|NONE|ENTERQUEUE||+15555550100|3
1748869205|1748869180.0|general|Agent/E01|RINGNOANSWER|12000
1748869209|1748869180.0|general|Agent/E01|CONNECT|9|1748869207.1|2
1748869210|1748869180.0|general|Agent/E01|COMPLETEAGENT|9|61|3
1748869210|1748869180.0|general|Agent/E01|COMPLETECALLER|9|61|3
1748869210|1748869180.0|general|Agent/E01|BLINDTRANSFER|police-nonemergency|from-internal|9|61|3
1748869210|1748869200.2|water|NONE|ABANDON|1|2|9
1748869210|1748869200.2|water|NONE|EXITWITHTIMEOUT|1|2|9
1748869210|1748869200.2|water|NONE|DID|+15550100311
1748869210|1748869200.2|water|NONE|ENTERQUEUE||anonymous|1
1748869210|NONE|general|Agent/E01|PAUSE|break
1748869211|NONE|general|Agent/E01|UNPAUSE|
1748869212|MANAGER|general|Agent/E01|REMOVEMEMBER|
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestContactCSVForm(t *testing.T) {
	var got bytes.Buffer
	w := NewContactCSV(&got)
	d := oneDay(t)
	if err := w.Day(d); err != nil {
		t.Fatal(err)
	}
	d.Contacts = d.Contacts[:1]
	if err := w.Day(d); err != nil { // the header comes once
		t.Fatal(err)
	}
	handled := "1748869200.0,2025-06-02T09:00:00.250-04:00,general,+15550100311,+15555550100,handled,20,7.25,61.004,0.5,0.03,E01,911,en,other\n"
	want := contactHeader + handled +
		"1748869260.2,2025-06-02T09:01:00.000-04:00,water,+15550100311,,abandoned,0,12.345,,,,,,en,\n" +
		"1748869260.4,2025-06-02T09:01:00.000-04:00,agua,+15550100311,+15552000000,blocked,,,,,,,,en,\n" +
		"1748869260.6,2025-06-02T09:01:00.000-04:00,water,+15550100311,+15552000001,contained,90,,,,,,,en,bill\n" + handled
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

// Both exports tell the same story of a call, the log in whole seconds.
func TestExportsAgree(t *testing.T) {
	cfg := small("2025-06-02", "2025-06-14")
	var text, rows bytes.Buffer
	if _, err := Run(t.Context(), cfg, office(t), crewOf(7, 2), 3, Tee(NewQueueLog(&text), NewContactCSV(&rows))); err != nil {
		t.Fatal(err)
	}
	entered, ended := map[string]int64{}, map[string][]string{}
	last := int64(0)
	for line := range strings.Lines(text.String()) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		at, err := strconv.ParseInt(f[0], 10, 64)
		if err != nil || at < last {
			t.Fatalf("line %q is out of order", line)
		}
		last = at
		switch f[4] {
		case "ENTERQUEUE":
			entered[f[1]] = at
		case "COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ABANDON", "EXITWITHTIMEOUT":
			if ended[f[1]] != nil {
				t.Fatalf("%s ends twice", f[1])
			}
			ended[f[1]] = f[4:]
		}
	}
	table, err := csv.NewReader(&rows).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range table[1:] {
		id, outcome, end := c[0], c[5], ended[c[0]]
		if queued := outcome == "handled" || outcome == "abandoned"; queued != (end != nil) {
			t.Fatalf("%s was %s and ends with %v", id, outcome, end)
		} else if !queued {
			continue
		}
		arrival, err := time.Parse(time.RFC3339Nano, c[1])
		if err != nil || !strings.HasPrefix(id, fmt.Sprintf("%d.", arrival.Unix())) {
			t.Fatalf("%s arrives at %s", id, c[1])
		}
		apart(arrival.Unix(), entered[id], c[6], t)
		wait, given := end[1], ""
		switch end[0] {
		case "ABANDON", "EXITWITHTIMEOUT":
			wait = end[3]
		case "BLINDTRANSFER":
			wait, given = end[3], end[1]
		}
		if given != c[12] {
			t.Fatalf("%s is transferred to %q, in the log to %q", id, c[12], given)
		}
		if a, b := number(t, wait), number(t, c[7]); a < b-1 || a > b+1 {
			t.Fatalf("%s waits %s s, in the log %s", id, c[7], wait)
		}
	}
}

// apart checks that two epoch seconds lie a number of seconds apart.
func apart(from, to int64, seconds string, t *testing.T) {
	t.Helper()
	if d := float64(to-from) - number(t, seconds); d < -1 || d > 1 {
		t.Fatalf("%d to %d is not %s s", from, to, seconds)
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestWriteEvents(t *testing.T) {
	cfg := small("2025-06-01", "2025-06-02")
	cfg.Causes = allKinds()
	cfg.Causes[1].Note = "music, food"
	var got bytes.Buffer
	if err := WriteEvents(&got, cfg); err != nil {
		t.Fatal(err)
	}
	want := `event,kind,start,end,queues,size,class,note
letter,mailing,2025-06-02,,agua;water,20000,first,
fair,event,2025-06-07,2025-06-08,general,9000,,"music, food"
section,route-in,2025-06-05,,general,60,,
balance,route-to-ivr,2025-06-04,,agua;water,,,
fiber,outage,2025-06-11,2025-06-11,general;water;agua,,,
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

// In an outage nothing is recorded but what was in the system when it began.
func TestOutageIsAHole(t *testing.T) {
	cfg := small("2025-06-11", "2025-06-11")
	cfg.Causes = []Cause{{ID: "fiber", Kind: Outage, Date: interval.MustDate("2025-06-11"), From: 600, To: 840}}
	truth, r := run(t, cfg, office(t), crewOf(8, 2), 2)
	start := r.days[0].Date.Start(r.days[0].Location).UnixMilli()
	lost := 0
	for _, q := range truth.Days[0].Queues {
		lost += q.Lost
	}
	for _, c := range r.contacts() {
		if m := (c.Arrival - start) / 60000; m >= 600 && m < 840 {
			t.Fatalf("a call is recorded in the outage: %+v", c)
		}
	}
	if lost < 100 || -truth.Causes[0].RealisedQueued > lost {
		t.Errorf("%d calls are lost, %d of them fresh and bound for a line", lost, -truth.Causes[0].RealisedQueued)
	}
}

// Around the clock, what happens after midnight is in the log of the next day.
func TestLogOverMidnight(t *testing.T) {
	cfg := small("2025-06-02", "2025-06-05")
	cfg.Shapes["day"] = []Knot{{1300, 0}, {1439, 1}}
	var roster []AgentShift
	for d := range 7 {
		for i := range 9 {
			roster = append(roster, AgentShift{fmt.Sprintf("E%02d", i), "english", time.Weekday(d), interval.Span{Open: 0, Close: 1440}, nil})
		}
	}
	_, r := run(t, cfg, calendar(t, nil, nil), roster, 2)
	early := 0
	for i, d := range r.days {
		start := d.Date.Start(d.Location).UnixMilli()
		for k, e := range d.Events {
			if e.At < start || i < len(r.days)-1 && e.At >= d.Date.AddDays(1).Start(d.Location).UnixMilli() {
				t.Fatalf("%s holds an event of another day", d.Date)
			}
			if k > 0 && e.At < d.Events[k-1].At {
				t.Fatalf("%s is out of order", d.Date)
			}
			if e.Arrival != 0 && e.Arrival < start {
				early++
			}
		}
	}
	if early == 0 {
		t.Error("no call went on after midnight")
	}
}
