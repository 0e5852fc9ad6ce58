package lake

import "slices"

// withdrawal in Contact.Visits marks a row that takes a stored one back. No contact has
// fewer visits than one.
const withdrawal = -1

// Withdraw takes back the row of the lake that has the source, ID, visit and month of
// arrival of c. It is for formats whose later records change what a contact was; a row
// of the same visit that is added in the same load replaces the one withdrawn. Rows
// of this load are not withdrawn, and a row that the lake does not have is no error.
func (w *Writer) Withdraw(input int, line int64, c *Contact) error {
	gone := *c
	gone.Visits = withdrawal
	return w.Add(input, line, &gone)
}

// withdraw carries out and drops the withdrawals among the rows of one contact, those
// stored first, and counts them.
func (m *merge) withdraw(rows []*arrived) []*arrived {
	if !slices.ContainsFunc(rows, (*arrived).withdraws) {
		return rows
	}
	gone := map[int32]int{} // visits withdrawn and the input that did it
	for _, r := range rows {
		if r.withdraws() {
			gone[r.Visit] = r.input
		}
	}
	taken := map[int32]bool{}
	kept := slices.DeleteFunc(slices.Clone(rows), func(r *arrived) bool {
		_, is := gone[r.Visit]
		if is && r.input < 0 {
			taken[r.Visit] = true
		}
		return r.withdraws() || is && r.input < 0
	})
	for visit := range taken {
		m.changed = true
		i := slices.IndexFunc(kept, func(r *arrived) bool { return r.Visit == visit })
		if i < 0 {
			m.tallies[gone[visit]].Withdrawn++
			continue
		}
		t := &m.tallies[kept[i].input] // mergeVisit will count it as stored
		t.Stored--
		t.Duplicate++
		t.Revised++
	}
	return kept
}

func (r *arrived) withdraws() bool { return r.input >= 0 && r.Visits == withdrawal }
