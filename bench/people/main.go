// Command people measures how shifts are given to named people: instances of 200 people
// over four weeks, and a random suite of small ones of which every plan is checked.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/ringtide/ringtide/schedule/people"
)

func main() {
	suite := flag.Int("suite", 1000, "small instances to check")
	only := flag.String("only", "", "name of the one large instance to measure; none for no large one")
	flag.Parse()
	if err := run(*only, *suite); err != nil {
		fmt.Fprintln(os.Stderr, "people:", err)
		os.Exit(1)
	}
}

func run(only string, suite int) error {
	if only != "none" {
		fmt.Println("instance | shifts | of contract hours | CPU s | unfilled | bound | wishes granted | weekends | nights | hours a week")
		for _, s := range []shape{
			{name: "eased", people: 200, weeks: 4, use: 0.85, seed: 1},
			{name: "tight", people: 200, weeks: 4, use: 0.98, seed: 1},
			{name: "planted", people: 200, weeks: 4, planted: true, seed: 1},
			{name: "overloaded", people: 200, weeks: 4, use: 1.06, seed: 1},
			{name: "eight weeks", people: 200, weeks: 8, use: 0.95, seed: 1},
		} {
			if only != "" && only != s.name {
				continue
			}
			if err := measure(s); err != nil {
				return err
			}
		}
	}
	return check(suite)
}

// measure solves one instance with the default work, checks the plan and prints it.
func measure(s shape) error {
	p := generate(s)
	before := cpu()
	plan, err := people.Assign(context.Background(), p, people.Options{Seed: 1})
	if err != nil {
		return err
	}
	spent := cpu() - before
	if err := people.Verify(p, plan); err != nil {
		return err
	}
	granted, asked := 0, 0
	for _, share := range plan.People {
		granted, asked = granted+share.Granted, asked+share.Asked
	}
	spread := func(s people.Spread) string { return fmt.Sprintf("%.1f-%.1f", s.Least, s.Most) }
	f := plan.Fairness
	fmt.Printf("%s | %d | %.1f %% | %.1f | %.2f %% | %.2f %% | %d of %d | %s | %s | %s\n", s.name, len(p.Slots), 100*usage(p), spent.Seconds(),
		share(p, plan.CostCents), share(p, plan.BoundCents), granted, asked, spread(f.Weekends), spread(f.Nights), spread(f.Hours))
	return nil
}

// share is cents as a percentage of all slots' price.
func share(p people.Problem, cents int64) float64 {
	all := int64(0)
	for _, s := range p.Slots {
		all += s.UnfilledCents
	}
	return 100 * float64(cents) / float64(max(all, 1))
}

// usage is the demand as a share of the shifts of eight hours that contracts allow on
// days that are not an absence's: five sevenths of an absent day are lost.
func usage(p people.Problem) float64 {
	return float64(len(p.Slots)) / capacity(p)
}

// check solves small instances, from eased to hopeless, and checks every plan.
func check(n int) error {
	filled, proved, open := 0, 0, 0
	before := cpu()
	for k := range n {
		s := shape{people: 2 + k%9, weeks: 1 + k%3, use: []float64{0.7, 0.9, 1, 1.2}[k%4], planted: k%5 == 0, seed: uint64(k)}
		p := generate(s)
		plan, err := people.Assign(context.Background(), p, people.Options{Seed: uint64(k), Work: 20_000})
		if err != nil {
			return err
		}
		if err := people.Verify(p, plan); err != nil {
			return fmt.Errorf("small instance %d: %w", k, err)
		}
		switch {
		case plan.CostCents == 0:
			filled++
		case plan.BoundCents == plan.CostCents:
			proved++
		default:
			open++
		}
	}
	fmt.Printf("%d small instances, every plan within the rules: %d filled, %d proved least, %d with a gap; %.1f CPU s\n", n, filled, proved, open, (cpu() - before).Seconds())
	return nil
}

// cpu is the processor time of the process so far.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
