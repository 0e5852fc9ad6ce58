package ingest

import (
	"testing"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// By hand from the fixture: means are times the count they are means of, AVG_HANDLE_TIME
// stands as talk only where talk is not told, and 1 of 4 abandoned was short.
func TestAmazonMetrics(t *testing.T) {
	lk := newLake(t)
	opts := logOptions
	opts.MaxShare = 1
	r := mustLoad(t, lk, opts, input("metrics.json", fixture(t, "testdata/amazon-connect-metrics/metrics.json")))
	f := r.Files[0]
	if f.Format != "amazon-connect-metrics" || f.Rows != 6 || f.Used != 2 || f.IgnoredBy["channel chat"] != 1 || f.IgnoredBy["grouped by AGENT"] != 1 ||
		f.Reasons[reasonTime] != 1 || f.Reasons[reasonCount] != 1 || f.Unread["AVG_HOLD_TIME"] != 1 || f.Unread["CONTACTS_HANDLED with filters"] != 1 || f.Flags["contradiction"] != 1 {
		t.Fatalf("%+v", f)
	}
	compareStored(t, lk, []lake.Fact{
		wantFact(t, "amazon-connect-metrics", "q-tax", "2026-03-06T00:00:00-05:00", 24*time.Hour, func(f *lake.Fact) {
			f.Quality, f.Flags = lake.Second, lake.FlagContradiction
			f.Handled, f.Talk = 14, 14*200_000
		}),
		wantFact(t, "amazon-connect-metrics", "q-water", "2026-03-06T09:00:00-05:00", 30*time.Minute, func(f *lake.Fact) {
			f.Quality = lake.Second
			f.Offered, f.Handled, f.Abandoned, f.ShortAbandoned, f.ShortMillis, f.Within, f.WithinMillis = 20, 15, 3, 1, 5000, 12, 30_000
			f.Talk, f.Hold, f.Wrap, f.AnswerMillis, f.AbandonMillis = 3_000_500, 150_000, 603_000, 270_000, 240_000
		}),
	})
}

// By hand from the fixture: of the thresholds 5, 15 and 30 s the first tells short abandons and the
// second answers in time.
func TestTwilioStatistics(t *testing.T) {
	lk := newLake(t)
	opts := logOptions
	opts.MaxShare = 1
	r := mustLoad(t, lk, opts, input("statistics.jsonl", fixture(t, "testdata/twilio-statistics/statistics.jsonl")))
	f := r.Files[0]
	if f.Format != "twilio-statistics" || f.Rows != 5 || f.Used != 2 || f.Reasons[reasonTime] != 1 || f.Reasons[reasonCount] != 1 || f.Reasons[reasonKey] != 1 || f.Unread["tasks_deleted"] != 1 {
		t.Fatalf("%+v", f)
	}
	compareStored(t, lk, []lake.Fact{
		wantFact(t, "twilio-statistics", "WQ1", "2026-03-06T09:00:00-05:00", 15*time.Minute, func(f *lake.Fact) {
			f.Quality = lake.Second
			f.Offered, f.Handled, f.Abandoned, f.ShortAbandoned, f.ShortMillis, f.OverflowOut = 20, 14, 3, 1, 5000, 1
			f.Within, f.WithinMillis, f.AnswerMillis, f.AbandonMillis = 10, 15_000, 140_000, 120_000
		}),
		wantFact(t, "twilio-statistics", "WQ2", "2026-03-06T09:00:00-05:00", 15*time.Minute, func(f *lake.Fact) {
			f.Quality = lake.Second
			f.Offered, f.Handled, f.Abandoned = 0, 0, 0
		}),
	})
}

func FuzzAmazonMetrics(f *testing.F) {
	opts := logOptions
	opts.Format = "amazon-connect-metrics"
	fuzzLoad(f, opts, fixture(f, "testdata/amazon-connect-metrics/metrics.json"))
}

func FuzzTwilioStatistics(f *testing.F) {
	opts := logOptions
	opts.Format = "twilio-statistics"
	fuzzLoad(f, opts, fixture(f, "testdata/twilio-statistics/statistics.jsonl"))
}
