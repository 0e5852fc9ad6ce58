package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/ringtide/ringtide/lake"
)

// readDelimited reads a file with one contact per row. Pieces of it are mapped side by
// side; what they hold is taken in, and accounted for, in the order of the file.
func (l *load) readDelimited(f *file, p *Profile, r io.Reader) error {
	s := newSplitter(r, p.spec.Delimiter[0], p.spec.Quotes == nil || *p.spec.Quotes)
	columns := p.spec.Columns
	if p.spec.Header {
		found, err := p.readHeader(s)
		if err != nil {
			return f.at(s.line, err)
		}
		columns = found
	}
	f.resume(s)
	rest := io.Reader(bytes.NewReader(bytes.Clone(s.buf[s.pos:s.end])))
	if s.err == nil {
		rest = io.MultiReader(rest, r)
	} else if !errors.Is(s.err, io.EOF) {
		return f.at(s.next, readable(s.err))
	}
	c := &cutter{r: rest, line: s.next, offset: s.base + int64(s.pos),
		s: &splitter{comma: s.comma, quotes: s.quotes, want: len(columns)}}
	workers := runtime.GOMAXPROCS(0)
	if p.spec.Ambiguous == "order" {
		workers = 1 // the row before decides which hour it is
	}
	return l.mapPieces(f, p, columns, c, workers)
}

// mapPieces is the assembly line: cut, map on several workers, take in.
func (l *load) mapPieces(f *file, p *Profile, columns []string, c *cutter, workers int) error {
	type job struct {
		piece
		read int64 // bytes of the file so far
		done chan *mapped
	}
	todo, order := make(chan job), make(chan job, workers)
	free := make(chan []byte, 3*workers)
	g, ctx := errgroup.WithContext(l.ctx)
	g.Go(func() error {
		defer close(todo)
		defer close(order)
		for {
			var buf []byte
			select {
			case buf = <-free:
			default:
			}
			next, err := c.next(buf)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return f.at(next.line, readable(err))
			}
			j := job{next, f.raw.n, make(chan *mapped, 1)}
			for _, to := range []chan job{order, todo} {
				select {
				case to <- j:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
	})
	for range workers {
		w := p.worker(l, f, columns, c.s)
		g.Go(func() error {
			for j := range todo {
				m, err := w.run(j.piece)
				if err != nil {
					return err
				}
				j.done <- m
			}
			return w.adder.Flush()
		})
	}
	g.Go(func() error {
		for j := range order {
			select {
			case m := <-j.done:
				if err := l.take(f, m, j.read); err != nil {
					return err
				}
				select {
				case free <- j.text:
				default:
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return g.Wait()
}

// mapped is what a piece came to: its part of the accounts, and the rows to put aside.
type mapped struct {
	file
	aside []asideRow
}

type asideRow struct {
	line, offset int64
	raw          []byte
	why          *reject
}

// take adds the accounts of a piece to those of the file.
func (l *load) take(f *file, m *mapped, read int64) error {
	f.add(&m.file)
	for _, a := range m.aside {
		if err := f.putAside(a.line, a.offset, a.raw, a.why); err != nil {
			return err
		}
	}
	if l.opts.Progress != nil {
		l.now.Rows, l.now.Bytes = f.report.Rows, read
		l.opts.Progress(l.now)
	}
	return l.ctx.Err()
}

// add adds the accounts of a part of the file.
func (f *file) add(part *file) {
	f.report.Rows += part.report.Rows
	f.report.Used += part.report.Used
	f.report.Ignored += part.report.Ignored
	for kind, n := range part.report.IgnoredBy {
		f.report.IgnoredBy = raise(f.report.IgnoredBy, kind, n)
	}
	for name, n := range part.report.Flags {
		f.report.Flags = raise(f.report.Flags, name, n)
	}
	for name, line := range part.report.FirstFlag {
		if f.report.FirstFlag == nil {
			f.report.FirstFlag = map[string]int64{}
		}
		if at, ok := f.report.FirstFlag[name]; !ok || line < at {
			f.report.FirstFlag[name] = line
		}
	}
	if part.first != 0 && (f.first == 0 || part.first < f.first) {
		f.first, f.report.First = part.first, part.report.First
	}
	if part.last > f.last {
		f.last, f.report.Last = part.last, part.report.Last
	}
}

func raise(m map[string]int64, key string, n int64) map[string]int64 {
	if m == nil {
		m = map[string]int64{}
	}
	m[key] += n
	return m
}

// A mapWorker maps pieces, one after another.
type mapWorker struct {
	s     *splitter
	m     *mapper
	adder *lake.Adder
	c     lake.Contact
	out   *mapped
}

func (p *Profile) worker(l *load, f *file, columns []string, like *splitter) *mapWorker {
	return &mapWorker{
		s:     &splitter{comma: like.comma, quotes: like.quotes, want: like.want},
		m:     p.bind(columns, f.source, l.opts.Zone, newHasher(l.opts.Key)),
		adder: l.w.Adder(f.input),
	}
}

// run maps a piece. The only error is that of a disk that is full; rows that are not
// understood are put aside.
func (w *mapWorker) run(p piece) (*mapped, error) {
	w.out = &mapped{}
	if p.long {
		w.out.aside = []asideRow{{p.line, p.offset, p.text, &reject{reasonLong, ""}}}
		return w.out, nil
	}
	w.s.piece(p)
	for {
		err := w.s.read()
		switch {
		case errors.Is(err, io.EOF):
			return w.out, nil
		case errors.Is(err, errQuote):
			w.reject(&reject{reasonQuote, ""})
		case errors.Is(err, errLong):
			w.reject(&reject{reasonLong, ""})
		default:
			if err := w.row(); err != nil {
				return nil, err
			}
		}
	}
}

func (w *mapWorker) reject(why *reject) {
	w.out.aside = append(w.out.aside, asideRow{w.s.line, w.s.offset, bytes.Clone(w.s.raw), why})
}

// row takes in the record the splitter is at: it is stored, ignored or put aside.
func (w *mapWorker) row() error {
	s, c, repaired := w.s, &w.c, false
	if len(s.fields) != w.m.width {
		if !w.m.p.repair(s, w.m.width) {
			w.reject(&reject{reasonColumns, ""})
			return nil
		}
		repaired = true
	}
	ignored, bad := w.m.contact(s.fields, c)
	if bad != nil {
		w.reject(bad)
		return nil
	}
	if ignored != "" {
		w.out.ignore(ignored)
		return nil
	}
	if s.ill {
		c.Flags |= lake.FlagEncoding
	}
	if repaired {
		c.Flags |= lake.FlagRepaired
	}
	if err := w.adder.Add(s.line, c); err != nil {
		if !errors.Is(err, lake.ErrContact) {
			return err
		}
		w.reject(&reject{reasonRange, w.m.arrival.label})
		return nil
	}
	w.out.report.Rows++
	w.out.report.Used++
	w.out.note(s.line, c)
	return nil
}

var spaces = regexp.MustCompile(`  +`)

// repair mends a row in which runs of spaces stand for a separator, if the row then has
// the right number of fields.
func (p *Profile) repair(s *splitter, width int) bool {
	if p.spec.Repair != "spaces" || len(s.fields) >= width {
		return false
	}
	line := spaces.ReplaceAll(s.raw, []byte{s.comma})
	s.split(line)
	s.mend(line)
	return len(s.fields) == width
}

// readHeader returns the names of the columns, or an error that says what is wrong with
// them and which separator the file seems to have.
func (p *Profile) readHeader(s *splitter) ([]string, error) {
	err := s.read()
	if errors.Is(err, io.EOF) {
		return nil, errEmpty
	}
	if err != nil {
		return nil, readable(err)
	}
	found := make([]string, len(s.fields))
	for i, f := range s.fields {
		found[i] = strings.TrimSpace(string(f))
	}
	if err := p.header(found); err != nil {
		if sep, ok := likelySeparator(string(s.raw), s.comma); ok {
			return nil, fmt.Errorf("%w; the profile's separator is %q, the file's looks like %q", err, s.comma, sep)
		}
		return nil, err
	}
	return found, nil
}

// likelySeparator names the character that cuts a header line into most parts, when
// that is not the expected one.
func likelySeparator(line string, expected byte) (byte, bool) {
	best, most := expected, strings.Count(line, string(expected))
	for _, c := range []byte(",;\t|") {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best, best != expected
}
