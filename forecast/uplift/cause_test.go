package uplift

import (
	"strings"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

func TestCauseValidate(t *testing.T) {
	day := interval.MustDate("2026-03-02")
	for _, tt := range []struct {
		name string
		c    Cause
		want string // empty: valid
	}{
		{"plain", Cause{ID: "a", Kind: Mailing, Start: day}, ""},
		{"calls that go elsewhere", Cause{ID: "a", Kind: TransferChange, Start: day, Size: -40}, ""},
		{"everything missing", Cause{}, "no id"},
		{"end before start", Cause{ID: "a", Kind: Event, Start: day, End: day.AddDays(-1)}, "before start"},
		{"negative pieces", Cause{ID: "a", Kind: Mailing, Start: day, Size: -1}, "size -1"},
		{"permanent mailing", Cause{ID: "a", Kind: Mailing, Start: day, Permanent: true}, "cannot be permanent"},
		{"permanent with an end", Cause{ID: "a", Kind: RouteIn, Start: day, End: day, Permanent: true}, "yet it ends"},
		{"waves do not add up", Cause{ID: "a", Kind: Mailing, Start: day, Size: 5, Waves: []Wave{{day, 2}, {day, 2}}}, "waves sum to 4"},
		{"some waves sized", Cause{ID: "a", Kind: Mailing, Start: day, Waves: []Wave{{day, 2}, {day, 0}}}, "give all or none"},
		{"shares do not add up", Cause{ID: "a", Kind: Mailing, Start: day, Queues: []Share{{"q", .5}, {"r", .4}}}, "sum to 0.9"},
		{"a queue twice", Cause{ID: "a", Kind: Mailing, Start: day, Queues: []Share{{"q", .5}, {"q", .5}}}, "named twice"},
		{"containment of a mailing", Cause{ID: "a", Kind: Mailing, Start: day, Containment: .3}, "route-to-ivr only"},
		{"ramp of a mailing", Cause{ID: "a", Kind: Mailing, Start: day, Ramp: 3}, "only a level has a ramp"},
		{"hours out of order", Cause{ID: "a", Kind: Event, Start: day, Hours: []interval.Span{{Open: 600, Close: 500}}}, "out of order"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.c.Validate()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%v; want %q", err, tt.want)
			}
		})
	}
}

func TestParseKind(t *testing.T) {
	for _, k := range Kinds() {
		if got, err := ParseKind(string(k)); got != k || err != nil {
			t.Errorf("%s: %s, %v", k, got, err)
		}
	}
	if _, err := ParseKind("letter"); err == nil || !strings.Contains(err.Error(), "mailing") {
		t.Errorf("an unknown kind: %v", err)
	}
}
