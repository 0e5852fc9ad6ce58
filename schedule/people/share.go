package people

import (
	"fmt"
	"math"
)

// shares counts what each person has, and the weeks below the promise.
func (s *search) shares(p Problem) ([]Share, []Below) {
	var out []Share
	var below []Below
	order := bidOrder(p.People)
	for i, who := range p.People {
		share := Share{Name: who.Name, Hours: make([]float64, p.Weeks), Bid: order[i] + 1,
			Weight:   float64(seniorWeight(p.Weights, order[i], len(p.People))) / 100,
			MinHours: float64(who.Rules.MinMinutes) / 60, MaxHours: float64(who.Rules.MaxMinutes) / 60}
		last := -1
		for d, g := range s.lines[i] {
			if g == off {
				continue
			}
			gr := s.in.groups[g]
			share.Shifts++
			share.Hours[d/7] += float64(gr.paid) / 60
			share.Points += int(who.points(gr.slot))
			if gr.night {
				share.Nights++
			}
			if gr.weekend >= 0 && gr.weekend != last {
				share.Weekends++
				last = gr.weekend
			}
		}
		share.WeekendsAll, share.NightsAll = share.Weekends+who.Before.Weekends, share.Nights+who.Before.Nights
		share.Granted, share.Asked = s.granted(who, s.lines[i]), len(who.Wishes)
		out = append(out, share)
		for w, least := range s.in.workers[i].least {
			if promised := float64(least) / 60; share.Hours[w] < promised {
				below = append(below, s.below(i, w, share.Hours[w], promised, p))
			}
		}
	}
	return out, below
}

// granted counts likes that are worked and dislikes that are not.
func (s *search) granted(who Person, l line) int {
	n := 0
	for _, w := range who.Wishes {
		met := false
		for _, g := range l {
			met = met || g != off && w.matches(s.in.groups[g].slot.Shift)
		}
		if met == (w.Points > 0) {
			n++
		}
	}
	return n
}

// below says why the week stays below the promise: how many of its shifts the person
// may work at all.
func (s *search) below(i, week int, hours, promised float64, p Problem) Below {
	all, may := 0, 0
	for g, gr := range s.in.groups {
		if gr.day/7 == week {
			all += gr.count
			if s.in.workers[i].bars[g] == noRule {
				may += gr.count
			}
		}
	}
	name := p.People[i].Name
	return Below{Name: name, Week: week + 1, Hours: hours, Promised: promised,
		Text: fmt.Sprintf("%s has %s of the %s hours promised in the week of %s: of its %d shifts, skills, days and hours let %s work %d, and others have those",
			name, number(hours), number(promised), p.Start.AddDays(7*week), all, name, may)}
}

func number(v float64) string { return fmt.Sprintf("%.4g", math.Round(v*100)/100) }

// fairness spreads over those whom some slot of the kind is open to.
func (s *search) fairness(p Problem, shares []Share) Fairness {
	var out Fairness
	full := 1.0
	for _, who := range p.People {
		full = max(full, float64(mostMinutes(who.Rules)))
	}
	for i := range s.in.workers {
		w := &s.in.workers[i]
		part := float64(mostMinutes(p.People[i].Rules)) / full
		var weekend, night, any bool
		for g, gr := range s.in.groups {
			if w.bars[g] == noRule {
				any = true
				weekend = weekend || gr.weekend >= 0
				night = night || gr.night
			}
		}
		if weekend {
			out.Weekends.take(float64(shares[i].WeekendsAll) / part)
		}
		if night {
			out.Nights.take(float64(shares[i].NightsAll) / part)
		}
		if any {
			sum := 0.0
			for _, h := range shares[i].Hours {
				sum += h
			}
			out.Hours.take(sum / float64(p.Weeks) / part)
		}
	}
	return out
}

// take adds a value; Mean is kept as the mean so far.
func (s *Spread) take(v float64) {
	if s.People == 0 {
		s.Least, s.Most = v, v
	}
	s.People++
	s.Least, s.Most = min(s.Least, v), max(s.Most, v)
	s.Mean += (v - s.Mean) / float64(s.People)
}
