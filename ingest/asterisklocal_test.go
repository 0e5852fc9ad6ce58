package ingest

import (
	"testing"

	"github.com/ringtide/ringtide/lake"
)

const tableHeader = "AcctId,clid,src,dst,channel,dstchannel,lastapp,lastdata,calldate,duration,billsec,disposition,uniqueid,linkedid,sequence,did\n"

// A Local channel stands for whatever lies behind it. Where no record tells of that, the answer
// on the channel is all there is; where one does, it alone counts.
func TestDialThroughLocal(t *testing.T) {
	const in = `1,a,3125550101,3125559000,PJSIP/trunk-00000001,`
	for name, c := range map[string]struct {
		rows       string
		outcome    lake.Outcome
		wait, talk lake.Millis
	}{
		"nothing else tells": {
			in + `Local/201@ring-00000002;1,Dial,"Local/201@ring,,t","2026-03-06 09:31:20",15,10,ANSWERED,1772807480.1,1772807480.1,1,3125559000`,
			lake.OutcomeHandled, 5_000, 10_000,
		},
		"the telephone behind it rang only": {
			in + `Local/201@ring-00000002;1,Dial,"Local/201@ring,,t","2026-03-06 09:31:20",15,10,ANSWERED,1772807480.1,1772807480.1,1,3125559000` + "\n" +
				`2,a,3125550101,201,Local/201@ring-00000002;2,PJSIP/201-00000003,Dial,"PJSIP/201,,t","2026-03-06 09:31:20",15,0,NO ANSWER,1772807480.2,1772807480.1,2,NULL`,
			lake.OutcomeAbandoned, lake.NoMillis, lake.NoMillis,
		},
		"the center forks its records after an announcement": {
			in + `NULL,ForkCDR,re,"2026-03-06 09:31:20",15,10,ANSWERED,1772807480.1,1772807480.1,1,3125559000` + "\n" +
				`2,a,3125550101,201,PJSIP/trunk-00000001,Local/201@ring-00000002;1,Dial,"Local/201@ring,,t","2026-03-06 09:31:36",30,30,ANSWERED,1772807480.1,1772807480.1,2,NULL`,
			lake.OutcomeHandled, lake.NoMillis, lake.NoMillis,
		},
		"both ends of a call are records": {
			in + `PJSIP/201-00000003,Dial,"PJSIP/201,,t","2026-03-06 09:31:20",30,20,ANSWERED,1772807480.1,1772807480.1,1,3125559000` + "\n" +
				`2,a,201,201,PJSIP/201-00000003,PJSIP/202-00000004,Dial,"PJSIP/202,,t","2026-03-06 09:31:25",27,22,ANSWERED,1772807480.3,1772807480.1,2,NULL`,
			lake.OutcomeHandled, 10_000, 22_000,
		},
	} {
		t.Run(name, func(t *testing.T) {
			lk := newLake(t)
			mustLoad(t, lk, logOptions, input("cdr.csv", tableHeader+c.rows+"\n"))
			all := stored(t, lk)
			if len(all) != 1 {
				t.Fatalf("%d contacts", len(all))
			}
			if g := all[0]; g.Direction != lake.Inbound || g.Outcome != c.outcome || g.Wait != c.wait || g.Talk != c.talk {
				t.Errorf("%s, %s, wait %d, talk %d; want %s, wait %d, talk %d", g.Direction, g.Outcome, g.Wait, g.Talk, c.outcome, c.wait, c.talk)
			}
		})
	}
}
