package erlang

import (
	"errors"
	"fmt"
)

// Gross returns the agents to roster so that net agents are on position, when each share of
// shrinkage (vacation, sickness, breaks, training, …) takes independently from what the others
// leave: net / ((1-s1)(1-s2)…). Shares add up only when they are small; this product is what
// independence means. Nothing is rounded: round once, after adding intervals and queues.
//
// net is 0 or more and finite, each share 0 or more and less than 1; all faults are reported.
func Gross(net float64, shrinkage ...float64) (float64, error) {
	errs := []error{need(isFiniteNotNegative(net), "net", net, finiteNotNegative)}
	gross := net
	for i, s := range shrinkage {
		if !isHalfOpenUnit(s) {
			errs = append(errs, &ArgumentError{fmt.Sprintf("shrinkage[%d]", i), s, halfOpenUnit})
		}
		gross /= 1 - s
	}
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	return gross, nil
}
