package erlang

import (
	"math"
	"strings"
	"testing"
)

func TestReadDay(t *testing.T) {
	d, err := ReadDay(strings.NewReader("interval,agents,calls,aht_s,patience_s\n07:00,4,20,300,180\n07:30,6,31.5,290,Inf\n"), DayForm{Seconds: 1800, Patience: math.NaN()})
	if err != nil {
		t.Fatal(err)
	}
	want := DayInterval{1800, 31.5, 290, math.Inf(1), 6}
	if len(d.Intervals) != 2 || d.Intervals[1] != want || d.Rows[0][0] != "07:00" {
		t.Errorf("%+v", d)
	}
	d, err = ReadDay(strings.NewReader("calls,aht_s,seconds\n20,300,900\n"), DayForm{Patience: 60, NoAgents: true})
	if err != nil || d.Intervals[0] != (DayInterval{900, 20, 300, 60, 0}) {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestReadDayFaults(t *testing.T) {
	for in, want := range map[string]string{
		"":                                       "no header",
		"calls,aht_s\n1,2\n":                     `no column "agents"`,
		"calls,calls,aht_s,agents\n":             "twice",
		"calls,aht_s,agents\n":                   "no intervals",
		"calls,aht_s,agents\n1,300,2\nx,300,1\n": "line 3, column calls",
		"calls,aht_s,agents\n1,300,2.5\n":        "line 2, column agents: 2.5 is not a whole number",
		"calls,aht_s,agents\n1,-300,2\n":         "line 2: erlang: AHT is -300",
		"calls,aht_s,agents\n1,300\n":            "wrong number of fields",
	} {
		if _, err := ReadDay(strings.NewReader(in), DayForm{Seconds: 900, Patience: 60}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

func TestReadContacts(t *testing.T) {
	log, err := ReadContacts(strings.NewReader("contact_id,outcome,wait_s,talk_s,hold_s,wrap_s\n" +
		"1,handled,12,100,20,30\n2,abandoned,40,,,\n3,handled,0,60,,\n4,contained,,,,\n5,overflowed,90,,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(log.Waits) != 3 || log.Waits[1] != (Wait{40, true}) || len(log.Handles) != 2 || log.Handles[0] != 150 || log.Rows != 5 || log.AtOnce != 2 {
		t.Errorf("%+v", log)
	}
	for in, want := range map[string]string{
		"":                               "no header",
		"outcome\nhandled\n":             `no column "wait_s"`,
		"outcome,wait_s\nhandled,-3\n":   "line 2, column wait_s",
		"outcome,wait_s\nhandled,soon\n": "line 2, column wait_s",
		"outcome,wait_s\nAGENT,3\n":      "line 2, column outcome",
	} {
		if _, err := ReadContacts(strings.NewReader(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

func FuzzReadDay(f *testing.F) {
	f.Add("interval,agents,calls,aht_s,patience_s\n07:00,4,20,300,180\n")
	f.Add("calls,aht_s,agents\n1,300,2.5\n")
	f.Add("calls,aht_s,agents\n1e300,1e-9,1e30\n")
	f.Fuzz(func(t *testing.T, in string) {
		d, err := ReadDay(strings.NewReader(in), DayForm{Seconds: 900, Patience: 60})
		if err != nil {
			return
		}
		d.ShiftEnd = Preempt
		if err := d.Validate(); err != nil {
			t.Errorf("read, but not valid: %v", err)
		}
	})
}

func FuzzReadContacts(f *testing.F) {
	f.Add("contact_id,outcome,wait_s,talk_s\n1,handled,12,100\n")
	f.Fuzz(func(t *testing.T, in string) {
		log, err := ReadContacts(strings.NewReader(in))
		if err == nil && len(log.Waits) > 0 {
			if _, err := KaplanMeier(log.Waits); err != nil {
				t.Error(err)
			}
		}
	})
}
