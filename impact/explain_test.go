package impact

import (
	"slices"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/fee"
)

// Every figure can be explained, no two have one id, and what a figure comes from is a
// figure again.
func TestEveryFigureIsExplained(t *testing.T) {
	t.Parallel()
	a := assessed(t, measured(t), smallMailing(60_000), smallOptions())
	ids := a.FigureIDs()
	for k, id := range ids {
		if slices.Contains(ids[:k], id) {
			t.Errorf("%s stands for two figures", id)
		}
		x, err := a.Explain(id)
		if err != nil || x.Label == "" || x.Value == "" || x.Means == "" || x.Data == "" || x.Run == "" {
			t.Errorf("%s: %+v (%v)", id, x, err)
		}
		for _, from := range x.From {
			if !slices.Contains(ids, from) {
				t.Errorf("%s comes from %q, which is no figure", id, from)
			}
		}
	}
	for _, h := range a.Headline {
		x, err := a.Explain(h.ID)
		if err != nil || !strings.HasPrefix(x.Value, h.Value) || x.Model == "" {
			t.Errorf("%s: %q, page one says %q (%v)", h.ID, x.Value, h.Value, err)
		}
	}
	if _, err := a.Explain("option.approve.meat"); err == nil || !strings.Contains(err.Error(), "option.approve.meets") {
		t.Errorf("a figure that does not exist: %v", err)
	}
}

// The parts of a difference sum to it, to the unit, whatever changed; and a change of
// one thing alone is put to that thing alone.
func TestDifferencesAddUp(t *testing.T) {
	t.Parallel()
	h, o := measured(t), smallOptions()
	o.Fees = fee.Schedule{Tariffs: []fee.Tariff{{ID: "call", Basis: fee.PerCall, Price: 110, From: date("2025-01-01")}}}
	first := assessed(t, h, smallMailing(40_000), o)
	dear, seed, records := o, o, h
	dear.Fees = fee.Schedule{Tariffs: []fee.Tariff{{ID: "call", Basis: fee.PerCall, Price: 150, From: date("2025-01-01")}}}
	seed.Seed++
	records.Source.Fingerprint = "later"
	records.Queues = slices.Clone(h.Queues)
	records.Queues[1].Recent.HandleSeconds *= 1.1
	all := dear
	all.Seed++
	for _, tt := range []struct {
		name                          string
		then                          *Assessment
		data, assumption, model, rate bool
	}{
		{"nothing", first, false, false, false, false},
		{"pieces", assessed(t, h, smallMailing(50_000), o), false, true, false, false},
		{"seed", assessed(t, h, smallMailing(40_000), seed), false, false, true, false},
		{"records", assessed(t, records, smallMailing(40_000), o), true, false, false, false},
		{"prices", assessed(t, h, smallMailing(40_000), dear), false, false, false, true},
		{"all", assessed(t, records, smallMailing(50_000), all), true, true, true, true},
	} {
		parts, changed, err := Diff(first, tt.then)
		if err != nil {
			t.Fatal(err)
		}
		var sums [4]bool
		for _, d := range parts {
			if d.Data+d.Assumption+d.Model+d.Rate != d.To-d.From {
				t.Errorf("%s: the parts of %+v do not sum", tt.name, d)
			}
			for k, x := range []int64{d.Data, d.Assumption, d.Model, d.Rate} {
				sums[k] = sums[k] || x != 0
			}
		}
		says := [4]bool{len(changed.Data) > 0, len(changed.Assumption) > 0, len(changed.Model) > 0, len(changed.Rate) > 0}
		if want := [4]bool{tt.data, tt.assumption, tt.model, tt.rate}; says != want || tt.name != "all" && sums != want {
			t.Errorf("%s: changed %v, parts %v, want %v", tt.name, says, sums, want)
		}
	}
	parts, _, _ := Diff(first, assessed(t, h, smallMailing(40_000), dear))
	fee := parts[len(parts)-1]
	if want := float64(fee.From) * 40 / 110; !near(float64(fee.Rate), want, 0.01*want) {
		t.Errorf("40 cents more on 110 move the fee of %d cents by %d", fee.From, fee.Rate)
	}
	if _, _, err := Diff(first, assessed(t, h, toIVR(60, 0.4), o)); err == nil {
		t.Error("a mailing is compared with an automated response")
	}
}
