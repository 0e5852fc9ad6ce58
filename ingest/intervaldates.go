package ingest

import (
	"bytes"
	"slices"
	"strings"
)

// swappedDates returns the signs between the parts of dates that stand in the other order than
// is usual with the sign, as 31/1/2026 and 1-31-2026 do: a date at the head of the file is none otherwise,
// and all are with day and month swapped.
func swappedDates(data []byte, comma byte, columns []heading, told reportTold) (signs string) {
	dates := [][]byte{told.date}
	eachHead(data, comma, columns, func(field map[heading][]byte) {
		dates = append(dates, slices.Clone(field["date"]), slices.Clone(field["start"]))
	})
	return swappedIn(dates)
}

// swappedIn is swappedDates of a list of dates, with or without a time of day.
func swappedIn(dates [][]byte) (signs string) {
	for _, sign := range "/-." {
		usual, other := true, true
		for _, text := range dates {
			date := justDate(text)
			if parts := strings.Split(date, string(sign)); len(parts) != 3 || len(parts[0]) > 2 {
				continue
			}
			if _, err := parseDay([]byte(date)); err != nil {
				usual = false
			}
			if _, err := parseDay(swapDate([]byte(date), string(sign))); err != nil {
				other = false
			}
		}
		if !usual && other {
			signs += string(sign)
		}
	}
	return signs
}

// justDate cuts off what stands behind a date.
func justDate(text []byte) string {
	if i := bytes.IndexAny(text, " ,T"); i >= 0 {
		text = text[:i]
	}
	return string(text)
}

// swapDate changes the places of the first two parts of a date whose sign is one of signs.
func swapDate(text []byte, signs string) []byte {
	date, clock, timed := strings.Cut(string(text), " ")
	i := strings.IndexAny(date, signs)
	if i < 0 || i > 2 {
		return text
	}
	parts := strings.Split(date, date[i:i+1])
	if len(parts) != 3 {
		return text
	}
	date = strings.Join([]string{parts[1], parts[0], parts[2]}, date[i:i+1])
	if timed {
		date += " " + clock
	}
	return []byte(date)
}
