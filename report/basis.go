package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ringtide/ringtide/interval"
)

// assumptionSection lists what nobody stated.
func assumptionSection(r reading) (Section, bool) {
	s := Section{Title: "What we assumed"}
	if len(r.Assumptions) == 0 {
		s.Lead = "Every fact that the answer needs was stated; nothing was assumed."
		return s, true
	}
	s.Lead = fmt.Sprintf("%s not stated and had to be assumed. A better fact gives a better answer.",
		plural(len(r.Assumptions), "fact was", "facts were"))
	t := Table{Columns: []Column{{Head: "Fact", Flex: 2}, {Head: "Assumed", Flex: 2}, {Head: "Source", Flex: 3}, {Head: "Effect on the answer", Flex: 3}}}
	for _, a := range r.Assumptions {
		t.Rows = append(t.Rows, Row{Cells: []string{capital(clean(a.Name)), capital(clean(a.Value)), capital(clean(a.Source)), capital(clean(a.Effect))}})
	}
	s.Blocks = append(s.Blocks, t)
	return s, true
}

// warningSection lists the doubts that the parts of the engine raised.
func warningSection(r reading) (Section, bool) {
	s := Section{Title: "Doubts and warnings"}
	if len(r.Warnings) == 0 {
		s.Lead = "No part of the calculation raised a warning."
		return s, true
	}
	var l List
	for _, d := range r.doubts() {
		if d.code != "prior-only" { // said where the calls are
			l.Items = append(l.Items, fmt.Sprintf("%s (%s)", capital(sentence(d.text)), clean(d.code)))
		}
	}
	s.Lead = fmt.Sprintf("The calculation raised %s; the word in brackets is its code in the assessment file.", plural(len(l.Items), "doubt", "doubts"))
	s.Blocks = append(s.Blocks, l)
	return s, true
}

// provenanceSection says what the answer was made from, so that it can be made again.
func provenanceSection(r reading) (Section, bool) {
	p := r.Provenance
	t := Table{Columns: []Column{{Head: "Item"}, {Head: "Value", Flex: 1}}}
	add := func(name, value string) { t.Rows = append(t.Rows, Row{Cells: []string{name, clean(value)}}) }
	add("Program", "ringtide "+p.Version)
	add("Seed of the random draws", strconv.FormatUint(p.Seed, 10))
	add("Simulated futures", thousands(int64(p.Paths)))
	add("Past contacts read", fmt.Sprintf("%s, from %s to %s", thousands(p.Contacts), dateOf(p.HistoryFirst), dateOf(p.HistoryLast)))
	add("Days missing in the past", thousands(int64(p.MissingDays)))
	add("Fingerprint of the past contacts", p.LakeFingerprint)
	add("Days covered", fmt.Sprintf("%s to %s, in steps of %s, time zone %s", day(r.Horizon.First), day(r.Horizon.Last),
		strings.Replace(stepWords(r.Horizon.StepSeconds/60), "hour", "1 hour", 1), r.Center.Zone))
	for _, f := range p.Files {
		add(clean(f.Name), "SHA-256 "+f.SHA256)
	}
	s := Section{Title: "Where the numbers come from",
		Lead: "The same files, seed and program give the same report, to the last byte.", Blocks: []Block{t}}
	if len(p.Models) > 0 {
		s.Blocks = append(s.Blocks, List{Title: "How each part was worked out", Items: cleanAll(p.Models)})
	}
	return s, true
}

// dateOf prints the day of a date or time as the assessment writes it.
func dateOf(s string) string {
	if len(s) >= 10 {
		if d, err := interval.ParseDate(s[:10]); err == nil {
			return day(d)
		}
	}
	return s
}

// wordSection explains the words a reader may not know.
func wordSection(r reading) (Section, bool) {
	t := Table{Fold: 2, Columns: []Column{{Head: "Word"}, {Head: "Meaning", Flex: 1}}}
	for _, w := range [][2]string{
		{"9 of 10 cases", "The number lies in the range given in 9 of 10 simulated futures. In 1 of 20 it is lower, in 1 of 20 higher."},
		{"Agent, person", "Someone who takes calls. A pool is a group of agents who take the same calls."},
		{"Chance to meet", "The share of simulated futures in which the target is met: " + r.target() + "."},
		{"Closed", "No calls are taken then. Closed days and hours are hatched or shaded, and count nowhere."},
		{"Days that count", "The days for which the request is judged: from its start until most of its calls have come."},
		{"Hang up", "A resident leaves before an agent answers."},
		{"Interval", "A slice of the day of " + stepWords(r.Horizon.StepSeconds/60) + ", for which calls and people are counted."},
		{"Line (queue)", "Where calls of one topic or language wait."},
		{"Needed", "People on the schedule so that the target is met with the chance the center asks for, breaks and leave allowed for."},
		{"Simulated future", "One full run of calls, day by day, drawn by the program. The answer is read off many of them."},
		{"Rostered", "People on the present schedule."},
		{"With, without", "With the request, and without it, on the same simulated futures."},
	} {
		t.Rows = append(t.Rows, Row{Cells: []string{w[0], w[1]}})
	}
	return Section{Title: "Words used", Lead: "The terms of this report in plain words.", Blocks: []Block{t}}, true
}
