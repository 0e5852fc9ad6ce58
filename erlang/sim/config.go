package sim

import (
	"errors"
	"fmt"

	"github.com/ringtide/ringtide/erlang"
)

// A Config says what is played.
type Config struct {
	Step      float64 // length of an interval, seconds, more than 0
	Intervals int     // at least 1; after the last nobody arrives and its agents stay until all are served
	Queues    []Queue
	Groups    []Group
	Seats     []int           // most agents on position in each interval, the groups seated in order; nil: no limit
	ShiftEnd  erlang.ShiftEnd // what becomes of calls in hand when agents leave
	Busyness  float64         // coefficient of variation of a gamma factor on all arrivals of a run; 0: none
	Runs      int             // at least 1
	Seed      uint64
}

// A Queue is a line that contacts wait in, first come first served.
type Queue struct {
	Name      string
	Calls     []float64 // expected arrivals of each interval, Poisson at a constant rate
	Handle    Dist
	Patience  Dist    // Never for those who do not hang up
	Target    float64 // T, seconds, 0 or more
	Priority  int     // an agent takes from the queue with the lowest number first
	Lines     int     // most calls waiting and in service; 0: no limit. More are blocked
	Redial    float64 // share of the blocked and abandoned who call again, 0 to less than 1
	RedialIn  Dist    // time until they do; needed when Redial is more than 0
	Transfers []Transfer
	Callback  *Callback // nil: not offered
}

// A Transfer sends a share of the answered calls on to another queue, when their handling
// ends. There they are offered anew.
type Transfer struct {
	To    string
	Share float64 // 0 to 1; the shares of a queue add up to at most 1
}

// A Callback is the choice to be called back, offered to callers who meet a long queue. They
// wait without patience to end and are called when enough agents are free.
type Callback struct {
	Threshold float64 // seconds: offered when the calls waiting, shared by the agents on position, take longer
	Accept    float64 // share who take it, 0 to 1
	Reach     float64 // share reached when called back, 0 to 1; the others cost no time
	Reserve   int     // free agents of a group that callbacks leave for callers
}

// A Group is agents with the same skills.
type Group struct {
	Name   string
	Agents []int // on position in each interval
	Skills []Skill
	Slots  int // contacts an agent may hold at once; 0 means 1
	// Slowdown[j-1] is how many times longer a contact takes while its agent holds j; nil: 1 for
	// all. An arrival goes to an agent of the group who holds fewest.
	Slowdown []float64
}

// A Skill lets a group serve a queue. A call goes to the free group with the lowest rank; an
// agent between two queues of the same priority serves the one of lower rank, and at the same
// rank who waits longest.
type Skill struct {
	Queue string
	Rank  int
}

// Validate reports every fault at once.
func (c *Config) Validate() error {
	var errs []error
	add := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("sim: "+format, args...))
		}
	}
	add(!(c.Step > 0 && c.Step <= 1e9), "Step is %v seconds, must be more than 0 and at most 1e9", c.Step)
	add(c.Intervals < 1, "Intervals is %d, must be at least 1", c.Intervals)
	add(c.Runs < 1, "Runs is %d, must be at least 1", c.Runs)
	add(c.ShiftEnd != erlang.Exhaustive && c.ShiftEnd != erlang.Preempt, "ShiftEnd is %v: name Exhaustive or Preempt", c.ShiftEnd)
	add(!(c.Busyness >= 0 && c.Busyness <= 100), "Busyness is %v, must be from 0 to 100", c.Busyness)
	add(c.Seats != nil && len(c.Seats) != c.Intervals, "Seats has %d entries for %d intervals", len(c.Seats), c.Intervals)
	for i, n := range c.Seats {
		add(n < 0, "Seats[%d] is %d, must be 0 or more", i, n)
	}
	add(len(c.Queues) == 0, "no queues")
	seen := map[string]bool{}
	for i := range c.Queues {
		add(seen[c.Queues[i].Name], "two queues are named %q", c.Queues[i].Name)
		seen[c.Queues[i].Name] = true
	}
	for i := range c.Queues {
		errs = append(errs, c.Queues[i].faults(c.Intervals, seen)...)
	}
	for i := range c.Groups {
		errs = append(errs, c.Groups[i].faults(c, seen)...)
	}
	return errors.Join(errs...)
}

func (q *Queue) faults(intervals int, known map[string]bool) []error {
	var errs []error
	add := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("sim: queue %q: "+format, append([]any{q.Name}, args...)...))
		}
	}
	add(len(q.Calls) != intervals, "Calls has %d entries for %d intervals", len(q.Calls), intervals)
	for i, n := range q.Calls {
		add(!(n >= 0 && n <= 1e8), "Calls[%d] is %v, must be from 0 to 1e8", i, n)
	}
	err := q.Handle.validate()
	add(err != nil, "Handle: %v", err)
	err = q.Patience.validate()
	add(err != nil, "Patience: %v", err)
	add(q.Handle.form == never, "Handle never ends")
	add(!(q.Target >= 0), "Target is %v seconds, must be 0 or more", q.Target)
	add(q.Lines < 0, "Lines is %d, must be 0 or more", q.Lines)
	add(!(q.Redial >= 0 && q.Redial < 1), "Redial is %v, must be 0 or more and less than 1", q.Redial)
	if q.Redial > 0 {
		err := q.RedialIn.validate()
		add(err != nil || q.RedialIn.form == never, "RedialIn: give the time until a redial (%v)", err)
	}
	sum := 0.0
	for _, t := range q.Transfers {
		add(!known[t.To], "a transfer to %q, which is no queue", t.To)
		add(!(t.Share >= 0 && t.Share <= 1), "a transfer share of %v, must be from 0 to 1", t.Share)
		sum += t.Share
	}
	add(sum > 1+1e-12, "transfer shares add up to %v, must be at most 1", sum)
	if b := q.Callback; b != nil {
		add(!(b.Threshold >= 0), "Callback.Threshold is %v seconds, must be 0 or more", b.Threshold)
		add(!(b.Accept >= 0 && b.Accept <= 1), "Callback.Accept is %v, must be from 0 to 1", b.Accept)
		add(!(b.Reach >= 0 && b.Reach <= 1), "Callback.Reach is %v, must be from 0 to 1", b.Reach)
		add(b.Reserve < 0, "Callback.Reserve is %d, must be 0 or more", b.Reserve)
	}
	return errs
}

func (g *Group) faults(c *Config, known map[string]bool) []error {
	var errs []error
	add := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("sim: group %q: "+format, append([]any{g.Name}, args...)...))
		}
	}
	add(len(g.Agents) != c.Intervals, "Agents has %d entries for %d intervals", len(g.Agents), c.Intervals)
	for i, n := range g.Agents {
		add(n < 0 || n > 1e6, "Agents[%d] is %d, must be from 0 to 1000000", i, n)
	}
	add(len(g.Skills) == 0, "no skills")
	seen := map[string]bool{}
	for _, s := range g.Skills {
		add(!known[s.Queue], "a skill for %q, which is no queue", s.Queue)
		add(seen[s.Queue], "two skills for %q", s.Queue)
		seen[s.Queue] = true
	}
	add(g.Slots < 0 || g.Slots > 100, "Slots is %d, must be from 1 to 100", g.Slots)
	add(g.Slowdown != nil && len(g.Slowdown) != max(1, g.Slots), "Slowdown has %d entries for %d slots", len(g.Slowdown), max(1, g.Slots))
	for j, f := range g.Slowdown {
		add(!(f > 0 && f <= 1e6), "Slowdown[%d] is %v, must be more than 0 and at most 1e6", j, f)
	}
	add(g.Slots > 1 && c.ShiftEnd == erlang.Preempt, "contacts held at once cannot be handed back: use Exhaustive")
	return errs
}

// seated returns the agents of each group and interval, within the seats.
func (c *Config) seated() [][]int {
	out := make([][]int, len(c.Groups))
	for g := range out {
		out[g] = append([]int(nil), c.Groups[g].Agents...)
	}
	for i := range c.Seats {
		free := c.Seats[i]
		for g := range out {
			out[g][i] = min(out[g][i], free)
			free -= out[g][i]
		}
	}
	return out
}
