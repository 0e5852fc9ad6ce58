package erlang

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
)

func evalText(t *testing.T, model, in string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := EvalCSV(t.Context(), model, strings.NewReader(in), &out)
	return out.String(), err
}

func TestEvalCSVAppendsMeasures(t *testing.T) {
	got, err := evalText(t, "c", "queue,target_s,agents,offered_load_erl,aht_s\r\n\"taxes, English\",20,14,10,180\r\nparks,0,2,3,60\r\n")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%q: %v", got, err)
	}
	if want := "queue target_s agents offered_load_erl aht_s p_wait p_wait_gt_T sl asa_s asa_delayed_s occupancy queue_len wait_p90_s"; strings.Join(rows[0], " ") != want {
		t.Errorf("header %q", rows[0])
	}
	m, _ := EvalC(14, Line{Load: 10, AHT: 180, Target: 20})
	want := []float64{m.PWait, m.PWaitOverT, m.SL, m.ASA, m.ASADelayed, m.Occupancy, m.QueueLen, m.WaitP90}
	if rows[1][0] != "taxes, English" {
		t.Errorf("the queue's name became %q", rows[1][0])
	}
	for i, w := range want {
		if v, err := strconv.ParseFloat(rows[1][5+i], 64); err != nil || v != w {
			t.Errorf("%s = %s, want %v to the last bit", rows[0][5+i], rows[1][5+i], w)
		}
	}
	if line := strings.Join(rows[2], ","); line != "parks,0,2,3,60,1,1,0,Inf,Inf,1,Inf,Inf" {
		t.Errorf("overload: %s", line)
	}
}

func TestEvalCSVKnowsEveryModel(t *testing.T) {
	for model, in := range map[string]string{
		"b": "servers,offered_load_erl\n3,2\n",
		"c": "agents,offered_load_erl,aht_s,target_s\n3,2,300,20\n",
		"a": "agents,offered_load_erl,aht_s,patience_s,target_s\n3,2,300,Inf,20\n",
		"k": "agents,capacity,offered_load_erl,aht_s,patience_s,target_s\n3,5,2,300,60,20\n",
		"x": "agents,capacity,fresh_load_erl,aht_s,patience_s,target_s,redial_prob\n3,5,2,300,60,20,0.4\n",
	} {
		got, err := evalText(t, model, in)
		if err != nil || strings.Count(got, "\n") != 2 || strings.Contains(got, "NaN") {
			t.Errorf("%s: %q, %v", model, got, err)
		}
	}
	if _, err := evalText(t, "d", "x\n"); err == nil || !strings.Contains(err.Error(), "use one of a, b, c, k, x") {
		t.Errorf("unknown model: %v", err)
	}
}

func TestEvalCSVErrorsSayWhere(t *testing.T) {
	const header = "agents,offered_load_erl,aht_s,patience_s,target_s\n"
	for _, tt := range []struct{ name, model, in, want string }{
		{"nothing", "a", "", "line 1: no header"},
		{"column missing", "a", "agents,offered_load_erl,aht_s,target_s\n", `no column "patience_s"`},
		{"column twice", "b", "servers,servers,offered_load_erl\n", `column "servers" appears twice`},
		{"measure given", "b", "servers,offered_load_erl,blocking\n", `column "blocking" is one this model computes`},
		{"not a number", "a", header + "3,2,300,60,20\n3,two,300,60,20\n", `line 3, column offered_load_erl: "two" is not a number`},
		{"empty", "a", header + "3,2,300,,20\n", "line 2, column patience_s"},
		{"outside its domain", "a", header + "3,2,300,60,20\n3,2,-300,60,20\n", "line 3, column aht_s"},
		{"NaN", "a", header + "NaN,2,300,60,20\n", "line 2, column agents"},
		{"line break in quotes", "b", "name,servers,offered_load_erl\n\"a\nb\",1,1\nc,1,-1\n", "line 4, column offered_load_erl"},
		{"cells missing", "b", "servers,offered_load_erl\n1\n", "line 2: 1 cells, but the header has 2 columns"},
		{"cells missing beside quotes", "b", "servers,\"offered_load_erl\"\n\n1\n", "line 3: 1 cells, but the header has 2 columns"},
		{"empty lines count", "b", "servers,offered_load_erl\r\n\r\n1,x\r\n", "line 3, column offered_load_erl"},
		{"open quote", "b", "servers,offered_load_erl\n1,\"2\n", "line 2"},
		{"half an agent on lines", "k", "agents,capacity,offered_load_erl,aht_s,patience_s,target_s\n2.5,5,2,300,60,20\n", "line 2, column agents"},
		{"fewer lines than agents", "k", "agents,capacity,offered_load_erl,aht_s,patience_s,target_s\n7,5,2,300,60,20\n", "line 2, column capacity"},
		{"all redial", "x", "agents,capacity,fresh_load_erl,aht_s,patience_s,target_s,redial_prob\n3,5,2,300,60,20,1\n", "line 2, column redial_prob"},
		{"fresh load", "x", "agents,capacity,fresh_load_erl,aht_s,patience_s,target_s,redial_prob\n3,5,-2,300,60,20,0\n", "line 2, column fresh_load_erl"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := evalText(t, tt.model, tt.in)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "erlang: ") {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if got != "" {
				t.Errorf("wrote %q in spite of the error", got)
			}
		})
	}
}

// Long inputs are evaluated in parts: same rows, same order, and the first error wins.
func TestEvalCSVOfManyParts(t *testing.T) {
	var in, want strings.Builder
	in.WriteString("servers,offered_load_erl\n")
	want.WriteString("servers,offered_load_erl,blocking\n")
	const rows = 60000
	for i := range rows {
		b, _ := B(float64(i%50), float64(i)/1000)
		fmt.Fprintf(&in, "%d,%v\n", i%50, float64(i)/1000)
		fmt.Fprintf(&want, "%d,%v,%v\n", i%50, float64(i)/1000, b)
	}
	if got, err := evalText(t, "b", in.String()); err != nil || got != want.String() {
		t.Errorf("%v, %d bytes, want %d", err, len(got), want.Len())
	}
	lines := strings.SplitAfter(in.String(), "\n")
	lines[rows-1], lines[rows/2] = "x,1\n", "1,-1\n"
	_, err := evalText(t, "b", strings.Join(lines, ""))
	if at := fmt.Sprintf("line %d, column offered_load_erl", rows/2+1); err == nil || !strings.Contains(err.Error(), at) {
		t.Errorf("%v, want the error at %s", err, at)
	}
}

func TestEvalCSVStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	err := EvalCSV(ctx, "b", strings.NewReader("servers,offered_load_erl\n1,1\n"), &out)
	if !errors.Is(err, context.Canceled) || out.Len() != 0 {
		t.Errorf("%v, %q", err, out.String())
	}
}

// Whatever comes in, there is an error and no output, or every row with all its measures.
func FuzzEvalCSV(f *testing.F) {
	f.Add("b", "servers,offered_load_erl\n3,2\n")
	f.Add("a", "agents,offered_load_erl,aht_s,patience_s,target_s\n1e9,1e9,300,60,20\n0,0,1,0,0\n")
	f.Add("c", "\ufeffagents,offered_load_erl,aht_s,target_s,\"a \"\"b\"\"\"\n3,2,300,20,\" x\ny\"\n")
	f.Add("x", "agents,capacity,fresh_load_erl,aht_s,patience_s,target_s,redial_prob\n3,5,2,300,60,20,0.4\n")
	f.Fuzz(func(t *testing.T, model, in string) {
		if model == "k" || model == "x" {
			for _, field := range strings.FieldsFunc(in, func(r rune) bool { return r == ',' || r == '\n' }) {
				if v, err := strconv.ParseFloat(field, 64); err == nil && math.Abs(v) > 1e4 {
					return // room for millions of calls is slow, not wrong
				}
			}
		}
		got, err := evalText(t, model, in)
		if err != nil {
			if got != "" {
				t.Errorf("error %v and output %q", err, got)
			}
			return
		}
		source, _ := csv.NewReader(strings.NewReader(strings.TrimPrefix(in, "\ufeff"))).ReadAll()
		rows, err := csv.NewReader(strings.NewReader(got)).ReadAll()
		if err != nil || len(rows) != len(source) {
			t.Fatalf("%d rows became %d: %v\n%q", len(source), len(rows), err, got)
		}
		for i := range source {
			for c := range source[i] {
				if rows[i][c] != source[i][c] {
					t.Errorf("cell %q became %q", source[i][c], rows[i][c])
				}
			}
			for _, cell := range rows[i][len(source[i]):] {
				if v, err := strconv.ParseFloat(cell, 64); i > 0 && (err != nil || !(v >= 0)) {
					t.Errorf("row %d has the measure %q", i, cell)
				}
			}
		}
	})
}

func BenchmarkEvalCSV(b *testing.B) {
	for model, header := range map[string]string{
		"c": "agents,offered_load_erl,aht_s,target_s\n",
		"a": "agents,offered_load_erl,aht_s,patience_s,target_s\n",
	} {
		b.Run(model, func(b *testing.B) {
			var in bytes.Buffer
			in.WriteString(header)
			loads := benchLoads(100)
			const rows = 20000
			for i := range rows {
				load := loads[i&1023]
				fmt.Fprintf(&in, "%d,%v,300,", int(load*1.05)+1, load)
				if model == "a" {
					in.WriteString("180,")
				}
				in.WriteString("20\n")
			}
			b.SetBytes(int64(in.Len()))
			for b.Loop() {
				var out bytes.Buffer
				if err := EvalCSV(b.Context(), model, bytes.NewReader(in.Bytes()), &out); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
