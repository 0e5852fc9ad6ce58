package erlang

import (
	"math"
	"testing"
)

func TestAutomatedResponseKeepsCalls(t *testing.T) {
	d := humpDay()
	d.Intervals = append(d.Intervals, DayInterval{Seconds: 36000, AHT: 360, Patience: 150})
	a := AutomatedResponse{Contained: 0.4, Seconds: 90, AHTFactor: 1.2}
	left, ports, err := a.Apply(d.Intervals)
	if err != nil {
		t.Fatal(err)
	}
	in, out, seconds := 0.0, 0.0, 0.0
	for i, v := range d.Intervals {
		in += v.Calls
		out += left[i].Calls
		seconds += ports[i] * v.Seconds
		if math.Abs(left[i].AHT-1.2*v.AHT) > 1e-9 {
			t.Errorf("AHT %v", left[i].AHT)
		}
	}
	if math.Abs(out-0.6*in) > 1e-6 || math.Abs(seconds-90*in) > 1e-3 {
		t.Errorf("%v of %v calls go on, %v seconds in the automated response", out, in, seconds)
	}
	same, none, err := AutomatedResponse{AHTFactor: 1}.Apply(d.Intervals)
	if err != nil || math.Abs(same[3].Calls-d.Intervals[3].Calls) > 1e-3 || none[3] != 0 {
		t.Errorf("nothing in front: %v calls of %v, %v ports, %v", same[3].Calls, d.Intervals[3].Calls, none[3], err)
	}
	if _, _, err := (AutomatedResponse{Contained: 2}).Apply(d.Intervals); err == nil {
		t.Error("containing twice the calls is no error")
	}
}

func TestCallbackMovesLoad(t *testing.T) {
	d := humpDay()
	for i := range d.Intervals {
		d.Intervals[i].Agents = 11
	}
	c := Callback{Threshold: 60, Accept: 0.6, Reach: 1, MaxOccupancy: 0.85}
	moved, log, err := c.Apply(d)
	if err != nil {
		t.Fatal(err)
	}
	before, after, open := 0.0, 0.0, log[len(log)-1].Backlog
	for i := range d.Intervals {
		before += d.Intervals[i].Calls
		after += moved.Intervals[i].Calls
	}
	if math.Abs(after+open-before) > 1e-6 || log[4].Accepted < 1 || log[8].Made < 1 {
		t.Errorf("%v calls become %v and %v open: %+v", before, after, open, log)
	}
	c.Accept = 0
	kept, log, err := c.Apply(d)
	if err != nil || math.Abs(kept.Intervals[4].Calls-d.Intervals[4].Calls) > 1e-6 || log[4].Accepted > 1e-6 {
		t.Errorf("nobody accepts: %+v, %v", log[4], err)
	}
	c.MaxOccupancy = 1
	if _, _, err := c.Apply(d); err == nil {
		t.Error("an occupancy of 1 is no error")
	}
}
