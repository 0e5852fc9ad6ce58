// Command ringtide tells a 311-style contact center what a department's request
// will do to its phones before anyone approves it. See README.md.
package main

import (
	"os"
	_ "time/tzdata" // zones on machines that have none

	"github.com/ringtide/ringtide/internal/cli"
)

func main() { os.Exit(cli.Main()) }
