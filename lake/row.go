package lake

import (
	"errors"
	"fmt"
	"time"
)

// An Adder takes the contacts of one input for a Writer. Each is for one goroutine;
// several may be at work for one Writer. Which Adder a contact goes through leaves no
// trace in the lake.
type Adder struct {
	w      *Writer
	input  uint32
	open   map[partition]*bin
	bin    *bin // of the contact before: contacts of one month come together
	source string
	from   Micros // month of bin
	to     Micros
	rows   *rowCoder
}

// A bin collects rows of one partition until there are enough to hand over.
type bin struct {
	part partition
	data []byte
	n    int
}

// Adder returns an Adder for an input.
func (w *Writer) Adder(input int) *Adder { return w.adder(uint32(input + 1)) }

func (w *Writer) adder(input uint32) *Adder {
	return &Adder{w: w, input: input, open: map[partition]*bin{}, rows: newRowCoder(&w.words, w.seed)}
}

// Add takes a copy of c, made from the given line of the input. It refuses contacts that
// the lake cannot hold: without an ID or arrival, in the queue named AllQueues, from
// a source that ValidSource refuses. It keeps nothing of c.
func (a *Adder) Add(line int64, c *Contact) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("%w: %w", err, ErrContact)
	}
	if a.bin == nil || a.source != c.Source || c.Arrival < a.from || c.Arrival >= a.to {
		if err := a.month(c); err != nil {
			return err
		}
	}
	b, most := a.bin, a.rows.most(c)
	if len(b.data)+most > cap(b.data) {
		if err := a.hand(b); err != nil {
			return err
		}
		b.data = a.w.spill.buffer(most)
	}
	b.data, b.n = a.rows.append(b.data, c, a.input, line), b.n+1
	return nil
}

// month finds the bin of a contact's month.
func (a *Adder) month(c *Contact) error {
	if err := ValidSource(c.Source); err != nil {
		return fmt.Errorf("%w: %w", err, ErrContact)
	}
	at := c.Arrival.Time()
	from := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	p := partition{string([]byte(c.Source)), from.Format("2006-01")}
	b := a.open[p]
	if b == nil {
		b = &bin{part: p}
		a.open[p] = b
	}
	a.bin, a.source, a.from, a.to = b, p.source, MicrosOf(from), MicrosOf(from.AddDate(0, 1, 0))
	return nil
}

func (a *Adder) hand(b *bin) error {
	if b.n == 0 {
		return nil
	}
	data, n := b.data, b.n
	b.data, b.n = nil, 0
	return a.w.spill.take(a.w.run(b.part), data, n)
}

// Flush hands over what the Adder still holds; without it those contacts are lost.
func (a *Adder) Flush() error {
	var errs []error
	for _, b := range a.open {
		errs = append(errs, a.hand(b))
	}
	return errors.Join(errs...)
}

// The contacts a calendar can name; the reader of a broken clock must not make a
// thousand partitions.
var (
	firstArrival = MicrosOf(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC))
	lastArrival  = MicrosOf(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
)

// ErrContact is wrapped by the error of Add on a contact that a lake cannot hold; any other
// error concerns the load.
var ErrContact = errors.New("no lake can hold this contact")

func (c *Contact) check() error {
	switch {
	case c.ID == "":
		return errors.New("lake: contact without an ID")
	case c.Arrival < firstArrival || c.Arrival >= lastArrival:
		return fmt.Errorf("lake: contact arrives %s; a lake holds the years 1980 to 2099", c.Arrival.Time().Format(time.RFC3339))
	case c.Queue == AllQueues:
		return fmt.Errorf("lake: queue %q: the name is kept for the whole center; rename the queue", c.Queue)
	case c.Visit < 0 || int(c.Outcome) >= len(outcomeNames) || int(c.Direction) >= len(directionNames) ||
		int(c.Transfer) >= len(transferNames) || int(c.Quality) >= len(qualityNames) || c.Fold > 1:
		return fmt.Errorf("lake: contact %s holds a value out of range", c.ID)
	case c.Visit == 0 && c.Queued == 0:
		return fmt.Errorf("lake: contact %s has a visit without a number and without a time", c.ID)
	}
	return nil
}
