package cli

import (
	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/data"
)

func newInit(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "init DIR",
		Short: "Make a new center directory with commented files",
		Long:  `init writes center.yaml, policy.yaml, fees.yaml, events.csv and a sample request. Files that are there already are kept.`,
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			made, err := copyMissing(data.Init(), args[0])
			if err != nil {
				return err
			}
			for _, name := range made {
				e.say("%s", name)
			}
			_, err = center.Open(args[0])
			return err
		},
	}
}
