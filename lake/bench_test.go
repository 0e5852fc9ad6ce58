package lake

import (
	"testing"
	"time"
)

func BenchmarkCommit(b *testing.B) {
	contacts := sample(100_000, 90, 1)
	b.ReportAllocs()
	for b.Loop() {
		l := newLake(b)
		put(b, l, "aa", contacts)
	}
	b.ReportMetric(float64(len(contacts))*float64(b.N)/b.Elapsed().Seconds(), "contacts/s")
}

func BenchmarkTally(b *testing.B) {
	l := newLake(b)
	put(b, l, "aa", sample(300_000, 365, 1))
	q := TallyQuery{Step: 30 * time.Minute, Location: newYork}
	for b.Loop() {
		if _, err := l.Tally(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(300_000*float64(b.N)/b.Elapsed().Seconds(), "contacts/s")
}

func BenchmarkOpen(b *testing.B) {
	l := newLake(b)
	put(b, l, "aa", sample(300_000, 365, 1))
	for b.Loop() {
		if _, err := Open(l.Dir()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDemand(b *testing.B) {
	contacts := sample(300_000, 365, 1)
	for i := range contacts {
		contacts[i].Caller = Key{byte(i), byte(i >> 8), byte(i % 97)}
	}
	l := newLake(b)
	put(b, l, "aa", contacts)
	q := DemandQuery{TallyQuery: TallyQuery{Step: 30 * time.Minute, Location: newYork}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Demand(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(300_000*float64(b.N)/b.Elapsed().Seconds(), "contacts/s")
}
