package ingest

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkLoadContacts(b *testing.B) {
	var text strings.Builder
	text.WriteString("contact_id,arrival,queue,dnis,caller,outcome,ivr_s,wait_s,talk_s,hold_s,wrap_s,agent,transfer_to,language,reason\n")
	const rows = 100_000
	for i := range rows {
		fmt.Fprintf(&text, "c%d,2026-%02d-%02dT%02d:%02d:07.125-05:00,queue-%d,311,555%07d,handled,12,%d.5,%d.25,0,20,agent%d,,en,bill\n",
			i, 1+i%2, 1+i%28, 8+i%10, i%60, i%5, i, i%90, i%600, i%80)
	}
	opts := Options{Profiles: shipped(b)}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		mustLoad(b, newLake(b), opts, input("c.csv", text.String()))
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "contacts/s")
}

func BenchmarkLoadQueueLog(b *testing.B) {
	lines := randomLog(20_000, 1)
	text := strings.Join(lines, "")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	from := cpuSeconds(b)
	for b.Loop() {
		mustLoad(b, newLake(b), logOptions, input("log", text))
	}
	b.ReportMetric(float64(len(lines))*float64(b.N)/(cpuSeconds(b)-from), "rows/cpu-s")
}
