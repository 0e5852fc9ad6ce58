package people

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

const bookText = `
zone: America/New_York
start: 2026-03-02
weeks: 2
night: {window: 23:00-06:00, least: 3h}
closed: [2026-03-04 training]
skills: [spanish, lead]
rules: {hours: 16-40, rest: 11h, days_off: 2}
relax_cents: {rest: 100, absent: 0}
weights: {senior: 5}
shifts:
  - name: full day
    hours: 08:00-16:30
    breaks: 12:00-12:30
    agents: {mon: 2, tue: 1, wed: 3}
    skills: [spanish]
  - {name: night, hours: 22:00-06:00, agents: 1, unfilled_cents: 500}
people:
  - person: Ana
    skills: [spanish]
    seniority: 1
    absent: [2026-03-03/2026-03-05 vacation]
    available: {mon: 06:00-12:00 12:00-24:00, tue: 00:00-24:00}
    never: [night sat]
    likes: [full day mon *3, 2026-03-09]
    dislikes: [night *2]
    fixed: [2026-03-09 full day]
    max_nights: 3
    weekends_before: 4
  - {person: Ben, hours: 8-24, rest: 9h, end_before: "2026-03-01T23:00:00-05:00"}
`

func TestBook(t *testing.T) {
	b, err := ParseBook("people.yaml", []byte(bookText), nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.Fill(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, s := range p.Slots {
		count[s.Pattern]++
		if s.Date == interval.MustDate("2026-03-04") {
			t.Errorf("a %s shift on the closed day", s.Pattern)
		}
	}
	if count["full day"] != 9 || count["night"] != 13 {
		t.Errorf("slots %v; want 9 by day: 6 a week, less 3 of a closed Wednesday, and 13 nights", count)
	}
	ana, ben := p.People[0], p.People[1]
	if ana.Rules != (Rules{MinMinutes: 960, MaxMinutes: 2400, Rest: 11 * time.Hour, DaysOff: 2, MaxNights: 3}) || ben.Rules != (Rules{MinMinutes: 480, MaxMinutes: 1440, Rest: 9 * time.Hour, DaysOff: 2}) {
		t.Errorf("rules %+v and %+v", ana.Rules, ben.Rules)
	}
	if !slices.Equal(ana.Wishes, []Wish{{Target{Shift: "full day", OnDay: true, Weekday: time.Monday}, 3}, {Target{Date: interval.MustDate("2026-03-09")}, 1}, {Target{Shift: "night"}, -2}}) {
		t.Errorf("wishes %+v", ana.Wishes)
	}
	if ana.Absent[0].Reason != "vacation" || ana.Before.Weekends != 4 || p.Relax.RestHour != 100 || p.Relax.Absent != 0 || p.Weights.Senior != 5 || p.Slots[0].UnfilledCents != 160_000 {
		t.Errorf("%+v, %+v, %+v, slot %+v", ana, p.Relax, p.Weights, p.Slots[0])
	}
	plan := assign(t, p, Options{Work: 5000})
	if got := holders(plan, 7, "full day"); !slices.Contains(got, "Ana") {
		t.Errorf("the fixed shift of Ana is held by %v", got)
	}
}

// The same people as CSV give the same problem.
func TestPeopleCSV(t *testing.T) {
	head, _, _ := strings.Cut(bookText, "people:\n")
	b, err := ParseBook("people.yaml", []byte(head), nil)
	if err != nil {
		t.Fatal(err)
	}
	const staff = "person,skills,seniority,absent,available,never,likes,dislikes,fixed,max_nights,weekends_before,hours,rest,end_before\n" +
		"Ana,spanish,1,2026-03-03/2026-03-05 vacation,mon 06:00-12:00 12:00-24:00; tue 00:00-24:00,night sat,full day mon *3; 2026-03-09,night *2,2026-03-09 full day,3,4,,,\n" +
		"Ben,,,,,,,,,,,8-24,9h,2026-03-01T23:00:00-05:00\n"
	if err := b.ReadPeopleCSV(strings.NewReader(staff), "staff.csv"); err != nil {
		t.Fatal(err)
	}
	p, err := b.Fill(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := ParseBook("people.yaml", []byte(bookText), nil)
	if err != nil {
		t.Fatal(err)
	}
	q, err := whole.Fill(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	one, two := assign(t, p, Options{Work: 3000}), assign(t, q, Options{Work: 3000})
	var texts [2]bytes.Buffer
	for k, plan := range []Plan{one, two} {
		if err := schedule.WriteRosterCSV(&texts[k], plan.Roster); err != nil {
			t.Fatal(err)
		}
	}
	if texts[0].String() != texts[1].String() {
		t.Error("CSV and YAML differ")
	}
}

func TestBadBooks(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"unknown field", "seniority: 1", "seniorty: 1", `people.yaml:21:5: unknown field "seniorty"`},
		{"unknown skill of a person", "skills: [spanish]\n    seniority", "skills: [french]\n    seniority", `"Ana": skills: "french" is unknown`},
		{"unknown skill of a shift", "skills: [spanish]\n  - {name: night", "skills: [french]\n  - {name: night", `"full day": skills: "french" is unknown`},
		{"there twice", "person: Ben", "person: Ana", `"Ana": person: there twice`},
		{"absence backwards", "2026-03-03/2026-03-05", "2026-03-05/2026-03-03", `"Ana": absent: "2026-03-05/2026-03-03 vacation" is backwards`},
		{"window backwards", "06:00-12:00", "12:00-06:00", `"Ana": available: mon 12:00-06:00`},
		{"hours backwards", "hours: 8-24", "hours: 24-8", `"Ben": hours: "24-8" is backwards`},
		{"unknown shift in a wish", "[night *2]", "[nigth *2]", `"Ana": dislikes: "nigth ": there is no shift`},
		{"points", "*3", "*30", `"Ana": likes: "full day mon *30": points`},
		{"fixed to what does not exist", "2026-03-09 full day]", "2026-03-12 full day]", "fixed 2026-03-12 full day: there is no such shift"},
		{"weeks", "weeks: 2", "weeks: 9", "weeks: 9; give 1 to 8"},
		{"zone", "America/New_York", "Nowhere", `zone "Nowhere"`},
		{"rule without price", "relax_cents: {rest: 100", "relax_cents: {skills: 100", "relax_cents: skills"},
		{"break outside", "breaks: 12:00-12:30", "breaks: 17:00-17:30", `breaks: 17:00-17:30 leaves the shift`},
		{"agents", "agents: {mon: 2", "agents: {mon: -2", "agents: mon: -2"},
		{"rest", "rest: 9h", "rest: 9", `"Ben": rest: "9"`},
		{"night run before", "weekends_before: 4", "night_run_before: 4", `"Ana": counts before the first day`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(bookText, tt.old, tt.new, 1)
			if text == bookText {
				t.Fatal("nothing replaced")
			}
			b, err := ParseBook("people.yaml", []byte(text), nil)
			if err == nil {
				_, err = b.Fill(nil, nil)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v; want %s", err, tt.want)
			}
		})
	}
}

func TestBadPeopleCSV(t *testing.T) {
	head, _, _ := strings.Cut(bookText, "people:\n")
	for _, tt := range []struct{ text, want string }{
		{"person,skils\nAna,spanish\n", `staff.csv:1: there is no column "skils"`},
		{"person,person\nAna,Ana\n", `the column "person" is there twice`},
		{"skills\nspanish\n", "no column person"},
		{"person,max_run\nAna,six\n", `staff.csv:2: max_run: "six" is no whole number`},
		{"person,skills\nAna,spanish\nBen,french\n", `staff.csv:3: "Ben": skills: "french" is unknown`},
		{"person\nAna\nAna\n", `staff.csv:3: "Ana": person: there twice`},
		{"person,available\nAna,mon 08:00-12:00;mon 13:00-14:00\n", "staff.csv:2: available: mon is there twice"},
		{"person\n", "no people"},
	} {
		b, err := ParseBook("people.yaml", []byte(head), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err = b.ReadPeopleCSV(strings.NewReader(tt.text), "staff.csv"); err == nil {
			_, err = b.Fill(nil, nil)
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v; want %s", tt.text, err, tt.want)
		}
	}
}

// A roster without names, its patterns with the terms of the book.
func TestFillTakesARoster(t *testing.T) {
	text := strings.Replace(bookText, "hours: 08:00-16:30\n    breaks: 12:00-12:30\n    agents: {mon: 2, tue: 1, wed: 3}\n    ", "", 1)
	text = strings.Replace(text, "hours: 22:00-06:00, agents: 1, ", "", 1)
	text = strings.Replace(text, "fixed: [2026-03-09 full day]", "", 1)
	b, err := ParseBook("people.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := desk(t, 2)
	roster := schedule.Roster{shift(p, 0, "full day", 8, 16).Shift, shift(p, 1, "night", 22, 30).Shift}
	got, err := b.Fill(roster, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Slots) != 2 || !slices.Equal(got.Slots[0].Skills, []string{"spanish"}) || got.Slots[0].UnfilledCents != 160_000 || got.Slots[1].UnfilledCents != 500 {
		t.Errorf("slots %+v", got.Slots)
	}
	if _, err := b.Fill(roster[:1], nil); err == nil || !strings.Contains(err.Error(), `"night" is no pattern of the roster`) {
		t.Errorf("unused terms: %v", err)
	}
	closed := schedule.Roster{shift(p, 2, "full day", 8, 16).Shift, roster[1]}
	if _, err := b.Fill(closed, nil); err == nil || !strings.Contains(err.Error(), "closed day") {
		t.Errorf("closed day: %v", err)
	}
}

func FuzzBook(f *testing.F) {
	f.Add(bookText)
	f.Add("zone: UTC\nstart: 2026-03-02\nweeks: 1\nshifts: [{name: a, hours: 1:00-2:00, agents: 1}]\npeople: [{person: a, likes: [a *2]}]")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ParseBook("f", []byte(text), nil)
		if err == nil {
			if p, err := b.Fill(nil, nil); err == nil && p.Validate() != nil {
				t.Error("a problem that is not valid")
			}
		}
	})
}

func FuzzPeopleCSV(f *testing.F) {
	f.Add("person,skills,hours\nAna,spanish,8-16\n")
	head, _, _ := strings.Cut(bookText, "people:\n")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ParseBook("f", []byte(head), nil)
		if err != nil {
			t.Fatal(err)
		}
		if b.ReadPeopleCSV(strings.NewReader(text), "f") == nil {
			if p, err := b.Fill(nil, nil); err == nil && p.Validate() != nil {
				t.Error("a problem that is not valid")
			}
		}
	})
}
