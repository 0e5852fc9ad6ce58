"""What the notebooks share: how ringtide is called, which center is read, and
how pictures look. The figures come from the command; nothing is computed twice."""

import atexit
import io
import json
import os
import shlex
import subprocess
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

REPOSITORY = Path(__file__).resolve().parent.parent

# Colours that stay apart for the colour-blind and in grey print (Okabe and Ito 2008).
BLUE, ORANGE, RED, GREY = "#0072B2", "#E69F00", "#D55E00", "#8C8C8C"
LINES = [BLUE, "#009E73", RED, "#CC79A7", "#56B4E9", "black"]  # orange is kept for outages

plt.rcParams.update({
    "figure.dpi": 110,
    "axes.prop_cycle": plt.cycler(color=LINES),
    "figure.constrained_layout.use": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": "medium",
    "legend.frameon": False,
    "font.size": 9,
    "text.parse_math": False,  # two dollar signs are money here, not a formula
})

# Removed when the kernel ends: a look at a center leaves nothing behind in it.
_scratch = tempfile.TemporaryDirectory(prefix="ringtide-notebook-")
atexit.register(_scratch.cleanup)
SCRATCH = Path(_scratch.name)


def ringtide(*args):
    """Runs ringtide with args and returns what it prints; its error text becomes ours."""
    named = os.environ.get("RINGTIDE")
    command = shlex.split(named) if named else ["go", "run", "./cmd/ringtide"]
    # go run needs the module; a named command is looked up from where the kernel runs.
    done = subprocess.run([*command, *map(str, args)], cwd=None if named else REPOSITORY,
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"ringtide {' '.join(map(str, args))}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def center():
    """Returns the directory named by RINGTIDE_CENTER, or a fresh sample center."""
    named = os.environ.get("RINGTIDE_CENTER")
    if named:
        return Path(named).expanduser().resolve()
    made = SCRATCH / "center"
    if not made.exists():
        ringtide("demo", made)
    return made


def as_json(*args):
    """Runs ringtide with args and returns the JSON it prints."""
    return json.loads(ringtide(*args))


def series(where, measure, *args):
    """Returns a measure as rows of series, timestamp, count; count is NaN where the
    records are missing, and timestamp is the local start of the interval."""
    text = ringtide("-C", where, "lake", "series", "--measure", measure, *args)
    return pd.read_csv(io.StringIO(text), parse_dates=["timestamp"])


def table(*args):
    """Runs ringtide with args and returns the CSV it prints."""
    return pd.read_csv(io.StringIO(ringtide(*args)))


def local(times):
    """Returns times such as 2026-11-23T08:30:00-05:00 as read off the clock on the wall."""
    return pd.to_datetime(times.str[:19])
