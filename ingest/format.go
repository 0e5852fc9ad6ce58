package ingest

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// A format is a kind of export: one row of the table, one file of code.
//
// read goes through a file and hands over what it finds, row by row, with the methods of
// load: leg, contact, ignore, quarantine. A format whose records are parts of contacts
// has stitch, which makes contacts of all the legs of one: a pure function, so that
// neither order nor number of loads can show. Legs come sorted by time. The caller fills in
// Source, ID, Visit, Offset and Fold where they are empty.
type format struct {
	name  string // as --format takes it
	title string // what it is called by those who use it
	tells string // what it can tell of a contact
	lacks string // what it cannot

	source  string // default name of the phone system in the lake
	version int    // raise it when the same file would give other contacts
	family  string // formats whose legs may meet in one contact; default: the name

	detect func(h *head) bool // by content
	read   func(l *load, f *file, r io.Reader) error
	stitch func(legs []leg) []lake.Contact
	held   func(legs []leg) int64 // legs that are part of no contact yet; may be nil

	tail tailKind // whether a file that has grown is read from where it ended

	profile *Profile // of a row that a mapping profile makes
	like    *format  // whose records they are, where the profile only declares columns
}

// formats is the table. The order is that of the list a user sees.
var formats = []*format{
	&queueLog,
	&queueLogTable,
	&asteriskCDR,
	&asteriskCDRTable,
	&asteriskCDRReport,
	&asteriskCEL,
	&freeswitchCSV,
	&freeswitchJSON,
	&freeswitchCallcenter,
	&ciscoCUCM,
	&ciscoCUCMBare,
	&ciscoUCCX,
	&ciscoUCCXUnload,
	&ciscoUCCXReport,
	&amazonConnect,
	&amazonMetrics,
	&genesysCloud,
	&twilioCalls,
	&twilioTasks,
	&twilioStatistics,
	&threeCX,
	&threeCXLog,
	&five9,
	&avayaCMS,
	&intervalReport,
	&intervalWide,
	&nyc311,
}

// A FormatInfo says what a format is and what it can and cannot tell.
type FormatInfo struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Tells   string `json:"tells"`
	Lacks   string `json:"lacks"`
	Profile bool   `json:"profile"` // read through a mapping profile
}

// Formats lists the formats that can be read, those of the profiles last.
func Formats(profiles []*Profile) []FormatInfo {
	var list []FormatInfo
	for _, f := range table(profiles) {
		list = append(list, FormatInfo{f.name, f.title, f.tells, f.lacks, f.profile != nil})
	}
	return list
}

// table returns the formats and, after them, a row for each profile.
func table(profiles []*Profile) []*format {
	all := slices.Clone(formats)
	for _, p := range profiles {
		all = append(all, p.format())
	}
	return all
}

func lookup(name string, profiles []*Profile) *format {
	all := table(profiles)
	if i := slices.IndexFunc(all, func(f *format) bool { return f.name == name }); i >= 0 {
		return all[i]
	}
	return nil
}

// format makes the profile a row of the table.
func (p *Profile) format() *format {
	title := p.spec.About
	if title == "" {
		title = "delimited contact file"
	}
	f := &format{
		name: p.Name(), title: strings.TrimSpace(title), tells: "what its columns tell: " + strings.Join(p.facts(), ", "),
		lacks: "everything else", source: p.spec.Source, profile: p, read: p.read,
	}
	if p.spec.Rows == rowsCEL {
		f.like, f.family, f.stitch = &asteriskCEL, asteriskCEL.kin(), asteriskCEL.stitch
		f.tells, f.lacks = asteriskCEL.tells, asteriskCEL.lacks
	}
	return f
}

// facts names what the profile reads.
func (p *Profile) facts() []string {
	s, facts := &p.spec, []string{"arrival", "outcome"}
	if s.Rows == rowsIntervals {
		return slices.Sorted(maps.Keys(mergeNames(s.Counts, s.Sums, s.Means)))
	}
	for _, fact := range []struct{ name, column string }{
		{"queue", s.Queue}, {"number dialled", s.DNIS}, {"language", s.Language}, {"reason", s.Reason},
		{"agent", s.Agent}, {"caller", s.Caller},
	} {
		if fact.column != "" {
			facts = append(facts, fact.name)
		}
	}
	for _, name := range durationNames {
		if _, ok := s.Durations[name]; ok {
			facts = append(facts, name)
		}
	}
	return facts
}

// mergeNames returns the names of counts and times.
func mergeNames(counts map[string]string, sums map[string]sumSpec, means map[string]meanSpec) map[string]bool {
	names := map[string]bool{}
	for name := range counts {
		names[name] = true
	}
	for name := range sums {
		names[name] = true
	}
	for name := range means {
		names[name] = true
	}
	return names
}

// id names the format and everything in it that shapes contacts.
func (f *format) id() string {
	if p := f.profile; p != nil {
		return fmt.Sprintf("%s/%d-%s", f.name, p.spec.Version, p.hash)
	}
	return fmt.Sprintf("%s/%d", f.name, f.version)
}

// kin returns the family, which formats that describe the same contacts share.
func (f *format) kin() string {
	if f.family != "" {
		return f.family
	}
	return f.name
}
