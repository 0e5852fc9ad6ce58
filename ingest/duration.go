package ingest

import (
	"bytes"
	"errors"

	"github.com/ringtide/ringtide/lake"
)

var errDuration = errors.New("not a duration in the unit of the profile")

// parseMillis reads a duration as text: 125, 125.5, "1,234", -3; with the unit clock
// also 2:05 and 1:02:05. Digits beyond the millisecond round half up.
func parseMillis(text []byte, unit string) (int64, error) {
	if unit == "clock" && bytes.IndexByte(text, ':') >= 0 {
		return parseClock(text)
	}
	scale := int64(1000)
	switch unit {
	case "ms":
		scale = 1
	case "min":
		scale = 60_000
	}
	return parseDecimal(text, scale)
}

// withPoint turns 1.234,5 into 1234.5, as numbers are written where the comma is the decimal
// sign.
func withPoint(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, c := range text {
		switch c {
		case '.', ' ':
		case ',':
			out = append(out, '.')
		default:
			out = append(out, c)
		}
	}
	return out
}

// parseDecimal returns text × scale, rounded.
func parseDecimal(text []byte, scale int64) (int64, error) {
	if n, ok := parseDigits(text); ok {
		return n * scale, nil
	}
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	whole, frac, hasPoint := bytes.Cut(text, []byte("."))
	n, digits := int64(0), 0
	for i, c := range whole {
		if c == ',' && i > 0 && (len(whole)-i)%4 == 0 {
			continue // thousands: each comma has three digits, or three and more commas, behind it
		}
		if c < '0' || c > '9' || digits == 12 {
			return 0, errDuration
		}
		n, digits = n*10+int64(c-'0'), digits+1
	}
	if digits == 0 && len(frac) == 0 || hasPoint && len(frac) > 18 {
		return 0, errDuration
	}
	n *= scale
	part, unit := int64(0), int64(1) // the fraction is part/unit
	for i, c := range frac {
		if c < '0' || c > '9' {
			return 0, errDuration
		}
		if i < 9 {
			part, unit = part*10+int64(c-'0'), unit*10
		}
	}
	n += (part*scale + unit/2) / unit
	if negative {
		n = -n
	}
	return n, nil
}

// parseDigits reads a number of up to nine digits, which most are.
func parseDigits(text []byte) (n int64, ok bool) {
	if len(text) == 0 || len(text) > 9 {
		return 0, false
	}
	for _, c := range text {
		if c -= '0'; c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	return n, true
}

func parseClock(text []byte) (int64, error) {
	parts := bytes.Split(text, []byte(":"))
	if len(parts) > 3 {
		return 0, errDuration
	}
	total := int64(0)
	for i, p := range parts {
		last := i == len(parts)-1
		if len(p) == 0 || p[0] == '-' || !last && bytes.IndexByte(p, '.') >= 0 {
			return 0, errDuration
		}
		n, err := parseDecimal(p, 1000)
		if err != nil || i > 0 && n >= 60_000 {
			return 0, errDuration
		}
		total = total*60 + n
	}
	return total, nil
}

// tame turns a measured duration into one that can be counted: slightly negative is 0,
// negative or beyond the cap is unknown. The flag says what was done.
func tame(ms, limit int64) (lake.Millis, lake.Flags) {
	switch {
	case ms < -2000:
		return lake.NoMillis, lake.FlagNegative
	case ms < 0:
		return 0, lake.FlagClamped
	case ms > limit:
		return lake.NoMillis, lake.FlagTooLong
	}
	return lake.Millis(ms), 0
}
