package people

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Relax prices what it would take to bend a rule once, in cents; 0 means that the rule
// is never bent. Skills never are.
type Relax struct {
	RestHour      int64 // each hour of rest too short, of work too much; begun hours count in full
	OvertimeHour  int64
	DayOff        int64
	Run           int64
	Weekend       int64
	Night         int64
	NightRun      int64
	Absent        int64
	Available     int64
	NeverBentOnce int64
}

// DefaultRelax makes an hour of overtime cheapest and calling off an absence dearest.
var DefaultRelax = Relax{RestHour: 6_000, OvertimeHour: 4_500, DayOff: 30_000, Run: 25_000, Weekend: 25_000, Night: 20_000, NightRun: 20_000,
	Absent: 100_000, Available: 60_000, NeverBentOnce: 60_000}

// A Relaxation is the cheapest way found to fill a slot: one person bends rules once,
// perhaps after others have moved.
type Relaxation struct {
	Name  string   `json:"name"` // who bends
	Rules []string `json:"rules"`
	Cents int64    `json:"cents"`
	Moves []string `json:"moves,omitempty"` // who moves first
	Text  string   `json:"text"`
}

// relax looks at everybody for every group that the first can be traded for.
func (c *chain) relax(p Problem) *Relaxation {
	in := c.s.in
	best, at, who := int64(math.MaxInt64), -1, -1
	var bent rules
	for k, l := range c.links {
		d := in.groups[l.group].day
		for i := range in.workers {
			if c.s.lines[i][d] != off || !c.s.free(i, d) || c.moved(k, i) {
				continue
			}
			tried := slices.Clone(c.s.lines[i])
			tried[d] = l.group
			broken := in.broken(&in.workers[i], tried, d)
			if cents, ok := in.bend(p.Relax, &in.workers[i], tried, d, broken); ok && cents < best && broken != noRule {
				best, at, who, bent = cents, k, i, broken
			}
		}
	}
	if at < 0 {
		return nil
	}
	return c.relaxation(p, best, at, who, bent)
}

// bend prices the rules that the line breaks with what it works on day d.
func (in *instance) bend(r Relax, w *worker, l line, d int, broken rules) (int64, bool) {
	if broken&(ruleBusy|ruleSkill) != 0 {
		return 0, false
	}
	sum := int64(0)
	for _, rule := range families {
		if broken&rule == 0 {
			continue
		}
		var cents int64
		switch rule {
		case ruleAvailable:
			cents = r.Available
		case ruleAbsent:
			cents = r.Absent
		case ruleNever:
			cents = r.NeverBentOnce
		case ruleRest:
			cents = r.RestHour * in.restHours(w, l, d)
		case ruleHours:
			cents = r.OvertimeHour * ((in.minutes(l, d/7) - int64(w.most) + 59) / 60)
		case ruleDaysOff:
			cents = r.DayOff
		case ruleRun:
			cents = r.Run
		case ruleWeekends:
			cents = r.Weekend
		case ruleNights:
			cents = r.Night
		case ruleNightRun:
			cents = r.NightRun
		}
		if cents == 0 {
			return 0, false
		}
		sum += cents
	}
	return sum, true
}

// restHours is the rest missing before and after the day's shift, in begun hours; a
// shift that would overlap counts its whole rest and more.
func (in *instance) restHours(w *worker, l line, d int) int64 {
	gr := in.groups[l[d]]
	before, after := in.neighbours(l, d)
	short := int64(0)
	if before != off {
		short += (max(0, in.groups[before].end+w.rest-gr.start) + 59) / 60
	} else if gr.start < w.ready {
		short += (w.ready - gr.start + 59) / 60
	}
	if after != off {
		short += (max(0, gr.end+w.rest-in.groups[after].start) + 59) / 60
	}
	return short
}

func (c *chain) relaxation(p Problem, cents int64, at, who int, bent rules) *Relaxation {
	in := c.s.in
	out := &Relaxation{Name: p.People[who].Name, Cents: cents}
	gr := in.groups[c.links[at].group]
	tried := slices.Clone(c.s.lines[who])
	tried[gr.day] = c.links[at].group
	var how []string
	for _, rule := range families {
		if bent&rule != 0 {
			out.Rules = append(out.Rules, rule.name())
			if rule < ruleRest {
				how = append(how, p.People[who].barred(rule, gr, p))
			} else {
				how = append(how, in.breaks(&in.workers[who], tried, gr.day, rule))
			}
		}
	}
	for k := at; c.links[k].worker >= 0; k = c.links[k].parent {
		from, to := in.groups[c.links[k].group], in.groups[c.links[c.links[k].parent].group]
		out.Moves = append(out.Moves, fmt.Sprintf("%s moves from the %s to the %s", p.People[c.links[k].worker].Name, title(from.slot.Pattern, from.slot.Date), title(to.slot.Pattern, to.slot.Date)))
	}
	out.Text = fmt.Sprintf("Cheapest way around: %s takes the %s although %s %s (%s)", out.Name, title(gr.slot.Pattern, gr.slot.Date), out.Name, strings.Join(how, " and "), dollars(cents))
	if len(out.Moves) > 0 {
		out.Text += "; then " + strings.Join(out.Moves, ", ")
	}
	out.Text += "."
	return out
}

func dollars(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }
