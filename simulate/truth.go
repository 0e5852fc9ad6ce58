package simulate

import "github.com/ringtide/ringtide/interval"

// TruthVersion is the version of the form of a Truth.
const TruthVersion = 1

// A Truth is what only a simulation can know. It marshals to JSON.
//
// The effects of all causes on a day and queue sum to QueueDay.Effect: a call of
// a mailing that an outage swallows, or that a new automated response contains,
// counts as added by the one and taken by the other.
type Truth struct {
	Version int          `json:"version"`
	Seed    uint64       `json:"seed"`
	Zone    string       `json:"zone"`
	Config  Config       `json:"config"`
	Causes  []CauseTruth `json:"causes"`
	Days    []DayTruth   `json:"days"`
}

// A DayTruth holds the queues of a day, in the order of the config.
type DayTruth struct {
	Date   interval.Date `json:"date"`
	Queues []QueueDay    `json:"queues"`
}

// A QueueDay is the demand of a queue on a day and what became of it.
//
//	Fresh + Redials - Lost = Handled + Abandoned + Blocked + Contained
//	Offered = Handled + Abandoned
type QueueDay struct {
	Queue  string  `json:"queue"`
	Mean   float64 `json:"mean"`   // fresh calls expected in opening hours, without causes, drift and busyness
	Rate   float64 `json:"rate"`   // the same with drift and busyness of the day
	Added  float64 `json:"added"`  // fresh calls that causes add, in expectation
	Effect float64 `json:"effect"` // change of calls that reach the line, by all causes, in expectation

	Fresh     int `json:"fresh"`   // first attempts, also outside opening hours
	Redials   int `json:"redials"` // further attempts of the day
	Lost      int `json:"lost"`    // attempts of both sorts in an outage: in no export
	Offered   int `json:"offered"` // entered the line
	Handled   int `json:"handled"`
	Abandoned int `json:"abandoned"` // gave up or were released
	Released  int `json:"released"`  // the part of them sent away after closing
	Blocked   int `json:"blocked"`
	Contained int `json:"contained"`
	Within    int `json:"within"` // handled after a wait of at most answer_target_s

	WaitS float64 `json:"wait_s"` // of the handled, summed
	WorkS float64 `json:"work_s"` // talk, hold and wrap, summed
}

// add counts a contact.
func (q *QueueDay) add(c *Contact, target Millis) {
	switch c.Outcome {
	case Abandoned:
		q.Abandoned++
	case Blocked:
		q.Blocked++
	case Contained:
		q.Contained++
	case Handled:
		q.Handled++
		if c.Wait <= target {
			q.Within++
		}
		q.WaitS += float64(c.Wait) / 1000
		q.WorkS += float64(c.Talk)/1000 + float64(c.Hold)/1000 + float64(c.Wrap)/1000
	}
}

// A CauseTruth is what a cause did. Expected is the mean given the drawn rate,
// shape and busyness; Realised counts calls. Calls are fresh calls added; Queued
// are calls added to those that reach a line, negative for route-to-ivr and outage.
type CauseTruth struct {
	ID             string     `json:"id"`
	Kind           string     `json:"kind"`
	Rate           float64    `json:"rate"`
	Shape          Shape      `json:"shape"` // with the weights drawn
	ExpectedCalls  float64    `json:"expected_calls"`
	RealisedCalls  int        `json:"realised_calls"`
	ExpectedQueued float64    `json:"expected_queued"`
	RealisedQueued int        `json:"realised_queued"`
	Days           []CauseDay `json:"days"` // where anything is not 0
}

// A CauseDay is what a cause did to a queue on a day.
type CauseDay struct {
	Date           interval.Date `json:"date"`
	Queue          string        `json:"queue"`
	ExpectedCalls  float64       `json:"expected_calls"`
	RealisedCalls  int           `json:"realised_calls"`
	ExpectedQueued float64       `json:"expected_queued"`
	RealisedQueued int           `json:"realised_queued"`
}

func (p *plan) newTruth() Truth {
	t := Truth{Version: TruthVersion, Seed: p.seed, Zone: p.loc.String(), Config: p.cfg}
	for _, e := range p.effects {
		t.Causes = append(t.Causes, CauseTruth{ID: e.ID, Kind: e.Kind, Rate: round6(e.rate), Shape: e.shape})
	}
	return t
}

// add books a played day.
func (t *Truth) add(p *plan, r *result) {
	t.Days = append(t.Days, DayTruth{Date: p.days[r.day].date, Queues: r.queues})
	for k := range t.Causes {
		for q := range p.queues {
			n := r.causes[k*len(p.queues)+q]
			t.Causes[k].add(CauseDay{
				p.days[r.day].date, p.queues[q].Name,
				round6(p.effects[k].calls[r.day][q]), n.calls, round6(p.effects[k].queued[r.day][q]), n.queued,
			})
		}
	}
}

func (c *CauseTruth) add(d CauseDay) {
	if d.ExpectedCalls == 0 && d.RealisedCalls == 0 && d.ExpectedQueued == 0 && d.RealisedQueued == 0 {
		return
	}
	c.ExpectedCalls = round6(c.ExpectedCalls + d.ExpectedCalls)
	c.RealisedCalls += d.RealisedCalls
	c.ExpectedQueued = round6(c.ExpectedQueued + d.ExpectedQueued)
	c.RealisedQueued += d.RealisedQueued
	c.Days = append(c.Days, d)
}
