package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The names of formats that other code refers to.
const (
	FormatAuto     = "auto"
	FormatQueueLog = "queue_log"
)

// detectBytes is how much of a file decides what it is.
const detectBytes = 1 << 16

// A head is the beginning of a file as the detect functions of formats see it.
type head struct {
	data []byte // up to detectBytes, decompressed, without a byte order mark
	line []byte // the first line that is not empty
}

func newHead(data []byte) *head {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	return &head{data: data, line: firstLine(data)}
}

// fields returns the first line cut at a separator.
func (h *head) fields(comma byte, quotes bool) []string {
	line := append(slices.Clone(h.line), '\n')
	s := &splitter{comma: comma, quotes: quotes, next: 1}
	if s.piece(piece{text: line, line: 1}); s.read() != nil {
		return nil
	}
	out := make([]string, len(s.fields))
	for i, f := range s.fields {
		out[i] = strings.TrimSpace(string(f))
	}
	return out
}

// names reports whether the first line is a header that has all of the columns, whatever
// the separator and however they are capitalised.
func (h *head) names(columns ...string) bool {
	_, ok := h.separator(columns...)
	return ok
}

// separator returns the character under which the first line names all of the columns.
func (h *head) separator(columns ...string) (comma byte, ok bool) {
	for _, c := range []byte(",;\t|") {
		found := h.fields(c, true)
		has := func(column string) bool {
			return slices.ContainsFunc(found, func(f string) bool { return strings.EqualFold(f, column) })
		}
		if !slices.ContainsFunc(columns, func(c string) bool { return !has(c) }) {
			return c, true
		}
	}
	return 0, false
}

// object reports whether the file is JSON whose first object has all of these
// names. An object that only wraps the list "within" is looked into; see values.
func (h *head) object(within string, names ...string) bool {
	v := newValues(bytes.NewReader(h.data), within)
	keys := v.firstKeys()
	return len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return !keys[n] })
}

// Detect tells the format of a file from its first bytes, decompressed: the name of the one
// format or profile that they fit. The error says what was found and what each
// profile lacks.
func Detect(data []byte, profiles []*Profile) (string, error) {
	h := newHead(data)
	var fits []string
	for _, f := range formats {
		if f.detect(h) {
			fits = append(fits, f.name)
		}
	}
	profile, whys, tie := h.profile(profiles)
	if tie != nil && len(fits) == 0 {
		return "", tie
	}
	if profile != "" {
		fits = append(fits, profile)
	}
	switch len(fits) {
	case 1:
		return fits[0], nil
	case 0:
		return "", h.unknown(whys)
	}
	return "", fmt.Errorf("the file fits the formats %s; name one with --format", strings.Join(fits, " and "))
}

// profile finds the profile that reads most of the columns in the first line, or of the fields
// of the first object. One without a header is never found: its first line is a row like any
// other.
func (h *head) profile(profiles []*Profile) (name string, whys []error, tie error) {
	var fits []*Profile
	for _, p := range profiles {
		if !p.spec.Header && !p.json() {
			continue
		}
		err := p.fits(h)
		switch {
		case err == nil:
			fits = append(fits, p)
		case !errors.Is(err, errOtherKind):
			whys = append(whys, err)
		}
	}
	slices.SortStableFunc(fits, func(a, b *Profile) int { return len(b.spec.needed()) - len(a.spec.needed()) })
	switch {
	case len(fits) == 0:
		return "", whys, nil
	case len(fits) > 1 && len(fits[0].spec.needed()) == len(fits[1].spec.needed()):
		return "", nil, fmt.Errorf("the file fits the profiles %s and %s; name one with --format", fits[0].Name(), fits[1].Name())
	}
	return fits[0].Name(), nil, nil
}

// unknown is the error about a file that nothing fits.
func (h *head) unknown(whys []error) error {
	found := "begins with the columns " + list(harmless(strings.FieldsFunc(string(h.line), func(r rune) bool { return strings.ContainsRune(",;\t|", r) })))
	if keys := newValues(bytes.NewReader(h.data), "").firstKeys(); len(keys) > 0 {
		var names []string
		for k := range keys {
			names = append(names, k)
		}
		slices.Sort(names)
		found = "is JSON with the fields " + list(harmless(names))
	}
	first := fmt.Errorf("no format fits: the file %s; ringtide ingest --formats lists what can be read", found)
	if h.cucmBare() {
		first = fmt.Errorf("no format fits: the file has no header and looks like records of Cisco Unified CM; if it is of a release with 129 or 133 columns name it with --format %s, else export it with its header", ciscoCUCMBare.name)
	}
	return errors.Join(append([]error{first}, whys...)...)
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
