package ingest

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// An Input is a file to load. Open may be called more than once and gives the file from
// its beginning each time; the name is for messages and the ledger.
type Input struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// Files returns inputs for paths in a file system.
func Files(fsys fs.FS, paths ...string) []Input {
	inputs := make([]Input, len(paths))
	for i, path := range paths {
		inputs[i] = Input{path, func() (io.ReadCloser, error) { return fsys.Open(path) }}
	}
	return inputs
}

// Options says how to load. The zero Options detect queue_log only.
type Options struct {
	Format   string         // FormatAuto (the default), or a name that Formats lists
	Profiles []*Profile     // the mapping profiles known
	Source   string         // name of the phone system in the lake; default: the profile's, or asterisk
	Zone     *time.Location // wall clock of logs whose profile names no zone, and of queue_log

	// Key is the secret for the hashes of callers and agents, at least 16 bytes. Without
	// it both are dropped.
	Key []byte

	MaxShare   float64 // share of a file's rows that may be quarantined; default 0.01
	MaxRejects int64   // number of a file's rows that may be; default 10,000
	Strict     bool    // a row put aside or a doubtful fact is an error, and nothing is stored

	QuarantineDir string         // where the rejected rows of a file are written; empty: nowhere
	Progress      func(Progress) // called now and then; may be nil
}

// Progress is how far a load has come.
type Progress struct {
	File         string
	Index, Files int
	Bytes        int64 // of the file, as it lies on the disk
	Rows         int64
}

// complete checks the options and fills in defaults; it reports every fault.
func (o *Options) complete() error {
	var errs []error
	if o.Format == "" {
		o.Format = FormatAuto
	}
	if o.MaxShare == 0 {
		o.MaxShare = 0.01
	}
	if o.MaxRejects == 0 {
		o.MaxRejects = 10_000
	}
	if !(o.MaxShare >= 0 && o.MaxShare <= 1) || o.MaxRejects < 0 {
		errs = append(errs, fmt.Errorf("at most share %v and %d rows in quarantine; a share is 0 to 1", o.MaxShare, o.MaxRejects))
	}
	if len(o.Key) > 0 && len(o.Key) < 16 {
		errs = append(errs, fmt.Errorf("the key has %d bytes; a secret of fewer than 16 can be guessed", len(o.Key)))
	}
	if o.Source != "" {
		errs = append(errs, lake.ValidSource(o.Source))
	}
	names := map[string]bool{FormatAuto: true}
	for _, f := range table(o.Profiles) {
		if names[f.name] {
			errs = append(errs, fmt.Errorf("two formats are named %s; rename the profile", f.name))
		}
		names[f.name] = true
	}
	if !names[o.Format] {
		errs = append(errs, fmt.Errorf("no format %q; there are %s", o.Format, list(slices.Sorted(maps.Keys(names)))))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("ingest: %w", err)
	}
	return nil
}

// A load is one call of Load.
type load struct {
	ctx  context.Context
	lk   *lake.Lake
	opts Options
	w    *lake.Writer
	hash *hasher
	legs map[string]*gatherer // by source
	now  Progress
}

// A file is one input of a load.
type file struct {
	report     FileReport
	format     *format
	input      int // its number with the writer; -1 when it is not read
	source     string
	maxRejects int64
	rejects    map[string]rejected // the first of each reason
	aside      quarantine
	raw        *countingReader

	lineShift, offsetShift int64 // of a tail: what lies before it

	first, last lake.Micros
}

// Load reads the files and stores all of their contacts in the lake, or none: an error
// leaves the lake as it was and names the file. The report accounts for every row;
// with an error it tells what was found up to it.
func Load(ctx context.Context, lk *lake.Lake, inputs []Input, opts Options) (Report, error) {
	if err := opts.complete(); err != nil {
		return Report{}, err
	}
	w, err := lk.Writer()
	if err != nil {
		return Report{}, fmt.Errorf("ingest: %w", err)
	}
	l := &load{ctx: ctx, lk: lk, opts: opts, w: w, hash: newHasher(opts.Key), legs: map[string]*gatherer{}}
	report, err := l.run(inputs)
	return report, errors.Join(err, l.close())
}

func (l *load) close() error {
	errs := []error{l.w.Close()}
	for _, g := range l.legs {
		errs = append(errs, g.new.close())
	}
	return errors.Join(errs...)
}

// run is the road: read every file, stitch what is stitched, commit, account.
func (l *load) run(inputs []Input) (Report, error) {
	var report Report
	files := make([]*file, 0, len(inputs))
	for i, in := range inputs {
		l.now = Progress{File: in.Name, Index: i, Files: len(inputs)}
		f, err := l.read(in, files)
		if f != nil {
			files = append(files, f)
			path, asideErr := f.aside.finish()
			f.report.QuarantineFile = path
			err = errors.Join(err, asideErr)
		}
		if err != nil {
			return report.of(files), err
		}
	}
	for _, source := range slices.Sorted(maps.Keys(l.legs)) {
		if err := l.legs[source].finish(l.ctx, l.w); err != nil {
			return report.of(files), err
		}
	}
	if err := l.strict(files); err != nil {
		return report.of(files), err
	}
	var entries []lake.Input
	for _, f := range files {
		if f.input >= 0 {
			entries = append(entries, f.report.entry())
		}
	}
	if len(entries) > 0 {
		tallies, err := l.w.Commit(l.ctx, entries)
		if err != nil {
			return report.of(files), fmt.Errorf("ingest: %w", err)
		}
		for _, f := range files {
			f.settle(tallies)
			if f.input >= 0 {
				f.report.ConflictList = l.w.Conflicts(f.input)
			}
		}
	}
	report = report.of(files)
	report.Fingerprint = l.lk.Status().Fingerprint
	return report, nil
}

func (r Report) of(files []*file) Report {
	r = Report{}
	for _, f := range files {
		r.Files = append(r.Files, f.report)
	}
	r.sum()
	return r
}

// settle enters what the lake did with the contacts of the file.
func (f *file) settle(tallies []lake.Tallying) {
	if f.input < 0 {
		return
	}
	t := tallies[f.input]
	f.report.Stored, f.report.Duplicate = t.Stored, t.Duplicate
	f.report.Contacts = t.Stored + t.Duplicate
	if f.report.Intervals != nil {
		*f.report.Intervals = t.Facts
	}
	f.report.Revised, f.report.Conflicts, f.report.Withdrawn = t.Revised, t.Conflicts, t.Withdrawn
}

// read takes one file in. A file that the ledger or this load has already is not read.
func (l *load) read(in Input, before []*file) (*file, error) {
	name := filepath.Base(in.Name)
	wrap := func(err error) error { return fmt.Errorf("ingest: %s: %w", in.Name, err) }
	format, err := l.format(in)
	if err != nil {
		return nil, wrap(err)
	}
	source, version := l.reader(format)
	sum, size, grown, err := l.hashInput(in, l.loaded(format, source, version))
	if err != nil {
		return nil, wrap(err)
	}
	for _, e := range l.lk.Inputs() {
		if e.SHA256 == sum && e.Version == version && e.Source == source {
			return &file{report: known(name, e), input: -1}, nil
		}
	}
	for _, f := range before {
		if f.report.SHA256 == sum && f.report.Version == version && f.report.Source == source {
			return nil, wrap(fmt.Errorf("is the same file as %s; name it once", f.report.Name))
		}
	}
	if format.stitch != nil {
		if err := keepsLegs(l.lk, source); err != nil {
			return nil, wrap(err)
		}
	}
	f := &file{format: format, input: l.w.AddInput(), source: source, maxRejects: l.opts.MaxRejects}
	f.report = FileReport{Name: name, SHA256: sum, Size: size, Format: format.name, Version: version, Source: source}
	f.aside = quarantine{dir: l.opts.QuarantineDir, name: name + "." + sum[:12] + ".quarantine.jsonl"}
	return f, l.parse(in, f, grown)
}

// reader tells where the contacts of a format go, and names everything that shapes them.
func (l *load) reader(format *format) (source, version string) {
	source, version = format.source, format.id()
	if l.opts.Source != "" {
		source = l.opts.Source
	}
	if l.opts.Zone != nil && (format.profile == nil || format.profile.loc == nil) {
		version += " " + l.opts.Zone.String()
	}
	if len(l.opts.Key) > 0 {
		k := l.hash.key("version", "of the key")
		version += " key-" + hex.EncodeToString(k[:4])
	}
	return source, version
}

// format returns the format asked for, or the one the content shows.
func (l *load) format(in Input) (*format, error) {
	if l.opts.Format != FormatAuto {
		return lookup(l.opts.Format, l.opts.Profiles), nil
	}
	t, err := openText(l.ctx, in)
	if err != nil {
		return nil, err
	}
	defer t.close()
	head, err := bufio.NewReaderSize(t, detectBytes).Peek(detectBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, readable(err)
	}
	name, err := Detect(head, l.opts.Profiles)
	if err != nil {
		return nil, err
	}
	return lookup(name, l.opts.Profiles), nil
}

// parse reads a file, or what it has behind a prefix that was loaded before.
func (l *load) parse(in Input, f *file, grown *prefix) error {
	var t *text
	tail, err := false, error(nil)
	if grown != nil {
		t, tail, err = l.openTail(in, f, grown)
	}
	if !tail && err == nil {
		t, err = openText(l.ctx, in)
	}
	if err != nil {
		return fmt.Errorf("ingest: %s: %w", in.Name, err)
	}
	defer t.close()
	f.raw = t.raw
	if err := f.format.read(l, f, t); err != nil {
		return err
	}
	if t.raw.n < f.report.Size {
		// Compressed files may have a tail that is not read; a shorter file has changed.
		if _, err := io.Copy(io.Discard, t.raw); err != nil {
			return fmt.Errorf("ingest: %s: %w", in.Name, err)
		}
	}
	if t.raw.n != f.report.Size {
		return fmt.Errorf("ingest: %s: the file changed while it was read; load it when it is complete", in.Name)
	}
	if float64(f.report.Quarantined) > l.opts.MaxShare*float64(f.report.Rows) {
		return f.tooMany()
	}
	l.progress(f)
	return nil
}

// at adds the file and the line to an error.
func (f *file) at(line int64, err error) error {
	return fmt.Errorf("ingest: %s, line %d: %w", f.report.Name, max(line, 1), err)
}

func (f *file) ignore(kind string) {
	f.report.Rows++
	f.report.Ignored++
	f.report.IgnoredBy = count(f.report.IgnoredBy, kind)
}

// mostNames bounds what the report lists by name.
const mostNames = 200

// unread counts a field that the format has no use for.
func (f *file) unread(name string) { f.unreadTimes(name, 1) }

func (f *file) unreadTimes(name string, n int64) {
	if name = list(harmless([]string{name})); len(f.report.Unread) >= mostNames {
		if _, known := f.report.Unread[name]; !known {
			name = "others"
		}
	}
	if f.report.Unread == nil {
		f.report.Unread = map[string]int64{}
	}
	f.report.Unread[name] += n
}

// note keeps the span and the flags of a contact, made from line, for the report.
func (f *file) note(line int64, c *lake.Contact) {
	f.noteTime(c.Arrival)
	f.noteFlags(line, c.Flags)
}

func (f *file) noteTime(at lake.Micros) {
	if f.first == 0 || at < f.first {
		f.first, f.report.First = at, at.Time()
	}
	if at > f.last {
		f.last, f.report.Last = at, at.Time()
	}
}

func (f *file) noteFlags(line int64, flags lake.Flags) {
	if flags == 0 {
		return
	}
	for _, name := range flags.Names() {
		f.report.Flags = count(f.report.Flags, name)
		if f.report.FirstFlag == nil {
			f.report.FirstFlag = map[string]int64{}
		}
		if at, ok := f.report.FirstFlag[name]; !ok || line < at {
			f.report.FirstFlag[name] = line
		}
	}
}

const tickRows = 1 << 14

// tick reports progress and heeds the context, once in a while.
func (l *load) tick(f *file) error {
	if f.report.Rows%tickRows != 0 {
		return nil
	}
	l.progress(f)
	return l.ctx.Err()
}

func (l *load) progress(f *file) {
	if l.opts.Progress == nil {
		return
	}
	l.now.Rows = f.report.Rows
	if f.raw != nil {
		l.now.Bytes = f.raw.n
	}
	l.opts.Progress(l.now)
}
