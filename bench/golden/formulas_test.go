package golden

import (
	"strings"
	"testing"

	"github.com/ringtide/ringtide/erlang"
)

func (r row) queue(t *testing.T) erlang.Line {
	l := erlang.Line{Load: r.number(t, "offered_load_erl"), AHT: r.number(t, "aht_s")}
	if _, ok := r.cells["target_s"]; ok {
		l.Target = r.number(t, "target_s")
	}
	if _, ok := r.cells["patience_s"]; ok {
		l.Patience = r.number(t, "patience_s")
	}
	return l
}

func TestErlangB(t *testing.T) {
	rows, c := read(t, "erlang_b.csv"), newTally(t)
	for _, r := range rows {
		got, err := erlang.B(r.number(t, "servers"), r.number(t, "offered_load_erl"))
		if err != nil {
			t.Fatal(err)
		}
		want := r.number(t, "blocking")
		c.check(near(got, want, r.number(t, "cond_load")), r, "blocking", got, want)
	}
	c.report(len(rows))
}

func TestErlangC(t *testing.T) {
	rows, c := read(t, "erlang_c.csv"), newTally(t)
	for _, r := range rows {
		m, err := erlang.EvalC(r.number(t, "agents"), r.queue(t))
		if err != nil {
			t.Fatal(err)
		}
		c.columns(r, map[string]float64{
			"p_wait": m.PWait, "p_wait_gt_T": m.PWaitOverT, "sl": m.SL, "asa_s": m.ASA,
			"asa_delayed_s": m.ASADelayed, "occupancy": m.Occupancy, "queue_len": m.QueueLen, "wait_p90_s": m.WaitP90,
		})
	}
	c.report(len(rows))
}

func TestErlangA(t *testing.T) {
	rows, c := read(t, "erlang_a.csv"), newTally(t)
	for _, r := range rows {
		m, err := erlang.EvalA(r.number(t, "agents"), r.queue(t))
		if err != nil {
			t.Fatal(err)
		}
		c.columns(r, map[string]float64{
			"p_wait": m.PWait, "p_abandon": m.PAbandon, "p_wait_gt_T": m.PWaitOverT, "p_virtual_gt_T": m.PVirtualOverT,
			"sl_offered": m.SLOffered, "sl_answered": m.SLAnswered, "sl_incl_abandons": m.SLInclAbandons,
			"sl_excl_short_abandons": m.SLExclShortAbandons, "sl_virtual": m.SLVirtual,
			"p_abandon_within_T": m.PAbandonWithinT, "asa_answered_s": m.ASAAnswered, "wait_all_s": m.WaitAll,
			"wait_abandoned_s": m.WaitAbandoned, "wait_virtual_s": m.WaitVirtual, "queue_len": m.QueueLen, "occupancy": m.Occupancy,
		})
	}
	c.report(len(rows))
}

// columns checks every measure of a row by the rule of its kind.
func (c *tally) columns(r row, got map[string]float64) {
	c.t.Helper()
	for column, g := range got {
		want := r.number(c.t, column)
		cond := 1.0
		name := "cond_p_wait"
		if strings.HasSuffix(column, "_gt_T") {
			name = "cond_tail"
		}
		if r.cells[name] != "" {
			cond = r.number(c.t, name)
		}
		ok := near(g, want, cond)
		if strings.HasPrefix(column, "sl") {
			ok = level(g, want)
		}
		c.check(ok, r, column, g, want)
	}
}
