package ingest

import (
	"encoding/json"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// amazonMetrics is the answer of GetMetricDataV2 (API 2017-08-08), as JSON: a result for each
// queue and interval with the metrics that were asked for.
var amazonMetrics = format{
	name:  "amazon-connect-metrics",
	title: "Amazon Connect metric intervals (GetMetricDataV2, JSON)",
	tells: "counts and times per queue and interval, those that were asked for",
	lacks: "contacts: who waited how long, transfers, redials; queues by name; metrics of agents",

	source: "amazon-connect-metrics", version: 1,
	detect: func(h *head) bool { return h.object("MetricResults", "Collections", "MetricInterval") },
	read:   readAmazonMetrics,
}

type connectResult struct {
	Dimensions     map[string]string
	MetricInterval struct {
		StartTime, EndTime json.RawMessage
		Interval           string
	}
	Collections []struct {
		Metric struct {
			Name      string
			Threshold []struct {
				Comparison     string
				ThresholdValue float64
			}
			MetricFilters []json.RawMessage
		}
		Value *float64
	}
}

// connectCounts are metrics that are numbers of contacts.
var connectCounts = map[string]func(*lake.Fact) *int64{
	"CONTACTS_QUEUED":                     func(f *lake.Fact) *int64 { return &f.Offered },
	"CONTACTS_HANDLED":                    func(f *lake.Fact) *int64 { return &f.Handled },
	"CONTACTS_ABANDONED":                  func(f *lake.Fact) *int64 { return &f.Abandoned },
	"CONTACTS_TRANSFERRED_IN_FROM_QUEUE":  func(f *lake.Fact) *int64 { return &f.OverflowIn },
	"CONTACTS_TRANSFERRED_OUT_FROM_QUEUE": func(f *lake.Fact) *int64 { return &f.OverflowOut },
	"SUM_CONTACTS_ANSWERED_IN_X":          func(f *lake.Fact) *int64 { return &f.Within },
	"SUM_CONTACTS_ABANDONED_IN_X":         func(f *lake.Fact) *int64 { return &f.ShortAbandoned },
}

// connectSums are sums of seconds.
var connectSums = map[string]func(*lake.Fact) *int64{
	"SUM_INTERACTION_TIME":        func(f *lake.Fact) *int64 { return &f.Talk },
	"SUM_HOLD_TIME":               func(f *lake.Fact) *int64 { return &f.Hold },
	"SUM_AFTER_CONTACT_WORK_TIME": func(f *lake.Fact) *int64 { return &f.Wrap },
}

// connectMeans are means in seconds. AVG_HOLD_TIME is not among them: it is over the contacts
// that were on hold, of whom nothing tells the number.
var connectMeans = map[string]struct {
	into      func(*lake.Fact) *int64
	abandoned bool // the mean is over abandoned contacts, not over handled ones
}{
	"AVG_INTERACTION_TIME":        {into: func(f *lake.Fact) *int64 { return &f.Talk }},
	"AVG_HOLD_TIME_ALL_CONTACTS":  {into: func(f *lake.Fact) *int64 { return &f.Hold }},
	"AVG_AFTER_CONTACT_WORK_TIME": {into: func(f *lake.Fact) *int64 { return &f.Wrap }},
	"AVG_QUEUE_ANSWER_TIME":       {into: func(f *lake.Fact) *int64 { return &f.AnswerMillis }},
	"AVG_ABANDON_TIME":            {into: func(f *lake.Fact) *int64 { return &f.AbandonMillis }, abandoned: true},
}

func readAmazonMetrics(l *load, f *file, r io.Reader) error {
	p := l.intervals(f)
	return readJSON(l, f, r, []string{"MetricResults"}, func(line int64, c *connectResult, flags lake.Flags) (*reject, error) {
		queue, ignored := c.queue()
		switch {
		case ignored != "":
			f.ignore(ignored)
			return nil, nil
		case queue == "":
			return &reject{reasonKey, "QUEUE"}, nil
		}
		start, end := jsonTime(c.MetricInterval.StartTime), jsonTime(c.MetricInterval.EndTime)
		if start == 0 || end <= start {
			return &reject{reasonTime, "MetricInterval"}, nil
		}
		at := span{reading: reading{micros: int64(start), instant: true, quality: lake.Second}}
		fact := p.fact(at, int64(end-start)/1e6, queue)
		fact.Flags |= flags
		if arn := c.Dimensions["QUEUE_ARN"]; arn != "" && c.Dimensions["QUEUE"] != "" && !strings.HasSuffix(arn, "/"+queue) {
			fact.Flags |= lake.FlagContradiction // the result is grouped by QUEUE; that is believed
		}
		if bad := c.numbers(f, &fact); bad != nil {
			return bad, nil
		}
		if bad := p.put(line, &fact); bad != nil {
			return bad, nil
		}
		p.used()
		return nil, nil
	})
}

// queue returns the queue of a result. A result for part of its contacts (of an agent, a
// routing profile) would count them twice, and is ignored like other channels than voice.
func (c *connectResult) queue() (queue, ignored string) {
	for _, name := range slices.Sorted(maps.Keys(c.Dimensions)) {
		switch name {
		case "QUEUE", "QUEUE_ARN":
		case "CHANNEL":
			if c.Dimensions[name] != "VOICE" {
				return "", "channel " + strings.ToLower(list(harmless([]string{c.Dimensions[name]})))
			}
		default:
			return "", "grouped by " + list(harmless([]string{name}))
		}
	}
	if queue = c.Dimensions["QUEUE"]; queue == "" {
		_, queue, _ = strings.Cut(c.Dimensions["QUEUE_ARN"], "/queue/")
	}
	return queue, ""
}

// numbers fills in the metrics. A metric that is narrowed by filters is not the queue's.
func (c *connectResult) numbers(f *file, fact *lake.Fact) *reject {
	seconds, handle := map[string]float64{}, false
	for _, m := range c.Collections {
		name := m.Metric.Name
		count, sum, mean := connectCounts[name], connectSums[name], connectMeans[name].into
		switch {
		case len(m.Metric.MetricFilters) > 0:
			f.unread(name + " with filters")
		case m.Value == nil:
		case count != nil:
			n := int64(*m.Value)
			if float64(n) != *m.Value || n < 0 || n > math.MaxInt32 {
				return &reject{reasonCount, name}
			}
			*count(fact) = n
			if len(m.Metric.Threshold) > 0 {
				ms := int64(m.Metric.Threshold[0].ThresholdValue * 1000)
				switch name {
				case "SUM_CONTACTS_ANSWERED_IN_X":
					fact.WithinMillis = ms
				case "SUM_CONTACTS_ABANDONED_IN_X":
					fact.ShortMillis = ms
				}
			}
		case sum != nil || mean != nil || name == "AVG_HANDLE_TIME":
			if !(*m.Value >= 0 && *m.Value < 1e10) {
				return &reject{reasonDuration, name}
			}
			seconds[name], handle = *m.Value, handle || name == "AVG_HANDLE_TIME"
		default:
			f.unread(name)
		}
	}
	all := fact.Abandoned
	if fact.Abandoned >= 0 && fact.ShortAbandoned >= 0 { // CONTACTS_ABANDONED has the short ones in it
		if fact.Abandoned -= fact.ShortAbandoned; fact.Abandoned < 0 {
			return &reject{reasonCount, "SUM_CONTACTS_ABANDONED_IN_X"}
		}
	}
	times := func(into *int64, name string, of int64) {
		if v, told := seconds[name]; told && of >= 0 {
			*into = int64(math.Round(v * 1000 * float64(of)))
		}
	}
	if handle { // not parted: it stands as talk, unless talk is told
		times(&fact.Talk, "AVG_HANDLE_TIME", fact.Handled)
	}
	for name, m := range connectMeans {
		of := fact.Handled
		if m.abandoned {
			of = all
		}
		times(m.into(fact), name, of)
	}
	for name, into := range connectSums {
		times(into(fact), name, 1)
	}
	return nil
}

// jsonTime reads an instant that is a text with an offset or a number of seconds; 0 where it is
// neither.
func jsonTime(raw json.RawMessage) lake.Micros {
	text := strings.Trim(string(raw), `"`)
	if at, ok := utc(text); ok {
		return at
	}
	if at, ok := epoch(text); ok {
		return at
	}
	return 0
}
