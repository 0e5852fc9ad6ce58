package lake

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"testing"
)

// A column of texts with more values than a table holds, and texts beside it that are long or
// alike but for their middle, are stored as they are.
func TestMoreTextsThanATableHolds(t *testing.T) {
	contacts := sample(mostWordBytes/1500+1000, 20, 3)
	for i := range contacts {
		c := &contacts[i]
		c.Reason = fmt.Sprintf("caller said %01500d, see notes", i)
		c.QueueNative = fmt.Sprintf("%s-%d-skill", c.Queue, i%700)
		if i%100 == 0 {
			c.Language, c.TransferTo = string(make([]byte, 300)), "ext"
		}
		c.Visits, c.Visit = 1+int32(i%2), 1
	}
	l := newLake(t)
	put(t, l, "aa", contacts)
	for i := range contacts { // no other visit was loaded
		contacts[i].Visits = 1
	}
	if got, want := stored(t, l), sorted(slices.Clone(contacts)); !slices.Equal(got, want) {
		t.Fatal("the lake holds other contacts than were loaded")
	}
	if err := l.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	halves := newLake(t)
	put(t, halves, "aa", contacts[1500:])
	put(t, halves, "bb", contacts[:2500])
	if l.Status().Fingerprint != halves.Status().Fingerprint {
		t.Error("two loads of parts gave another lake than one of all")
	}
}

func TestNumbererFindsEveryWord(t *testing.T) {
	var tables wordTables
	seed := maphash.MakeSeed()
	a, b := numberer{tables: &tables, seed: seed}, numberer{tables: &tables, seed: seed}
	numbers := map[string]uint32{}
	for round := range 2 {
		for i := range 5000 {
			word := strings.Repeat("w", i%20) + fmt.Sprint(i)
			n := a.number(wordReason, word)
			if round == 0 {
				numbers[word] = n
			}
			if n < firstWord || n != numbers[word] || b.number(wordReason, word) != n || tables[wordReason].word(n) != word {
				t.Fatalf("%q has the number %d, which stands for %q", word, n, tables[wordReason].word(n))
			}
		}
	}
}
