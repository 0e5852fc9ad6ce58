package fee

import (
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// A Quote is the bill of a request, over its paths.
type Quote struct {
	Lines    []Line    `json:"lines"`
	Total    Amount    `json:"total"`
	Paths    int       `json:"paths"`
	Warnings []Warning `json:"warnings,omitempty"`
}

// An Entry is what a line does.
type Entry string

// A charge is price times quantity. The others bend the charges above them.
const (
	Charge  Entry = "charge"
	Waiver  Entry = "waiver"
	Minimum Entry = "minimum"
	Cap     Entry = "cap"
)

// A Line is one tariff's charge, or what a term does to it. Lines of the terms of the
// whole bill have no tariff and come last. On every path the lines sum to the total.
type Line struct {
	Tariff string        `json:"tariff,omitempty"` // ID
	Label  string        `json:"label"`
	Entry  Entry         `json:"entry"`
	Basis  Basis         `json:"basis,omitempty"`
	First  interval.Date `json:"first"` // days charged
	Last   interval.Date `json:"last"`
	// Quantity is what is billed: the usage of the days in force, 0 where it is
	// negative and the tariff gives no credit. Price is its unit price. Only charges
	// have them.
	Quantity Quantity `json:"quantity,omitzero"`
	Price    Cents    `json:"price_cents,omitempty"`
	Amount   Amount   `json:"amount"`
	Share    float64  `json:"share"` // share of the paths on which the line is not 0
}

// A Quantity describes units over the paths.
type Quantity struct {
	Mean float64 `json:"mean"`
	P5   float64 `json:"p5"`
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P95  float64 `json:"p95"`
}

// An Amount describes money over the paths. Expected is the mean; those of the lines
// sum to that of the total, to the cent, by largest remainder. The quantiles do not
// sum: each is that of its own line.
type Amount struct {
	Expected Cents `json:"expected_cents"`
	P5       Cents `json:"p5_cents"`
	P50      Cents `json:"p50_cents"`
	P90      Cents `json:"p90_cents"`
	P95      Cents `json:"p95_cents"`
}

// A Warning is a doubt about a quote.
type Warning struct {
	Code   string  `json:"code"`
	Text   string  `json:"text"`
	Number float64 `json:"number"`
}

// Codes of warnings.
const (
	NoTariff   = "fee-no-tariff"   // nothing applies: the total is 0 for want of a price
	PartForce  = "fee-part-force"  // no version of a tariff is in force on some days; Number is their share of the usage
	Deflection = "fee-deflection"  // usage is negative and charged 0; Number is the share of paths
	CapReached = "fee-cap-reached" // a cap bites; Number is the share of paths
)

// quantile returns the least value that at least the share q of the paths does not
// exceed: definition 1 of Hyndman and Fan, Sample quantiles in statistical packages,
// The American Statistician 50 (1996). It is the bill of some path, whole cents.
func quantile[T Cents | float64](sorted []T, q float64) T {
	i := int(math.Ceil(q*float64(len(sorted)) - 1e-9))
	return sorted[min(max(i-1, 0), len(sorted)-1)]
}

func describe(values []float64) Quantity {
	s := slices.Sorted(slices.Values(values))
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return Quantity{sum / float64(len(s)), quantile(s, 0.05), quantile(s, 0.5), quantile(s, 0.9), quantile(s, 0.95)}
}

// amount describes the bills of all paths; Expected is left to the caller, who
// apportions it.
func amount(bills []Cents) Amount {
	s := slices.Sorted(slices.Values(bills))
	return Amount{P5: quantile(s, 0.05), P50: quantile(s, 0.5), P90: quantile(s, 0.9), P95: quantile(s, 0.95)}
}

// mean returns the mean of the bills in cents. Whole quotients and remainders are summed
// apart: exact, and no number of paths overflows.
func mean(bills []Cents) float64 {
	n := Cents(len(bills))
	var whole, rest Cents
	for _, b := range bills {
		whole += b / n
		rest += b % n
	}
	return float64(whole+rest/n) + float64(rest%n)/float64(n)
}

// String returns the line as a person reads it on a bill.
func (l Line) String() string {
	if l.Entry != Charge {
		return fmt.Sprintf("%s, %s: %v", l.Label, l.Entry, l.Amount.Expected)
	}
	return fmt.Sprintf("%s: %.1f × %v per %s = %v", l.Label, l.Quantity.Mean, l.Price, l.Basis.Unit(), l.Amount.Expected)
}
