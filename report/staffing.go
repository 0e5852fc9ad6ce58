package report

import (
	"fmt"
	"math"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// bite is the share of the whole change that a week must hold to count as a week
// of the request.
const bite = 0.1

// staffingSection shows people needed and people rostered in the busiest week of
// the request, pool by pool.
func staffingSection(r reading) (Section, bool) {
	if len(r.Pools) == 0 || len(r.when) == 0 {
		return Section{}, false
	}
	monday := busiestWeek(r)
	s := Section{Title: "People needed", Lead: fmt.Sprintf(
		"The charts show the week of %s, the busiest of the request. Needed means people on the schedule: "+
			"%s of paid time goes to breaks, leave and training, and each interval shall meet the target with a chance of %s. "+
			"A short time does not yet miss the target, which is judged over all days together.",
		day(monday), percent(r.Center.Shrinkage), chance(r.Center.Confidence))}
	for _, p := range r.Pools {
		c := staffingChart(r, p, monday)
		if len(c.Days) == 0 {
			continue
		}
		name := clean(p.Pool)
		s.Blocks = append(s.Blocks,
			Chart{Title: "People needed and rostered: " + name, Plot: c, Caption: staffingCaption(name, c)},
			gapTable(p, c))
	}
	return s, len(s.Blocks) > 0
}

// busiestWeek returns the Monday of the week with most calls among those in which
// the request acts, or among all if it moves no calls.
func busiestWeek(r reading) interval.Date {
	type week struct{ calls, change float64 }
	weeks := map[interval.Date]*week{}
	var order []interval.Date
	whole := 0.0
	for _, d := range r.Days {
		m := mondayOf(d.Date)
		w := weeks[m]
		if w == nil {
			w = &week{}
			weeks[m] = w
			order = append(order, m)
		}
		w.calls += d.With.Mean
		w.change += math.Abs(d.Uplift.Mean)
		whole += math.Abs(d.Uplift.Mean)
	}
	best := mondayOf(r.when[0].date)
	top := math.Inf(-1)
	for _, m := range order {
		if w := weeks[m]; w.change >= bite*whole && w.calls > top {
			best, top = m, w.calls
		}
	}
	return best
}

func mondayOf(d interval.Date) interval.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }

// staffingChart cuts the week from monday on out of the columns of p.
func staffingChart(r reading, p impact.PoolAnswer, monday interval.Date) Staffing {
	c := Staffing{Step: r.Horizon.StepSeconds / 60, From: 24 * 60}
	for i, w := range r.when {
		if n := w.date.Sub(monday); n < 0 || n > 6 {
			continue
		}
		if len(c.Days) == 0 || c.Days[len(c.Days)-1].Date != w.date {
			c.Days = append(c.Days, StaffDay{Date: w.date})
		}
		d := &c.Days[len(c.Days)-1]
		d.Minutes = append(d.Minutes, w.minute)
		d.Open = append(d.Open, r.Horizon.Open[i])
		d.Without = append(d.Without, p.GrossWithout[i])
		d.With = append(d.With, p.GrossWith[i])
		d.Rostered = append(d.Rostered, p.Rostered[i])
		if r.Horizon.Open[i] || p.Rostered[i] > 0 {
			c.From, c.To = min(c.From, w.minute), max(c.To, w.minute+c.Step)
		}
	}
	if c.From >= c.To {
		c.Days = nil // closed all week
	}
	return c
}

// A gap is where people rostered minus people needed is least.
type gap struct {
	at                 string
	people             float64
	short, shortBefore float64 // agent-hours
	spare              float64 // agent-hours
	intervals, before  int     // short intervals with and without the request
	open               int
	needed, rostered   float64 // the most on one interval, and what is rostered then
}

// gapOf measures one day with the sign rule rostered minus needed.
func gapOf(d StaffDay, step int) gap {
	g := gap{people: math.Inf(1)}
	hours := float64(step) / 60
	for i, open := range d.Open {
		if !open {
			continue
		}
		g.open++
		diff := d.Rostered[i] - float64(d.With[i])
		if diff < g.people {
			g.people, g.at = diff, shortDay(d.Date)+" "+clock(d.Minutes[i])
			g.needed, g.rostered = float64(d.With[i]), d.Rostered[i]
		}
		if diff < 0 {
			g.short -= diff * hours
			g.intervals++
		} else {
			g.spare += diff * hours
		}
		if before := d.Rostered[i] - float64(d.Without[i]); before < 0 {
			g.shortBefore -= before * hours
			g.before++
		}
	}
	return g
}

// staffingCaption sums the week up.
func staffingCaption(pool string, c Staffing) string {
	worst, intervals, before, open := gap{people: math.Inf(1)}, 0, 0, 0
	for _, d := range c.Days {
		g := gapOf(d, c.Step)
		intervals, before, open = intervals+g.intervals, before+g.before, open+g.open
		if g.open > 0 && g.people < worst.people {
			worst = g
		}
	}
	if intervals == 0 {
		return fmt.Sprintf("With the request, the pool “%s” has enough people in all %s of the week.", pool, plural(open, "open interval", "open intervals"))
	}
	return fmt.Sprintf("With the request, the pool “%s” has too few people in %d of %s of the week; without it, in %d. "+
		"The worst gap is %s: %s rostered, %s needed. Hatched: too few people.",
		pool, intervals, plural(open, "open interval", "open intervals"), before, worst.at, tenths(worst.rostered), count(worst.needed))
}

// gapTable lists the days of the chart.
func gapTable(p impact.PoolAnswer, c Staffing) Table {
	t := Table{Columns: []Column{
		{Head: "Day", Flex: 1}, {Head: "Worst gap at", Align: AlignRight}, {Head: "Needed", Align: AlignRight}, {Head: "Rostered", Align: AlignRight},
		{Head: "Gap", Align: AlignRight}, {Head: "Hours short without", Align: AlignRight},
		{Head: "Hours short with", Align: AlignRight}, {Head: "Hours spare with", Align: AlignRight},
	}}
	var total gap
	for _, d := range c.Days {
		g := gapOf(d, c.Step)
		if g.open == 0 {
			continue
		}
		total.short, total.shortBefore, total.spare = total.short+g.short, total.shortBefore+g.shortBefore, total.spare+g.spare
		t.Rows = append(t.Rows, Row{Cells: []string{shortDay(d.Date), g.at[len(g.at)-5:], count(g.needed), tenths(g.rostered),
			signedTenths(g.people), tenths(g.shortBefore), tenths(g.short), tenths(g.spare)}})
	}
	t.Rows = append(t.Rows, Row{Strong: true, Cells: []string{"Week", "", "", "", "", tenths(total.shortBefore), tenths(total.short), tenths(total.spare)}})
	t.Note = join("Gap: rostered minus needed", fmt.Sprintf("A call takes %s (%s without the request)", wait(p.AHTWith), wait(p.AHTWithout)), "Roster: "+clean(p.RosterSource))
	return t
}
