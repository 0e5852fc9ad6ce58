package impact

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/fee"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// A fee is the tariff times what the request adds: a call more costs its price, a
// tariff of another type or another audience costs nothing, a change of price within
// the request splits the calls between two lines.
func TestFees(t *testing.T) {
	t.Parallel()
	h, r, o := smallHistory(t), smallMailing(40_000), smallOptions()
	h.Center.Patterns = nil
	o.Fees = fee.Schedule{Tariffs: []fee.Tariff{
		{ID: "call", Name: "Calls", Basis: fee.PerCall, Price: 100, From: date("2025-01-01"), To: date("2026-06-14")},
		{ID: "call", Name: "Calls", Basis: fee.PerCall, Price: 200, From: date("2026-06-15")},
		{ID: "setup", Name: "Set-up", Basis: fee.SetUp, Price: 5000, From: date("2025-01-01"), Kinds: []string{"mailing"}},
		{ID: "routing", Name: "Routing", Basis: fee.SetUp, Price: 7000, From: date("2025-01-01"), Kinds: []string{"route-in"}},
		{ID: "others", Name: "Others", Basis: fee.SetUp, Price: 9000, From: date("2025-01-01"), Audience: fee.NonPartners},
	}}
	a := assessed(t, h, r, o)
	if len(a.Fee.Lines) != 3 {
		t.Fatalf("%d lines: %+v", len(a.Fee.Lines), a.Fee.Lines)
	}
	calls := 0.0
	for i, want := range []struct {
		tariff string
		cents  int64
	}{{"Calls", 100}, {"Calls", 200}, {"Set-up", 5000}} {
		l := a.Fee.Lines[i]
		if !strings.Contains(l.Tariff, want.tariff) || l.UnitCents != want.cents || math.Abs(l.Quantity*float64(l.UnitCents)-float64(l.ExpectedCents)) > 0.01*float64(l.ExpectedCents)+100 {
			t.Errorf("line %+v, want %+v", l, want)
		}
		if want.tariff == "Calls" {
			calls += l.Quantity
		}
	}
	added := a.option(OptionApprove).Handled.Mean - a.option(OptionDecline).Handled.Mean
	if calls < added || calls > a.Uplift.Total.Mean {
		t.Errorf("%v calls are billed; %v more are handled on the scored days, of %v that come", calls, added, a.Uplift.Total.Mean)
	}
	if a.Fee.P90Cents <= a.Fee.MedianCents || a.option(OptionApprove).FeeCents != a.Fee.ExpectedCents {
		t.Errorf("fee %+v, of the option %d", a.Fee, a.option(OptionApprove).FeeCents)
	}
	g := gate(t, a, "fee")
	if !near(g.Number, float64(a.Fee.ExpectedCents)/100, 0.01) {
		t.Errorf("the gate asks about %v dollars of %d cents", g.Number, a.Fee.ExpectedCents)
	}
}

// Without tariffs nothing is charged, nothing is asked, and the document says so.
func TestNoTariffs(t *testing.T) {
	t.Parallel()
	o := smallOptions()
	o.Fees = fee.Schedule{}
	a := assessed(t, smallHistory(t), smallMailing(1000), o)
	if len(a.Fee.Lines) != 0 || a.Fee.ExpectedCents != 0 || !strings.Contains(a.Fee.Note, "no tariffs") {
		t.Errorf("fee %+v", a.Fee)
	}
	for _, g := range a.Gates {
		if g.ID == "fee" && (g.Result != Pass || g.Number != 0) {
			t.Errorf("the fee gate of no fee: %s, %v", g.Result, g.Number)
		}
	}
}

// Added shifts never need more seats than there are, and what they leave short is
// said; without a kind of shift to add, all of it is.
func TestAddedShiftsKeepToTheSeats(t *testing.T) {
	t.Parallel()
	h, o := smallHistory(t), smallOptions()
	h.Center.Seats = 16
	a := assessed(t, h, smallMailing(80_000), o)
	full := false
	for i, n := range seatsTaken(t, a) {
		if n > 16 {
			t.Errorf("%s: %v agents on 16 seats", a.Horizon.Starts[i], n)
		}
		full = full || n == 16
	}
	if !full || a.Roster.PaidHours == 0 {
		t.Error("the seats do not bind")
	}
	if a.Roster.ShortHours <= 0 || gate(t, a, "seats").Result != Fail {
		t.Errorf("%v hours short, seats %s", a.Roster.ShortHours, gate(t, a, "seats").Result)
	}
	h.Center.Patterns = nil
	none := assessed(t, h, smallMailing(80_000), o)
	if len(none.Roster.Shifts) != 0 || none.option(OptionStaffed) != nil || none.Roster.ShortHours <= a.Roster.ShortHours || !strings.Contains(none.Roster.Note, "no shift pattern") {
		t.Errorf("without patterns: %+v", none.Roster)
	}
}

// seatsTaken adds the shifts of the document to the agents of the roster.
func seatsTaken(t *testing.T, a *Assessment) []float64 {
	t.Helper()
	taken := append([]float64(nil), a.Pools[0].Rostered...)
	for i, s := range a.Horizon.Starts {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, shift := range a.Roster.Shifts {
			if clock := at.Format("15:04"); interval.DateOf(at) == shift.Date && clock >= shift.Start && clock < shift.End {
				taken[i] += float64(shift.Count)
			}
		}
	}
	return taken
}

// A roster that the center gives is taken as it is: with agents to spare nothing is
// added, and nobody assumes a roster.
func TestPresentRosterIsTaken(t *testing.T) {
	t.Parallel()
	h := smallHistory(t)
	for d := time.Monday; d <= time.Friday; d++ {
		for n := range 40 {
			h.Roster.Rows = append(h.Roster.Rows, schedule.Row{Agent: string(rune('A' + n)), Pool: "agents", Weekday: d, Span: interval.Span{Open: 480, Close: 1020}})
		}
	}
	a := assessed(t, h, smallMailing(40_000), smallOptions())
	if len(a.Roster.Shifts) != 0 || a.option(OptionStaffed) != nil || a.option(OptionApprove).Meets != 1 || assumption(a, "roster") {
		t.Errorf("40 agents: %+v, chance %v", a.Roster, a.option(OptionApprove).Meets)
	}
	for i, open := range a.Horizon.Open {
		if n := a.Pools[0].Rostered[i]; open && n != 40 || !open && n != 0 {
			t.Fatalf("%s: %v agents", a.Horizon.Starts[i], n)
		}
	}
	if a.Verdict.Decision == Decline || gate(t, a, "service").Result != Pass {
		t.Errorf("verdict %s", a.Verdict.Decision)
	}
}

// What fits is at the edge: on the same paths the size named keeps the chance, and the
// request is within it exactly when it keeps the chance itself.
func TestLargestRequestThatFits(t *testing.T) {
	t.Parallel()
	h, o := smallHistory(t), smallOptions()
	h.Center.Patterns = nil
	for _, pieces := range []float64{500, 100_000} {
		a := assessed(t, h, smallMailing(pieces), o)
		if len(a.Fits) == 0 {
			t.Fatalf("%d answers", len(a.Fits))
		}
		f, need := a.Fits[0], o.Policy.Service.MinChance
		if a.option(OptionDecline).Meets < need {
			t.Fatalf("the center misses its chance without the request: %v", a.option(OptionDecline).Meets)
		}
		if f.Meets < need || f.Unit != "piece" || f.Text == "" {
			t.Errorf("%v pieces: %+v", pieces, f)
		}
		if keeps := a.option(OptionApprove).Meets >= need; keeps != (f.Value >= pieces) {
			t.Errorf("%v pieces keep the chance: %v; the largest that does is %v", pieces, keeps, f.Value)
		}
	}
}
