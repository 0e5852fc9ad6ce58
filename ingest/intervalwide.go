package ingest

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
)

// intervalWide is the table that cities publish: a row per day, a column per queue or
// agency, and nothing but counts.
var intervalWide = format{
	name:  "interval-columns",
	title: "daily or interval counts, a column for each queue",
	tells: "contacts offered per queue and interval",
	lacks: "what became of them, and every time",

	source: "interval-columns", version: 1,
	detect: func(h *head) bool { _, ok := h.wide(); return ok },
	read:   readIntervalWide,
}

// wide returns the separator of a file whose first column is a date and all others counts.
func (h *head) wide() (comma byte, ok bool) {
	lines := strings.SplitN(string(h.data), "\n", 4)
	if len(lines) < 3 {
		return 0, false
	}
	for _, c := range []byte(",;\t|") {
		names := h.fields(c, true)
		first := newHead([]byte(lines[1])).fields(c, true)
		if len(names) < 3 || len(first) != len(names) {
			continue
		}
		if k := headingOf(names[0]); k != "date" && k != "start" {
			continue
		}
		if _, report := reportColumns(names, false); report {
			continue
		}
		_, err := parseSpan([]byte(first[0]), nil)
		counts := !slices.ContainsFunc(first[1:], func(t string) bool { _, ok := parseCount([]byte(t)); return !ok })
		if err == nil && counts {
			return c, true
		}
	}
	return 0, false
}

func readIntervalWide(l *load, f *file, r io.Reader) error {
	b := bufio.NewReaderSize(r, detectBytes)
	data, _ := b.Peek(detectBytes)
	comma, ok := newHead(data).wide()
	if !ok {
		return f.at(1, errors.New("this is no table of counts: the first column is to be a date, and every other one the count of a queue"))
	}
	s := newSplitter(b, comma, true)
	if err := s.read(); err != nil {
		return f.at(1, readable(err))
	}
	s.want = len(s.fields)
	queues := make([]string, len(s.fields))
	for i, name := range s.fields {
		queues[i] = string(trim(name))
		if i > 0 && (strings.EqualFold(queues[i], "total") || strings.EqualFold(queues[i], "weekday")) {
			f.unread(queues[i])
			queues[i] = ""
		}
	}
	p := l.intervals(f)
	seconds, counts := commonLength(data, comma, []heading{"start"}, "", reportTold{}), make([]int64, len(queues))
	return l.eachRecord(f, s, func() (*reject, error) {
		if len(s.fields) != len(queues) {
			return &reject{reasonColumns, ""}, nil
		}
		at, err := parseSpan(s.fields[0], nil)
		if err != nil {
			return &reject{reasonTime, queues[0]}, nil
		}
		if seconds == 0 && at.days == 0 {
			return nil, f.at(s.line, errNoLength)
		}
		for i, queue := range queues {
			if i == 0 || queue == "" {
				continue
			}
			n, ok := parseCount(s.fields[i])
			if !ok {
				return &reject{reasonCount, queue}, nil
			}
			counts[i] = n
		}
		for i, queue := range queues {
			if i == 0 || queue == "" || counts[i] < 0 {
				continue
			}
			fact := p.fact(at, seconds, queue)
			fact.Offered = counts[i]
			if bad := p.put(s.line, &fact); bad != nil {
				return bad, nil
			}
		}
		p.used()
		return nil, nil
	})
}
