package lake

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

const (
	manifestName    = "manifest.json"
	manifestFormat  = "ringtide-lake"
	manifestVersion = 2
	lockName        = ".lock"
)

// A File is one live Parquet file as the manifest lists it.
type File struct {
	Path         string    `json:"path"` // below the lake, with slashes
	Source       string    `json:"source"`
	Month        string    `json:"month"` // UTC month of arrival, YYYY-MM
	Size         int64     `json:"size"`
	SHA256       string    `json:"sha256"`
	Footer       int64     `json:"footer"` // bytes of the page index and the footer, at the end
	FooterSHA256 string    `json:"footer_sha256"`
	Content      string    `json:"content"` // SHA-256 over the contacts, without provenance
	Rows         int64     `json:"rows"`
	Contacts     int64     `json:"contacts"` // rows that are a first visit
	FirstArrival time.Time `json:"first_arrival"`
	LastArrival  time.Time `json:"last_arrival"`
	LastCounted  time.Time `json:"last_counted"` // a later visit counts when it is queued
	// Days are the local days on which an inbound contact arrived, as runs.
	Days []DayRange `json:"days"`
	// Queues counts the visits of each queue by outcome.
	Queues map[string]map[string]int64 `json:"queues"`
}

// An Input is one file that was loaded: the ledger of the lake.
type Input struct {
	Name        string           `json:"name"` // without its directory
	SHA256      string           `json:"sha256"`
	Size        int64            `json:"size"`
	Format      string           `json:"format"`  // queue_log, or the name of a profile
	Version     string           `json:"version"` // of the format, the profile and the options that shape contacts
	Source      string           `json:"source"`
	Rows        int64            `json:"rows"`     // lines or records read
	Used        int64            `json:"used"`     // rows that tell of a contact
	Repeated    int64            `json:"repeated"` // rows seen before, word for word
	Contacts    int64            `json:"contacts"` // contacts made: stored + duplicate
	Stored      int64            `json:"stored"`
	Duplicate   int64            `json:"duplicate"`
	Quarantined int64            `json:"quarantined"`
	Ignored     map[string]int64 `json:"ignored,omitempty"` // rows that are no contact, by kind
	First       time.Time        `json:"first,omitzero"`
	Last        time.Time        `json:"last,omitzero"`
	From        int64            `json:"from,omitempty"` // bytes before are an input of their own; the accounts are of the rest
}

// A state is what a format keeps from one load to the next.
type state struct {
	Source string `json:"source"`
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

type manifest struct {
	Format      string     `json:"format"`
	Version     int        `json:"version"`
	Generation  int64      `json:"generation"` // loads published so far
	Fingerprint string     `json:"fingerprint"`
	Files       []File     `json:"files"`
	Facts       []FactFile `json:"facts,omitempty"`
	Inputs      []Input    `json:"inputs"`
	States      []state    `json:"states,omitempty"`
	Checksum    string     `json:"checksum"` // SHA-256 of this text with an empty checksum
}

// ErrNoLake is wrapped by the error of Open on a directory that holds no lake.
var ErrNoLake = errors.New("no lake here; load a file with ringtide ingest first")

// ErrLocked is wrapped by the error of Writer while another one is at work.
var ErrLocked = errors.New("another load is writing to this lake; wait for it to end")

func emptyManifest() *manifest {
	m := &manifest{Format: manifestFormat, Version: manifestVersion}
	m.seal()
	return m
}

// readManifest returns ErrNoLake when there is none.
func readManifest(dir string) (*manifest, error) {
	path := filepath.Join(dir, manifestName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("lake: %s has no %s: %w", dir, manifestName, ErrNoLake)
	}
	if err != nil {
		return nil, fmt.Errorf("lake: %w", err)
	}
	m, err := parseManifest(text)
	if err != nil {
		return nil, fmt.Errorf("lake: %s: %w; restore it from a backup, or remove the lake and load the files again", path, err)
	}
	return m, nil
}

func parseManifest(text []byte) (*manifest, error) {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("damaged manifest: %w", err)
	}
	if head.Format != manifestFormat || head.Version != manifestVersion {
		return nil, fmt.Errorf("manifest of format %q version %d; this program reads %q version %d", head.Format, head.Version, manifestFormat, manifestVersion)
	}
	m := &manifest{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return nil, fmt.Errorf("damaged manifest: %w", err)
	}
	stated := m.Checksum
	m.seal()
	if stated != m.Checksum {
		return nil, errors.New("the manifest was altered: its checksum does not fit")
	}
	for path := range m.live() {
		if !filepath.IsLocal(filepath.FromSlash(path)) {
			return nil, fmt.Errorf("the manifest lists %q, outside the lake", path)
		}
	}
	return m, nil
}

// seal orders the lists and computes the fingerprint and the checksum.
func (m *manifest) seal() {
	slices.SortFunc(m.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(m.Facts, func(a, b FactFile) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(m.States, func(a, b state) int { return cmp.Compare(a.Source, b.Source) })
	m.Fingerprint = fingerprint(m.Files, m.Facts)
	m.Checksum = ""
	sum := sha256.Sum256(m.text())
	m.Checksum = hex.EncodeToString(sum[:])
}

func (m *manifest) text() []byte {
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil { // plain structs of strings, numbers and times before the year 10000
		panic("lake: internal: " + err.Error())
	}
	return append(text, '\n')
}

// fingerprint is the SHA-256 over the content of all partitions in order: it depends
// on the contacts and on nothing else.
func fingerprint(files []File, facts []FactFile) string {
	lines := make([]string, 0, len(files)+len(facts))
	for _, f := range files {
		lines = append(lines, f.Source+" "+f.Month+" "+f.Content+"\n")
	}
	for _, f := range facts {
		lines = append(lines, "facts "+f.Source+" "+f.Month+" "+f.SHA256+"\n")
	}
	slices.Sort(lines)
	h := sha256.New()
	fmt.Fprintf(h, "%s %d\n", manifestFormat, manifestVersion)
	for _, l := range lines {
		h.Write([]byte(l))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// live returns the files a reader may see.
func (m *manifest) live() map[string]bool {
	live := map[string]bool{}
	for _, f := range m.Files {
		live[f.Path] = true
	}
	for _, s := range m.States {
		live[s.Path] = true
	}
	for _, f := range m.Facts {
		live[f.Path] = true
	}
	return live
}

func (m *manifest) clone() *manifest {
	c := *m
	c.Files, c.Inputs, c.States = slices.Clone(m.Files), slices.Clone(m.Inputs), slices.Clone(m.States)
	c.Facts = slices.Clone(m.Facts)
	return &c
}

var sourceName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// ValidSource reports whether s can name a phone system: it becomes part of a path.
func ValidSource(s string) error {
	if !sourceName.MatchString(s) {
		return fmt.Errorf("lake: source %q; use lower-case letters, digits, - and _", s)
	}
	return nil
}
