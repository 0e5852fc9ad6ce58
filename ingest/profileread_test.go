package ingest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ringtide/ringtide/lake"
)

func parsed(t testing.TB, text string) *Profile {
	t.Helper()
	p, err := ParseProfile("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const jsonProfile = `
profile: cloud
version: 1
file: json
within: [items]
zone: America/New_York
id: [call.id, legs.0.n]
arrival: {column: call.times.start, form: rfc3339}
ended: {column: call.times.end, form: epoch_ms}
queue: queue.name
caller: call.from
agent: legs.0.agent
dnis: x.dotted
durations:
  wait: {column: legs.0.wait, unit: s}
  talk: {column: legs.0.talk, unit: ms}
ignore:
  - {when: {test: "true"}, is: test calls}
outcome:
  - {when: {result: done}, is: handled}
  - {when: {result: ""}, is: abandoned}
`

const jsonRows = `{"call":{"id":"a","from":"+1 312 555 0101","times":{"start":"2026-03-06T09:30:00.5-05:00","end":1772807700000}},"queue":{"name":"w\u00e4ter \"x\"","id":{"deep":[1,2,{"a":"]"}]}},"legs":[{"n":1,"wait":12.5,"talk":"61000","agent":"Roe"},{"n":2,"wait":99}],"result":"done","x.dotted":"311","test":false}
{"call":{"id":"b","times":{"start":"2026-03-06T14:31:00Z","end":null}},"queue":{"name":"tax"},"legs":[{"n":2,"wait":3}],"result":null,"x":{"dotted":"312"}}
{"call":{"id":"c","times":{"start":"2026-03-06T14:31:00Z"}},"queue":{"name":"tax"},"legs":[{"n":2}],"result":"done","test":true}
{"call":{"id":"d","times":{"start":"yesterday"}},"legs":[{"n":2}],"result":"done"}
{"call":{"id":{"n":1},"times":{"start":"2026-03-06T14:31:00Z"}},"legs":[{"n":2}]}
{"call":{"id":"f","times":{"start":"2026-03-06T14:31:00Z"}},"legs":[]}
{"call":{"id":"g","times":{"start":"2026-03-06T14:31:00Z"}},"legs":[{"n":1}],"queue":{"name":oops}}
`

// Fields are found by their paths, in lists, with escapes and with points in their names; what is
// no object, or has an object where a value is expected, is put aside.
func TestJSONProfile(t *testing.T) {
	p := parsed(t, jsonProfile)
	opts := Options{Profiles: []*Profile{p}, MaxShare: 1, Key: []byte("0123456789abcdef"), QuarantineDir: t.TempDir()}
	lk := newLake(t)
	r := mustLoad(t, lk, opts, input("calls.jsonl", jsonRows))
	f := r.Files[0]
	if f.Format != "cloud" || f.Rows != 7 || f.Stored != 2 || f.IgnoredBy["test calls"] != 1 ||
		f.Reasons[reasonTime] != 1 || f.Reasons[reasonJSON] != 2 || f.Reasons[reasonKey] != 1 || f.Absent != nil {
		t.Fatalf("%+v", f)
	}
	got := stored(t, lk)
	a, b := got[0], got[1]
	if a.ID != "a/1" || a.Queue != `wäter "x"` || a.DNIS != "311" || a.Wait != 12_500 || a.Talk != 61_000 || a.Outcome != lake.OutcomeHandled ||
		a.Arrival.Time().Format("15:04:05.0") != "14:30:00.5" || a.Ended-a.Arrival != 299_500_000 || a.Offset != -5*3600 || a.Caller == (lake.Key{}) || a.Agent == (lake.Key{}) {
		t.Errorf("%+v", a)
	}
	if b.ID != "b/2" || b.DNIS != "312" || b.Ended != 0 || b.Outcome != lake.OutcomeAbandoned || b.Talk != lake.NoMillis {
		t.Errorf("%+v", b)
	}
	if text := fixture(t, f.QuarantineFile); strings.Contains(text, "yesterday") || !strings.Contains(text, `"column":"call.id"`) {
		t.Error(text)
	}

	// The same records in a list that an object wraps.
	wrapped := newLake(t)
	list := `{"page":1,"items":[` + strings.Join(strings.Split(strings.TrimSpace(jsonRows), "\n")[:4], ",") + `],"next":null}`
	mustLoad(t, wrapped, opts, input("calls.json", list))
	if !slices.Equal(stored(t, wrapped), got) {
		t.Errorf("wrapped: %+v", stored(t, wrapped))
	}
}

// A field that no record has is told, for it may be misspelt; a first record that lacks what
// identifies a contact is of another format.
func TestJSONProfileTellsWhatIsAbsent(t *testing.T) {
	p := parsed(t, strings.Replace(jsonProfile, "queue.name", "queue.nmae", 1))
	r := mustLoad(t, newLake(t), Options{Profiles: []*Profile{p}, MaxShare: 1}, input("calls.jsonl", jsonRows))
	if got := r.Files[0].Absent; !slices.Equal(got, []string{"queue.nmae"}) {
		t.Errorf("absent: %q", got)
	}
	_, err := Detect([]byte(`{"call":{"id":"a"},"legs":[{"n":1}]}`), []*Profile{p, shipped(t)[0]})
	for _, want := range []string{"call, legs", "profile cloud expects", "does not find call.times.start"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
	if err != nil && strings.Contains(err.Error(), "ringtide-contacts") {
		t.Errorf("a delimited profile is named: %v", err)
	}
}

// What encoding/json finds at a path, paths finds.
func TestPathsAgainstTheStandardLibrary(t *testing.T) {
	names := []string{"a", "b.c", "b.d.0", "e.1.f", "g h", "é"}
	rapid.Check(t, func(r *rapid.T) {
		var value func(depth int) any
		value = func(depth int) any {
			kinds := 4
			if depth < 4 {
				kinds = 6
			}
			switch rapid.IntRange(0, kinds-1).Draw(r, "kind") {
			case 0:
				return rapid.String().Draw(r, "text")
			case 1:
				return rapid.Float64().Draw(r, "number")
			case 2:
				return rapid.Bool().Draw(r, "bool")
			case 3:
				return nil
			case 4:
				list := []any{}
				for range rapid.IntRange(0, 3).Draw(r, "items") {
					list = append(list, value(depth+1))
				}
				return list
			}
			m := map[string]any{}
			for range rapid.IntRange(0, 4).Draw(r, "fields") {
				m[rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g h", "é", "\"q\\"}).Draw(r, "name")] = value(depth + 1)
			}
			return m
		}
		object := map[string]any{"a": value(1), "b": value(1), "e": value(1), "g h": value(1), "é": value(1)}
		raw, err := json.Marshal(object)
		if err != nil {
			r.Skip()
		}
		p := newPaths(names)
		bad := p.read(raw)
		faulty := false
		for i, name := range names {
			want, nested := lookAt(object, strings.Split(name, "."))
			if nested {
				faulty = true
				continue
			}
			if bad == nil && want != string(p.fields[i]) {
				r.Fatalf("%s in %s: %q, want %q", name, raw, p.fields[i], want)
			}
		}
		if (bad != nil) != faulty {
			r.Fatalf("%s: %v", raw, bad)
		}
	})
}

// lookAt follows a path the plain way; nested tells that an object or a list lies at its end.
func lookAt(v any, path []string) (text string, nested bool) {
	for _, name := range path {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			i := slices.Index([]string{"0", "1", "2"}, name)
			if i < 0 || i >= len(x) {
				return "", false
			}
			v = x[i]
		default:
			return "", false
		}
	}
	switch x := v.(type) {
	case map[string]any, []any:
		return "", true
	case nil:
		return "", false
	case string:
		return x, false
	}
	b, _ := json.Marshal(v)
	return string(b), false
}

const intervalProfile = `
profile: acd-report
version: 1
rows: intervals
header: true
delimiter: ";"
decimal: ","
zone: America/New_York
unknown: ["-"]
start: {date: Day, time: From, form: "02.01.2006 15:04"}
length: 30m
queue: Line
queues: {W1: water}
counts: {offered: In, handled: Done, abandoned_all: Lost, short_abandoned: Lost5, within: In20}
target: 20s
short: 5s
sums: {talk: {column: Talk, unit: clock}, staffed: {column: Staff, unit: min}}
means: {answer_wait: {column: ASA, unit: s}, abandon_wait: {column: ALT, unit: s, of: abandoned_all}}
partial: {State: [open, running]}
ignore:
  - {when: {Line: Total}, is: totals}
`

const intervalRows = `Day;From;Line;In;Done;Lost;Lost5;In20;Talk;Staff;ASA;ALT;State;Note
06.03.2026;09:00;W1;1.012;7;4;1;5;1:00:30;150,5;12,5;30;closed;x
06.03.2026;09:30;W1;-;-;-;-;-;-;-;-;-;open;
06.03.2026;09:00;Total;12;7;4;1;5;1:00:30;150;12,5;30;closed;
06.03.2026;10:00;W1;3;many;0;0;0;0;0;0;0;closed;
06.03.2026;10:00;;3;3;0;0;0;0;0;0;0;closed;
06.03.2026;10:30;W1;3;3;1;2;0;0;0;0;0;closed;
06.03.2026;25:00;W1;3;3;1;0;0;0;0;0;0;closed;
01.11.2026;01:30;W1;3;3;0;0;0;0;0;0;0;closed;
01.11.2026;01:30;W1;4;4;0;0;0;0;0;0;0;closed;
`

func TestIntervalProfile(t *testing.T) {
	lk := newLake(t)
	r := mustLoad(t, lk, Options{Profiles: []*Profile{parsed(t, intervalProfile)}, MaxShare: 1}, input("report.csv", intervalRows))
	f := r.Files[0]
	if f.Format != "acd-report" || f.Rows != 9 || f.Used != 4 || f.Intervals.Stored != 4 || f.IgnoredBy["totals"] != 1 ||
		f.Reasons[reasonCount] != 2 || f.Reasons[reasonKey] != 1 || f.Reasons[reasonTime] != 1 {
		t.Fatalf("%+v %+v", f, f.Intervals)
	}
	facts := storedFacts(t, lk)
	want := lake.NewFact("acd-report", "water", lake.MicrosOf(time.Date(2026, 3, 6, 14, 0, 0, 0, time.UTC)), 1800)
	want.QueueNative, want.Offset = "W1", -5*3600
	open := want
	want.Offered, want.Handled, want.Abandoned, want.ShortAbandoned, want.ShortMillis, want.Within, want.WithinMillis = 1012, 7, 3, 1, 5000, 5, 20_000
	want.Talk, want.Staffed, want.AnswerMillis, want.AbandonMillis = 3_630_000, 9_030_000, 87_500, 120_000
	open.Start, open.Partial = open.Start+1800e6, true
	if facts[0] != want || facts[1] != open {
		t.Errorf("got  %+v\nand  %+v\nwant %+v\nand  %+v", facts[0], facts[1], want, open)
	}
	if a, b := facts[2], facts[3]; b.Start-a.Start != 3600e6 || a.Offered != 3 || b.Offered != 4 || a.Fold != 0 || b.Fold != 1 {
		t.Errorf("the hour that comes twice: %+v %+v", a, b)
	}
}

// Days have as many hours as they had, and objects of JSON are intervals too.
func TestIntervalProfileOfDaysInJSON(t *testing.T) {
	p := parsed(t, `
profile: days
version: 2
file: json
rows: intervals
zone: America/New_York
start: {column: day, form: "2006-01-02"}
length: day
counts: {offered: n.offered, handled: n.done}
means: {talk: {column: aht, unit: s}}
`)
	lk := newLake(t)
	mustLoad(t, lk, Options{Profiles: []*Profile{p}}, input("d.json", `[{"day":"2026-03-07","n":{"offered":10,"done":8},"aht":90.5},{"day":"2026-03-08","n":{"offered":3}},{"day":"2026-11-01","n":{"offered":"1,234"}}]`))
	got := storedFacts(t, lk)
	if len(got) != 3 || got[0].Queue != "days" || got[0].Seconds != 86400 || got[0].Talk != 724_000 || got[1].Seconds != 23*3600 || got[1].Handled != -1 || got[2].Seconds != 25*3600 || got[2].Offered != 1234 {
		t.Errorf("%+v", got)
	}
}

func TestIntervalProfileFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		change [2]string
		want   string
	}{
		"a field of contacts":   {[2]string{"length: 30m", "length: 30m\nid: [In]"}, "id is for rows: contacts"},
		"no length":             {[2]string{"length: 30m", ""}, "length"},
		"two lengths":           {[2]string{"length: 30m", "length: 30m\nminutes: In"}, "either for all rows"},
		"odd length":            {[2]string{"length: 30m", "length: 90s"}, "length"},
		"unknown count":         {[2]string{"offered: In", "offred: In"}, `no count "offred"`},
		"unknown time":          {[2]string{"sums: {talk", "sums: {tlak"}, "sums: tlak"},
		"mean of nothing":       {[2]string{"handled: Done,", ""}, `mean of "handled"`},
		"sum and mean":          {[2]string{"means: {answer_wait", "means: {talk"}, "among the sums"},
		"target without within": {[2]string{", within: In20", ""}, "target"},
		"bad target":            {[2]string{"target: 20s", "target: 20"}, "no wait"},
		"all without short":     {[2]string{"short_abandoned: Lost5, ", ""}, "abandoned_all"},
		"not intervals":         {[2]string{"rows: intervals\n", ""}, "are for rows: intervals"},
		"unknown rows":          {[2]string{"rows: intervals", "rows: agents"}, `rows "agents"`},
		"json with a header":    {[2]string{"rows: intervals", "rows: intervals\nfile: json"}, "a JSON file has no header"},
		"no start":              {[2]string{"start: {date: Day, time: From, form: \"02.01.2006 15:04\"}\n", ""}, "start"},
	} {
		text := strings.Replace(intervalProfile, tt.change[0], tt.change[1], 1)
		_, err := ParseProfile("p.yaml", []byte(text))
		if text == intervalProfile || err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "p.yaml") {
			t.Errorf("%s: error %v does not say %q", name, err, tt.want)
		}
	}
}

// cel_custom writes the events of the table without a header, in the order of its settings,
// and times as epochs: declared, they are the contacts that the table gives.
func TestDeclaredCEL(t *testing.T) {
	table := newLake(t)
	text := fixture(t, "testdata/asterisk-cel/cel.txt")
	mustLoad(t, table, Options{Zone: newYork, MaxShare: 1}, input("cel.txt", text))
	var custom strings.Builder
	for _, row := range lines(text)[2:] {
		var f []string
		for _, x := range strings.Split(row, "|") {
			f = append(f, strings.TrimSpace(x))
		}
		at, err := time.Parse("2006-01-02 15:04:05-07", f[min(1, len(f)-1)])
		if len(f) < 10 || err != nil {
			continue
		}
		fmt.Fprintf(&custom, "%q,\"%d.%06d\",\"Jane \"\"J\"\" Roe\",%q,%q,%q,%q,%q,%q,%q,%q\n", f[0], at.Unix(), at.Nanosecond()/1000, f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9])
	}
	p := parsed(t, `
profile: our-cel
version: 1
rows: cel
columns: [EventType, EventTime, cid_name, cid_num, exten, context, channame, appname, appdata, uniqueid, linkedid]
`)
	lk := newLake(t)
	r := mustLoad(t, lk, Options{Format: "our-cel", Profiles: []*Profile{p}, Zone: newYork, MaxShare: 1}, input("Master.csv", custom.String()))
	if f := r.Files[0]; f.Source != "asterisk-cel" || f.Stored == 0 {
		t.Fatalf("%+v", f)
	}
	if got, want := stored(t, lk), stored(t, table); !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for text, want := range map[string]string{
		"rows: cel\nheader: true\ncolumns: [eventtype]":       "needs a column linkedid",
		"rows: cel\ncolumns: [eventtype]\nzone: UTC":          "the zone is that of the load",
		"rows: cel\nfile: json":                               "for delimited files",
		"rows: cel\ncolumns: [eventtype]\ncaller: x\nid: [x]": "id, caller is for rows: contacts",
	} {
		if _, err := ParseProfile("p", []byte("profile: x\nversion: 1\n"+text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v does not say %q", text, err, want)
		}
	}
}
