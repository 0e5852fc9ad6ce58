package report

import (
	"fmt"
	"slices"

	"github.com/ringtide/ringtide/impact"
)

// conditional are the options that stand apart: approval on a condition.
var conditional = []string{impact.OptionWaves, impact.OptionMessage, impact.OptionCallback, impact.OptionOvertime, impact.OptionBorrowed}

// plainOptions are the others; they fill one table, side by side.
func (r reading) plainOptions() []impact.Option {
	return slices.DeleteFunc(slices.Clone(r.Options), func(o impact.Option) bool { return slices.Contains(conditional, o.ID) })
}

// conditionTable has one row per condition under which the request could go ahead.
func conditionTable(r reading) (Table, bool) {
	t := Table{Title: "Conditions that could be asked for", Columns: []Column{{Head: "Condition", Flex: 1},
		{Head: "Chance to meet the target", Align: AlignRight}, {Head: "Service level", Align: AlignRight}, {Head: "Mean wait", Align: AlignRight},
		{Head: "Residents who hang up", Align: AlignRight}, {Head: "Added paid hours", Align: AlignRight},
		{Head: "Added cost", Align: AlignRight}, {Head: "Fee", Align: AlignRight}}}
	lines := r.busyLines()
	if lines {
		t.Columns = slices.Insert(t.Columns, 5, Column{Head: "Find all lines busy", Align: AlignRight})
	}
	for _, o := range r.Options {
		if slices.Contains(conditional, o.ID) {
			cells := []string{clean(o.Title), chance(o.Meets), level(o.Service.Mean), wait(o.MeanWait.Mean), count(o.Abandoned.Mean)}
			if lines {
				cells = append(cells, blocked(o))
			}
			t.Rows = append(t.Rows, Row{Cells: append(cells, tenths(o.PaidHours), money(o.CostCents), money(o.FeeCents))})
		}
	}
	t.Note = "Each condition stands alone, on the same simulated futures as the choices above. Waves are counted over their own days, which are more."
	return t, len(t.Rows) > 0
}

// blocked is how many callers find all lines busy.
func blocked(o impact.Option) string {
	if o.Blocked == nil {
		return dash
	}
	return count(o.Blocked.Mean)
}

// weekTable says week by week how likely the target is met under the plain choices
// whose scored days are the same.
func weekTable(r reading) (Table, bool) {
	var options []impact.Option
	for _, o := range r.plainOptions() {
		if o.ID != impact.OptionDefer && len(o.Weeks) > 0 {
			options = append(options, o)
		}
	}
	if len(options) == 0 || len(options[0].Weeks) < 2 {
		return Table{}, false
	}
	t := Table{Title: "Chance to meet the target, week by week", Columns: []Column{{Head: "Week", Flex: 1}}}
	for _, o := range options {
		t.Columns = append(t.Columns, Column{Head: shortTitle(o.Title), Align: AlignRight, Flex: 1})
	}
	for k, w := range options[0].Weeks {
		row := Row{Cells: []string{fmt.Sprintf("%s to %s", shortDay(w.First), shortDay(w.Last))}}
		for _, o := range options {
			cell := dash
			if k < len(o.Weeks) {
				cell = chance(o.Weeks[k].Meets)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t, true
}

// noticeMatters tells whether any number of days of notice gives another answer.
func noticeMatters(points []impact.NoticePoint) bool {
	return slices.ContainsFunc(points, func(p impact.NoticePoint) bool {
		return p.Meets != points[0].Meets || p.TotalCents != points[0].TotalCents
	})
}

// noticeSection says what days of notice are worth.
func noticeSection(r reading) (Section, bool) {
	if len(r.LateNotice) < 2 || !noticeMatters(r.LateNotice) {
		return Section{}, false
	}
	t := Table{Columns: []Column{{Head: "Days of notice", Flex: 1}, {Head: "Chance to meet the target", Align: AlignRight},
		{Head: "Added paid hours", Align: AlignRight}, {Head: "Paid", Align: AlignRight}, {Head: "Agent hours that nobody covers", Align: AlignRight},
		{Head: "Paid, with hours short at their price", Align: AlignRight}}}
	for _, p := range r.LateNotice {
		days := fmt.Sprintf("%d", p.Days)
		if p.Asked {
			days += " (as asked for)"
		}
		t.Rows = append(t.Rows, Row{Strong: p.Asked, Cells: []string{days, chance(p.Meets), tenths(p.PaidHours), money(p.CostCents), tenths(p.ShortHours), money(p.TotalCents)}})
	}
	t.Note = "Each row is the same start, had the request come that many days before it: shifts and other measures need their own notice. An hour short is priced at three times the dearest hour."
	first, last := r.LateNotice[0], r.LateNotice[len(r.LateNotice)-1]
	lead := fmt.Sprintf("Without any notice the chance to meet the target would be %s, with %d days %s", chance(first.Meets), last.Days, chance(last.Meets))
	if saved := first.TotalCents - last.TotalCents; saved > 0 {
		lead = join(lead, fmt.Sprintf("Late notice costs up to %s in hours that nobody covers", money(saved)))
	}
	return Section{Title: "What notice is worth", Lead: join(lead), Blocks: []Block{t}}, true
}
