"""The command line: `batiksim` and its commands.

Data go to stdout, progress and errors to stderr. Exit codes: 0 done, even if the reader of our output has
left (`| head`), 1 some runs failed, 2 the input is wrong or a file cannot be read or written, 130 stopped.
Commands import the model only when they need it, so that `--help` answers at once.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
import warnings
from collections.abc import Sequence
from math import inf
from types import FrameType
from typing import Annotated, Any

import typer

from batiksim.cli import (
    breakeven,
    calibrate,
    compare,
    demo,
    discover,
    doctor,
    export_html,
    helping,
    library,
    new,
    options,
    report,
    run,
    screen,
    sensitivity,
    serving,
    sweep,
    validate,
    why,
    worth,
)
from batiksim.cli.complaints import asked_command, asked_language, complaint
from batiksim.errors import BatiksimError, InputError, StoppedError, UsageError
from batiksim.i18n.texts import shown, speaking, text

OK, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130
_DEAF = 2.0  # seconds in which workers are ended and the message is made
_SOON = 0.02  # seconds until we look again whether a module is still being imported
_STOPS = (KeyboardInterrupt, typer.Abort, StoppedError)

app = typer.Typer(
    name="batiksim",
    help="Who will make Pekalongan's batik? An agent-based model of the craft's workforce, 2011-2060.",
    epilog="First steps: batiksim demo, batiksim list scenarios, batiksim run baseline",
    cls=helping.Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,  # plain help: half the time of the boxed one, and it reads in any terminal
    pretty_exceptions_enable=False,
)
for command in (
    demo.demo,
    serving.app,
    export_html.export_html,
    run.run,
    compare.compare,
    sweep.sweep,
    calibrate.calibrate,
    validate.validate,
    sensitivity.sensitivity,
    discover.discover,
    worth.worth,
    compare.resume,
    report.report,
    why.why,
    breakeven.breakeven,
    new.new,
    library.check,
    library.list_,
    library.show,
    library.explain,
    library.schema,
    doctor.doctor,
):
    app.command(name=command.__name__.rstrip("_").replace("_", "-"), cls=helping.Command)(command)


def _version(wanted: bool) -> None:
    if wanted:
        from batiksim import __version__

        screen.say(f"batiksim {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _batiksim(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
    lang: options.Lang = None,
) -> None:
    if context.invoked_subcommand is None:
        screen.say(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: that of the process) and return its exit code.

    With BATIKSIM_DEBUG=1 an error is raised, with its traceback, instead of told in one line.
    """
    _prepare_process()
    with speaking(asked_language(sys.argv[1:] if arguments is None else arguments)):
        return _obey(arguments)


def _obey(arguments: Sequence[str] | None) -> int:
    """Run one command line in the language asked for."""
    code: Any = OK
    message = ""
    try:
        for word in sys.argv[1:] if arguments is None else arguments:
            _check_text(word)
        with screen.reader():
            code = app(arguments, prog_name="batiksim", standalone_mode=False)
        _end_undisturbed(arguments)
        if code == STOPPED:  # typer turns a Ctrl-C that nobody has caught into this
            message = text("end.stopped")
    except BaseException as error:
        if screen.debugging() and not isinstance(error, _STOPS):
            raise
        if isinstance(error, OSError) and error.filename is None:
            screen.abandon()  # the disk that takes our output is full
        code, message = _explain(error)
    if message:
        _end_undisturbed(arguments)
        screen.problem(message)
    return int(code or OK)


def _check_text(word: str) -> None:
    """Refuse a name of bytes that are no text: no table, no page could hold it. Raises UsageError."""
    try:
        word.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(text("usage.no_text", word=shown(word, 200))) from None


def _prepare_process() -> None:
    """Have streams that can be written to, a polite kill the same as Ctrl-C, and silent libraries."""
    screen.open_streams()
    stop = _Stop()
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if not sys.warnoptions and not screen.debugging():
        warnings.simplefilter("ignore")


def _end_undisturbed(arguments: Sequence[str] | None) -> None:
    """Ignore Ctrl-C from now on if the process ends with this command line: Python would die of it."""
    if arguments is None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


class _Stop:
    """Turns Ctrl-C and a polite kill into KeyboardInterrupt, but not while a module is being imported.

    A module that is left half made may be used again, and Python takes an interrupt in the code that some of
    them make as one of the whole process. A second signal at once, while the first is answered with what is
    kept and how to go on, is not heard.
    """

    def __init__(self) -> None:
        self._deaf_until = -inf

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if _importing(frame):
            again = threading.Timer(_SOON, _thread.interrupt_main, (number,))
            again.daemon = True
            again.start()
        elif time.monotonic() >= self._deaf_until:
            self._deaf_until = time.monotonic() + _DEAF
            raise KeyboardInterrupt


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _explain(error: BaseException) -> tuple[int, str]:
    """The exit code and the sentence for an error that ended the program."""
    if isinstance(error, _STOPS):
        return STOPPED, str(error) if isinstance(error, StoppedError) else text("end.stopped")
    if isinstance(error, InputError):
        return BAD_INPUT, str(error)
    if isinstance(error, BatiksimError):
        return FAILED, str(error)
    if isinstance(error, _UsageProblem):
        return BAD_INPUT, text("usage.help", complaint=complaint(error), command=asked_command(error))
    if isinstance(error, OSError):
        why = error.strerror or error
        if error.filename is None:
            return BAD_INPUT, text("end.output", why=why)
        return BAD_INPUT, text("end.file", file=error.filename, why=why)
    if isinstance(error, MemoryError):
        return FAILED, text("end.memory")
    if isinstance(error, ModuleNotFoundError):
        return FAILED, text("end.missing", name=error.name)
    told = f"{type(error).__name__}: {error}"
    return FAILED, text("end.internal", told=told)


# The base of all errors about arguments; typer has it from click or from its own copy of click.
_UsageProblem: type[BaseException] = next(
    base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException"
)
