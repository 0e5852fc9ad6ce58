package center

import (
	"strings"
	"testing"
	"time"
)

const withTours = `name: Night desk
zone: America/New_York
interval: 60m
service: {formula: sl_offered, share: 0.8, within: 30s}
confidence: 0.8
hours: [{mon: 00:00-24:00}]
queues: [{name: general, pool: agents, language: en, department: County}]
patterns:
  - {name: night, start: 20:00-22:00, every: 1h, paid: 8h, cents_per_hour: 3000, notice: 48h, call_cents: 500, skills: [english, spanish], premiums: [{window: 22:00-06:00, days: [fri, sat], percent: 10}]}
tours:
  - {name: nights, patterns: [night], days: 5, same_start: true, days_off: consecutive, rest: 11h, max_consecutive: 5, overtime_days: 1, overtime_cents_per_hour: 4500, max: 7}
`

func TestToursAndPremiumsAreRead(t *testing.T) {
	c, err := ParseCenter("center.yaml", []byte(withTours))
	if err != nil {
		t.Fatal(err)
	}
	p := c.Patterns[0].Pattern
	if p.Notice != 48*time.Hour || p.CallCents != 500 || len(p.Skills) != 2 || len(p.Premiums) != 1 || p.Premiums[0].From != 1320 || p.Premiums[0].To != 360 || len(p.Premiums[0].Days) != 2 {
		t.Errorf("pattern %+v", p)
	}
	tour := c.Tours[0]
	if tour.Days != 5 || !tour.SameStart || !tour.ConsecutiveOff || tour.Rest != 660 || tour.MaxConsecutive != 5 || tour.Overtime != 1 || tour.OvertimeCents != 4500 || tour.Max != 7 {
		t.Errorf("tour %+v", tour)
	}
	for from, want := range map[string]string{
		"days_off: consecutive": `days_off "some"`,
		"22:00-06:00":           `window "22:00"`,
		"rest: 11h":             "less than the rest of 20h",
		"patterns: [night]":     `there is no pattern "ghost"`,
		"same_start":            "same_begin",
	} {
		to := map[string]string{"days_off: consecutive": "days_off: some", "22:00-06:00": "22:00", "rest: 11h": "rest: 20h", "patterns: [night]": "patterns: [ghost]", "same_start": "same_begin"}[from]
		if _, err := ParseCenter("center.yaml", []byte(strings.Replace(withTours, from, to, 1))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q in it", to, err, want)
		}
	}
}
