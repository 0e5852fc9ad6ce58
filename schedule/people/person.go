package people

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// Fill completes the problem: with the slots of the roster, which may be nil, or else
// of the demand per weekday, and with the people. Closed days of the book and of the
// calendar, which may be nil, have no demand.
func (b *Book) Fill(roster schedule.Roster, cal *interval.Calendar) (Problem, error) {
	p := b.Problem
	var err error
	if roster != nil {
		p.Slots, err = b.fromRoster(roster)
	} else {
		p.Slots, err = b.fromDemand(cal)
	}
	if err != nil {
		return p, err
	}
	if len(b.persons) == 0 {
		return p, fmt.Errorf("people: %s: there are no people; list them under people or in a CSV file", b.name)
	}
	for i := range p.Slots {
		if p.Slots[i].UnfilledCents == 0 {
			p.Slots[i].UnfilledCents = max(1, b.cents*int64(p.Slots[i].PaidMinutes)/60)
		}
	}
	names := map[string]bool{}
	for _, s := range p.Slots {
		names[s.Pattern] = true
	}
	for _, k := range b.terms {
		names[k.Name] = true
	}
	seen := map[string]bool{}
	for i, f := range b.persons {
		who, field, err := b.person(f, func(s string) bool { return names[s] })
		if err == nil && seen[who.Name] {
			field, err = "person", errors.New("there twice; names must differ")
		}
		seen[who.Name] = true
		if err != nil {
			return p, fmt.Errorf("people: %s: %q: %s: %w", b.place(i), f.Person, field, err)
		}
		p.People = append(p.People, who)
	}
	return p, p.Validate()
}

// place is where person i stands.
func (b *Book) place(i int) string {
	if line := b.persons[i].line; line > 0 {
		return fmt.Sprintf("%s:%d", b.name, line)
	}
	return fmt.Sprintf("%s: people: number %d", b.name, i+1)
}

func (b *Book) fromDemand(cal *interval.Calendar) ([]Slot, error) {
	if len(b.Kinds) == 0 {
		return nil, fmt.Errorf("people: %s: no shift has hours and agents; give them, or a roster to fill", b.name)
	}
	slots, err := Demand(b.Kinds, b.Problem.Start, b.Problem.Weeks, cal, b.Problem.Zone)
	return slices.DeleteFunc(slots, func(s Slot) bool { return b.shut(s.Date) }), err
}

func (b *Book) shut(d interval.Date) bool {
	return slices.ContainsFunc(b.closed, func(c interval.Closure) bool { return !d.Before(c.First) && !d.After(c.Last) })
}

// fromRoster takes the shifts of a roster with the terms of their pattern: those of the
// same pool, or of none.
func (b *Book) fromRoster(roster schedule.Roster) ([]Slot, error) {
	var out []Slot
	used := map[int]bool{}
	for _, s := range roster {
		s.Agent = ""
		slot := Slot{Shift: s}
		k := slices.IndexFunc(b.terms, func(k Kind) bool { return k.Name == s.Pattern && k.Pool == s.Pool })
		if k < 0 {
			k = slices.IndexFunc(b.terms, func(k Kind) bool { return k.Name == s.Pattern && k.Pool == "" })
		}
		if k >= 0 {
			slot.Skills, slot.UnfilledCents = b.terms[k].Skills, b.terms[k].UnfilledCents
			used[k] = true
		}
		if b.shut(s.Date) {
			return nil, fmt.Errorf("people: the roster has a %s shift on %s, a closed day", s.Pattern, s.Date)
		}
		out = append(out, slot)
	}
	for k, kind := range b.terms {
		if !used[k] {
			return nil, fmt.Errorf("people: %s: shifts: %q is no pattern of the roster; remove it or correct its name or pool", b.name, kind.Name)
		}
	}
	return out, nil
}

// person reads one person; the field is that of the error.
func (b *Book) person(f personFile, known func(string) bool) (Person, string, error) {
	who := Person{Name: f.Person, Skills: f.Skills, Seniority: f.Seniority,
		Before: History{Weekends: f.WeekendsBefore, Nights: f.NightsBefore, Run: f.RunBefore, NightRun: f.NightRunBefore}}
	if f.Person == "" {
		return who, "person", errors.New("empty; give a name or an id")
	}
	for i, s := range f.Skills {
		if !slices.Contains(b.skills, s) {
			return who, "skills", fmt.Errorf("%q is unknown; skills are %s", s, strings.Join(b.skills, ", "))
		}
		if slices.Contains(f.Skills[:i], s) {
			return who, "skills", fmt.Errorf("%q is there twice", s)
		}
	}
	var err error
	if who.Available, err = parseAvailable(f.Available); err != nil {
		return who, "available", err
	}
	for _, text := range f.Absent {
		a, err := parseAbsence(text)
		if err != nil {
			return who, "absent", err
		}
		who.Absent = append(who.Absent, a)
	}
	if field, err := who.wishes(f, known); err != nil {
		return who, field, err
	}
	if f.EndBefore != "" {
		if who.Before.End, err = time.Parse(time.RFC3339, f.EndBefore); err != nil {
			return who, "end_before", fmt.Errorf("%q; write 2026-03-01T22:00:00-05:00", f.EndBefore)
		}
	}
	for _, r := range []rulesFile{b.rules, f.Limits} {
		if field, err := who.Rules.set(r); err != nil {
			return who, field, err
		}
	}
	return who, "", nil
}

func (who *Person) wishes(f personFile, known func(string) bool) (string, error) {
	for _, text := range f.Never {
		t, err := parseTarget(text, known)
		if err != nil {
			return "never", err
		}
		who.Never = append(who.Never, t)
	}
	for _, side := range []struct {
		field string
		texts []string
		sign  int
	}{{"likes", f.Likes, 1}, {"dislikes", f.Dislikes, -1}} {
		for _, text := range side.texts {
			w, err := parseWish(text, side.sign, known)
			if err != nil {
				return side.field, err
			}
			who.Wishes = append(who.Wishes, w)
		}
	}
	for _, text := range f.Fixed {
		t, err := parseTarget(text, known)
		if err != nil || t.Date.IsZero() || t.Shift == "" || t.OnDay {
			return "fixed", fmt.Errorf("%q; write a date and a shift there is, such as 2026-03-03 night", text)
		}
		who.Fixed = append(who.Fixed, Fixed{t.Date, t.Shift})
	}
	return "", nil
}

// set overwrites the limits that are given.
func (r *Rules) set(f rulesFile) (string, error) {
	var err error
	if f.Hours != "" {
		if r.MinMinutes, r.MaxMinutes, err = parseHours(f.Hours); err != nil {
			return "hours", err
		}
	}
	if f.Rest != "" {
		if r.Rest, err = time.ParseDuration(f.Rest); err != nil {
			return "rest", fmt.Errorf("%q; write it as 11h", f.Rest)
		}
	}
	for _, l := range []struct {
		field string
		from  *int
		to    *int
	}{{"days_off", f.DaysOff, &r.DaysOff}, {"max_run", f.MaxRun, &r.MaxRun}, {"max_weekends", f.MaxWeekends, &r.MaxWeekends}, {"max_nights", f.MaxNights, &r.MaxNights}, {"max_night_run", f.MaxNightRun, &r.MaxNightRun}} {
		if l.from != nil {
			if *l.from < 0 || *l.from > 1000 {
				return l.field, fmt.Errorf("%d; give 0 for no limit, or more", *l.from)
			}
			*l.to = *l.from
		}
	}
	return "", nil
}

// ReadPeopleCSV adds people from CSV text: a header with person and any of the fields
// of the people file, lists separated by semicolons.
func (b *Book) ReadPeopleCSV(r io.Reader, name string) error {
	in := csv.NewReader(r)
	head, err := in.Read()
	if err != nil {
		return fmt.Errorf("people: %s: no header (%w); its first column is person", name, err)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	for i, column := range head {
		if slices.Contains(head[:i], column) {
			return fmt.Errorf("people: %s:1: the column %q is there twice", name, column)
		}
		if err := new(personFile).put(column, ""); err != nil {
			return fmt.Errorf("people: %s:1: %w", name, err)
		}
	}
	if !slices.Contains(head, "person") {
		return fmt.Errorf("people: %s:1: there is no column person", name)
	}
	b.name = name
	if len(b.persons) > 0 {
		return fmt.Errorf("people: %s: the people file lists people already; keep one of the two", name)
	}
	for {
		row, err := in.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("people: %s: %w", name, err)
		}
		var f personFile
		f.line, _ = in.FieldPos(0)
		for i, column := range head {
			if err := f.put(column, row[i]); err != nil {
				return fmt.Errorf("people: %s:%d: %s: %w", name, f.line, column, err)
			}
		}
		b.persons = append(b.persons, f)
	}
}

// put sets the field of a column.
func (f *personFile) put(column, text string) error {
	lists := map[string]*[]string{"skills": &f.Skills, "absent": &f.Absent, "never": &f.Never, "likes": &f.Likes, "dislikes": &f.Dislikes, "fixed": &f.Fixed}
	texts := map[string]*string{"person": &f.Person, "hours": &f.Limits.Hours, "rest": &f.Limits.Rest, "end_before": &f.EndBefore}
	counts := map[string]*int{"seniority": &f.Seniority, "weekends_before": &f.WeekendsBefore, "nights_before": &f.NightsBefore, "run_before": &f.RunBefore, "night_run_before": &f.NightRunBefore}
	limits := map[string]**int{"days_off": &f.Limits.DaysOff, "max_run": &f.Limits.MaxRun, "max_weekends": &f.Limits.MaxWeekends, "max_nights": &f.Limits.MaxNights, "max_night_run": &f.Limits.MaxNightRun}
	text = strings.TrimSpace(text)
	if to, ok := lists[column]; ok {
		for part := range strings.SplitSeq(text, ";") {
			if part = strings.TrimSpace(part); part != "" {
				*to = append(*to, part)
			}
		}
		return nil
	}
	if column == "available" {
		return f.putAvailable(text)
	}
	if to, ok := texts[column]; ok {
		*to = text
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil && text != "" {
		return fmt.Errorf("%q is no whole number", text)
	}
	if to, ok := counts[column]; ok {
		*to = n
		return nil
	}
	if to, ok := limits[column]; ok {
		if text != "" {
			*to = &n
		}
		return nil
	}
	return fmt.Errorf("there is no column %q; columns are person, skills, seniority, hours, rest, days_off, max_run, max_weekends, max_nights, max_night_run, available, absent, never, likes, dislikes, fixed, weekends_before, nights_before, run_before, night_run_before and end_before", column)
}

// putAvailable reads mon 08:00-12:00 13:00-18:00; tue 08:00-12:00.
func (f *personFile) putAvailable(text string) error {
	for part := range strings.SplitSeq(text, ";") {
		day, windows, _ := strings.Cut(strings.TrimSpace(part), " ")
		if day == "" {
			continue
		}
		if _, twice := f.Available[day]; twice {
			return fmt.Errorf("%s is there twice; write its windows in one entry", day)
		}
		if f.Available == nil {
			f.Available = map[string]string{}
		}
		f.Available[day] = windows
	}
	return nil
}
