package impact

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/fee"
	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// TrueUpSchema names the form of a TrueUp document.
const TrueUpSchema = "ringtide/trueup/1"

// A TrueUp sets the bill of what a request really brought beside the estimate of its
// packet. Cents of the lines sum to the totals.
type TrueUp struct {
	Schema  string        `json:"schema"`
	Request string        `json:"request"`
	Title   string        `json:"title"`
	First   interval.Date `json:"first"` // the days billed: those of the packet
	Last    interval.Date `json:"last"`
	// Calls that came because of the request on these days: as estimated, as measured,
	// and the 90% interval of that.
	EstimatedCalls float64 `json:"estimated_calls"`
	MeasuredCalls  float64 `json:"measured_calls"`
	LowCalls       float64 `json:"low_calls"`
	HighCalls      float64 `json:"high_calls"`
	HandledShare   float64 `json:"handled_share"` // of the calls of these days and queues
	AHTSeconds     float64 `json:"aht_seconds"`   // of these days and queues
	PaidHours      float64 `json:"paid_hours"`

	Lines           []TrueUpLine `json:"lines"`
	EstimatedCents  int64        `json:"estimated_cents"`
	ActualCents     int64        `json:"actual_cents"`
	AdjustmentCents int64        `json:"adjustment_cents"` // actual - estimated; below 0 it is a credit
	// LowCents and HighCents are the bills at LowCalls and HighCalls.
	LowCents    int64     `json:"low_cents"`
	HighCents   int64     `json:"high_cents"`
	Fingerprint string    `json:"lake_fingerprint"`
	Notes       []string  `json:"notes"`
	Warnings    []Warning `json:"warnings"`
}

// A TrueUpLine is one line of the estimate, of the actual bill, or of both.
type TrueUpLine struct {
	Tariff          string  `json:"tariff"`
	Entry           string  `json:"entry"`
	Unit            string  `json:"unit,omitempty"`
	Quantity        float64 `json:"quantity"` // as measured
	EstimatedCents  int64   `json:"estimated_cents"`
	ActualCents     int64   `json:"actual_cents"`
	AdjustmentCents int64   `json:"adjustment_cents"`
}

// BilledDays returns the first and last day that the packet's fee was for.
func (a *Assessment) BilledDays() (first, last interval.Date) {
	first, last = a.Request.Start, a.Horizon.ScoredLast
	for _, l := range a.Fee.Lines {
		if l.Last.After(last) {
			last = l.Last
		}
	}
	return first, last
}

// Rebill measures what the request of a packet did and bills it by the tariffs. Work is
// what the queues handled on the billed days; hours are the hours paid for it, nil for
// those of the packet. The history must reach to the last billed day. Rebill returns an
// error where it does not, and where the history shows nothing of the request.
func Rebill(ctx context.Context, h History, a *Assessment, fees fee.Schedule, work map[string]Work, hours *float64) (*TrueUp, error) {
	first, last := a.BilledDays()
	if err := errors.Join(h.Validate(), a.Request.Validate(h.Center)); err != nil {
		return nil, fmt.Errorf("impact: true-up: %w", err)
	}
	if h.last().Before(last) {
		return nil, fmt.Errorf("impact: true-up of %q: the records end on %s, the fee is for days to %s; load the records up to then", a.Request.ID, h.last(), last)
	}
	if a.Request.Type == uplift.SeatLoss {
		return nil, fmt.Errorf("impact: true-up of %q: a loss of seats brings no calls to bill", a.Request.ID)
	}
	if hours != nil && !(*hours >= 0) {
		return nil, fmt.Errorf("impact: true-up of %q: %v paid hours", a.Request.ID, *hours)
	}
	t := &TrueUp{Schema: TrueUpSchema, Request: a.Request.ID, Title: a.Request.Title, First: first, Last: last,
		EstimatedCalls: a.Uplift.Total.Mean, Fingerprint: h.Source.Fingerprint, PaidHours: a.Roster.PaidHours}
	if hours != nil {
		t.PaidHours = *hours
	} else {
		t.Notes = append(t.Notes, "Paid hours are those of the packet; nobody said how many were worked.")
	}
	e, err := whatItDid(ctx, h, a.Request)
	if err != nil {
		return nil, err
	}
	u := t.measure(e, work, a.Request)
	if err := t.bill(ctx, fees, u, a); err != nil {
		return nil, err
	}
	settle(t)
	return t, nil
}

// whatItDid learns what the request's cause did, beside all the others.
func whatItDid(ctx context.Context, h History, r Request) (uplift.Estimate, error) {
	own, err := r.cause()
	if err != nil {
		return uplift.Estimate{}, err
	}
	causes := slices.DeleteFunc(slices.Clone(h.Causes), func(c uplift.Cause) bool { return c.ID == r.ID || c.Start.After(h.last()) })
	var inputs []forecast.Input
	for _, q := range h.Queues {
		queue, _ := h.Center.Queue(q.Queue)
		inputs = append(inputs, forecast.Input{Queue: q.Queue, Series: q.Queued, Calendar: queue.Calendar})
	}
	learned, err := uplift.Learn(ctx, inputs, append(causes, own), uplift.Options{Confidence: .9})
	if err != nil {
		return uplift.Estimate{}, fmt.Errorf("impact: true-up: %w", err)
	}
	for _, e := range learned.Estimates() {
		if e.ID == r.ID && e.Seen {
			return e, nil
		}
	}
	return uplift.Estimate{}, fmt.Errorf("impact: true-up of %q: no day of the records shows it", r.ID)
}

// measure fills in calls and work, and returns the usage at the estimate and at either
// end of its interval.
func (t *TrueUp) measure(e uplift.Estimate, work map[string]Work, r Request) fee.Usage {
	n := t.Last.Sub(t.First) + 1
	share, total := make([]float64, n), 0.0
	for _, d := range e.Daily {
		if d.Date.Before(t.First) || d.Date.After(t.Last) {
			continue
		}
		t.MeasuredCalls += d.Mean
		if d.Mean*e.Total > 0 {
			share[d.Date.Sub(t.First)] = math.Abs(d.Mean)
			total += math.Abs(d.Mean)
		}
	}
	for i := range share {
		if total == 0 {
			share[i] = 1 / float64(n)
			continue
		}
		share[i] /= total
	}
	part := 1.0 // of the whole effect that lies in the billed days
	if e.Total != 0 {
		part = math.Abs(t.MeasuredCalls / e.Total)
	}
	half := part * (e.Hi - e.Lo) / 2
	t.LowCalls, t.HighCalls = t.MeasuredCalls-half, t.MeasuredCalls+half
	t.setWork(e, work)
	u := fee.Usage{First: t.First, Last: t.Last, Kind: string(r.Type), Partner: r.Partner, DayShare: share}
	for _, calls := range []float64{t.MeasuredCalls, t.LowCalls, t.HighCalls} {
		handled := calls * t.HandledShare
		u.Calls = append(u.Calls, handled)
		u.Minutes = append(u.Minutes, handled*t.AHTSeconds/60)
		u.Hours = append(u.Hours, t.PaidHours)
	}
	return u
}

// setWork weighs the queues' work of the billed days by what the request brought to each.
func (t *TrueUp) setWork(e uplift.Estimate, work map[string]Work) {
	handled, came, seconds, timed := 0.0, 0.0, 0.0, 0.0
	for _, q := range e.Queues {
		w, weight := work[q.Queue], math.Abs(q.Total)
		if all := w.Handled + w.Abandoned; all > 0 {
			handled += weight * w.Handled / all
			came += weight
		}
		if w.HandleKnown > 0 {
			seconds += weight * w.HandleSeconds / w.HandleKnown
			timed += weight
		}
	}
	t.HandledShare, t.AHTSeconds = 1, defaultAHT
	if came > 0 {
		t.HandledShare = handled / came
	}
	if timed > 0 {
		t.AHTSeconds = seconds / timed
	} else {
		t.Notes = append(t.Notes, fmt.Sprintf("No handle time is recorded on these days; %.0f s are assumed.", defaultAHT))
	}
}

// bill prices the usage and sets it beside the lines of the packet.
func (t *TrueUp) bill(ctx context.Context, fees fee.Schedule, u fee.Usage, a *Assessment) error {
	one := func(k int) (fee.Quote, error) {
		x := u
		x.Calls, x.Minutes, x.Hours = u.Calls[k:k+1], u.Minutes[k:k+1], u.Hours[k:k+1]
		q, err := fee.Price(ctx, fees, x)
		if err != nil {
			return q, fmt.Errorf("impact: true-up: %w", err)
		}
		return q, nil
	}
	actual, err := one(0)
	if err != nil {
		return err
	}
	low, err := one(1)
	if err != nil {
		return err
	}
	high, err := one(2)
	if err != nil {
		return err
	}
	t.LowCents, t.HighCents = int64(min(low.Total.Expected, high.Total.Expected)), int64(max(low.Total.Expected, high.Total.Expected))
	for _, l := range a.Fee.Lines {
		x := t.line(l.Tariff, l.Note)
		x.EstimatedCents += l.ExpectedCents
		x.Unit = l.Unit
	}
	for _, l := range actual.Lines {
		if l.Entry != fee.Charge && l.Amount == (fee.Amount{}) {
			continue // a term that bends no bill
		}
		x := t.line(l.Label, string(l.Entry))
		x.ActualCents += int64(l.Amount.Expected)
		if l.Entry == fee.Charge {
			x.Quantity += l.Quantity.Mean
			x.Unit = l.Basis.Unit()
		}
	}
	for k := range t.Lines {
		x := &t.Lines[k]
		x.AdjustmentCents = x.ActualCents - x.EstimatedCents
		t.EstimatedCents += x.EstimatedCents
		t.ActualCents += x.ActualCents
	}
	t.AdjustmentCents = t.ActualCents - t.EstimatedCents
	for _, w := range actual.Warnings {
		t.Warnings = append(t.Warnings, Warning{w.Code, w.Text, w.Number})
	}
	return nil
}

// line returns the line of a tariff's entry, new where there is none yet.
func (t *TrueUp) line(tariff, entry string) *TrueUpLine {
	k := slices.IndexFunc(t.Lines, func(l TrueUpLine) bool { return l.Tariff == tariff && l.Entry == entry })
	if k < 0 {
		k = len(t.Lines)
		t.Lines = append(t.Lines, TrueUpLine{Tariff: tariff, Entry: entry})
	}
	return &t.Lines[k]
}
