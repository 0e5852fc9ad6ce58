package ingest

import (
	"bytes"
	"slices"
	"strings"
)

// The ways in which databases and spreadsheets write the times of a cdr table.
var cdrForms = []timeForm{
	newTimeForm("2006-01-02 15:04:05"), newTimeForm("2006-01-02T15:04:05"), newTimeForm("2006-01-02 15:04:05.999-07"), newTimeForm(formRFC3339),
	newTimeForm("2006-01-02 15:04"), newTimeForm("2006/1/2 15:04:05"), newTimeForm("2006/1/2 15:04"),
	newTimeForm("1/2/2006 15:04:05"), newTimeForm("1/2/2006 15:04"), newTimeForm("2/1/2006 15:04:05"), newTimeForm("2/1/2006 15:04"),
	newTimeForm("2.1.2006 15:04:05"), newTimeForm("2.1.2006 15:04"),
}

// cdrForm reads the start of a row and returns its form. Where month and day could change places,
// the second in the name of the call, or 0, tells which is the month; without it the month is first.
func cdrForm(text []byte, epoch int64) (best *timeForm, start reading, ok bool) {
	for i := range cdrForms {
		r, err := cdrForms[i].parse(text)
		if err != nil {
			continue
		}
		if !ok {
			best, start, ok = &cdrForms[i], r, true
		}
		if ahead := floorSeconds(r.micros) - epoch; epoch == 0 || ahead > -86400 && ahead < 2*86400 {
			return &cdrForms[i], r, true
		}
	}
	return best, start, ok
}

// dispositionOf returns the number of a disposition, however a database or a report spells
// it; -1 for a word that is none.
func dispositionOf(text []byte) int64 {
	word := strings.NewReplacer(" ", "", "_", "").Replace(strings.ToUpper(string(text)))
	switch word {
	case "ANSWERED", "ANSWER", "CONTESTADA", "CONTESTADO", "RESPONDIDA", "ATENDIDA", "ATENDIDO":
		return cdrAnswered
	case "NOANSWER", "NOTANSWERED", "CANCEL", "CANCELLED", "CANCELED", "NOCONTESTADA", "NOCONTESTADO", "NOCONTESTA", "SINRESPUESTA", "NÃOATENDIDA", "NAOATENDIDA", "NÃOATENDIDO":
		return cdrNoAnswer
	case "BUSY", "OCUPADO", "OCUPADA":
		return cdrBusy
	case "FAILED", "CHANUNAVAIL", "FALLIDA", "FALLIDO", "FALLÓ", "FALLO", "FALHOU", "FALHA":
		return cdrFailed
	case "CONGESTION", "CONGESTIÓN", "CONGESTIONADO":
		return cdrCongestion
	}
	return -1
}

// isExtension reports whether a number can only be that of a telephone of the center: some
// towns have numbers of six digits.
func isExtension(number []byte) bool {
	return len(number) > 1 && len(number) < 6 && digits(string(number))
}

// fromOutside reports whether the name of a context says that its calls come from outside.
func fromOutside(context string) bool {
	context = strings.ToLower(context)
	return slices.ContainsFunc([]string{"extern", "incall", "incoming", "inbound", "trunk", "pstn", "did", "public"}, func(w string) bool { return strings.Contains(context, w) })
}

// withoutCount cuts the count off a channel's name: SIP/301-0000001a is SIP/301.
func withoutCount(channel []byte) []byte {
	if i := bytes.LastIndexByte(channel, '-'); i > 0 {
		return channel[:i]
	}
	return channel
}

// channelCount returns the count at the end of a channel's name.
func channelCount(channel []byte) string {
	i := bytes.LastIndexByte(channel, '-')
	if i < 0 {
		return ""
	}
	return string(channel[i+1 : min(len(channel), i+17)])
}

// peerOf returns the name in the middle of a channel's: SIP/301-0000001a is of 301.
func peerOf(channel []byte) []byte {
	_, peer, _ := bytes.Cut(withoutCount(channel), []byte("/"))
	return peer
}
