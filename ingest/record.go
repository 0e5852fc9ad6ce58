package ingest

import (
	"strconv"

	"github.com/ringtide/ringtide/lake"
)

// utc reads a time that carries its own offset, in a record that leaves it out where it is
// not known; ok is false for text that is no such time.
func utc(text string) (at lake.Micros, ok bool) {
	if text == "" {
		return 0, true
	}
	r, err := parseRFC3339([]byte(text))
	if err != nil { // some tools leave the Z out
		r, err = parseRFC3339([]byte(text + "Z"))
	}
	return lake.Micros(r.micros), err == nil
}

// times reads each of several such times; bad names the first that is none.
func times(fields ...timeField) (bad *reject) {
	for _, t := range fields {
		at, ok := utc(t.text)
		if !ok {
			return &reject{reasonTime, t.name}
		}
		*t.to = at
	}
	return nil
}

type timeField struct {
	name, text string
	to         *lake.Micros
}

// epoch reads a count of seconds since 1970 as text; 0 and nothing are unknown.
func epoch(text string) (at lake.Micros, ok bool) {
	if text == "" || text == "0" {
		return 0, true
	}
	r, err := parseEpoch([]byte(text), formEpoch)
	return lake.Micros(r.micros), err == nil
}

// seconds turns a count of seconds into a duration; nil is unknown.
func seconds(flags *lake.Flags, s *float64) lake.Millis {
	if s == nil {
		return lake.NoMillis
	}
	d, flag := tame(int64(*s*1000+.5), defaultMax.Milliseconds())
	*flags |= flag
	return d
}

// between returns the time from a to b; unknown where either is.
func between(flags *lake.Flags, a, b lake.Micros) lake.Millis {
	if a == 0 || b == 0 {
		return lake.NoMillis
	}
	d, flag := tame(int64(b-a)/1000, defaultMax.Milliseconds())
	*flags |= flag
	return d
}

// whole reads a whole number; 0 where there is none.
func whole(text []byte) int64 {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// plus adds durations; unknown ones count for nothing unless all are.
func plus(a, b lake.Millis) lake.Millis {
	switch {
	case a == lake.NoMillis:
		return b
	case b == lake.NoMillis:
		return a
	}
	return a + b
}
