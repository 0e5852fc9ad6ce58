package ingest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The units in which a report has a time, as its heading tells. Without one in the heading a number is
// seconds, and a text with colons minutes and seconds, or hours too.
const (
	unitClock = "clock" // 2:05 or 1:02:05, or a number of seconds
	unitMin   = "min"
	unitMs    = "ms"
	unitHM    = "hh:mm"
)

// behindName is a unit at the end of a heading: ASA (sec), AHT in minutes, Avg Talk Time [mm:ss].
var behindName = regexp.MustCompile(`(?i)^(.*?[^\s_(\[])(?:[\s_]+in[\s_]+|[\s_]+|\s*[(\[]\s*)(h{1,2}:mm:ss|m{1,2}:ss|h{1,2}:mm|minutes|minutos|minuten|mins?\.?|seconds|segundos|secs?\.?|sek\.?|s|msecs?|milliseconds|ms)\s*[)\]]?\s*$`)

// unitOf cuts a unit off a heading.
func unitOf(name string) (rest, unit string, ok bool) {
	m := behindName.FindStringSubmatch(name)
	if m == nil {
		return name, "", false
	}
	switch word := strings.ToLower(strings.TrimSuffix(m[2], ".")); {
	case word == "h:mm" || word == "hh:mm":
		unit = unitHM
	case strings.HasPrefix(word, "mil") || strings.HasPrefix(word, "ms"):
		unit = unitMs
	case strings.HasPrefix(word, "min"):
		unit = unitMin
	default:
		unit = unitClock
	}
	return m[1], unit, true
}

// reportTimes are the headings that hold times: means, and sums over the contacts of the row.
var reportTimes = []heading{"aht", "talk", "hold", "wrap", "asa", "abandonwait", "talksum", "holdsum", "wrapsum", "handlesum", "asasum"}

// parseTime reads a time of a report in milliseconds.
func parseTime(text []byte, unit string) (int64, error) {
	if i := bytes.IndexByte(text, ','); i >= 0 && bytes.IndexByte(text, '.') < 0 && bytes.Count(text, []byte(",")) == 1 && len(text)-i-1 != 3 {
		text = slices.Clone(text) // 4,5 is four and a half: thousands have three digits
		text[i] = '.'
	}
	if len(text) > 1 && text[0] == ':' { // :12 is 0:12
		text = append([]byte("0"), text...)
	}
	colons := bytes.Count(text, []byte(":"))
	switch {
	case unit == unitHM && colons == 1:
		return parseClock(append(slices.Clone(text), ":00"...))
	case colons > 0 || unit == unitHM:
		return parseMillis(text, unitClock)
	}
	return parseMillis(text, unit)
}

// doubtful is an error where a report has handle times as small numbers with fractions and no unit: such
// are minutes more often than seconds, and nothing in the file tells.
func (p *reportRow) doubtful(data []byte, comma byte, names []string) error {
	for i, h := range p.columns {
		if (h != "aht" && h != "talk") || p.units[h] != "" {
			continue
		}
		most, fraction, other := 0.0, false, false
		eachHead(data, comma, p.columns, func(field map[heading][]byte) {
			text := field[h]
			if isUnknown(text) || plain(string(text)) == plain(names[i]) {
				return
			}
			v, err := strconv.ParseFloat(strings.Replace(string(text), ",", ".", 1), 64)
			other = other || err != nil && bytes.IndexByte(text, ':') >= 0
			most, fraction = max(most, v), fraction || v != float64(int64(v))
		})
		if fraction && !other && most < leastHandleSeconds {
			name := list(harmless([]string{names[i]}))
			return fmt.Errorf("the column %s has numbers below %d with fractions, and does not tell whether they are minutes or seconds; name the unit in the heading, as in %s (min), or in a profile: means: {talk: {column: %s, unit: min, of: handled}}",
				name, leastHandleSeconds, name, name)
		}
	}
	return nil
}

const leastHandleSeconds = 20
