package ingest

import (
	"io"
	"strconv"

	"github.com/ringtide/ringtide/lake"
)

// The historical tables of Avaya's CMS: hsplit and hvdn with a row per interval, dsplit and
// dvdn with a row per day. All times are sums of seconds.
var avayaCMS = format{
	name:  "avaya-cms",
	title: "Avaya CMS interval and daily tables (hsplit, hvdn, dsplit, dvdn)",
	tells: "offered, answered, abandoned, blocked, overflow in and out, service level, sums of waits, talk, hold and after-call work, staffed time per split or VDN",
	lacks: "contacts; which of the two hours an interval is of when clocks fall back, unless starttime_utc is there",

	source: "avaya-cms", version: 2,
	detect: func(h *head) bool {
		return h.names("row_date", "acdcalls", "abncalls", "split") || h.names("row_date", "acdcalls", "abncalls", "vdn")
	},
	read: readAvayaCMS,
}

var (
	cmsNeeds = []string{"row_date", "acdcalls", "abncalls"}
	cmsMay   = []string{
		"starttime", "starttime_utc", "intrvl", "acd", "split", "vdn", "callsoffered", "incalls", "busycalls", "disccalls",
		"outflowcalls", "dequecalls", "inflowcalls", "othercalls", "phantomabns", "acceptable", "servicelevel", "anstime",
		"abntime", "acdtime", "holdtime", "acwtime", "i_stafftime", "partial_archive", "incomplete",
	}
)

func readAvayaCMS(l *load, f *file, r io.Reader) error {
	comma, body := separator(r, "row_date", "acdcalls", "abncalls")
	t, err := l.sheet(f, body, comma, cmsNeeds, cmsMay)
	if err != nil {
		return err
	}
	p := l.intervals(f)
	return l.eachRow(f, t, func() (*reject, error) {
		fact, bad := cmsFact(p, t)
		if bad == nil {
			bad = p.put(t.line, &fact)
		}
		if bad != nil {
			return bad, nil
		}
		p.used()
		return nil, nil
	})
}

func cmsFact(p *intervalReader, t *sheet) (fact lake.Fact, bad *reject) {
	queue := string(t.get("split"))
	if queue == "" {
		if queue = string(t.get("vdn")); queue != "" {
			queue = "vdn " + queue
		}
	}
	if queue == "" {
		return fact, &reject{reasonKey, "split"}
	}
	at, err := parseSpan(t.get("row_date"), t.get("starttime"))
	if err != nil {
		return fact, &reject{reasonTime, "row_date"}
	}
	seconds := int64(0)
	if at.days == 0 {
		n, ok := parseCount(t.get("intrvl"))
		if !ok || n <= 0 {
			return fact, &reject{reasonDuration, "intrvl"}
		}
		seconds = n * 60
	}
	if utc, err := strconv.ParseInt(string(t.get("starttime_utc")), 10, 64); err == nil && utc > 0 {
		at.reading = reading{micros: utc * 1e6, instant: true, quality: lake.Minute}
	}
	fact = p.fact(at, seconds, queue)
	n := map[string]int64{}
	for _, name := range append(cmsNeeds[1:], cmsMay[6:len(cmsMay)-2]...) {
		v, ok := parseCount(t.get(name))
		if !ok {
			return fact, &reject{reasonCount, name}
		}
		n[name] = v
	}
	cmsNumbers(&fact, n)
	for _, name := range []string{"partial_archive", "incomplete"} {
		v := t.get(name)
		fact.Partial = fact.Partial || len(v) > 0 && string(v) != "0"
	}
	return fact, nil
}

// cmsNumbers fills in the numbers. An abandon without a caller (phantomabns) was offered
// nothing. A number that the table does not have is unknown.
func cmsNumbers(fact *lake.Fact, n map[string]int64) {
	sum := func(names ...string) int64 {
		total := int64(-1)
		for _, name := range names {
			if v := n[name]; v >= 0 {
				total = max(total, 0) + v
			}
		}
		return total
	}
	times := func(name string, scale int64) int64 {
		if n[name] < 0 {
			return -1
		}
		return n[name] * scale
	}
	phantom := max(n["phantomabns"], 0)
	fact.Handled = n["acdcalls"]
	fact.Abandoned = max(n["abncalls"]-phantom, min(n["abncalls"], 0))
	fact.Offered = sum("callsoffered")
	if fact.Offered < 0 {
		fact.Offered = sum("incalls")
	}
	if fact.Offered < 0 {
		fact.Offered = sum("acdcalls", "abncalls", "busycalls", "disccalls", "outflowcalls", "dequecalls", "othercalls")
	}
	if fact.Offered >= 0 {
		fact.Offered = max(fact.Offered-phantom, 0)
	}
	fact.Blocked, fact.OverflowOut, fact.OverflowIn = sum("busycalls", "disccalls"), sum("outflowcalls", "dequecalls"), sum("inflowcalls")
	fact.AnswerMillis, fact.AbandonMillis = times("anstime", 1000), times("abntime", 1000)
	fact.Talk, fact.Hold, fact.Wrap, fact.Staffed = times("acdtime", 1000), times("holdtime", 1000), times("acwtime", 1000), times("i_stafftime", 1000)
	if n["acceptable"] >= 0 && n["servicelevel"] > 0 {
		fact.Within, fact.WithinMillis = n["acceptable"], n["servicelevel"]*1000
	}
}
