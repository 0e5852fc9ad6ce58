package schedule

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func readNeed(t testing.TB, text string) (Requirement, error) {
	t.Helper()
	return ReadRequirementCSV(strings.NewReader(text), "paths.csv", zone(t))
}

func TestReadPaths(t *testing.T) {
	// The clocks go back on the first of November: one o'clock comes twice.
	need, err := readNeed(t, `timestamp,path,agents
2026-11-01T01:00:00,dry,1
2026-11-01T01:00:00,dry,2
2026-11-01T02:00:00,dry,3
2026-11-02T00:00:00,dry,1
2026-11-01T01:00:00,storm,4
2026-11-01T01:00:00,storm,5.5
2026-11-01T02:00:00,storm,6
2026-11-02T00:00:00,storm,7
`)
	if err != nil {
		t.Fatal(err)
	}
	if need.Grid.Len() != 25 || len(need.Paths) != 2 || !slices.Equal(need.Paths[1][:4], []float64{4, 5.5, 6, 0}) {
		t.Errorf("%d intervals, paths %v", need.Grid.Len(), need.Paths)
	}
	if got := need.Whole(); !slices.Equal(got[:3], []int{4, 6, 6}) {
		t.Errorf("the most of any path: %v", got[:3])
	}
	var out strings.Builder
	if err := WriteRequirementCSV(&out, need); err != nil {
		t.Fatal(err)
	}
	back, err := readNeed(t, out.String())
	if err != nil || !back.Grid.Equal(need.Grid) || !reflect.DeepEqual(back.Paths, need.Paths) {
		t.Errorf("came back as %v, %v", back, err)
	}
}

func TestReadPathsFaults(t *testing.T) {
	const a = "2026-05-04T08:00:00,a,1\n2026-05-04T08:30:00,a,1\n2026-05-04T09:00:00,a,1\n"
	for _, tt := range []struct{ name, text, want string }{
		{"other end", a + "2026-05-04T08:00:00,b,1\n2026-05-04T08:30:00,b,1\n", `paths.csv: at the end of the file: path "b" ends without the row of 2026-05-04T09:00:00-04:00 that path "a" has`},
		{"other end before another", a + "2026-05-04T08:00:00,b,1\n2026-05-04T08:00:00,c,1\n", `paths.csv:6:21: path: before path "c": path "b" ends without the row of 2026-05-04T08:30:00-04:00`},
		{"longer", a + strings.ReplaceAll(a, ",a,", ",b,") + "2026-05-04T09:30:00,b,1\n", `paths.csv:8:1: timestamp: path "b" has a row for 2026-05-04T09:30:00-04:00, path "a" has none`},
		{"other start", a + "2026-05-04T08:30:00,b,1\n", `paths.csv:5:1: timestamp: path "b" has a row for 2026-05-04T08:30:00-04:00 where path "a" has 2026-05-04T08:00:00-04:00; every path covers the same intervals`},
		{"apart", a + strings.ReplaceAll(a, ",a,", ",b,") + "2026-05-04T08:00:00,a,1\n", `paths.csv:8:21: path: path "a" comes again after others`},
		{"no name", "2026-05-04T08:00:00,,1\n", `paths.csv:2:21: path: empty; give a name`},
		{"negative", "2026-05-04T08:00:00,a,-1\n", `paths.csv:2:23: agents: "-1" agents; give a number from 0`},
		{"one row", "2026-05-04T08:00:00,a,1\n2026-05-04T08:00:00,b,1\n", "1 rows; give at least two"},
		{"no rows", "", "0 rows; give at least two"},
		{"a row too short", "2026-05-04T08:00:00,a\n", "paths.csv:2: the row does not have the 3 columns"},
	} {
		if _, err := readNeed(t, "timestamp,path,agents\n"+tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := readNeed(t, "timestamp,route,agents\n"+a); err == nil || !strings.Contains(err.Error(), `header "timestamp,route,agents"; write it as timestamp,agents or timestamp,path,agents`) {
		t.Errorf("unknown column: %v", err)
	}
}

func FuzzReadPaths(f *testing.F) {
	f.Add("timestamp,path,agents\n2026-11-01T01:00:00,a,1\n2026-11-01T01:30:00,a,2.5\n2026-11-01T01:00:00,b,3\n2026-11-01T01:30:00,b,0\n")
	loc := zone(f)
	f.Fuzz(func(t *testing.T, text string) {
		need, err := ReadRequirementCSV(strings.NewReader(text), "f", loc)
		if err != nil || len(need.Paths) == 0 || need.Grid.Len() > 5000 {
			return
		}
		var out strings.Builder
		if err := WriteRequirementCSV(&out, need); err != nil {
			t.Fatalf("read but not written: %v", err)
		}
		again, err := ReadRequirementCSV(strings.NewReader(out.String()), "f", loc)
		if err != nil || !again.Grid.Equal(need.Grid) || !reflect.DeepEqual(again.Paths, need.Paths) {
			t.Fatalf("%v came back as %v, %v", need, again, err)
		}
	})
}

func TestWriteUnmetCSV(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", time.Hour)
	plan := Plan{Paths: 4, Unmet: []Unmet{{Interval: 9, Required: 3, OnPosition: 1.5, ShortHours: 0.625, Chance: 0.25}}}
	var out strings.Builder
	if err := WriteUnmetCSV(&out, Requirement{Grid: g}, plan); err != nil {
		t.Fatal(err)
	}
	want := "timestamp,required,on_position,short_hours,chance\n2026-05-04T09:00:00-04:00,3,1.5000,0.6250,0.2500\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}
