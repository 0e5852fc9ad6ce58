package report

import (
	"fmt"
	"slices"

	"github.com/ringtide/ringtide/impact"
)

// optionSection puts what the director can do side by side.
func optionSection(r reading) (Section, bool) {
	if len(r.Options) == 0 {
		return Section{}, false
	}
	s := Section{Title: "The choices side by side", Lead: optionLead(r)}
	s.Blocks = append(s.Blocks, optionTable(r))
	if t, ok := conditionTable(r); ok {
		s.Blocks = append(s.Blocks, t)
	}
	if t, ok := weekTable(r); ok {
		s.Blocks = append(s.Blocks, t)
	}
	return s, true
}

// optionLead names the choice with the best chance among those in which the
// request goes ahead.
func optionLead(r reading) string {
	var best *impact.Option
	for i := range r.Options {
		if o := &r.Options[i]; o.ID != impact.OptionDecline && (best == nil || o.Meets > best.Meets) {
			best = o
		}
	}
	luck := "All choices were tried on the same simulated futures, so their differences are not luck"
	if best == nil {
		return sentence(luck)
	}
	s := fmt.Sprintf("If the request goes ahead, “%s” gives the best chance to meet the target: %s", clean(best.Title), chance(best.Meets))
	if d := r.option(impact.OptionDecline); d != nil {
		s += fmt.Sprintf(", against %s without the request", chance(d.Meets))
	}
	cost := ""
	if best.CostCents != 0 {
		cost = fmt.Sprintf("Its added cost is %s", money(best.CostCents))
	}
	return join(s, cost, luck)
}

// busyLines tells whether callers find all lines busy under any choice.
func (r reading) busyLines() bool {
	return slices.ContainsFunc(r.Options, func(o impact.Option) bool { return o.Blocked != nil && o.Blocked.Mean >= 1 })
}

// optionTable has one column per option and one row per measure.
func optionTable(r reading) Table {
	t := Table{Columns: []Column{{Head: "", Flex: 1}}}
	options := r.plainOptions()
	for _, o := range options {
		t.Columns = append(t.Columns, Column{Head: clean(o.Title), Align: AlignRight, Flex: 1})
	}
	add := func(name string, strong bool, cell func(impact.Option) string) {
		row := Row{Strong: strong, Cells: []string{name}}
		for _, o := range options {
			row.Cells = append(row.Cells, cell(o))
		}
		t.Rows = append(t.Rows, row)
	}
	ranged := func(mean func(float64) string, d impact.Dist) string {
		return fmt.Sprintf("%s\n%s to %s", mean(d.Mean), mean(d.Q05), mean(d.Q95))
	}
	add("Chance to meet the target", true, func(o impact.Option) string { return chance(o.Meets) })
	add("Service level", false, func(o impact.Option) string { return ranged(level, o.Service) })
	add("Hardest day", false, func(o impact.Option) string {
		if o.WorstDay.IsZero() {
			return dash
		}
		return fmt.Sprintf("%s\nchance %s", shortDay(o.WorstDay), chance(o.WorstMeets))
	})
	add("Mean wait", false, func(o impact.Option) string { return ranged(wait, o.MeanWait) })
	add("Mean wait, not exceeded in 9 of 10 cases", false, func(o impact.Option) string { return wait(o.WaitP90) })
	add("Calls answered", false, func(o impact.Option) string { return ranged(count, o.Handled) })
	add("Residents who hang up", false, func(o impact.Option) string { return ranged(count, o.Abandoned) })
	if r.busyLines() {
		add("Callers who find all lines busy", false, func(o impact.Option) string {
			if o.Blocked == nil {
				return dash
			}
			return ranged(count, *o.Blocked)
		})
	}
	add("Start of the request", false, func(o impact.Option) string { return day(o.Start) })
	add("Added paid hours", false, func(o impact.Option) string { return tenths(o.PaidHours) })
	add("Added cost", false, func(o impact.Option) string { return money(o.CostCents) })
	add("Fee to the department", false, func(o impact.Option) string { return money(o.FeeCents) })
	if r.busyLines() {
		t.Note = fmt.Sprintf("Callers who find all %d lines busy never reach a queue: they neither hang up nor count in the service level", r.Center.Trunks)
	}
	t.Note = join(t.Note, "The second line of a cell is the range that holds 9 of 10 cases", r.formula())
	return t
}
