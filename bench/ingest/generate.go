//go:build unix

package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"
)

// columns of the generated file: twelve, three of them times.
const header = "call_id,arrival,answered,ended,queue,dnis,caller,result,wait_s,talk_s,wrap_s,agent\n"

// profileText maps the generated file.
const profileText = `profile: bench-contacts
version: 1
about: The generated file of the ingest benchmark.
delimiter: ","
header: true
zone: America/New_York
id: [call_id]
arrival:  {column: arrival, form: "2006-01-02 15:04:05"}
answered: {column: answered, form: "2006-01-02 15:04:05"}
ended:    {column: ended, form: "2006-01-02 15:04:05"}
queue: queue
dnis: dnis
caller: caller
agent: agent
durations:
  wait: {column: wait_s, unit: s}
  talk: {column: talk_s, unit: s}
  wrap: {column: wrap_s, unit: s}
outcome:
  - {when: {result: answered}, is: handled}
  - {when: {result: abandoned}, is: abandoned}
`

// queues has eighteen names, one of which needs quotes.
var queues = []string{
	"water bills", "property tax", "building permits", "parking", "sanitation", "noise", "animal control",
	"street lights", "potholes", "benefits", "housing", "elections", "\"records, vital\"", "licenses",
	"transit", "health", "senior services", "general",
}

// generate writes rows contacts of one year, in the order of arrival as a phone system
// keeps them. The same rows and seed give the same file.
func generate(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if _, err := io.WriteString(w, header); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(311, 5))
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		return err
	}
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, zone)
	year := start.AddDate(1, 0, 0).Sub(start).Seconds()
	gap := year / float64(rows+1)
	at := 0.0
	var line []byte
	for i := range rows {
		at = min(at+gap*(0.5+r.Float64()), year-1)
		line = appendRow(line[:0], r, i, start.Add(time.Duration(at)*time.Second))
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func appendRow(b []byte, r *rand.Rand, i int, at time.Time) []byte {
	wait, talk, wrap := int(r.ExpFloat64()*70), 20+int(r.ExpFloat64()*240), int(r.ExpFloat64()*45)
	abandoned := r.IntN(12) == 0
	b = fmt.Appendf(b, "C%010d-%d,", i, r.IntN(10))
	b = at.AppendFormat(b, time.DateTime)
	b = append(b, ',')
	if !abandoned {
		b = at.Add(time.Duration(wait)*time.Second).AppendFormat(b, time.DateTime)
	}
	b = append(b, ',')
	end := wait
	if !abandoned {
		end += talk
	}
	b = at.Add(time.Duration(end)*time.Second).AppendFormat(b, time.DateTime)
	caller := r.Int64N(2_000_000) * 4877
	b = fmt.Appendf(b, ",%s,2125550%03d,+1646%07d,", queues[r.IntN(len(queues))], r.IntN(40), caller%10_000_000)
	if abandoned {
		return fmt.Appendf(b, "abandoned,%d,,,\n", wait)
	}
	return fmt.Appendf(b, "answered,%d,%d,%d,agent-%04d\n", wait, talk, wrap, r.IntN(600))
}
