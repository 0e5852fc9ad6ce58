package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// serviceSection compares the days if the request is approved as it stands with
// the days if it is declined.
func serviceSection(r reading) (Section, bool) {
	approve := r.option(impact.OptionApprove)
	if approve == nil || len(approve.Days) == 0 {
		return Section{}, false
	}
	decline := r.option(impact.OptionDecline)
	s := Section{Title: "Service if nothing else is done", Lead: serviceLead(r, approve, decline)}
	lines := ServiceDays{Target: r.Center.TargetShare}
	var chances Chances
	for _, o := range []*impact.Option{decline, approve, r.option(impact.OptionStaffed)} {
		if o == nil {
			continue
		}
		if o.ID != impact.OptionStaffed { // two points with ranges are what an eye can part
			lines.Lines = append(lines.Lines, serviceLine(r, o))
		}
		chances.Lines = append(chances.Lines, chanceLine(r, o))
	}
	s.Blocks = append(s.Blocks,
		Chart{Title: "Service level by day", Plot: lines, Caption: join(belowTarget(r, approve, decline), r.formula())},
		Chart{Title: "Chance that the day meets the target", Plot: chances, Caption: hardestDay(approve)},
		serviceTable(r, decline, approve))
	if len(approve.PoolService) > 1 {
		s.Blocks = append(s.Blocks, poolTable(decline, approve))
	}
	return s, true
}

// serviceLead says what the residents lose.
func serviceLead(r reading, approve, decline *impact.Option) string {
	if decline == nil {
		return fmt.Sprintf("If the request is approved and nothing else is done, the chance to meet the target is %s.", chance(approve.Meets))
	}
	lost := approve.Abandoned.Mean - decline.Abandoned.Mean
	hang := fmt.Sprintf("About %s more residents would hang up before an answer (%s instead of %s)",
		count(lost), count(approve.Abandoned.Mean), count(decline.Abandoned.Mean))
	if lost < 0 {
		hang = fmt.Sprintf("About %s fewer residents would hang up before an answer (%s instead of %s)",
			count(-lost), count(approve.Abandoned.Mean), count(decline.Abandoned.Mean))
	}
	if b := approve.Blocked; b != nil && b.Mean >= 1 {
		hang = join(hang, fmt.Sprintf("Another %s would find all %d telephone lines busy and be lost", count(b.Mean), r.Center.Trunks))
	}
	verb := "falls"
	if approve.Meets > decline.Meets {
		verb = "rises"
	}
	change := fmt.Sprintf("the chance to meet the target %s from %s to %s", verb, chance(decline.Meets), chance(approve.Meets))
	if chance(approve.Meets) == chance(decline.Meets) {
		change = fmt.Sprintf("the chance to meet the target stays at %s", chance(approve.Meets))
	}
	return join("If the request is approved with the present roster, "+change+", and the mean wait goes from "+
		wait(decline.MeanWait.Mean)+" to "+wait(approve.MeanWait.Mean), hang)
}

func serviceLine(r reading, o *impact.Option) ServiceLine {
	l := ServiceLine{Option: o.ID, Name: shortTitle(o.Title)}
	for _, d := range o.Days {
		if r.shown().holds(d.Date) {
			l.Days = append(l.Days, DayPoint{Date: d.Date, Open: d.Open, Value: d.Service})
		}
	}
	return l
}

func chanceLine(r reading, o *impact.Option) ChanceLine {
	l := ChanceLine{Option: o.ID, Name: shortTitle(o.Title)}
	for _, d := range o.Days {
		if r.shown().holds(d.Date) {
			l.Dates, l.Open, l.Chance = append(l.Dates, d.Date), append(l.Open, d.Open), append(l.Chance, d.Meets)
		}
	}
	return l
}

// belowTarget counts the days whose mean service lies below the target.
func belowTarget(r reading, approve, decline *impact.Option) string {
	below := func(o *impact.Option) (n, open int) {
		for _, d := range o.Days {
			if d.Open && r.acts.holds(d.Date) {
				open++
				if d.Service.Mean < r.Center.TargetShare {
					n++
				}
			}
		}
		return n, open
	}
	n, open := below(approve)
	s := fmt.Sprintf("With the request, mean service lies below the target on %d of %s", n, plural(open, "open day of the request", "open days of the request"))
	if decline != nil {
		m, _ := below(decline)
		s += fmt.Sprintf("; without it, on %d", m)
	}
	return s
}

func hardestDay(o *impact.Option) string {
	if o.WorstDay.IsZero() {
		return ""
	}
	return fmt.Sprintf("The hardest day with the request is %s: its chance to meet the target is %s with the present roster.",
		day(o.WorstDay), chance(o.WorstMeets))
}

// hardDays is how many days the table of service lists.
const hardDays = 24

// serviceTable lists the days on which the request acts without and with it, or
// the hardest of them if they are many, and all of them together.
func serviceTable(r reading, decline, approve *impact.Option) Table {
	t := Table{Title: "Service on the days of the request, without and with it", Columns: []Column{
		{Head: "Day", Flex: 1}, {Head: "Service without", Align: AlignRight}, {Head: "Service with", Align: AlignRight},
		{Head: "Chance without", Align: AlignRight}, {Head: "Chance with", Align: AlignRight},
		{Head: "Mean wait without", Align: AlignRight}, {Head: "Mean wait with", Align: AlignRight},
		{Head: "Hang up without", Align: AlignRight}, {Head: "Hang up with", Align: AlignRight},
	}}
	before := map[interval.Date]impact.ServiceDay{}
	if decline != nil {
		for _, d := range decline.Days {
			before[d.Date] = d
		}
	}
	days := actingDays(r, approve)
	if len(days) > hardDays {
		t.Title = fmt.Sprintf("Service on the %d hardest of the %d open days of the request, without and with it", hardDays, len(days))
		days = hardest(days, hardDays)
	}
	for _, d := range days {
		cells := []string{shortDay(d.Date), dash, level(d.Service.Mean), dash, chance(d.Meets),
			dash, wait(d.MeanWait), dash, count(d.Abandoned.Mean)}
		if b, ok := before[d.Date]; ok && b.Open {
			cells[1], cells[3], cells[5], cells[7] = level(b.Service.Mean), chance(b.Meets), wait(b.MeanWait), count(b.Abandoned.Mean)
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	all := []string{"All days that count", dash, level(approve.Service.Mean), dash, chance(approve.Meets),
		dash, wait(approve.MeanWait.Mean), dash, count(approve.Abandoned.Mean)}
	if decline != nil {
		all[1], all[3], all[5], all[7] = level(decline.Service.Mean), chance(decline.Meets), wait(decline.MeanWait.Mean), count(decline.Abandoned.Mean)
	}
	t.Rows = append(t.Rows, Row{Strong: true, Cells: all})
	t.Note = "Chance: that the day, or all days together, meets the target. Hang up: residents who leave before an answer. " +
		"Days that count" + scoredDays(r) + ": those for which the request is judged. Every day stands in the CSV form of this report."
	return t
}

// scoredDays names the days for which the options are judged, where the document
// says so.
func scoredDays(r reading) string {
	if r.Horizon.ScoredFirst.IsZero() {
		return ""
	}
	return fmt.Sprintf(", %s to %s", shortDay(r.Horizon.ScoredFirst), shortDay(r.Horizon.ScoredLast))
}

// actingDays are the open days of o on which the request acts.
func actingDays(r reading, o *impact.Option) []impact.ServiceDay {
	var out []impact.ServiceDay
	for _, d := range o.Days {
		if d.Open && r.acts.holds(d.Date) {
			out = append(out, d)
		}
	}
	return out
}

// hardest picks the n days with the least chance to meet the target and leaves
// them in order of date.
func hardest(days []impact.ServiceDay, n int) []impact.ServiceDay {
	out := slices.Clone(days)
	slices.SortStableFunc(out, func(x, y impact.ServiceDay) int {
		return cmp.Or(cmp.Compare(x.Meets, y.Meets), cmp.Compare(x.Service.Mean, y.Service.Mean))
	})
	out = out[:n]
	slices.SortFunc(out, func(x, y impact.ServiceDay) int { return cmp.Compare(x.Date.Number(), y.Date.Number()) })
	return out
}

// poolTable splits the service of both options by pool.
func poolTable(decline, approve *impact.Option) Table {
	t := Table{Title: "Service by pool over the days that count", Columns: []Column{
		{Head: "Pool of agents", Flex: 1}, {Head: "Service without", Align: AlignRight}, {Head: "Service with", Align: AlignRight},
		{Head: "Chance without", Align: AlignRight}, {Head: "Chance with", Align: AlignRight},
		{Head: "Hang up without", Align: AlignRight}, {Head: "Hang up with", Align: AlignRight},
	}}
	before := map[string]impact.PoolService{}
	if decline != nil {
		for _, p := range decline.PoolService {
			before[p.Pool] = p
		}
	}
	for _, p := range approve.PoolService {
		cells := []string{clean(p.Pool), dash, level(p.Service.Mean), dash, chance(p.Meets), dash, count(p.Abandoned.Mean)}
		if b, ok := before[p.Pool]; ok {
			cells[1], cells[3], cells[5] = level(b.Service.Mean), chance(b.Meets), count(b.Abandoned.Mean)
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}
