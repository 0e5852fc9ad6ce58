// Command cancel measures how soon an assessment stops: it cancels impact.Assess at moments
// 20 ms apart over the whole of its run and prints how long each took to return. Run it
// on the demo center: go run ./cmd/ringtide demo, then go run ./bench/cancel
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/lake"
)

func main() {
	dir := "ringtide-demo"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := run(context.Background(), dir, "water-mailing.yaml"); err != nil {
		fmt.Fprintln(os.Stderr, "cancel:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir, name string) error {
	d, err := center.Open(dir)
	if err != nil {
		return err
	}
	r, err := d.Request(name)
	if err != nil {
		return err
	}
	lk, err := lake.Open(d.Lake())
	if err != nil {
		return err
	}
	h, err := d.History(ctx, lk)
	if err != nil {
		return err
	}
	assess := func(ctx context.Context) error {
		_, err := impact.Assess(ctx, h, r, impact.Options{Policy: d.Policy, Fees: d.Fees, Seed: 1})
		return err
	}
	var took []time.Duration
	for at := time.Duration(0); ; at += 20 * time.Millisecond {
		delay, err := cancelAt(ctx, at, assess)
		if err != nil {
			return err
		}
		if delay < 0 { // it was done before
			break
		}
		took = append(took, delay)
	}
	slices.Sort(took)
	over := len(took) - 1
	for over >= 0 && took[over] > 50*time.Millisecond {
		over--
	}
	fmt.Printf("cancelled at %d moments: median %v, 95%% within %v, worst %v; %d took more than 50 ms\n",
		len(took), took[len(took)/2], took[len(took)*95/100], took[len(took)-1], len(took)-1-over)
	return nil
}

// cancelAt returns how long do went on after it was cancelled; negative when it had ended
// by then.
func cancelAt(ctx context.Context, at time.Duration, do func(context.Context) error) (time.Duration, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stopped := make(chan time.Time, 1)
	timer := time.AfterFunc(at, func() {
		stopped <- time.Now()
		cancel()
	})
	err := do(ctx)
	ended := time.Now()
	switch {
	case err == nil:
		timer.Stop()
		return -1, nil
	case errors.Is(err, context.Canceled):
		return ended.Sub(<-stopped), nil
	}
	return 0, err
}
