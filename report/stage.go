package report

import (
	"fmt"

	"github.com/ringtide/ringtide/impact"
)

// stageSection tells of the line to which calls are handed on.
func stageSection(r reading) (Section, bool) {
	s := r.SecondStage
	if s == nil {
		return Section{}, false
	}
	to := clean(s.To)
	lead := fmt.Sprintf("From %s to %s the center hands %s on to %s (%s in 9 of 10 cases), whose %s people on the phones keep the target with a chance of %s. The mean wait there, after the first answer, is %s, and %s of them hang up",
		day(s.First), day(s.Last), callsWord(s.Calls.Mean), to, span(s.Calls), tenths(s.Agents), chance(s.Meets), wait(s.MeanWait.Mean), count(s.Abandoned.Mean))
	need := "Nobody is needed there"
	if s.Needed > 0 {
		need = fmt.Sprintf("In the hardest %s, %s, %s people are needed on the phones there", stepWords(r.Horizon.StepSeconds/60), stampWords(s.NeededAt), count(float64(s.Needed)))
		if float64(s.Needed) > s.Agents {
			need += fmt.Sprintf(": %s more than there are", tenths(float64(s.Needed)-s.Agents))
		}
	}
	t := Table{Title: capital(to) + ", the second stage", Columns: []Column{{Head: "Over its days", Flex: 1}, {Head: "Expected", Align: AlignRight}, {Head: "In 9 of 10 cases", Align: AlignRight}}}
	row := func(name string, words func(float64) string, d impact.Dist) {
		t.Rows = append(t.Rows, Row{Cells: []string{name, words(d.Mean), words(d.Q05) + " to " + words(d.Q95)}})
	}
	row("Calls handed on", count, s.Calls)
	row("Answered there", count, s.Answered)
	row("Hang up there", count, s.Abandoned)
	if s.Lines > 0 {
		row(fmt.Sprintf("Find all %d lines there busy", s.Lines), count, s.Blocked)
	}
	row("Service level there", level, s.Service)
	row("Mean wait there", wait, s.MeanWait)
	t.Note = join(fmt.Sprintf("A call takes the staff of the second stage %s. Its days are those on which calls are handed on, with the request approved and the present roster", wait(s.AHTSeconds)), r.formula())
	return Section{Title: "The second stage: " + to, Lead: join(lead, need), Blocks: []Block{t, stageDays(s)}}, true
}

// callsWord is a number of calls with its noun.
func callsWord(x float64) string { return count(x) + " " + verb(x, "call", "calls") }

// stageDays lists the days of the second stage.
func stageDays(s *impact.SecondStage) Table {
	t := Table{Title: "The second stage by day", Columns: []Column{{Head: "Day", Flex: 1}, {Head: "Service level", Align: AlignRight},
		{Head: "Chance to meet the target", Align: AlignRight}, {Head: "Mean wait", Align: AlignRight}, {Head: "Hang up", Align: AlignRight}}}
	for _, d := range s.Days {
		t.Rows = append(t.Rows, Row{Cells: []string{shortDay(d.Date), level(d.Service.Mean), chance(d.Meets), wait(d.MeanWait), count(d.Abandoned.Mean)}})
	}
	if len(t.Rows) >= foldTables {
		t.Fold = 2
	}
	return t
}

// stampWords says an instant of the horizon as a day and a time of day.
func stampWords(stamp string) string {
	m, ok := parseStamp(stamp)
	if !ok {
		return clean(stamp)
	}
	return day(m.date) + " at " + clock(m.minute)
}
