package ingest

import (
	"strings"
	"testing"

	"github.com/ringtide/ringtide/lake"
)

func TestProfileFaultsAreNamed(t *testing.T) {
	for name, tt := range map[string]struct {
		change [2]string
		want   []string
	}{
		"unknown field":     {[2]string{"id: [id]", "id: [id]\nidd: 3"}, []string{"idd", "p.yaml:7:1"}},
		"no version":        {[2]string{"version: 1", "version: 0"}, []string{"version"}},
		"taken name":        {[2]string{"profile: walls", "profile: queue_log"}, []string{"profile", "queue_log"}},
		"bad zone":          {[2]string{"America/New_York", "New_York"}, []string{"New_York", "IANA"}},
		"no id":             {[2]string{"id: [id]", "id: []"}, []string{"id:"}},
		"outcome":           {[2]string{"is: handled", "is: answered"}, []string{"outcome rule 1", "answered"}},
		"half a layout":     {[2]string{`"2006-01-02 15:04:05"`, `"2006-01-02"`}, []string{"arrival", "layout"}},
		"two ways of time":  {[2]string{"{time: end", "{column: end, time: end"}, []string{"ended"}},
		"unknown duration":  {[2]string{"outcome:", "durations: {tlak: {column: x, unit: s}}\noutcome:"}, []string{"tlak"}},
		"unit":              {[2]string{"outcome:", "durations: {talk: {column: x, unit: sec}}\noutcome:"}, []string{"talk", "unit"}},
		"cap":               {[2]string{"outcome:", "durations: {talk: {column: x, unit: s, max: long}}\noutcome:"}, []string{"talk", "max"}},
		"column not listed": {[2]string{"header: true", "header: true\ncolumns: [id, start, end]"}, []string{"what"}},
		"headerless":        {[2]string{"header: true", "header: false"}, []string{"columns"}},
		"delimiter":         {[2]string{"header: true", "header: true\ndelimiter: '||'"}, []string{"delimiter"}},
		"not yaml":          {[2]string{"id: [id]", "id: [id"}, []string{"p.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(wallProfile, tt.change[0], tt.change[1], 1)
			if text == wallProfile {
				t.Fatal("nothing was changed")
			}
			_, err := ParseProfile("p.yaml", []byte(text))
			for _, w := range append(tt.want, "p.yaml") {
				if err == nil || !strings.Contains(err.Error(), w) {
					t.Errorf("error %v does not say %q", err, w)
				}
			}
		})
	}
	// All faults at once.
	_, err := ParseProfile("p.yaml", []byte("profile: x\nheader: true\n"))
	for _, w := range []string{"version", "id:", "outcome", "arrival"} {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("error %v does not say %q", err, w)
		}
	}
}

// One file that uses what the shipped profiles do not.
func TestEveryFieldOfAProfile(t *testing.T) {
	p, err := ParseProfile("p.yaml", []byte(`
profile: pipes
version: 3
source: pbx-2
delimiter: "|"
quotes: false
header: false
columns: [a, seq, day, clock, inout, q, number, talk, hold, result, moved, spare]
zone: America/New_York
unknown: ["-", "n/a"]
id: [a, day]
visit: seq
arrival: {date: day, time: clock, form: "02.01.2006 15:04"}
queue: q
queues: {Q-1: water}
caller: number
transfer: {column: moved, kind: attended}
durations:
  talk: {column: talk, unit: clock, max: 1h}
  hold: {column: hold, unit: min, unknown: ["0"]}
direction:
  - {when: {inout: [in, IN]}, is: inbound}
  - {when: {inout: out}, is: outbound}
ignore:
  - {when: {result: test}, is: test calls}
outcome:
  - {when: {result: lost, q: ""}, is: contained}
  - {when: {result: lost}, is: abandoned}
  - {when: {result: ok}, is: handled}
`))
	if err != nil {
		t.Fatal(err)
	}
	lk := newLake(t)
	rows := "7|1|06.03.2026|09:30|in|Q-1|5550100001|2:05|1.5|ok|tax|\n" +
		"7|2|06.03.2026|9:33|IN| Q-9 |5550100001|1:30:00|0|ok|15550100001|\n" +
		"8|1|06.03.2026|24:00|in||n/a|-|-|lost||\n" +
		"9|1|06.03.2026|10:00|in|Q-1|-|-|-|lost||\n" +
		"10|1|06.03.2026|10:00|out|Q-1|-|-|-|ok||\n" +
		"11|1|06.03.2026|10:00|in|Q-1|-|-|-|test||\n" +
		"12|1|06.03.2026|10:00|sideways|Q-1|-|-|-|ok||\n" +
		"13|1|06.03.2026|10:00|in|Q-1|-|-|-|shrug||\n"
	r := mustLoad(t, lk, Options{Format: "pipes", Profiles: []*Profile{p}, MaxShare: 0.2}, input("x", rows))
	if f := r.Files[0]; f.Rows != 8 || f.Stored != 6 || f.IgnoredBy["test calls"] != 1 || f.Reasons[reasonDirection] != 1 || f.Flags["unknown_outcome"] != 1 || f.Source != "pbx-2" {
		t.Fatalf("report %+v", f)
	}
	got := map[string]lake.Contact{}
	for _, c := range stored(t, lk) {
		got[c.ID[:strings.Index(c.ID, "/")]+"."+string(rune('0'+c.Visit))] = c
	}
	if c := got["7.1"]; c.ID != "7/06.03.2026" || c.Visits != 2 || c.Queue != "water" || c.QueueNative != "Q-1" || c.Talk != 125_000 || c.Hold != 90_000 || c.Transfer != lake.AttendedTransfer || c.TransferTo != "tax" || c.Quality != lake.Minute {
		t.Errorf("%+v", c)
	}
	if c := got["7.2"]; c.Queue != "Q-9" || c.Talk != lake.NoMillis || c.Flags != lake.FlagTooLong || c.Hold != lake.NoMillis || c.TransferTo != "external" {
		t.Errorf("%+v", c)
	}
	if c := got["8.1"]; c.Outcome != lake.OutcomeContained || c.LocalDate().String() != "2026-03-07" {
		t.Errorf("%+v", c)
	}
	if got["9.1"].Outcome != lake.OutcomeAbandoned || got["10.1"].Direction != lake.Outbound || got["13.1"].Outcome != lake.OutcomeUnknown {
		t.Errorf("%+v", got)
	}
}

func TestBrokenSeparators(t *testing.T) {
	lk := newLake(t)
	text := "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\tq_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver\r\n" +
		"AA0101\t1\t0\t0       NW\t991026\t23:59:50\t23:59:55\t5\t23:59:55\t0:00:10\t15\tAGENT\t0:00:10\t0:01:10\t60\tSRV01\r\n" +
		"AA0101\t2\t0\t0\tPS\t991026\t8:00:00\t7:59:30\t-30\t0:00:00\t0:00:00\t0\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER\n" +
		"AA0101\t3\t0\t0\tPS\t991026\t8:00:00\t8:00:05\t5\t8:00:05\t8:00:09\t4\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER\n"
	r := mustLoad(t, lk, Options{Profiles: shipped(t)}, input("october.txt", text))
	if f := r.Files[0]; f.Format != "anonymous-bank-1999" || f.Flags["repaired_separator"] != 1 || f.FirstFlag["repaired_separator"] != 2 || f.Flags["negative_duration"] != 1 {
		t.Fatalf("report %+v", f)
	}
	got := stored(t, lk)
	if c := got[0]; c.Queue != "NW" || c.Answered-c.Arrival != 20e6 || c.Ended-c.Arrival != 80e6 || c.Talk != 60_000 {
		t.Errorf("%+v", c)
	}
	if got[1].Outcome != lake.OutcomeContained || got[1].IVR != lake.NoMillis || got[2].Outcome != lake.OutcomeAbandoned || got[2].Wait != 4000 {
		t.Errorf("%+v", got[1:])
	}
}

func TestDetect(t *testing.T) {
	profiles := shipped(t)
	for path, want := range map[string]string{"testdata/contacts.csv": "ringtide-contacts", "testdata/queue_log.txt": FormatQueueLog} {
		if got, err := Detect([]byte(fixture(t, path)), profiles); got != want || err != nil {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	_, err := Detect([]byte("contact_id,arrival,queue\n1,2,3\n"), profiles)
	for _, w := range []string{"--formats", "ringtide-contacts", "talk_s", "contact_id, arrival, queue"} {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("error %v does not say %q", err, w)
		}
	}
	twin, err := ParseProfile("p", []byte(strings.Replace(fixture(t, "../data/profiles/ringtide-contacts.yaml"), "profile: ringtide-contacts", "profile: twin", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Detect([]byte(fixture(t, "testdata/contacts.csv")), append(profiles, twin)); err == nil || !strings.Contains(err.Error(), "twin") {
		t.Errorf("two profiles fit: %v", err)
	}
}

func TestMaskKeepsTheShapeOnly(t *testing.T) {
	if got := mask([]byte("12,José García <+1 555-0100>,\xa5")); got != "99,xxxx xxxxxx <+9 999-9999>,x" {
		t.Errorf("%q", got)
	}
	if got := mask([]byte(strings.Repeat("7", 1000))); len(got) > 310 {
		t.Errorf("%d bytes", len(got))
	}
}
