package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// intervalReport is the report that every phone system can print: a row for each queue and
// interval, or for each day or month, with counts under headings that most systems share.
var intervalReport = format{
	name:  "interval-report",
	title: "interval, daily or monthly report (offered, answered, abandoned, AHT), as text or printed: Avaya CMS and BCMS, Cisco UCCX and others",
	tells: "counts and, where they come with the counts they are means of, times per queue and interval",
	lacks: "contacts: who waited how long, transfers, redials; what the report leaves out",

	source: "interval-report", version: 3,
	detect: func(h *head) bool {
		_, _, _, ok := h.report()
		if !ok {
			_, ok = h.printed()
		}
		return ok && !avayaCMS.detect(h)
	},
	read: readIntervalReport,
}

// byTelephone are the words of a column of media, as plain writes them, for contacts that count.
var byTelephone = regexp.MustCompile(`^(inbound)?(voice|phone|call|tele)`)

// mostTitles is how many lines of a title a report may have above its header.
const mostTitles = 20

// report returns the separator of a report, the headings by column, and the line in which they stand;
// ok is false for a file that is none.
func (h *head) report() (comma byte, columns []heading, at int64, ok bool) {
	rest := h.data
	for titles := 0; titles < mostTitles && len(rest) > 0; {
		line, behind, _ := bytes.Cut(rest, []byte("\n"))
		rest = behind
		at++
		if line = trim(trimCR(line)); len(line) == 0 {
			continue
		}
		under := &head{line: line}
		for _, c := range []byte(",;\t|") {
			told := told(h.data[:len(h.data)-len(rest)], c)
			if columns, ok = reportColumns(under.fields(c, true), len(told.date) > 0); ok {
				return c, columns, at, true
			}
		}
		titles++
	}
	return 0, nil, 0, false
}

// reportColumns returns the headings of a report; dated tells that a title names the day.
func reportColumns(names []string, dated bool) (columns []heading, ok bool) {
	at := map[heading]int{}
	for _, name := range names {
		k := headingOf(name)
		if _, twice := at[k]; twice && k != "" {
			k = "" // the first is taken
		}
		at[k] = len(columns)
		columns = append(columns, k)
	}
	has := func(h heading) bool { _, ok := at[h]; return ok }
	when := has("date") || has("start") || has("time") && dated
	return columns, when && (has("offered") || has("handled")) && !has("contact")
}

var errNoLength = errors.New("the report does not tell how long its intervals are: load more than one of them, or name the length in a profile")

func readIntervalReport(l *load, f *file, r io.Reader) error {
	b := bufio.NewReaderSize(r, detectBytes)
	data, _ := b.Peek(detectBytes)
	body := io.Reader(b)
	comma, columns, at, ok := newHead(data).report()
	if p, isPrinted := newHead(data).printed(); !ok && isPrinted {
		body = printed(b, p)
		data, _ = io.ReadAll(printed(bufio.NewReader(bytes.NewReader(data)), p)) // a line that is too long ends it
		comma, columns, at, ok = newHead(data).report()
	}
	if !ok {
		return f.at(1, errors.New("this is no interval report: no columns for the date and for calls offered or answered; a profile can name them"))
	}
	told := told(data, comma)
	s := newSplitter(body, comma, true)
	if err := passTitles(f, s, at); err != nil {
		return err
	}
	header := slices.Clone(s.raw)
	names := make([]string, len(s.fields))
	for i, name := range s.fields {
		if names[i] = string(trim(name)); columns[i] == "" {
			f.unread(names[i])
		}
	}
	p := &reportRow{intervalReader: l.intervals(f), columns: columns, swapped: swappedDates(data, comma, columns, told), told: told}
	p.seconds = commonLength(data, comma, columns, p.swapped, told)
	p.header(names)
	if err := p.doubtful(data, comma, names); err != nil {
		return f.at(s.line, err)
	}
	return l.eachRecord(f, s, func() (*reject, error) {
		for len(s.fields) > s.want && len(s.fields[len(s.fields)-1]) == 0 { // separators at the end of the line
			s.fields = s.fields[:len(s.fields)-1]
		}
		filled := 0
		for _, field := range s.fields {
			if len(field) > 0 {
				filled++
			}
		}
		switch {
		case bytes.Equal(s.raw, header):
			f.ignore("header")
			return nil, nil
		case len(s.fields) != s.want && p.told.title(s.fields), isRuling(s.raw):
			f.ignore("title")
			return nil, nil
		case filled == 0 || filled == 1 && s.want > 2:
			f.ignore("title")
			return nil, nil
		case len(s.fields) != s.want:
			return &reject{reasonColumns, ""}, nil
		}
		return p.row(s)
	})
}

// isTotal reports whether a field says that its row sums up others.
func isTotal(field []byte) bool {
	words := strings.Fields(strings.ToLower(strings.Trim(string(field), " :")))
	return len(words) > 0 && (slices.Contains([]string{"total", "totals", "sum", "summary", "average", "avg"}, words[0]) ||
		len(words) > 1 && slices.Contains([]string{"grand total", "sub total", "all queues", "overall total"}, words[0]+" "+words[1]))
}

// eachHead goes through the rows at the head of a report.
func eachHead(data []byte, comma byte, columns []heading, use func(field map[heading][]byte)) {
	s := newSplitter(bytes.NewReader(data), comma, true)
	for {
		err := s.read()
		if errors.Is(err, errQuote) {
			continue
		}
		if err != nil {
			return
		}
		if len(s.fields) < len(columns) {
			continue // the last is cut off
		}
		field := map[heading][]byte{}
		for i, h := range columns {
			if h != "" {
				field[h] = trim(s.fields[i])
			}
		}
		use(field)
	}
}

// reportRow reads the rows of a report.
type reportRow struct {
	*intervalReader
	columns []heading
	seconds int64 // length of intervals whose rows do not tell
	swapped string
	units   map[heading]string // of times whose heading tells
	within  int64              // the target of the count of those answered in time, in milliseconds
	short   int64              // likewise of short abandons
	told    reportTold
}

// header takes from the headings what they tell of the numbers below.
func (p *reportRow) header(names []string) {
	p.units = map[heading]string{}
	for i, h := range p.columns {
		if _, unit, ok := unitOf(names[i]); ok && slices.Contains(reportTimes, h) {
			p.units[h] = unit
		}
		if plain(names[i]) == "intervalcomplete" { // Genesys Cloud: numbers are milliseconds
			for _, h := range reportTimes {
				p.units[h] = cmp.Or(p.units[h], unitMs)
			}
		}
		if m := withinName.FindStringSubmatch(names[i]); m != nil {
			switch ms := whole([]byte(m[2])) * 1000; h {
			case "within":
				p.within = ms
			case "shortin":
				p.short = ms
			}
		}
	}
}

func (p *reportRow) row(s *splitter) (*reject, error) {
	field := map[heading][]byte{}
	for i, h := range p.columns {
		if h != "" && !isUnknown(s.fields[i]) {
			field[h] = s.fields[i]
		}
	}
	if isTotal(field["date"]) || isTotal(field["start"]) || isTotal(field["time"]) || isTotal(field["queue"]) || isTotal(s.fields[0]) {
		p.f.ignore("total")
		return nil, nil
	}
	if media := plain(string(field["media"])); media != "" && !byTelephone.MatchString(media) {
		p.f.ignore("media type " + list(harmless([]string{media})))
		return nil, nil
	}
	p.told.fill(field)
	at, err := spanOf(field, p.swapped)
	if err != nil {
		return &reject{reasonTime, "date"}, nil
	}
	seconds := at.seconds
	if n, ok := parseCount(field["minutes"]); ok && n > 0 {
		seconds = n * 60
	}
	if until, ok := p.until(field, at); ok && seconds == 0 {
		seconds, at.days = until, 0
	}
	if seconds == 0 && at.days == 0 {
		if seconds = p.seconds; seconds == 0 {
			return nil, p.f.at(s.line, errNoLength)
		}
	}
	queue := string(field["queue"])
	if queue == "" {
		queue = p.f.source
	}
	fact := p.fact(at, seconds, queue)
	if s.ill {
		fact.Flags |= lake.FlagEncoding
	}
	if bad := p.numbers(field, &fact); bad != nil {
		return bad, nil
	}
	if bad := p.put(s.line, &fact); bad != nil {
		return bad, nil
	}
	p.used()
	return nil, nil
}

// until returns the length of an interval whose end the row has too.
func (p *reportRow) until(field map[heading][]byte, at span) (seconds int64, ok bool) {
	text := field["end"]
	if text == nil || at.days > 1 {
		return 0, false
	}
	end, err := spanOf(map[heading][]byte{"start": text}, p.swapped)
	if err != nil { // a time of day alone
		clock, err := parseClockTime(text)
		if err != nil || at.days != 0 {
			return 0, false
		}
		end.micros = at.micros - at.micros%86400e6 + clock
		if end.micros <= at.micros {
			end.micros += 86400e6
		}
	}
	if end.days > 0 {
		return 0, false // the last day of a row of days
	}
	seconds = (end.micros - at.micros) / 1e6
	if rest := seconds % 900; rest == 899 || rest == 840 { // 9:00 to 9:29, or to 9:29:59
		seconds += 900 - rest
	}
	return seconds, seconds > 0 && seconds <= 86400
}

// isUnknown reports whether a report says with a field that it does not know.
func isUnknown(b []byte) bool {
	switch strings.ToLower(string(b)) {
	case "", "-", "--", "n/a", "na", "null", "nan":
		return true
	}
	return false
}

func spanOf(field map[heading][]byte, swapped string) (span, error) {
	if swapped != "" {
		field = maps.Clone(field)
		for _, h := range []heading{"date", "start"} {
			if field[h] != nil {
				field[h] = swapDate(field[h], swapped)
			}
		}
	}
	if start := field["start"]; start != nil && field["date"] == nil {
		return parseSpan(start, nil)
	}
	clock := field["time"]
	if clock == nil && field["start"] != nil {
		clock = field["start"]
	}
	return parseSpan(field["date"], clock)
}

// numbers fills in the numbers. A mean is taken with the count it is the mean of, or not
// at all.
func (p *reportRow) numbers(field map[heading][]byte, fact *lake.Fact) *reject {
	for _, c := range []struct {
		name heading
		into *int64
	}{
		{"offered", &fact.Offered}, {"handled", &fact.Handled}, {"abandoned", &fact.Abandoned}, {"short", &fact.ShortAbandoned},
		{"shortin", &fact.ShortAbandoned}, {"blocked", &fact.Blocked}, {"out", &fact.OverflowOut}, {"in", &fact.OverflowIn}, {"within", &fact.Within},
	} {
		if field[c.name] == nil {
			continue
		}
		n, ok := parseCount(field[c.name])
		if !ok {
			return &reject{reasonCount, string(c.name)}
		}
		*c.into = n
	}
	if n, ok := parseCount(field["dequeued"]); !ok {
		return &reject{reasonCount, "dequeued"}
	} else if n >= 0 { // left the queue unanswered, as those that flowed out
		fact.OverflowOut = max(fact.OverflowOut, 0) + n
	}
	if fact.Within >= 0 {
		fact.WithinMillis = p.within
	}
	if field["shortin"] != nil && fact.ShortAbandoned >= 0 {
		fact.ShortMillis = p.short
	}
	apart(fact)
	partial := strings.ToLower(string(field["partial"]))
	fact.Partial = partial != "" && partial != "0" && partial != "no" && partial != "n" && partial != "false"
	return p.times(field, fact)
}

// apart takes the short abandons out of the abandons where the numbers of the row add up only if they are
// among them.
func apart(fact *lake.Fact) {
	all := []int64{fact.Offered, fact.Handled, fact.Abandoned, fact.ShortAbandoned}
	if slices.Contains(all, -1) || fact.ShortAbandoned > fact.Abandoned {
		return
	}
	if fact.Offered == fact.Handled+fact.Abandoned+max(fact.Blocked, 0)+max(fact.OverflowOut, 0) {
		fact.Abandoned -= fact.ShortAbandoned
	}
}

// times fills in the sums of times, of sums or of means.
func (p *reportRow) times(field map[heading][]byte, fact *lake.Fact) *reject {
	talk, talkSum := heading("talk"), heading("talksum")
	if field["talk"] == nil && field["talksum"] == nil {
		talk, talkSum = "aht", "handlesum" // not parted: it stands as talk
	}
	abandoned := fact.Abandoned
	if abandoned >= 0 && fact.ShortAbandoned > 0 {
		abandoned += fact.ShortAbandoned
	}
	for _, m := range []struct {
		name heading
		of   int64 // 1 for a sum
		into *int64
	}{
		{talk, fact.Handled, &fact.Talk}, {"hold", fact.Handled, &fact.Hold}, {"wrap", fact.Handled, &fact.Wrap},
		{"asa", fact.Handled, &fact.AnswerMillis}, {"abandonwait", abandoned, &fact.AbandonMillis},
		{talkSum, 1, &fact.Talk}, {"holdsum", 1, &fact.Hold}, {"wrapsum", 1, &fact.Wrap}, {"asasum", 1, &fact.AnswerMillis},
	} {
		if field[m.name] == nil || m.of < 0 {
			continue
		}
		ms, err := parseTime(field[m.name], cmp.Or(p.units[m.name], unitClock))
		sum := strings.HasSuffix(string(m.name), "sum")
		if err != nil || ms < 0 || !sum && ms > defaultMax.Milliseconds() {
			return &reject{reasonDuration, string(m.name)}
		}
		*m.into = ms * m.of
	}
	return nil
}

// commonLength returns the shortest step between the starts of rows, in seconds, where it
// is a usual length of intervals; 0 where none shows.
func commonLength(data []byte, comma byte, columns []heading, swapped string, told reportTold) int64 {
	var starts []int64
	eachHead(data, comma, columns, func(field map[heading][]byte) {
		told.fill(field)
		if at, err := spanOf(field, swapped); err == nil && at.days == 0 {
			starts = append(starts, at.micros/1e6)
		}
	})
	slices.Sort(starts)
	starts = slices.Compact(starts)
	for _, usual := range []int64{900, 1800, 3600} {
		for i := 1; i < len(starts); i++ {
			if starts[i]-starts[i-1] == usual {
				return usual
			}
		}
	}
	return 0
}
