package uplift

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/forecast/uplift"
)

// Where nothing happened, an effect is found at a level of 5% about that often.
func TestPlacebo(t *testing.T) {
	if testing.Short() {
		t.Skip("ten sets take most of a minute; run without -short")
	}
	bases := realBases(t)
	dates, found := 0.0, 0.0
	for _, shape := range responses() {
		files := generate(bases, shape, 8, 2)
		var out bytes.Buffer
		if err := uplift.PlaceboCSV(strings.NewReader(files.series.String()), strings.NewReader(files.events.String()), &out); err != nil {
			t.Fatal(err)
		}
		rows, err := readRows(&out)
		if err != nil {
			t.Fatal(err)
		}
		n, k, sure := 0.0, 0.0, 0
		for _, r := range rows {
			a, errA := strconv.ParseFloat(r["dates"], 64)
			b, errB := strconv.ParseFloat(r["false"], 64)
			p, errC := strconv.ParseFloat(r["p"], 64)
			if errA != nil || errB != nil || errC != nil {
				t.Fatalf("%v", r)
			}
			n, k = n+a, k+b
			if p <= .05 {
				sure++
			}
		}
		dates, found = dates+n, found+k
		t.Logf("%-12s %6.0f placebo dates, %.1f%% show an effect; %d of %d true causes stand out at 5%%", shape.name, n, 100*k/n, sure, len(rows))
	}
	rate := found / dates
	t.Logf("false positives: %.2f%% of %.0f dates", 100*rate, dates)
	if rate < .03 || rate > .07 {
		t.Errorf("an effect is found at %.4f of all placebo dates, want .03 to .07", rate)
	}
}
