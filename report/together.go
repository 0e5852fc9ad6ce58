package report

import (
	"fmt"
	"math"

	"github.com/ringtide/ringtide/impact"
)

// togetherSection sets the request beside the others that act on its days.
func togetherSection(r reading) (Section, bool) {
	t := r.Together
	if t == nil {
		return Section{}, false
	}
	n := len(t.Requests) - 1
	lead := join(fmt.Sprintf("%s %s on the days of this request", plural(n, "other request", "other requests"), verb(float64(n), "acts", "act")),
		fmt.Sprintf("Together they bring %s", moreOrFewer(t.Total.Mean)),
		fmt.Sprintf("The chance to meet the target is %s with none of them, %s with this request alone, %s with the others alone, and %s with all",
			chance(t.Without), chance(t.Alone), chance(t.Others), chance(t.All)))
	parts := Table{Title: "What each request brings", Columns: []Column{{Head: "Request", Flex: 2}, {Head: "Status"}, {Head: "Start"},
		{Head: "Calls", Align: AlignRight}, {Head: "Calls, were it alone", Align: AlignRight}, {Head: "Change in the chance", Align: AlignRight}}}
	for _, p := range t.Requests {
		parts.Rows = append(parts.Rows, Row{Strong: p.ID == r.Request.ID, Cells: []string{clean(p.ID) + ": " + clean(p.Title), clean(p.Status), shortDay(p.Start),
			signed(p.Calls), signed(p.Alone), points(p.Chance)}})
	}
	parts.Note = "Each part is the mean, over all orders in which the requests could be approved, of what a request adds to those before it: parts sum to what all bring, and the order changes nothing."
	s := Section{Title: "Beside other requests", Lead: lead, Blocks: []Block{parts}}
	if pairs, ok := pairTable(t); ok {
		s.Blocks = append(s.Blocks, pairs)
	}
	return s, true
}

func pairTable(t *impact.TogetherAnswer) (Table, bool) {
	out := Table{Title: "Pairs that are not the sum of each", Columns: []Column{{Head: "Requests", Flex: 1},
		{Head: "Calls beyond the sum", Align: AlignRight}, {Head: "Chance beyond the sum", Align: AlignRight}, {Head: "Why", Flex: 2}}}
	for _, x := range t.Interactions {
		out.Rows = append(out.Rows, Row{Cells: []string{clean(x.First) + " and " + clean(x.Second), signed(x.Calls), points(&x.Chance), capital(clean(x.Reason))}})
	}
	return out, len(out.Rows) > 0
}

// points writes a change of a chance in percentage points.
func points(change *float64) string {
	if change == nil {
		return dash
	}
	return signed(math.Round(100**change)) + " points"
}
