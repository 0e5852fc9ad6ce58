package ingest

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/lake"
)

// The native log and the table that Asterisk writes of the same events give the same lake.
func TestQueueTableIsTheLog(t *testing.T) {
	log := fixture(t, "testdata/queue_log.txt")
	var split, joined strings.Builder
	split.WriteString("time,callid,queuename,agent,event,data1,data2,data3,data4,data5\n")
	joined.WriteString("id;time;callid;queuename;agent;event;data\n")
	for line := range strings.Lines(log) {
		p := strings.Split(strings.TrimRight(line, "\r\n"), "|")
		if len(p) < 5 {
			continue
		}
		joined.WriteString("1;" + strings.Join(p[:5], ";") + ";" + strings.Join(p[5:], "|") + "\n")
		for len(p) < 10 {
			p = append(p, "")
		}
		split.WriteString(strings.Join(p[:10], ",") + "\n")
	}
	opts := logOptions
	opts.MaxShare = 1
	native := newLake(t)
	mustLoad(t, native, opts, input("queue_log", log))
	for name, text := range map[string]string{"data1 to data5": split.String(), "data": joined.String()} {
		table := newLake(t)
		if r := mustLoad(t, table, opts, input("queue_log.csv", text)); r.Files[0].Format != "queue_log-table" {
			t.Fatalf("%+v", r.Files[0])
		}
		if !reflect.DeepEqual(stored(t, native), stored(t, table)) {
			t.Errorf("%s: another lake", name)
		}
	}
}

func TestQueueTableOfPBXware(t *testing.T) {
	text := fixture(t, "testdata/queue_log-table/pbxware.csv")
	lk := newLake(t)
	r := mustLoad(t, lk, logOptions, input("queue_log.csv", text))
	if f := r.Files[0]; f.Rows != 7 || f.Used != 6 || f.IgnoredBy["QUEUESTART"] != 1 || f.Stored != 2 {
		t.Fatalf("%+v", f)
	}
	all := stored(t, lk)
	if c := all[0]; c.Outcome != lake.OutcomeHandled || c.IVR != 20_000 || c.Wait != 15_000 || c.Ring != 5000 || c.Talk != 120_000 || c.Queue != "water" {
		t.Errorf("%+v", c)
	}
	if c := all[1]; c.Outcome != lake.OutcomeAbandoned || c.Wait != 45_000 {
		t.Errorf("%+v", c)
	}
	rows := lines(text)
	checkOrderFree(t, logOptions, rows[0], rows[1:])
	// A table of the wall clock and without zone: the name of the call tells it.
	wall := newLake(t)
	mustLoad(t, wall, logOptions, input("wall.csv", "time,callid,queuename,agent,event\n2026-03-06 09:31:40.000000,1772807480.10,water,NONE,ENTERQUEUE\n"))
	if c := stored(t, wall)[0]; int64(c.Queued) != 1772807500e6 {
		t.Errorf("%+v", c)
	}
}

func TestAsteriskCDRTable(t *testing.T) {
	text := fixture(t, "testdata/asterisk-cdr-table/cdr.csv")
	lk := newLake(t)
	r := mustLoad(t, lk, logOptions, input("cdr.csv", text))
	if f := r.Files[0]; f.Format != "asterisk-cdr-table" || f.Used != 5 || f.Stored != 3 {
		t.Fatalf("%+v", f)
	}
	all := stored(t, lk)
	if c := all[0]; c.Direction != lake.Inbound || c.Outcome != lake.OutcomeHandled || c.Queue != "water" || c.DNIS != "3125559000" ||
		c.Wait != 37_000 || c.Talk != 120_000 || c.Arrival != 1772807480e6 {
		t.Errorf("%+v", c)
	}
	for i, want := range []lake.Direction{lake.Outbound, lake.Internal} {
		if c := all[i+1]; c.Direction != want || c.DNIS != "" || c.Queue != "" {
			t.Errorf("%+v", c)
		}
	}
	rows := lines(text)
	checkOrderFree(t, logOptions, rows[0], rows[1:])
}

// The rows of Master.csv exported from the table are the same calls.
func TestCDRTableIsTheFile(t *testing.T) {
	text := fixture(t, "testdata/asterisk-cdr/Master.csv")
	header := "accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,disposition,amaflags,uniqueid,userfield,peeraccount,linkedid,sequence\n"
	file, table := newLake(t), newLake(t)
	mustLoad(t, file, logOptions, input("Master.csv", text))
	mustLoad(t, table, logOptions, input("cdr.csv", header+text))
	if !reflect.DeepEqual(stored(t, file), stored(t, table)) {
		t.Error("another lake")
	}
}

func TestAsteriskCEL(t *testing.T) {
	text := fixture(t, "testdata/asterisk-cel/cel.txt")
	lk := newLake(t)
	r := mustLoad(t, lk, logOptions, input("cel.txt", text))
	if f := r.Files[0]; f.Format != "asterisk-cel" || f.Used != 21 || f.IgnoredBy["lines of the table"] != 2 || f.Stored != 4 {
		t.Fatalf("%+v", f)
	}
	type row struct {
		id, queue, dnis             string
		visit, visits               int32
		direction                   lake.Direction
		outcome                     lake.Outcome
		ivr, wait, talk, hold, wrap lake.Millis
	}
	no := lake.NoMillis
	want := []row{
		{"1772807480.1", "water", "3000", 1, 1, lake.Inbound, lake.OutcomeHandled, 20_000, 10_000, 110_100, 10_000, no},
		{"1772808000.3", "water", "3000", 1, 2, lake.Inbound, lake.OutcomeOverflowed, 5000, 60_000, no, no, no},
		{"1772808000.3", "permits", "3000", 2, 2, lake.Inbound, lake.OutcomeAbandoned, no, 20_000, no, no, no},
		{"1772808600.5", "", "", 1, 1, lake.Outbound, lake.OutcomeHandled, no, 10_000, 60_000, 0, no},
	}
	var got []row
	for _, c := range stored(t, lk) {
		got = append(got, row{c.ID, c.Queue, c.DNIS, c.Visit, c.Visits, c.Direction, c.Outcome, c.IVR, c.Wait, c.Talk, c.Hold, c.Wrap})
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	rows := lines(text)
	checkOrderFree(t, logOptions, rows[0], rows[2:len(rows)-1])
}

func FuzzAsteriskTables(f *testing.F) {
	opts := logOptions
	fuzzLoad(f, opts, fixture(f, "testdata/queue_log-table/pbxware.csv"), fixture(f, "testdata/asterisk-cdr-table/cdr.csv"), fixture(f, "testdata/asterisk-cel/cel.txt"))
}
