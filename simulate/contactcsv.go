package simulate

import (
	"io"
	"strconv"
	"time"
)

// A ContactCSV writes one row per contact, in order of arrival, with the header
//
//	contact_id,arrival,queue,dnis,caller,outcome,ivr_s,wait_s,talk_s,hold_s,wrap_s,agent,transfer_to,language,reason
//
// Arrival is RFC 3339 local time with offset and milliseconds; durations are
// seconds with up to three decimals; empty means unknown or not applicable.
// Outcome is handled, abandoned, blocked or contained.
type ContactCSV struct {
	w      io.Writer
	buf    []byte
	headed bool
}

// NewContactCSV returns a Sink that writes to w, once a day.
func NewContactCSV(w io.Writer) *ContactCSV { return &ContactCSV{w: w} }

const contactHeader = "contact_id,arrival,queue,dnis,caller,outcome,ivr_s,wait_s,talk_s,hold_s,wrap_s,agent,transfer_to,language,reason\n"

// Day writes the contacts of a day, on the first day after the header.
func (x *ContactCSV) Day(d *DayLog) error {
	x.buf = x.buf[:0]
	if !x.headed {
		x.buf = append(x.buf, contactHeader...)
		x.headed = true
	}
	for i := range d.Contacts {
		x.buf = appendContact(x.buf, d, &d.Contacts[i])
	}
	_, err := x.w.Write(x.buf)
	return err
}

func appendContact(b []byte, d *DayLog, c *Contact) []byte {
	q := &d.Config.Queues[c.Queue]
	b = appendUniqueID(b, c.Arrival, c.Serial)
	b = append(b, ',')
	b = time.UnixMilli(c.Arrival).In(d.Location).AppendFormat(b, "2006-01-02T15:04:05.000Z07:00")
	b = appendText(b, q.Name)
	b = appendText(b, q.DNIS)
	b = append(b, ',')
	if c.Caller != 0 {
		b = appendNumber(b, c.Caller)
	}
	b = appendText(b, c.Outcome.String())
	for _, m := range [...]Millis{c.IVR, c.Wait, c.Talk, c.Hold, c.Wrap} {
		b = append(b, ',')
		b = appendSeconds(b, m)
	}
	b = append(b, ',')
	if c.Agent >= 0 {
		b = append(b, d.Agents[c.Agent]...)
	}
	b = append(b, ',')
	if c.Transfer >= 0 {
		b = append(b, q.Transfers[c.Transfer].Name...)
	}
	b = appendText(b, q.Language)
	b = append(b, ',')
	if c.Reason >= 0 {
		b = append(b, q.Reasons[c.Reason].Name...)
	}
	return append(b, '\n')
}

func appendText(b []byte, s string) []byte { return append(append(b, ','), s...) }

// appendSeconds writes m in seconds without trailing zeros, nothing if unknown.
func appendSeconds(b []byte, m Millis) []byte {
	if m < 0 {
		return b
	}
	b = strconv.AppendInt(b, int64(m/1000), 10)
	part := m % 1000
	if part == 0 {
		return b
	}
	b = append(b, '.', byte('0'+part/100), byte('0'+part/10%10), byte('0'+part%10))
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}
