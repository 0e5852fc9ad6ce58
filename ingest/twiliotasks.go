package ingest

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// The event log of Twilio's task router: a task is a contact, its events tell when it
// entered a queue, who accepted it and how it ended. Events of workers, workflows and
// activities are counted by kind and passed over.
var twilioTasks = format{
	name:  "twilio-tasks",
	title: "Twilio TaskRouter events (JSON)",
	tells: "arrival at the router, queue, wait, talk, wrap-up, outcome, agent",
	lacks: "number dialled, time in the menu, hold; calls that never became a task",

	source: "twilio-tasks", version: 1,
	detect: func(h *head) bool { return h.object("events", "event_type", "event_date", "event_data", "sid") },
	read:   readTwilioTasks,
	stitch: stitchTwilioTasks,
}

// A taskEvent is the fields of an event that are read.
type taskEvent struct {
	SID    string `json:"sid"`
	Type   string `json:"event_type"`
	Date   string `json:"event_date"`
	Millis int64  `json:"event_date_ms"`
	Data   struct {
		Task       string `json:"task_sid"`
		Queue      string `json:"task_queue_name"`
		QueueSID   string `json:"task_queue_sid"`
		Worker     string `json:"worker_sid"`
		Attributes string `json:"task_attributes"`
		Channel    string `json:"task_channel_unique_name"`
	} `json:"event_data"`
}

// What an event means, in leg.Kind.
const (
	taskCreated int64 = iota + 1
	taskQueued
	taskAccepted
	taskWrapping
	taskCompleted
	taskCanceled
	taskOther
)

var taskKinds = map[string]int64{
	"task.created": taskCreated, "task-queue.entered": taskQueued, "reservation.accepted": taskAccepted,
	"task.wrapup": taskWrapping, "reservation.wrapup": taskWrapping, "task.completed": taskCompleted, "reservation.completed": taskCompleted,
	"task.canceled": taskCanceled, "task.deleted": taskCanceled, "task.system-deleted": taskCanceled, "task.transfer-completed": taskOther,
}

func readTwilioTasks(l *load, f *file, r io.Reader) error {
	return readJSON(l, f, r, []string{"events"}, func(line int64, e *taskEvent, flags lake.Flags) (*reject, error) {
		kind, known := taskKinds[e.Type]
		if !known || e.Data.Task == "" {
			if !eventName.MatchString(strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(e.Type))) {
				return &reject{reasonEvent, "event_type"}, nil
			}
			f.ignore(e.Type)
			return nil, nil
		}
		if c := e.Data.Channel; c != "" && c != "voice" && c != "default" {
			f.ignore("channel " + c)
			return nil, nil
		}
		at, ok := utc(e.Date)
		if !ok || at == 0 {
			return &reject{reasonTime, "event_date"}, nil
		}
		g := newLeg(e.Data.Task, at)
		if ms := lake.Micros(e.Millis) * 1000; ms >= at && ms < at+1e6 { // the same second, told finer
			g.At, g.When = ms, lake.Exact
		}
		g.Part, g.Kind, g.Fact = e.SID, kind, flags
		g.Queue, g.Link = e.Data.Queue, e.Data.QueueSID
		g.Agent, g.Caller = l.hash.agent([]byte(e.Data.Worker)), l.hash.caller([]byte(callerOf(e.Data.Attributes)))
		if g.Queue == lake.AllQueues {
			return &reject{reasonQueue, "task_queue_name"}, nil
		}
		return nil, l.leg(f, line, &g)
	})
}

// callerOf finds the caller's number in the attributes of a task, which are JSON in a text.
func callerOf(attributes string) string {
	var a struct {
		From   string `json:"from"`
		Caller string `json:"caller"`
	}
	if json.Unmarshal([]byte(attributes), &a) != nil {
		return "" // attributes are the center's own and may be anything
	}
	if a.From != "" {
		return a.From
	}
	return a.Caller
}

// stitchTwilioTasks follows a task from queue to queue; each it waits in is a visit.
func stitchTwilioTasks(legs []leg) []lake.Contact {
	var out []lake.Contact
	visit := func() *lake.Contact {
		if len(out) == 0 {
			out = append(out, lake.NewContact("", ""))
			out[0].Outcome = lake.OutcomeOpen
		}
		return &out[len(out)-1]
	}
	wrapped := lake.Micros(0)
	for _, g := range legs {
		c := visit()
		if name := queueOf(&g); name != "" && c.Queue != "" && name != c.Queue && g.Kind == taskQueued {
			if c.Outcome == lake.OutcomeOpen {
				c.Outcome, c.Ended = lake.OutcomeOverflowed, g.At
				c.Wait = between(&c.Flags, c.Queued, g.At)
			}
			out = append(out, lake.NewContact("", ""))
			c = visit()
			c.Outcome, wrapped = lake.OutcomeOpen, 0
		}
		wrapped = taskStep(c, &g, wrapped)
	}
	for i := range out {
		out[i].Arrival, out[i].Quality = legs[0].At, legs[0].When
	}
	return out
}

func queueOf(g *leg) string {
	if g.Queue != "" {
		return g.Queue
	}
	return g.Link
}

// taskStep enters an event into the visit. wrapped is when the talk ended, 0 before that.
func taskStep(c *lake.Contact, g *leg, wrapped lake.Micros) lake.Micros {
	c.Flags |= g.Fact
	if c.Queue == "" {
		c.QueueNative, c.Queue = queueOf(g), queueOf(g)
	}
	if c.Caller == (lake.Key{}) {
		c.Caller = g.Caller
	}
	if c.Queued == 0 && (g.Kind == taskCreated || g.Kind == taskQueued) {
		c.Queued = g.At
	}
	switch g.Kind {
	case taskAccepted:
		if c.Outcome != lake.OutcomeHandled {
			c.Outcome, c.Answered, c.Agent = lake.OutcomeHandled, g.At, g.Agent
			c.Wait = between(&c.Flags, c.Queued, g.At)
		}
	case taskWrapping:
		if c.Outcome == lake.OutcomeHandled && wrapped == 0 {
			c.Talk, c.Ended = between(&c.Flags, c.Answered, g.At), g.At
			return g.At
		}
	case taskCompleted:
		switch {
		case c.Outcome != lake.OutcomeHandled:
		case wrapped == 0:
			c.Talk, c.Ended = between(&c.Flags, c.Answered, g.At), g.At
			return g.At
		case c.Wrap == lake.NoMillis:
			c.Wrap = between(&c.Flags, wrapped, g.At)
		}
	case taskCanceled:
		if c.Outcome == lake.OutcomeOpen {
			c.Outcome, c.Ended = lake.OutcomeAbandoned, g.At
			c.Wait = between(&c.Flags, c.Queued, g.At)
		}
	}
	return wrapped
}
