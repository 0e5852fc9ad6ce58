package center

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

func TestParseEventsReads(t *testing.T) {
	text := eventHeader +
		"M-1,mailing,2026-02-02,,water; general,40000,first,\"bills, all households\"\n" +
		"P-1,program,2026-03-02,,,25,,no end: for good\n" +
		"I-1,route-to-ivr,2026-03-02,2026-04-30,general,80,,a trial\n" +
		"S-1,surge,2026-03-20,,,,,unknown size\n" +
		"O-1,outage,2026-02-11,,,,,\n"
	e, err := ParseEvents("events.csv", strings.NewReader(text), fixtureCenter(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Causes) != 4 || len(e.Outages) != 1 {
		t.Fatalf("%d causes and %d outages", len(e.Causes), len(e.Outages))
	}
	m, p, ivr, s := e.Causes[0], e.Causes[1], e.Causes[2], e.Causes[3]
	if m.Size != 40_000 || m.Class != "first" || m.Note != "bills, all households" || m.Permanent || len(m.Queues) != 2 || m.Queues[1].Queue != "general" {
		t.Errorf("mailing: %+v", m)
	}
	if !p.Permanent || len(p.Queues) != 0 || p.Size != 25 {
		t.Errorf("a program without an end: %+v", p)
	}
	if ivr.Permanent || ivr.End != interval.MustDate("2026-04-30") {
		t.Errorf("a routing with an end: %+v", ivr)
	}
	if s.Permanent || s.Size != 0 {
		t.Errorf("a surge without an end: %+v", s)
	}
}

// Levels stay in force unless they have an end; pulses pass.
func TestPermanentKinds(t *testing.T) {
	c := fixtureCenter(t)
	lasting := map[uplift.Kind]bool{
		uplift.Program: true, uplift.HoursChange: true, uplift.RouteIn: true, uplift.RouteToIVR: true, uplift.TransferChange: true,
	}
	for _, k := range uplift.Kinds() {
		for _, end := range []string{"", "2026-05-01"} {
			e, err := ParseEvents("events.csv", strings.NewReader(eventHeader+"X,"+string(k)+",2026-03-02,"+end+",,,,\n"), c)
			if err != nil {
				t.Fatalf("%s: %v", k, err)
			}
			if want := lasting[k] && end == ""; e.Causes[0].Permanent != want {
				t.Errorf("%s with end %q: permanent is %v", k, end, !want)
			}
		}
	}
}

// An outage is told in days, both included, or in local times; the clocks decide
// how long a day is.
func TestOutageForms(t *testing.T) {
	c := fixtureCenter(t)
	for _, tt := range []struct {
		name, start, end string
		hours            float64
		from             string // UTC
	}{
		{"a day", "2026-02-11", "", 24, "2026-02-11T05:00:00Z"},
		{"days, both included", "2026-02-11", "2026-02-13", 72, "2026-02-11T05:00:00Z"},
		{"local times", "2026-02-11T09:30", "2026-02-11T11:00", 1.5, "2026-02-11T14:30:00Z"},
		{"a time to the end of a day", "2026-02-11T18:00", "2026-02-11", 6, "2026-02-11T23:00:00Z"},
		{"the day of 23 hours", "2026-03-08", "", 23, "2026-03-08T05:00:00Z"},
		{"the day of 25 hours", "2026-11-01", "", 25, "2026-11-01T04:00:00Z"},
		{"across the gap", "2026-03-08T01:30", "2026-03-08T03:30", 1, "2026-03-08T06:30:00Z"},
		{"summer time", "2026-07-01T09:30", "2026-07-01T10:00", 0.5, "2026-07-01T13:30:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := ParseEvents("events.csv", strings.NewReader(eventHeader+"O,outage,"+tt.start+","+tt.end+",general;water,,,\n"), c)
			if err != nil {
				t.Fatal(err)
			}
			o := e.Outages[0]
			if got := o.To.Sub(o.From).Hours(); got != tt.hours || o.From.UTC().Format(time.RFC3339) != tt.from || o.ID != "O" {
				t.Errorf("%v hours from %v", got, o.From.UTC())
			}
		})
	}
}

func TestParseEventsFaults(t *testing.T) {
	c := fixtureCenter(t)
	good := "M-1,mailing,2026-02-02,,water,40000,first,\n"
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", `the file is empty; its first line is event,kind,start`},
		{"wrong header", "id,kind,start,end,queues,size,class,note\n", `events.csv:1: the header is "id,kind,`},
		{"header of fewer columns", "event,kind,start\n", `write event,kind,start,end,queues,size,class,note`},
		{"another separator", strings.ReplaceAll(eventHeader, ",", ";"), `events.csv:1: the header is "event;kind;`},
		{"header with spaces", "event, kind, start, end, queues, size, class, note\n", `events.csv:1: the header is`},
		{"no header", good, `events.csv:1: the header is "M-1,`},
		{"fewer fields", eventHeader + good + "M-2,mailing,2026-02-02\n", `events.csv:3: a row has 8 fields`},
		{"row of another separator", eventHeader + "M-2;mailing;2026-02-02;;;;;\n", `write event,kind,start,end,queues,size,class,note`},
		{"open quote", eventHeader + "M-2,mailing,2026-02-02,,,,,\"open\n\n", `put a text with commas or quotes in quotes`},
		{"id twice", eventHeader + good + "\n" + good, `events.csv:4: event "M-1" is listed twice`},
		{"id of an outage twice", eventHeader + good + "M-1,outage,2026-02-11,,,,,\n", `events.csv:3: event "M-1" is listed twice`},
		{"no id", eventHeader + ",mailing,2026-02-02,,water,40000,first,\n", `events.csv:2: event: is missing`},
		{"outage without id", eventHeader + ",outage,2026-02-11,,,,,\n", `events.csv:2: event: is missing`},
		{"unknown kind", eventHeader + "M,mail,2026-02-02,,,,,\n", `events.csv:2: kind: uplift: "mail" is no kind of cause; the kinds are mailing, materials, program, event, hours-change, route-in, route-to-ivr, callout, outage-notice, surge, seat-loss, transfer-change, and outage`},
		{"no start", eventHeader + "M,mailing,,,,,,\n", `events.csv:2: start: `},
		{"day that does not exist", eventHeader + "M,mailing,2026-02-30,,,,,\n", `events.csv:2: start: interval: there is no day 2026-02-30`},
		{"end that does not exist", eventHeader + "M,program,2026-02-02,2026-13-01,,,,\n", `events.csv:2: end: `},
		{"end before start", eventHeader + "M,program,2026-02-02,2026-02-01,,,,\n", `end 2026-02-01 is before start 2026-02-02`},
		{"unknown queue", eventHeader + "M,mailing,2026-02-02,,parks,,,\n", `events.csv:2: queues: the center has no queue "parks"; it has general, water`},
		{"some shares", eventHeader + "M,mailing,2026-02-02,,general:0.5;water,,,\n", `events.csv:2: queues: some have a share and some have none`},
		{"shares of more than all", eventHeader + "M,mailing,2026-02-02,,general:0.7;water:0.7,,,\n", `events.csv:2: queues: the shares sum to 1.4; they must sum to 1`},
		{"share without a queue", eventHeader + "M,mailing,2026-02-02,,:1,,,\n", `events.csv:2:`},
		{"share of zero", eventHeader + "M,mailing,2026-02-02,,general:0;water:1,,,\n", `share "0" of "general"`},
		{"share that is no number", eventHeader + "M,mailing,2026-02-02,,general:half;water:.5,,,\n", `share "half" of "general"`},
		{"queue twice with shares", eventHeader + "M,mailing,2026-02-02,,water:.5;water:.5,,,\n", `queues: "water" is named twice`},
		{"outage with a share", eventHeader + "O,outage,2026-02-11,,general:.5;water:.5,,,\n", `the center has no queue "general:.5"`},
		{"queue twice", eventHeader + "M,mailing,2026-02-02,,water;water,,,\n", `events.csv:2: queues: "water" is named twice`},
		{"size in words", eventHeader + "M,mailing,2026-02-02,,,many,,\n", `size: "many" is no number`},
		{"negative size", eventHeader + "M,mailing,2026-02-02,,,-5,,\n", `size -5; give a positive number`},
		{"size that is no number", eventHeader + "M,mailing,2026-02-02,,,NaN,,\n", `size NaN`},
		{"size with commas", eventHeader + "M,mailing,2026-02-02,,,\"40,000\",,\n", `size: "40,000" is no number`},
		{"class of no mail", eventHeader + "M,mailing,2026-02-02,,,,third,\n", `class: "third"; write first or marketing`},
		{"class of something else", eventHeader + "M,program,2026-02-02,,,,first,\n", `class: `},
		{"outage of a queue", eventHeader + "O,outage,2026-02-11,,water,,,\n", `queues: an outage is one of the whole phone system`},
		{"outage of an unknown queue", eventHeader + "O,outage,2026-02-11,,parks;tax,,,\n", `queues: the center has no queue "parks"`},
		{"outage of a queue twice", eventHeader + "O,outage,2026-02-11,,water;water,,,\n", `queues: "water" is named twice`},
		{"outage with a size", eventHeader + "O,outage,2026-02-11,,,5,,\n", `an outage takes no size and no class`},
		{"outage backwards", eventHeader + "O,outage,2026-02-11,2026-02-10,,,,\n", `the outage ends at 2026-02-10, before it begins`},
		{"outage of no time", eventHeader + "O,outage,2026-02-11T09:30,,,,,\n", `before it begins`},
		{"outage at no time", eventHeader + "O,outage,noon,,,,,\n", `start: "noon" is no day and no time; write 2026-02-11 or 2026-02-11T09:30`},
		{"outage that ends at no time", eventHeader + "O,outage,2026-02-11,2026-02-11 11:00,,,,\n", `end: "2026-02-11 11:00" is no day and no time`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseEvents("events.csv", strings.NewReader(tt.text), c)
			checkError(t, err, "events.csv", tt.want)
		})
	}
}

func FuzzParseEvents(f *testing.F) {
	f.Add([]byte(eventHeader + "M-1,mailing,2026-02-02,,water,40000,first,note\nO,outage,2026-02-11T09:30,2026-02-12,,,,\n"))
	f.Add([]byte(eventHeader + "\"a\nb\",\"x\ny\",2026-02-02,,\"q\r\",,,\n"))
	f.Add([]byte("event;kind\n"))
	c := fixtureCenter(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		e, err := ParseEvents("events.csv", strings.NewReader(string(in)), c)
		if err != nil && !oneLineText(err.Error()) {
			t.Errorf("more than one line: %q", err)
		}
		if err != nil {
			return
		}
		for _, cause := range e.Causes {
			if err := cause.Validate(); err != nil {
				t.Errorf("a cause that was read is not valid: %v", err)
			}
		}
		for _, o := range e.Outages {
			if !o.From.Before(o.To) {
				t.Errorf("outage %q from %v to %v", o.ID, o.From, o.To)
			}
		}
	})
}

func TestParseEventsReadsShares(t *testing.T) {
	e, err := ParseEvents("events.csv", strings.NewReader(eventHeader+"M-1,mailing,2026-02-02,,water:0.66; general : .34,40000,first,\n"), fixtureCenter(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []uplift.Share{{Queue: "water", Share: .66}, {Queue: "general", Share: .34}}
	if got := e.Causes[0].Queues; !slices.Equal(got, want) {
		t.Errorf("queues %v, want %v", got, want)
	}
}
