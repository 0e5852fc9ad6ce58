package fee

import (
	"math"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

// oneMonth is 90 calls of four minutes on every path, on the days given.
func oneMonth(first, last string) Usage {
	return Usage{First: interval.MustDate(first), Last: interval.MustDate(last), Kind: "mailing",
		Calls: []float64{90, 90, 210}, Minutes: []float64{360, 360, 840}, Hours: []float64{8, 8, 8}}
}

func priced(t *testing.T, u Usage, tariffs ...Tariff) Quote {
	t.Helper()
	for k := range tariffs {
		tariffs[k].From = interval.MustDate("2020-01-01")
	}
	q, err := Price(t.Context(), Schedule{Tariffs: tariffs}, u)
	if err != nil {
		t.Fatal(err)
	}
	sum := Cents(0)
	for _, l := range q.Lines {
		sum += l.Amount.Expected
	}
	if sum != q.Total.Expected {
		t.Errorf("lines sum to %v, the total is %v", sum, q.Total.Expected)
	}
	return q
}

// Units above a tier cost the tier's price and those below it do not: 100 calls at $1
// and 110 at 80 cents make $188.
func TestTiers(t *testing.T) {
	tiers := []Tier{{Above: 100, Price: 80}}
	q := priced(t, oneMonth("2026-06-01", "2026-06-30"), Tariff{ID: "call", Basis: PerCall, Price: 100, Tiers: tiers})
	if q.Total.P95 != 18800 || q.Total.P5 != 9000 || len(q.Lines) != 2 {
		t.Errorf("%v to %v on %d lines", q.Total.P5, q.Total.P95, len(q.Lines))
	}
}

// 840 minutes are 14 hours of 1,400: a hundredth of an agent's year at $70,000.
func TestFTEShare(t *testing.T) {
	q := priced(t, oneMonth("2026-06-01", "2026-06-30"), Tariff{ID: "fte", Basis: FTEShare, Price: 7_000_000, HoursPerFTE: 1400})
	if q.Total.P95 != 70_000 {
		t.Errorf("%v", q.Total.P95)
	}
}

// Months and years are prorated by days, whatever they bring: half of June is half a
// month, and twelve months are a year.
func TestChargesByDays(t *testing.T) {
	for _, tt := range []struct {
		name, first, last string
		tariff            Tariff
		want              Cents
	}{
		{"half a month", "2026-06-01", "2026-06-15", Tariff{ID: "m", Basis: PerMonth, Price: 60_000}, 30_000},
		{"February is a month", "2028-02-01", "2028-02-29", Tariff{ID: "m", Basis: PerMonth, Price: 60_000}, 60_000},
		{"a month and a third, into the next", "2026-06-01", "2026-07-10", Tariff{ID: "m", Basis: PerMonth, Price: 31_000}, 41_000},
		{"a year's eighth", "2026-01-01", "2026-12-31", Tariff{ID: "y", Basis: YearShare, Price: 100_000_000, Share: 0.125}, 12_500_000},
		{"a fiscal year", "2026-07-01", "2027-06-30", Tariff{ID: "y", Basis: YearShare, Price: 1_000_000, Share: 0.1}, 100_000},
		{"a day of a leap year", "2028-03-01", "2028-03-01", Tariff{ID: "y", Basis: YearShare, Price: 3_660_000, Share: 0.1}, 1_000},
	} {
		if q := priced(t, oneMonth(tt.first, tt.last), tt.tariff); q.Total.Expected != tt.want || q.Total.P5 != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, q.Total.Expected, tt.want)
		}
	}
}

// A year that is cut anywhere costs what it costs whole.
func TestProrationAddsUp(t *testing.T) {
	first, last := interval.MustDate("2026-07-01"), interval.MustDate("2027-06-30")
	for cut := first; cut.Before(last); cut = cut.AddDays(13) {
		for name, count := range map[string]func(a, b interval.Date) float64{"months": months, "years": years} {
			if got := count(first, cut) + count(cut.AddDays(1), last); math.Abs(got-count(first, last)) > 1e-9 {
				t.Errorf("%s: cut on %s they are %v", name, cut, got)
			}
		}
	}
}

func TestWrongModelsAreNamed(t *testing.T) {
	for _, x := range []Tariff{
		{Basis: SetUp, Tiers: []Tier{{100, 80}}}, {Basis: PerCall, Tiers: []Tier{{100, 80}, {50, 60}}}, {Basis: PerCall, Tiers: []Tier{{0, 80}}},
		{Basis: FTEShare}, {Basis: PerCall, HoursPerFTE: 1500}, {Basis: FTEShare, HoursPerFTE: 40},
		{Basis: YearShare}, {Basis: YearShare, Share: 12}, {Basis: PerCall, Share: 0.1}, {Basis: PerMonth, Credit: true},
	} {
		x.ID, x.From = "x", interval.MustDate("2026-01-01")
		if (Schedule{Tariffs: []Tariff{x}}).Validate() == nil {
			t.Errorf("%+v is accepted", x)
		}
	}
}
