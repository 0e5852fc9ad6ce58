package ingest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/lake"
)

var logOptions = Options{Zone: newYork, Key: []byte("0123456789abcdef")}

func TestQueueLog(t *testing.T) {
	lk := newLake(t)
	r := mustLoad(t, lk, logOptions, input("queue_log", fixture(t, "testdata/queue_log.txt")))
	f := r.Files[0]
	wantIgnored := map[string]int64{"QUEUESTART": 1, "ADDMEMBER": 1, "PAUSE": 1, "OUTDIAL": 1}
	if f.Format != FormatQueueLog || f.Rows != 19 || f.Used != 15 || !reflect.DeepEqual(f.IgnoredBy, wantIgnored) || f.Contacts != 6 {
		t.Fatalf("report %+v", f)
	}
	type row struct {
		id, queue, dnis   string
		visit, visits     int32
		outcome           lake.Outcome
		ivr, wait, talk   lake.Millis
		ring              lake.Millis
		transfer          lake.Transfer
		to                string
		answered, flagged bool
	}
	no := lake.NoMillis
	want := []row{
		{"1772789480.10", "water", "3115550100", 1, 1, lake.OutcomeHandled, 20_000, 20_000, 180_000, 6_000, lake.NoTransfer, "", true, false},
		{"1772789590.12", "water", "", 1, 1, lake.OutcomeAbandoned, 10_000, 3_000, no, no, lake.NoTransfer, "", false, false},
		{"1772789605.13", "tax", "", 1, 2, lake.OutcomeOverflowed, 5_000, 60_000, no, no, lake.NoTransfer, "", false, false},
		{"1772789605.13", "water", "", 2, 2, lake.OutcomeHandled, no, 10_000, 120_000, 5_000, lake.BlindTransfer, "external", true, false},
		{"1772789890.15", "tax", "", 1, 1, lake.OutcomeHandled, 10_000, 10_000, no, 5_000, lake.NoTransfer, "", true, true},
		{"1772789990.17", "tax", "", 1, 1, lake.OutcomeOpen, 10_000, no, no, no, lake.NoTransfer, "", false, false},
	}
	for i, c := range stored(t, lk) {
		got := row{c.ID, c.Queue, c.DNIS, c.Visit, c.Visits, c.Outcome, c.IVR, c.Wait, c.Talk, c.Ring, c.Transfer, c.TransferTo, c.Answered != 0, c.Flags == lake.FlagNoEnd}
		if got != want[i] {
			t.Errorf("contact %d\ngot  %+v\nwant %+v", i, got, want[i])
		}
		if c.Offset != -5*3600 || c.Quality != lake.Second || c.Caller == (lake.Key{}) {
			t.Errorf("contact %d: %+v", i, c)
		}
	}
	if c := stored(t, lk)[0]; c.Arrival.Time() != time.Unix(1772789480, 0).UTC() || c.Queued.Time() != time.Unix(1772789500, 0).UTC() || c.Agent == (lake.Key{}) {
		t.Errorf("times or agent of %+v", c)
	}
}

// The rest of the log closes what was open: whether it is loaded with the first part or
// a day later, the contacts are the same.
func TestOpenCallsAreFinishedByTheNextFile(t *testing.T) {
	log := fixture(t, "testdata/queue_log.txt")
	rest := "1772790005|1772789890.15|tax|SIP/202|COMPLETECALLER|10|95|1\n1772790020|1772789990.17|tax|NONE|ABANDON|1|1|20\n"
	together, apart := newLake(t), newLake(t)
	mustLoad(t, together, logOptions, input("queue_log", log+rest))
	mustLoad(t, apart, logOptions, input("queue_log.1", log))
	r := mustLoad(t, apart, logOptions, input("queue_log", rest))
	if f := r.Files[0]; f.Contacts != 2 || f.Revised != 2 || f.Conflicts != 0 {
		t.Errorf("report %+v", f)
	}
	if !reflect.DeepEqual(stored(t, apart), stored(t, together)) || apart.Status().Fingerprint != together.Status().Fingerprint {
		t.Errorf("got  %+v\nwant %+v", stored(t, apart), stored(t, together))
	}
}

// randomLog writes the log of n calls as a phone system would, in order of time.
func randomLog(n int, seed uint64) []string {
	r := rand.New(rand.NewPCG(seed, 3))
	type line struct {
		at, n int64
		text  string
	}
	var lines []line
	add := func(at int64, format string, args ...any) {
		lines = append(lines, line{at, int64(len(lines)), fmt.Sprintf("%d|", at) + fmt.Sprintf(format, args...)})
	}
	queues := []string{"water", "tax", "permits"}
	for i := range n {
		at := 1772789400 + r.Int64N(3*86400)
		id := fmt.Sprintf("%d.%d", at, i)
		if r.IntN(2) == 0 {
			add(at, "%s|NONE|NONE|DID|311", id)
		}
		at += r.Int64N(60)
		for visit := range 1 + r.IntN(3) {
			q := queues[(i+visit)%3]
			add(at, "%s|%s|NONE|ENTERQUEUE||555%07d|1", id, q, i)
			wait := r.Int64N(200)
			end := at + wait
			if r.IntN(4) == 0 {
				add(at+wait/2, "%s|%s|SIP/1|RINGNOANSWER|1000", id, q)
			}
			switch r.IntN(4) {
			case 0:
				add(end, "%s|%s|NONE|ABANDON|1|1|%d", id, q, wait)
			case 1:
				add(end, "%s|%s|NONE|EXITWITHTIMEOUT|1|1|%d", id, q, wait)
				at = end // and on to the next queue within the same second
				continue
			case 2:
				add(end, "%s|%s|SIP/2|CONNECT|%d|x|3", id, q, wait)
				talk := r.Int64N(600)
				add(end+talk, "%s|%s|SIP/2|COMPLETECALLER|%d|%d|1", id, q, wait, talk)
			case 3:
				add(end, "%s|%s|SIP/2|CONNECT|%d|x|3", id, q, wait) // the log ends before the call
			}
			break
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return int(a.at - b.at) })
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.text + "\n"
	}
	return out
}

// A log cut anywhere gives one lake, whether the parts come together, apart, backwards,
// again or overlapping.
func TestAnyCutOfALogGivesOneLake(t *testing.T) {
	lines := randomLog(300, 11)
	whole := newLake(t)
	want := mustLoad(t, whole, logOptions, input("log", strings.Join(lines, "")))
	if want.Files[0].Held != 0 || whole.Status().Rows < 300 {
		t.Fatalf("report %+v", want)
	}
	r := rand.New(rand.NewPCG(5, 5))
	for range 12 {
		a, b := r.IntN(len(lines)), r.IntN(len(lines))
		a, b = min(a, b), max(a, b)
		parts := []Input{
			input("1", strings.Join(lines[:a], "")+"1772780000|NONE|NONE|NONE|QUEUESTART|1\n"),
			input("2", strings.Join(lines[max(0, a-20):b], "")+"1772780000|NONE|NONE|NONE|QUEUESTART|2\n"),
			input("3", strings.Join(lines[max(0, b-20):], "")+"1772780000|NONE|NONE|NONE|QUEUESTART|3\n"),
		}
		r.Shuffle(3, func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		lk := newLake(t)
		if r.IntN(2) == 0 {
			mustLoad(t, lk, logOptions, parts...)
		} else {
			for _, p := range parts {
				mustLoad(t, lk, logOptions, p)
			}
		}
		if lk.Status().Fingerprint != whole.Status().Fingerprint {
			got, want := stored(t, lk), stored(t, whole)
			for i := range want {
				if i >= len(got) || got[i] != want[i] {
					t.Fatalf("cut at %d and %d, order %s %s %s: %d contacts, want %d; first difference\ngot  %+v\nwant %+v",
						a, b, parts[0].Name, parts[1].Name, parts[2].Name, len(got), len(want), got[min(i, len(got)-1)], want[i])
				}
			}
			t.Fatalf("cut at %d and %d: %d contacts, want %d", a, b, len(got), len(want))
		}
	}
}

func TestEventsWithoutABeginningAreHeld(t *testing.T) {
	lk := newLake(t)
	tail := "1772789520|1772789480.10|water|SIP/202|CONNECT|20|x|6\n1772789700|1772789480.10|water|SIP/202|COMPLETEAGENT|20|180|1\n"
	r := mustLoad(t, lk, logOptions, input("tail", tail))
	if f := r.Files[0]; f.Used != 2 || f.Held != 2 || f.Contacts != 0 {
		t.Errorf("report %+v", f)
	}
	head := "1772789500|1772789480.10|water|NONE|ENTERQUEUE||5550100001|1\n"
	r = mustLoad(t, lk, logOptions, input("head", head))
	if got := stored(t, lk); r.Stored != 1 || len(got) != 1 || got[0].Talk != 180_000 || got[0].Outcome != lake.OutcomeHandled {
		t.Errorf("stored %+v", got)
	}
	// What is kept between the two names no caller.
	mustLoad(t, lk, logOptions, input("open", "1772799500|1772799480.99|water|NONE|ENTERQUEUE||5550100009|1\n"))
	for _, name := range []string{"asterisk.legs", (&legStore{name: "asterisk.legs"}).chunk("")} {
		state, err := lk.State(name)
		if err != nil || len(state) == 0 || strings.Contains(string(state), "5550100009") {
			t.Errorf("state %s: %q, %v", name, state, err)
		}
	}
}

func TestRepeatedLines(t *testing.T) {
	lk := newLake(t)
	line := "1772799500|1772799480.99|water|NONE|ENTERQUEUE||5550100009|1\n"
	r := mustLoad(t, lk, logOptions, input("log", line+line))
	if f := r.Files[0]; f.Rows != 2 || f.Used != 1 || f.Repeated != 1 || f.Stored != 1 {
		t.Errorf("report %+v", f)
	}
}

func TestQueueLogQuarantine(t *testing.T) {
	for text, want := range map[string]reject{
		"yesterday|1.1|water|NONE|ENTERQUEUE||1|1":           {reasonTime, "time"},
		"17727995000000|1.1|water|NONE|ENTERQUEUE||1|1":      {reasonTime, "time"},
		"1772799500|NONE|water|NONE|ENTERQUEUE||1|1":         {reasonKey, "callid"},
		"1772799500|1.1|NONE|NONE|ENTERQUEUE||1|1":           {reasonKey, "queue"},
		"1772799500|1.1|all|NONE|ENTERQUEUE||1|1":            {reasonQueue, "queue"},
		"1772799500|1.1|water|NONE|enterqueue":               {reasonEvent, "event"},
		"1772799500|1.1|water|NONE|ABANDON|1|1|soon":         {reasonDuration, "ABANDON"},
		"1772799500|1.1|water|SIP/1|COMPLETEAGENT|-5|10|1":   {reasonDuration, "COMPLETEAGENT"},
		"1772799500|1.1|water":                               {reasonColumns, ""},
		"1772799500,1772799480.99,water,NONE,ENTERQUEUE,,,1": {reasonColumns, ""},
	} {
		lk := newLake(t)
		opts := logOptions
		opts.MaxShare, opts.Format = 1, FormatQueueLog
		r := mustLoad(t, lk, opts, input("log", text+"\n"))
		if r.Quarantined != 1 || r.Files[0].Reasons[want.Reason] != 1 {
			t.Errorf("%s: report %+v", text, r.Files[0])
		}
	}
}

func TestEventParameters(t *testing.T) {
	no := lake.NoMillis
	for text, want := range map[string]leg{
		"EXITWITHKEY|3|1|2|45":                    {Kind: eventExit, Wait: 45_000, Talk: no, Ring: no},
		"EXITWITHTIMEOUT|1":                       {Kind: eventExit, Wait: no, Talk: no, Ring: no},
		"TRANSFER|2010|from-internal|12|60|1":     {Kind: eventBlind, Wait: 12_000, Talk: 60_000, Ring: no, To: "2010"},
		"BLINDTRANSFER|15550100001|ctx|12|60|1":   {Kind: eventBlind, Wait: 12_000, Talk: 60_000, Ring: no, To: "external"},
		"ATTENDEDTRANSFER|BRIDGE|0c2f-77|12|60|1": {Kind: eventAttended, Wait: 12_000, Talk: 60_000, Ring: no},
		"ATTENDEDTRANSFER|LINK|a-1|b-2|12|60|1":   {Kind: eventAttended, Wait: 12_000, Talk: 60_000, Ring: no},
		"CONNECT|9|1772789510.11":                 {Kind: eventConnect, Wait: 9000, Talk: no, Ring: no},
		"CONNECT|99999|1772789510.11|5":           {Kind: eventConnect, Wait: no, Talk: no, Ring: 5000, Fact: lake.FlagTooLong},
		"COMPLETECALLER|9|100|1":                  {Kind: eventComplete, Wait: 9000, Talk: 100_000, Ring: no},
		"ENTERQUEUE||15550100001|1":               {Kind: eventEnter, Wait: no, Talk: no, Ring: no},
	} {
		l := &load{hash: newHasher(nil)}
		fields := strings.Split("1772799500.25|1772799480.99|water|SIP/7|"+text, "|")
		raw := make([][]byte, len(fields))
		for i, f := range fields {
			raw[i] = []byte(f)
		}
		want.Contact, want.At, want.When, want.Queue, want.IVR, want.Hold, want.Wrap = "1772799480.99", 1772799500_250_000, lake.Second, "water", no, no, no
		if got, _, bad := l.parseEvent(raw); bad != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", text, got, bad, want)
		}
	}
}

// The same number is the same caller, whichever queue it calls.
func TestQueueLogKeepsCallersHashed(t *testing.T) {
	lk := newLake(t)
	mustLoad(t, lk, logOptions, input("log", "1772799500|1772799480.99|water|NONE|ENTERQUEUE||5550100009|1\n1772799600|1772799590.1|tax|NONE|ENTERQUEUE||(555) 010-0009|1\n1772799700|1772799690.2|tax|NONE|ENTERQUEUE||anonymous|1\n"))
	got := stored(t, lk)
	if got[0].Caller == (lake.Key{}) || got[0].Caller != got[1].Caller || got[2].Caller != (lake.Key{}) {
		t.Errorf("%+v", got)
	}
}

// Without a zone the local day is a guess; the instant, which the log has, is none. A load with
// the zone completes the contacts, whichever comes first.
func TestQueueLogWithoutAZone(t *testing.T) {
	lk := newLake(t)
	mustLoad(t, lk, Options{}, input("log", fixture(t, "testdata/queue_log.txt")))
	if c := stored(t, lk)[0]; c.Quality != lake.Second || c.Offset != 0 {
		t.Errorf("%+v", c)
	}
	zoned := Options{Zone: newYork}
	report := mustLoad(t, lk, zoned, input("log", fixture(t, "testdata/queue_log.txt")))
	if f := report.Files[0]; f.Stored+f.Conflicts != 0 {
		t.Errorf("with the zone: %+v", f)
	}
	other := newLake(t)
	mustLoad(t, other, zoned, input("log", fixture(t, "testdata/queue_log.txt")))
	mustLoad(t, other, Options{}, input("log", fixture(t, "testdata/queue_log.txt")))
	a, b := stored(t, lk), stored(t, other)
	for i := range a {
		if a[i] != b[i] || a[i].Offset == 0 {
			t.Errorf("the zone last: %+v\nthe zone first: %+v", a[i], b[i])
		}
	}
}
