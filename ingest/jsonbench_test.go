package ingest

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// cpuSeconds is the processor time that this process has used.
func cpuSeconds(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// BenchmarkLoadJSON loads contact records of a kilobyte each, as Amazon Connect delivers
// them, from the text to the published lake.
func BenchmarkLoadJSON(b *testing.B) {
	const rows = 50_000
	var text strings.Builder
	for i := range rows {
		at := func(s int) string {
			s += i % 3600
			return fmt.Sprintf("2026-%02d-%02dT%02d:%02d:%02dZ", 1+i%2, 1+i%28, 8+i%10, s/60%60, s%60)
		}
		fmt.Fprintf(&text, `{"AWSAccountId":"123456789012","AWSContactTraceRecordFormatVersion":"2017-03-10","Agent":{"ARN":"arn:aws:connect:us-east-1:1:instance/2/agent/%d","AfterContactWorkDuration":%d,"AfterContactWorkEndTimestamp":"%s","AgentInteractionDuration":%d,"ConnectedToAgentTimestamp":"%s","CustomerHoldDuration":%d,"HierarchyGroups":null,"LongestHoldDuration":0,"NumberOfHolds":0,"RoutingProfile":{"ARN":"arn:aws:connect:us-east-1:1:instance/2/routing-profile/3","Name":"General"},"Username":"agent%d"},"AgentConnectionAttempts":1,"Attributes":{"lang":"en","menu":"1"},"Channel":"VOICE","ConnectedToSystemTimestamp":"%s","ContactId":"6f1c2a34-0000-4000-8000-%012d","CustomerEndpoint":{"Address":"+1312555%04d","Type":"TELEPHONE_NUMBER"},"DisconnectTimestamp":"%s","InitialContactId":null,"InitiationMethod":"INBOUND","InitiationTimestamp":"%s","LastUpdateTimestamp":"%s","NextContactId":null,"PreviousContactId":null,"Queue":{"ARN":"arn:aws:connect:us-east-1:1:instance/2/queue/%d","DequeueTimestamp":"%s","Duration":%d,"EnqueueTimestamp":"%s","Name":"Queue %d"},"SystemEndpoint":{"Address":"+13125559000","Type":"TELEPHONE_NUMBER"}}`+"\n",
			i%80, i%60, at(400), 100+i%200, at(60), i%30, i%80, at(1), i, i%10000, at(390), at(0), at(500), i%5, at(59), 29, at(30), i%5)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	from := cpuSeconds(b)
	for b.Loop() {
		mustLoad(b, newLake(b), logOptions, input("ctr.json", text.String()))
	}
	b.ReportMetric(rows*float64(b.N)/(cpuSeconds(b)-from), "rows/cpu-s")
}
