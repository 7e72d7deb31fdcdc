"""Where the app is: names and addresses of this machine, printed and as a QR code."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress

from batiksim.i18n.texts import text

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
EVERYWHERE = ("0.0.0.0", "::")


def names_of(host: str) -> tuple[str, ...]:
    """The names under which an app that listens at `host` may be asked."""
    if host not in EVERYWHERE:
        return tuple(dict.fromkeys((*LOOPBACK, host.lower(), f"[{host.lower()}]")))
    own = {socket.gethostname().lower(), f"{socket.gethostname().lower()}.local", *_own_addresses()}
    return (*LOOPBACK, *sorted(own))


def reachable_at(host: str) -> tuple[str, ...]:
    """The names to put into an address, this machine's own first."""
    if host not in EVERYWHERE:
        return (_in_url(host),)
    return (LOOPBACK[0], *(_in_url(one) for one in _own_addresses()))


def told(addresses: Sequence[str], *, alone: bool) -> Iterator[str]:
    """What is printed: the addresses; unless this machine is `alone`, a warning and a QR code for phones."""
    yield from (text("app.serve.at", address=one) for one in addresses)
    if not alone:
        yield text("app.serve.open")
        yield qr_code(addresses[-1])


def qr_code(address: str) -> str:
    """A QR code of an address in characters, two rows a line."""
    import segno

    drawn = io.StringIO()
    segno.make(address, error="l").terminal(out=drawn, compact=True, border=2)
    return drawn.getvalue().rstrip("\n")


def qr_picture(address: str) -> str:
    """A QR code of an address as the source of an `<img>`: an SVG inside a data address."""
    import segno

    return str(
        segno.make(address, error="m").svg_data_uri(scale=8, border=2, dark="#14213d", light="#fffdf8")
    )


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _own_addresses() -> tuple[str, ...]:
    """The IPv4 addresses of this machine in its network; nothing is sent to find them."""
    found = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # nobody's address; a datagram socket sends nothing to connect
        found.add(probe.getsockname()[0])
    with suppress(OSError):
        found |= {one[4][0] for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return tuple(sorted(str(one) for one in found if not str(one).startswith("127.")))
