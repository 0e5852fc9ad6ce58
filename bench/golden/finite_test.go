package golden

import (
	"strings"
	"testing"

	"github.com/ringtide/ringtide/erlang"
)

func (r row) lines(t *testing.T, load string) erlang.Lines {
	return erlang.Lines{
		Line: erlang.Line{Load: r.number(t, load), AHT: r.number(t, "aht_s"),
			Patience: r.number(t, "patience_s"), Target: r.number(t, "target_s")},
		Agents: int(r.number(t, "agents")), Capacity: int(r.number(t, "capacity")),
	}
}

func (c *tally) finite(r row, l erlang.Lines, load float64, m erlang.MeasuresK) {
	cond := float64(l.Capacity) + 2*(float64(l.Agents)+load)*l.Target/l.AHT
	for column, got := range map[string]float64{
		"p_block": m.PBlock, "p_wait_offered": m.PWaitOffered, "p_wait_accepted": m.PWaitAccepted,
		"p_abandon_offered": m.PAbandonOffered, "p_abandon_accepted": m.PAbandonAccepted,
		"sl_offered": m.SLOffered, "sl_accepted": m.SLAccepted, "sl_answered": m.SLAnswered,
		"asa_answered_s": m.ASAAnswered, "wait_accepted_s": m.WaitAccepted, "queue_len": m.QueueLen,
		"occupancy": m.Occupancy, "carried_erl": m.CarriedLoad,
	} {
		want := r.number(c.t, column)
		ok := near(got, want, cond)
		if strings.HasPrefix(column, "sl") {
			ok = level(got, want)
		}
		c.check(ok, r, column, got, want)
	}
}

func TestFinite(t *testing.T) {
	rows, c := read(t, "mmnk.csv"), newTally(t)
	for _, r := range rows {
		l := r.lines(t, "offered_load_erl")
		m, err := erlang.EvalK(l)
		if err != nil {
			t.Fatal(err)
		}
		c.finite(r, l, l.Load, m)
	}
	c.report(len(rows))
}

func TestRedials(t *testing.T) {
	rows, c := read(t, "erlang_x.csv"), newTally(t)
	for _, r := range rows {
		l := r.lines(t, "fresh_load_erl")
		m, err := erlang.EvalX(l, r.number(t, "redial_prob"))
		if err != nil {
			t.Fatal(err)
		}
		want := r.number(t, "total_load_erl")
		c.check(near(m.TotalLoad, want, float64(l.Capacity)), r, "total_load_erl", m.TotalLoad, want)
		c.finite(r, l, m.TotalLoad, m.MeasuresK)
	}
	c.report(len(rows))
}
