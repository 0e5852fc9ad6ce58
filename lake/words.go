package lake

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
)

// The text columns of a contact, and the agent's key: few different values occur in each, so a row
// on its way into the lake holds their numbers.
const (
	wordNative = iota
	wordQueue
	wordDNIS
	wordTransfer
	wordLanguage
	wordReason
	wordAgent
	wordCount
)

// Numbers of words that stand for something else.
const (
	noWord     = 0 // there is none
	inlineWord = 1 // it lies in the row: the table is full
	firstWord  = 2
)

// A column with more different texts than this is no column of words; what is beyond lies in
// the rows, so that the tables stay small.
const (
	mostWords     = 1 << 16
	mostWordBytes = 4 << 20
)

// A wordTable numbers the different words of a column. Numbers follow from the order of arrival and
// leave no trace in the lake. It is safe for concurrent use.
type wordTable struct {
	mu    sync.Mutex
	of    map[string]uint32
	names []string // by number, from firstWord
	bytes int
}

type wordTables [wordCount]wordTable

// number returns the number of a word and the table's copy of it; inlineWord when bounded and full.
func (t *wordTable) number(word string, bounded bool) (uint32, string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, ok := t.of[word]
	if ok {
		return n, t.names[n-firstWord]
	}
	if bounded && (len(t.names) >= mostWords || t.bytes >= mostWordBytes) {
		return inlineWord, ""
	}
	if t.of == nil {
		t.of = map[string]uint32{}
	}
	n = firstWord + uint32(len(t.names))
	own := strings.Clone(word) // the caller's may lie in a buffer
	t.of[own], t.names, t.bytes = n, append(t.names, own), t.bytes+len(own)
	return n, own
}

// word returns the word of a number.
func (t *wordTable) word(n uint32) string {
	if n < firstWord {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.names[n-firstWord]
}

// all returns the words, from firstWord on.
func (t *wordTable) all() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.names
}

// A numberer finds the numbers of words for one goroutine. It keeps those it met in tables of its
// own, without locks and in half of the time that a map takes.
type numberer struct {
	tables *wordTables
	seed   maphash.Seed
	known  [wordCount]wordSlots
}

// wordSlots is an open table of words; a power of two, at most half full.
type wordSlots struct {
	slots []wordSlot
	n     int
}

type wordSlot struct {
	word string
	hash uint32
	n    uint32
}

func (c *numberer) number(column int, word string) uint32 {
	if word == "" {
		return noWord
	}
	k, hash := &c.known[column], uint32(maphash.String(c.seed, word))
	for i := hash; len(k.slots) > 0; i++ {
		s := &k.slots[i&uint32(len(k.slots)-1)]
		if s.hash == hash && s.word == word {
			return s.n
		}
		if s.n == noWord {
			break
		}
	}
	n, own := c.tables[column].number(word, column != wordQueue)
	if n != inlineWord {
		k.add(wordSlot{own, hash, n})
	}
	return n
}

func (k *wordSlots) add(w wordSlot) {
	if k.n++; 2*k.n > len(k.slots) {
		old := k.slots
		k.slots = make([]wordSlot, max(16, 2*len(old)))
		for _, s := range old {
			if s.n != noWord {
				k.put(s)
			}
		}
	}
	k.put(w)
}

func (k *wordSlots) put(w wordSlot) {
	i := w.hash
	for k.slots[i&uint32(len(k.slots)-1)].n != noWord {
		i++
	}
	k.slots[i&uint32(len(k.slots)-1)] = w
}

// queueRanks returns the place of each queue, by number, in the order of names.
func (t *wordTables) queueRanks() ([]uint64, error) {
	names := t[wordQueue].all()
	if len(names) >= 1<<(64-arrivalBits) {
		return nil, fmt.Errorf("%d queues; the column of the queue is none", len(names))
	}
	order := make([]uint32, len(names))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(names[a], names[b]) })
	ranks := make([]uint64, firstWord+len(order)) // no queue comes first
	for rank, n := range order {
		ranks[firstWord+n] = uint64(rank + 1)
	}
	return ranks, nil
}
