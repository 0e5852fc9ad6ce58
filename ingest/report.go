package ingest

import (
	"time"

	"github.com/ringtide/ringtide/lake"
)

// A Report accounts for every row and every contact of a load.
type Report struct {
	Files       []FileReport `json:"files"`
	Rows        int64        `json:"rows"`
	Stored      int64        `json:"stored"`
	Duplicate   int64        `json:"duplicate"`
	Quarantined int64        `json:"quarantined"`
	Ignored     int64        `json:"ignored"`
	Intervals   int64        `json:"intervals"`   // stored, of interval reports
	Fingerprint string       `json:"fingerprint"` // of the lake after the load
}

// A FileReport accounts for one file. Two sums always hold:
//
//	Rows     = Used + Repeated + Ignored + Quarantined
//	Contacts = Stored + Duplicate
//
// Where a row is a contact, Used = Contacts and Repeated = 0.
type FileReport struct {
	Name    string `json:"name"`
	SHA256  string `json:"sha256"`
	Size    int64  `json:"size"`
	Format  string `json:"format"`
	Version string `json:"version"`
	Source  string `json:"source"`
	// Known: this very file was loaded before in the same way, and was not read again.
	// All of its contacts are duplicates.
	Known bool `json:"known"`
	// From: the bytes before are FromFile, which was loaded before; the accounts are of the rest.
	From     int64  `json:"from,omitempty"`
	FromFile string `json:"from_file,omitempty"`

	Rows        int64 `json:"rows"`        // lines or records, without empty ones and the header
	Used        int64 `json:"used"`        // made into contacts, or kept for their contact (Held)
	Repeated    int64 `json:"repeated"`    // events that occurred before, word for word
	Ignored     int64 `json:"ignored"`     // not about a contact; IgnoredBy tells the kinds
	Quarantined int64 `json:"quarantined"` // not understood; Reasons tells why
	Legs        int64 `json:"legs"`        // parts of contacts that the rows tell of; 0 where a row is a contact
	Held        int64 `json:"held"`        // used events whose contact began in a file not loaded yet

	Contacts  int64 `json:"contacts"`
	Stored    int64 `json:"stored"`
	Duplicate int64 `json:"duplicate"`
	Revised   int64 `json:"revised"`   // duplicates that completed the contact in the lake
	Conflicts int64 `json:"conflicts"` // duplicates that disagree with it
	Withdrawn int64 `json:"withdrawn"` // taken back: later records tell that there is no such visit

	// Intervals is what became of the rows of an interval report; nil for other files.
	Intervals *lake.FactTally `json:"intervals,omitempty"`

	IgnoredBy map[string]int64 `json:"ignored_by,omitempty"`
	Unread    map[string]int64 `json:"unread,omitempty"` // fields that the format has no use for, by name
	Absent    []string         `json:"absent,omitempty"` // fields of the profile that no record of a JSON file has
	Clocks    map[string]int64 `json:"clocks,omitempty"` // rows by how the zone of their times was found
	Reasons   map[string]int64 `json:"reasons,omitempty"`
	Flags     map[string]int64 `json:"flags,omitempty"`      // contacts by what was doubtful
	FirstFlag map[string]int64 `json:"first_flag,omitempty"` // the line where each first occurs
	First     time.Time        `json:"first,omitzero"`       // arrivals
	Last      time.Time        `json:"last,omitzero"`

	ConflictList []lake.Conflict `json:"conflict_list,omitempty"` // those of the first thousand lines

	QuarantineFile string `json:"quarantine_file,omitempty"`
}

// sum adds the files up.
func (r *Report) sum() {
	for _, f := range r.Files {
		r.Rows += f.Rows
		r.Stored += f.Stored
		r.Duplicate += f.Duplicate
		r.Quarantined += f.Quarantined
		r.Ignored += f.Ignored
		if f.Intervals != nil {
			r.Intervals += f.Intervals.Stored
		}
	}
}

// entry is the ledger's line of a file.
func (f *FileReport) entry() lake.Input {
	return lake.Input{
		Name: f.Name, SHA256: f.SHA256, Size: f.Size, Format: f.Format, Version: f.Version, Source: f.Source,
		Rows: f.Rows, Used: f.Used, Repeated: f.Repeated, Quarantined: f.Quarantined, Ignored: f.IgnoredBy,
		First: f.First, Last: f.Last, From: f.From,
	}
}

// known is the report of a file that the ledger lists already.
func known(name string, in lake.Input) FileReport {
	f := FileReport{
		Name: name, SHA256: in.SHA256, Size: in.Size, Format: in.Format, Version: in.Version, Source: in.Source, Known: true,
		Rows: in.Rows, Used: in.Used, Repeated: in.Repeated, Quarantined: in.Quarantined,
		Contacts: in.Contacts, Duplicate: in.Contacts, IgnoredBy: in.Ignored, First: in.First, Last: in.Last,
	}
	for _, n := range in.Ignored {
		f.Ignored += n
	}
	return f
}
