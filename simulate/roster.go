package simulate

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// An AgentShift is one agent's day of the weekly roster template: wall-clock
// hours and the breaks within them.
type AgentShift struct {
	Agent   string
	Pool    string
	Weekday time.Weekday
	Span    interval.Span
	Breaks  []interval.Span
}

func (s AgentShift) validate() error {
	if s.Agent == "" || s.Pool == "" {
		return fmt.Errorf("agent %q, pool %q: a name is missing", s.Agent, s.Pool)
	}
	if strings.ContainsAny(s.Agent, "|,;\"\r\n") {
		return fmt.Errorf("agent %q holds a separator of the exports", s.Agent)
	}
	if s.Weekday < time.Sunday || s.Weekday > time.Saturday {
		return fmt.Errorf("agent %s: weekday %d", s.Agent, int(s.Weekday))
	}
	at := weekdays[s.Weekday]
	if s.Span.Open < 0 || s.Span.Close > 1440 || s.Span.Open >= s.Span.Close {
		return fmt.Errorf("agent %s on %s: shift %v", s.Agent, at, s.Span)
	}
	last := s.Span.Open
	for _, b := range s.Breaks {
		if b.Open < last || b.Close > s.Span.Close || b.Open >= b.Close {
			return fmt.Errorf("agent %s on %s: break %v lies outside the shift %v or overlaps another", s.Agent, at, b, s.Span)
		}
		last = b.Close
	}
	return nil
}

// An agent is one person of the roster with at most one shift a weekday.
type agent struct {
	name   string
	pool   int
	key    uint64
	shifts [7]*AgentShift
}

// crew sorts the roster into agents, in order of their names.
func crew(roster []AgentShift, pools []string) ([]agent, error) {
	var errs []error
	var list []agent
	index := map[string]int{}
	for _, s := range roster {
		if err := s.validate(); err != nil {
			errs = append(errs, err)
			continue
		}
		pool := slices.Index(pools, s.Pool)
		if pool < 0 {
			errs = append(errs, fmt.Errorf("agent %s: no queue is served by pool %q", s.Agent, s.Pool))
			continue
		}
		i, known := index[s.Agent]
		if !known {
			i = len(list)
			index[s.Agent] = i
			list = append(list, agent{name: s.Agent, pool: pool, key: keyOf(s.Agent)})
		}
		switch {
		case list[i].pool != pool:
			errs = append(errs, fmt.Errorf("agent %s: in pools %q and %q", s.Agent, pools[list[i].pool], s.Pool))
		case list[i].shifts[s.Weekday] != nil:
			errs = append(errs, fmt.Errorf("agent %s: two shifts on %s", s.Agent, weekdays[s.Weekday]))
		}
		s.Breaks = slices.Clone(s.Breaks)
		list[i].shifts[s.Weekday] = &s
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("simulate: bad roster: %w", err)
	}
	slices.SortFunc(list, func(a, b agent) int { return strings.Compare(a.name, b.name) })
	return list, nil
}
