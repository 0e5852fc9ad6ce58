package ingest

import (
	"bufio"
	"cmp"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// Call detail records of Cisco Unified Communications Manager: a line of names, a line of
// types, and a row per connected pair; transfers and conferences add rows, the recorder has
// rows of its own. Records of voice quality (CMR) come in files of the same shape
// and tell nothing that is counted.
var ciscoCUCM = format{
	name:  "cisco-cucm",
	title: "Cisco Unified CM call detail records (CDR, CMR), with a header",
	tells: "arrival, number dialled, hunt pilot as queue, wait, talk, outcome, agent",
	lacks: "hold, wrap-up, time in the menu; calls that a contact center program took over at a CTI port",

	source: "cisco-cucm", version: 2, family: "cisco-cucm",
	detect: func(h *head) bool {
		return h.names("cdrRecordType", "globalCallID_callId", "pkid") || h.cucmTypes()
	},
	read: func(l *load, f *file, r io.Reader) error {
		b := bufio.NewReaderSize(r, detectBytes)
		data, _ := b.Peek(detectBytes)
		if newHead(data).cucmTypes() {
			return l.readCUCM(f, cucmByPlace(b))
		}
		comma, body := separator(b, "cdrRecordType", "globalCallID_callId", "pkid")
		t, err := l.sheet(f, body, comma, []string{"cdrRecordType", "globalCallID_callId", "pkid"}, cucmMay)
		if err != nil {
			return err
		}
		return l.readCUCM(f, t)
	},
	stitch: stitchCUCM,
}

// ciscoCUCMBare is the same without a header. What a field is then follows from the
// release alone, so the format is never guessed: it must be named.
var ciscoCUCMBare = format{
	name:  "cisco-cucm-133",
	title: "Cisco Unified CM call detail records of 129 or 133 columns without a header",
	tells: ciscoCUCM.tells,
	lacks: ciscoCUCM.lacks + "; it must be named, as nothing in the file tells its release",

	source: "cisco-cucm", version: 2, family: "cisco-cucm",
	detect: func(*head) bool { return false },
	read:   func(l *load, f *file, r io.Reader) error { return l.readCUCM(f, cucmByPlace(r)) },
	stitch: stitchCUCM,
}

func cucmByPlace(r io.Reader) *sheet {
	t := &sheet{newSplitter(r, ',', true), map[string]int{}}
	for name, i := range cucmPlaces {
		t.at[strings.ToLower(name)] = i
	}
	return t
}

// cucmTypes reports whether the file begins with the line of types, which follows the names
// that somebody took off: it tells that the columns are those of the release.
func (h *head) cucmTypes() bool {
	f := h.fields(',', true)
	return (len(f) == 129 || len(f) == 133) && f[cucmPlaces["pkid"]] == "UNIQUEIDENTIFIER" &&
		!slices.ContainsFunc(f, func(t string) bool {
			return t != "INTEGER" && t != "UNIQUEIDENTIFIER" && !strings.HasPrefix(t, "VARCHAR(")
		})
}

// cucmBare reports whether the first line could be a record without a header.
func (h *head) cucmBare() bool {
	f := h.fields(',', true)
	return len(f) > cucmPlaces["globalCallId_ClusterID"] && (f[0] == "1" || f[0] == "2") && cucmPkid.MatchString(f[cucmPlaces["pkid"]])
}

// cucmPlaces are the columns that are read, by their place in the files of release 14 and
// earlier ones of 129 columns, which lack the last four.
var cucmPlaces = map[string]int{
	"cdrRecordType": 0, "globalCallID_callManagerId": 1, "globalCallID_callId": 2, "dateTimeOrigination": 4, "callingPartyNumber": 8,
	"originalCalledPartyNumber": 29, "finalCalledPartyNumber": 30, "finalCalledPartyUnicodeLoginUserID": 31, "destCause_value": 33,
	"dateTimeConnect": 47, "dateTimeDisconnect": 48, "pkid": 50, "duration": 55, "origDeviceName": 56, "destDeviceName": 57,
	"origCalledPartyRedirectOnBehalfOf": 60, "lastRedirectRedirectOnBehalfOf": 61, "globalCallId_ClusterID": 65, "joinOnBehalfOf": 66,
	"huntPilotDN": 102, "wasCallQueued": 112, "totalWaitTimeInQueue": 113,
}

var cucmMay = func() (names []string) {
	for name := range cucmPlaces {
		names = append(names, name)
	}
	return names
}()

// What a row is, in leg.Kind.
const (
	cucmFromPhone int64 = 1 << iota // the caller's end is a telephone of the center
	cucmToPhone
	cucmToSystem // a menu, a mailbox, a port of a program
	cucmConnected
	cucmRefused
	cucmQueued
)

var (
	cucmPkid   = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	cucmPhone  = regexp.MustCompile(`^(SEP|CSF|BOT|TCT|TAB|IPC|UPC|(ATA|AN|VG[A-Z]?)[0-9A-F]{8,})`)
	cucmSystem = regexp.MustCompile(`(?i)^(CTI|CCX|UCCX|VM|Unity|CUC|MOH|ANN|CFB)`)
)

// Behalf of whom Communications Manager set a call up: values of its *OnBehalfOf columns.
var cucmOwn = map[string]string{"27": "recording leg", "28": "monitoring leg", "9": "conference resource"}

// Causes (Q.850) that mean the call never got through.
var cucmRefusals = map[string]bool{"17": true, "34": true, "38": true, "41": true, "42": true, "44": true, "47": true, "21": true, "1": true, "3": true, "27": true, "28": true}

func (l *load) readCUCM(f *file, t *sheet) error {
	return l.eachRecord(f, t.splitter, func() (*reject, error) {
		switch kind := string(t.get("cdrRecordType")); {
		case kind == "INTEGER":
			f.ignore("line of types")
			return nil, nil
		case t.want != 0 && len(t.fields) != t.want, t.want == 0 && len(t.fields) != 129 && len(t.fields) != 133 && kind == "1":
			return &reject{reasonColumns, ""}, nil
		case kind == "2":
			f.ignore("record of voice quality")
			return nil, nil
		case kind != "1":
			return &reject{reasonEvent, "cdrRecordType"}, nil
		}
		for _, column := range []string{"joinOnBehalfOf", "lastRedirectRedirectOnBehalfOf", "origCalledPartyRedirectOnBehalfOf"} {
			if own, ok := cucmOwn[string(t.get(column))]; ok {
				f.ignore(own)
				return nil, nil
			}
		}
		g, bad := cucmLeg(l, t)
		if bad != nil {
			return bad, nil
		}
		return nil, l.leg(f, t.line, &g)
	})
}

func cucmLeg(l *load, t *sheet) (leg, *reject) {
	id := string(t.get("globalCallId_ClusterID")) + "/" + string(t.get("globalCallID_callManagerId")) + "-" + string(t.get("globalCallID_callId"))
	g := newLeg(id, 0)
	g.Part = string(t.get("pkid"))
	if g.Part == "" || len(t.get("globalCallID_callId")) == 0 {
		return g, &reject{reasonKey, "pkid"}
	}
	for _, c := range []struct {
		column string
		to     *lake.Micros
	}{{"dateTimeOrigination", &g.At}, {"dateTimeConnect", &g.Answered}, {"dateTimeDisconnect", &g.Ended}} {
		at, ok := epoch(string(t.get(c.column)))
		if !ok || at == 0 && c.to == &g.At {
			return g, &reject{reasonTime, c.column}
		}
		*c.to = at
	}
	if t.ill {
		g.Fact |= lake.FlagEncoding
	}
	if bad := g.cucmService(t); bad != nil {
		return g, bad
	}
	g.DNIS = string(t.get("originalCalledPartyNumber"))
	if g.Kind&cucmFromPhone == 0 {
		g.Caller = l.hash.caller(t.get("callingPartyNumber"))
	} else {
		g.DNIS = place([]byte(g.DNIS))
	}
	g.Agent = l.hash.agent([]byte(cmp.Or(string(t.get("finalCalledPartyUnicodeLoginUserID")), string(t.get("destDeviceName")))))
	if g.Queue == lake.AllQueues {
		return g, &reject{reasonQueue, "huntPilotDN"}
	}
	return g, nil
}

// cucmService enters durations, the queue and what became of the row.
func (g *leg) cucmService(t *sheet) *reject {
	text := t.get("duration")
	ms, err := parseMillis(text, "s")
	if err != nil {
		return &reject{reasonDuration, "duration"}
	}
	g.Talk, g.Fact = tameInto(g.Fact, ms)
	g.Queue = string(t.get("huntPilotDN"))
	if string(t.get("wasCallQueued")) == "1" {
		g.Kind |= cucmQueued
		if ms, err = parseMillis(t.get("totalWaitTimeInQueue"), "s"); err != nil {
			return &reject{reasonDuration, "totalWaitTimeInQueue"}
		}
		g.Wait, g.Fact = tameInto(g.Fact, ms)
	}
	if cucmPhone.Match(t.get("origDeviceName")) {
		g.Kind |= cucmFromPhone
	}
	switch to := t.get("destDeviceName"); {
	case cucmSystem.Match(to):
		g.Kind |= cucmToSystem
	case cucmPhone.Match(to):
		g.Kind |= cucmToPhone
	}
	if g.Answered != 0 {
		g.Kind |= cucmConnected
	}
	if cucmRefusals[string(t.get("destCause_value"))] {
		g.Kind |= cucmRefused
	}
	return nil
}

// stitchCUCM makes one contact of the rows of a call.
func stitchCUCM(legs []leg) []lake.Contact {
	first, last := legs[0], legs[len(legs)-1]
	c := lake.NewContact("", "")
	c.Arrival, c.Quality, c.Caller, c.DNIS = first.At, first.When, first.Caller, first.DNIS
	if first.Kind&cucmFromPhone != 0 {
		c.Direction = lake.Outbound
		if first.Kind&(cucmToPhone|cucmToSystem) != 0 {
			c.Direction = lake.Internal
		}
	}
	zero := true
	for i, g := range legs {
		c.Flags |= g.Fact
		c.Ended = max(c.Ended, g.Ended)
		c.QueueNative = cmp.Or(c.QueueNative, g.Queue)
		zero = zero && g.Ended-g.At < 1e6
		if g.Kind&cucmConnected == 0 || g.Kind&cucmToSystem != 0 {
			continue
		}
		if c.Outcome != lake.OutcomeHandled {
			c.Outcome, c.Answered, c.Agent = lake.OutcomeHandled, g.Answered, g.Agent
			if c.Wait = g.Wait; c.Wait == lake.NoMillis && i == 0 {
				c.Wait = between(&c.Flags, c.Arrival, c.Answered)
			}
		}
		c.Talk = plus(c.Talk, g.Talk)
	}
	if c.Direction == lake.Inbound && c.QueueNative == "" && first.Kind&cucmToSystem == 0 {
		c.QueueNative = first.DNIS // callers wait on the number they dialled
	}
	c.Queue = c.QueueNative
	if c.Outcome == lake.OutcomeHandled {
		return []lake.Contact{c}
	}
	switch {
	case last.Kind&(cucmConnected|cucmToSystem) == cucmConnected|cucmToSystem:
		c.Outcome = lake.OutcomeContained
	case last.Kind&cucmRefused != 0:
		c.Outcome = lake.OutcomeBlocked
	case zero:
		c.Outcome = lake.OutcomeGhost
	default:
		c.Outcome = lake.OutcomeAbandoned
		if c.Wait = last.Wait; c.Wait == lake.NoMillis && len(legs) == 1 {
			c.Wait = between(&c.Flags, c.Arrival, c.Ended)
		}
	}
	return []lake.Contact{c}
}
