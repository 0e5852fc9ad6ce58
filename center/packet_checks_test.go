package center

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/impact"
)

// holdsTogether checks the sums that a packet has to keep, and that it can be read back.
func holdsTogether(t *testing.T, a *impact.Assessment) {
	t.Helper()
	near := func(name string, got, want float64) {
		if math.Abs(got-want) > 1e-4*math.Abs(want)+0.06 {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	days, queues := 0.0, 0.0
	for _, d := range a.Days {
		days += d.Uplift.Mean
		near("calls with the request on "+d.Date.String(), d.With.Mean-d.Without.Mean, d.Uplift.Mean)
	}
	for _, q := range a.Uplift.Queues {
		queues += q.Total.Mean
	}
	near("calls of the days", days, a.Uplift.Total.Mean)
	if len(a.Uplift.Queues) > 0 {
		near("calls of the queues", queues, a.Uplift.Total.Mean)
	}
	if h := a.Uplift.Hours; (h != nil) != (a.Request.Type == uplift.HoursChange) {
		t.Errorf("hours %+v of a request of type %s", h, a.Request.Type)
	} else if h != nil {
		near("lost and moved", h.Lost.Mean+h.Moved.Mean, h.Closed.Mean)
		near("new and drawn", h.New.Mean+h.Drawn.Mean, h.Opened.Mean)
		near("new less lost", h.New.Mean-h.Lost.Mean, a.Uplift.Total.Mean)
	}
	if s := a.SecondStage; s != nil {
		near("calls of the second stage", s.Answered.Mean+s.Abandoned.Mean+s.Blocked.Mean, s.Calls.Mean)
	}
	cents := int64(0)
	for _, l := range a.Fee.Lines {
		cents += l.ExpectedCents
	}
	if cents != a.Fee.ExpectedCents {
		t.Errorf("the lines of the fee sum to %d cents, not %d", cents, a.Fee.ExpectedCents)
	}
	open := 0
	for _, g := range a.Gates {
		if g.Result == impact.Condition {
			open++
		}
		if g.ID == "fee" && int64(math.Round(100*g.Number)) != a.Fee.ExpectedCents {
			t.Errorf("the rule of the fee says $%v, the fee is %d cents", g.Number, a.Fee.ExpectedCents)
		}
	}
	if open != len(a.Verdict.Conditions) {
		t.Errorf("%d gates are conditions, the verdict names %d", open, len(a.Verdict.Conditions))
	}
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if back := copyOf(t, a); !reflect.DeepEqual(mustJSON(t, back), text) {
		t.Error("the packet read back is another one")
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func copyOf(t *testing.T, a *impact.Assessment) *impact.Assessment {
	t.Helper()
	var out impact.Assessment
	if err := json.Unmarshal(mustJSON(t, a), &out); err != nil {
		t.Fatal(err)
	}
	return &out
}

// explains asks where every figure of a packet comes from: each has a value, a meaning and
// a run, those of page one a model, and each source is a figure again.
func explains(t *testing.T, a *impact.Assessment) {
	t.Helper()
	ids := a.FigureIDs()
	for k, id := range ids {
		x, err := a.Explain(id)
		if err != nil || x.Label == "" || x.Value == "" || x.Means == "" || x.Data == "" || x.Run == "" {
			t.Errorf("%s: %+v (%v)", id, x, err)
		}
		if slices.Contains(ids[:k], id) {
			t.Errorf("%s stands for two figures", id)
		}
		for _, from := range x.From {
			if !slices.Contains(ids, from) {
				t.Errorf("%s comes from %q, which is no figure", id, from)
			}
		}
	}
	for _, h := range a.Headline {
		x, err := a.Explain(h.ID)
		if err != nil || x.Model == "" || !strings.HasPrefix(x.Value, h.Value) {
			t.Errorf("%s: %q, page one says %q (%v)", h.ID, x.Value, h.Value, err)
		}
	}
}

// splits compares a packet with itself and with versions of it in which data, assumption,
// model and rate moved: the parts sum to the change, to the unit.
func splits(t *testing.T, a *impact.Assessment) {
	t.Helper()
	parts, _, err := impact.Diff(a, a)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range parts {
		if d.From != d.To || d.Data != 0 || d.Assumption != 0 || d.Model != 0 || d.Rate != 0 {
			t.Errorf("a packet differs from itself: %+v", d)
		}
	}
	for name, change := range map[string]func(b *impact.Assessment){
		"data":       func(b *impact.Assessment) { b.Provenance.LakeFingerprint = "other" },
		"assumption": func(b *impact.Assessment) { b.Request.Title += "!" },
		"model":      func(b *impact.Assessment) { b.Provenance.Seed++ },
		"rate": func(b *impact.Assessment) {
			for k := range b.Fee.Lines {
				b.Fee.Lines[k].UnitCents += 7
			}
		},
		"all": func(b *impact.Assessment) {
			b.Provenance.LakeFingerprint, b.Provenance.Version, b.Request.Title = "other", "other", "other"
		},
	} {
		b := copyOf(t, a)
		change(b)
		b.Uplift.Total.Mean = 1.37*b.Uplift.Total.Mean + 3
		b.Roster.PaidHours, b.Roster.CostCents, b.Fee.ExpectedCents = b.Roster.PaidHours+7.25, b.Roster.CostCents+31_337, b.Fee.ExpectedCents+12_345
		parts, changed, err := impact.Diff(a, b)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parts {
			if d.Data+d.Assumption+d.Model+d.Rate != d.To-d.From {
				t.Errorf("%s: the parts of %+v do not sum", name, d)
			}
		}
		if name == "data" && len(changed.Data) != 1 || name == "model" && len(changed.Model) != 1 || name == "assumption" && len(changed.Assumption) != 1 {
			t.Errorf("%s: changed %+v", name, changed)
		}
	}
}
