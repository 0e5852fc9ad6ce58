package center

import (
	"strings"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

func TestParseRequestReads(t *testing.T) {
	r, err := ParseRequest("r.yaml", []byte(goodRequest), fixtureCenter(t))
	if err != nil {
		t.Fatal(err)
	}
	if r.ID != "R-1" || !r.Partner || r.Start != interval.MustDate("2026-06-08") || len(r.Queues) != 2 || r.Queues[1].Share != 0.25 {
		t.Errorf("head: %+v", r)
	}
	if r.FeeAgreed != nil || r.ContentReady == nil || !*r.ContentReady {
		t.Error("a fact that is left out is known, or one that is stated is not")
	}
	if *r.Mailing.Pieces != 3000 || r.Mailing.Waves[1].Pieces != 2000 || r.Event != nil {
		t.Errorf("block: %+v", r.Mailing)
	}
}

func TestParseRequestFaults(t *testing.T) {
	c := fixtureCenter(t)
	checkFaults(t, "r.yaml", goodRequest, func(data []byte) error {
		_, err := ParseRequest("r.yaml", data, c)
		return err
	}, []fault{
		{"misspelt field", "pieces: 3000", "peices: 3000", `r.yaml:15:3: unknown field "peices"; did you mean "pieces"?`},
		{"no id", "id: R-1\n", "", `id: is missing`},
		{"no type", "type: mailing\n", "", `type: is missing`},
		{"unknown type", "type: mailing", "type: mail", `r.yaml:2:7:`},
		{"no title", "title: Notice\n", "", `title: is missing`},
		{"no day of receipt", "received: 2026-05-20\n", "", `received: is missing; write the day the request came in`},
		{"no start", "start: 2026-06-08\n", "", `start: is missing; write the first day`},
		{"day that does not exist", "start: 2026-06-08", "start: 2026-06-31", `r.yaml:7:8: interval: there is no day 2026-06-31`},
		{"end before start", "start: 2026-06-08\n", "start: 2026-06-08\nend: 2026-06-07\n", `end: 2026-06-07 is before the start, 2026-06-08`},
		{"unknown queue", "queue: water", "queue: parks", `queues: the center has no queue "parks"; it has general, water`},
		{"queue twice", "queue: water", "queue: general", `queues: "general" is named twice`},
		{"shares that do not sum to 1", "share: 0.25", "share: 0.5", `queues: the shares sum to 1.25; they must sum to 1, or all be left out`},
		{"share in percent", "share: 0.25", "share: 25", `queues: share 25 of "water"; write 0.25 for a quarter`},
		{"share that is no number", "share: 0.25", "share: .nan", `queues: share NaN of "water"`},
		{"block of another type", "mailing:\n  pieces", "event: {attendance: 5}\nmailing:\n  pieces", `event: this block belongs to requests of type event; the type is mailing`},
		{"pieces that are not the waves'", "pieces: 3000", "pieces: 4000", `mailing.pieces: 4000, but the waves sum to 3000`},
		{"negative pieces", "pieces: 3000", "pieces: -5", `mailing.pieces: -5; give a number from 0 up, or leave it out`},
		{"pieces in words", "pieces: 3000", "pieces: many", `r.yaml:15:11:`},
		{"endless pieces", "pieces: 3000", "pieces: .inf", `mailing.pieces: +Inf`},
		{"class", "class: first", "class: third", `mailing.class: "third"; write first or marketing`},
		{"wave before the start", "drop: 2026-06-08", "drop: 2026-06-01", `mailing.waves[0].drop: "2026-06-01"; give a day from the start, 2026-06-08, on`},
		{"wave without a day", "drop: 2026-06-08, ", "", `mailing.waves[0].drop: ""`},
		{"wave of nothing", "pieces: 1000", "pieces: 0", `mailing.waves[0].pieces: 0; give a number above 0`},
		{"handle time", "content_ready", "aht_seconds: -3\ncontent_ready", `aht_seconds: -3`},
		{"yes in words", "content_ready: true", "content_ready: soon", `r.yaml:`},
		{"empty", goodRequest, " \n", `the file is empty`},
	})
}

// One block per type: each accepts its facts and names the wrong ones.
func TestParseRequestBlocks(t *testing.T) {
	c := fixtureCenter(t)
	head := goodRequest[:strings.Index(goodRequest, "mailing:\n")]
	for _, tt := range []struct{ kind, good, bad, want string }{
		{"materials", "materials: {people: 100}", "materials: {people: -1}", "materials.people: -1"},
		{"callout", "callout: {people: 100}", "callout: {people: -1}", "callout.people: -1"},
		{"outage-notice", "outage_notice: {people: 100}", "outage_notice: {people: -1}", "outage_notice.people: -1"},
		{"program", "program: {calls_per_day: 10, ramp_days: 5}", "program: {ramp_days: -5}", "program.ramp_days: -5"},
		{"program", "program: {}", "program: {calls_per_day: -5}", "program.calls_per_day: -5"},
		{"event", "event: {attendance: 5, hours: 10:00-16:00}", "event: {hours: 16:00-10:00}", "event.hours: "},
		{"event", "event: {attendance: 5}", "event: {attendance: -5}", "event.attendance: -5"},
		{"route-in", "route_in: {calls_per_day: 10, share: 0.5}", "route_in: {share: 50}", "route_in.share: 50; write 0.25"},
		{"route-to-ivr", "route_to_ivr: {calls_per_day: 10, containment: 0.3, zero_out: 0.1, residual_aht_seconds: 300}", "route_to_ivr: {containment: 30}", "route_to_ivr.containment: 30"},
		{"route-to-ivr", "route_to_ivr: {containment: 0.3}", "route_to_ivr: {zero_out: 1.1}", "route_to_ivr.zero_out: 1.1"},
		{"route-to-ivr", "route_to_ivr: {containment: 0.3}", "route_to_ivr: {residual_aht_seconds: -1}", "route_to_ivr.residual_aht_seconds: -1"},
		{"hours-change", "hours_change: {calls_per_day: -20}", "hours_change: {calls_per_day: .inf}", "hours_change.calls_per_day: +Inf"},
		{"surge", "surge: {calls_per_day: 20}", "surge: {calls_per_day: -20}", "surge.calls_per_day: -20"},
		{"seat-loss", "seat_loss: {seats: 2}", "seat_loss: {seats: -2}", "seat_loss.seats: -2"},
		{"transfer-change", "transfer_change: {calls_per_day: -20}", "transfer_change: {calls_per_day: .nan}", "transfer_change.calls_per_day: NaN"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			text := strings.Replace(head, "type: mailing", "type: "+tt.kind, 1)
			r, err := ParseRequest("r.yaml", []byte(text+tt.good+"\n"), c)
			if err != nil || string(r.Type) != tt.kind {
				t.Fatalf("%s: %v", tt.good, err)
			}
			_, err = ParseRequest("r.yaml", []byte(text+tt.bad+"\n"), c)
			checkError(t, err, "r.yaml", tt.want)
		})
	}
}

func TestParsePolicyFaults(t *testing.T) {
	checkFaults(t, "policy.yaml", goodPolicy, func(data []byte) error {
		_, err := ParsePolicy("policy.yaml", data)
		return err
	}, []fault{
		{"misspelt field", "above_cents", "above_cent", `policy.yaml:10:22: unknown field`},
		{"days", "days: business", "days: working", `days: "working"; write calendar or business`},
		{"no days", "days: business\n", "", `days: ""; write calendar or business`},
		{"unknown type of a rule", "types: [mailing, route-in]", "types: [mailing, routing]", `"routing" is no kind of cause; the kinds are mailing`},
		{"no types", "types: [mailing, route-in]", "types: []", `notice[0].types: name at least one type`},
		{"from whom", "from: partner", "from: partners", `notice[0].from: "partners"; write partner, other or any`},
		{"notice twice", "days: 5}", "days: 5}\n  - {id: partner, from: any, types: [event], days: 1}", `notice[1].id: "partner" is empty or used twice`},
		{"negative notice", "days: 5", "days: -5", `notice[0].days: -5`},
		{"chance in percent", "min_chance: 0.8", "min_chance: 80", `service.min_chance: 80; write 0.8 for 80%`},
		{"no chance", "min_chance: 0.8, ", "", `service.min_chance: 0`},
		{"drop in points", "max_drop: 0.01", "max_drop: 2", `service.max_drop: 2; write 0.02 for two points`},
		{"headroom", "headroom: 2", "headroom: -2", `seats.headroom: -2`},
		{"fee", "above_cents: 25000", "above_cents: -1", `fee.above_cents: -1`},
		{"empty", goodPolicy, "", `the file is empty`},
	})
}

func TestParseFeesFaults(t *testing.T) {
	checkFaults(t, "fees.yaml", goodFees, func(data []byte) error {
		_, err := ParseFees("fees.yaml", data)
		return err
	}, []fault{
		{"misspelt field", "price_cents: 110", "price: 110", `fees.yaml:2:`},
		{"price in words", "price_cents: 110", "price_cents: much", `fees.yaml:2:`},
		{"unknown basis", "basis: per-call", "basis: per-hour", `per-hour`},
		{"no basis", "basis: per-call, ", "", `no basis; give one of per-call`},
		{"negative price", "price_cents: 110", "price_cents: -110", `price -$1.10`},
		{"versions that overlap", "to: 2026-06-30", "to: 2026-07-01", `in force together with tariff 1 of the same id`},
		{"day that does not exist", "to: 2026-06-30", "to: 2026-06-31", `there is no day 2026-06-31`},
		{"ends before it begins", "to: 2026-06-30", "to: 2025-06-30", `in force from 2026-01-01 to 2025-06-30`},
		{"unknown kind", "kinds: [route-in]", "kinds: [parade]", `unknown kind of request "parade"; write one of mailing`},
		{"unknown audience", "applies_to: non-partner", "applies_to: others", `others`},
		{"terms", "waive_below_cents: 1000", "cap_cents: -1", `total: cap -$0.01`},
	})
}

func FuzzParseRequest(f *testing.F) {
	f.Add([]byte(goodRequest))
	f.Add([]byte("id: a\ntype: event\nevent: {hours: \"1\\n2\"}\nqueues: [{queue: \"x\\ny\"}]\n"))
	f.Add([]byte("id: &a [*a]\n"))
	c, err := ParseCenter("center.yaml", []byte(goodCenter))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := ParseRequest("r.yaml", in, c)
		if err != nil {
			if !oneLineText(err.Error()) {
				t.Errorf("more than one line: %q", err)
			}
			if r.ID != "" {
				t.Error("a request comes with an error")
			}
			return
		}
		if err := r.Validate(c); err != nil {
			t.Errorf("a request that was read is not valid: %v", err)
		}
	})
}
