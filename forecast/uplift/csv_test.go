package uplift

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
)

const eventHead = "series,event,type,start,size,mail_class,role\n"

// dailyCSV writes a center's weekdays as series,timestamp,count with a mailing of
// the given daily calls from day 40 and again from day 70.
func dailyCSV() string {
	var b strings.Builder
	b.WriteString("series,timestamp,count\n")
	r := stream(3, "csv", 0)
	for i := range 100 {
		d := firstDay.AddDays(i)
		if d.Weekday()%6 == 0 {
			continue
		}
		calls := 500 + 12*r.NormFloat64()
		for _, start := range []int{35, 63} {
			if lag := i - start; lag >= 0 {
				calls += 90 * float64(lag) * math.Exp(-float64(lag)/3)
			}
		}
		fmt.Fprintf(&b, "s,%s,%.0f\n", d, calls)
	}
	return b.String()
}

func events() string {
	return eventHead + fmt.Sprintf("s,one,mailing,%s,40000,first,past\ns,two,mailing,%s,40000,first,new\n", firstDay.AddDays(35), firstDay.AddDays(63))
}

func TestCSVTasks(t *testing.T) {
	for name, task := range map[string]struct {
		run  func(series, events *strings.Reader, out *bytes.Buffer) error
		rows map[string]int // lines of each event
	}{
		"measure": {func(s, e *strings.Reader, o *bytes.Buffer) error { return MeasureCSV(s, e, o) }, map[string]int{"one": 21, "two": 21}},
		"predict": {func(s, e *strings.Reader, o *bytes.Buffer) error { return PredictCSV(s, e, o) }, map[string]int{"two": 21}},
	} {
		var out, again bytes.Buffer
		if err := task.run(strings.NewReader(dailyCSV()), strings.NewReader(events()), &out); err != nil {
			t.Fatal(err)
		}
		if err := task.run(strings.NewReader(dailyCSV()), strings.NewReader(events()), &again); err != nil || again.String() != out.String() {
			t.Errorf("%s: the same input gave other bytes (%v)", name, err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		got, total := map[string]int{}, map[string]float64{}
		for _, r := range rows[1:] {
			got[r[1]]++
			var v float64
			if _, err := fmt.Sscan(r[3], &v); err != nil {
				t.Fatal(err)
			}
			if r[2] == "" {
				total[r[1]] = v
				// Both mailings bring about 90·9 calls over all days of the week.
				if name == "measure" && math.Abs(v-810) > 250 {
					t.Errorf("%s %s: total %v", name, r[1], v)
				}
			} else {
				total[r[1]] -= v
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(task.rows) {
			t.Errorf("%s wrote lines %v, want %v", name, got, task.rows)
		}
		for id, rest := range total {
			if math.Abs(rest) > .2 {
				t.Errorf("%s %s: days and total differ by %v", name, id, rest)
			}
		}
	}
}

func TestLearnCSV(t *testing.T) {
	var out bytes.Buffer
	if err := LearnCSV(strings.NewReader(dailyCSV()), strings.NewReader(events()), &out); err != nil {
		t.Fatal(err)
	}
	var libs map[string]Library
	if err := json.Unmarshal(out.Bytes(), &libs); err != nil {
		t.Fatal(err)
	}
	lib := libs["s"]
	if err := lib.Validate(); err != nil || lib.Kind(Mailing).Basis != "1 past mailing" {
		t.Errorf("%v, basis %q", err, lib.Kind(Mailing).Basis)
	}
}

func TestCSVErrors(t *testing.T) {
	series := "series,timestamp,count\ns,2025-01-06,3\ns,2025-01-07,4\n"
	for _, tt := range []struct{ name, series, events, want string }{
		{"unknown column", "series,timestamp,count,x\n", eventHead, "series line 1"},
		{"lost column", series, "series,event\n", `events line 1: no column "type"`},
		{"day twice", series + "s,2025-01-07,4\n", eventHead, "series line 4"},
		{"no number", series + "s,2025-01-08,many\n", eventHead, `series line 4: count "many"`},
		{"no date", series + "s,01/08/2025,1\n", eventHead, "series line 4"},
		{"unknown kind", series, eventHead + "s,e,letter,2025-01-07,1,,past\n", "events line 2"},
		{"unknown role", series, eventHead + "s,e,mailing,2025-01-07,1,,future\n", `role "future"`},
		{"event twice", series, eventHead + "s,e,mailing,2025-01-07,1,,past\ns,e,mailing,2025-01-07,1,,past\n", "line 2 already"},
		{"no such series", series, eventHead + "z,e,mailing,2025-01-07,1,,past\n", `series "z" is not in`},
		{"outside", series, eventHead + "s,e,mailing,2026-01-07,1,,past\n", "outside series"},
		{"nothing before", series, eventHead + "s,e,mailing,2025-01-06,1,,new\n", "no days before"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			err := PredictCSV(strings.NewReader(tt.series), strings.NewReader(tt.events), &out)
			if err == nil || !strings.HasPrefix(err.Error(), "uplift: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v; want %q", err, tt.want)
			}
			if out.Len() > 0 {
				t.Error("wrote in spite of the error")
			}
		})
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("series,timestamp,count\ns,2025-01-06,3\n", eventHead+"s,e,mailing,2025-01-06,1,,past\n")
	f.Add("series,timestamp,count\ns,2025-01-06T10:00:00,3\n", eventHead+"s,e,ivr,2025-01-06,,,new\n")
	f.Fuzz(func(t *testing.T, series, events string) {
		centers, err := readCenters(strings.NewReader(series), strings.NewReader(events))
		if err != nil {
			return
		}
		for _, x := range centers {
			for _, c := range x.causes {
				if c.Validate() != nil || c.Start.Before(x.dates[0]) {
					t.Errorf("read a bad cause %+v", c)
				}
			}
		}
	})
}
