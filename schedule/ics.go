package schedule

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"
)

// WriteICS writes the shifts of one agent, or of all when agent is empty, as an
// iCalendar (RFC 5545): an event for each shift, in UTC, its breaks in the description.
// The same roster gives the same bytes: the stamp of every event is its start.
func WriteICS(w io.Writer, roster Roster, agent string) error {
	out := bufio.NewWriter(w)
	line := func(text string) { foldLine(out, text) }
	line("BEGIN:VCALENDAR")
	line("VERSION:2.0")
	line("PRODID:-//ringtide//schedule//EN")
	seen := map[string]int{}
	for i, s := range roster {
		if agent != "" && s.Agent != agent {
			continue
		}
		if _, err := s.check(); err != nil {
			return fmt.Errorf("schedule: shift %d: %w", i+1, err)
		}
		key := strings.Join([]string{s.Pool, s.Pattern, s.Agent, s.Start.UTC().Format(time.RFC3339)}, "|")
		sum := sha256.Sum256(fmt.Appendf(nil, "%s|%d", key, seen[key]))
		seen[key]++
		line("BEGIN:VEVENT")
		line("UID:" + hex.EncodeToString(sum[:16]) + "@ringtide")
		line("DTSTAMP:" + stamp(s.Start))
		line("DTSTART:" + stamp(s.Start))
		line("DTEND:" + stamp(s.End))
		line("SUMMARY:" + escapeText(s.Pattern))
		if text := breaksText(s); text != "" {
			line("DESCRIPTION:" + escapeText(text))
		}
		line("END:VEVENT")
	}
	line("END:VCALENDAR")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("schedule: write calendar: %w", err)
	}
	return nil
}

// Agents lists the agents of the roster in the order of their first shift.
func (r Roster) Agents() []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range r {
		if s.Agent != "" && !seen[s.Agent] {
			seen[s.Agent] = true
			out = append(out, s.Agent)
		}
	}
	return out
}

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// breaksText lists the breaks by the clock on the wall.
func breaksText(s Shift) string {
	var parts []string
	for _, b := range s.Breaks {
		parts = append(parts, b.Start.Format("15:04")+"-"+b.End.Format("15:04"))
	}
	if len(parts) == 0 {
		return ""
	}
	return "Breaks " + strings.Join(parts, ", ")
}

// escapeText escapes as RFC 5545, section 3.3.11, asks.
func escapeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

// foldLine ends a line with CRLF and breaks it after at most 75 octets, never within a
// character (RFC 5545, section 3.1). The writer keeps its first error for Flush.
func foldLine(w *bufio.Writer, text string) {
	room := 75
	for len(text) > room {
		cut := room
		for cut > 0 && text[cut]&0xc0 == 0x80 {
			cut--
		}
		w.WriteString(text[:cut] + "\r\n ")
		text, room = text[cut:], 74
	}
	w.WriteString(text + "\r\n")
}
