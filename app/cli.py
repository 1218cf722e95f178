"""The command line. Thin: each command reads, calls one function below it, writes, and exits.

Exit codes: 0 done; 1 `check` found something at the level asked for; 2 the call or the input is
wrong, nothing was written; 3 partly done, what failed is listed, what worked is kept.
Heavy imports stand inside the commands, so that --help answers at once.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from .commands.check import check
from .commands.evaluate import evaluate
from .commands.label import label
from .commands.models import models
from .commands.serve import serve, tokens
from .commands.stages import align, analyse, classify, extract
from .commands.train import train

app = typer.Typer(
    name="bifinding",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Reads bilingual (English / Chinese) social-audit findings: aligns the two texts, "
    "classifies, extracts facts, checks the translation, learns from new audits.",
)


for command in (analyse, classify, extract, align, check, train, evaluate, label, serve):
    app.command()(command)


app.add_typer(models, name="models")
app.add_typer(tokens, name="tokens")


@app.callback()
def settings(
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            help="where models of your own are kept; else $BIFINDING_HOME, or the user's data folder",
            show_default=False,
        ),
    ] = None,
) -> None:
    if home:
        os.environ["BIFINDING_HOME"] = str(home)


def main() -> None:
    """Runs the command line; whatever goes wrong inside, the user sees one line, not a traceback."""
    debug = bool(os.environ.get("BIFINDING_DEBUG"))
    # Ended from outside, as by Ctrl-C: half-written files are taken away on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if not debug:
        sys.unraisablehook = lambda _: None  # what a library says of files it could not close
    try:
        code = app(prog_name="bifinding", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:  # `bifinding … | head` has read enough
        code = _unread()
    except SystemExit as end:  # Typer's own, for the same
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        code = _unread()
    except ImportError as error:  # a model or an encoder that needs an extra; the message names it
        typer.echo(f"error: {error}", err=True)
        sys.exit(2)
    except Exception as error:
        if hasattr(error, "format_message"):  # of Typer: the call is wrong
            _tell_usage(error)
            sys.exit(2)
        if debug:
            raise
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            typer.echo(f"error: cannot be written ({error.strerror}); make room", err=True)
            sys.exit(2)
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        typer.echo(
            f"error: this should not happen ({what}); "
            "set BIFINDING_DEBUG=1 to see where, and please report it",
            err=True,
        )
        sys.exit(2)
    sys.exit(code)


def _tell_usage(error: Any) -> None:
    """Typer's message as one line; none where it has shown the help instead."""
    if message := " ".join(error.format_message().split()).rstrip("."):
        command = error.ctx.command_path if error.ctx else "bifinding"
        typer.echo(f"error: {message[0].lower()}{message[1:]}; see `{command} --help`", err=True)


def _unread() -> int:
    """Standard output to nowhere, or Python would complain of it at its end; the exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    main()
