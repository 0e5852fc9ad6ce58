package ingest

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// headered are the fixtures whose first line names the columns.
var headered = []string{
	"3cx-call-log/v20.csv", "asterisk-cdr-report/issabel.csv", "asterisk-cdr-table/cdr.csv", "asterisk-cel/cel.txt", "avaya-cms/hsplit.csv",
	"cisco-uccx/ContactCallDetail.csv", "cisco-uccx/ContactQueueDetail.csv", "cisco-uccx/AgentConnectionDetail.csv", "five9/calls.csv",
	"interval-report/queues.csv", "interval-report/days.csv", "nyc-311-inquiry/inquiries.csv", "queue_log-table/pbxware.csv",
}

// Spreadsheets and databases dress a table in other clothes: another order of the columns, other capitals,
// separators, quotes, line ends and encodings. What it tells stays the same.
func TestTablesInOtherClothes(t *testing.T) {
	for _, path := range headered {
		t.Run(path, func(t *testing.T) {
			text := fixture(t, "testdata/"+path)
			rows := tableRows(text)
			if again := tableText(rows, ',', false); toldBy(t, again) != toldBy(t, text) {
				t.Fatal("the table is not the fixture")
			}
			want := toldBy(t, text)
			upper, reversed := cloneRows(rows), cloneRows(rows)
			for i := range upper[0] {
				upper[0][i] = strings.ToUpper(upper[0][i])
			}
			for i := range reversed {
				slices.Reverse(reversed[i])
			}
			plain := tableText(rows, ',', false)
			for name, text := range map[string]string{
				"columns in reverse":         tableText(reversed, ',', false),
				"capitals":                   tableText(upper, ',', false),
				"semicolons":                 tableText(rows, ';', false),
				"tabs":                       tableText(rows, '\t', false),
				"bars":                       tableText(rows, '|', false),
				"quotes around all":          tableText(rows, ',', true),
				"Windows":                    "\ufeff" + strings.ReplaceAll(plain, "\n", "\r\n"),
				"UTF-16":                     wide(plain),
				"no line end, a row of none": "\n" + strings.TrimSuffix(plain, "\n") + "\n\n",
				"packed":                     zipped(t, plain),
			} {
				if got := toldBy(t, text); got != want {
					t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
				}
			}
		})
	}
}

// Programs string objects together in any way, and indent them as they like.
func TestObjectsInOtherClothes(t *testing.T) {
	paths, err := filepath.Glob("testdata/*/*.jsonl")
	if err != nil || len(paths) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			text := fixture(t, path)
			var objects []string
			for line := range strings.Lines(text) {
				if json.Valid([]byte(line)) && strings.HasPrefix(line, "{") {
					objects = append(objects, strings.TrimSpace(line))
				}
			}
			want := toldBy(t, strings.Join(objects, "\n"))
			var all []json.RawMessage
			for _, o := range objects {
				all = append(all, json.RawMessage(o))
			}
			indented, err := json.MarshalIndent(all, "", "\t")
			if err != nil {
				t.Fatal(err)
			}
			for name, text := range map[string]string{
				"a list": "[" + strings.Join(objects, ",") + "]", "indented": string(indented), "one after the other": strings.Join(objects, ""),
				"with commas": strings.Join(objects, ",\n"), "Windows": "\ufeff" + strings.Join(objects, "\r\n"), "UTF-16": wide(strings.Join(objects, "\n")),
			} {
				if got := toldBy(t, text); got != want {
					t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
				}
			}
		})
	}
}

// toldBy loads a text and returns what the lake has of it.
func toldBy(t *testing.T, text string) string {
	t.Helper()
	opts := logOptions
	opts.MaxShare = 1
	lk := newLake(t)
	r := mustLoad(t, lk, opts, input("file", text))
	out := r.Files[0].Format + "\n"
	for _, c := range stored(t, lk) {
		out += summary(&c) + "\n"
	}
	for f, err := range lk.Facts(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		f.Source = ""
		out += fmt.Sprintf("%+v\n", f)
	}
	return out
}

// tableRows cuts a table into rows as wide as its header, as lenient as any reader here.
func tableRows(text string) (rows [][]string) {
	comma := byte(',')
	for _, c := range []byte(",;|") {
		if strings.IndexByte(strings.SplitN(text, "\n", 2)[0], c) >= 0 {
			comma = c
			break
		}
	}
	s := newSplitter(strings.NewReader(strings.TrimPrefix(text, "\ufeff")), comma, true)
	for s.read() == nil {
		var row []string
		for _, f := range s.fields {
			row = append(row, string(trim(f)))
		}
		if rows == nil || len(row) == len(rows[0]) {
			rows = append(rows, row)
		}
	}
	return rows
}

func cloneRows(rows [][]string) [][]string {
	out := slices.Clone(rows)
	for i := range out {
		out[i] = slices.Clone(out[i])
	}
	return out
}

func tableText(rows [][]string, comma rune, quoted bool) string {
	var b strings.Builder
	for _, row := range rows {
		for i, field := range row {
			if i > 0 {
				b.WriteRune(comma)
			}
			if quoted || strings.ContainsAny(field, string(comma)+"\"\n") {
				field = `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
			}
			b.WriteString(field)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func wide(text string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}
