package ingest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/lake"
)

func TestAsteriskCDR(t *testing.T) {
	lk := newLake(t)
	r := mustLoad(t, lk, logOptions, input("Master.csv", fixture(t, "testdata/asterisk-cdr/Master.csv")))
	if f := r.Files[0]; f.Format != "asterisk-cdr" || f.Rows != 11 || f.Used != 11 || f.Stored != 9 || f.Clocks["America/New_York, by the epoch in the record"] != 11 {
		t.Fatalf("report %+v", f)
	}
	no := lake.NoMillis
	type row struct {
		id, queue, dnis string
		direction       lake.Direction
		outcome         lake.Outcome
		wait, talk      lake.Millis
		flags           lake.Flags
	}
	want := []row{
		{"1772789480.1", "3000", "3000", lake.Inbound, lake.OutcomeHandled, 8000, 120_000, 0},
		{"1772790000.5", "3000", "3000", lake.Inbound, lake.OutcomeOverflowed, 20_000, no, 0},
		{"1772790600.9", "3001", "3001", lake.Inbound, lake.OutcomeAbandoned, 7000, no, 0},
		{"1772791200.11", "", "3002", lake.Inbound, lake.OutcomeContained, no, no, lake.FlagEncoding},
		{"1772791800.12", "3000", "3000", lake.Inbound, lake.OutcomeBlocked, no, no, 0},
		{"1772792400.14", "", "3000", lake.Inbound, lake.OutcomeGhost, no, no, 0},
		{"1772793000.15", "", "", lake.Outbound, lake.OutcomeHandled, 9000, 60_000, 0},
		{"1772793600.17", "", "", lake.Internal, lake.OutcomeHandled, 2000, 28_000, 0},
		{"1772794200.19", "3000", "3000", lake.Inbound, lake.OutcomeHandled, no, no, 0},
	}
	for i, c := range stored(t, lk) {
		got := row{c.ID, c.Queue, c.DNIS, c.Direction, c.Outcome, c.Wait, c.Talk, c.Flags}
		if got != want[i] {
			t.Errorf("contact %d\ngot  %+v\nwant %+v", i, got, want[i])
		}
		if c.Offset != -5*3600 || c.Quality != lake.Second || strings.Split(c.ID, ".")[0] != strconv.FormatInt(int64(c.Arrival)/1e6, 10) {
			t.Errorf("contact %d: %+v", i, c)
		}
	}
}

// The columns after the sixteenth depend on cdr.conf. Whatever they are, the call is the
// same; only what they tell of its other legs is lost.
func TestAsteriskCDRColumns(t *testing.T) {
	base := `"","3125550101","3000","in","""A"" <3125550101>","PJSIP/trunk-00000001","PJSIP/201-00000002","Dial","PJSIP/201,30","2026-03-06 09:31:20","2026-03-06 09:31:28","2026-03-06 09:33:28",128,120,"ANSWERED"`
	for name, tail := range map[string]string{
		"15": ``, "16": `,"DOCUMENTATION"`, "17 uniqueid": `,"DOCUMENTATION","1772789480.1"`, "17 userfield": `,"DOCUMENTATION","x"`,
		"18": `,"DOCUMENTATION","1772789480.1","x"`, "19": `,"DOCUMENTATION","","1772789480.1",7`,
		"20 uniqueid": `,"DOCUMENTATION","1772789480.1","","1772789480.1",7`, "20 userfield": `,"DOCUMENTATION","x","","1772789480.1",7`,
		"21": `,"DOCUMENTATION","1772789480.1","x","","1772789480.1",7`,
	} {
		lk := newLake(t)
		mustLoad(t, lk, Options{}, input("Master.csv", base+tail+"\n"))
		all := stored(t, lk)
		if len(all) != 1 || all[0].Outcome != lake.OutcomeHandled || all[0].Wait != 8000 || all[0].Arrival != 1772789480e6 {
			t.Errorf("%s columns: %+v", name, all)
			continue
		}
		if id := all[0].ID; id != "1772789480.1" && id != "1772789480-00000001" {
			t.Errorf("%s columns: the contact is named %s", name, id)
		}
	}
}
