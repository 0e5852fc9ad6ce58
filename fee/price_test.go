package fee

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

var (
	may1  = interval.MustDate("2026-05-01")
	may10 = interval.MustDate("2026-05-10")
	year1 = interval.MustDate("2026-01-01")
)

// usage is ten days of a mailing with the given calls per path, two minutes each.
func usage(calls ...float64) Usage {
	u := Usage{First: may1, Last: may10, Kind: "mailing", Calls: calls}
	for _, c := range calls {
		u.Minutes, u.Hours = append(u.Minutes, 2*c), append(u.Hours, c/10)
	}
	return u
}

func perCall(price Cents) Tariff {
	return Tariff{ID: "calls", Name: "Calls answered", Basis: PerCall, Price: price, From: year1}
}

func price(t *testing.T, s Schedule, u Usage) Quote {
	t.Helper()
	q, err := Price(t.Context(), s, u)
	if err != nil {
		t.Fatal(err)
	}
	var sum Cents
	for _, l := range q.Lines {
		sum += l.Amount.Expected
	}
	if sum != q.Total.Expected {
		t.Fatalf("lines sum to %v, total %v", sum, q.Total.Expected)
	}
	return q
}

func TestOneTariff(t *testing.T) {
	for _, tt := range []struct {
		name  string
		edit  func(*Tariff)
		calls float64
		want  Cents
	}{
		{"price times calls", func(*Tariff) {}, 100, 19600},
		{"half a cent rounds away from zero", func(t *Tariff) { t.Price = 1 }, 2.5, 3},
		{"per minute", func(t *Tariff) { t.Basis = PerMinute }, 100, 39200},
		{"per paid hour", func(t *Tariff) { t.Basis = StaffHour }, 100, 1960},
		{"set-up whatever the calls", func(t *Tariff) { t.Basis = SetUp }, 0, 196},
		{"deflection is no refund", func(*Tariff) {}, -100, 0},
		{"unless the tariff says so", func(t *Tariff) { t.Credit = true }, -100, -19600},
		{"just below the waiver", func(t *Tariff) { t.WaiveBelow = 19601 }, 100, 0},
		{"at the waiver: charged", func(t *Tariff) { t.WaiveBelow = 19600 }, 100, 19600},
		{"raised to the minimum", func(t *Tariff) { t.Minimum = 20000 }, 100, 20000},
		{"at the minimum", func(t *Tariff) { t.Minimum = 19600 }, 100, 19600},
		{"no minimum on nothing", func(t *Tariff) { t.Minimum = 20000 }, 0, 0},
		{"waived before raised", func(t *Tariff) { t.Minimum, t.WaiveBelow = 50000, 20000 }, 100, 0},
		{"cap", func(t *Tariff) { t.Cap = 10000 }, 100, 10000},
		{"waived on the charge, not on what the cap leaves", func(t *Tariff) { t.Cap, t.WaiveBelow = 10000, 15000 }, 100, 10000},
		{"a credit knows no minimum", func(t *Tariff) { t.Credit, t.Minimum = true, 5000 }, -1, -196},
		{"not in force yet", func(t *Tariff) { t.From = may10.AddDays(1) }, 100, 0},
		{"in force on the last day", func(t *Tariff) { t.From = may10 }, 100, 1960},
		{"in force until the first day", func(t *Tariff) { t.To = may1 }, 100, 1960},
		{"no longer in force", func(t *Tariff) { t.To = may1.AddDays(-1) }, 100, 0},
		{"for all the days", func(t *Tariff) { t.From, t.To = may1, may10 }, 100, 19600},
		{"a set-up of the second day", func(t *Tariff) { t.Basis, t.From = SetUp, may1.AddDays(1) }, 100, 0},
		{"for partners", func(t *Tariff) { t.Audience = Partners }, 100, 0},
		{"for others", func(t *Tariff) { t.Audience = NonPartners }, 100, 19600},
		{"for another kind", func(t *Tariff) { t.Kinds = []string{"event"} }, 100, 0},
		{"for this kind too", func(t *Tariff) { t.Kinds = []string{"event", "mailing"} }, 100, 19600},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tariff := perCall(196)
			tt.edit(&tariff)
			q := price(t, Schedule{Tariffs: []Tariff{tariff}}, usage(tt.calls))
			if q.Total.Expected != tt.want || q.Total.P90 != tt.want {
				t.Errorf("expected %v, P90 %v, want %v; lines %v", q.Total.Expected, q.Total.P90, tt.want, q.Lines)
			}
		})
	}
}

func TestTermsAreLinesOfTheirOwn(t *testing.T) {
	tariff := perCall(100)
	tariff.WaiveBelow, tariff.Minimum, tariff.Cap = 500, 1000, 5000
	q := price(t, Schedule{Tariffs: []Tariff{tariff}}, usage(2, 7, 20, 80))
	// By path: 2.00 is waived; 7.00 becomes 10.00; 20.00 stays; 80.00 is cut to 50.00.
	want := []struct {
		entry    Entry
		expected Cents
		share    float64
	}{{Charge, 2725, 1}, {Waiver, -50, 0.25}, {Minimum, 75, 0.25}, {Cap, -750, 0.25}}
	if len(q.Lines) != len(want) {
		t.Fatalf("%d lines, want %d", len(q.Lines), len(want))
	}
	for i, w := range want {
		if l := q.Lines[i]; l.Entry != w.entry || l.Amount.Expected != w.expected || l.Share != w.share {
			t.Errorf("line %d: %s %d on %v of paths, want %+v", i, l.Entry, int64(l.Amount.Expected), l.Share, w)
		}
	}
	if q.Total.P5 != 0 || q.Total.P50 != 1000 || q.Total.P90 != 5000 || q.Total.Expected != 2000 {
		t.Errorf("total %+v", q.Total)
	}
	if len(q.Warnings) != 1 || q.Warnings[0].Code != CapReached || q.Warnings[0].Number != 0.25 {
		t.Errorf("warnings %+v, want the cap on a quarter of the paths", q.Warnings)
	}
}

func TestTermsOfTheWholeBill(t *testing.T) {
	hours := Tariff{ID: "hours", Basis: StaffHour, Price: 4000, From: year1}
	s := Schedule{Tariffs: []Tariff{perCall(200), hours}, Total: Terms{Cap: 50000}}
	q := price(t, s, usage(100)) // 200.00 and 400.00
	last := q.Lines[len(q.Lines)-1]
	if q.Total.Expected != 50000 || last.Entry != Cap || last.Tariff != "" || last.Amount.Expected != -10000 {
		t.Errorf("total %v, last line %+v", q.Total.Expected, last)
	}
}

// Two quantities move against each other: the 90% of the sum is not the sum of the 90%.
func TestQuantilesAreThoseOfTheSum(t *testing.T) {
	u := Usage{First: may1, Last: may10, Kind: "mailing"}
	for i := range 100 {
		u.Calls, u.Minutes, u.Hours = append(u.Calls, float64(i+1)), append(u.Minutes, float64(100-i)), append(u.Hours, 0)
	}
	s := Schedule{Tariffs: []Tariff{perCall(100), {ID: "minutes", Basis: PerMinute, Price: 100, From: year1}}}
	q := price(t, s, u)
	if q.Lines[0].Amount.P90 != 9000 || q.Lines[1].Amount.P90 != 9000 || q.Total.P90 != 10100 || q.Total.P5 != 10100 {
		t.Errorf("P90 %v and %v, total %v; every path costs $101.00", q.Lines[0].Amount.P90, q.Lines[1].Amount.P90, q.Total.P90)
	}
	if q.Lines[0].Quantity != (Quantity{50.5, 5, 50, 90, 95}) {
		t.Errorf("quantity %+v of 1 to 100", q.Lines[0].Quantity)
	}
}

func TestPriceChangesWithinTheUsage(t *testing.T) {
	old, now := perCall(100), perCall(200)
	old.To, now.From = interval.MustDate("2026-05-03"), interval.MustDate("2026-05-04")
	s := Schedule{Tariffs: []Tariff{old, now}}
	q := price(t, s, usage(1000))
	if q.Total.Expected != 300*100+700*200 {
		t.Errorf("three days of ten at the old price: %v", q.Total.Expected)
	}
	if q.Lines[0].Last != old.To || q.Lines[1].First != now.From {
		t.Errorf("days charged: %v to %v and %v to %v", q.Lines[0].First, q.Lines[0].Last, q.Lines[1].First, q.Lines[1].Last)
	}
	u := usage(1000)
	u.DayShare = []float64{0.5, 0.3, 0.1, 0.1, 0, 0, 0, 0, 0, 0}
	if q := price(t, s, u); q.Total.Expected != 900*100+100*200 {
		t.Errorf("nine tenths at the old price: %v", q.Total.Expected)
	}
	if len(q.Warnings) != 0 {
		t.Errorf("warnings %+v, but every day has a price", q.Warnings)
	}
}

func TestDoubtsAreSaid(t *testing.T) {
	late := perCall(100)
	late.From = interval.MustDate("2026-05-06")
	partners := perCall(100)
	partners.Audience = Partners
	for _, tt := range []struct {
		name   string
		tariff Tariff
		calls  []float64
		code   string
		number float64
	}{
		{"half of the days have no price", late, []float64{100}, PartForce, 0.5},
		{"nothing applies", partners, []float64{100}, NoTariff, 0},
		{"work is taken away on one path of four", perCall(100), []float64{-1, 1, 2, 3}, Deflection, 0.25},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := price(t, Schedule{Tariffs: []Tariff{tt.tariff}}, usage(tt.calls...))
			if len(q.Warnings) != 1 || q.Warnings[0].Code != tt.code || math.Abs(q.Warnings[0].Number-tt.number) > 1e-12 {
				t.Errorf("warnings %+v, want %s with %v", q.Warnings, tt.code, tt.number)
			}
		})
	}
}

// randomSchedule and randomUsage draw valid input.
func randomSchedule(rng *rand.Rand) Schedule {
	var s Schedule
	for i := range 1 + rng.IntN(4) {
		t := Tariff{ID: string(rune('a' + i)), Basis: Basis(1 + rng.IntN(4)), Price: Cents(rng.IntN(500)), From: may1.AddDays(rng.IntN(8) - 4)}
		if t.Basis != SetUp {
			t.Credit = rng.IntN(3) == 0
			t.Terms = randomTerms(rng)
		}
		s.Tariffs = append(s.Tariffs, t)
	}
	s.Total = randomTerms(rng)
	return s
}

func randomTerms(rng *rand.Rand) Terms {
	t := Terms{WaiveBelow: Cents(rng.IntN(2) * rng.IntN(9000)), Minimum: Cents(rng.IntN(2) * rng.IntN(9000))}
	if rng.IntN(2) == 0 {
		t.Cap = t.Minimum + Cents(rng.IntN(30000))
	}
	return t
}

func randomUsage(rng *rand.Rand) Usage {
	var calls []float64
	for range 1 + rng.IntN(60) {
		calls = append(calls, 300*rng.NormFloat64()+100)
	}
	return usage(calls...)
}

func TestSumsAreExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		s, u := randomSchedule(rng), randomUsage(rng)
		q := price(t, s, u) // which checks the expected lines
		if s.Total.Cap > 0 && q.Total.P95 > s.Total.Cap {
			t.Fatalf("total %v above the cap %v", q.Total.P95, s.Total.Cap)
		}
		if q.Total.P5 > q.Total.P50 || q.Total.P50 > q.Total.P90 || q.Total.P90 > q.Total.P95 {
			t.Fatalf("quantiles out of order: %+v", q.Total)
		}
		if again := price(t, s, u); !reflect.DeepEqual(again, q) {
			t.Fatal("the same input gives another quote")
		}
	}
}

func TestOrderOfPathsDoesNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		s, u := randomSchedule(rng), randomUsage(rng)
		q := price(t, s, u)
		slices.Reverse(u.Calls)
		slices.Reverse(u.Minutes)
		slices.Reverse(u.Hours)
		if back := price(t, s, u); back.Total != q.Total {
			t.Fatalf("total %+v, with the paths reversed %+v", q.Total, back.Total)
		}
	}
}

func TestDearerTariffsNeverCostLess(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		s, u := randomSchedule(rng), randomUsage(rng)
		for i := range s.Tariffs {
			s.Tariffs[i].Credit = false // a dearer credit is worth more
		}
		before := price(t, s, u).Total
		s.Tariffs[rng.IntN(len(s.Tariffs))].Price += Cents(rng.IntN(100))
		after := price(t, s, u).Total
		if after.Expected < before.Expected || after.P5 < before.P5 || after.P50 < before.P50 || after.P90 < before.P90 {
			t.Fatalf("dearer, but %+v after %+v", after, before)
		}
	}
}

func TestInputIsUntouched(t *testing.T) {
	u := usage(3, 1, 2)
	price(t, Schedule{Tariffs: []Tariff{perCall(100)}}, u)
	if !slices.Equal(u.Calls, []float64{3, 1, 2}) {
		t.Errorf("calls are now %v", u.Calls)
	}
}

func TestFaultsAreAllSaid(t *testing.T) {
	s := Schedule{Total: Terms{Cap: -1}, Tariffs: []Tariff{
		perCall(100),
		perCall(200),
		{ID: "", Basis: 9, Price: -1, To: may1, Audience: 7},
		{ID: "once", Basis: SetUp, Price: 1, From: may10, To: may1, Credit: true, Kinds: []string{"mailing", "mailing", "parade"}},
		{ID: "terms", Basis: PerCall, From: may1, Terms: Terms{Minimum: 10, Cap: 5}},
	}}
	err := s.Validate("mailing", "event")
	for _, want := range []string{
		"fee: bad schedule: ", "total: cap -$0.01 is below zero",
		"tariff 2 (calls): in force together with tariff 1 of the same id",
		"tariff 3 (): no id", "no basis; give one of per-call, per-minute, staffing-hour, set-up", "price -$0.01", "no first day in force", "unknown audience 7",
		"in force from 2026-05-10 to 2026-05-01", "can be no credit", `kind "mailing" is empty or given twice`, `unknown kind of request "parade"; write one of mailing, event`,
		"tariff 5 (terms): minimum $0.10 above cap $0.05",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v\nwants %q", err, want)
		}
	}
}

func TestVersionsMayFollowEachOther(t *testing.T) {
	a, b := perCall(100), perCall(200)
	a.To, b.From = may1, may1.AddDays(1)
	partner, other := perCall(100), perCall(200)
	partner.Audience, other.Audience = Partners, NonPartners
	for _, pair := range [][]Tariff{{a, b}, {b, a}, {partner, other}} {
		if err := (Schedule{Tariffs: pair}).Validate(); err != nil {
			t.Error(err)
		}
	}
	a.To = b.From
	if (Schedule{Tariffs: []Tariff{a, b}}).Validate() == nil {
		t.Error("two prices on one day are no fault")
	}
}

func TestBadUsage(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*Usage)
		want string
	}{
		{"no paths", func(u *Usage) { u.Calls, u.Minutes, u.Hours = nil, nil, nil }, "0 paths of calls"},
		{"unequal paths", func(u *Usage) { u.Hours = u.Hours[1:] }, "2 paths of calls, 2 of minutes, 1 of hours"},
		{"not a number", func(u *Usage) { u.Minutes[1] = math.NaN() }, "NaN minutes on path 1"},
		{"backwards", func(u *Usage) { u.Last = may1.AddDays(-1) }, `days "2026-05-01" to "2026-04-30"`},
		{"no kind", func(u *Usage) { u.Kind = "" }, "no kind of request"},
		{"shares of other days", func(u *Usage) { u.DayShare = []float64{1} }, "1 day shares for 10 days"},
		{"shares that do not sum", func(u *Usage) { u.DayShare = make([]float64, 10) }, "day shares sum to 0, not 1"},
		{"beyond money", func(u *Usage) { u.Calls[0] = 1e9 }, "the bill exceeds $10,000,000,000,000.00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u := usage(1, 2)
			tt.edit(&u)
			_, err := Price(t.Context(), Schedule{Tariffs: []Tariff{perCall(maxPrice)}}, u)
			if err == nil || !strings.HasPrefix(err.Error(), "fee: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Price(ctx, Schedule{Tariffs: []Tariff{perCall(1)}}, usage(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestTariffAsText(t *testing.T) {
	tariff := perCall(196)
	tariff.Audience, tariff.Cap, tariff.Kinds = NonPartners, 500000, []string{"mailing"}
	b, err := json.Marshal(tariff)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"id":"calls","name":"Calls answered","basis":"per-call","price_cents":196,"from":"2026-01-01","applies_to":"non-partner","kinds":["mailing"],"cap_cents":500000}`
	if string(b) != want {
		t.Errorf("written as %s\nwant       %s", b, want)
	}
	var back Tariff
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, tariff) {
		t.Errorf("read back as %+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"basis":"per-fax"}`), &back); err == nil || !strings.Contains(err.Error(), "write one of per-call") {
		t.Errorf("error %v, want the known bases", err)
	}
}

func BenchmarkPrice(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var calls []float64
	for range 2000 {
		calls = append(calls, 500+100*rng.NormFloat64())
	}
	u := usage(calls...)
	capped := perCall(196)
	capped.Cap = 100000
	s := Schedule{Tariffs: []Tariff{capped, {ID: "hours", Basis: StaffHour, Price: 4100, From: year1}, {ID: "setup", Basis: SetUp, Price: 25000, From: year1}}}
	for b.Loop() {
		if _, err := Price(b.Context(), s, u); err != nil {
			b.Fatal(err)
		}
	}
}
