package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ringtide": func() { os.Exit(Main()) }})
}

// buildSmall simulates half a year of the small center and loads it.
func buildSmall(dir string) error {
	if err := os.CopyFS(dir, os.DirFS("testdata/small")); err != nil {
		return err
	}
	exports := filepath.Join(dir, "exports")
	for _, args := range [][]string{
		{"simulate", "-C", dir, "--out", exports, "--seed", "5"},
		{"ingest", "-C", dir, "--format", "ringtide-contacts", filepath.Join(exports, contactsFile)},
	} {
		var out bytes.Buffer
		e := &env{in: bytes.NewReader(nil), out: io.Discard, err: &out}
		if code := run(context.Background(), e, args); code != 0 {
			return fmt.Errorf("ringtide %q ends with %d: %s", args, code, out.String())
		}
	}
	events, err := os.ReadFile(filepath.Join(exports, "events.csv"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "events.csv"), events, 0o644)
}

// Every script runs in its own copy of the small center, $WORK/center.
func TestScripts(t *testing.T) {
	small := smallCenter(t)
	scripts, err := filepath.Abs("testdata/script")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 scripts, // exits moves about
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			return os.CopyFS(filepath.Join(env.WorkDir, "center"), os.DirFS(small))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "oneline": oneLine, "flip": flip, "cut": cut,
		},
	})
}

// moving is held by the script that has changed the directory of the process; scripts run
// side by side.
var moving sync.Mutex

// exits CODE ARGS...: runs ringtide and checks its exit code; what it says on
// standard error is kept in the file "said".
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE ringtide-arguments")
	}
	var out, said bytes.Buffer
	e := &env{in: bytes.NewReader(nil), out: &out, err: &said}
	code, err := runIn(ts.MkAbs("."), e, args[1:])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("said"), said.Bytes(), 0o644))
	ts.Check(os.WriteFile(ts.MkAbs("out"), out.Bytes(), 0o644))
	ts.Logf("[exit %d]\n%s", code, said.String())
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// runIn runs the command with dir as the directory of the process.
func runIn(dir string, e *env, args []string) (code int, err error) {
	moving.Lock()
	defer moving.Unlock()
	old, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	if err := os.Chdir(dir); err != nil {
		return 0, err
	}
	code = run(context.Background(), e, args)
	return code, os.Chdir(old)
}

// oneline FILE: the file is a single line.
func oneLine(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	if bytes.Count([]byte(text), []byte("\n")) != 1 {
		ts.Fatalf("%s is not one line: %q", args[0], text)
	}
}

// flip GLOB: changes one byte in the middle of the first file that matches.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	files, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(files) == 0 {
		ts.Fatalf("no file matches %s", args[0])
	}
	data, err := os.ReadFile(files[0])
	ts.Check(err)
	data[len(data)/2] ^= 0x40
	ts.Check(os.WriteFile(files[0], data, 0o644))
}

// cut FILE: halves a file.
func cut(ts *testscript.TestScript, neg bool, args []string) {
	name := ts.MkAbs(args[0])
	data, err := os.ReadFile(name)
	ts.Check(err)
	ts.Check(os.WriteFile(name, data[:len(data)/2], 0o644))
}
