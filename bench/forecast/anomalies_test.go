package main

import "testing"

// Days as they were raise one flag a week at most, and a cause of the named size is flagged
// within two intervals on nine days of ten where calls are many enough to tell.
func TestAnomaliesHold(t *testing.T) {
	scores, err := anomalies(shared(t))
	if err != nil {
		t.Fatal(err)
	}
	soon := map[string]int{"bank30": 0, "simulated, 40 calls": 2, "simulated, 8 calls": 5} // place in causeSizes
	for _, s := range scores {
		if s.perWeek > 1 {
			t.Errorf("%s: %.2f flags a week without a cause", s.name, s.perWeek)
		}
		if k, ok := soon[s.name]; ok && s.soon[k] < 0.9*s.causes {
			t.Errorf("%s: calls times %v flagged within two intervals on %.0f of %.0f days", s.name, causeSizes[k], s.soon[k], s.causes)
		}
	}
}
