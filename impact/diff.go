package impact

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
)

// A Difference is how one figure changed between two assessments of a request, and why.
// Data, Assumption, Model and Rate sum to To minus From, exactly, in whole units of the
// figure: calls, millionths of a chance, hundredths of an hour, cents.
type Difference struct {
	ID         string `json:"id"`
	Label      string `json:"label"`
	Unit       string `json:"unit"`
	From       int64  `json:"from"`
	To         int64  `json:"to"`
	Data       int64  `json:"data"`       // call records, past causes, the center's own files
	Assumption int64  `json:"assumption"` // what the request states, and what stands in where it does not
	Model      int64  `json:"model"`      // version, seed, number of futures
	Rate       int64  `json:"rate"`       // tariffs
}

// Changed says which of the four causes differ between two assessments at all.
type Changed struct {
	Data       []string `json:"data"`
	Assumption []string `json:"assumption"`
	Model      []string `json:"model"`
	Rate       []string `json:"rate"`
}

// Diff says what changed from a to b, and splits the change of the figures of page one.
//
// The part of prices is exact: each line of the fee moves by its price at the mean of
// both quantities, and by its quantity at the mean of both prices. The part of a stated
// size is that of a product of size and calls per unit, each at the mean of the other
// (Bennet 1920, Journal of the Royal Statistical Society 83:455). What neither explains
// is put to the data if they differ, else to the model, else to the assumptions; where
// data and model both differ, two documents cannot tell them apart.
func Diff(a, b *Assessment) ([]Difference, Changed, error) {
	if a.Schema != b.Schema {
		return nil, Changed{}, fmt.Errorf("impact: assessments of schema %q and %q cannot be compared", a.Schema, b.Schema)
	}
	if a.Request.Type != b.Request.Type || a.option(OptionApprove) == nil || b.option(OptionApprove) == nil {
		return nil, Changed{}, errors.New("impact: these are assessments of different types of request; compare two of one")
	}
	c := whatChanged(a, b)
	bySize := sizePart(a, b)
	calls := c.split(Difference{ID: "extra-calls", Label: "Extra calls in all", Unit: "calls",
		From: nearestInt(a.Uplift.Total.Mean), To: nearestInt(b.Uplift.Total.Mean)}, 0, bySize)
	out := []Difference{calls}
	for _, x := range []Difference{
		{ID: "chance", Label: "Chance to keep the service target", Unit: "millionths", From: nearestInt(1e6 * a.option(OptionApprove).Meets), To: nearestInt(1e6 * b.option(OptionApprove).Meets)},
		{ID: "hours", Label: "Added paid hours", Unit: "hundredths of an hour", From: nearestInt(100 * a.Roster.PaidHours), To: nearestInt(100 * b.Roster.PaidHours)},
		{ID: "cost", Label: "Added wages", Unit: "cents", From: a.Roster.CostCents, To: b.Roster.CostCents},
	} {
		out = append(out, c.split(x, 0, bySize))
	}
	fee := Difference{ID: "fee", Label: "Fee expected", Unit: "cents", From: a.Fee.ExpectedCents, To: b.Fee.ExpectedCents}
	return append(out, c.split(fee, ratePart(a, b), bySize)), c, nil
}

func nearestInt(x float64) int64 { return int64(math.Round(x)) }

// split puts a change to its causes: so many units to rates, of the rest a share to the
// size of the request, and what is left by the rule of Diff.
func (c Changed) split(d Difference, rate int64, bySize float64) Difference {
	change := d.To - d.From
	if len(c.Rate) > 0 {
		d.Rate = rate
	}
	rest := change - d.Rate
	if len(c.Data)+len(c.Model) == 0 {
		bySize = 1
	}
	if len(c.Assumption) > 0 {
		d.Assumption = nearestInt(bySize * float64(rest))
	}
	rest -= d.Assumption
	switch {
	case rest == 0:
	case len(c.Data) > 0:
		d.Data = rest
	case len(c.Model) > 0:
		d.Model = rest
	case len(c.Assumption) > 0:
		d.Assumption += rest
	default:
		d.Rate += rest
	}
	return d
}

// sizePart returns the share of the change of the calls that the stated size makes, 0 to
// 1; 1 where assumptions changed and the size did not, for want of a product to take apart.
func sizePart(a, b *Assessment) float64 {
	sizeA, sizeB := a.Request.size(), b.Request.size()
	if sizeA <= 0 || sizeB <= 0 || sizeA == sizeB {
		return 0
	}
	rateA, rateB := a.Uplift.Total.Mean/sizeA, b.Uplift.Total.Mean/sizeB
	change := b.Uplift.Total.Mean - a.Uplift.Total.Mean
	if change == 0 {
		return 0
	}
	return min(max((sizeB-sizeA)*(rateA+rateB)/2/change, 0), 1)
}

// size returns the stated size of the request; 0 where none is stated.
func (r Request) size() float64 {
	c, err := r.cause()
	if err != nil {
		return 0
	}
	size := c.Size
	if size == 0 {
		for _, x := range c.Waves {
			size += x.Size
		}
	}
	return size
}

// ratePart returns the cents by which prices alone move the fee. A tariff that only one
// of the documents has is a price that came or went.
func ratePart(a, b *Assessment) int64 {
	sum := 0.0
	for _, x := range a.Fee.Lines {
		y, ok := b.Fee.line(x)
		if !ok {
			sum -= float64(x.ExpectedCents)
			continue
		}
		sum += float64(y.UnitCents-x.UnitCents) * (x.Quantity + y.Quantity) / 2
	}
	for _, y := range b.Fee.Lines {
		if _, ok := a.Fee.line(y); !ok {
			sum += float64(y.ExpectedCents)
		}
	}
	return nearestInt(sum)
}

// line returns the line of the same tariff, deed and version.
func (f FeeAnswer) line(l FeeLine) (FeeLine, bool) {
	k := slices.IndexFunc(f.Lines, func(x FeeLine) bool { return x.Tariff == l.Tariff && x.Note == l.Note && x.Unit == l.Unit })
	if k < 0 {
		return FeeLine{}, false
	}
	return f.Lines[k], true
}

// whatChanged lists what differs, cause by cause.
func whatChanged(a, b *Assessment) Changed {
	var c Changed
	note := func(to *[]string, differs bool, format string, args ...any) {
		if differs {
			*to = append(*to, fmt.Sprintf(format, args...))
		}
	}
	p, q := a.Provenance, b.Provenance
	note(&c.Data, p.LakeFingerprint != q.LakeFingerprint, "call records to %s, before to %s", q.HistoryLast, p.HistoryLast)
	for _, f := range unequalFiles(p.Files, q.Files) {
		switch f {
		case "fees.yaml":
		case "center.yaml", "events.csv", "roster.csv", "policy.yaml":
			note(&c.Data, true, "%s", f)
		}
	}
	note(&c.Assumption, !reflect.DeepEqual(a.Request, b.Request), "the request as it was written")
	note(&c.Assumption, !reflect.DeepEqual(a.Assumptions, b.Assumptions), "what is assumed")
	note(&c.Model, p.Version != q.Version, "version %s, before %s", q.Version, p.Version)
	note(&c.Model, p.Seed != q.Seed, "seed %d, before %d", q.Seed, p.Seed)
	note(&c.Model, p.Paths != q.Paths, "%d simulated futures, before %d", q.Paths, p.Paths)
	for _, x := range a.Fee.Lines {
		y, ok := b.Fee.line(x)
		note(&c.Rate, !ok || x.UnitCents != y.UnitCents, "%s", x.Tariff)
	}
	for _, y := range b.Fee.Lines {
		_, ok := a.Fee.line(y)
		note(&c.Rate, !ok, "%s", y.Tariff)
	}
	return c
}

// unequalFiles names the files that differ or that one side does not have.
func unequalFiles(a, b []FileHash) []string {
	var names []string
	for _, pair := range [][2][]FileHash{{a, b}, {b, a}} {
		for _, f := range pair[0] {
			if !slices.Contains(pair[1], f) && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}
