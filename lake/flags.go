package lake

// Flags mark what was doubtful about a record and what was done about it. A flag
// never removes a contact from the counts.
type Flags uint64

// The flags, one bit each; the bits are part of the file format.
const (
	FlagConflict         Flags = 1 << iota // two records of one contact disagree; the smaller encoding was kept
	FlagAmbiguousLocal                     // wall-clock time that two instants share
	FlagNonexistentLocal                   // wall-clock time that the clocks skipped; moved on by the gap
	FlagNegative                           // a duration was negative and is now unknown
	FlagClamped                            // a duration of -2 s to 0 became 0
	FlagTooLong                            // a duration beyond the cap is now unknown
	FlagOutcomeWord                        // the outcome was no known word
	FlagEncoding                           // bytes that are not text were replaced
	FlagRepaired                           // a broken separator was mended
	FlagNoEnd                              // an agent answered, but no event closes the contact
	FlagContradiction                      // two fields of the record contradict each other; the format tells which is believed
)

var flagNames = []string{
	"conflict", "ambiguous_local", "nonexistent_local", "negative_duration", "clamped_duration",
	"too_long", "unknown_outcome", "bad_encoding", "repaired_separator", "no_end", "contradiction",
}

// Names returns the names of the set flags in the order of their bits.
func (f Flags) Names() []string {
	var names []string
	for i, n := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}
