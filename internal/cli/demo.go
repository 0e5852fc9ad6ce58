package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/data"
	"github.com/ringtide/ringtide/ingest"
	"github.com/ringtide/ringtide/report"
)

const demoRequest = "water-mailing.yaml"

func newDemo(e *env) *cobra.Command {
	var seed uint64
	cmd := &cobra.Command{
		Use:   "demo [DIR]",
		Short: "Build the sample center, assess its sample request, write the packet",
		Long: `demo makes the sample center in DIR (default ringtide-demo): two simulated years of
calls, loaded into a lake. Then it assesses the sample request and writes the
decision packet. Running it again gives the same bytes.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "ringtide-demo"
			if len(args) == 1 {
				dir = args[0]
			}
			return runDemo(cmd.Context(), e, dir, seed)
		},
	}
	cmd.Flags().Uint64Var(&seed, "seed", 1, "seed of the simulated calls and of the assessment")
	return cmd
}

func runDemo(ctx context.Context, e *env, dir string, seed uint64) error {
	if err := demoDirectory(dir); err != nil {
		return err
	}
	e.center = dir
	s, err := readSimulation(e, "")
	if err != nil {
		return err
	}
	exports := filepath.Join(dir, "exports")
	truth, err := s.run(ctx, e, exports, seed, false)
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, center.EventsFile), s.events); err != nil {
		return err
	}
	e.say("Simulated %s, %s to %s:", s.center.Name, s.config.First, s.config.Last)
	if err := printTruth(e, truth); err != nil {
		return err
	}
	profiles, err := loadProfiles(nil)
	if err != nil {
		return err
	}
	lakeDir := filepath.Join(dir, center.LakeDir)
	rep, err := load(ctx, e, lakeDir, []string{filepath.Join(exports, contactsFile)}, ingest.Options{
		Format: "ringtide-contacts", Profiles: profiles, Zone: s.center.Calendar.Location(),
		QuarantineDir: filepath.Join(lakeDir, "quarantine"),
	})
	if err != nil {
		return err
	}
	e.say("Loaded %d rows: %d stored, %d duplicate, %d quarantined\n", rep.Rows, rep.Stored, rep.Duplicate, rep.Quarantined)
	return demoAssess(ctx, e, dir, seed)
}

func demoAssess(ctx context.Context, e *env, dir string, seed uint64) error {
	a, err := assess(ctx, dir, demoRequest, assessOptions{seed: seed})
	if err != nil {
		return err
	}
	packet := filepath.Join(dir, "packets", a.Request.ID)
	if err := writePacket(packet, a, report.Letter); err != nil {
		return err
	}
	if err := report.Text(e.out, a); err != nil {
		return err
	}
	e.say("\nPacket:  %s\nVerdict: %s. %s", packet, a.Verdict.Decision, a.Verdict.Sentence)
	return nil
}

// demoDirectory writes the sample center's files. A directory that holds another
// center is left alone.
func demoDirectory(dir string) error {
	own, err := fs.ReadFile(data.Sample(), center.CenterFile)
	if err != nil {
		return err
	}
	there, err := os.ReadFile(filepath.Join(dir, center.CenterFile))
	if err == nil && !bytes.Equal(there, own) {
		return fmt.Errorf("demo: %s holds another center; name an empty directory", dir)
	}
	if entries, err2 := os.ReadDir(dir); err != nil && err2 == nil && len(entries) > 0 {
		return fmt.Errorf("demo: %s is not empty and holds no sample center; name an empty directory", dir)
	}
	return errors.Join(copyTree(data.Sample(), dir), copyTree(data.Requests(), filepath.Join(dir, "requests")))
}

// copyTree writes the files of a tree below dir.
func copyTree(tree fs.FS, dir string) error {
	return fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		return writeFile(filepath.Join(dir, filepath.FromSlash(name)), func(w io.Writer) error {
			_, err := w.Write(text)
			return err
		})
	})
}
