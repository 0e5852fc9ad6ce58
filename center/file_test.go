package center

import (
	"testing"
	"time"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/interval"
)

func TestParseCenterReads(t *testing.T) {
	c := fixtureCenter(t)
	if c.Name != "Fixture County 311" || c.Step != 30*time.Minute || c.Seats != 10 || c.ShortAbandon != 5*time.Second || c.Confidence != 0.8 {
		t.Errorf("head: %+v", c)
	}
	if c.Target.Formula != erlang.SLOffered || c.Target.Within != 30*time.Second || c.Target.MaxOccupancy != 0.92 {
		t.Errorf("target: %+v", c.Target)
	}
	for _, tt := range []struct {
		day  string
		want int // minutes open of the center and of the water line
		own  int
	}{
		{"2026-05-05", 480, 0},   // Tuesday, closed at noon
		{"2026-05-06", 0, 0},     // a closure of one day
		{"2026-05-13", 540, 120}, // Wednesday: the water line's only day
		{"2026-05-16", 0, 0},     // Saturday
		{"2026-07-03", 0, 0},     // Independence Day on a Saturday is observed on Friday
		{"2026-09-07", 0, 0},     // first Monday of September
		{"2026-12-24", 240, 240}, // a half day is a rule of the center for all lines
	} {
		d := interval.MustDate(tt.day)
		water, _ := c.Queue("water")
		if got, own := c.Calendar.Plan(d).Minutes(), water.Calendar.Plan(d).Minutes(); got != tt.want || own != tt.own {
			t.Errorf("%s: center %d minutes, water %d; want %d and %d", tt.day, got, own, tt.want, tt.own)
		}
	}
	p := c.Patterns[0].Pattern
	if p.First != 480 || p.Last != 780 || p.Every != 30 || p.Paid != 240 || len(p.Days) != 2 || p.Breaks[0].Latest != 150 || !p.Breaks[0].Paid {
		t.Errorf("pattern: %+v", p)
	}
	if len(c.PatternsFor("spanish")) != 0 || len(c.PatternsFor("english")) != 1 {
		t.Error("a pattern of one pool is offered to another")
	}
}

func TestParseCenterFaults(t *testing.T) {
	checkFaults(t, "center.yaml", goodCenter, func(data []byte) error {
		_, err := ParseCenter("center.yaml", data)
		return err
	}, []fault{
		{"misspelt field", "interval:", "intervall:", `center.yaml:3:1: unknown field "intervall"; did you mean "interval"?`},
		{"nested misspelt field", "formula:", "fromula:", `did you mean "formula"?`},
		{"field of a queue that is not known", "language: en,", "lang: en,", `unknown field "lang"`},
		{"field twice", "seats: 10\n", "seats: 10\nseats: 12\n", `seats`},
		{"unknown zone", "America/New_York", "America/Marlowe", `zone: "America/Marlowe" is no IANA zone; write one such as`},
		{"no zone", "zone: America/New_York\n", "", `zone: ""; name the center's IANA zone`},
		{"zone of the machine", "America/New_York", "Local", `zone: "Local"`},
		{"interval that divides no hour", "30m", "25m", `interval: 25m0s; give 15m, 30m or 60m`},
		{"interval without unit", "interval: 30m", "interval: 30", `"30" is no length of time; write 30s, 15m or 1h30m`},
		{"negative wait", "within: 30s", "within: -30s", `"-30s" is no length of time`},
		{"unknown formula", "sl_offered", "sl_best", `service.formula:`},
		{"share in percent", "share: 0.80", "share: 80", `service.share: 80 is no share; write 0.8 for 80%`},
		{"share of nothing", "share: 0.80", "share: 0", `service.share: 0 is no share`},
		{"share that is no number", "share: 0.80", "share: .nan", `service.share: NaN is no share`},
		{"occupancy beyond 1", "max_occupancy: 0.92", "max_occupancy: 92", `service.max_occupancy: 92`},
		{"confidence 1", "confidence: 0.80", "confidence: 1", `confidence: 1; write 0.8`},
		{"negative seats", "seats: 10", "seats: -1", `seats: -1`},
		{"seats in words", "seats: 10", "seats: ten", `center.yaml:10:8:`},
		{"shrinkage of all", "share: 0.055", "share: 1", `shrinkage "absence": share 1`},
		{"shrinkage without name", "name: absence, ", "", `shrinkage ""`},
		{"hours backwards", "mon: 08:00-17:00", "mon: 17:00-08:00", `center.yaml:15:10:`},
		{"hours that are no time", "mon: 08:00-17:00", "mon: 08:00-25:00", `center.yaml:15:10:`},
		{"hours in words", "mon: 08:00-17:00", "mon: morning", `center.yaml:15:10:`},
		{"overlapping hours", "08:00-12:00 13:00-17:00", "08:00-14:00 13:00-17:00", `Tuesday`},
		{"overlapping hours of a queue", "wed: 10:00-12:00", "wed: 10:00-12:00 11:00-13:00", `queue "water"`},
		{"day that does not exist", "first: 2026-05-06", "first: 2026-02-30", `there is no day 2026-02-30`},
		{"day in another order", "first: 2026-05-06", "first: 05/06/2026", `"05/06/2026" is not a date`},
		{"closure that ends before it begins", "first: 2026-05-06", "first: 2026-05-06, last: 2026-05-01", `closure "Move"`},
		{"closure without a day", ", first: 2026-05-06", "", `closure "Move"`},
		{"holiday that does not exist", "month: 7, day: 4", "month: 6, day: 31", `day 31 of month 6 does not exist`},
		{"holiday without a form", "month: 7, day: 4, ", "", `holiday "Independence Day": give a date`},
		{"holiday of two forms", "month: 7, day: 4, ", "month: 7, day: 4, easter: true, ", `holiday "Independence Day": give`},
		{"holiday's weekday", "weekday: mon", "weekday: moonday", `holiday "Labor Day": "moonday" is no weekday; write mon`},
		{"holiday's hours", "hours: 09:00-13:00", "hours: 13:00-09:00", `center.yaml:23:`},
		{"no queues", goodCenter[index("queues:"):index("patterns:")], "", `queues: name at least one`},
		{"queue twice", "name: water", "name: general", `queues[1]: "general" is named twice`},
		{"queue without pool", "    pool: spanish\n", "", `queues[1]: a queue needs a name and a pool`},
		{"queue named as the sum", "name: water", "name: all", `queues[1]: the name "all" is kept`},
		{"pattern of an unknown pool", "pools: [english]", "pools: [french]", `patterns: "part day" names pool "french"`},
		{"pattern's start backwards", "start: 08:00-13:00", "start: 13:00-08:00", `start times "13:00-08:00"; write 07:00-10:30`},
		{"pattern's break", "after: 1h30m-2h30m", "after: 2h30m-1h30m", `distance "2h30m-1h30m" from the start of the shift`},
		{"pattern without paid time", "    paid: 4h\n", "", `part day`},
		{"pattern's day", "days: [mon, tue]", "days: [mon, tues]", `pattern "part day": days: "tues" is no weekday`},
		{"pattern without step", "    every: 30m\n", "", `part day`},
		{"empty", goodCenter, "", `the file is empty`},
		{"two documents", "name: Fixture", "---\nname: x\n---\nname: Fixture", `more than one YAML document`},
		{"no name", "name: Fixture County 311\n", "", `name: give the center a name`},
	})
}

func index(section string) int {
	for i := range goodCenter {
		if len(goodCenter) >= i+len(section) && goodCenter[i:i+len(section)] == section && (i == 0 || goodCenter[i-1] == '\n') {
			return i
		}
	}
	panic("the good center has no " + section)
}

// Many faults are told at once, in one line.
func TestParseCenterTellsAllFaults(t *testing.T) {
	text := "name: x\nzone: UTC\ninterval: 7m\nservice: {formula: sl_offered, share: 2}\nconfidence: 3\nseats: -4\n"
	_, err := ParseCenter("center.yaml", []byte(text))
	for _, want := range []string{"interval: 7m0s", "queues: name", "service.share: 2", "confidence: 3", "seats: -4"} {
		checkError(t, err, "center.yaml", want)
	}
}

func FuzzParseCenter(f *testing.F) {
	f.Add([]byte(goodCenter))
	f.Add([]byte("name: x\nzone: UTC\nhours: [{mon: 08:00-09:00 08:30-10:00}]\n"))
	f.Add([]byte("holidays: [{easter: true, month: 13, weekday: \"m\\non\"}]\nzone: UTC\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := ParseCenter("center.yaml", in)
		if err != nil {
			if !oneLineText(err.Error()) {
				t.Errorf("more than one line: %q", err)
			}
			return
		}
		if err := c.Validate(); err != nil {
			t.Errorf("a center that was read is not valid: %v", err)
		}
	})
}
