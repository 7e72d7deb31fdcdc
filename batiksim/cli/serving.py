"""`batiksim app`: the model in a browser, served from this machine."""

from __future__ import annotations

import errno
import socket
import threading
import webbrowser
from contextlib import closing
from typing import Annotated

import typer

from batiksim.cli import completion, options, screen
from batiksim.cli.output import Output
from batiksim.cli.run import load
from batiksim.errors import UsageError
from batiksim.i18n.texts import text

FIRST_PORT, LAST_PORT = 8321, 8340

Scenario = Annotated[
    str | None,
    typer.Argument(
        metavar="[SCENARIO]",
        help="What the first page shows: a name or file.",
        autocompletion=completion.scenarios,
    ),
]
Host = Annotated[
    str, typer.Option(metavar="ADDRESS", help="0.0.0.0 lets a class in; default: this machine only.")
]
Port = Annotated[
    int | None, typer.Option(min=1, max=65535, metavar="N", help="Default: the first free from 8321 on.")
]
Screens = Annotated[
    int | None,
    typer.Option(min=1, max=500, metavar="N", help="How many may use it at once; default: 40."),
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")]


def app(
    scenario: Scenario = None,
    host: Host = "127.0.0.1",
    port: Port = None,
    screens: Screens = None,
    no_browser: NoBrowser = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> int:
    """Open the model in a browser; it needs no internet."""
    try:
        import uvicorn

        from batiksim.app.address import LOOPBACK, names_of, reachable_at, told
        from batiksim.app.connections import MOST as MOST_CONNECTIONS
        from batiksim.app.connections import Patient
        from batiksim.app.serve import application
        from batiksim.app.sessions import MOST
        from batiksim.runs import kept_pasts
    except ModuleNotFoundError as missing:
        raise UsageError(text("app.serve.extra", name=missing.name)) from None
    output = Output("app", as_json)
    first = None if scenario is None else load(scenario)  # a wrong file is told before anything
    kept_pasts.usual()  # and a wrong size of it, which workers would stumble over
    with closing(_listen(host, port)) as listening:
        number = listening.getsockname()[1]
        addresses = [f"http://{one}:{number}/" for one in reachable_at(host)]
        theirs = [] if host in LOOPBACK else addresses[1:] or addresses
        served = application(
            lang=lang, hosts=names_of(host), first=first, addresses=theirs, most=screens or MOST
        )
        config = uvicorn.Config(
            served, http=Patient, ws="none", limit_concurrency=MOST_CONNECTIONS, timeout_graceful_shutdown=1,
            log_level="error", access_log=False, server_header=False,
        )  # fmt: skip

        def for_people(addresses: list[str] = addresses) -> None:
            for line in told(addresses, alone=host in LOOPBACK):
                screen.note(line)

        output.give(lambda: {"address": addresses[0], "others": addresses[1:]}, for_people=for_people)
        if not no_browser:
            threading.Timer(0.5, webbrowser.open, (addresses[0],)).start()
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def _listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens; without a port on the first that is free. Raises UsageError."""
    for number in (port,) if port else range(FIRST_PORT, LAST_PORT + 1):
        try:
            family = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0][0]
            return socket.create_server((host, number), family=family)
        except socket.gaierror:
            raise UsageError(text("app.serve.host", host=host)) from None
        except OSError as problem:
            if problem.errno == errno.EADDRNOTAVAIL:
                raise UsageError(text("app.serve.host", host=host)) from None
            last = number
    raise UsageError(text("app.serve.taken", port=last))
