package golden

import (
	"math"
	"testing"

	"github.com/ringtide/ringtide/erlang"
)

// goal turns a row's measure and target value into a Goal.
func (r row) goal(t *testing.T) erlang.Goal {
	value := r.number(t, "target_value")
	switch name := r.cells["measure"]; name {
	case "sl":
		return erlang.ServiceLevel(erlang.SLOffered, value)
	case "asa", "asa_answered":
		return erlang.Goal{ASA: erlang.ASAAnswered, MaxASA: value}
	case "wait_all":
		return erlang.Goal{ASA: erlang.ASAAll, MaxASA: value}
	case "p_wait":
		return erlang.Goal{MaxWait: value}
	case "p_abandon":
		return erlang.Goal{MaxAbandon: value}
	case "occupancy":
		return erlang.Goal{MaxOccupancy: value}
	default:
		d, err := erlang.ParseDefinition(name)
		if err != nil {
			t.Fatal(err)
		}
		return erlang.ServiceLevel(d, value)
	}
}

func TestRequiredC(t *testing.T) {
	rows, c := read(t, "required_agents_erlang_c.csv"), newTally(t)
	for _, r := range rows {
		got, err := erlang.RequiredC(r.queue(t), r.goal(t))
		if err != nil {
			t.Fatalf("line %d: %v", r.line, err)
		}
		if n, err := erlang.AgentsC(r.queue(t), r.goal(t)); err != nil || n != got.Agents {
			t.Errorf("line %d: AgentsC = %d, %v", r.line, n, err)
		}
		want := r.number(t, "agents")
		c.check(float64(got.Agents) == want, r, "agents", float64(got.Agents), want)
		want = r.number(t, "agents_continuous")
		c.check(math.Abs(got.Continuous-want) <= 1e-11*want, r, "agents_continuous", got.Continuous, want)
	}
	c.report(len(rows))
}

func TestRequiredA(t *testing.T) {
	rows, c := read(t, "required_agents_erlang_a.csv"), newTally(t)
	for _, r := range rows {
		got, err := erlang.RequiredA(r.queue(t), r.goal(t))
		if err != nil {
			t.Fatalf("line %d: %v", r.line, err)
		}
		if n, err := erlang.AgentsA(r.queue(t), r.goal(t)); err != nil || n != got.Agents {
			t.Errorf("line %d: AgentsA = %d, %v", r.line, n, err)
		}
		want := r.number(t, "agents")
		c.check(float64(got.Agents) == want, r, "agents", float64(got.Agents), want)
		if got.Continuous > want || got.Continuous <= want-1 && !(want == 1 && got.Continuous == 0) {
			t.Errorf("line %d: continuous %v does not round up to %v", r.line, got.Continuous, want)
		}
	}
	c.report(len(rows))
}

func TestRequiredTrunks(t *testing.T) {
	rows, c := read(t, "required_trunks_erlang_b.csv"), newTally(t)
	for _, r := range rows {
		got, err := erlang.RequiredTrunks(r.number(t, "offered_load_erl"), r.number(t, "target_blocking"))
		if err != nil {
			t.Fatal(err)
		}
		want := r.number(t, "trunks")
		c.check(float64(got.Agents) == want, r, "trunks", float64(got.Agents), want)
	}
	c.report(len(rows))
}

func TestMaxLoad(t *testing.T) {
	rows, c := read(t, "max_load_erlang_b.csv"), newTally(t)
	for _, r := range rows {
		got, err := erlang.MaxLoadB(r.number(t, "trunks"), r.number(t, "target_blocking"))
		if err != nil {
			t.Fatal(err)
		}
		want := r.number(t, "max_offered_load_erl")
		c.check(near(got, want, 1), r, "max_offered_load_erl", got, want)
	}
	c.report(len(rows))
}
