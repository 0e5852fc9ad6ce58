package report

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ringtide/ringtide/impact"
)

// A doubt is what one kind of warning means to a reader.
type doubt struct {
	code string
	text string
}

// onPageOne are the codes of doubts that a director must know of before deciding.
var onPageOne = []string{"prior-only", "short-history", "no-season", "hole", "missing-days", "outside-hours", "hours-unseen", "second-stage"}

// plainWords says each code in words. The arguments are where the warning holds
// and its number: the least of several for a length of history, their sum for
// counts of days, else the largest.
var plainWords = map[string]func(where string, n float64) string{
	"short-history": func(where string, n float64) string {
		return fmt.Sprintf("The past is short: %s%s. Levels and weekdays are rough guesses, and the season is not known", plural(int(n), "day", "days"), where)
	},
	"no-month": func(where string, n float64) string {
		return fmt.Sprintf("%s of past calls%s are too few to show a pattern within the month", plural(int(n), "day", "days"), where)
	},
	"no-season": func(where string, n float64) string {
		return fmt.Sprintf("%s of past calls%s are too few to show a season, so none is assumed", plural(int(n), "day", "days"), where)
	},
	"hole": func(where string, n float64) string {
		return fmt.Sprintf("The past has a hole of %s%s; what lies before it counts less", plural(int(n), "day", "days"), where)
	},
	"missing-days": func(where string, n float64) string {
		return fmt.Sprintf("Up to %s of the open days of the past are missing or cannot be used%s", percent(n), where)
	},
	"freak-days": func(where string, n float64) string {
		return fmt.Sprintf("%s of the past%s lay far out of line and were left out", plural(int(n), "day", "days"), where)
	},
	"outside-hours": func(where string, n float64) string {
		return fmt.Sprintf("Up to %s of the past calls%s came while the calendar says closed and were left out; check the opening hours", percent(n), where)
	},
	"daily-only": func(where string, _ float64) string {
		return "The past has only day totals" + where + "; how calls spread over the day is borrowed or taken as even"
	},
	"thin": func(where string, _ float64) string {
		return "Calls are few" + where + "; how they spread over the day is partly taken from other days and lines"
	},
	"hours-unseen": func(where string, n float64) string {
		return fmt.Sprintf("%s%s have no past; their calls are guessed from the hours nearby", plural(int(n), "open interval", "open intervals"), where)
	},
	"short-hours": func(_ string, n float64) string {
		return fmt.Sprintf("The added shifts leave %s of one person’s time uncovered", hours(n))
	},
	"other-causes": func(_ string, n float64) string {
		return fmt.Sprintf("The forecast without the request holds the calls of %s that go on or were announced", plural(int(n), "other cause", "other causes"))
	},
	"fee-deflection": func(_ string, n float64) string {
		return fmt.Sprintf("The request takes work away in %s of the simulated futures; charges for added work are $0.00 there", percent(n))
	},
}

// doubts groups the warnings by code, in order of first appearance, and says each
// group in plain words; a code without words of its own keeps its texts.
func (r reading) doubts() []doubt {
	var out []doubt
	if r.Uplift.Basis == "prior only" && moved(r.Uplift.Total) {
		out = append(out, doubt{"prior-only", "No past request of this kind has been measured here; the change in calls rests on " + priorWords(r.Uplift)})
	}
	var codes []string
	groups := map[string][]impact.Warning{}
	for _, w := range r.Warnings {
		if groups[w.Code] == nil {
			codes = append(codes, w.Code)
		}
		groups[w.Code] = append(groups[w.Code], w)
	}
	for _, c := range codes {
		if say := plainWords[c]; say != nil {
			out = append(out, doubt{c, say(places(groups[c]), groupNumber(c, groups[c]))})
			continue
		}
		for _, w := range groups[c] {
			out = append(out, doubt{c, clean(w.Text)})
		}
	}
	return out
}

// groupNumber is one number for several warnings of a code.
func groupNumber(code string, group []impact.Warning) float64 {
	least, most, sum := math.Inf(1), math.Inf(-1), 0.0
	for _, w := range group {
		least, most, sum = min(least, w.Number), max(most, w.Number), sum+w.Number
	}
	switch code {
	case "short-history", "no-month", "no-season":
		return least
	case "freak-days", "hours-unseen":
		return sum
	}
	return most
}

var (
	queueRE = regexp.MustCompile(`queue "([^"]+)"`)
	groupRE = regexp.MustCompile(`^(\d+) queues, the first of them`)
)

// places names the lines that a group of warnings speaks of: " on the lines
// general and water-es".
func places(group []impact.Warning) string {
	var names []string
	for _, w := range group {
		m := queueRE.FindStringSubmatch(w.Text)
		if m == nil {
			continue
		}
		name := clean(m[1])
		if g := groupRE.FindStringSubmatch(w.Text); g != nil {
			n, _ := strconv.Atoi(g[1])
			return fmt.Sprintf(" on the line %s, and likewise on %s,", name, plural(n-1, "other line", "other lines"))
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return " on the line " + names[0]
	}
	return " on the lines " + listed(names)
}

// listed joins names as a sentence does: a, b and c.
func listed(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// firstDoubts are the sentences of page one.
func (r reading) firstDoubts() string {
	var out []string
	for _, d := range r.doubts() {
		if slices.Contains(onPageOne, d.code) {
			out = append(out, d.text)
		}
	}
	return join(out...)
}
