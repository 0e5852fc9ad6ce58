package uplift

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func ivrs() []Cause {
	return []Cause{
		{ID: "ivr-1", Kind: RouteToIVR, Start: firstDay.AddDays(1), Size: 300, Containment: .6, Queues: []Share{{Queue: "a"}}},
		{ID: "ivr-2", Kind: RouteToIVR, Start: firstDay.AddDays(3), Size: 400, Containment: .7, Queues: []Share{{Queue: "a"}}},
		{ID: "letter", Kind: Mailing, Class: "first", Start: firstDay.AddDays(2), Size: 20000},
	}
}

// Parts sum to the total, which is the difference of the paths, in any order.
func TestTogetherIsExact(t *testing.T) {
	base, cals := flat(t, 50, 28, 20, 5)
	var preds []*Prediction
	for _, c := range ivrs() {
		preds = append(preds, predict(t, c, base, cals))
	}
	j, err := Together(preds...)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Together(preds[2], preds[0], preds[1])
	if err != nil || !reflect.DeepEqual(j.Parts, again.Parts) {
		t.Errorf("another order, other parts: %v and %v, %v", j.Parts, again.Parts, err)
	}
	with, more := j.With(), 0.0
	for path := range base.Len() {
		for q := range base.Queues() {
			for i, n := range with.Counts(path, q) {
				if n < 0 {
					t.Fatalf("%d calls", n)
				}
				more += float64(n - base.Counts(path, q)[i])
			}
		}
	}
	sum := 0.0
	for _, p := range j.Parts {
		sum += p.Calls
		if math.Abs(p.Alone+p.Interaction-p.Calls) > 1e-9 {
			t.Errorf("%+v does not add up", p)
		}
	}
	if mean := more / float64(base.Len()); math.Abs(sum-mean) > 1e-6 || math.Abs(j.Total-mean) > 1e-6 {
		t.Errorf("parts sum to %v, the total is %v, the paths differ by %v", sum, j.Total, mean)
	}
	one, two, letter := j.Parts[0], j.Parts[1], j.Parts[2]
	if one.Interaction <= 0 || two.Interaction <= 0 || letter.Interaction != 0 {
		t.Errorf("the responses share calls, the letter none: %+v", j.Parts)
	}
}

// What each brings beside the others sums to what they do together, path by path.
func TestBesideSumsToTheJointRates(t *testing.T) {
	base, cals := flat(t, 20, 28, 20, 5)
	var preds []*Prediction
	for _, c := range ivrs() {
		preds = append(preds, predict(t, c, base, cals))
	}
	j, err := Together(preds...)
	if err != nil {
		t.Fatal(err)
	}
	part, shared := make([]float32, base.Grid().Len()), false
	for path := range base.Len() {
		for q := range base.Queues() {
			sum := make([]float64, len(part))
			for i, p := range preds {
				others := append(append([]*Prediction{}, preds[:i]...), preds[i+1:]...)
				Beside(p, others, path, q, part)
				for k, v := range part {
					sum[k] += float64(v)
					shared = shared || math.Abs(float64(v-p.DeltaRates(path, q)[k])) > 1e-6
				}
			}
			for k, v := range j.delta.Rates(path, q) {
				if math.Abs(sum[k]-float64(v)) > 1e-3*(1+math.Abs(float64(v))) {
					t.Fatalf("path %d, queue %d, interval %d: parts sum to %v, together %v", path, q, k, sum[k], v)
				}
			}
		}
	}
	if !shared {
		t.Error("the two responses never meet")
	}
}

// Alone, a cause is what it was predicted to be.
func TestTogetherOfOne(t *testing.T) {
	base, cals := flat(t, 30, 28, 20)
	for _, c := range ivrs() {
		p := predict(t, c, base, cals)
		j, err := Together(p)
		if err != nil {
			t.Fatal(err)
		}
		if x := j.Parts[0]; math.Abs(x.Calls-p.Total().Mean) > 1e-6 || math.Abs(x.Interaction) > 1e-9 {
			t.Errorf("%s: %+v, predicted %v", c.ID, x, p.Total().Mean)
		}
		if !reflect.DeepEqual(j.With().Counts(3, 0), p.With().Counts(3, 0)) {
			t.Errorf("%s: other paths", c.ID)
		}
	}
}

// Values of a game of two by hand: of 100 calls one takes half and one a fifth; both
// together take 60. In one order they take 50 and 10, in the other 40 and 20.
func TestShapley(t *testing.T) {
	if v := shapley([]float64{50, 20}, 100, 60); math.Abs(v[0]-45) > 1e-12 || math.Abs(v[1]-15) > 1e-12 {
		t.Errorf("%v", v)
	}
	if v := shapley([]float64{30, 30, 30}, 100, 33); math.Abs(v[0]-11) > 1e-12 || math.Abs(v[1]-v[2]) > 1e-12 {
		t.Errorf("equal causes have unequal parts: %v", v)
	}
}

func TestTogetherErrors(t *testing.T) {
	base, cals := flat(t, 5, 14, 20)
	other, _ := flat(t, 5, 14, 20)
	p := predict(t, mailing(100), base, cals)
	for _, tt := range []struct {
		preds []*Prediction
		want  string
	}{
		{nil, "no predictions"},
		{[]*Prediction{p, p}, "stands twice"},
		{[]*Prediction{p, predict(t, ivrs()[0], other, cals)}, "different baselines"},
	} {
		if _, err := Together(tt.preds...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v; want %q", err, tt.want)
		}
	}
}
