package impact

import (
	"math"
	"strings"
	"testing"
)

// staged takes seats for a section to whom a quarter of all calls is handed on.
func staged(t *testing.T, change func(*Triage)) *Assessment {
	t.Helper()
	h := smallHistory(t)
	h.Center.Seats = 16
	r := seatLoss(2)
	share, seconds, agents, aht := 0.25, 60.0, 6.0, 240.0
	r.SeatLoss.To = "public health"
	r.SeatLoss.Triage = &Triage{Share: &share, Seconds: &seconds, Agents: &agents, AHTSeconds: &aht}
	change(r.SeatLoss.Triage)
	return assessed(t, h, r, smallOptions())
}

// What the center answers and hands on comes to the second stage, and there each call is
// answered, hangs up or finds the lines busy.
func TestStageConservesCalls(t *testing.T) {
	t.Parallel()
	lines := 7.0
	a := staged(t, func(x *Triage) { x.Lines = &lines })
	s := a.SecondStage
	if s == nil {
		t.Fatal("no second stage")
	}
	if want := 0.25 * a.option(OptionApprove).Handled.Mean; math.Abs(s.Calls.Mean-want) > 0.002*want {
		t.Errorf("%v calls are handed on, a quarter of the calls answered is %v", s.Calls.Mean, want)
	}
	if sum := s.Answered.Mean + s.Abandoned.Mean + s.Blocked.Mean; math.Abs(sum-s.Calls.Mean) > 1e-4*sum {
		t.Errorf("%v answered, %v gone, %v blocked, of %v", s.Answered.Mean, s.Abandoned.Mean, s.Blocked.Mean, s.Calls.Mean)
	}
	if s.Blocked.Mean <= 0 || s.Lines != 7 {
		t.Errorf("with seven lines %v calls find them busy", s.Blocked.Mean)
	}
	if len(s.Required) != len(a.Horizon.Starts) || s.Needed <= 0 || s.NeededAt == "" || len(s.Days) == 0 {
		t.Errorf("required %d values, needed %d at %q, %d days", len(s.Required), s.Needed, s.NeededAt, len(s.Days))
	}
	for i, n := range s.Required {
		if n > s.Needed || n > 0 && !a.Horizon.Open[i] {
			t.Errorf("%s: %d needed, %d at most", a.Horizon.Starts[i], n, s.Needed)
		}
	}
}

// More staff serves better, longer calls ask for more, and the center's own line does not
// care; too little staff is a warning.
func TestStageStaff(t *testing.T) {
	t.Parallel()
	few, none := 2.0, 600.0
	full, thin := staged(t, func(*Triage) {}), staged(t, func(x *Triage) { x.Agents = &few })
	long := staged(t, func(x *Triage) { x.AHTSeconds = &none })
	if full.SecondStage.Service.Mean <= thin.SecondStage.Service.Mean || full.SecondStage.Abandoned.Mean >= thin.SecondStage.Abandoned.Mean {
		t.Errorf("six agents serve %v, two %v", full.SecondStage.Service.Mean, thin.SecondStage.Service.Mean)
	}
	if full.SecondStage.Needed != thin.SecondStage.Needed || long.SecondStage.Needed <= full.SecondStage.Needed {
		t.Errorf("needed: %d, %d with two, %d for long calls", full.SecondStage.Needed, thin.SecondStage.Needed, long.SecondStage.Needed)
	}
	if full.option(OptionApprove).Service != thin.option(OptionApprove).Service {
		t.Error("the staff of the second stage changes the first")
	}
	warned := func(a *Assessment) bool {
		for _, w := range a.Warnings {
			if w.Code == "second-stage" {
				return true
			}
		}
		return false
	}
	if warned(full) || !warned(thin) {
		t.Errorf("warned of six agents %v, of two %v", warned(full), warned(thin))
	}
	if _, err := thin.Explain("second.needed"); err != nil {
		t.Error(err)
	}
}

// What the request leaves out of the second stage is assumed by name.
func TestStageAssumptions(t *testing.T) {
	t.Parallel()
	a := staged(t, func(x *Triage) { *x = Triage{} })
	for _, id := range []string{"triage-share", "triage-seconds", "triage-agents", "triage-aht", "triage-lines"} {
		if !assumption(a, id) {
			t.Errorf("assumption %q is missing", id)
		}
	}
	r, half := seatLoss(2), 7.5
	r.SeatLoss.Triage = &Triage{Lines: &half}
	if err := r.Validate(smallHistory(t).Center); err == nil || !strings.Contains(err.Error(), "seat_loss.triage.lines: 7.5") {
		t.Errorf("half a line: %v", err)
	}
}
