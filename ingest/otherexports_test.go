package ingest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// otherExports are the forms in which other releases, settings and tools write the same systems'
// records. Each is known by its content, and gives the contacts counted by hand from its rows.
var otherExports = []struct {
	name, format, text string
	want               []string // beginnings of summaries
}{
	{"cdr_custom puts the caller's name first and the account behind the flags", "asterisk-cdr",
		`"""Jane"" <3125550101>","3125550101","3000","from-trunk","PJSIP/trunk-00000001","PJSIP/201-00000002","Dial","PJSIP/201,30","2026-03-06 09:31:20","2026-03-06 09:31:28","2026-03-06 09:33:28","128","120","ANSWERED","DOCUMENTATION","","1772807480.1",""
"""Jane"" <3125550101>","3125550101","3000","from-trunk","PJSIP/trunk-00000003","PJSIP/201-00000004","Dial","PJSIP/201,30","2026-03-06 09:41:20","","2026-03-06 09:41:28","8","0","NO ANSWER","DOCUMENTATION","","1772808080.3","",7
`, []string{
			"1772807480.1 1/1 14:31:20 inbound handled queue=3000 dnis=3000 answered=14:31:28 ended=14:33:28 wait=8 talk=120 agent=yes caller=yes second",
			"1772808080.3 1/1 14:41:20 inbound abandoned queue=3000 dnis=3000 ended=14:41:28 wait=8 caller=yes second",
		}},
	{"short numbers call each other, unless the context says that they are outside", "asterisk-cdr",
		`"","201","203","from-internal","x","PJSIP/ann-00000003","PJSIP/bob-00000004","Dial","PJSIP/bob,30","2026-03-06 09:41:20","2026-03-06 09:41:24","2026-03-06 09:41:28",8,4,"ANSWERED","DOCUMENTATION","1772808080.5",""
"","4201","203","from-pstn","x","PJSIP/trunk-00000005","PJSIP/bob-00000006","Dial","PJSIP/bob,30","2026-03-06 09:51:20","2026-03-06 09:51:24","2026-03-06 09:51:28",8,4,"ANSWERED","DOCUMENTATION","1772808680.7",""
`, []string{"1772808080.5 1/1 14:41:20 internal handled", "1772808680.7 1/1 14:51:20 inbound handled queue=203"}},
	{"a spreadsheet saved the cdr table: days first, no seconds, words in small letters", "asterisk-cdr-table",
		`id;calldate;clid;src;dst;dcontext;channel;dstchannel;lastapp;lastdata;duration;billsec;disposition;amaflags;accountcode;uniqueid
1;6/3/2026 9:31;"Jane <3125550101>";3125550101;300;ext-queues;SIP/trunk-00000001;SIP/201-00000002;Queue;300,t,,;128;120;Answered;3;;1772807480.1
2;6/3/2026 9:41;"Jane <3125550101>";3125550101;300;ext-queues;SIP/trunk-00000003;;Queue;300,t,,;28;0;NO_ANSWER;3;;1772808080.3
`, []string{
			"1772807480.1 1/1 14:31:20 inbound handled queue=300 dnis=300 answered=14:31:28 ended=14:33:28 wait=8 talk=120 agent=yes caller=yes minute",
			"1772808080.3 1/1 14:41:20 inbound abandoned queue=300 dnis=300 ended=14:41:48 wait=28 caller=yes minute",
		}},
	{"a database writes the offset of calldate", "asterisk-cdr-table",
		`calldate,src,dst,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,uniqueid
2026-03-06 14:31:20+00,3125550101,300,SIP/trunk-00000001,SIP/201-00000002,Dial,SIP/201,28,20,ANSWERED,x1
`, []string{"x1 1/1 14:31:20 inbound handled queue=300 dnis=300 answered=14:31:28"}},
	{"cel_custom has no header", "asterisk-cel",
		`CHAN_START,1772807480.100000,,3125550101,3125550101,,3000,3000,from-pstn,PJSIP/trunk-00000001,,,3,,1772807480.1,1772807480.1,,,,
APP_START,1772807490.100000,,3125550101,3125550101,,3000,s,queues,PJSIP/trunk-00000001,Queue,"water,t",3,,1772807480.1,1772807480.1,,,,
HANGUP,1772807500.100000,,3125550101,3125550101,,3000,s,queues,PJSIP/trunk-00000001,,,3,,1772807480.1,1772807480.1,,,,"{""hangupcause"":16}"
LINKEDID_END,1772807500.100000,,3125550101,3125550101,,3000,s,queues,PJSIP/trunk-00000001,,,3,,1772807480.1,1772807480.1,,,,
`, []string{"1772807480.1 1/1 14:31:20.1 inbound abandoned queue=water dnis=3000 queued=14:31:30.1 ended=14:31:40.1 ivr=10 wait=10 caller=yes exact"}},
	{"telephones whose channels bear other names call each other, come in by a test line and go out", "asterisk-cel",
		`eventtype,eventtime,cid_num,exten,context,channame,uniqueid,linkedid
CHAN_START,2026-03-06 09:31:20.1,1066,1624,default,SIP/2dvtpb-00000009,1772807480.9,1772807480.9
HANGUP,2026-03-06 09:31:30.1,1066,1624,default,SIP/2dvtpb-00000009,1772807480.9,1772807480.9
CHAN_START,2026-03-06 09:41:20.1,8001,91001,default,SIP/xfloi6-00000010,1772808080.10,1772808080.10
XIVO_INCALL,2026-03-06 09:41:20.2,8001,s,did,SIP/xfloi6-00000010,1772808080.10,1772808080.10
HANGUP,2026-03-06 09:41:30.1,8001,91001,default,SIP/xfloi6-00000010,1772808080.10,1772808080.10
CHAN_START,2026-03-06 09:51:20.1,,s,default,SIP/xfloi6-00000011,1772808680.11,1772808680.11
XIVO_OUTCALL,2026-03-06 09:51:20.2,,dial,outcall,SIP/xfloi6-00000011,1772808680.11,1772808680.11
HANGUP,2026-03-06 09:51:30.1,,s,default,SIP/xfloi6-00000011,1772808680.11,1772808680.11
`, []string{"1772807480.9 1/1 14:31:20.1 internal", "1772808080.10 1/1 14:41:20.1 inbound abandoned dnis=91001", "1772808680.11 1/1 14:51:20.1 outbound"}},
	{"FreeSWITCH's template default has thirteen columns and a space before the last", "freeswitch-csv",
		`"Jane","3125550101","3125550311","public","2026-03-06 09:31:20","","2026-03-06 09:31:50","30","0","ORIGINATOR_CANCEL","00000003-b9b1-4dbf-b79c-bdf408854867","", "1001"
`, []string{"00000003-b9b1-4dbf-b79c-bdf408854867 1/1 14:31:20 inbound abandoned dnis=3125550311 ended=14:31:50 caller=yes second"}},
	{"FreeSWITCH's template snom has seventeen, and somebody gave them names", "freeswitch-csv",
		`caller_id_name,caller_id_number,destination_number,context,start_stamp,answer_stamp,end_stamp,duration,billsec,hangup_cause,uuid,bleg_uuid,accountcode,read_codec,write_codec,sip_user_agent,call_clientcode
Jane,3125550101,3125550311,public,2026-03-06 09:31:20,,2026-03-06 09:31:20,0,0,USER_BUSY,00000004-b9b1-4dbf-b79c-bdf408854867,,,PCMU,PCMU,x,
`, []string{"00000004-b9b1-4dbf-b79c-bdf408854867 1/1 14:31:20 inbound blocked"}},
	{"FusionPBX names the columns, in an order of its own", "freeswitch-csv",
		`"xml_cdr_uuid","domain_name","direction","caller_id_name","caller_id_number","destination_number","start_stamp","answer_stamp","end_stamp","duration","billsec","hangup_cause","cc_queue"
"00000005-b9b1-4dbf-b79c-bdf408854867","x","inbound","Jane","3125550101","3125550311","2026-03-06 14:31:20.5+00","","2026-03-06 14:31:50+00","30","0","ORIGINATOR_CANCEL","water"
"00000006-b9b1-4dbf-b79c-bdf408854867","x","outbound","","1001","3125550101","2026-03-06 14:41:20+00","2026-03-06 14:41:30+00","2026-03-06 14:42:20+00","60","50","NORMAL_CLEARING",""
`, []string{
			"00000005-b9b1-4dbf-b79c-bdf408854867 1/1 14:31:20.5 inbound abandoned queue=water dnis=3125550311 ended=14:31:50.5 caller=yes",
			"00000006-b9b1-4dbf-b79c-bdf408854867 1/1 14:41:20 outbound",
		}},
	{"FreeSWITCH logs the caller's leg alone, and who called in the flow of the call", "freeswitch-json",
		`{"core-uuid":"c","channel_data":{"direction":"inbound"},"variables":{"direction":"inbound","uuid":"j1","user_context":"public","start_epoch":"1772807480","start_uepoch":"1772807480000000","answer_epoch":"1772807481","bridge_epoch":"1772807490","bridge_uuid":"j2","last_bridge_role":"originator","end_epoch":"1772807590","hold_accum_ms":"15000","billsec":"109","hangup_cause":"NORMAL_CLEARING","resurrect_epoch":"0"},"callflow":[{"caller_profile":{"caller_id_number":"3125550101","destination_number":"201"}},{"caller_profile":{"caller_id_number":"3125550101","destination_number":"3125550311"}}]}
{"core-uuid":"c","variables":{"direction":"outbound","uuid":"k2","originator":"k1","start_epoch":"1772807495","answer_epoch":"1772807500","end_epoch":"1772807520","billsec":"20","hangup_cause":"NORMAL_CLEARING"},"callflow":{"caller_profile":{"caller_id_number":"1001","destination_number":"201"}}}
{"core-uuid":"c","variables":{"direction":"inbound","uuid":"k1","user_context":"default","start_epoch":"1772807490","answer_epoch":"1772807500","end_epoch":"1772807520","billsec":"20","hangup_cause":"NORMAL_CLEARING"},"callflow":{"caller_profile":{"caller_id_number":"1001","destination_number":"201"}}}
`, []string{
			"j1 1/1 14:31:20 inbound handled queue=3125550311 dnis=3125550311 answered=14:31:30 ended=14:33:10 talk=85 hold=15 caller=yes",
			"k1 1/1 14:31:30 internal handled answered=14:31:40 ended=14:32:00 talk=20 agent=yes",
		}},
	{"Amazon Connect: calls that a program places, a listening supervisor, a queue that gave up, an empty queue", "amazon-connect",
		`{"ContactId":"a1","Channel":"VOICE","InitiationMethod":"API","InitiationTimestamp":"2026-03-06T14:31:20Z","DisconnectTimestamp":"2026-03-06T14:32:20Z","Agent":null,"Queue":null}
{"ContactId":"m1","Channel":"VOICE","InitiationMethod":"MONITOR","InitiationTimestamp":"2026-03-06T14:52:40Z","DisconnectTimestamp":"2026-03-06T14:55:20Z","Agent":{"Username":"boss","ConnectedToAgentTimestamp":"2026-03-06T14:52:42Z"}}
{"ContactId":"q1","Channel":"VOICE","InitiationMethod":"INBOUND","DisconnectReason":"CONTACT_FLOW_DISCONNECT","InitiationTimestamp":"2026-03-06T14:41:20","DisconnectTimestamp":"2026-03-06T14:46:20","Queue":{"ARN":"arn:aws:connect:x:1:instance/i/queue/q-7","EnqueueTimestamp":"2026-03-06T14:41:30","Duration":280}}
{"ContactId":"w1","Channel":"VOICE","InitiationMethod":"INBOUND","DisconnectReason":"CUSTOMER_DISCONNECT","InitiationTimestamp":"2026-03-06T14:52:40Z","DisconnectTimestamp":"2026-03-06T14:53:20Z","Queue":{},"Agent":{}}
`, []string{
			"a1 1/1 14:31:20 outbound unknown", "q1 1/1 14:41:20 inbound overflowed queue=q-7 queued=14:41:30 ended=14:46:20 wait=280",
			"w1 1/1 14:52:40 inbound contained ended=14:53:20",
		}},
	{"Amazon Connect: the answer to a search", "amazon-connect",
		`{"Contacts":[{"Arn":"arn:aws:connect:x","Id":"s1","InitiationMethod":"INBOUND","Channel":"VOICE","QueueInfo":{"Id":"q-1","EnqueueTimestamp":"2026-03-06T14:31:30.000000+00:00"},"AgentInfo":{"Id":"a-1","ConnectedToAgentTimestamp":"2026-03-06T14:32:00.100000+00:00"},"InitiationTimestamp":"2026-03-06T14:31:20.100000+00:00","DisconnectTimestamp":"2026-03-06T14:35:20.100000+00:00"}],"NextToken":"x","TotalCount":1}
`, []string{"s1 1/1 14:31:20.1 inbound handled queue=q-1 queued=14:31:30 answered=14:32:00.1 ended=14:35:20.1"}},
	{"Amazon Connect: the event with which a stream calls a function", "amazon-connect",
		`{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","data":"` + base64.StdEncoding.EncodeToString([]byte(`{"ContactId":"k1","Channel":"VOICE","InitiationMethod":"INBOUND","InitiationTimestamp":"2026-03-06T14:31:20Z","DisconnectTimestamp":"2026-03-06T14:32:20Z"}`)) + `"},"eventSource":"aws:kinesis"}]}
`, []string{"k1 1/1 14:31:20 inbound contained ended=14:32:20"}},
	{"Five9: other columns, date and time apart, no mark of the abandoned", "five9",
		`CALL ID,DATE,TIME,CAMPAIGN,CALL TYPE,AGENT,AGENT NAME,DISPOSITION,ANI,DNIS,CALL TIME,QUEUE WAIT TIME,TALK TIME,AFTER CALL WORK TIME
9001,03/06/2026,09:31:20,Main,Inbound,maria@x,Maria,Resolved,3125550106,3125550311,00:05:00,00:00:40,00:04:00,00:00:25
9002,03/06/2026,10:00 AM,Main,Inbound,[None],[None],Abandon,3125550106,3125550311,00:01:15,00:01:10,00:00:00,00:00:00
9003,03/06/2026,10:10:00,Main,Inbound,[None],[None],Caller Disconnected,3125550106,3125550311,00:00:50,00:00:00,00:00:00,00:00:00
`, []string{
			"9001 1/1 14:31:20 inbound handled queue=Main dnis=3125550311 wait=40 talk=240 wrap=25 agent=yes", "9002 1/1 15:00:00 inbound abandoned queue=Main dnis=3125550311 wait=70",
			"9003 1/1 15:10:00 inbound contained dnis=3125550311 wait=0",
		}},
	{"Five9: a title above, days first, a total below", "five9",
		`Call Log
"Created: Sat, 14 Mar 2026 08:00:00"
   
Call ID;Timestamp;Call Type;Skill;Disposition;Queue Wait Time;Talk Time;Hold Time;ACW Time;Abandoned
9001;13/03/2026 09:31:20;Inbound;Water;Resolved;00:00:40;00:04:00;00:00:30;00:00:25;0
9002;13/03/2026 10:00;Inbound;Water;Caller Disconnected;00:01:10;00:00:00;00:00:00;00:00:00;1
Total;;;;;00:01:50;00:04:00;00:00:30;00:00:25;1
`, []string{
			"9001 1/1 13:31:20 inbound handled queue=Water wait=40 talk=240 hold=30 wrap=25 reason=Resolved second",
			"9002 1/1 14:00:00 inbound abandoned queue=Water wait=70 reason=Caller Disconnected minute",
		}},
	{"a cdr table of which few columns were picked", "asterisk-cdr-table",
		`calldate;clid;src;dst;disposition;duration;billsec
2026-03-06 09:30:00;Jane;3125550101;3125550311;ANSWERED;65;60
2026-03-06 09:31:00;Jane;3125550102;3125550311;NO ANSWER;25;0
`, []string{
			"1772807400-2fb7907a 1/1 14:30:00 inbound handled queue=3125550311 dnis=3125550311 answered=14:30:05 ended=14:31:05 wait=5 talk=60 caller=yes second",
			"1772807460-622cdd79 1/1 14:31:00 inbound abandoned queue=3125550311 dnis=3125550311 ended=14:31:25 wait=25 caller=yes second",
		}},
	{"3CX: without types, with quotes, an empty duration", "3cx",
		`"Call 1","a_1","00:04:00","2026/03/06 09:31:20","2026/03/06 09:32:00","2026/03/06 09:36:00","TerminatedByDst","3125550105","3125550311","10001","800","800","","101","101","","","","","Chain: 3125550105;800;101;"
"Call 2","a_2","","2026/03/06 10:00:00","","2026/03/06 10:01:10","Failed_Cancelled","3125550105","3125550311","10001","800","800","","","","","","","","Chain: 3125550105;800;"
`, []string{"1 1/1 14:31:20 inbound handled queue=800 dnis=800 answered=14:32:00 ended=14:36:00 talk=240 agent=yes", "2 1/1 15:00:00 inbound abandoned queue=800 dnis=800 ended=15:01:10"}},
	{"3CX: with names, in another order", "3cx",
		`time-start,historyid,time-answered,time-end,duration,from-no,to-no,from-dn,to-dn,dial-no,final-dn,from-type,to-type,final-type
2026/03/06 09:31:20,1,2026/03/06 09:32:00,2026/03/06 09:36:00,00:04:00,3125550105,3125550311,10001,800,3125550311,101,Line,Queue,Extension
`, []string{"1 1/1 14:31:20 inbound handled queue=800 dnis=3125550311 queued=14:31:20 answered=14:32:00 ended=14:36:00 wait=40 talk=240"}},
	{"Twilio: as its own programs write calls, and numbers that are no texts", "twilio-calls",
		`[{"accountSid":"AC","sid":"CA1","parentCallSid":null,"direction":"inbound","status":"completed","startTime":"2026-03-06T14:31:20.000Z","endTime":"2026-03-06T14:36:00.000Z","dateUpdated":"2026-03-06T14:36:00.000Z","duration":280,"queueTime":"1500","from":"+13125550101","to":"+13125550311"},
{"sid":"CA2","parentCallSid":"CA1","direction":"outbound-dial","status":"completed","startTime":"2026-03-06T14:32:00.000Z","endTime":"2026-03-06T14:36:00.000Z","duration":"240","queueTime":null,"from":"+13125550101","to":"client:maria"}]
`, []string{"CA1 1/1 14:31:20 inbound handled dnis=+13125550311 ended=14:36:00 talk=240 agent=yes caller=yes"}},
	{"SQL Server draws a line and counts the rows; nothing is NULL", "cisco-uccx",
		`sessionID,sessionSeqNum,nodeID,profileID,contactType,contactDisposition,startDateTime,endDateTime,calledNumber,originatorDN,
---------,-------------,------,---------,-----------,------------------,-------------,-----------,------------,------------
101,0,1,1,1,1,2026-03-06 14:31:20.500,2026-03-06 14:32:20,3000,NULL,

(1 row affected)
`, []string{"1-101 1/1 14:31:20.5 inbound abandoned dnis=3000 ended=14:32:20"}},
	{"Genesys Cloud sends a call on that nobody took", "genesys-cloud",
		`{"conversations":[{"conversationId":"g1","conversationStart":"2026-03-06T14:31:20.000Z","conversationEnd":"2026-03-06T14:33:20.000Z","originatingDirection":"inbound","participants":[{"purpose":"customer","sessions":[{"mediaType":"voice","sessionId":"c","ani":"tel:+13125550101","dnis":"tel:+13125550311","direction":"inbound","segments":[{"segmentStart":"2026-03-06T14:31:20.000Z","segmentEnd":"2026-03-06T14:33:20.000Z","segmentType":"interact","disconnectType":"peer"}]}]},{"purpose":"acd","participantName":"Water","sessions":[{"mediaType":"voice","sessionId":"q","segments":[{"segmentStart":"2026-03-06T14:31:30.000Z","segmentEnd":"2026-03-06T14:32:30.000Z","segmentType":"interact","queueId":"q1","disconnectType":"transfer.notavailable"}]}]}]}],"totalHits":1}
`, []string{"g1 1/1 14:31:20 inbound overflowed queue=Water dnis=+13125550311 queued=14:31:30 ended=14:32:30 wait=60"}},
}

func TestOtherExports(t *testing.T) {
	for _, c := range otherExports {
		t.Run(c.name, func(t *testing.T) {
			lk := newLake(t)
			r := mustLoad(t, lk, logOptions, input("export", c.text))
			if f := r.Files[0]; f.Format != c.format || f.Quarantined != 0 {
				t.Fatalf("read as %s, %d rows in quarantine %v; want %s, 0", f.Format, f.Quarantined, f.Reasons, c.format)
			}
			var got []string
			for _, contact := range stored(t, lk) {
				got = append(got, summary(&contact))
			}
			ok := len(got) == len(c.want)
			for i := range got {
				ok = ok && strings.HasPrefix(got[i], c.want[i])
			}
			if !ok {
				t.Errorf("contacts\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// What a column is called tells one thing only.
func TestHeadings(t *testing.T) {
	seen := map[string]heading{}
	for h, names := range headings {
		for _, name := range names {
			if other, twice := seen[name]; twice {
				t.Errorf("%s is %s and %s", name, other, h)
			}
			seen[name] = h
		}
	}
	for name, want := range map[string]heading{
		"Abandoned %": "", "Abandon Rate": "", "Calls Abandoned": "abandoned", "ASA (sec)": "asa", "Avg Handle Time (min)": "aht", "Calls (min)": "", "Avg Talk Time in seconds": "talk", "ASA_min": "asa",
		"Answered within 20 sec": "within", "Abandoned < 5s": "shortin", "Avg Speed of Answer [hh:mm:ss]": "asa", "Intrvl": "minutes", "Answered Calls": "handled", "Total Number of Calls Abandoned": "abandoned", "Outbound Calls Answered": "", "Calls Lost": "abandoned", "Missed Calls": "abandoned", "Calls in Queue": "", "Interval minutes": "minutes",
		"Average Handle Time (mm:ss)": "aht", "# Calls": "offered", "Calls_Offered": "offered", "Llamadas recibidas": "offered",
	} {
		if got := headingOf(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// Reports of other systems and countries have titles, totals, other orders of dates and other words.
func TestOtherReports(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string // start in UTC, queue, offered, handled, abandoned
	}{
		"titles above, totals below, separators at the end": {
			"Queue Performance\n   \n\"Generated: 07/03/2026 08:00\n\nDate,Interval,Queue,Abandon %,Calls Offered,Calls Answered,Abandoned,,\n" +
				"06/03/2026,09:00-09:30,Water,10%,20,18,2,,\n13/03/2026,09:00-09:30,Water,0%,10,10,0,,\n06/03/2026,09:00-09:30,Total,,20,18,2,,\nGrand Total,,,,30,28,2,,\nEnd of report\n",
			[]string{"2026-03-06 14:00 Water 20 18 2", "2026-03-13 13:00 Water 10 10 0"},
		},
		"months first, with dashes": {
			"Date;Calls Received;Calls Handled\n03-06-2026;20;18\n03-13-2026;10;10\n",
			[]string{"2026-03-06 05:00 interval-report 20 18 -1", "2026-03-13 04:00 interval-report 10 10 -1"},
		},
		"Avaya CMS, with tabs: the titles tell day and split, and go on with the next one": {fixture(t, "testdata/interval-report/cms-tabs.txt"),
			[]string{"2026-03-06 14:00 Tax (32) -1 7 0", "2026-03-06 14:00 Water (31) -1 18 2", "2026-03-06 14:30 Water (31) -1 10 1"}},
		"Avaya CMS, printed": {fixture(t, "testdata/interval-report/cms-printed.txt"),
			[]string{"2026-03-06 14:00 Water -1 18 2", "2026-03-06 14:30 Water -1 10 1"}},
		"Avaya BCMS, printed, with names over several lines": {fixture(t, "testdata/interval-report/bcms-printed.txt"),
			[]string{"2002-10-16 17:00 Water -1 22 2", "2002-10-16 17:30 Water -1 17 1"}},
		"Spanish, with a nameless column in front": {
			",Fecha,Hora,Cola,Llamadas recibidas,Atendidas,Abandonadas\n0,2026-03-06,09:00,Agua,20,18,2\n1,2026-03-06,09:30,Agua,10,10,0\n",
			[]string{"2026-03-06 14:00 Agua 20 18 2", "2026-03-06 14:30 Agua 10 10 0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			lk := newLake(t)
			r := mustLoad(t, lk, logOptions, input("report.csv", c.text))
			if f := r.Files[0]; f.Format != "interval-report" || f.Quarantined != 0 {
				t.Fatalf("%+v", f)
			}
			var got []string
			for f, err := range lk.Facts(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, fmt.Sprintf("%s %s %d %d %d", f.Start.Time().UTC().Format("2006-01-02 15:04"), f.Queue, f.Offered, f.Handled, f.Abandoned))
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Means come in the unit that their heading tells; sums stand beside them; an interval may tell its end.
func TestReportUnits(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want string // talk, hold, wrap, answer, abandon in seconds; within, its target; short, its threshold; length
	}{
		"minutes and seconds":    {"Date,Time,Calls Offered,Calls Answered,Abandoned,AHT,ASA\n2026-03-06,9:00,20,18,2,2:05,0:12\n2026-03-06,9:30,1,1,0,1:00:05,0:12\n", "2250 -1 -1 216 -1 -1 -1 -1 -1 1800"},
		"decimal minutes":        {"Date,Time,Calls Offered,Calls Answered,Abandoned,AHT (min),ASA (sec)\n2026-03-06,9:00,20,18,2,2.5,12\n2026-03-06,9:30,1,1,0,1,12\n", "2700 -1 -1 216 -1 -1 -1 -1 -1 1800"},
		"a comma in the minutes": {"Datum;Uhrzeit;Anrufe;Angenommen;Verloren;AHT in Minuten\n06.03.2026;9:00;20;18;2;2,5\n06.03.2026;9:30;1;1;0;1\n", "2700 -1 -1 -1 -1 -1 -1 -1 -1 1800"},
		"hours and minutes":      {"Date,Time,Offered,Answered,Abandoned,AHT (hh:mm)\n2026-03-06,9:00,20,18,2,0:02\n2026-03-06,9:30,1,1,0,0:01\n", "2160 -1 -1 -1 -1 -1 -1 -1 -1 1800"},
		"milliseconds":           {"Date,Time,Offered,Answered,Abandoned,Avg Talk Time (ms),Avg Hold Time (ms)\n2026-03-06,9:00,20,18,2,2500,500\n2026-03-06,9:30,1,1,0,1,1\n", "45 9 -1 -1 -1 -1 -1 -1 -1 1800"},
		"sums, counts in time":   {"Interval Start Time,Interval End Time,CSQ Name,Offered,Handled,Abandoned,Answered within 20 sec,Abandoned < 5s,Total Talk Time,Total Hold Time,Total ACW,Avg Abandon Time\n3/6/26 9:00:00 AM,3/6/26 9:15:00 AM,Water,20,18,2,15,1,1:00:00,0:01:00,120,0:10\n", "3600 60 120 -1 20 15 20 1 5 900"},
		"an end to the second":   {"Date,Start Time,End Time,Offered,Answered\n2026-03-06,09:00:00,09:29:59,20,18\n", "-1 -1 -1 -1 -1 -1 -1 -1 -1 1800"},
		"Genesys Cloud counts milliseconds, and other media": {"\"Interval Start\",\"Interval End\",\"Interval Complete\",\"Media Type\",\"Queue Name\",\"Offer\",\"Answer\",\"Answer %\",\"Abandon\",\"ASA\",\"Avg Handle\",\"Avg Talk\",\"Avg Hold\",\"Avg ACW\"\n\"3/6/26 9:00 AM\",\"3/6/26 9:30 AM\",\"true\",\"chat\",\"Water\",\"5\",\"5\",\"1\",\"0\",\"\",\"\",\"\",\"\",\"\"\n\"3/6/26 9:00 AM\",\"3/6/26 9:30 AM\",\"true\",\"voice\",\"Water\",\"20\",\"18\",\"0.9\",\"2\",\"12000\",\"125000\",\"100000\",\"5000\",\"20000\"\n", "1800 90 360 216 -1 -1 -1 -1 -1 1800"},
		"Amazon Connect names its intervals":                 {"Queue,StartInterval,EndInterval,Contacts queued,Contacts handled,Contacts abandoned,Average handle time,Average queue answer time\nWater,2026-03-06T15:00:00.000Z,2026-03-06T15:30:00.000Z,20,18,2,125.5,12.5\n", "2259 -1 -1 225 -1 -1 -1 -1 -1 1800"},
		"one row, to midnight":                               {"Date,Start Time,End Time,Offered,Answered\n2026-03-06,23:30,00:00,20,18\n", "-1 -1 -1 -1 -1 -1 -1 -1 -1 1800"},
		"handle time is a number":                            {"Date,Time,Offered,Answered,Abandoned,AHT\n2026-03-06,9:00,20,18,2,125\n2026-03-06,9:30,1,1,0,1\n", "2250 -1 -1 -1 -1 -1 -1 -1 -1 1800"},
	} {
		t.Run(name, func(t *testing.T) {
			lk := newLake(t)
			mustLoad(t, lk, logOptions, input("report.csv", c.text))
			for f, err := range lk.Facts(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				s := func(ms int64) int64 {
					if ms > 0 {
						return ms / 1000
					}
					return ms
				}
				within, short := int64(-1), int64(-1)
				if f.Within >= 0 {
					within = s(f.WithinMillis)
				}
				if f.ShortAbandoned >= 0 {
					short = s(f.ShortMillis)
				}
				got := fmt.Sprint(s(f.Talk), s(f.Hold), s(f.Wrap), s(f.AnswerMillis), s(f.AbandonMillis), f.Within, within, f.ShortAbandoned, short, f.Seconds)
				if got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
				if f.Abandoned >= 0 && f.Offered != f.Handled+f.Abandoned+max(f.ShortAbandoned, 0) {
					t.Errorf("%d offered are not %d + %d + %d", f.Offered, f.Handled, f.Abandoned, f.ShortAbandoned)
				}
				return // the first row
			}
			t.Error("no fact")
		})
	}
}

// A handle time of 2.5 could be minutes or seconds: nobody is to guess.
func TestDoubtfulHandleTimes(t *testing.T) {
	text := "Date,Time,Offered,Answered,AHT\n2026-03-06,9:00,20,18,2.5\n2026-03-06,9:30,1,1,3.25\n"
	_, err := Load(t.Context(), newLake(t), []Input{input("report.csv", text)}, logOptions)
	for _, want := range []string{"report.csv", "AHT (min)", "unit: min", "minutes or seconds"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v; it should have %q", err, want)
		}
	}
}

// Records of Cisco Unified CM whose names were taken off are read by the line of types; without
// that they must be named, and the error says so.
func TestCUCMWithoutNames(t *testing.T) {
	types, row := make([]string, 129), make([]string, 129)
	for i := range types {
		types[i], row[i] = "VARCHAR(50)", "0"
	}
	types[0], types[50] = "INTEGER", "UNIQUEIDENTIFIER"
	for name, value := range map[string]string{
		"cdrRecordType": "1", "globalCallID_callManagerId": "1", "globalCallID_callId": "7", "dateTimeOrigination": "1772807480", "callingPartyNumber": "3125550101",
		"originalCalledPartyNumber": "3000", "finalCalledPartyNumber": "2001", "destCause_value": "16", "dateTimeConnect": "1772807490", "dateTimeDisconnect": "1772807550",
		"pkid": "11111111-2222-3333-4444-555555555555", "duration": "60", "origDeviceName": "SIP_Trunk", "destDeviceName": "SEP0011223344AA", "globalCallId_ClusterID": "County", "huntPilotDN": "3000",
	} {
		row[cucmPlaces[name]] = value
	}
	lk := newLake(t)
	r := mustLoad(t, lk, logOptions, input("cdr", strings.Join(types, ",")+"\n"+strings.Join(row, ",")+"\n"))
	all := stored(t, lk)
	if r.Files[0].Format != "cisco-cucm" || len(all) != 1 || !strings.HasPrefix(summary(&all[0]), "County/1-7 1/1 14:31:20 inbound handled queue=3000 dnis=3000 answered=14:31:30 ended=14:32:30 wait=10 talk=60") {
		t.Errorf("%s: %v", r.Files[0].Format, all)
	}
	_, err := Load(t.Context(), newLake(t), []Input{input("cdr", strings.Join(row, ",")+"\n")}, logOptions)
	if err == nil || !strings.Contains(err.Error(), "--format cisco-cucm-133") || strings.Contains(err.Error(), "3125550101") {
		t.Errorf("without a header: %v", err)
	}
}
