package ingest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

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
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 11))
		order := append([]string(nil), lines...)
		if seed > 0 {
			r.Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
		}
		parts := newLake(t)
		for n := 0; len(order) > 0; n++ {
			cut := 1 + r.IntN(len(order))
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
	}}, zone: &wall{loc: newYork}, contacts: map[string]*gathered{}, source: "x"}
	put := func(part, queue string, revision int64) string {
		p := newLeg("c", 1772789480e6)
		p.Part, p.Queue, p.Revision = part, queue, revision
		c := coder{}
		p.code(&c)
		return string(c.b)
	}
	texts := []string{put("a", "old", 1), put("a", "new", 2), put("b", "one", 1), put("b", "two", 1)}
	rows, err := g.rows("c", texts)
	if err != nil || len(rows) != 2 || rows[0].Queue != "new" || rows[1].Queue != "one" || rows[1].Flags != lake.FlagConflict || rows[0].Visits != 2 || rows[1].Visit != 2 {
		t.Fatalf("%+v %v", rows, err)
	}
	back, err := g.rows("c", []string{texts[3], texts[2], texts[1], texts[0]})
	if err != nil || !reflect.DeepEqual(rows, back) {
		t.Errorf("%+v %v", back, err)
	}
}

func TestLegsOfAnotherFormatAreRefused(t *testing.T) {
	g := &gatherer{form: &asteriskCDR, source: "x", contacts: map[string]*gathered{"a": {legs: []string{"b"}}}}
	state, err := g.save()
	if err != nil {
		t.Fatal(err)
	}
	other := &gatherer{form: &format{name: "other"}, contacts: map[string]*gathered{}}
	if err := other.restore(state); err == nil || !strings.Contains(err.Error(), "--source") {
		t.Errorf("error %v", err)
	}
	same := &gatherer{form: &asteriskCDR, contacts: map[string]*gathered{}}
	if err := same.restore(state); err != nil || len(same.contacts["a"].legs) != 1 {
		t.Errorf("%+v %v", same.contacts, err)
	}
	if err := same.restore(state[:len(state)/2]); err == nil {
		t.Error("half a state is restored")
	}
}
