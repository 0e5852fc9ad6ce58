package erlang

import (
	"errors"
	"fmt"
	"iter"
)

// A Goal is what a staffing must achieve. Each part that is not zero is a condition, and all
// conditions must hold at once.
type Goal struct {
	Level    Definition // formula of the service level; must be named when MinLevel is set
	MinLevel float64    // least service level at Line.Target, more than 0 and less than 1

	ASA    ASADefinition // which average; must be named when MaxASA is set
	MaxASA float64       // greatest average speed of answer, seconds, more than 0

	MaxWait      float64 // greatest P(wait), more than 0 and less than 1
	MaxAbandon   float64 // greatest share abandoning, more than 0 and less than 1; Erlang A only
	MaxOccupancy float64 // greatest occupancy, more than 0 and less than 1
}

// ServiceLevel returns the goal "at least min by the definition d", such as 0.8 of calls
// answered within Line.Target.
func ServiceLevel(d Definition, min float64) Goal { return Goal{Level: d, MinLevel: min} }

// A Limit names one condition of a Goal.
type Limit uint8

// The conditions, in the order in which ties are settled.
const (
	LimitNone Limit = iota
	LimitLevel
	LimitASA
	LimitWait
	LimitAbandon
	LimitOccupancy
	limitBlocking // RequiredTrunks and MaxLoadB
)

// String returns the name of the condition, such as "service level".
func (l Limit) String() string {
	names := [...]string{"none", "service level", "speed of answer", "waiting", "abandonment", "occupancy", "blocking"}
	if int(l) < len(names) {
		return names[l]
	}
	return fmt.Sprintf("Limit(%d)", l)
}

// Validate reports every fault of the goal at once. A goal without any condition is a fault.
func (g Goal) Validate() error {
	var errs []error
	add := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	add(need(g.MinLevel == 0 || isOpenUnit(g.MinLevel), "MinLevel", g.MinLevel, openUnit))
	add(need(g.MaxASA == 0 || isPositiveAmount(g.MaxASA), "MaxASA", g.MaxASA, positiveAmount))
	add(need(g.MaxWait == 0 || isOpenUnit(g.MaxWait), "MaxWait", g.MaxWait, openUnit))
	add(need(g.MaxAbandon == 0 || isOpenUnit(g.MaxAbandon), "MaxAbandon", g.MaxAbandon, openUnit))
	add(need(g.MaxOccupancy == 0 || isOpenUnit(g.MaxOccupancy), "MaxOccupancy", g.MaxOccupancy, openUnit))
	if g.MinLevel != 0 && !g.Level.valid() {
		add(fmt.Errorf("erlang: MinLevel is set but Level is %v: name the service-level definition", g.Level))
	}
	if g.MaxASA != 0 && !g.ASA.valid() {
		add(fmt.Errorf("erlang: MaxASA is set but ASA is %v: name the speed-of-answer definition", g.ASA))
	}
	if g.MinLevel == 0 && g.Level != 0 {
		add(fmt.Errorf("erlang: Level %v is named but MinLevel is not set", g.Level))
	}
	if g.MaxASA == 0 && g.ASA != 0 {
		add(fmt.Errorf("erlang: ASA %v is named but MaxASA is not set", g.ASA))
	}
	if len(errs) == 0 && g == (Goal{}) {
		add(errors.New("erlang: goal has no condition"))
	}
	return errors.Join(errs...)
}

// sound is Validate without allocation.
func (g *Goal) sound() bool {
	return (g.MinLevel == 0 && g.Level == 0 || isOpenUnit(g.MinLevel) && g.Level.valid()) &&
		(g.MaxASA == 0 && g.ASA == 0 || isPositiveAmount(g.MaxASA) && g.ASA.valid()) &&
		(g.MaxWait == 0 || isOpenUnit(g.MaxWait)) &&
		(g.MaxAbandon == 0 || isOpenUnit(g.MaxAbandon)) &&
		(g.MaxOccupancy == 0 || isOpenUnit(g.MaxOccupancy)) &&
		(g.MinLevel != 0 || g.MaxASA != 0 || g.MaxWait != 0 || g.MaxAbandon != 0 || g.MaxOccupancy != 0)
}

// target returns the value of a condition, 0 if the goal does not have it.
func (g *Goal) target(l Limit) float64 {
	switch l {
	case LimitLevel:
		return g.MinLevel
	case LimitASA:
		return g.MaxASA
	case LimitWait:
		return g.MaxWait
	case LimitAbandon:
		return g.MaxAbandon
	case LimitOccupancy:
		return g.MaxOccupancy
	}
	return 0
}

// limits yields the conditions the goal has.
func (g *Goal) limits() iter.Seq[Limit] {
	return func(yield func(Limit) bool) {
		for limit := LimitLevel; limit <= LimitOccupancy; limit++ {
			if g.target(limit) != 0 && !yield(limit) {
				return
			}
		}
	}
}

// MetC says whether the measures of an M/M/n queue satisfy every condition of the goal.
func (g Goal) MetC(m MeasuresC) bool {
	return m.SL >= g.MinLevel &&
		(g.MaxASA == 0 || m.ASA <= g.MaxASA) &&
		(g.MaxWait == 0 || m.PWait <= g.MaxWait) &&
		(g.MaxOccupancy == 0 || m.Occupancy <= g.MaxOccupancy)
}

// MetA says whether the measures of an M/M/n+M queue satisfy every condition of the goal.
func (g Goal) MetA(m MeasuresA) bool {
	return (g.MinLevel == 0 || m.ServiceLevel(g.Level) >= g.MinLevel) &&
		(g.MaxASA == 0 || m.ASA(g.ASA) <= g.MaxASA) &&
		(g.MaxWait == 0 || m.PWait <= g.MaxWait) &&
		(g.MaxAbandon == 0 || m.PAbandon <= g.MaxAbandon) &&
		(g.MaxOccupancy == 0 || m.Occupancy <= g.MaxOccupancy)
}
