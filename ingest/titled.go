package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// Reports that consoles print begin with lines of title: what the report is, for which days, who
// asked for it. Behind them the columns are named, in words that differ by release and language.

// plain is the name of a column without what releases change: capitals, spaces, punctuation.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r > 0x7f:
			return r
		}
		return -1
	}, strings.ToLower(name))
}

// A namedAs is a column by the name that the reader uses, and by the names that files have for it, as
// plain writes them.
type namedAs struct {
	name  string
	names []string
}

// at returns the place of the column among names; -1 where none is it.
func (c namedAs) at(names []string) int {
	for _, n := range c.names {
		if i := slices.Index(names, n); i >= 0 {
			return i
		}
	}
	return -1
}

// titled finds the line that names the columns, below at most mostTitles others: is says of the
// names, as plain writes them, whether they are those of the format. Lines count from 1.
func (h *head) titled(is func(names []string) bool) (comma byte, at int64, ok bool) {
	rest := h.data
	for titles := 0; titles < mostTitles && len(rest) > 0; {
		line, behind, _ := bytes.Cut(rest, []byte("\n"))
		rest = behind
		at++
		if line = trim(trimCR(line)); len(line) == 0 {
			continue
		}
		under := &head{line: line}
		for _, c := range []byte(",;\t|") {
			if bytes.IndexByte(line, c) >= 0 && is(plains(under.fields(c, true))) {
				return c, at, true
			}
		}
		titles++
	}
	return 0, 0, false
}

func plains(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = plain(n)
	}
	return out
}

// A titledSheet is a sheet below titles, with its head for looking ahead.
type titledSheet struct {
	*sheet
	data  []byte // the head of the file
	comma byte
	below int64 // the line of the names
}

// passTitles reads up to the line of the names, which is the record that it leaves the splitter at. No
// title goes over lines: a quote in one must not swallow the names.
func passTitles(f *file, s *splitter, names int64) error {
	s.want = 1 << 30
	for {
		if err := s.read(); err != nil && !errors.Is(err, errQuote) {
			return f.at(s.line, readable(err))
		}
		if s.line >= names {
			s.want = len(s.fields)
			return nil
		}
		f.ignore("title")
	}
}

// titled opens a sheet below titles, and names its columns as the reader does.
func (l *load) titled(f *file, r io.Reader, is func(names []string) bool, columns []namedAs) (*titledSheet, error) {
	b := bufio.NewReaderSize(r, detectBytes)
	data, err := b.Peek(detectBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, f.at(1, readable(err))
	}
	data = slices.Clone(data)
	comma, at, ok := newHead(data).titled(is)
	if !ok {
		return nil, f.at(1, errors.New("no line of the file names the columns of format "+f.format.name+"; ringtide ingest --formats lists what can be read"))
	}
	t := &titledSheet{&sheet{newSplitter(b, comma, true), map[string]int{}}, data, comma, at}
	if err := passTitles(f, t.splitter, at); err != nil {
		return nil, err
	}
	names, used := make([]string, len(t.fields)), map[int]bool{}
	for i, name := range t.fields {
		names[i] = plain(string(trim(name)))
	}
	for _, c := range columns {
		if i := c.at(names); i >= 0 {
			t.at[strings.ToLower(c.name)], used[i] = i, true
		}
	}
	for i, name := range t.fields {
		if !used[i] {
			f.unread(string(trim(name)))
		}
	}
	return t, nil
}

// column returns the fields of a column at the head of the file.
func (t *titledSheet) column(name string) (fields [][]byte) {
	i, ok := t.at[strings.ToLower(name)]
	if !ok {
		return nil
	}
	s := newSplitter(bytes.NewReader(t.data), t.comma, true)
	for {
		switch err := s.read(); {
		case errors.Is(err, errQuote), errors.Is(err, errLong):
			continue
		case err != nil:
			return fields
		}
		if s.line > t.below && i < len(s.fields) {
			fields = append(fields, slices.Clone(trim(s.fields[i])))
		}
	}
}

// stamps reads the date with a time of day in any of the ways that reports have it. Which of day and
// month is first shows in the column: see swappedDates.
type stamps struct{ swapped string }

func (t *titledSheet) stamps(column string) stamps {
	return stamps{swappedIn(t.column(column))}
}

// parse reads one: an instant where the text has an offset, else a wall clock.
func (p stamps) parse(text []byte) (r reading, ok bool) {
	text = bytes.TrimSuffix(bytes.TrimSpace(text), []byte(" UTC"))
	if len(text) == 0 || !bytes.ContainsAny(text, ": ") {
		return r, false
	}
	for i := range worded {
		if r, err := worded[i].parse(text); err == nil {
			return r, true
		}
	}
	if i := bytes.IndexByte(text, ','); i > 0 { // 3/6/2026, 9:30 AM
		text = slices.Concat(text[:i], text[i+1:])
	}
	if p.swapped != "" {
		text = swapDate(text, p.swapped)
	}
	s, err := parseSpan(text, nil)
	if err != nil || s.days != 0 || s.seconds != 0 {
		return r, false
	}
	if !s.instant {
		s.quality = lake.Second
		if bytes.Count(text, []byte(":")) < 2 {
			s.quality = lake.Minute
		}
	}
	return s.reading, true
}

// worded are the ways of writing a time with the name of the month, or behind a weekday.
var worded = []timeForm{
	newTimeForm("2006-01-02 15:04:05"), // most often, and fast
	newTimeForm("Mon, 02 Jan 2006 15:04:05"), newTimeForm("02 Jan 2006 15:04:05"), newTimeForm("2 Jan 2006 15:04:05"), newTimeForm("02-Jan-2006 15:04:05"),
	newTimeForm("Jan 2, 2006 15:04:05"), newTimeForm("Jan 2, 2006 3:04:05 PM"), newTimeForm("Jan 2, 2006, 3:04:05 PM"), newTimeForm("02-Jan-06 15:04:05"),
	newTimeForm("2006-01-02 15:04:05.999 -0700"), newTimeForm("2006-01-02 15:04:05 -0700"), newTimeForm("2006-01-02T15:04:05.999-0700"),
}
