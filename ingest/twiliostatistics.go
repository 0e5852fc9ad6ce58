package ingest

import (
	"io"
	"math"
	"strconv"

	"github.com/ringtide/ringtide/lake"
)

// twilioStatistics are cumulative statistics of TaskRouter queues: a JSON object per queue and
// stretch of time, as the API answers.
var twilioStatistics = format{
	name:  "twilio-statistics",
	title: "Twilio TaskRouter cumulative statistics of task queues (JSON)",
	tells: "offered, handled, abandoned, short abandons, moved, answered within, sums of waits, per queue and stretch of time",
	lacks: "contacts, talk, hold, wrap-up; the names of queues",

	source: "twilio-statistics", version: 1,
	detect: func(h *head) bool {
		return h.object("statistics", "task_queue_sid", "tasks_entered", "reservations_accepted", "start_time", "end_time")
	},
	read: readTwilioStatistics,
}

type queueStatistics struct {
	Queue    string  `json:"task_queue_sid"`
	Start    string  `json:"start_time"`
	End      string  `json:"end_time"`
	Entered  *int64  `json:"tasks_entered"`
	Accepted *int64  `json:"reservations_accepted"`
	Canceled *int64  `json:"tasks_canceled"`
	Moved    *int64  `json:"tasks_moved"`
	Answer   waitSum `json:"wait_duration_until_accepted"`
	Abandon  waitSum `json:"wait_duration_until_canceled"`

	Split map[string]struct {
		Below struct {
			Canceled *int64 `json:"tasks_canceled"`
			Accepted *int64 `json:"reservations_accepted"`
		} `json:"below"`
	} `json:"split_by_wait_time"`
}

type waitSum struct {
	Total *float64 `json:"total"` // seconds
}

func readTwilioStatistics(l *load, f *file, r io.Reader) error {
	p := l.intervals(f)
	return readJSON(l, f, r, []string{"statistics"}, func(line int64, q *queueStatistics, flags lake.Flags) (*reject, error) {
		start, ok1 := utc(q.Start)
		end, ok2 := utc(q.End)
		switch {
		case q.Queue == "":
			return &reject{reasonKey, "task_queue_sid"}, nil
		case !ok1 || start == 0:
			return &reject{reasonTime, "start_time"}, nil
		case !ok2 || end <= start:
			return &reject{reasonTime, "end_time"}, nil
		}
		at := span{reading: reading{micros: int64(start), instant: true, quality: lake.Second}}
		fact := p.fact(at, int64(end-start)/1e6, q.Queue)
		fact.Flags |= flags
		if bad := q.numbers(&fact); bad != nil {
			return bad, nil
		}
		if bad := p.put(line, &fact); bad != nil {
			return bad, nil
		}
		p.used()
		return nil, nil
	})
}

// numbers fills in the counts. A task that an agent accepted is handled, one that was canceled
// abandoned, one that was moved to another queue overflowed; a deleted one is unknown.
func (q *queueStatistics) numbers(fact *lake.Fact) *reject {
	for _, c := range []struct {
		name string
		from *int64
		into *int64
	}{
		{"tasks_entered", q.Entered, &fact.Offered}, {"reservations_accepted", q.Accepted, &fact.Handled},
		{"tasks_canceled", q.Canceled, &fact.Abandoned}, {"tasks_moved", q.Moved, &fact.OverflowOut},
	} {
		if c.from == nil {
			continue
		}
		if *c.from < 0 || *c.from > math.MaxInt32 {
			return &reject{reasonCount, c.name}
		}
		*c.into = *c.from
	}
	for _, t := range []struct {
		name string
		sum  waitSum
		into *int64
	}{{"wait_duration_until_accepted", q.Answer, &fact.AnswerMillis}, {"wait_duration_until_canceled", q.Abandon, &fact.AbandonMillis}} {
		if t.sum.Total == nil {
			continue
		}
		if !(*t.sum.Total >= 0 && *t.sum.Total < 1e10) {
			return &reject{reasonDuration, t.name}
		}
		*t.into = int64(math.Round(*t.sum.Total * 1000))
	}
	return q.thresholds(fact)
}

// The waits that short abandons and answers are counted by where the file splits at several:
// the greatest that is not beyond them.
const (
	mostShort  = 10
	mostWithin = 20
)

// thresholds takes the splits by wait: of those the file has, the best for short abandons and
// the best for answers in time.
func (q *queueStatistics) thresholds(fact *lake.Fact) *reject {
	short, within := 0, 0
	for text := range q.Split {
		s, err := strconv.Atoi(text)
		if err != nil || s <= 0 || s > 86400 {
			return &reject{reasonDuration, "split_by_wait_time"}
		}
		if s <= mostShort {
			short = max(short, s)
		}
		if best := within; s <= mostWithin && s > best || best == 0 || best > mostWithin && s < best {
			within = s
		}
	}
	if b := q.Split[strconv.Itoa(short)].Below.Canceled; short > 0 && b != nil && fact.Abandoned >= 0 {
		if *b < 0 || *b > fact.Abandoned {
			return &reject{reasonCount, "split_by_wait_time"}
		}
		fact.ShortAbandoned, fact.ShortMillis = *b, int64(short)*1000
		fact.Abandoned -= *b
	}
	if b := q.Split[strconv.Itoa(within)].Below.Accepted; within > 0 && b != nil {
		if *b < 0 || *b > math.MaxInt32 {
			return &reject{reasonCount, "split_by_wait_time"}
		}
		fact.Within, fact.WithinMillis = *b, int64(within)*1000
	}
	return nil
}
