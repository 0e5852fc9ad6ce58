// Schedule measures the weekly roster on an instance of known difficulty, beside
// coinor-cbc where it is installed:
//
//	go run ./bench/schedule
//
// Seven days of quarter hours around the clock, at most 60 agents, shifts of eight paid
// hours that start every half hour with a lunch and two breaks in windows, weeks of five
// days with two days off in a row; and one of its days by itself. With -sample 10s it
// shows instead what a roster made for paths of the week saves on other paths, with -service
// what the loop of service does to the wages and the service of the day and the week, with
// -days 12 how soon days of other requirements are proved.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"syscall"
	"time"

	"github.com/ringtide/ringtide/schedule"
)

func main() {
	seed := flag.Uint64("seed", 1, "seed of instance and search")
	noise := flag.Float64("noise", 0, "roughness of the requirement, as a share of it")
	week := flag.Bool("week", true, "solve the week, for 10 s and for 60 s; the day is always solved")
	peer := flag.Bool("cbc", true, "run coinor-cbc as well")
	sample := flag.Duration("sample", 0, "instead, compare the roster of a sample of paths with those of single requirements, so long for each")
	loop := flag.Bool("service", false, "instead, compare the stationary requirement with rosters whose service was played")
	days := flag.Int("days", 0, "instead, prove so many days of other requirements, 2 s for each")
	flag.Parse()
	job := func() error { return run(*seed, *noise, *week, *peer) }
	if *days > 0 {
		job = func() error { return otherDays(*days, 2*time.Second) }
	}
	if *sample > 0 {
		job = func() error { return outOfSample(*seed, *sample) }
	}
	if *loop {
		job = func() error { return closeLoop(*seed, *week) }
	}
	if err := job(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(seed uint64, noise float64, week, peer bool) error {
	fmt.Printf("GOMAXPROCS %d; a limit is so long on %d cores, counted in processor time so that other load does not matter\n\n", runtime.GOMAXPROCS(0), cores)
	fmt.Println("| instance | limit | solver | cost, dollars | bound | gap | seconds | cpu seconds |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- |")
	type job struct {
		days  int
		limit time.Duration
	}
	jobs := []job{{1, 2 * time.Second}}
	if week {
		jobs = append(jobs, job{7, 10 * time.Second}, job{7, time.Minute})
	}
	for _, j := range jobs {
		in, err := newInstance(j.days, seed, noise)
		if err != nil {
			return err
		}
		if err := ours(in, j.limit); err != nil {
			return err
		}
		if !peer {
			continue
		}
		if err := theirs(in, j.limit); errors.Is(err, errNoCBC) {
			fmt.Fprintln(os.Stderr, "bench:", err)
			peer = false
		} else if err != nil {
			return err
		}
	}
	return nil
}

// cores is how many a limit stands for: 10 s are 20 s of processor time.
const cores = 2

func ours(in instance, limit time.Duration) error {
	ctx, cancel := within(limit)
	defer cancel()
	at, cpu := time.Now(), cpuSeconds()
	plan, err := schedule.CoverWeeks(ctx, in.need, in.patterns, in.tours, in.opt)
	if err != nil {
		return err
	}
	wall, used := time.Since(at), cpuSeconds()-cpu
	if err := schedule.VerifyWeeks(in.need, in.patterns, in.tours, in.opt, plan); err != nil {
		return err
	}
	row(in.name, limit, "ringtide", float64(plan.Cost.Total), float64(plan.BoundCents), wall, fmt.Sprintf("%.1f", used))
	return nil
}

func theirs(in instance, limit time.Duration) error {
	at := time.Now()
	cost, bound, err := runCBC(context.Background(), in, limit)
	if err != nil {
		return err
	}
	row(in.name, limit, "cbc", cost, bound, time.Since(at), "")
	return nil
}

func row(name string, limit time.Duration, solver string, cost, bound float64, wall time.Duration, cpu string) {
	paid, gap := "none found", ""
	if !math.IsInf(cost, 1) {
		paid, gap = fmt.Sprintf("%.2f", cost/100), fmt.Sprintf("%.3f%%", 100*(cost-bound)/cost)
	}
	fmt.Printf("| %s | %v | %s | %s | %.2f | %s | %.1f | %s |\n", name, limit, solver, paid, bound/100, gap, wall.Seconds(), cpu)
}

// cpuSeconds is what this process has used so far, user and system.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
