package impact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/forecast/uplift"
)

// An Explanation says where one figure of an assessment comes from.
type Explanation struct {
	ID          string       `json:"id"`
	Label       string       `json:"label"`
	Value       string       `json:"value"`
	Means       string       `json:"means"`       // what it is, and how it was got
	From        []string     `json:"from"`        // ids of the figures it was worked out from
	Assumptions []Assumption `json:"assumptions"` // on which it rests
	Model       string       `json:"model"`
	Data        string       `json:"data"`
	Run         string       `json:"run"`
}

// A figure is one number of the document that can be explained.
type figure struct {
	id, label, value, means string
	from                    []string
	model                   string   // prefix of the sentence of Provenance.Models
	assumes                 []string // prefixes of the ids of assumptions
}

// Explain says where the figure of that id comes from: what it means, which figures and
// assumptions it rests on, by which model, from which records, in which run. It returns
// an error that lists near ids where there is no such figure.
func (a *Assessment) Explain(id string) (Explanation, error) {
	all := a.figures()
	k := slices.IndexFunc(all, func(f figure) bool { return f.id == id })
	if k < 0 {
		return Explanation{}, fmt.Errorf("impact: there is no figure %q in this assessment; near it are: %s", id, strings.Join(nearIDs(all, id), ", "))
	}
	f, p := all[k], a.Provenance
	out := Explanation{
		ID: f.id, Label: f.label, Value: f.value, Means: f.means, From: f.from,
		Data: fmt.Sprintf("%s contacts from %s to %s, lake %s; %d days with gaps", thousands(float64(p.Contacts)), p.HistoryFirst, p.HistoryLast, p.LakeFingerprint, p.MissingDays),
		Run:  fmt.Sprintf("ringtide %s, %s simulated futures, seed %d", p.Version, thousands(float64(p.Paths)), p.Seed),
	}
	for _, file := range p.Files {
		out.Data += fmt.Sprintf("; %s %s", file.Name, file.SHA256[:min(12, len(file.SHA256))])
	}
	for _, m := range p.Models {
		if f.model != "" && strings.HasPrefix(m, f.model) {
			out.Model = m
		}
	}
	for _, x := range a.Assumptions {
		if slices.ContainsFunc(f.assumes, func(prefix string) bool { return strings.HasPrefix(x.ID, prefix) }) {
			out.Assumptions = append(out.Assumptions, x)
		}
	}
	return out, nil
}

// FigureIDs lists the ids that Explain knows, in the order of the document.
func (a *Assessment) FigureIDs() []string {
	var ids []string
	for _, f := range a.figures() {
		ids = append(ids, f.id)
	}
	return ids
}

// nearIDs returns the ids that share the part before the first dot, or else the figures
// of page one.
func nearIDs(all []figure, id string) []string {
	head, _, _ := strings.Cut(id, ".")
	var near, first []string
	for k, f := range all {
		if strings.HasPrefix(f.id, head) && len(near) < 12 {
			near = append(near, f.id)
		}
		if k < 5 {
			first = append(first, f.id)
		}
	}
	if near == nil {
		return first
	}
	return near
}

var (
	volumeFacts  = []string{"uplift-", "queues", "section-calls"}
	serviceFacts = []string{"uplift-", "queues", "section-calls", "aht-", "patience-", "roster", "seats", "triage-", "trunks", "busy-"}
)

func (a *Assessment) figures() []figure {
	out := a.pageOne()
	out = append(out, a.upliftFigures()...)
	for _, o := range a.Options {
		out = append(out, a.optionFigures(o)...)
	}
	for _, g := range a.Gates {
		out = append(out, figure{id: "gate." + g.ID, label: g.Rule, value: fmt.Sprintf("%s: %s of %s %s", g.Result, figures(g.Number), figures(g.Needed), g.Unit),
			means: g.Reason, from: gateSources(g.ID)})
	}
	out = append(out, a.feeFigures()...)
	for k, f := range a.Fits {
		out = append(out, figure{id: fmt.Sprintf("fit.%d", k+1), label: f.Question, value: thousands(f.Value) + " " + plural(f.Unit),
			means: f.Text + " " + f.found(), from: []string{"option.decline.meets", "option.approve.meets"},
			model: "Service", assumes: serviceFacts})
	}
	for k, s := range a.Sensitivity {
		out = append(out, figure{id: fmt.Sprintf("sensitivity.%d", k+1), label: s.Fact, value: fmt.Sprintf("%s to %s", percent(s.MeetsLow), percent(s.MeetsHigh)),
			means: fmt.Sprintf("The chance to keep the target when this fact alone moves from %s to %s, all else as it is.", s.Low, s.High),
			from:  []string{"option.approve.meets"}, model: "Service", assumes: serviceFacts})
	}
	out = append(out, a.SecondStage.figures()...)
	out = append(out, a.togetherFigures()...)
	for _, d := range a.Days {
		day := "day." + d.Date.String()
		out = append(out,
			figure{id: day + ".without", label: "Calls on " + longDate(d.Date) + " without the request", value: spread5(d.Without), means: "All queues; mean and the range of 9 in 10 futures.", model: "Baseline"},
			figure{id: day + ".uplift", label: "Calls the request adds on " + longDate(d.Date), value: spread5(d.Uplift), means: "All queues; with minus without, future by future.", model: "Uplift", assumes: volumeFacts})
	}
	return out
}

// found says on which paths an inverse question was answered.
func (f Fit) found() string {
	if f.Fresh == nil {
		return "Found on the paths of the options."
	}
	return fmt.Sprintf("Found on the paths of the options, with a chance of %s; on fresh ones, of another seed, it is %s.", percent(f.Meets), percent(*f.Fresh))
}

func (a *Assessment) pageOne() []figure {
	means := map[string]figure{
		"extra-calls": {means: "The calls that the request adds over the horizon, summed on every future.", from: []string{"uplift.total"}, model: "Uplift", assumes: volumeFacts},
		"busiest-day": {means: "The day on which the mean of the added calls is largest, and its range.", from: []string{"day." + a.Uplift.PeakDay.String() + ".uplift"}, model: "Uplift", assumes: volumeFacts},
		"seats-left":  {means: "The workstations of center.yaml less those that the request takes; needed are those of the agents whom the target asks for.", from: []string{"gate.seats"}, model: "Service", assumes: serviceFacts},
		"hang-ups":    {means: "On the scored days, with the request approved and the present roster.", from: []string{"option.approve.abandoned", "option.decline.abandoned"}, model: "Service", assumes: serviceFacts},
		"chance":      {means: "The share of the futures in which the service of the scored days, weighted by calls, reaches the target with the present roster.", from: []string{"option.approve.meets", "option.decline.meets"}, model: "Service", assumes: serviceFacts},
		"hours":       {means: "The paid hours of the shifts that cover what the requirement with the request has beyond roster and requirement without it.", from: []string{"option.staffed.hours"}, model: "Roster", assumes: serviceFacts},
		"fee":         {means: "The mean of the bills of all futures.", from: []string{"fee.expected", "fee.p90"}, model: "Fee", assumes: serviceFacts},
	}
	var out []figure
	for _, h := range a.Headline {
		f := means[h.ID]
		f.id, f.label, f.value = h.ID, h.Label, h.Value+" ("+h.Range+")"
		f.from = slices.DeleteFunc(f.from, func(id string) bool { return id == "option.staffed.hours" && a.option(OptionStaffed) == nil })
		out = append(out, f)
	}
	return out
}

func (a *Assessment) upliftFigures() []figure {
	u := a.Uplift
	basis := "Basis: " + u.Basis + "; " + u.Source + "."
	out := []figure{{id: "uplift.total", label: "Calls the request adds", value: spread5(u.Total), means: "Mean and range over the futures. " + basis, model: "Uplift", assumes: volumeFacts}}
	if a.Request.Type != uplift.SeatLoss && u.Rate != (Dist{}) {
		out = append(out, figure{id: "uplift.rate", label: "Calls per " + u.Unit, value: fmt.Sprintf("%s (%s to %s)", figures(u.Rate.Mean), figures(u.Rate.Q05), figures(u.Rate.Q95)),
			means: "The added calls of every future over the stated size. " + basis, from: []string{"uplift.total"}, model: "Uplift", assumes: volumeFacts})
	}
	out = append(out, u.Hours.figures()...)
	for _, q := range u.Queues {
		out = append(out, figure{id: "uplift.queue." + q.Queue, label: "Calls the request adds to " + q.Queue, value: spread5(q.Total),
			means: "The queue's part of the total, by the shares of the request or by volume.", from: []string{"uplift.total"}, model: "Uplift", assumes: volumeFacts})
	}
	return out
}

func (a *Assessment) togetherFigures() []figure {
	if a.Together == nil {
		return nil
	}
	out := []figure{
		{id: "together.total", label: "Calls of all requests together", value: spread5(a.Together.Total), means: "On the same futures; calls that several would take are taken once.", from: []string{"uplift.total"}, model: "Uplift", assumes: volumeFacts},
		{id: "together.meets", label: "Chance to keep the target with all requests", value: percent(a.Together.All), means: "On the scored days of this request, with the present roster.", from: []string{"option.approve.meets", "together.total"}, model: "Service", assumes: serviceFacts},
	}
	for _, p := range a.Together.Requests {
		out = append(out, figure{id: "together.part." + p.ID, label: "Calls of " + p.ID + " among all", value: thousands(p.Calls),
			means: "Its Shapley value: the mean over all orders of approval. Parts sum to the total.", from: []string{"together.total"}, model: "Uplift", assumes: volumeFacts})
	}
	return out
}

func (a *Assessment) optionFigures(o Option) []figure {
	id := "option." + o.ID
	add := func(name, label, value, means, model string) figure {
		return figure{id: id + "." + name, label: label + ": " + o.Title, value: value, means: means, model: model, assumes: serviceFacts}
	}
	out := []figure{
		add("meets", "Chance to keep the target", percent(o.Meets), "The share of the futures in which the service of the scored days reaches the target.", "Service"),
		add("service", "Service level", fmt.Sprintf("%.1f%% (%.1f to %.1f)", 100*o.Service.Mean, 100*o.Service.Q05, 100*o.Service.Q95), "Formula "+a.Center.Formula+", weighted by calls over the scored days.", "Service"),
		add("wait", "Mean wait", fmt.Sprintf("%.0f s (%.0f s in 9 of 10 cases)", o.MeanWait.Mean, o.WaitP90), "Of all calls of the scored days, answered or not.", "Service"),
		add("abandoned", "Residents who hang up", spread5(o.Abandoned), "On the scored days.", "Service"),
		add("hours", "Added paid hours", thousands(o.PaidHours), "Paid hours beyond the present roster.", "Roster"),
		add("cost", "Added cost", dollars(o.CostCents), "Their wages.", "Roster"),
		add("fee", "Fee", dollars(o.FeeCents), "The mean bill under this option.", "Fee"),
	}
	if o.Blocked != nil {
		out = append(out, add("blocked", "Callers who find all lines busy", spread5(*o.Blocked), fmt.Sprintf("Of the scored days; the center has %d lines.", a.Center.Trunks), "Service"))
	}
	return out
}

func (a *Assessment) feeFigures() []figure {
	out := []figure{
		{id: "fee.expected", label: "Fee expected", value: dollars(a.Fee.ExpectedCents), means: "The mean of the bills; its lines sum to it, to the cent. " + a.Fee.Note, model: "Fee", assumes: serviceFacts},
		{id: "fee.p90", label: "Fee in 9 of 10 cases", value: dollars(a.Fee.P90Cents), means: "Not exceeded in nine of ten futures. " + a.Fee.Note, model: "Fee", assumes: serviceFacts},
	}
	for k, l := range a.Fee.Lines {
		id := fmt.Sprintf("fee.line.%d", k+1)
		out[0].from = append(out[0].from, id)
		out = append(out, figure{id: id, label: l.Tariff, value: dollars(l.ExpectedCents), model: "Fee", assumes: serviceFacts,
			means: fmt.Sprintf("%s, %s to %s: %s at %s each, rounded to the cent on every future.", l.Note, l.First, l.Last, thousands(l.Quantity), dollars(l.UnitCents))})
	}
	return out
}

func gateSources(id string) []string {
	switch id {
	case "service":
		return []string{"option.approve.meets", "option.decline.meets"}
	case "fee":
		return []string{"fee.expected"}
	case "conflict":
		return []string{"option.approve.meets"}
	}
	return nil
}

func spread5(d Dist) string {
	return fmt.Sprintf("%s (%s to %s in 9 of 10 cases)", thousands(d.Mean), thousands(d.Q05), thousands(d.Q95))
}
