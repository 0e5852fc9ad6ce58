package schedule

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

const week = `agent,pool,weekday,start,end,breaks
E01,english,mon,08:00,16:30,10:00-10:15 12:00-12:30 14:45-15:00
E02,english,mon,09:00,13:00,
S01,spanish,mon,08:00,12:00,10:00-10:15
S01,spanish,mon,12:00,16:00,
E01,english,sun,00:00,24:00,03:00-04:00
`

func readWeek(t testing.TB) Template {
	t.Helper()
	tpl, err := ReadTemplate(strings.NewReader(week), "roster.csv")
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func TestTemplateRoundTrip(t *testing.T) {
	tpl := readWeek(t)
	var out strings.Builder
	if err := WriteTemplate(&out, tpl); err != nil {
		t.Fatal(err)
	}
	if out.String() != week {
		t.Errorf("wrote\n%swant\n%s", out.String(), week)
	}
}

func TestTemplateCounts(t *testing.T) {
	tpl := readWeek(t)
	if got := tpl.Pools(); !slices.Equal(got, []string{"english", "spanish"}) {
		t.Errorf("pools %v", got)
	}
	// Monday 8.5 h less half an hour of lunch, and 4 h; Sunday 24 h less an hour.
	if got := tpl.PaidHours("english"); got != 8+4+23 {
		t.Errorf("%v paid hours of english, want 35", got)
	}
	if got := tpl.PaidHours("spanish"); got != 8 { // a break of 15 minutes is paid
		t.Errorf("%v paid hours of spanish, want 8", got)
	}
}

func TestOnPosition(t *testing.T) {
	tpl := readWeek(t)
	loc := zone(t)
	cal, err := interval.NewCalendar(loc,
		[]interval.Opening{{Week: interval.Week{time.Monday: {{Open: 510, Close: 960}}, time.Sunday: {{Open: 0, Close: 1440}}}}},
		[]interval.Holiday{{Name: "Memorial Day", Month: time.May, Weekday: time.Monday, Nth: -1}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, day, pool string
		cal             *interval.Calendar
		at              string
		want            float64
	}{
		{"both at work", "2026-05-04", "english", cal, "09:30", 2},
		{"half of the half hour on a break", "2026-05-04", "english", cal, "10:00", 1.5},
		{"opens at 8:30: not before", "2026-05-04", "english", cal, "08:00", 0},
		{"closes at 16: not after", "2026-05-04", "english", cal, "16:00", 0},
		{"always open without a calendar", "2026-05-04", "english", nil, "16:00", 1},
		{"lunch", "2026-05-04", "english", cal, "12:00", 1},
		{"shifts that touch", "2026-05-04", "spanish", cal, "12:00", 1},
		{"Memorial Day", "2026-05-25", "english", cal, "10:30", 0},
		{"a day nobody works", "2026-05-05", "english", cal, "10:30", 0},
		{"no such pool", "2026-05-04", "french", cal, "10:30", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := grid(t, tt.day, tt.day, 30*time.Minute)
			on := tpl.OnPosition(tt.pool, g, tt.cal)
			m, _ := interval.ParseClock(tt.at)
			if got := on[m/30]; math.Abs(got-tt.want) > 1e-12 {
				t.Errorf("%v on position at %s, want %v", got, tt.at, tt.want)
			}
		})
	}
}

// The break from 3 to 4 costs an hour whatever the clocks do before it: agent-hours are
// the length of the day less one.
func TestOnPositionOnDaysTheClocksChange(t *testing.T) {
	tpl := readWeek(t)
	for day, hours := range map[string]float64{"2026-03-08": 23, "2026-11-01": 25, "2026-05-03": 24} {
		for _, step := range []time.Duration{15 * time.Minute, time.Hour} {
			g := grid(t, day, day, step)
			sum := 0.0
			for _, x := range tpl.OnPosition("english", g, nil) {
				sum += x * step.Hours()
			}
			if math.Abs(sum-(hours-1)) > 1e-9 {
				t.Errorf("%s by %v: %v agent-hours, want %v", day, step, sum, hours-1)
			}
		}
	}
}

func TestTemplateFaultsNameTheirPlace(t *testing.T) {
	const head = "agent,pool,weekday,start,end,breaks\n"
	for _, tt := range []struct{ name, text, want string }{
		{"empty file", "", "schedule: r.csv: the file is empty; its first line must be agent,pool,weekday,start,end,breaks"},
		{"other header", "agent,team\n", "schedule: r.csv:1: header \"agent,team\"; write it as agent,pool,weekday,start,end,breaks"},
		{"missing column", head + "E01,english,mon,08:00,16:30\n", "schedule: r.csv:2: the row does not have the 6 columns"},
		{"bare quote", head + "E\"1,english,mon,08:00,16:30,\n", "schedule: r.csv:2:2: "},
		{"full weekday", head + "E01,english,Monday,08:00,16:30,\n", "schedule: r.csv:2:13: weekday: \"Monday\" is no weekday; write one of sun mon tue wed thu fri sat"},
		{"clock", head + "E01,english,mon,8,16:30,\n", "schedule: r.csv:2:17: start: \"8\" is not a time of day; write it as 08:00"},
		{"backwards", head + "E01,english,mon,16:30,08:00,\n", "schedule: r.csv:2:23: end: shift 16:30-08:00 ends before it begins"},
		{"break outside", head + "E01,english,mon,08:00,16:30,07:00-07:15\n", "schedule: r.csv:2:29: breaks: break 07:00-07:15 overlaps another, is out of order, or leaves the shift"},
		{"breaks overlap", head + "E01,english,mon,08:00,16:30,10:00-10:30 10:15-10:45\n", "breaks: break 10:15-10:45 overlaps"},
		{"break form", head + "E01,english,mon,08:00,16:30,lunch\n", "breaks: break \"lunch\"; write breaks as 10:00-10:15"},
		{"formula", head + "=1+1,english,mon,08:00,16:30,\n", "agent: \"=1+1\" begins like a spreadsheet formula"},
		{"no agent", head + ",english,mon,08:00,16:30,\n", "schedule: r.csv:2:1: agent: empty; give a name"},
		{"two places", head + "E01,english,mon,08:00,12:00,\nE02,english,mon,08:00,12:00,\nE01,spanish,mon,11:00,13:00,\n", "schedule: r.csv:4: agent E01 works 08:00-12:00 and 11:00-13:00 on mon; one agent cannot be in two places; see line 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadTemplate(strings.NewReader(tt.text), "r.csv")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %q, want %q", err, tt.want)
			}
		})
	}
}

func TestWriteTemplateRefusesWhatItCouldNotRead(t *testing.T) {
	bad := Template{Rows: []Row{
		{Agent: "E01", Pool: "english", Weekday: 9, Span: interval.Span{Open: 480, Close: 960}},
		{Agent: " E02", Pool: "english", Weekday: 1, Span: interval.Span{Open: 480, Close: 960}},
	}}
	err := WriteTemplate(&strings.Builder{}, bad)
	if err == nil || !strings.Contains(err.Error(), "row 1: weekday 9") || !strings.Contains(err.Error(), "row 2: \" E02\" has spaces") {
		t.Errorf("error %v, want both rows", err)
	}
}

func FuzzReadTemplate(f *testing.F) {
	f.Add(week)
	f.Add("\ufeffagent,pool,weekday,start,end,breaks\r\n\"E, 1\",\"a\"\"b\",sat,23:00,24:00,\r\n")
	f.Add("agent,pool,weekday,start,end,breaks\nE01,english,mon,08:00,16:30,10:00-10:15-10:20\n")
	f.Fuzz(func(t *testing.T, text string) {
		tpl, err := ReadTemplate(strings.NewReader(text), "f")
		if err != nil {
			return
		}
		var out strings.Builder
		if err := WriteTemplate(&out, tpl); err != nil {
			t.Fatalf("read but not written: %v", err)
		}
		again, err := ReadTemplate(strings.NewReader(out.String()), "f")
		if err != nil || !reflect.DeepEqual(again, tpl) {
			t.Fatalf("%+v came back as %+v, %v", tpl, again, err)
		}
	})
}
