package people

import (
	"fmt"
	"time"
)

// ruleBusy is no rule of a person but that nobody works two shifts a day.
const ruleBusy rules = ruleNightRun << 1

// families are the kinds of rules in the order in which they are named.
var families = []rules{ruleSkill, ruleAvailable, ruleAbsent, ruleNever, ruleRest, ruleHours, ruleDaysOff, ruleRun, ruleWeekends, ruleNights, ruleNightRun}

// name is the rule's name in files and answers.
func (r rules) name() string {
	switch r {
	case ruleSkill:
		return "skills"
	case ruleAvailable:
		return "available"
	case ruleAbsent:
		return "absent"
	case ruleNever:
		return "never"
	case ruleRest:
		return "rest"
	case ruleHours:
		return "hours"
	case ruleDaysOff:
		return "days_off"
	case ruleRun:
		return "max_run"
	case ruleWeekends:
		return "max_weekends"
	case ruleNights:
		return "max_nights"
	case ruleNightRun:
		return "max_night_run"
	case ruleBusy:
		return "one shift a day"
	}
	return "none"
}

// breaks says how the line breaks the rule with what is worked on the day.
func (in *instance) breaks(w *worker, l line, d int, rule rules) string {
	switch rule {
	case ruleRest:
		return in.shortRest(w, l, d)
	case ruleHours:
		return fmt.Sprintf("would work %s of at most %s hours that week", hours(in.minutes(l, d/7)), hours(int64(w.most)))
	case ruleDaysOff:
		worked := 0
		for _, g := range l[d/7*7 : d/7*7+7] {
			if g != off {
				worked++
			}
		}
		return fmt.Sprintf("would have %d of %d days off that week", 7-worked, 7-w.days)
	case ruleRun:
		return fmt.Sprintf("would work more than %d days in a row", w.run)
	case ruleWeekends:
		return fmt.Sprintf("has worked %d of at most %d weekends", w.weekends, w.weekends)
	case ruleNights:
		return fmt.Sprintf("has worked %d of at most %d nights", w.nights, w.nights)
	case ruleNightRun:
		return fmt.Sprintf("would work more than %d nights in a row", w.nightRun)
	}
	return "could take it, but for the search that was stopped"
}

// minutes is the paid time of a week of the line.
func (in *instance) minutes(l line, week int) int64 {
	sum := int64(0)
	for _, g := range l[7*week : 7*week+7] {
		if g != off {
			sum += int64(in.groups[g].paid)
		}
	}
	return sum
}

// shortRest names the neighbour of the day's shift that comes too close.
func (in *instance) shortRest(w *worker, l line, d int) string {
	gr := in.groups[l[d]]
	before, after := in.neighbours(l, d)
	if before != off {
		if gap := gr.start - in.groups[before].end; gap < w.rest {
			return fmt.Sprintf("has the %s shift that ends %s h before", in.groups[before].slot.Pattern, hours(gap))
		}
	} else if gr.start < w.ready {
		return fmt.Sprintf("has had a shift before the first day that ends %s h before", hours(gr.start-w.ready+w.rest))
	}
	if after != off {
		if gap := in.groups[after].start - gr.end; gap < w.rest {
			return fmt.Sprintf("has the %s shift that starts %s h after", in.groups[after].slot.Pattern, hours(gap))
		}
	}
	return "would rest too little"
}

// neighbours are the groups worked last before and first after the day, or off.
func (in *instance) neighbours(l line, d int) (before, after int32) {
	before, after = off, off
	for k := d - 1; k >= 0 && before == off; k-- {
		before = l[k]
	}
	for k := d + 1; k < len(l) && after == off; k++ {
		after = l[k]
	}
	return before, after
}

func hours(minutes int64) string {
	return number((time.Duration(minutes) * time.Minute).Hours())
}
