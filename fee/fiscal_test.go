package fee

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

var july1 = YearStart{7, 1}

// Ten days over the turn of a fiscal year, three of ten calls after it: the lines of the
// years have their days, their names and their parts, and sum to the whole of every path.
func TestFiscalYears(t *testing.T) {
	u := usage(100, 33)
	u.First, u.Last = interval.MustDate("2026-06-24"), interval.MustDate("2026-07-03")
	s := Schedule{FiscalYear: july1, Tariffs: []Tariff{perCall(101),
		{ID: "setup", Basis: SetUp, Price: 5000, From: year1},
		{ID: "month", Basis: PerMonth, Price: 31000, From: year1}}}
	s.Total.Cap = 15_000
	q := price(t, s, u)
	var got []string
	for _, l := range q.Lines {
		got = append(got, l.Label+" "+l.First.String()+" "+l.Last.String())
	}
	want := "Calls answered, FY2026 2026-06-24 2026-06-30|Calls answered, FY2027 2026-07-01 2026-07-03|setup 2026-06-24 2026-07-03|" +
		"month, FY2026 2026-06-24 2026-06-30|month, FY2027 2026-07-01 2026-07-03|Whole request, FY2026 2026-06-24 2026-06-30|Whole request, FY2027 2026-07-01 2026-07-03"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("%s\nwant\n%s", s, want)
	}
	// 100 calls: 7070 and 3030 cents; 33 calls: 2333.1 of 3333, and the rest.
	if a, b := q.Lines[0].Amount, q.Lines[1].Amount; a.P95 != 7070 || b.P95 != 3030 || a.P5 != 2333 || b.P5 != 1000 {
		t.Errorf("calls %+v and %+v", a, b)
	}
	// 7 days of June at 1/30 of 310.00 each, 3 of July at 1/31: 72.33 and 30.00.
	if a, b := q.Lines[3].Amount.P50, q.Lines[4].Amount.P50; a != 7233 || b != 3000 {
		t.Errorf("months %v and %v", a, b)
	}
	if n := q.Lines[0].Quantity.Mean + q.Lines[1].Quantity.Mean; n < 66.4999 || n > 66.5001 {
		t.Errorf("%v calls in all", n)
	}
}

// Whatever the usage and the start of the year, a split bill is the bill.
func TestSplittingChangesNoTotal(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 300 {
		calls := make([]float64, 20)
		for i := range calls {
			calls[i] = 400 * (r.Float64() - .2)
		}
		u := usage(calls...)
		u.Last = u.First.AddDays(1 + r.IntN(900))
		whole := Schedule{Tariffs: []Tariff{perCall(Cents(r.IntN(500))), {ID: "y", Basis: YearShare, Price: 1_234_567, Share: .11, From: year1}}}
		whole.Tariffs[0].Credit, whole.Tariffs[0].Minimum = r.IntN(2) == 0, Cents(r.IntN(9000))
		split := whole
		split.FiscalYear = YearStart{interval.MustDate("2026-01-01").AddDays(r.IntN(365)).Month(), 1 + r.IntN(28)}
		if a, b := price(t, whole, u), price(t, split, u); a.Total != b.Total {
			t.Fatalf("%+v, split at %+v %+v", a.Total, split.FiscalYear, b.Total)
		}
	}
}

func TestYearStart(t *testing.T) {
	var y YearStart
	if err := y.UnmarshalText([]byte("07-01")); err != nil || y != july1 {
		t.Errorf("%v, %v", y, err)
	}
	if text, _ := y.MarshalText(); string(text) != "07-01" {
		t.Errorf("%s", text)
	}
	for _, bad := range []string{"", "7-1", "13-01", "02-29", "July", "2026-07-01"} {
		if err := y.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	for day, want := range map[string]string{"2026-06-30": "FY2026", "2026-07-01": "FY2027", "2027-06-30": "FY2027"} {
		if got := july1.Name(interval.MustDate(day)); got != want {
			t.Errorf("%s lies in %s, want %s", day, got, want)
		}
	}
	if got := (YearStart{1, 1}).Name(may1); got != "FY2026" {
		t.Errorf("calendar years: %s", got)
	}
}
