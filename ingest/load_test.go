package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/ringtide/ringtide/interval"

	"github.com/ringtide/ringtide/lake"
)

func TestContactsThroughAProfile(t *testing.T) {
	lk := newLake(t)
	r := mustLoad(t, lk, Options{Profiles: shipped(t)}, input("contacts.csv", fixture(t, "testdata/contacts.csv")))
	if f := r.Files[0]; f.Format != "ringtide-contacts" || f.Rows != 7 || f.Stored != 7 {
		t.Fatalf("report %+v", f)
	}
	got := stored(t, lk)
	want := lake.NewContact("contacts", "1001")
	want.Arrival = lake.MicrosOf(time.Date(2026, 3, 6, 14, 30, 0, 125_000_000, time.UTC))
	want.Offset, want.Quality = -5*3600, lake.Exact
	want.Queue, want.QueueNative, want.DNIS, want.Language, want.Reason = "water", "water", "311", "en", "bill"
	want.Outcome = lake.OutcomeHandled
	want.IVR, want.Wait, want.Talk, want.Hold, want.Wrap = 12_500, 31_000, 245_250, 0, 20_000
	if got[0] != want {
		t.Errorf("got  %+v\nwant %+v", got[0], want)
	}
	if c := got[2]; c.Queue != "" || c.Outcome != lake.OutcomeContained || c.Wait != lake.NoMillis || c.Language != "es" {
		t.Errorf("contained: %+v", c)
	}
	if c := got[4]; c.Reason != "lien, second\nnotice, \"urgent\"" || c.Wrap != lake.NoMillis || c.Transfer != lake.BlindTransfer || c.TransferTo != "water" {
		t.Errorf("quoted: %+v", c)
	}
	// The hour that comes twice: one wall clock, an hour apart.
	if a, b := got[5], got[6]; b.Arrival-a.Arrival != 3600e6 || a.LocalDate() != b.LocalDate() || a.LocalDate() != interval.MustDate("2026-11-01") {
		t.Errorf("fold: %+v and %+v", a, b)
	}
}

func TestKeysNeedASecret(t *testing.T) {
	text := fixture(t, "testdata/contacts.csv")
	with, without := newLake(t), newLake(t)
	mustLoad(t, without, Options{Profiles: shipped(t)}, input("c.csv", text))
	mustLoad(t, with, Options{Profiles: shipped(t), Key: []byte("0123456789abcdef")}, input("c.csv", text))
	for _, c := range stored(t, without) {
		if c.Caller != (lake.Key{}) || c.Agent != (lake.Key{}) {
			t.Errorf("%s has keys without a secret", c.ID)
		}
	}
	got := stored(t, with)
	if got[0].Caller == (lake.Key{}) || got[1].Caller != (lake.Key{}) {
		t.Error("a number has no key, or a withheld one has")
	}
	if got[5].Caller != got[6].Caller || got[4].Agent != got[5].Agent || got[5].Caller == got[5].Agent {
		t.Error("equal callers or agents have different keys")
	}
	if _, err := Load(t.Context(), with, nil, Options{Key: []byte("short")}); err == nil {
		t.Error("a secret of five bytes is accepted")
	}
}

// One file, however it is packed, gives one lake.
func TestEncodings(t *testing.T) {
	text := fixture(t, "testdata/contacts.csv")
	want := newLake(t)
	mustLoad(t, want, Options{Profiles: shipped(t)}, input("c.csv", text))
	utf16 := func(little bool) string {
		b := []byte{0xfe, 0xff}
		if little {
			b = []byte{0xff, 0xfe}
		}
		for _, r := range text {
			if little {
				b = append(b, byte(r), byte(r>>8))
			} else {
				b = append(b, byte(r>>8), byte(r))
			}
		}
		return string(b)
	}
	records := strings.Replace(text, "second\nnotice", "second\x00notice", 1)
	crlf := strings.Replace(strings.ReplaceAll(records, "\n", "\r\n"), "\x00", "\n", 1)
	for name, packed := range map[string]string{
		"gzip": zipped(t, text), "two gzip members": zipped(t, text[:300]) + zipped(t, text[300:]),
		"byte order mark": "\ufeff" + text, "utf-16le": utf16(true), "utf-16be": utf16(false),
		"crlf": crlf, "mixed line ends": strings.Replace(crlf, "\r\n", "\n", 2),
		"no last newline": strings.TrimSuffix(text, "\n"), "empty lines": strings.Replace(text, "\n1002", "\n\n\n1002", 1),
	} {
		t.Run(name, func(t *testing.T) {
			lk := newLake(t)
			mustLoad(t, lk, Options{Profiles: shipped(t)}, input("c", packed))
			if lk.Status().Fingerprint != want.Status().Fingerprint {
				t.Errorf("contacts differ: %+v", stored(t, lk))
			}
		})
	}
}

func TestBytesThatAreNoText(t *testing.T) {
	lk := newLake(t)
	text := strings.Replace(fixture(t, "testdata/contacts.csv"), ",bill\n", ",b\xa5ll\n", 1)
	r := mustLoad(t, lk, Options{Profiles: shipped(t)}, input("c.csv", text))
	if got := stored(t, lk)[0]; got.Reason != "b\uFFFDll" || got.Flags != lake.FlagEncoding {
		t.Errorf("%q %v", got.Reason, got.Flags.Names())
	}
	if f := r.Files[0]; f.Flags["bad_encoding"] != 1 || f.FirstFlag["bad_encoding"] != 2 {
		t.Errorf("report %+v", f)
	}
}

// A stray quote must not swallow the rows that follow it.
func TestStrayQuotes(t *testing.T) {
	lk := newLake(t)
	head := "contact_id,arrival,queue,dnis,caller,outcome,ivr_s,wait_s,talk_s,hold_s,wrap_s,agent,transfer_to,language,reason\n"
	row := func(id, reason string) string {
		return id + ",2026-03-06T09:30:00-05:00,water,,,handled,,1,2,,,,,en," + reason + "\n"
	}
	text := head + row("1", `""NAME" <1115>"`) + row("2", `"""""`) + row("3", "plain") + row("4", `mid"dle`) + row("5", `"ok"`)
	r, err := Load(t.Context(), lk, []Input{input("c.csv", text)}, Options{Profiles: shipped(t), MaxShare: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	checkAccounts(t, r)
	if r.Rows != 5 || r.Stored != 4 || r.Files[0].Reasons["bad_quote"] != 1 {
		t.Errorf("report %+v", r)
	}
	got := stored(t, lk)
	if got[0].Reason != `"NAME" <1115>` || got[2].Reason != `mid"dle` || got[3].ID != "5" {
		t.Errorf("contacts %+v", got)
	}
}

func TestQuarantine(t *testing.T) {
	text := fixture(t, "testdata/contacts.csv")
	bad := text +
		"2001,2026-02-30T09:00:00-05:00,water,311,5550107777,handled,,,,,,,,,\n" +
		"2002,2026-03-06T09:00:00-05:00,water,311,5550107777,handled,soon,,,,,,,,\n" +
		"2003,2026-03-06T09:00:00-05:00,water,311,5550107777\n" +
		",2026-03-06T09:00:00-05:00,water,311,5550107777,handled,,,,,,,,,\n" +
		"2005,2026-03-06T09:00:00-05:00,all,311,5550107777,handled,,,,,,,,,\n" +
		"2006,1920-03-06T09:00:00-05:00,tax,311,5550107777,handled,,,,,,,,,\n"
	lk, dir := newLake(t), t.TempDir()
	r := mustLoad(t, lk, Options{Profiles: shipped(t), MaxShare: 0.9, QuarantineDir: dir}, input("/some/where/c.csv", bad))
	if r.Rows != 13 || r.Stored != 7 || r.Quarantined != 6 {
		t.Fatalf("report %+v", r)
	}
	f, err := os.Open(r.Files[0].QuarantineFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var got []rejected
	for d := json.NewDecoder(f); ; {
		var one rejected
		if err := d.Decode(&one); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got = append(got, one)
	}
	want := []struct {
		line           int64
		reason, column string
	}{{10, reasonTime, "arrival"}, {11, reasonDuration, "ivr_s"}, {12, reasonColumns, ""}, {13, reasonKey, "contact_id"},
		{14, reasonQueue, "queue"}, {15, reasonRange, "arrival"}}
	if len(got) != len(want) {
		t.Fatalf("%d rows in quarantine, want %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.Line != w.line || g.Reason != w.reason || g.Column != w.column {
			t.Errorf("row %d: %+v, want %+v", i, g, w)
		}
		if strings.Contains(g.Text, "7777") || strings.Contains(g.Text, "water") || g.Text == "" {
			t.Errorf("row %d shows %q", i, g.Text)
		}
		if line := bad[g.Offset:]; i != 3 && !strings.HasPrefix(line, "200") {
			t.Errorf("row %d begins at %d, not at its line", i, g.Offset)
		}
	}
}

func TestTooManyRejectsStoreNothing(t *testing.T) {
	text := fixture(t, "testdata/contacts.csv") + "2001,yesterday,water,311,5550107777,handled,,,,,,,,,\n"
	for name, opts := range map[string]Options{
		"share": {}, "number": {MaxShare: 1, MaxRejects: 1},
	} {
		t.Run(name, func(t *testing.T) {
			lk, dir := newLake(t), t.TempDir()
			opts.Profiles, opts.QuarantineDir = shipped(t), dir
			if name == "number" {
				text += "2002,today,water,311,5550107777,handled,,,,,,,,,\n"
			}
			_, err := Load(t.Context(), lk, []Input{input("c.csv", text)}, opts)
			if err == nil || !strings.Contains(err.Error(), "c.csv") || !strings.Contains(err.Error(), "line 10") || !strings.Contains(err.Error(), "arrival") {
				t.Fatalf("%v", err)
			}
			if lk.Status().Rows != 0 || len(lk.Inputs()) != 0 {
				t.Error("something was stored")
			}
			if files, err := filepath.Glob(dir + "/*.quarantine.jsonl"); err != nil || len(files) != 1 {
				t.Errorf("quarantine files %v, %v", files, err)
			}
		})
	}
}

// One file that cannot be read keeps all files of the call out.
func TestAllOrNothing(t *testing.T) {
	good := fixture(t, "testdata/contacts.csv")
	packed := zipped(t, strings.Repeat(good, 50))
	var big strings.Builder
	big.WriteString(strings.Repeat("a,", 100) + "\n")
	for name, tt := range map[string]struct{ text, want string }{
		"empty":             {"", "empty"},
		"compressed empty":  {zipped(t, ""), "empty"},
		"only a mark":       {"\ufeff", "empty"},
		"truncated gzip":    {packed[:len(packed)/2], "ends too early"},
		"damaged gzip":      {packed[:len(packed)-6] + "xxxxxx", "damaged"},
		"wrong separator":   {strings.ReplaceAll(good, ",", ";"), `looks like ';'`},
		"other columns":     {"id,when,what\n1,2,3\n", "contact_id"},
		"a spreadsheet":     {"PK\x03\x04 and so on", "save the sheet as CSV"},
		"no header at all":  {good[strings.Index(good, "\n")+1:], "begins with"},
		"something binary":  {"\x00\x01\x02\x03\x04\x05", "no format fits"},
		"truncated utf-16":  {"\xff\xfec", "no format fits"},
		"columns too short": {big.String(), "no format fits"},
	} {
		t.Run(name, func(t *testing.T) {
			lk := newLake(t)
			_, err := Load(t.Context(), lk, []Input{input("good.csv", good), input("bad.csv", tt.text)}, Options{Profiles: shipped(t)})
			if err == nil || !strings.Contains(err.Error(), "bad.csv") || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "5550100001") || strings.Contains(err.Error(), "010 0001") {
				t.Errorf("the message shows a number: %v", err)
			}
			entries, err := os.ReadDir(lk.Dir())
			if err != nil {
				t.Fatal(err)
			}
			if lk.Status().Rows != 0 || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), "source=") || e.Name() == "manifest.json" }) {
				t.Errorf("something was written: %v", entries)
			}
		})
	}
}

func TestACutFileNamesTheLine(t *testing.T) {
	packed := zipped(t, fixture(t, "testdata/contacts.csv")+strings.Repeat("3000,2026-03-06T09:30:00-05:00,water,,,handled,,1,2,,,,,en,x\n", 20_000))
	lk := newLake(t)
	opts := Options{Profiles: shipped(t), Format: "ringtide-contacts"}
	_, err := Load(t.Context(), lk, []Input{input("cut.csv.gz", packed[:len(packed)-40])}, opts)
	if err == nil || !strings.Contains(err.Error(), "cut.csv.gz, line ") {
		t.Errorf("%v", err)
	}
}

// What grows without end when it is unpacked is refused, with the file's name and nothing stored, whether the
// format is named or looked for.
func TestDecompressionBomb(t *testing.T) {
	zeros := strings.Repeat("\x00", 70<<20)
	for name, packed := range map[string]string{
		"bomb.gz": zipped(t, zeros), "members.gz": strings.Repeat(zipped(t, zeros[:1<<20]), 70),
		"bomb.zst": zstdPacked(t, zeros),
	} {
		t.Run(name, func(t *testing.T) {
			lk := newLake(t)
			_, err := Load(t.Context(), lk, []Input{input(name, packed)}, Options{Format: FormatQueueLog, MaxShare: 1})
			if !errors.Is(err, errBomb) || !strings.Contains(err.Error(), name) {
				t.Errorf("%v", err)
			}
			if lk.Status().Inputs != 0 {
				t.Error("the lake has it")
			}
		})
	}
}

// zstdPacked packs a text as one stream.
func zstdPacked(t testing.TB, text string) string {
	t.Helper()
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	return string(z.EncodeAll([]byte(text), nil))
}

// A zstd stream that asks for more memory than a log needs is refused before it gets it.
func TestZstdWindow(t *testing.T) {
	frame := "\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00" // a window of 2 GiB, one empty block
	_, err := Load(t.Context(), newLake(t), []Input{input("wide.zst", frame)}, Options{Format: FormatQueueLog})
	if err == nil || !strings.Contains(err.Error(), "wide.zst") || strings.Contains(err.Error(), "empty") {
		t.Errorf("%v", err)
	}
}

// What is no text is refused by name, and the error says what to do.
func TestContainersThatAreNoText(t *testing.T) {
	tar := strings.Repeat("x", 257) + "ustar\x0000" + strings.Repeat("\x00", 300)
	for text, want := range map[string]string{
		"PK\x03\x04\x14\x00": "zip archive", "BZh91AY": "bzip2", "\xfd7zXZ\x00\x00": "xz", "7z\xbc\xaf\x27\x1c\x00": "7z", "Rar!\x1a\x07\x00": "rar",
		"\xd0\xcf\x11\xe0\xa1\xb1": "save the sheet as CSV", "%PDF-1.4": "PDF", "SQLite format 3\x00": "database", tar: "tar archive",
	} {
		for _, format := range []string{FormatAuto, FormatQueueLog} {
			_, err := Load(t.Context(), newLake(t), []Input{input("file", text)}, Options{Format: format})
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "file: this is") {
				t.Errorf("%q as %s: %v", text[:4], format, err)
			}
		}
	}
}

// Deep nesting, endless strings and lines are refused or put aside in bounded memory, by every format.
func TestTextThatNeverEnds(t *testing.T) {
	const long, most = 5 << 18, 96 << 20
	for name, text := range map[string]string{
		"brackets": strings.Repeat("[", long), "objects": strings.Repeat(`{"a":`, long/5), "a string": `{"a":"` + strings.Repeat("x", long),
		"a line": strings.Repeat("x", long), "commas": strings.Repeat(",", long), "a quote": `"` + strings.Repeat("x\n", long/2), "quotes": strings.Repeat(`"`, long),
		"lines of quotes": strings.Repeat(strings.Repeat(`"`, 1<<20-8)+"\n", 2), "empty fields": strings.Repeat(`"",`, 1<<18),
	} {
		t.Run(name, func(t *testing.T) {
			for _, format := range formats {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				lk := newLake(t)
				_, err := Load(t.Context(), lk, []Input{input("file", text)}, Options{Format: format.name})
				if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > most {
					t.Errorf("%s allocated %d MB for %d kB", format.name, (after.TotalAlloc-before.TotalAlloc)>>20, long>>10)
				}
				if err == nil && lk.Status().Rows+lk.Status().Facts > 0 {
					t.Errorf("%s found contacts", format.name)
				}
			}
		})
	}
}

func TestAKnownFileIsNotReadAgain(t *testing.T) {
	lk := newLake(t)
	text := fixture(t, "testdata/contacts.csv")
	opts := Options{Profiles: shipped(t)}
	first := mustLoad(t, lk, opts, input("a.csv", text))
	again := mustLoad(t, lk, opts, input("b.csv", text))
	if f := again.Files[0]; !f.Known || f.Stored != 0 || f.Duplicate != 7 || again.Fingerprint != first.Fingerprint {
		t.Errorf("report %+v", again)
	}
	// The same rows in another file are read and found; of one that has grown the rest is read.
	head, rows, _ := strings.Cut(text, "\n")
	longer := mustLoad(t, lk, opts, input("c.csv", head+"\n\n"+rows+"1008,2026-11-02T01:30:00.000-05:00,tax,,,handled,,,,,,,,,\n"))
	if f := longer.Files[0]; f.Known || f.Stored != 1 || f.Duplicate != 7 || f.Conflicts != 0 {
		t.Errorf("report %+v", longer)
	}
	if _, err := Load(t.Context(), newLake(t), []Input{input("a.csv", text), input("b.csv", text)}, opts); err == nil || !strings.Contains(err.Error(), "a.csv") {
		t.Errorf("one file under two names: %v", err)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	lk := newLake(t)
	row := "3000,2026-03-06T09:30:00-05:00,water,,,handled,,1,2,,,,,en,x\n"
	text := strings.SplitAfter(fixture(t, "testdata/contacts.csv"), "\n")[0] + strings.Repeat(row, 5*tickRows)
	calls := 0
	opts := Options{Profiles: shipped(t), Progress: func(p Progress) {
		if calls++; p.Rows > 2*tickRows {
			cancel()
		}
	}}
	if _, err := Load(ctx, lk, []Input{input("c.csv", text)}, opts); !errors.Is(err, context.Canceled) || calls == 0 {
		t.Errorf("%v after %d calls", err, calls)
	}
	if lk.Status().Rows != 0 {
		t.Error("something was stored")
	}
}

func TestTwoWritersExcludeEachOther(t *testing.T) {
	lk := newLake(t)
	w, err := lk.Writer()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := Load(t.Context(), lk, nil, Options{}); !errors.Is(err, lake.ErrLocked) {
		t.Errorf("%v", err)
	}
}
