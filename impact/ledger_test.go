package impact

import (
	"slices"
	"testing"
)

func letters(id, start string, pieces float64) Request {
	r := smallMailing(pieces)
	r.ID, r.Start = id, date(start)
	return r
}

// Requests take what a week has left, whatever their order; the weeks of a request that
// is declined are as without it; and two that fit one by one and not together are named.
func TestLedger(t *testing.T) {
	t.Parallel()
	h, o := smallHistory(t), smallOptions()
	one, two, far := letters("one", "2026-06-08", 28_000), letters("two", "2026-06-10", 28_000), letters("far", "2026-07-20", 500)
	two.Status = Approved
	draw := func(r ...Request) *Ledger {
		t.Helper()
		l, err := Commit(t.Context(), h, r, o)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l, turned := draw(one, two, far), draw(far, two, one)
	if len(l.Weeks) < 6 || l.Weeks[0].First != date("2026-06-08") || len(l.Entries) != 3 {
		t.Fatalf("%+v", l)
	}
	for k, w := range l.Weeks {
		if w.All > w.Approved+1e-9 || w.Approved > w.Without+1e-9 || w.Left < 0 || w.All < l.Need && w.Left != 0 {
			t.Errorf("%+v", w)
		}
		if x := turned.Weeks[k]; x.All != w.All || x.Left != w.Left {
			t.Errorf("in another order %+v is %+v", w, x)
		}
	}
	if r := l.Weeks[0].Requests; !slices.Contains(r, "one") || !slices.Contains(r, "two") || slices.Contains(r, "far") {
		t.Errorf("the first week has %v", r)
	}
	if !slices.ContainsFunc(l.Clashes, func(c Clash) bool {
		return c.First == "one" && c.Second == "two" && c.Together < l.Need && c.Alone[0] >= l.Need && c.Alone[1] >= l.Need
	}) {
		t.Errorf("clashes %+v, weeks %+v", l.Clashes, l.Weeks[:3])
	}
	one.Status = Declined
	if without := draw(one, two, far); without.Weeks[1].Left <= l.Weeks[1].Left || len(without.Entries) != 2 || len(without.Clashes) != 0 {
		t.Errorf("%v calls left, %v with a request more; %+v", without.Weeks[1].Left, l.Weeks[1].Left, without.Clashes)
	}
}

func TestWrongLedgersAreNamed(t *testing.T) {
	h, o := smallHistory(t), smallOptions()
	late := letters("late", "2026-05-04", 100)
	none := o
	none.Policy.Service = nil
	for name, err := range map[string]error{
		"no request":   second(Commit(t.Context(), h, nil, o)),
		"twice":        second(Commit(t.Context(), h, []Request{letters("a", "2026-06-08", 1), letters("a", "2026-06-08", 1)}, o)),
		"seats":        second(Commit(t.Context(), h, []Request{seatLoss(2)}, o)),
		"in the past":  second(Commit(t.Context(), h, []Request{late}, o)),
		"no rule":      second(Commit(t.Context(), h, []Request{letters("a", "2026-06-08", 1)}, none)),
		"wrong status": second(Commit(t.Context(), h, []Request{{ID: "x", Status: "maybe"}}, o)),
	} {
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func second(_ *Ledger, err error) error { return err }
