package ingest

import (
	"testing"
	"time"
)

// The fast reader agrees with time.Parse wherever it answers.
func FuzzFixedLayout(f *testing.F) {
	layouts := []string{"2006-01-02 15:04:05", "060102 15:04:05", "02/01/2006 15:04", "15:04:05", "20060102150405", "2006.01.02T15:04"}
	for i, text := range []string{"2025-02-29 23:59:59", "990228 07:08:09", "31/04/2024 12:00", "24:00:00", "20240229000000", "0000.01.01T00:00"} {
		f.Add(i, text)
		f.Add(i, time.Date(2024, 2, 29, 13, 14, 15, 0, time.UTC).Format(layouts[i]))
	}
	f.Fuzz(func(t *testing.T, i int, text string) {
		layout := layouts[uint(i)%uint(len(layouts))]
		fixed := newFixedLayout(layout)
		if fixed == nil {
			t.Fatalf("%q has fixed places", layout)
		}
		got, ok := fixed.parse([]byte(text), nil)
		last := &day{}
		for range 2 { // the second time the day is known
			if again, same := fixed.parse([]byte(text), last); again != got || same != ok {
				t.Fatalf("%q as %q: %d, %v; with its day known %d, %v", text, layout, got, ok, again, same)
			}
		}
		if !ok {
			return
		}
		want, err := time.Parse(layout, text)
		if err != nil {
			t.Fatalf("%q as %q: %v, and the fast reader says %d", text, layout, err, got)
		}
		seconds := want.Unix()
		if fixed.day < 0 {
			seconds = int64(want.Hour()*3600 + want.Minute()*60 + want.Second())
		}
		if got != seconds {
			t.Errorf("%q as %q: %d, time.Parse says %d", text, layout, got, seconds)
		}
	})
}

func TestLayoutsWithoutFixedPlaces(t *testing.T) {
	for _, layout := range []string{"Jan 2 2006 15:04", "2006-1-2 15:04:05", "2006-01-02 03:04:05 PM", "2006-01-02 15:04:05.000", "2006-01-02T15:04:05Z07:00", "2006-002 15:04"} {
		if newFixedLayout(layout) != nil {
			t.Errorf("%q is not for the fast reader", layout)
		}
	}
}
