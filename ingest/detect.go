package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The names of formats that are no profiles.
const (
	FormatAuto     = "auto"
	FormatQueueLog = "queue_log"
)

// detectBytes is how much of a file decides what it is.
const detectBytes = 1 << 16

var queueLogLine = regexp.MustCompile(`^\d{9,11}(\.\d+)?\|[^|]*\|[^|]*\|[^|]*\|[A-Z][A-Z0-9_]+(\||$)`)

// Detect tells the format of a file from its first bytes, decompressed: queue_log, or
// the name of the one profile whose columns the first line names. The error says what was
// found and what each profile lacks.
func Detect(head []byte, profiles []*Profile) (string, error) {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	first := firstLine(head)
	if queueLogLine.Match(first) {
		return FormatQueueLog, nil
	}
	var fits []*Profile
	var whys []error
	for _, p := range profiles {
		if !p.spec.Header {
			continue // its first line is a row like any other
		}
		s := newSplitter(bytes.NewReader(append(slices.Clone(first), '\n')), p.spec.Delimiter[0], p.spec.Quotes == nil || *p.spec.Quotes)
		if _, err := p.readHeader(s); err != nil {
			whys = append(whys, err)
			continue
		}
		fits = append(fits, p)
	}
	slices.SortStableFunc(fits, func(a, b *Profile) int { return len(b.spec.needed()) - len(a.spec.needed()) })
	switch {
	case len(fits) == 1 || len(fits) > 1 && len(fits[0].spec.needed()) > len(fits[1].spec.needed()):
		return fits[0].Name(), nil
	case len(fits) > 1:
		return "", fmt.Errorf("the file fits the profiles %s and %s; name the format", fits[0].Name(), fits[1].Name())
	}
	found := strings.Join(harmless(strings.FieldsFunc(string(first), func(r rune) bool { return strings.ContainsRune(",;\t|", r) })), ", ")
	return "", errors.Join(append([]error{fmt.Errorf("no format fits: the file is no %s and begins with the columns %s", FormatQueueLog, found)}, whys...)...)
}

// firstLine returns the first line that is not empty.
func firstLine(b []byte) []byte {
	for len(b) > 0 {
		line, rest, _ := bytes.Cut(b, []byte("\n"))
		if line = trim(trimCR(line)); len(line) > 0 {
			return line
		}
		b = rest
	}
	return nil
}
