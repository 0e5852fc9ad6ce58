package ingest

import (
	"regexp"
	"slices"
	"strings"
)

// A heading is what a column of a report can be.
type heading string

// headings lists the names of columns, without spaces and punctuation and in lower case.
var headings = map[heading][]string{
	"date":    {"date", "day", "rowdate", "reportdate", "calldate", "month", "period", "fecha", "datum", "fechallamada", "data", "jour", "dia", "tag", "callday", "weekof"},
	"time":    {"time", "interval", "starttime", "halfhour", "timeinterval", "hour", "intervaltime", "hora", "uhrzeit", "heure", "tijd", "timeofday", "intervalo", "timeslot", "timeday"},
	"start":   {"datetime", "timestamp", "start", "intervalstart", "starttimestamp", "intervalstarttime", "periodstart", "begin", "startinterval", "startdatetime", "startdate", "fechahora", "fechainicio", "intervalstartdatetime", "starttimeinterval", "datehour"},
	"end":     {"intervalend", "intervalendtime", "endtimestamp", "periodend", "endinterval", "enddatetime", "endtime", "end", "until"},
	"minutes": {"intrvl", "intervalminutes", "intervallength", "minutes"},
	"queue":   {"queue", "queuename", "skill", "skillname", "split", "splitname", "csq", "csqname", "service", "servicename", "group", "calltype", "vdn", "huntgroup", "department", "agency", "line", "cola", "fila", "warteschlange", "wachtrij", "servicio", "callqueue", "acdgroup", "huntgroupname", "splitskill", "skillgroup", "skillgroupname", "contactservicequeue", "vector", "ringgroup"},
	"offered": {"offered", "callsoffered", "contactsoffered", "calls", "contacts", "callsreceived", "received", "totalcalls", "callvolume", "volume", "presented", "callspresented", "incoming", "incomingcalls", "inbound", "inboundcalls", "totalcallsoffered", "numberofcalls", "callcount", "offer", "callsoff", "contactsqueued", "contactspresented", "callsqueued", "queued", "totaloffered", "inboundcallsoffered", "callsin", "ofrecidas", "llamadas", "llamadasrecibidas", "llamadasofrecidas", "recibidas", "recebidas", "chamadas", "chamadasrecebidas", "anrufe", "angeboten", "gesprekken", "appels", "entrantes"},
	"handled": {"handled", "answered", "callsanswered", "callshandled", "contactshandled", "contactsanswered", "acdcalls", "totalanswered", "totalhandled", "callsaccepted", "answer", "callsans", "contactsacd", "inboundcallsanswered", "atendidas", "contestadas", "llamadasatendidas", "llamadascontestadas", "chamadasatendidas", "angenommen", "beantwortet", "beantwoord"},

	"abandoned":   {"abandoned", "abandons", "callsabandoned", "contactsabandoned", "abandonedcalls", "abncalls", "abancalls", "abandcalls", "aban", "aband", "totalabandoned", "lost", "lostcalls", "abandon", "callsaband", "inboundcallsabandoned", "abandonadas", "llamadasabandonadas", "chamadasabandonadas", "verloren", "perdidas"},
	"short":       {"shortabandoned", "shortabandons", "shortabandonedcalls", "shortabandon", "shortabandonments"},
	"blocked":     {"blocked", "busy", "busycalls", "blockedcalls"},
	"out":         {"overflowout", "overflowed", "flowout", "outflow", "outflowcalls", "flowoutcalls", "callsflowout"},
	"in":          {"overflowin", "flowin", "inflow", "inflowcalls", "flowincalls", "callsflowin"},
	"aht":         {"aht", "avghandletime", "averagehandletime", "averagehandlingtime", "avghandlingtime", "avghandle", "meanhandletime", "tmo", "tma", "handletimeavg", "avghandledtime", "tempomedioatendimento", "tiempomediooperacion", "durchschnittlichebearbeitungszeit"},
	"talk":        {"att", "avgtalktime", "averagetalktime", "avgtalk", "avgacdtime", "averageacdtime", "meantalktime", "averageagentinteractiontime", "avgagentinteractiontime", "averageinteractiontime", "talktimeavg", "talkdurationavg"},
	"hold":        {"avgholdtime", "averageholdtime", "avghold", "averagecustomerholdtime", "avgcustomerholdtime", "holdtimeavg"},
	"wrap":        {"avgacw", "avgacwtime", "averageacw", "avgwrap", "avgwraptime", "averagewraptime", "averageaftercallwork", "avgaftercallwork", "averageacwtime", "avgaftercallworktime", "averageaftercallworktime", "averageaftercontactworktime", "avgaftercontactworktime", "avgworktime", "avgwrapuptime", "averagewrapuptime", "acwtimeavg"},
	"asa":         {"asa", "avgspeedofanswer", "averagespeedofanswer", "averagespeedtoanswer", "avgspeedtoanswer", "averagewaittime", "avgwaittime", "avgwait", "avgspeedans", "avgspeedanswer", "avgspeedtoans", "averagespeedanswer", "avganswertime", "avgtimetoanswer", "averagetimetoanswer", "averagequeuetime", "averagequeueanswertime", "avgqueueanswertime", "answerspeedavg", "waitingtimeavg", "avgqueuetime", "averageanswertime"},
	"abandonwait": {"avgabandontime", "averageabandontime", "avgtimetoabandon", "averagetimetoabandon", "avgabantime", "avgabndtime", "avgabandtime", "averagetimetoabandonment"},
	"talksum":     {"totaltalktime", "totaltalk", "talktimetotal", "totalacdtime"},
	"holdsum":     {"totalholdtime", "totalhold", "holdtimetotal"},
	"wrapsum":     {"totalacw", "totalacwtime", "totalwrap", "totalwraptime", "totalwrapuptime", "totalaftercallwork", "totalaftercall", "acwtimetotal"},
	"handlesum":   {"totalhandletime", "totalhandlingtime", "handletimetotal"},
	"asasum":      {"totalspeedofanswer", "totalanswertime", "totalqueuetimeanswered"},
	"dequeued":    {"dequeuedcalls", "dequeued", "callsdequeued"},
	"media":       {"mediatype", "channel", "channeltype"},
	"partial":     {"partial", "incomplete", "provisional"},
}

// ofContacts are columns that only a list of contacts has.
var ofContacts = []string{"callid", "contactid", "uniqueid", "sessionid", "uuid", "guid", "ani", "caller", "callerid", "phonenumber", "from", "src", "linkedid", "agent", "agentname"}

// ofShares are words of columns that hold a share of the count they are named after.
var ofShares = []string{"%", "percent", "pct", "rate", "(min)", "(mins)", "(minutes)"}

// withinName tells a count of contacts answered, or abandoned, within so many seconds.
var withinName = regexp.MustCompile(`(?i)^(?:calls |contacts |# ?)?(answered|handled|abandoned|ans|abn)(?: calls)? *(?:within|in|under|<=?|≤) *(\d{1,3}) *(?:s|secs?|seconds)\.?$`)

// inBrackets is the unit behind the name of a column, as in ASA (sec).
var inBrackets = regexp.MustCompile(`\s*[(\[][^)\]]*[)\]]\s*$`)

func headingOf(name string) heading {
	if h := headingOfWords(name); h == "minutes" {
		return h
	}
	if rest, _, ok := unitOf(name); ok {
		if h := headingOfWords(rest); slices.Contains(reportTimes, h) {
			return h
		}
	}
	if m := withinName.FindStringSubmatch(strings.TrimSpace(name)); m != nil {
		if strings.HasPrefix(strings.ToLower(m[1]), "ab") {
			return "shortin"
		}
		return "within"
	}
	if slices.ContainsFunc(ofShares, func(w string) bool { return strings.Contains(strings.ToLower(name), w) }) {
		return ""
	}
	if h := headingOfWords(name); h != "" {
		return h
	}
	return headingOfWords(inBrackets.ReplaceAllString(name, ""))
}

func headingOfWords(name string) heading {
	key := squeezed(name)
	for h, names := range headings {
		if slices.Contains(names, key) {
			return h
		}
	}
	if slices.Contains(ofContacts, key) {
		return "contact"
	}
	return countOf(name)
}

// squeezed is a name in lower case of which letters without accents and digits are left.
func squeezed(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ReplaceAll(name, "#", "numberof"))
}

// counts are the words that tell what is counted, where the other words of a heading are only of ofCounts.
var counts = map[string]heading{
	"offered": "offered", "received": "offered", "presented": "offered", "incoming": "offered", "queued": "offered",
	"answered": "handled", "handled": "handled", "accepted": "handled", "completed": "handled", "acd": "handled",
	"abandoned": "abandoned", "abandon": "abandoned", "abandons": "abandoned", "aband": "abandoned", "aban": "abandoned", "lost": "abandoned", "missed": "abandoned", "unanswered": "abandoned",
	"blocked": "blocked", "busy": "blocked", "overflowed": "out",
}

// ofCounts are the words around them, in any order: Answered Calls, Total Number of Calls Answered.
var ofCounts = []string{"calls", "call", "contacts", "contact", "total", "number", "num", "no", "of", "count", "inbound", "the", "all", "#"}

func countOf(name string) heading {
	what, others := heading(""), 0
	for _, word := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == ' ' || r == '_' || r == '.' || r == '-' }) {
		switch h, counted := counts[word]; {
		case counted && what == "":
			what = h
		case slices.Contains(ofCounts, word):
			others++
		default:
			return ""
		}
	}
	if others == 0 {
		return ""
	}
	return what
}
