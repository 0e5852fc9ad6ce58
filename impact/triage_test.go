package impact

import "testing"

// Calls that are only handed on take agents less time: the second stage of a loss of
// seats lowers the requirement from its day on, takes no call away, and the shorter a
// call handed on, the more.
func TestTriageFreesAgents(t *testing.T) {
	t.Parallel()
	h := smallHistory(t)
	h.Center.Seats = 16
	staged := func(seconds float64) *Assessment {
		r := seatLoss(2)
		share := 0.3
		r.Queues = []QueueShare{{Queue: "south"}}
		r.SeatLoss.Triage = &Triage{From: date("2026-06-15"), Share: &share, Seconds: &seconds}
		return assessed(t, h, r, smallOptions())
	}
	none, long, short := assessed(t, h, seatLoss(2), smallOptions()), staged(240), staged(30)
	agents := func(a *Assessment, from, to int) (n int) {
		for _, x := range a.Pools[0].GrossWith[from:to] {
			n += x
		}
		return n
	}
	first := 0 // interval at which the second stage begins
	for i, s := range none.Horizon.Starts {
		if s[:10] < "2026-06-15" {
			first = i + 1
		}
	}
	all := len(none.Horizon.Starts)
	if agents(short, 0, first) != agents(none, 0, first) {
		t.Error("the second stage acts before its day")
	}
	if a, b, c := agents(none, first, all), agents(long, first, all), agents(short, first, all); b >= a || c >= b {
		t.Errorf("%d agent hours, %d with long and %d with short triage", a, b, c)
	}
	if short.Uplift.Total != (Dist{}) {
		t.Error("handing calls on changes how many come")
	}
	if short.option(OptionApprove).Service.Mean <= none.option(OptionApprove).Service.Mean {
		t.Error("triage does not help")
	}
}

// What triage leaves out is assumed and said.
func TestTriageOfUnknownShare(t *testing.T) {
	t.Parallel()
	h, r := smallHistory(t), seatLoss(2)
	h.Center.Seats = 16
	r.SeatLoss.Triage = &Triage{}
	a := assessed(t, h, r, smallOptions())
	if !assumption(a, "triage-share") || !assumption(a, "triage-seconds") {
		t.Error("triage of unknown share and length names no assumption")
	}
}

// A section's own record stands in for an estimate of its calls, and the packet says so.
func TestRouteInByPastVolume(t *testing.T) {
	t.Parallel()
	h, r := smallHistory(t), smallRequest()
	r.RouteIn = &RouteIn{}
	for k := range 90 {
		r.RouteIn.PastVolume = append(r.RouteIn.PastVolume, DayCalls{date("2026-03-01").AddDays(k), float64(60 * (k % 2))})
	}
	counted, stated := assessed(t, h, r, smallOptions()), assessed(t, h, smallRequest(), smallOptions())
	if counted.Uplift.Total != stated.Uplift.Total || !assumption(counted, "section-calls") {
		t.Errorf("60 calls a day counted bring %v, stated %v", counted.Uplift.Total.Mean, stated.Uplift.Total.Mean)
	}
}
