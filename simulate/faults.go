package simulate

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// faults collects what is wrong with a config.
type faults struct{ errs []error }

func (f *faults) add(path, format string, args ...any) {
	f.errs = append(f.errs, fmt.Errorf("%s: "+format, append([]any{path}, args...)...))
}

func (f *faults) between(path string, x, lo, hi float64) {
	if !(x >= lo && x <= hi) { // the negation also catches NaN
		f.add(path, "%v is not between %v and %v", x, lo, hi)
	}
}

func (f *faults) notNegative(path string, x float64) { f.between(path, x, 0, math.MaxFloat64) }
func (f *faults) share(path string, x float64)       { f.between(path, x, 0, 1) }
func (f *faults) cv(path string, x float64)          { f.between(path, x, 0, 3) }
func (f *faults) seconds(path string, x float64)     { f.between(path, x, 0, dayMS/1000) }

// field checks text that becomes a field of an export.
func (f *faults) field(path, s string) {
	if strings.ContainsAny(s, "|,;\"\r\n") {
		f.add(path, "%q holds a separator of the exports", s)
	}
}

func (f *faults) name(path, s string) {
	f.field(path, s)
	if s == "" {
		f.add(path, "no name")
	}
}

func (f *faults) shares(path string, list []Share) float64 {
	sum := 0.0
	seen := map[string]bool{}
	for i, s := range list {
		f.name(fmt.Sprintf("%s[%d].name", path, i), s.Name)
		f.share(fmt.Sprintf("%s[%d].share", path, i), s.Share)
		if seen[s.Name] {
			f.add(fmt.Sprintf("%s[%d].name", path, i), "%q is named twice", s.Name)
		}
		seen[s.Name] = true
		sum += s.Share
	}
	return sum
}

func (f *faults) dist(path string, d Dist) {
	f.seconds(path+".mean_s", d.MeanS)
	f.between(path+".cv", d.CV, 0, 10)
	switch d.Form {
	case "", Lognormal:
	case Exponential:
		if d.CV != 0 {
			f.add(path+".cv", "an exponential distribution has cv 1; leave it out")
		}
	default:
		f.add(path+".form", "%q; write lognormal or exponential", d.Form)
	}
}

func (f *faults) shape(path string, s Shape) {
	for _, x := range []struct {
		field string
		value float64
		top   float64
	}{
		{"half_life_days", s.HalfLifeDays, 60}, {"lead_days", s.LeadDays, 60}, {"lead_weight", s.LeadWeight, 10},
		{"ramp_days", s.RampDays, 400}, {"repeat", s.Repeat, 1}, {"carry", s.Carry, 1}, {"day_cv", s.DayCV, 3},
		{"concentration", s.Concentration, 1e6},
	} {
		f.between(path+"."+x.field, x.value, 0, x.top)
	}
	for i, l := range s.Lag {
		at := fmt.Sprintf("%s.lag[%d]", path, i)
		f.notNegative(at+".weight", l.Weight)
		switch {
		case l.Geometric != 0 && (l.MedianDays != 0 || l.Sigma != 0):
			f.add(at, "give geometric, or median_days and sigma, not both")
		case l.Geometric != 0:
			f.between(at+".geometric", l.Geometric, 0.02, 1)
		default:
			f.between(at+".median_days", l.MedianDays, 0.1, 60)
			f.between(at+".sigma", l.Sigma, 0.05, 2)
		}
	}
	for _, class := range slices.Sorted(maps.Keys(s.Delivery)) {
		for i, w := range s.Delivery[class] {
			f.notNegative(fmt.Sprintf("%s.delivery.%s[%d]", path, class, i), w)
		}
	}
}

// mailing checks what the kernel of a mailing is made of.
func (f *faults) mailing(path string, x Cause, s Shape) {
	if sum := total(s.Delivery[x.Class]); sum <= 0 {
		f.add(path+".class", "%q has no delivery days under kinds.mailing.shape.delivery", x.Class)
	}
	weight := 0.0
	for _, l := range s.Lag {
		weight += l.Weight
	}
	if weight <= 0 {
		f.add(path+".shape.lag", "no response lag, here or under kinds.mailing.shape")
	}
	sum := 0.0
	for i, w := range x.Waves {
		f.between(fmt.Sprintf("%s.waves[%d].after_days", path, i), float64(w.AfterDays), 0, 365)
		sum += w.Share
	}
	if len(x.Waves) > 0 && math.Abs(sum-1) > 1e-9 {
		f.add(path+".waves", "shares sum to %v, not 1", sum)
	}
}

// onlyFor reports fields that mean nothing for the kind: unused input is an error.
func (f *faults) onlyFor(path string, x Cause) {
	for _, u := range []struct {
		field string
		set   bool
		kinds []string
	}{
		{"class", x.Class != "", []string{Mailing}},
		{"waves", len(x.Waves) > 0, []string{Mailing}},
		{"end", !x.End.IsZero(), []string{Event, RouteIn, RouteToIVR, Outage}},
		{"rate", x.Rate != 0, []string{Mailing, Event, RouteIn, RouteToIVR}},
		{"queues", len(x.Queues) > 0, []string{Mailing, Event, RouteIn, RouteToIVR}},
		{"reason", x.Reason != "", []string{Mailing, Event, RouteIn, RouteToIVR}},
		{"talk_factor", x.TalkFactor != 0, []string{Mailing, Event, RouteIn}},
		{"from", x.From != 0, []string{Event, Outage}},
		{"to", x.To != 0, []string{Outage}},
		{"pulse_m", x.PulseM != 0, []string{Event}},
		{"size", x.Size != 0, []string{Mailing, Event, RouteIn, RouteToIVR}},
	} {
		if u.set && !slices.Contains(u.kinds, x.Kind) {
			f.add(path+"."+u.field, "means nothing for kind %s; leave it out", x.Kind)
		}
	}
}

func total(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum
}
