//go:build unix

package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

// structured measures the formats whose rows are parts of contacts: events of a queue_log and
// JSON records of Amazon Connect.
func structured(ctx context.Context, o options, t tools, at func(string) string) error {
	for _, s := range []struct {
		name, file string
		rows       int
		write      func(w *bufio.Writer, r *rand.Rand, rows int)
	}{
		{"events of a queue_log", "queue_log", o.structured, writeEvents},
		{"JSON records of Amazon Connect", "connect.json", o.structured / 10, writeRecords},
	} {
		file := at(s.file)
		if err := writeFile(file, s.rows, s.write); err != nil {
			return err
		}
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		var costs []cost
		for range o.runs {
			if err := os.RemoveAll(at("structured")); err != nil {
				return err
			}
			c, err := measure(ctx, []string{t.ringtide, "ingest", "--zone", zoneName, "--key-file", at("key"), "--lake", at("structured"), file})
			if err != nil {
				return err
			}
			costs = append(costs, c)
		}
		m := median(costs)
		fmt.Printf("%d %s of %d bytes, medians of %d: %.2f CPU s, %.2f wall s, %.0f MB; %.0f rows and %.0f MB of text per core-second\n",
			s.rows, s.name, info.Size()/int64(s.rows), o.runs, m.cpu, m.wall, m.peak, float64(s.rows)/m.cpu, float64(info.Size())/1e6/m.cpu)
	}
	return nil
}

func writeFile(path string, rows int, write func(*bufio.Writer, *rand.Rand, int)) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	write(w, rand.New(rand.NewPCG(311, 6)), rows)
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

var structuredStart = time.Date(2025, 1, 6, 13, 0, 0, 0, time.UTC)

// writeEvents writes calls of four events each, one every eight seconds.
func writeEvents(w *bufio.Writer, r *rand.Rand, rows int) {
	for i := range rows / 4 {
		at := structuredStart.Unix() + int64(i)*8
		id, queue, agent := fmt.Sprintf("%d.%d", at, i), queues[r.IntN(len(queues)-2)], r.IntN(600)
		wait, talk := r.IntN(60), 20+r.IntN(400)
		fmt.Fprintf(w, "%d|%s|NONE|NONE|DID|2125550%03d\n", at, id, r.IntN(40))
		fmt.Fprintf(w, "%d|%s|%s|NONE|ENTERQUEUE||+1646%07d|1\n", at+3, id, queue, r.IntN(1e7))
		fmt.Fprintf(w, "%d|%s|%s|agent-%04d|CONNECT|%d|%d.%d|4\n", at+3+int64(wait), id, queue, agent, wait, at, i+1)
		fmt.Fprintf(w, "%d|%s|%s|agent-%04d|COMPLETECALLER|%d|%d|1\n", at+3+int64(wait+talk), id, queue, agent, wait, talk)
	}
}

// writeRecords writes a contact record a line, with the fields of a call that an agent took.
func writeRecords(w *bufio.Writer, r *rand.Rand, rows int) {
	for i := range rows {
		at := structuredStart.Add(time.Duration(i) * 8 * time.Second)
		stamp := func(s int) string { return at.Add(time.Duration(s) * time.Second).Format(time.RFC3339) }
		wait, talk, wrap := r.IntN(60), 20+r.IntN(400), r.IntN(60)
		arn := "arn:aws:connect:us-east-1:000000000000:instance/00000000-0000-4000-8000-000000000000"
		fmt.Fprintf(w, `{"AWSAccountId":"000000000000","AWSContactTraceRecordFormatVersion":"2017-03-10","Agent":{"ARN":"%s/agent/%04d","AfterContactWorkDuration":%d,`+
			`"AfterContactWorkEndTimestamp":"%s","AfterContactWorkStartTimestamp":"%s","AgentInteractionDuration":%d,"ConnectedToAgentTimestamp":"%s",`+
			`"CustomerHoldDuration":0,"HierarchyGroups":null,"LongestHoldDuration":0,"NumberOfHolds":0,"RoutingProfile":{"ARN":"%s/routing-profile/1","Name":"Basic"},"Username":"agent-%04d"},`,
			arn, i%600, wrap, stamp(3+wait+talk+wrap), stamp(3+wait+talk), talk, stamp(3+wait), arn, i%600)
		fmt.Fprintf(w, `"AgentConnectionAttempts":1,"Attributes":{"language":"en"},"Channel":"VOICE","ConnectedToSystemTimestamp":"%s","ContactDetails":{},`+
			`"ContactId":"%08x-0000-4000-8000-%012x","CustomerEndpoint":{"Address":"+1646%07d","Type":"TELEPHONE_NUMBER"},"DisconnectReason":"CUSTOMER_DISCONNECT",`+
			`"DisconnectTimestamp":"%s","InitialContactId":null,"InitiationMethod":"INBOUND","InitiationTimestamp":"%s","InstanceARN":"%s","LastUpdateTimestamp":"%s",`,
			stamp(0), i, i, r.IntN(1e7), stamp(3+wait+talk), stamp(0), arn, stamp(600))
		fmt.Fprintf(w, `"MediaStreams":[{"Type":"AUDIO"}],"NextContactId":null,"PreviousContactId":null,"Queue":{"ARN":"%s/queue/1","DequeueTimestamp":"%s","Duration":%d,`+
			`"EnqueueTimestamp":"%s","Name":"%s"},"Recording":null,"Recordings":null,"References":[],"SystemEndpoint":{"Address":"+12125550%03d","Type":"TELEPHONE_NUMBER"},`+
			`"TransferCompletedTimestamp":null,"TransferredToEndpoint":null,"VoiceIdResult":null}`+"\n",
			arn, stamp(3+wait), wait, stamp(3), queues[i%11], i%40)
	}
}
