package erlang

import (
	"errors"
	"fmt"
	"math"
)

// ErrUnreachable is wrapped by the error of a requirement or a largest load that
// no finite answer satisfies.
var ErrUnreachable = errors.New("erlang: goal cannot be reached")

// An ArgumentError says which argument lies outside its domain.
type ArgumentError struct {
	Name   string  // the argument or field, as the documentation spells it
	Value  float64 // what was given
	Domain string  // what it must be, as the end of a sentence
}

func (e *ArgumentError) Error() string {
	return fmt.Sprintf("erlang: %s is %v, must be %s", e.Name, e.Value, e.Domain)
}

const (
	amount            = "from 0 to 1e100"
	finiteNotNegative = "0 or more and finite"
	positiveAmount    = "from 1e-100 to 1e100"
	notNegative       = "0 or more (infinite is allowed)"
	openUnit          = "more than 0 and less than 1"
	halfOpenUnit      = "0 or more and less than 1"
)

// The comparisons are written so that NaN fails them.

func isAmount(v float64) bool            { return v >= 0 && v <= 1e100 }
func isFiniteNotNegative(v float64) bool { return v >= 0 && v <= math.MaxFloat64 }
func isPositiveAmount(v float64) bool    { return v >= 1e-100 && v <= 1e100 }
func isNotNegative(v float64) bool       { return v >= 0 }
func isOpenUnit(v float64) bool          { return v > 0 && v < 1 }
func isHalfOpenUnit(v float64) bool      { return v >= 0 && v < 1 }

// need returns an *ArgumentError unless ok.
func need(ok bool, name string, v float64, domain string) error {
	if ok {
		return nil
	}
	return &ArgumentError{name, v, domain}
}

func needAgents(agents float64) error {
	return need(isAmount(agents), "agents", agents, amount)
}

func needLoad(load float64) error {
	return need(isAmount(load), "load", load, amount)
}
