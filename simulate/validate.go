package simulate

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// weekdays are the names of days in a config and a roster, by time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Validate reports every fault of the config at once, each with the path of its field.
func (c Config) Validate() error {
	var f faults
	if c.First.IsZero() || c.Last.IsZero() || c.Last.Before(c.First) {
		f.add("first, last", "days %q to %q; give the first and the last day", c.First, c.Last)
	}
	f.notNegative("answer_target_s", c.AnswerTargetS)
	f.notNegative("lines", float64(c.Lines))
	f.cv("day_cv", c.DayCV)
	f.between("drift.sd", c.Drift.SD, 0, 1)
	f.between("drift.persistence", c.Drift.Persistence, 0, 0.9999)
	f.share("after_hours", c.AfterHours)
	f.seconds("closed_message_s", c.ClosedMessageS)
	f.seconds("serve_out_s", c.ServeOutS)
	f.between("callers.population", float64(c.Callers.Population), 1, numbers)
	f.share("callers.withheld", c.Callers.Withheld)
	f.dist("ring.answer", c.Ring.Answer)
	f.between("ring.no_answer", c.Ring.NoAnswer, 0, 0.9)
	f.seconds("ring.timeout_s", c.Ring.TimeoutS)
	f.share("absence", c.Absence)
	f.share("redial.probability", c.Redial.Probability)
	f.dist("redial.delay", c.Redial.Delay)
	f.between("redial.attempts", float64(c.Redial.Attempts), 0, 100)
	f.share("rebound.share", c.Rebound.Share)
	f.share("rebound.pace", c.Rebound.Pace)
	c.validShapes(&f)
	c.validQueues(&f)
	for _, k := range []struct {
		path string
		kind Kind
	}{{"mailing", c.Kinds.Mailing}, {"event", c.Kinds.Event}, {"route_in", c.Kinds.RouteIn}, {"route_to_ivr", c.Kinds.RouteToIVR}} {
		f.notNegative("kinds."+k.path+".rate", k.kind.Rate)
		f.between("kinds."+k.path+".rate_sd", k.kind.RateSD, 0, 2)
		f.shape("kinds."+k.path+".shape", k.kind.Shape)
	}
	c.validCauses(&f)
	if len(f.errs) > 0 {
		return fmt.Errorf("simulate: bad config: %w", errors.Join(f.errs...))
	}
	return nil
}

func (c Config) validShapes(f *faults) {
	for _, name := range slices.Sorted(maps.Keys(c.Shapes)) {
		path := "shapes." + name
		knots := c.Shapes[name]
		if len(knots) == 0 {
			f.add(path, "no knots; give at least one time of day with its weight")
		}
		top := 0.0
		for i, k := range knots {
			f.notNegative(fmt.Sprintf("%s[%d].weight", path, i), k.Weight)
			top = max(top, k.Weight)
			if i > 0 && k.At <= knots[i-1].At {
				f.add(fmt.Sprintf("%s[%d].at", path, i), "times of day must rise")
			}
		}
		if len(knots) > 0 && top == 0 {
			f.add(path, "all weights are 0")
		}
	}
}

func (c Config) validQueues(f *faults) {
	if len(c.Queues) == 0 {
		f.add("queues", "none; a center has at least one")
	}
	seen := map[string]bool{}
	for i, q := range c.Queues {
		path := fmt.Sprintf("queues[%d]", i)
		f.name(path+".name", q.Name)
		f.name(path+".pool", q.Pool)
		if seen[q.Name] {
			f.add(path+".name", "%q is named twice", q.Name)
		}
		seen[q.Name] = true
		c.validQueue(f, path, q)
	}
}

func (c Config) validQueue(f *faults, path string, q Queue) {
	for _, s := range []struct{ field, text string }{{"department", q.Department}, {"language", q.Language}, {"dnis", q.DNIS}} {
		f.field(path+"."+s.field, s.text)
	}
	f.between(path+".volume", q.Volume, 0, 1e6)
	f.between(path+".growth", q.Growth, -0.9, 10)
	for d, name := range weekdays {
		f.between(path+".week."+name, [7]float64{q.Week.Sun, q.Week.Mon, q.Week.Tue, q.Week.Wed, q.Week.Thu, q.Week.Fri, q.Week.Sat}[d], 0, 10)
	}
	if len(q.Year) != 12 && len(q.Year) != 0 {
		f.add(path+".year", "%d factors; give one for each of 12 months, or none", len(q.Year))
	}
	for m, x := range q.Year {
		f.between(fmt.Sprintf("%s.year[%d]", path, m), x, 0, 10)
	}
	if _, ok := c.Shapes[q.DayShape]; !ok {
		f.add(path+".day_shape", "no shape %q under shapes", q.DayShape)
	}
	for _, day := range slices.Sorted(maps.Keys(q.DayShapes)) {
		if !slices.Contains(weekdays, day) {
			f.add(path+".day_shapes", "%q is no weekday; write one of %s", day, strings.Join(weekdays, ", "))
		}
		if _, ok := c.Shapes[q.DayShapes[day]]; !ok {
			f.add(path+".day_shapes."+day, "no shape %q under shapes", q.DayShapes[day])
		}
	}
	f.cv(path+".day_cv", q.DayCV)
	f.cv(path+".hour_cv", q.HourCV)
	for _, d := range []struct {
		field string
		dist  Dist
	}{{"ivr", q.IVR}, {"self_service", q.SelfService}, {"patience", q.Patience}, {"talk", q.Talk}, {"hold", q.Hold}, {"wrap", q.Wrap}} {
		f.dist(path+"."+d.field, d.dist)
	}
	f.share(path+".containment", q.Containment)
	f.share(path+".hold_share", q.HoldShare)
	f.share(path+".coded", q.Coded)
	if sum := f.shares(path+".transfers", q.Transfers); sum > 1 {
		f.add(path+".transfers", "shares sum to %v, more than 1", sum)
	}
	if sum := f.shares(path+".reasons", q.Reasons); len(q.Reasons) > 0 && math.Abs(sum-1) > 1e-9 {
		f.add(path+".reasons", "shares sum to %v, not 1", sum)
	}
}

func (c Config) validCauses(f *faults) {
	seen := map[string]bool{}
	for i, x := range c.Causes {
		path := fmt.Sprintf("causes[%d]", i)
		if seen[x.ID] {
			f.add(path+".id", "%q is named twice", x.ID)
		}
		seen[x.ID] = true
		c.validCause(f, path, x)
	}
}

func (c Config) validCause(f *faults, path string, x Cause) {
	f.name(path+".id", x.ID)
	if !slices.Contains([]string{Mailing, Event, RouteIn, RouteToIVR, Outage}, x.Kind) {
		f.add(path+".kind", "%q; write mailing, event, route-in, route-to-ivr or outage", x.Kind)
		return
	}
	if x.Date.IsZero() {
		f.add(path+".date", "no date")
	}
	if !x.End.IsZero() && x.End.Before(x.Date) {
		f.add(path+".end", "%s is before the date %s", x.End, x.Date)
	}
	f.between(path+".size", x.Size, 0, 1e9)
	f.notNegative(path+".rate", x.Rate)
	f.between(path+".talk_factor", x.TalkFactor, 0, 10)
	f.notNegative(path+".pulse_m", x.PulseM)
	f.shape(path+".shape", x.Shape)
	f.onlyFor(path, x)
	c.validSplit(f, path, x)
	switch x.Kind {
	case Mailing:
		f.mailing(path, x, x.Shape.over(c.Kinds.Mailing.Shape))
	case Outage:
		if x.To != 0 && x.To <= x.From {
			f.add(path+".to", "the outage ends before it begins")
		}
	}
	if x.Kind != Outage && x.Rate == 0 && c.Kinds.kind(x.Kind).Rate == 0 {
		f.add(path+".rate", "no rate, and the kind %s has none", x.Kind)
	}
}

// validSplit checks the queues of a cause and, for a routing to the automated
// response, its topic.
func (c Config) validSplit(f *faults, path string, x Cause) {
	if x.Kind == Outage {
		return
	}
	if len(x.Queues) == 0 {
		f.add(path+".queues", "none; give each queue that is touched its share")
	}
	for _, name := range slices.Sorted(maps.Keys(x.Queues)) {
		f.share(path+".queues."+name, x.Queues[name])
		at := slices.IndexFunc(c.Queues, func(q Queue) bool { return q.Name == name })
		if at < 0 {
			f.add(path+".queues", "no queue %q", name)
			continue
		}
		known := slices.ContainsFunc(c.Queues[at].Reasons, func(s Share) bool { return s.Name == x.Reason })
		if !known && (x.Reason != "" || x.Kind == RouteToIVR) {
			f.add(path+".reason", "queue %q has no reason %q", name, x.Reason)
		}
	}
}
