package main

import "testing"

// Days as they were raise one flag a week at most, and a cause of the named size is flagged
// within two intervals on nine days of ten where calls are many enough to tell; of doubled
// calls as many as docs/forecast.md says, but for one day of ten.
func TestAnomaliesHold(t *testing.T) {
	scores, err := anomalies(shared(t))
	if err != nil {
		t.Fatal(err)
	}
	soon := map[string]int{"bank30": 0, "simulated, 40 calls": 2, "simulated, 8 calls": 3} // place in causeSizes
	doubled := map[string]float64{"ibank60": 0.43, "simulated, 8 calls": 0.66}
	for _, s := range scores {
		if s.perWeek > 1 {
			t.Errorf("%s: %.2f flags a week without a cause", s.name, s.perWeek)
		}
		if least := doubled[s.name]; s.soon[2] < least*s.causes {
			t.Errorf("%s: doubled calls flagged within two intervals on %.0f of %.0f days, want %.2f of them", s.name, s.soon[2], s.causes, least)
		}
		if k, ok := soon[s.name]; ok && s.soon[k] < 0.9*s.causes {
			t.Errorf("%s: calls times %v flagged within two intervals on %.0f of %.0f days", s.name, causeSizes[k], s.soon[k], s.causes)
		}
	}
}
