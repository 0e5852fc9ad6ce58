package ingest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// checkOrderFree loads lines in many ways, in one file and in several loads, in order and
// shuffled, once and repeated, and asserts that the lake is the same. header stands
// before every part.
func checkOrderFree(t *testing.T, opts Options, header string, lines []string) {
	t.Helper()
	whole := newLake(t)
	mustLoad(t, whole, opts, input("whole", header+strings.Join(lines, "")))
	want := stored(t, whole)
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 11))
		order := append([]string(nil), lines...)
		if seed > 0 {
			r.Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
		}
		parts := newLake(t)
		for n := 0; len(order) > 0; n++ {
			cut := min(len(order), 1+len(lines)/4+r.IntN(len(lines)))
			part := append([]string(nil), order[:cut]...)
			if n%2 == 1 { // something that came before comes again
				part = append(part, lines[r.IntN(len(lines))])
			}
			mustLoad(t, parts, opts, input(fmt.Sprintf("part%d", n), header+strings.Join(part, "")))
			order = order[cut:]
		}
		if parts.Status().Fingerprint != whole.Status().Fingerprint {
			if got := stored(t, parts); !reflect.DeepEqual(got, want) {
				for i := range max(len(got), len(want)) {
					if i >= len(got) || i >= len(want) || got[i] != want[i] {
						t.Fatalf("split %d, contact %d:\ngot  %+v\nwant %+v", seed, i, at(got, i), at(want, i))
					}
				}
			}
			t.Fatalf("split %d: another fingerprint", seed)
		}
		if err := parts.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// lines cuts a text into lines that keep their ends.
func lines(text string) []string { return slices.Collect(strings.Lines(text)) }

func at(list []lake.Contact, i int) any {
	if i < len(list) {
		return list[i]
	}
	return "nothing"
}

func TestAsteriskCDRInAnyOrder(t *testing.T) {
	checkOrderFree(t, logOptions, "", lines(fixture(t, "testdata/asterisk-cdr/Master.csv")))
}

// A leg that changes what the contact was: the first file knows the second half of the call
// only, and takes it for a call of its own month.
func TestALateLegMovesItsContact(t *testing.T) {
	row := func(uid, start, end, disposition string, seq int) string {
		return fmt.Sprintf(`"","3125550101","3000","in","x","PJSIP/trunk-00000001","PJSIP/201-00000002","Dial","PJSIP/201,30","%s",,"%s",20,0,"%s","","%s","","","1772322000.1",%d`+"\n", start, end, disposition, uid, seq)
	}
	early := row("1772323180.1", "2026-02-28 23:59:40", "2026-03-01 00:00:00", "NO ANSWER", 1)
	late := row("1772323210.4", "2026-03-01 00:00:10", "2026-03-01 00:00:30", "NO ANSWER", 2)
	lk := newLake(t)
	mustLoad(t, lk, Options{}, input("b", late))
	if s := lk.Status(); s.Rows != 1 || lk.Files()[0].Month != "2026-03" {
		t.Fatalf("%+v", s)
	}
	r := mustLoad(t, lk, Options{}, input("a", early))
	if f := r.Files[0]; f.Stored != 1 || f.Withdrawn != 1 {
		t.Errorf("report %+v", f)
	}
	if files := lk.Files(); len(files) != 1 || files[0].Month != "2026-02" || files[0].Rows != 1 {
		t.Errorf("%+v", files)
	}
}

// A later revision of a leg replaces the earlier one, whichever comes first; of two that
// contradict each other one is kept by a rule that order does not change.
func TestRevisions(t *testing.T) {
	g := &gatherer{form: &format{stitch: func(legs []leg) []lake.Contact {
		var out []lake.Contact
		for _, p := range legs {
			c := lake.NewContact("", "")
			c.Arrival, c.Queue, c.Flags = p.At, p.Queue, p.Fact
			out = append(out, c)
		}
		return out
	}}, clock: &clock{zone: &wall{loc: newYork}}, source: "x"}
	put := func(part, queue string, revision int64) string {
		p := newLeg("c", 1772789480e6)
		p.Part, p.Queue, p.Revision = part, queue, revision
		c := coder{}
		p.code(&c)
		return string(c.b)
	}
	texts := []string{put("a", "old", 1), put("a", "new", 2), put("b", "one", 1), put("b", "two", 1)}
	rows, _, err := g.rows("c", texts)
	if err != nil || len(rows) != 2 || rows[0].Queue != "new" || rows[1].Queue != "one" || rows[1].Flags != lake.FlagConflict || rows[0].Visits != 2 || rows[1].Visit != 2 {
		t.Fatalf("%+v %v", rows, err)
	}
	back, _, err := g.rows("c", []string{texts[3], texts[2], texts[1], texts[0]})
	if err != nil || !reflect.DeepEqual(rows, back) {
		t.Errorf("%+v %v", back, err)
	}
}

func TestLegsOfAnotherFormatAreRefused(t *testing.T) {
	lk := newLake(t)
	text := fixture(t, "testdata/asterisk-cdr/Master.csv")
	mustLoad(t, lk, logOptions, input("a", text))
	if _, err := openLegs(lk, "asterisk-cdr", "asterisk-cdr"); err != nil {
		t.Fatal(err)
	}
	if _, err := openLegs(lk, "asterisk-cdr", "other"); err == nil || !strings.Contains(err.Error(), "--source") {
		t.Errorf("error %v", err)
	}
}

// callRows returns n calls of one row each.
func callRows(n int) []string {
	var rows []string
	for i := range n {
		at := time.Unix(1772789480+int64(i)*60, 0).UTC().Format(time.DateTime)
		rows = append(rows, fmt.Sprintf(`"","3125550101","3000","in","x","PJSIP/trunk-%08x","PJSIP/201-%08x","Dial","PJSIP/201,30","%s",,"%s",20,0,"NO ANSWER","","%d.%d","","","%d.%d",1`+"\n",
			i, i, at, at, 1772789480+i*60, i, 1772789480+i*60, i))
	}
	return rows
}

// Legs that do not fit into memory, contacts that fill many chunks, files that touch few of
// them: the lake and what it keeps are the same to the byte.
func TestManyContacts(t *testing.T) {
	rows := callRows(3 * chunkContacts)
	opts := Options{Zone: time.UTC}
	whole := newLake(t)
	mustLoad(t, whole, opts, input("whole", strings.Join(rows, "")))
	states := statesOf(t, whole)
	if len(states) < 3 {
		t.Fatalf("only %d chunks", len(states))
	}
	parts := newLake(t)
	half, late := len(rows)/2, len(rows)-10
	for _, part := range [][]string{rows[late:], rows[half:], rows[:half+5]} {
		mustLoad(t, parts, opts, input("part", strings.Join(part, "")))
	}
	if got := statesOf(t, parts); !reflect.DeepEqual(got, states) || parts.Status().Fingerprint != whole.Status().Fingerprint {
		t.Errorf("%d chunks, %d when loaded in parts: %v", len(states), len(got), parts.Status().Fingerprint == whole.Status().Fingerprint)
	}
}

// statesOf returns the files of what the lake keeps for its formats; their names tell their
// content.
func statesOf(t *testing.T, lk *lake.Lake) []string {
	t.Helper()
	var names []string
	files, err := os.ReadDir(filepath.Join(lk.Dir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}

func TestArrivalsBeyondMemory(t *testing.T) {
	collect := func(limit int) (all []string, parts int) {
		q := arrivals{limit: limit}
		defer func() {
			if err := q.close(); err != nil {
				t.Error(err)
			}
		}()
		r := rand.New(rand.NewPCG(1, 2))
		for i := range 500 {
			if err := q.add(fmt.Sprint(r.IntN(50)), []byte(fmt.Sprint(r.IntN(9))), i%3, int64(i), i%2 == 0); err != nil {
				t.Fatal(err)
			}
		}
		in, err := q.sorted()
		if err != nil {
			t.Fatal(err)
		}
		for a := in.peek(); a != nil; a = in.peek() {
			all = append(all, fmt.Sprintf("%s %s %d %d %t", a.contact, a.text, a.file, a.line, a.counts))
			if err := in.pass(); err != nil {
				t.Fatal(err)
			}
		}
		return all, len(q.parts)
	}
	want, none := collect(1 << 20)
	got, parts := collect(1000)
	if none != 0 || parts < 5 || len(want) != 500 || !slices.Equal(got, want) {
		t.Errorf("%d parts, %d and %d arrivals", parts, len(got), len(want))
	}
}

// A new version of a format makes its contacts anew of the legs that were kept.
func TestARaisedVersionStitchesAnew(t *testing.T) {
	rows := lines(fixture(t, "testdata/asterisk-cdr/Master.csv"))
	lk := newLake(t)
	mustLoad(t, lk, logOptions, input("a", strings.Join(rows[:len(rows)-1], "")))
	before := stored(t, lk)
	version, stitch := asteriskCDR.version, asteriskCDR.stitch
	defer func() { asteriskCDR.version, asteriskCDR.stitch = version, stitch }()
	asteriskCDR.version++
	asteriskCDR.stitch = func(legs []leg) []lake.Contact {
		all := stitch(legs)
		for i := range all {
			all[i].Reason = "made anew"
		}
		return all
	}
	mustLoad(t, lk, logOptions, input("b", rows[len(rows)-1]))
	after := stored(t, lk)
	if len(after) < len(before) {
		t.Fatalf("%d contacts, %d before", len(after), len(before))
	}
	for _, c := range after {
		if c.Reason != "made anew" {
			t.Errorf("contact %s is as it was", c.ID)
		}
	}
	other := newLake(t)
	mustLoad(t, other, logOptions, input("whole", strings.Join(rows, "")))
	if !reflect.DeepEqual(after, stored(t, other)) {
		t.Error("not as if all had been loaded with the new version")
	}
}

// A lake of a version that kept no records, or kept them in another form, is not loaded on: what
// comes could not be joined to what is there. The error says what to do, and the lake stays.
func TestAnOlderLakeIsNotLoadedOn(t *testing.T) {
	log := fixture(t, "testdata/queue_log.txt")
	for _, tt := range []struct {
		name string
		kept []byte
		want []string
	}{
		{"nothing kept", nil, []string{"earlier version", "move the lake's directory away", "first.log"}},
		{"kept in version 1", []byte{1, 0}, []string{"earlier version", "move the lake's directory away", "first.log"}},
		{"kept in version 9", []byte{9, 0}, []string{"version 9", "later ringtide"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lk := newLake(t)
			mustLoad(t, lk, logOptions, input("first.log", log))
			w, err := lk.Writer()
			if err != nil {
				t.Fatal(err)
			}
			if err := w.SetState("asterisk.legs", tt.kept); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Commit(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			before, had := lk.Status(), stored(t, lk)
			_, err = Load(t.Context(), lk, []Input{input("other.log", "1772899500|1772899480.1|water|NONE|ENTERQUEUE||5|1\n")}, logOptions)
			for _, want := range append(tt.want, "other.log") {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("the error says %v; it should name %q", err, want)
				}
			}
			if after := lk.Status(); after.Fingerprint != before.Fingerprint || after.Inputs != before.Inputs || !slices.Equal(stored(t, lk), had) {
				t.Error("the lake has changed")
			}
			if err := lk.Verify(t.Context()); err != nil {
				t.Error(err)
			}
			mustLoad(t, lk, Options{Zone: newYork, Source: "other"}, input("other.log", log)) // another source may join
		})
	}
}
