package ingest

import (
	"fmt"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// A clock turns the times of a file into instants. What it returns follows from the
// text of one record and from the zone stated for the load, never from other records:
// so no order of records can show.
type clock struct {
	f     *file
	zone  *wall
	name  string
	naive bool // no zone is stated: wall clocks are taken as UTC
}

func (l *load) clock(f *file) *clock {
	k := &clock{f: f, zone: &wall{loc: time.UTC}, name: "UTC", naive: l.opts.Zone == nil}
	if !k.naive {
		k.zone.loc, k.name = l.opts.Zone, l.opts.Zone.String()
	}
	return k
}

// An instant is a time and how well it is known.
type instant struct {
	at    lake.Micros
	how   lake.Quality
	flags lake.Flags
}

// read returns the instant of a reading: its own where the text has an offset, else that of
// the wall clock of the stated zone.
func (k *clock) read(r reading) instant {
	if r.instant {
		return instant{lake.Micros(r.micros), r.quality, 0}
	}
	whole := floorSeconds(r.micros)
	first, second, none := k.zone.instant(whole)
	t := instant{lake.Micros(first*1e6 + r.micros - whole*1e6), r.quality, 0}
	switch {
	case none:
		t.how, t.flags = lake.NonexistentLocal, lake.FlagNonexistentLocal
	case first != second:
		t.how, t.flags = lake.AmbiguousLocal, lake.FlagAmbiguousLocal
	case k.naive:
		t.how = lake.InferredZone
	}
	return t
}

// place enters where the arrival of a contact lies on the wall of the stated zone. How well the
// instant is known is not touched: without a zone the day is a guess, an epoch is not.
func (k *clock) place(c *lake.Contact) {
	seconds := floorSeconds(int64(c.Arrival))
	c.Offset, c.Fold = int32(k.zone.at(seconds)), k.zone.fold(seconds)
}

// twin returns the instant of a wall-clock reading in a record that also holds the epoch,
// in seconds, at which its call began: the reading is not long after it. So the record
// tells itself whether its clock ran in UTC, in the stated zone or in another, and which of
// two equal hours it means. How it was found is counted in the report.
func (k *clock) twin(r reading, epoch int64) instant {
	const near = 900
	slack := int64(2)
	if r.quality == lake.Minute { // its seconds are lost
		slack = 61
	}
	whole := floorSeconds(r.micros)
	part := r.micros - whole*1e6
	first, second, _ := k.zone.instant(whole)
	best, name := int64(-1), ""
	for _, c := range []struct {
		at   int64
		name string
	}{{first, k.name}, {second, k.name}, {whole, "UTC"}} {
		if ahead := c.at - epoch; ahead >= -slack && ahead < int64(callWindow.Seconds()) && (best < 0 || ahead < best-epoch) {
			best, name = c.at, c.name
		}
	}
	if best < 0 || best-epoch > near {
		// Zones differ from UTC by quarters of an hour.
		ahead := whole - epoch
		offset := (ahead + near*100 + near/2) / near * near
		offset -= near * 100
		if left := ahead - offset; left >= -slack && left <= slack && offset >= -14*3600 && offset <= 14*3600 {
			best, name = whole-offset, fmt.Sprintf("UTC%+03d:%02d", offset/3600, max(offset, -offset)/60%60)
		}
	}
	if best < 0 { // the wall clock says nothing that can be; the epoch does
		best, part, name = epoch, 0, "no zone fits, the epoch is taken"
	}
	if r.quality == lake.Minute {
		best, part = max(best, epoch), 0
	}
	k.f.report.Clocks = count(k.f.report.Clocks, name+", by the epoch in the record")
	return instant{lake.Micros(best*1e6 + part), r.quality, 0}
}
