package center

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/data"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/impact"
)

func fixtureFiles() map[string]string {
	return map[string]string{
		CenterFile: goodCenter, PolicyFile: goodPolicy, FeesFile: goodFees,
		EventsFile: eventHeader + "M-1,mailing,2026-02-02,,water,40000,first,\nO,outage,2026-05-05T09:00,2026-05-05T10:00,,,,\n",
		RosterFile: goodRoster, "requests/notice.yaml": goodRequest,
	}
}

func TestOpenReadsAllFiles(t *testing.T) {
	files := fixtureFiles()
	dir := write(t, files)
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if d.Center.Name != "Fixture County 311" || d.Policy.Days != "business" || len(d.Fees.Tariffs) != 3 || len(d.Events.Causes) != 1 || len(d.Roster.Rows) != 2 {
		t.Errorf("read %+v", d)
	}
	if d.Lake() != filepath.Join(dir, "lake") {
		t.Errorf("lake in %s", d.Lake())
	}
	if _, err := d.Request("notice.yaml"); err != nil {
		t.Fatal(err)
	}
	want := []string{CenterFile, PolicyFile, FeesFile, EventsFile, RosterFile, "notice.yaml"}
	texts := []string{files[CenterFile], files[PolicyFile], files[FeesFile], files[EventsFile], files[RosterFile], goodRequest}
	for i, f := range d.Files {
		sum := sha256.Sum256([]byte(texts[i]))
		if f.Name != want[i] || f.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("file %d is %s with hash %s", i, f.Name, f.SHA256)
		}
	}
	if len(d.Files) != len(want) {
		t.Errorf("%d files noted, %d read", len(d.Files), len(want))
	}
}

// A rule, a tariff, a cause or a roster that is not given is not made up.
func TestOpenWithoutOptionalFiles(t *testing.T) {
	d, err := Open(write(t, map[string]string{CenterFile: goodCenter}))
	if err != nil {
		t.Fatal(err)
	}
	if d.Policy.Service != nil || len(d.Policy.Notice) != 0 || len(d.Fees.Tariffs) != 0 || len(d.Events.Causes) != 0 || len(d.Roster.Rows) != 0 || len(d.Files) != 1 {
		t.Errorf("read %+v", d)
	}
	if err := d.Policy.Validate(); err != nil {
		t.Errorf("the policy of no file: %v", err)
	}
}

func TestOpenFaults(t *testing.T) {
	_, err := Open(t.TempDir())
	checkError(t, err, CenterFile, "name the center's directory with -C DIR, or make one with: ringtide init DIR")
	_, err = Open(filepath.Join(t.TempDir(), "nowhere"))
	checkError(t, err, "nowhere", "there is no center.yaml here")
	for _, tt := range []struct{ file, text, want string }{
		{CenterFile, "zone: x\n", "zone"},
		{PolicyFile, "days: never\n", "write calendar or business"},
		{FeesFile, "tariff: []\n", `did you mean "tariffs"?`},
		{EventsFile, "a,b\n", "the header is"},
		{RosterFile, "agent,pool\n", "agent,pool,weekday,start,end,breaks"},
	} {
		files := fixtureFiles()
		files[tt.file] = tt.text
		dir := write(t, files)
		_, err := Open(dir)
		checkError(t, err, filepath.Join(dir, tt.file), tt.want)
	}
	files := fixtureFiles()
	delete(files, EventsFile)
	files[EventsFile+"/x"] = "a directory in its place"
	_, err = Open(write(t, files))
	checkError(t, err, EventsFile, "director")
}

func TestParseRosterFaults(t *testing.T) {
	c := fixtureCenter(t)
	checkFaults(t, RosterFile, goodRoster, func(data []byte) error {
		_, err := ParseRoster(RosterFile, data, c)
		return err
	}, []fault{
		{"unknown pool", "S01,spanish", "S01,french", `column pool: the center has no pool "french"; center.yaml names its pools with the queues`},
		{"header", "weekday,", "day,", `agent,pool,weekday,start,end,breaks`},
		{"weekday", ",mon,", ",monday,", `roster.csv:2`},
		{"time", "08:00,16:30", "8:00,16:30", `roster.csv:2`},
		{"ends before it begins", "08:00,12:00", "12:00,08:00", `roster.csv:3`},
		{"break outside the shift", "12:00-12:30", "17:00-17:30", `roster.csv:2`},
		{"two places", "S01,spanish,tue", "E01,spanish,mon", `roster.csv:3`},
		{"no agent", "S01,", ",", `roster.csv:3`},
		{"fewer fields", "S01,spanish,tue,08:00,12:00,\n", "S01,spanish\n", `roster.csv:3`},
		{"empty", goodRoster, "", RosterFile},
	})
}

// A request is found as given, or among the center's requests.
func TestRequestLookup(t *testing.T) {
	files := fixtureFiles()
	files["requests/bad.yaml"] = strings.Replace(goodRequest, "queue: water", "queue: parks", 1)
	files["elsewhere/own.yaml"] = strings.Replace(goodRequest, "id: R-1", "id: R-2", 1)
	dir := write(t, files)
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"notice.yaml": "R-1",
		filepath.Join(dir, "requests", "notice.yaml"): "R-1",
		filepath.Join(dir, "elsewhere", "own.yaml"):   "R-2",
	} {
		if r, err := d.Request(path); err != nil || r.ID != want {
			t.Errorf("%s: request %q, %v", path, r.ID, err)
		}
	}
	_, err = d.Request("bad.yaml")
	checkError(t, err, "bad.yaml", `no queue "parks"`)
	_, err = d.Request("none.yaml")
	checkError(t, err, "none.yaml", "requests")
	_, err = d.Request(filepath.Join(dir, "none.yaml"))
	checkError(t, err, filepath.Join(dir, "none.yaml"), "center: request:")

	t.Chdir(filepath.Join(dir, "elsewhere"))
	if r, err := d.Request("own.yaml"); err != nil || r.ID != "R-2" {
		t.Errorf("a file of the working directory: %q, %v", r.ID, err)
	}
}

// The centers that the program carries are read without a fault, their requests too.
func TestCarriedCenters(t *testing.T) {
	for _, name := range []string{"sample", "init"} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "data", name))); err != nil {
			t.Fatal(err)
		}
		if name == "sample" {
			if err := os.CopyFS(filepath.Join(dir, "requests"), data.Requests()); err != nil {
				t.Fatal(err)
			}
		}
		d, err := Open(dir)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		requests, err := fs.Glob(os.DirFS(dir), "requests/*.yaml")
		if err != nil || len(requests) == 0 {
			t.Fatalf("%s has %d requests, %v", name, len(requests), err)
		}
		for _, path := range requests {
			r, err := d.Request(filepath.Base(path))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			waits := !slices.Contains([]uplift.Kind{uplift.OutageNotice, uplift.Surge, uplift.SeatLoss}, r.Type)
			if waits && !slices.ContainsFunc(d.Policy.Notice, func(n impact.NoticeRule) bool { return slices.Contains(n.Types, r.Type) }) {
				t.Errorf("%s: no notice rule is asked of %s", name, r.ID)
			}
		}
	}
}
