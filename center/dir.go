package center

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ringtide/ringtide/fee"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/internal/strict"
	"github.com/ringtide/ringtide/schedule"
)

// Names of the files of a center directory.
const (
	CenterFile = "center.yaml"
	PolicyFile = "policy.yaml"
	FeesFile   = "fees.yaml"
	EventsFile = "events.csv"
	RosterFile = "roster.csv"
	LakeDir    = "lake"
)

// A Dir is a center directory, read. Policy, fees, events and roster may be absent:
// then nothing is asked, nothing charged, nothing known of past causes, and the
// present roster is assumed.
type Dir struct {
	Path   string
	Center impact.Center
	Policy impact.Policy
	Fees   fee.Schedule
	Events Events
	Roster schedule.Template
	Files  []impact.FileHash // every file read, in the order of reading
}

// Open reads the directory at path.
func Open(path string) (*Dir, error) {
	d := &Dir{Path: path, Policy: impact.Policy{Days: "calendar"}}
	data, err := d.read(CenterFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("center: %s: there is no %s here; name the center's directory with -C DIR, or make one with: ringtide init DIR", path, CenterFile)
	}
	if err != nil {
		return nil, err
	}
	if d.Center, err = ParseCenter(d.name(CenterFile), data); err != nil {
		return nil, err
	}
	for _, file := range []struct {
		name  string
		parse func(name string, data []byte) error
	}{
		{PolicyFile, d.parsePolicy}, {FeesFile, d.parseFees}, {EventsFile, d.parseEvents}, {RosterFile, d.parseRoster},
	} {
		data, err := d.read(file.name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := file.parse(d.name(file.name), data); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Lake returns the path of the center's lake.
func (d *Dir) Lake() string { return filepath.Join(d.Path, LakeDir) }

// Request reads a request. A path that does not exist as given is looked for among
// the center's requests.
func (d *Dir) Request(path string) (impact.Request, error) {
	data, err := os.ReadFile(path)
	at := path // where it lies
	if errors.Is(err, fs.ErrNotExist) && !filepath.IsAbs(path) {
		inside := filepath.Join(d.Path, "requests", path)
		if found, err2 := os.ReadFile(inside); err2 == nil {
			data, at, err = found, inside, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return impact.Request{}, fmt.Errorf("center: request: there is no file %s, here or in %s", path, d.name("requests"))
	}
	if err != nil {
		return impact.Request{}, fmt.Errorf("center: request: %w", err)
	}
	d.note(filepath.Base(path), data)
	r, err := ParseRequest(path, data, d.Center)
	if err != nil || r.RouteIn == nil || r.RouteIn.PastVolumeFile == "" {
		return r, err
	}
	if !filepath.IsLocal(r.RouteIn.PastVolumeFile) {
		return impact.Request{}, fmt.Errorf("center: %s: route_in.past_volume_file: %q; name a file beside the request", path, r.RouteIn.PastVolumeFile)
	}
	r.RouteIn.PastVolume, err = d.pastVolume(filepath.Join(filepath.Dir(at), r.RouteIn.PastVolumeFile))
	if err != nil {
		return impact.Request{}, err
	}
	return r, nil
}

// pastVolume reads the record of a section's own calls, which lies beside the request.
func (d *Dir) pastVolume(path string) ([]impact.DayCalls, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("center: route_in.past_volume_file: %w", err)
	}
	d.note(filepath.Base(path), data)
	return ParsePastVolume(path, data)
}

func (d *Dir) parsePolicy(name string, data []byte) (err error) {
	d.Policy, err = ParsePolicy(name, data)
	return err
}

func (d *Dir) parseFees(name string, data []byte) (err error) {
	d.Fees, err = ParseFees(name, data)
	return err
}

func (d *Dir) parseEvents(name string, data []byte) (err error) {
	d.Events, err = ParseEvents(name, bytes.NewReader(data), d.Center)
	return err
}

func (d *Dir) parseRoster(name string, data []byte) (err error) {
	d.Roster, err = ParseRoster(name, data, d.Center)
	return err
}

// ParseFees reads fees.yaml.
func ParseFees(file string, data []byte) (fee.Schedule, error) {
	var s fee.Schedule
	if err := strict.YAML(file, data, &s); err != nil {
		return fee.Schedule{}, fmt.Errorf("center: %w", err)
	}
	var kinds []string
	for _, k := range uplift.Kinds() {
		kinds = append(kinds, string(k))
	}
	if err := s.Validate(kinds...); err != nil {
		return fee.Schedule{}, fmt.Errorf("center: %s: %w", file, oneLine(err))
	}
	return s, nil
}

// ParseRoster reads roster.csv. Its pools must be pools of the center.
func ParseRoster(file string, data []byte, c impact.Center) (schedule.Template, error) {
	t, err := schedule.ReadTemplate(bytes.NewReader(data), file)
	if err != nil {
		return schedule.Template{}, err
	}
	for _, p := range t.Pools() {
		if !hasPool(c, p) {
			return schedule.Template{}, fmt.Errorf("center: %s: column pool: the center has no pool %q; center.yaml names its pools with the queues", file, p)
		}
	}
	return t, nil
}

func hasPool(c impact.Center, pool string) bool {
	for _, p := range c.Pools() {
		if p == pool {
			return true
		}
	}
	return false
}

func (d *Dir) name(file string) string { return filepath.Join(d.Path, file) }

func (d *Dir) read(file string) ([]byte, error) {
	data, err := os.ReadFile(d.name(file))
	if err != nil {
		return nil, err
	}
	d.note(file, data)
	return data, nil
}

// note records a file by its content.
func (d *Dir) note(name string, data []byte) {
	d.Files = append(d.Files, Hash(name, data))
}

// Hash returns a file by its content, as the provenance of an answer names it.
func Hash(name string, data []byte) impact.FileHash {
	h := sha256.Sum256(data)
	return impact.FileHash{Name: name, SHA256: hex.EncodeToString(h[:])}
}
