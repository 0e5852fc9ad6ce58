package report

import (
	"math"
	"testing"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

func TestNumberWords(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{thousands(0), "0"}, {tenths(27.5), "27.5"}, {tenths(140), "140"}, {tenths(-0.25), "−0.3"}, {tenths(-1234.55), "−1,234.6"}, {tenths(9.96), "10"}, {tenths(math.NaN()), dash}, {signedTenths(-6.5), "−6.5"}, {signedTenths(2), "+2"}, {signedTenths(0), "0"}, {hours(1), "1 hour"}, {hours(0.5), "0.5 hours"},
		{lower("About 3"), "about 3"}, {lower("Marlowe is"), "Marlowe is"}, {listed([]string{"a", "b", "c"}), "a, b and c"}, {listed([]string{"a"}), "a"}, {thousands(999), "999"}, {thousands(1000), "1,000"}, {thousands(-1234567), "−1,234,567"},
		{thousands(math.MinInt64), "−9,223,372,036,854,775,808"},
		{count(0.04), "0"}, {count(-0.04), "0"}, {count(0.06), "0.1"}, {count(3), "3"}, {count(9.94), "9.9"}, {count(9.96), "10"}, {count(-4.25), "−4.2"},
		{count(math.NaN()), dash}, {count(math.Inf(1)), dash},
		{signed(3), "+3"}, {signed(0.01), "0"}, {signed(-12), "−12"},
		{money(123456), "$1,234.56"}, {money(-5), "−$0.05"}, {money(0), "$0.00"},
		{percent(0.8), "80%"}, {percent(0.816), "81.6%"}, {percent(-0.0449), "−4.5%"}, {percent(0), "0%"}, {level(0.9), "90.0%"},
		{chance(0), "under 1%"}, {chance(1), "over 99%"}, {chance(0.555), "56%"},
		{wait(48), "48 s"}, {wait(59.6), "1 min"}, {wait(185), "3 min 5 s"},
		{clock(510), "08:30"}, {stepWords(60), "hour"}, {stepWords(15), "15 minutes"},
		{day(interval.MustDate("2026-06-08")), "Mon 8 June 2026"}, {day(interval.Date{}), dash},
		{moreOrFewer(-30), "30 fewer calls"}, {moreOrFewer(812), "812 extra calls"},
		{changeSpan(impact.Dist{Q05: -80, Q95: -30}), "30 to 80"}, {changeSpan(impact.Dist{Q05: -5, Q95: 90}), "5 fewer to 90 more"},
		{sentence("Yes"), "Yes."}, {sentence("Why?"), "Why?"}, {join("a", "", "b."), "a. b."},
		{capital("ñandú"), "Ñandú"}, {clean("a\tb\x00 c\n\U0001F600"), "a b c ?"},
		{gateNumber(1, "days"), "1 day"}, {gateNumber(0.7, "probability"), "70%"}, {gateNumber(0.997, "probability"), "over 99%"}, {gateNumber(0.537, "share"), "53.7%"}, {gateNumber(0, "yes = 1"), "no"}, {gateNumber(2145.67, "dollars expected"), "$2,145.67 expected"}, {sized(1, "piece"), "1 piece"}, {sized(31000, "piece"), "31,000 pieces"},
		{sized(12, "call a day"), "12 calls a day"}, {sized(3, "person"), "3 people"}, {gateNumber(214567, "cents"), "$2,145.67"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestPlural(t *testing.T) {
	if got := plural(1, "rule", "rules") + ", " + plural(1200, "rule", "rules"); got != "1 rule, 1,200 rules" {
		t.Error(got)
	}
}

func TestWithoutEmptyColumns(t *testing.T) {
	tab := Table{Columns: []Column{{Head: "a"}, {Head: "b"}, {Head: "c"}}, Rows: []Row{{Cells: []string{"1", "", ""}}, {Cells: []string{"2", "", "x"}, Strong: true}}}
	got := tab.withoutEmptyColumns()
	if len(got.Columns) != 2 || got.Columns[1].Head != "c" || !got.Rows[1].Strong || got.Rows[1].Cells[1] != "x" || len(tab.Rows[0].Cells) != 3 {
		t.Errorf("%+v of %+v", got, tab)
	}
}
