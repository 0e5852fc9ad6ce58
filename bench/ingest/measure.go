//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// A cost is what one run of a program took.
type cost struct {
	cpu, wall float64 // seconds
	peak      float64 // MB
}

func measure(ctx context.Context, args []string) (cost, error) {
	start := time.Now()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return cost{}, fmt.Errorf("%s: %w\n%s", args[0], err, out)
	}
	use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return cost{}, errors.New("the system does not tell what a process used")
	}
	peak := float64(use.Maxrss) / 1e3 // kilobytes
	if runtime.GOOS == "darwin" {
		peak /= 1e3
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return cost{cpu.Seconds(), time.Since(start).Seconds(), peak}, nil
}

// compare runs two programs in turn and prints medians and ratios. A program without a
// name is left out.
func compare(ctx context.Context, runs int, title string, ours, theirs []string, before func() error) error {
	var a, b []cost
	for range runs {
		if err := before(); err != nil {
			return err
		}
		c, err := measure(ctx, ours)
		if err != nil {
			return err
		}
		a = append(a, c)
		if theirs[0] == "" {
			continue
		}
		if c, err = measure(ctx, theirs); err != nil {
			return err
		}
		b = append(b, c)
	}
	fmt.Printf("%s, medians of %d\n%-10s %8s %8s %9s\n", title, runs, "", "CPU s", "wall s", "peak MB")
	m := median(a)
	fmt.Printf("%-10s %8.2f %8.2f %9.0f\n", "ringtide", m.cpu, m.wall, m.peak)
	if len(b) > 0 {
		d := median(b)
		fmt.Printf("%-10s %8.2f %8.2f %9.0f\n%-10s %8.2f %8.2f %9.2f\n", "DuckDB", d.cpu, d.wall, d.peak, "ratio", m.cpu/d.cpu, m.wall/d.wall, m.peak/d.peak)
	}
	fmt.Println()
	return nil
}

func median(costs []cost) cost {
	middle := func(of func(c cost) float64) float64 {
		v := make([]float64, len(costs))
		for i, c := range costs {
			v[i] = of(c)
		}
		slices.Sort(v)
		return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
	}
	return cost{
		middle(func(c cost) float64 { return c.cpu }), middle(func(c cost) float64 { return c.wall }), middle(func(c cost) float64 { return c.peak }),
	}
}
