package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/data"
	"github.com/ringtide/ringtide/ingest"
	"github.com/ringtide/ringtide/lake"
)

type ingestOptions struct {
	format   string
	profiles []string
	source   string
	zone     string
	keyFile  string
	lake     string
	maxShare float64
	maxRows  int64
	strict   bool
	list     bool
	json     bool
}

func newIngest(e *env) *cobra.Command {
	o := ingestOptions{}
	cmd := &cobra.Command{
		Use:   "ingest FILE...",
		Short: "Load exports of the phone system into the lake",
		Long: `ingest reads exports, turns them into contacts and stores each contact once.
Loading a file again adds nothing. Rows that cannot be read go to a quarantine file
in the lake with line, column and reason; too many of them stop the load.
Caller numbers are dropped; with --key-file they are replaced by a keyed hash.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.list {
				return listFormats(e, o)
			}
			if len(args) == 0 {
				return errors.New("ingest: name at least one file; ringtide ingest --formats lists what can be read")
			}
			return runIngest(cmd.Context(), e, o, args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "auto", "auto (by content), or a name that --formats lists")
	f.StringArrayVar(&o.profiles, "profile", nil, "mapping profile (YAML) of a file of contacts or intervals; may be repeated")
	f.StringVar(&o.source, "source", "", "name of the phone system in the lake (default: the profile's)")
	f.StringVar(&o.zone, "zone", "", "IANA zone of records that state none (default: the center's)")
	f.StringVar(&o.keyFile, "key-file", "", "file with a secret of at least 32 hex digits: keep keyed hashes of callers and agents")
	f.StringVar(&o.lake, "lake", "", "directory of the lake (default: lake in the center)")
	f.Float64Var(&o.maxShare, "max-rejects", 0.01, "share of rows in quarantine that stops the load")
	f.Int64Var(&o.maxRows, "max-rejected-rows", 10_000, "number of rows in quarantine that stops the load")
	f.BoolVar(&o.strict, "strict", false, "store nothing where a row is put aside or a fact is doubtful")
	f.BoolVar(&o.list, "formats", false, "list the formats and profiles, with what each can tell and what it cannot")
	f.BoolVar(&o.json, "json", false, "print the load report, or the formats, as JSON")
	return cmd
}

func runIngest(ctx context.Context, e *env, o ingestOptions, files []string) error {
	if o.maxRows < 1 {
		return fmt.Errorf("ingest: --max-rejected-rows: %d; it is at least 1", o.maxRows)
	}
	dir, zone, err := ingestTarget(e, o)
	if err != nil {
		return err
	}
	profiles, err := loadProfiles(o.profiles)
	if err != nil {
		return err
	}
	key, err := readKey(o.keyFile)
	if err != nil {
		return err
	}
	rep, err := load(ctx, e, dir, files, ingest.Options{
		Format: o.format, Profiles: profiles, Source: o.source, Zone: zone, Key: key,
		MaxShare: o.maxShare, MaxRejects: o.maxRows, Strict: o.strict, QuarantineDir: filepath.Join(dir, "quarantine"),
	})
	if err != nil {
		return err
	}
	full := loadReport{Report: rep}
	if full.Review, err = reviewDays(ctx, e, o, dir, rep); err != nil {
		return err
	}
	if o.json {
		return e.output("", func(w io.Writer) error { return writeJSON(w, full) })
	}
	return e.output("", func(w io.Writer) error { return printLoad(w, full) })
}

// ingestTarget finds the lake and the default zone: flags first, else the center.
func ingestTarget(e *env, o ingestOptions) (dir string, zone *time.Location, err error) {
	dir = o.lake
	if o.zone != "" {
		if zone, err = time.LoadLocation(o.zone); err != nil || o.zone == "Local" {
			return "", nil, fmt.Errorf("ingest: --zone: %q is no IANA zone; write one such as America/New_York", o.zone)
		}
	}
	if dir != "" && zone != nil {
		return dir, zone, nil
	}
	d, err := center.Open(e.center)
	if err != nil {
		return "", nil, err
	}
	if dir == "" {
		dir = d.Lake()
	}
	if zone == nil {
		zone = d.Center.Calendar.Location()
	}
	return dir, zone, nil
}

// load opens the files late, so that a thousand of them need no thousand handles.
func load(ctx context.Context, e *env, dir string, files []string, o ingest.Options) (ingest.Report, error) {
	var inputs []ingest.Input
	for _, name := range files {
		if _, err := os.Stat(name); err != nil {
			return ingest.Report{}, fmt.Errorf("ingest: %w", err)
		}
		inputs = append(inputs, ingest.Input{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }})
	}
	lk, err := lake.Create(dir)
	if err != nil {
		return ingest.Report{}, err
	}
	defer debug.SetMemoryLimit(limitMemory())
	b := e.newBar("loading")
	defer b.done()
	if b != nil {
		sizes := make([]int64, len(files)+1) // of the files before
		for i := range files {
			sizes[i+1] = sizes[i] + totalSize(files[i:i+1])
		}
		rows, file := int64(0), 0 // of the files before
		last := int64(0)
		o.Progress = func(p ingest.Progress) {
			if p.Index != file {
				rows, file = rows+last, p.Index
			}
			last = p.Rows
			b.rows(sizes[p.Index]+p.Bytes, sizes[len(files)], rows+p.Rows)
		}
	}
	return ingest.Load(ctx, lk, inputs, o)
}

// loadMemory is what a load may take before the collector works harder: most of what it holds
// are buffers, so that a small heap costs it little.
const loadMemory = 384 << 20

// limitMemory sets the limit unless the user did, and returns what it was.
func limitMemory() int64 {
	if os.Getenv("GOMEMLIMIT") != "" {
		return debug.SetMemoryLimit(-1)
	}
	return debug.SetMemoryLimit(loadMemory)
}

func totalSize(files []string) int64 {
	sum := int64(0)
	for _, name := range files {
		if info, err := os.Stat(name); err == nil {
			sum += info.Size()
		}
	}
	return sum
}

// loadProfiles reads the profiles that ship with ringtide and those named.
func loadProfiles(names []string) ([]*ingest.Profile, error) {
	var out []*ingest.Profile
	add := func(name string, text []byte) error {
		p, err := ingest.ParseProfile(name, text)
		if err == nil {
			out = append(out, p)
		}
		return err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("ingest: %w", err)
		}
		if err := add(name, text); err != nil {
			return nil, err
		}
	}
	shipped, err := fs.Glob(data.Profiles(), "*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range shipped {
		text, err := fs.ReadFile(data.Profiles(), name)
		if err != nil {
			return nil, err
		}
		if err := add(name, text); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func readKey(name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("ingest: %w", err)
	}
	key := make([]byte, hex.DecodedLen(len(text)))
	n, err := hex.Decode(key, trimSpace(text))
	if err != nil || n < 16 {
		return nil, fmt.Errorf("ingest: %s: a key is at least 32 hex digits and nothing else", name)
	}
	return key[:n], nil
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r' || b[len(b)-1] == ' ') {
		b = b[:len(b)-1]
	}
	return b
}

func listFormats(e *env, o ingestOptions) error {
	profiles, err := loadProfiles(o.profiles)
	if err != nil {
		return err
	}
	formats := ingest.Formats(profiles)
	if o.json {
		return e.output("", func(w io.Writer) error { return writeJSON(w, formats) })
	}
	return e.output("", func(w io.Writer) error { return printFormats(w, formats) })
}

func printFormats(w io.Writer, formats []ingest.FormatInfo) error {
	for _, f := range formats {
		kind := ""
		if f.Profile {
			kind = " (mapping profile)"
		}
		if _, err := fmt.Fprintf(w, "%s%s: %s\n    tells: %s\n    lacks: %s\n", f.Name, kind, f.Title, f.Tells, f.Lacks); err != nil {
			return err
		}
	}
	return nil
}
