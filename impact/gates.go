package impact

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/interval"
)

// findings is all that the gates look at.
type findings struct {
	center     Center
	request    Request
	options    map[string]Option
	feeCents   int64
	paths      int
	seats      int      // workstations there are while the request lasts
	emptyHours float64  // hours that the request opens and in which nobody is on the roster
	seatPeak   int      // most seats taken at once with the request
	others     []string // names of announced causes on the same days and queues
}

// judge asks every rule of the policy. The order is that of the procedure.
func (p Policy) judge(f findings) []Gate {
	var gates []Gate
	for _, ask := range []func(findings) *Gate{
		p.written, p.notice, p.analysis, p.service, p.seats, p.content, p.languages, p.fee, p.conflict,
	} {
		if g := ask(f); g != nil {
			gates = append(gates, *g)
		}
	}
	return gates
}

func (p Policy) written(f findings) *Gate {
	if p.Written == nil {
		return nil
	}
	g := &Gate{ID: "written", Rule: p.Written.Rule, Result: Pass, Unit: "offices", Needed: float64(len(p.Written.To))}
	var missing []string
	for _, office := range p.Written.To {
		if slices.ContainsFunc(f.request.WrittenTo, func(s string) bool { return strings.EqualFold(s, office) }) {
			g.Number++
		} else {
			missing = append(missing, office)
		}
	}
	g.Reason = fmt.Sprintf("The written request went to the %s.", strings.Join(p.Written.To, " and the "))
	if len(missing) > 0 {
		g.Result = Condition
		g.Reason = fmt.Sprintf("The written request has not gone to the %s.", strings.Join(missing, " and the "))
	}
	return g
}

// notice counts days from receipt to start: calendar days are differences of
// dates; business days are those after the day of receipt, up to the start.
func (p Policy) notice(f findings) *Gate {
	r := f.request
	rule := p.noticeFor(r)
	if rule == nil {
		return nil
	}
	earliest := r.Received.AddDays(rule.Days)
	given := r.Start.Sub(r.Received)
	if p.Days == "business" {
		earliest = f.center.Calendar.AddBusinessDays(r.Received, rule.Days)
		given = businessDays(f.center.Calendar, r.Received, r.Start)
	}
	g := &Gate{ID: "notice", Rule: rule.Rule, Result: Pass, Number: float64(given), Needed: float64(rule.Days), Unit: p.Days + " days", Earliest: earliest}
	g.Reason = fmt.Sprintf("Received %s, starts %s: %d %s days of notice, %d needed.", longDate(r.Received), longDate(r.Start), given, p.Days, rule.Days)
	if r.Start.Before(earliest) {
		g.Result = Fail
		g.Reason += fmt.Sprintf(" The earliest start is %s.", longDate(earliest))
	}
	return g
}

func businessDays(cal *interval.Calendar, from, to interval.Date) int {
	n := 0
	for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
		if cal.BusinessDay(d) {
			n++
		}
	}
	return n
}

func (p Policy) analysis(f findings) *Gate {
	if p.Analysis == nil {
		return nil
	}
	return &Gate{ID: "analysis", Rule: p.Analysis.Rule, Result: Pass, Number: float64(f.paths), Needed: 1, Unit: "simulated futures",
		Reason: fmt.Sprintf("This document is the analysis; it rests on %s simulated futures.", thousands(float64(f.paths)))}
}

func (p Policy) service(f findings) *Gate {
	if p.Service == nil {
		return nil
	}
	s, without, with := p.Service, f.options[OptionDecline], f.options[OptionApprove]
	g := &Gate{ID: "service", Rule: s.Rule, Result: Pass, Number: with.Meets, Needed: s.MinChance, Unit: "probability"}
	target := fmt.Sprintf("%s of calls within %.0f s", percent(f.center.Target.Share), f.center.Target.Within.Seconds())
	chance := fmt.Sprintf("The chance to answer %s is %s with the request and %s without it.", target, percent(with.Meets), percent(without.Meets))
	drop := without.Service.Mean - with.Service.Mean
	remedy := f.remedy(s.MinChance)
	switch {
	case with.Meets >= s.MinChance && f.emptyHours > 0:
		g.Result, g.do = Condition, "Put people on the opened hours, as the shifts of this report do."
		g.Reason = fmt.Sprintf("%s But in %s of the opened hours of these days nobody is on the roster.", chance, thousands(f.emptyHours))
	case with.Meets >= s.MinChance:
		g.Reason = chance
	case without.Meets < s.MinChance && drop <= s.MaxDrop:
		g.Reason = fmt.Sprintf("%s The target is at risk without the request already; the request lowers service by %s points.", chance, points(drop))
	case len(remedy) > 0:
		first := remedy[0]
		g.Result, g.do = Condition, f.todo(first)
		g.Reason = fmt.Sprintf("%s With %s it is %s.", chance, f.with(first), percent(f.options[first].Meets))
		for _, id := range remedy[1:] {
			g.Reason += fmt.Sprintf(" With %s instead it is %s.", f.with(id), percent(f.options[id].Meets))
		}
	default:
		g.Result = Fail
		g.Reason = chance + " None of the conditions in this report restores it."
		if later, ok := f.options[OptionDefer]; ok && later.Meets >= s.MinChance {
			g.Earliest = later.Start
			g.Reason += fmt.Sprintf(" A start on %s would.", longDate(later.Start))
		}
	}
	return g
}

// remedies are the conditions that may restore the target: what has to be done, and what
// that is called in the middle of a sentence.
var remedies = map[string]struct{ do, name string }{
	OptionStaffed:  {"Add the shifts of this report before the calls come.", "added shifts"},
	OptionWaves:    {"Send the mailing in the waves of this report.", "the best drop plan"},
	OptionMessage:  {"Record a message that answers part of the calls before they come.", "a recorded message"},
	OptionCallback: {"Offer a callback to those who would wait.", "callbacks"},
	OptionOvertime: {"Agree on the overtime of this report before the calls come.", "overtime"},
	OptionBorrowed: {"Borrow the staff of this report before the calls come.", "borrowed staff"},
}

// remedy returns the conditions under which the target is kept as well as the policy
// asks, or as well as without the request, in the order of the document.
func (f findings) remedy(need float64) []string {
	need = min(need, f.options[OptionDecline].Meets-0.02)
	var out []string
	for _, id := range optionOrder {
		o, ok := f.options[id]
		if _, is := remedies[id]; !ok || !is || o.Meets < need {
			continue
		}
		if id == OptionStaffed && o.PaidHours == 0 {
			continue
		}
		out = append(out, id)
	}
	return out
}

// todo is what a condition asks for, with its price.
func (f findings) todo(id string) string {
	do, o := remedies[id].do, f.options[id]
	if o.PaidHours == 0 {
		return do
	}
	return fmt.Sprintf("%s: %s paid hours, %s.", strings.TrimSuffix(do, "."), thousands(o.PaidHours), dollars(o.CostCents))
}

// with names a condition, with the paid hours that it takes.
func (f findings) with(id string) string {
	if h := f.options[id].PaidHours; h > 0 {
		return fmt.Sprintf("%s (%s paid hours)", remedies[id].name, thousands(h))
	}
	return remedies[id].name
}

func (p Policy) seats(f findings) *Gate {
	if p.Seats == nil {
		return nil
	}
	if f.center.Seats == 0 {
		return &Gate{ID: "seats", Rule: p.Seats.Rule, Result: Condition, Needed: float64(p.Seats.Headroom), Unit: "seats",
			Reason: "The center states no number of seats, so nobody can tell; give seats in center.yaml."}
	}
	free := f.seats - f.seatPeak
	g := &Gate{ID: "seats", Rule: p.Seats.Rule, Result: Pass, Number: float64(free), Needed: float64(p.Seats.Headroom), Unit: "seats",
		Reason: fmt.Sprintf("At the busiest time %d of %d seats are taken; %d stay free.", f.seatPeak, f.seats, free)}
	if free < p.Seats.Headroom {
		g.Result = Fail
		g.Reason = fmt.Sprintf("At the busiest time %d seats are needed and %d must stay free, of %d in all.", f.seatPeak, p.Seats.Headroom, f.seats)
	}
	return g
}

func (p Policy) content(f findings) *Gate {
	if p.Content == nil || !slices.Contains(p.Content.Types, f.request.Type) {
		return nil
	}
	return stated("content", p.Content.Rule, f.request.ContentReady,
		"The department says that answers and scripts are ready.",
		"Answers and scripts are not ready; agents would have nothing to tell.",
		"The request does not say whether answers and scripts are ready.")
}

// stated makes a gate of a fact that the request states as yes, no or not at all.
func stated(id, rule string, fact *bool, yes, no, unknown string) *Gate {
	g := &Gate{ID: id, Rule: rule, Result: Condition, Needed: 1, Unit: "yes = 1", Reason: unknown}
	switch {
	case fact != nil && *fact:
		g.Result, g.Number, g.Reason = Pass, 1, yes
	case fact != nil:
		g.Reason = no
	}
	return g
}

// languages checks that a queue of each language that the policy or the audience
// asks for takes the calls.
func (p Policy) languages(f findings) *Gate {
	if p.Languages == nil || !slices.Contains(p.Languages.Types, f.request.Type) {
		return nil
	}
	asked := slices.Clone(p.Languages.Required)
	for _, l := range f.request.Languages { // the audience may speak more than the policy asks
		if !slices.Contains(asked, l) {
			asked = append(asked, l)
		}
	}
	var missing []string
	for _, l := range asked {
		if !f.request.speaks(l, f.center) {
			missing = append(missing, l)
		}
	}
	needed := float64(len(asked))
	g := &Gate{ID: "languages", Rule: p.Languages.Rule, Result: Pass, Number: needed - float64(len(missing)), Needed: needed, Unit: "languages",
		Reason: fmt.Sprintf("The queues that take the calls answer in %s.", strings.Join(languageNames(asked), " and "))}
	if len(missing) > 0 {
		g.Result = Condition
		g.Reason = fmt.Sprintf("No queue of the request answers in %s; name one, or give its callers a message.", strings.Join(languageNames(missing), " or "))
	}
	return g
}

// languageNames names languages by their code of two letters (ISO 639-1) where the code is
// a usual one.
func languageNames(codes []string) []string {
	names := map[string]string{"en": "English", "es": "Spanish", "fr": "French", "ht": "Haitian Creole", "pt": "Portuguese", "zh": "Chinese",
		"vi": "Vietnamese", "ko": "Korean", "ru": "Russian", "ar": "Arabic", "tl": "Tagalog", "pl": "Polish", "de": "German", "it": "Italian"}
	out := slices.Clone(codes)
	for k, code := range out {
		if name, ok := names[code]; ok {
			out[k] = name
		}
	}
	return out
}

func (r Request) speaks(language string, c Center) bool {
	for _, q := range c.Queues {
		touched := len(r.Queues) == 0 || slices.ContainsFunc(r.Queues, func(s QueueShare) bool { return s.Queue == q.Name })
		if touched && q.Language == language {
			return true
		}
	}
	return false
}

func (p Policy) fee(f findings) *Gate {
	if p.Fee == nil {
		return nil
	}
	if f.feeCents <= p.Fee.AboveCents {
		return &Gate{ID: "fee", Rule: p.Fee.Rule, Result: Pass, Number: float64(f.feeCents) / 100, Needed: float64(p.Fee.AboveCents) / 100,
			Unit: "dollars expected", Reason: fmt.Sprintf("The expected fee, %s, needs no agreement.", dollars(f.feeCents))}
	}
	g := stated("fee", p.Fee.Rule, f.request.FeeAgreed,
		"The department has agreed to the fee.", "The department has not agreed to the fee.", "The request does not say whether the department agrees to the fee.")
	g.Number, g.Needed, g.Unit = float64(f.feeCents)/100, float64(p.Fee.AboveCents)/100, "dollars expected"
	return g
}

func (p Policy) conflict(f findings) *Gate {
	if p.Conflict == nil {
		return nil
	}
	g := &Gate{ID: "conflict", Rule: p.Conflict.Rule, Result: Pass, Number: float64(len(f.others)), Unit: "other causes",
		Reason: "No other announced cause acts on the same days and queues."}
	if len(f.others) > 0 {
		g.Result = Condition
		g.Reason = fmt.Sprintf("Also acting on these days and queues: %s. Their calls are in the baseline.", strings.Join(f.others, ", "))
		if p.Service != nil && f.options[OptionApprove].Meets >= p.Service.MinChance {
			g.Result = Pass
			g.Reason += " The target holds with all of them."
		}
	}
	return g
}

// decide adds the gates up.
func decide(gates []Gate, r Request) Verdict {
	v := Verdict{Decision: Approve, Earliest: r.Start}
	var failed, open []string
	for _, g := range gates {
		switch g.Result {
		case Fail:
			failed = append(failed, g.Reason)
			if g.Earliest.IsZero() || !g.Earliest.After(r.Start) {
				v.Earliest = interval.Date{}
			} else if !v.Earliest.IsZero() && g.Earliest.After(v.Earliest) {
				v.Earliest = g.Earliest
			}
		case Condition:
			open = append(open, conditionText(g))
		}
	}
	v.Conditions = open
	switch {
	case len(failed) > 0 && !v.Earliest.IsZero():
		v.Decision = Defer
		v.Sentence = fmt.Sprintf("Not before %s. %s", longDate(v.Earliest), strings.Join(failed, " "))
	case len(failed) > 0:
		v.Decision = Decline
		v.Sentence = "Not as it stands. " + strings.Join(failed, " ")
	case len(open) == 1:
		v.Decision = Conditional
		v.Sentence = "Yes, on one condition." + serviceWords(gates)
	case len(open) > 1:
		v.Decision = Conditional
		v.Sentence = fmt.Sprintf("Yes, on %d conditions.", len(open)) + serviceWords(gates)
	default:
		v.Sentence = "Yes. Every rule of the policy is met." + serviceWords(gates)
	}
	return v
}

// serviceWords is what the request does to service, where the policy has a rule for it.
func serviceWords(gates []Gate) string {
	k := slices.IndexFunc(gates, func(g Gate) bool { return g.ID == "service" })
	if k < 0 {
		return ""
	}
	first, rest, more := strings.Cut(gates[k].Reason, ". ")
	out := fmt.Sprintf(" %s; %s is asked for.", strings.TrimSuffix(first, "."), percent(gates[k].Needed))
	if more && strings.HasPrefix(rest, "But ") {
		out += " " + rest
	}
	return out
}

// conditionText says what has to be done, in one sentence.
func conditionText(g Gate) string {
	switch g.ID {
	case "service":
		return g.do + " " + g.Reason
	case "content":
		return "Deliver answers and scripts before the start. " + g.Reason
	case "fee":
		return fmt.Sprintf("Get the department's written agreement to the fee, %s expected. ", dollars(int64(math.Round(100*g.Number)))) + g.Reason
	}
	return g.Reason
}

func longDate(d interval.Date) string {
	return fmt.Sprintf("%s %d %s %d", d.Weekday().String()[:3], d.Day(), d.Month(), d.Year())
}

func percent(p float64) string {
	switch x := 100 * p; {
	case x < 1:
		return "under 1%"
	case x > 99:
		return "over 99%"
	default:
		return fmt.Sprintf("%.0f%%", math.Round(x))
	}
}

func points(share float64) string { return fmt.Sprintf("%.1f", 100*math.Abs(share)) }
