package people

// A line is a person's weeks: by day the group worked, or off.
type line []int32

// A cost is what plans are compared by, part after part.
type cost struct {
	unfilled int64 // cents
	below    int64 // minutes under the promised hours
	soft     int64 // weighed unevenness less weighed wishes
}

func (c cost) less(d cost) bool {
	if c.unfilled != d.unfilled {
		return c.unfilled < d.unfilled
	}
	if c.below != d.below {
		return c.below < d.below
	}
	return c.soft < d.soft
}

// Energies of the annealing: a cent unfilled, a minute below the promise.
const (
	energyBelow   = 40
	energyPerUnit = 200_000 // of the cheapest slot unfilled
)

// price walks the line once. It returns the rule broken first, if any, and else what
// the line costs.
func (in *instance) price(w *worker, l line) (cost, rules) {
	var c cost
	ready := w.ready
	run, nightRun := w.before.Run, w.before.NightRun
	weekends, lastWeekend, nights := 0, -1, 0
	var minutes int32
	days := 0
	for d, g := range l {
		if d%7 == 0 {
			minutes, days = 0, 0
		}
		if g == off {
			run, nightRun = 0, 0
		} else {
			gr := &in.groups[g]
			if w.bars[g] != noRule {
				return c, w.bars[g] & -w.bars[g]
			}
			if gr.start < ready {
				return c, ruleRest
			}
			ready = gr.end + w.rest
			if run++; run > w.run {
				return c, ruleRun
			}
			if days++; days > w.days {
				return c, ruleDaysOff
			}
			if minutes += gr.paid; minutes > w.most {
				return c, ruleHours
			}
			if gr.night {
				nights++
				nightRun++
				if nights > w.nights {
					return c, ruleNights
				}
				if nightRun > w.nightRun {
					return c, ruleNightRun
				}
			} else {
				nightRun = 0
			}
			if gr.weekend >= 0 && gr.weekend != lastWeekend {
				lastWeekend = gr.weekend
				if weekends++; weekends > w.weekends {
					return c, ruleWeekends
				}
			}
			c.soft -= w.points[g]
		}
		if d%7 == 6 {
			c.below += int64(max(0, w.least[d/7]-minutes))
			c.soft += int64(w.hoursCost * float64(minutes) * float64(minutes))
		}
	}
	c.soft += w.weekendCost[weekends] + w.nightCost[nights]
	return c, noRule
}

// broken lists every rule, not the first alone, that the line breaks with what it works
// on the day; the rest of the line breaks none.
func (in *instance) broken(w *worker, l line, day int) rules {
	all := w.bars[l[day]]
	free := *w
	free.bars = in.noBars
	for {
		_, r := in.price(&free, l)
		if r == noRule {
			return all
		}
		if all&r != 0 { // shifts that overlap: no rule to be bent
			return all | ruleBusy
		}
		all |= r
		free.liftLimits(r)
	}
}

// energy is the soft cost and the promise in one number.
func (c cost) energy() int64 { return c.soft + energyBelow*c.below }
