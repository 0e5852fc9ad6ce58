package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

const (
	minus = "−"
	dash  = "–" // an empty table cell
)

// thousands prints a whole number with separators: 1,234.
func thousands(n int64) string {
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = minus, -uint64(n)
	}
	s := strconv.FormatUint(u, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// count prints a mean number of calls or people: one decimal below 10, where
// rounding to a whole would hide the value.
func count(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return dash
	}
	if math.Abs(x) >= 9.95 || x == math.Trunc(x) {
		return thousands(int64(math.Round(x)))
	}
	s := strconv.FormatFloat(math.Abs(x), 'f', 1, 64)
	switch {
	case s == "0.0":
		return "0"
	case x < 0:
		return minus + s
	}
	return s
}

// signed is count with a plus sign on what is added.
func signed(x float64) string {
	s := count(x)
	if x > 0 && s != "0" {
		return "+" + s
	}
	return s
}

// money prints cents as dollars: $1,234.56.
func money(cents int64) string {
	sign, u := "", uint64(cents)
	if cents < 0 {
		sign, u = minus, -uint64(cents)
	}
	return fmt.Sprintf("%s$%s.%02d", sign, thousands(int64(u/100)), u%100)
}

// percent prints a share 0..1 with one decimal: 81.6%.
func percent(p float64) string {
	if math.IsNaN(p) || math.IsInf(p, 0) {
		return dash
	}
	s := strconv.FormatFloat(math.Abs(100*p), 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if p < 0 && s != "0" {
		s = minus + s
	}
	return s + "%"
}

// level prints a service level, always with one decimal so that columns line up.
func level(p float64) string {
	if math.IsNaN(p) {
		return dash
	}
	return strconv.FormatFloat(100*p, 'f', 1, 64) + "%"
}

// chance prints a probability read off a limited number of paths, which can
// never prove 0 or 1.
func chance(p float64) string {
	switch {
	case math.IsNaN(p):
		return dash
	case p < 0.01:
		return "under 1%"
	case p > 0.99:
		return "over 99%"
	}
	return strconv.Itoa(int(math.Round(100*p))) + "%"
}

// wait prints seconds as a person says them: 48 s, 3 min 5 s.
func wait(seconds float64) string {
	if math.IsNaN(seconds) || math.IsInf(seconds, 0) {
		return dash
	}
	s := int(math.Round(seconds))
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s%60 == 0:
		return fmt.Sprintf("%d min", s/60)
	}
	return fmt.Sprintf("%d min %d s", s/60, s%60)
}

// day prints a date with its weekday: Mon 8 June 2026.
func day(d interval.Date) string {
	if d.IsZero() {
		return dash
	}
	return fmt.Sprintf("%s %d %s %d", d.Weekday().String()[:3], d.Day(), d.Month(), d.Year())
}

// shortDay leaves the year out and cuts the month: Mon 8 Jun.
func shortDay(d interval.Date) string {
	if d.IsZero() {
		return dash
	}
	return fmt.Sprintf("%s %d %s", d.Weekday().String()[:3], d.Day(), d.Month().String()[:3])
}

// clock prints minutes after midnight: 08:30.
func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// steps prints the length of an interval: 30 minutes, hour.
func stepWords(minutes int) string {
	if minutes == 60 {
		return "hour"
	}
	if minutes == 120 {
		return "two hours"
	}
	return fmt.Sprintf("%d minutes", minutes)
}

// span prints the 5% and 95% points of d: in 9 of 10 cases the number lies there.
func span(d impact.Dist) string { return count(d.Q05) + " to " + count(d.Q95) }

// changeSpan is span for a change that is said in words: 30 to 80 of "fewer calls".
func changeSpan(d impact.Dist) string {
	switch {
	case d.Q95 <= 0:
		return count(-d.Q95) + " to " + count(-d.Q05)
	case d.Q05 < 0:
		return count(-d.Q05) + " fewer to " + count(d.Q95) + " more"
	}
	return span(d)
}

// hours prints a number of hours: 1 hour, 27.5 hours.
func hours(x float64) string {
	if x == 1 {
		return "1 hour"
	}
	return tenths(x) + " hours"
}

// verb picks the form of a verb that agrees with n.
func verb(n float64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// tenths prints x with at most one decimal: 27.5, 140.
func tenths(x float64) string {
	if r := math.Round(10 * x); math.Abs(r) < 1e15 && math.Mod(r, 10) != 0 {
		whole := math.Trunc(r / 10)
		sign := ""
		if r < 0 && whole == 0 {
			sign = minus
		}
		return fmt.Sprintf("%s%s.%d", sign, thousands(int64(whole)), int64(math.Abs(math.Mod(r, 10))))
	}
	return count(math.Round(x))
}

// signedTenths is tenths with a plus sign on what is left over.
func signedTenths(x float64) string {
	s := tenths(x)
	if x > 0 && s != "0" {
		return "+" + s
	}
	return s
}

// plural picks the form of a noun that agrees with n.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(int64(n)) + " " + many
}

// moreOrFewer says a change in calls without a sign: 812 extra calls, 30 fewer calls.
func moreOrFewer(x float64) string {
	if x < 0 {
		return count(-x) + " fewer calls"
	}
	return count(x) + " extra calls"
}

// sentence makes s end with a full stop, so that texts from elsewhere can be joined.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// join puts the sentences that say something behind one another.
func join(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = sentence(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}

// capital makes the first letter of s a capital.
func capital(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

// lower makes a leading "About" or article fit the middle of a sentence; other
// words may be names and keep their capital.
func lower(s string) string {
	for _, w := range []string{"About ", "A ", "An ", "The ", "No "} {
		if strings.HasPrefix(s, w) {
			return strings.ToLower(s[:1]) + s[1:]
		}
	}
	return s
}

// clean makes outside text printable: control characters become spaces, runs of
// space one space, and runes beyond the basic plane, which the page font cannot
// hold, a question mark.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case r > 0xFFFD || unicode.Is(unicode.Cf, r):
			return '?'
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
