package ingest

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// The titles of a report can tell what its rows leave out: whose they are, and of which day. Such a
// report goes on with further titles for the next queue or day.

// titleOf are the words before a colon in a title, as plain writes them.
var titleOf = map[heading][]string{
	"queue": {"split", "skill", "splitskill", "splitname", "skillname", "splitskillname", "queue", "queuename", "vdn", "vdnname", "csq", "csqname", "huntgroup", "cola", "fila", "warteschlange"},
	"date":  {"date", "day", "fecha", "data", "datum", "reportdate"},
}

// reportTold is what the titles read so far tell.
type reportTold struct {
	queue []byte
	date  []byte
}

var keyValue = regexp.MustCompile(`^\s*([\pL/ ]{3,30}?)\s*:\s*(.*?)\s*$`)

// dateWithin is a date amid other words.
var dateWithin = regexp.MustCompile(`(?i)[a-z]{3,9} \d{1,2}, \d{4}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}`)

// title takes in a line of titles, and reports whether it tells anything. Key and value are in one
// field or in two.
func (c *reportTold) title(fields [][]byte) (tells bool) {
	for i, field := range fields {
		m := keyValue.FindSubmatch(field)
		if m == nil {
			continue
		}
		key, value := plain(string(m[1])), m[2]
		for len(value) == 0 && i+1 < len(fields) {
			i++
			value = trim(fields[i])
		}
		switch {
		case len(value) == 0:
		case slices.Contains(titleOf["queue"], key):
			c.queue, tells = slices.Clone(value), true
		case slices.Contains(titleOf["date"], key):
			if _, err := parseSpan(value, nil); err != nil { // 10:40 am WED OCT 16, 2002
				value = dateWithin.Find(value)
			}
			if _, err := parseSpan(value, nil); err == nil {
				c.date, tells = slices.Clone(value), true
			}
		}
	}
	return tells
}

// fill enters what the row leaves out.
func (c *reportTold) fill(field map[heading][]byte) {
	if field["queue"] == nil && len(c.queue) > 0 {
		field["queue"] = c.queue
	}
	if field["date"] == nil && field["start"] == nil && len(c.date) > 0 {
		field["date"] = c.date
	}
}

// told returns what the titles at the head of a report tell, up to its first row.
func told(data []byte, comma byte) (c reportTold) {
	for n := 0; n < mostTitles && len(data) > 0; {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		if line = trim(trimCR(line)); len(line) == 0 {
			continue
		}
		n++
		if printedRow.Match(line) {
			return c
		}
		var fields [][]byte
		for _, text := range (&head{line: line}).fields(comma, true) {
			fields = append(fields, []byte(text))
		}
		c.title(fields)
	}
	return c
}

// isKeyLine reports whether a line is one of keys and values, not of names of columns.
func isKeyLine(line []byte) bool {
	return strings.Contains(string(line), ": ") || bytes.HasSuffix(trim(line), []byte(":"))
}
