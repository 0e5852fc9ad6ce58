package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// Calendar days of the horizons of the protocol; day1 is the first day with counts.
var horizonDays = map[string]int{"day1": 28, "week1": 7, "week4": 28}

// noiseFloor returns the least WAPE that a forecast can have in a cell on average, where each
// count is a Poisson variate of a mean that the forecast knows: the sum of mean absolute
// deviations over the sum of counts. The counts themselves stand in for the means. The
// mean absolute deviation is 2·e^-μ·μ^(⌊μ⌋+1)/⌊μ⌋! (Crow 1958, Biometrika 45:556).
func (d *dataset) noiseFloor(level, horizon string) (float64, error) {
	m, err := newDayMatrix(d)
	if err != nil {
		return 0, err
	}
	deviation, calls := 0.0, 0.0
	for _, origin := range d.origins {
		for k, date := range m.dates {
			ahead := date.Sub(origin)
			if ahead < 1 || ahead > horizonDays[horizon] {
				continue
			}
			a, c := dayDeviation(m.count[k], level)
			deviation, calls = deviation+a, calls+c
			if horizon == "day1" {
				break
			}
		}
	}
	return deviation / calls, nil
}

func dayDeviation(counts []float64, level string) (deviation, calls float64) {
	for _, y := range counts {
		if math.IsNaN(y) {
			continue
		}
		calls += y
		if level == "interval" {
			deviation += poissonDeviation(y)
		}
	}
	if level == "daily" {
		deviation = poissonDeviation(calls)
	}
	return deviation, calls
}

func poissonDeviation(mu float64) float64 {
	if mu <= 0 {
		return 0
	}
	k := math.Floor(mu)
	lg, _ := math.Lgamma(k + 1)
	return 2 * math.Exp(-mu+(k+1)*math.Log(mu)-lg)
}

// printFloors prints the noise floor of each judged cell of counts beside our error. The
// load of taylor does not count anything.
func printFloors(w io.Writer, shared, scores string) error {
	cells, ours, err := readScores(scores)
	if err != nil {
		return err
	}
	sets := map[string]*dataset{}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\ndata set\tlevel\thorizon\tWAPE\tnoise floor\ttimes the floor")
	for _, c := range cells {
		if c.dataset == "taylor" || ours[c][0].n < judged {
			continue
		}
		if sets[c.dataset] == nil {
			if sets[c.dataset], err = load(shared, c.dataset); err != nil {
				return err
			}
		}
		floor, err := sets[c.dataset].noiseFloor(c.level, c.horizon)
		if err != nil {
			return err
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%.4f\t%.4f\t%.2f\n", c.dataset, c.level, c.horizon, ours[c][0].wape, floor, ours[c][0].wape/floor)
	}
	return t.Flush()
}
