// Command truth compares what ringtide learns from the exports of simulated centers
// with what the simulator put into them: the calls that every past cause of the sample
// center really brought to an agent's queue. Each seed is another two years.
// Run it from the repository: go run ./bench/truth
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/lake"
)

func main() {
	seeds := flag.Int("seeds", 5, "simulated centers, with seeds from 1 on")
	keep := flag.String("keep", "", "directory in which the simulated centers are kept, and found again (default: thrown away)")
	each := flag.Bool("each", false, "print every cause")
	flag.Parse()
	if err := run(*seeds, *keep, *each); err != nil {
		fmt.Fprintln(os.Stderr, "truth:", err)
		os.Exit(1)
	}
}

// tally sums up the causes of one kind.
type tally struct {
	n, inside                       int
	estimated, actual, errors, size float64
}

func run(seeds int, dir string, each bool) error {
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "truth"); err != nil {
			return err
		}
		defer os.RemoveAll(dir) // scratch
	}
	program := filepath.Join(dir, "ringtide")
	if out, err := exec.Command("go", "build", "-o", program, "./cmd/ringtide").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	sums := map[uplift.Kind]*tally{}
	for seed := 1; seed <= seeds; seed++ {
		demo := filepath.Join(dir, fmt.Sprint(seed))
		if _, err := os.Stat(filepath.Join(demo, "exports", "truth.json")); err == nil {
			continue
		}
		if out, err := exec.Command(program, "demo", demo, "--seed", fmt.Sprint(seed)).CombinedOutput(); err != nil {
			return fmt.Errorf("seed %d: %w\n%s", seed, err, out)
		}
	}
	for seed := 1; seed <= seeds; seed++ {
		if err := compare(filepath.Join(dir, fmt.Sprint(seed)), sums, each); err != nil {
			return fmt.Errorf("seed %d: %w", seed, err)
		}
	}
	fmt.Printf("%-14s %7s %12s %12s %8s %8s\n", "kind", "causes", "95% holds", "measured", "true", "WAPE")
	for _, k := range uplift.Kinds() {
		if t := sums[k]; t != nil {
			fmt.Printf("%-14s %7d %11.0f%% %12.0f %8.0f %8.2f\n", k, t.n, 100*float64(t.inside)/float64(t.n), t.estimated, t.actual, t.errors/t.size)
		}
	}
	return nil
}

// compare adds one center's causes to the sums.
func compare(dir string, sums map[uplift.Kind]*tally, each bool) error {
	truth, err := readTruth(filepath.Join(dir, "exports", "truth.json"))
	if err != nil {
		return err
	}
	d, err := center.Open(dir)
	if err != nil {
		return err
	}
	lk, err := lake.Open(d.Lake())
	if err != nil {
		return err
	}
	h, err := d.History(context.Background(), lk)
	if err != nil {
		return err
	}
	_, estimates, err := impact.Learn(context.Background(), h)
	if err != nil {
		return err
	}
	for _, e := range estimates {
		if sums[e.Kind] == nil {
			sums[e.Kind] = &tally{}
		}
		t, real := sums[e.Kind], truth[e.ID]
		t.n++
		if each {
			fmt.Printf("%-24s %-12s %s true %7.0f measured %7.0f (%.0f to %.0f)\n", e.ID, e.Kind, e.Start, real, e.Total, e.Lo, e.Hi)
		}
		if e.Lo <= real && real <= e.Hi {
			t.inside++
		}
		t.estimated += e.Total
		t.actual += real
		t.errors += math.Abs(e.Total - real)
		t.size += math.Abs(real)
	}
	return nil
}

// readTruth returns the calls that each cause brought to the agents' queues.
func readTruth(name string) (map[string]float64, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Causes []struct {
			ID     string  `json:"id"`
			Queued float64 `json:"realised_queued"`
		} `json:"causes"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	out := map[string]float64{}
	for _, c := range doc.Causes {
		out[c.ID] = c.Queued
	}
	return out, nil
}
