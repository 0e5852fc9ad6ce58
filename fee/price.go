package fee

import (
	"context"
	"fmt"
	"math"

	"github.com/ringtide/ringtide/interval"
)

// Price bills the usage on every path and describes the bills.
//
// A tariff charges when it concerns the kind of request and the one who asks. It
// charges the share of the usage that falls on the days it is in force; a set-up is
// charged once, by the version in force on the first day. Each charge of a path is
// rounded to the cent, half away from zero. Then the tariff's terms act on the path's
// charge, and the schedule's on the path's sum; each deed is a line of its own.
// Negative usage is charged 0 unless the tariff gives credit.
//
// Lines that reach over the end of a fiscal year are split there, by the usage on either
// side, or by days where days are charged; a set-up belongs to the year it begins in.
// Terms act on the whole before it is split.
//
// Price returns an error for a bad schedule or usage, for a bill beyond 1e15 cents, and
// when the context is cancelled.
func Price(ctx context.Context, s Schedule, u Usage) (Quote, error) {
	if err := s.Validate(); err != nil {
		return Quote{}, err
	}
	if err := u.Validate(); err != nil {
		return Quote{}, err
	}
	b := bill{usage: u, fiscal: s.FiscalYear, total: make([]Cents, len(u.Calls))}
	for _, t := range s.Tariffs {
		if err := ctx.Err(); err != nil {
			return Quote{}, fmt.Errorf("fee: %w", err)
		}
		if t.Concerns(u.Kind, u.Partner) {
			b.charge(t)
		}
	}
	whole := Line{Label: "Whole request", First: u.First, Last: u.Last}
	b.bend(s.Total, whole, b.total)
	if !b.sane() {
		return Quote{}, fmt.Errorf("fee: the bill exceeds %v; check the units of the usage", Cents(maxCents))
	}
	b.warnOfGaps(s)
	return b.quote(), nil
}

// A bill is a quote in the making: lines with their amounts on every path.
type bill struct {
	usage    Usage
	fiscal   YearStart
	lines    []Line
	paths    [][]Cents // of each line
	total    []Cents   // of each path
	warnings []Warning
	over     bool // some charge is beyond what a quote may hold
}

// charge adds the lines of one tariff.
func (b *bill) charge(t Tariff) {
	first, last, days, share := b.usage.inForce(t)
	if days == 0 || t.Basis == SetUp && !t.InForce(b.usage.First) {
		return
	}
	quantity := b.quantity(t, first, last, share)
	total := make([]Cents, len(quantity))
	line := Line{Tariff: t.ID, Label: t.Label(), Entry: Charge, Basis: t.Basis, First: first, Last: last}
	for _, tier := range t.tiers() {
		part, charges := make([]float64, len(quantity)), make([]Cents, len(quantity))
		for i, q := range quantity {
			part[i] = tier.of(q)
			cents := part[i] * float64(tier.price)
			if math.Abs(cents) > maxCents {
				b.over, cents = true, 0
			}
			charges[i] = Round(cents)
			total[i] += charges[i]
		}
		charged := line
		charged.Label += tier.name
		charged.Quantity, charged.Price = describe(part), tier.price
		b.add(charged, charges)
	}
	b.bend(t.Terms, line, total)
}

// A step is the part of the units that one price is for.
type step struct {
	low, high float64
	price     Cents
	name      string
}

// of returns how many of q units lie in the step. Units that are taken away are all of
// the first step.
func (s step) of(q float64) float64 {
	if q < 0 && s.low == 0 {
		return q
	}
	return max(0, min(q, s.high)-s.low)
}

func (t Tariff) tiers() []step {
	out := []step{{high: math.Inf(1), price: t.Price}}
	for _, x := range t.Tiers {
		out[len(out)-1].high = x.Above
		out = append(out, step{x.Above, math.Inf(1), x.Price, fmt.Sprintf(", above %v", x.Above)})
	}
	return out
}

// quantity returns the units billed on every path.
func (b *bill) quantity(t Tariff, first, last interval.Date, share float64) []float64 {
	out := make([]float64, len(b.total))
	samples, unit := b.usage.samples(t.Basis), 1.0
	if t.Basis == FTEShare {
		unit = 1 / (60 * t.HoursPerFTE)
	}
	negative := 0
	for i := range out {
		switch {
		case t.Basis == SetUp:
			out[i] = 1
		case t.Basis == PerMonth:
			out[i] = months(first, last)
		case t.Basis == YearShare:
			out[i] = t.Share * years(first, last)
		case samples[i] < 0 && !t.Credit:
			negative++
		default:
			out[i] = samples[i] * share * unit
		}
	}
	if negative > 0 {
		n := float64(negative) / float64(len(out))
		b.warn(Deflection, n, "%s: the request takes work away on %.0f%% of paths; the charge is %v there", t.Label(), 100*n, Cents(0))
	}
	return out
}

// months returns the days from first to last, both included, each as its part of its
// calendar month: a whole month is 1, in February as in March.
func months(first, last interval.Date) float64 {
	sum := 0.0
	for d := first; !d.After(last); {
		start := interval.MustDate(fmt.Sprintf("%04d-%02d-01", d.Year(), int(d.Month())))
		next := start.AddDays(32)
		next = next.AddDays(1 - next.Day())
		end := next.AddDays(-1)
		if end.After(last) {
			end = last
		}
		sum += float64(end.Sub(d)+1) / float64(next.Sub(start))
		d = end.AddDays(1)
	}
	return sum
}

// years returns the days from first to last, both included, each as its part of the
// twelve months that its own calendar year has; a fiscal year is as long as a calendar
// year but for the leap day, so its start does not show.
func years(first, last interval.Date) float64 {
	sum := 0.0
	for y := first.Year(); y <= last.Year(); y++ {
		from, to := interval.MustDate(fmt.Sprintf("%04d-01-01", y)), interval.MustDate(fmt.Sprintf("%04d-12-31", y))
		days := float64(to.Sub(from) + 1)
		if from.Before(first) {
			from = first
		}
		if to.After(last) {
			to = last
		}
		sum += float64(to.Sub(from)+1) / days
	}
	return sum
}

// add appends a line, split at the ends of fiscal years, and puts its amounts on the bills.
func (b *bill) add(l Line, amounts []Cents) {
	if pieces := b.pieces(l); len(pieces) > 1 {
		b.addSplit(l, amounts, pieces)
		return
	}
	b.append(l, amounts)
}

func (b *bill) append(l Line, amounts []Cents) {
	for i, a := range amounts {
		b.total[i] += a
	}
	l.Share = shareHit(amounts)
	b.lines, b.paths = append(b.lines, l), append(b.paths, amounts)
}

// shareHit returns the share of the paths on which an amount is not 0.
func shareHit(amounts []Cents) float64 {
	hit := 0
	for _, a := range amounts {
		if a != 0 {
			hit++
		}
	}
	return float64(hit) / float64(len(amounts))
}

// bend adds a line for each term that acts on the charges of some path.
func (b *bill) bend(t Terms, line Line, charges []Cents) {
	waiver, minimum, most := make([]Cents, len(charges)), make([]Cents, len(charges)), make([]Cents, len(charges))
	for i, c := range charges {
		waiver[i], minimum[i], most[i] = t.apply(c)
	}
	for _, x := range []struct {
		entry   Entry
		amounts []Cents
		agreed  bool
	}{{Waiver, waiver, t.WaiveBelow > 0}, {Minimum, minimum, t.Minimum > 0}, {Cap, most, t.Cap > 0}} {
		if !x.agreed {
			continue
		}
		line.Entry = x.entry
		b.add(line, x.amounts)
		if share := shareHit(x.amounts); x.entry == Cap && share > 0 {
			b.warn(CapReached, share, "%s: the cap of %v is reached on %.0f%% of paths", line.Label, t.Cap, 100*share)
		}
	}
}

// apply returns what each term adds to charge c. A credit stays as it is.
func (t Terms) apply(c Cents) (waiver, minimum, most Cents) {
	if c <= 0 {
		return 0, 0, 0
	}
	if c < t.WaiveBelow {
		return -c, 0, 0
	}
	if c < t.Minimum {
		minimum = t.Minimum - c
		c = t.Minimum
	}
	if t.Cap > 0 && c > t.Cap {
		most = t.Cap - c
	}
	return 0, minimum, most
}

func (b *bill) sane() bool {
	for _, t := range b.total {
		b.over = b.over || t > maxCents || t < -maxCents
	}
	return !b.over
}

func (b *bill) warn(code string, number float64, format string, args ...any) {
	b.warnings = append(b.warnings, Warning{code, fmt.Sprintf(format, args...), number})
}

// warnOfGaps tells when nothing applies, and when the versions of a tariff leave days out.
func (b *bill) warnOfGaps(s Schedule) {
	u := b.usage
	if !hasCharge(b.lines) {
		b.warn(NoTariff, 0, "no tariff applies to a %s request (partner: %t) from %s to %s", u.Kind, u.Partner, u.First, u.Last)
	}
	covered := map[string]float64{}
	var order []string
	for _, t := range s.Tariffs {
		if t.Basis == SetUp || t.Basis.byDays() || !t.Concerns(u.Kind, u.Partner) {
			continue
		}
		if _, ok := covered[t.ID]; !ok {
			order = append(order, t.ID)
		}
		_, _, _, share := u.inForce(t)
		covered[t.ID] += share
	}
	for _, id := range order {
		if free := 1 - covered[id]; free > 1e-9 && covered[id] > 0 {
			b.warn(PartForce, free, "%s: no version is in force for %.0f%% of the usage, which is not charged", id, 100*free)
		}
	}
}

func hasCharge(lines []Line) bool {
	for _, l := range lines {
		if l.Entry == Charge {
			return true
		}
	}
	return false
}

// quote describes the bills.
func (b *bill) quote() Quote {
	q := Quote{Lines: b.lines, Paths: len(b.total), Total: amount(b.total), Warnings: b.warnings}
	q.Total.Expected = Round(mean(b.total))
	means := make([]float64, len(b.lines))
	for i, p := range b.paths {
		q.Lines[i].Amount = amount(p)
		means[i] = mean(p)
	}
	for i, e := range apportion(q.Total.Expected, means) {
		q.Lines[i].Amount.Expected = e
	}
	return q
}
