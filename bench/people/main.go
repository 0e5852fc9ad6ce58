package main

import (
	"context"
	"fmt"
	"time"

	"github.com/ringtide/ringtide/schedule/people"
)

func main() {
	for _, s := range []shape{{200, 4, 0.85, false, 1}, {200, 4, 0, true, 1}, {200, 4, 0.98, false, 1}} {
		p := generate(s)
		t := time.Now()
		plan, err := people.Assign(context.Background(), p, people.Options{Seed: 1})
		if err != nil {
			panic(err)
		}
		n := 0
		g, a := 0, 0
		for _, q := range plan.People {
			g += q.Granted
			a += q.Asked
			n += q.Points
		}
		fmt.Printf("%v: %d slots, %d filled, cost %d bound %d gap %.3f, wishes %d/%d points %d, below %d, fair %+v, %v\n", s, len(p.Slots), plan.Filled, plan.CostCents/160000, plan.BoundCents/160000, plan.Gap, g, a, n, len(plan.Below), plan.Fairness, time.Since(t))
	}
}
