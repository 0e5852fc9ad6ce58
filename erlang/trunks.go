package erlang

import (
	"errors"
	"math"
)

// MeasuresTrunks are the measures of lines or ports that nobody waits for.
type MeasuresTrunks struct {
	Blocking  float64 // share of the attempts that find all lines busy
	TotalLoad float64 // erlangs of attempts, retries included
	Carried   float64 // erlangs carried: lines busy on average
	Occupancy float64 // Carried per line
	PNever    float64 // share of the fresh callers who never get a line
}

// EvalTrunks returns the measures of an M/M/n/n system whose blocked callers try again with
// the probability retry, 0 to less than 1, at once and as part of the Poisson stream (extended
// Erlang B). lines is 0 or more, whole or not; load is the fresh load in erlangs: calls per hour
// times mean holding time in hours, for lines the time in queue included.
//
// The total load E solves E = load + retry·B(lines, E)·E, whose root is unique and lies in
// [load, load/(1-retry)]; it is found to the last digits.
func EvalTrunks(lines, load, retry float64) (MeasuresTrunks, error) {
	err := errors.Join(need(isAmount(lines), "lines", lines, amount), needLoad(load),
		need(isHalfOpenUnit(retry), "retry", retry, halfOpenUnit))
	if err != nil {
		return MeasuresTrunks{}, err
	}
	return evalTrunks(lines, load, retry)
}

func evalTrunks(lines, load, retry float64) (MeasuresTrunks, error) {
	lo, hi := load, load/(1-retry)
	total := lo
	for range 200 {
		b, err := B(lines, total)
		if err != nil {
			return MeasuresTrunks{}, err
		}
		surplus := total*(1-retry*b) - load
		if surplus > 0 {
			hi = total
		} else {
			lo = total
		}
		// d(E·B)/dE = B(1 + n - E(1-B)) by the derivative of Erlang's formula (Jagerman 1974).
		next := total - surplus/(1-retry*b*(1+lines-total*(1-b)))
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		if math.Abs(next-total) <= 0x1p-51*total {
			break
		}
		total = next
	}
	b, err := B(lines, total)
	m := MeasuresTrunks{Blocking: b, TotalLoad: total, Carried: min(lines, total*(1-b))}
	if lines > 0 {
		m.Occupancy = m.Carried / lines
	}
	m.PNever = b * (1 - retry) / (1 - retry*b)
	return m, err
}

// RequiredTrunksRetry is RequiredTrunks for callers who try again with the probability retry
// when blocked. Agents is the number of lines; blocking is that of an attempt.
func RequiredTrunksRetry(load, blocking, retry float64) (Requirement, error) {
	if err := need(isHalfOpenUnit(retry), "retry", retry, halfOpenUnit); err != nil {
		return Requirement{}, errors.Join(err, needLoad(load), need(isOpenUnit(blocking), "blocking", blocking, openUnit))
	}
	// At the target, every attempt is blocked with that probability, and the total load is known.
	return RequiredTrunks(load/(1-retry*blocking), blocking)
}

// RequiredLines returns the smallest Capacity, calls in service and waiting, at which an
// M/M/n/K(+M) queue with l.Agents agents blocks at most the share blocking of its calls, when
// of the blocked and abandoned the share redial tries again. l.Capacity is not read. Without
// patience to end, a load that the agents cannot carry may wrap ErrUnreachable.
func RequiredLines(l Lines, blocking, redial float64) (int, error) {
	l.Capacity = l.Agents
	err := errors.Join(l.Validate(), need(isOpenUnit(blocking), "blocking", blocking, openUnit),
		need(isHalfOpenUnit(redial), "redial", redial, halfOpenUnit))
	if err != nil {
		return 0, err
	}
	met := func(capacity int) bool {
		l.Capacity = capacity
		m, err := EvalX(l, redial)
		return err == nil && m.PBlock <= blocking
	}
	room := 1
	for !met(l.Agents + room - 1) {
		if room *= 2; room > 1_000_000 {
			return 0, errors.Join(ErrUnreachable, errors.New("erlang: a million lines do not suffice"))
		}
	}
	lo, hi := l.Agents+room/2-2, l.Agents+room-1 // fails, holds
	for hi-lo > 1 && hi > l.Agents {
		if mid := lo + (hi-lo)/2; met(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return max(hi, l.Agents), nil
}
