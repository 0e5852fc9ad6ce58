package impact

import (
	"testing"

	"github.com/ringtide/ringtide/forecast/uplift"
)

// The days before the start, on which an event acts already, are not days after it: the
// same response that comes all after the start, with and without a lead, ends on one day.
func TestLeadIsNoTail(t *testing.T) {
	burst := []float64{.5, .3, .1, .06, .04} // 97% by the fifth day, day 4
	lead := append(make([]float64, uplift.Event.Lead()), burst...)
	l := &learned{library: uplift.Library{Kinds: []uplift.KindEffect{
		{Kind: uplift.Event, Shapes: []uplift.Shape{{Mean: lead}}},
		{Kind: uplift.Callout, Shapes: []uplift.Shape{{Mean: burst}}},
	}}}
	for _, k := range []uplift.Kind{uplift.Event, uplift.Callout} {
		if got := l.tail(uplift.Cause{Kind: k}); got != 4 {
			t.Errorf("%s: 97%% have come %d days after the start, want 4", k, got)
		}
	}
	if uplift.Event.Lead() == 0 {
		t.Error("an event is not asked about before it begins")
	}
}
