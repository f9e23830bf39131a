"""What `assignee serve` was told, and how much one client may ask of it."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, field
from pathlib import Path

from assignee.errors import UserError

__all__ = ["Limits", "WebSettings", "is_loopback"]

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes; rates are requests a minute and client, all of which may come at once after a quiet minute."""

    body: int = 64 * 1024  # a JSON request
    file: int = 25 * 1024 * 1024  # one uploaded file
    library: int = 250 * 1024 * 1024  # the files of one uploaded library together
    files: int = 200  # of one uploaded library
    uploads: int = 4 * 1024 * 1024 * 1024  # all uploaded libraries together
    reads: int = 600
    writes: int = 120
    uploaded: int = 600  # files
    wrong_tokens: int = 10
    streams: int = 200  # pages that watch at the same time, all clients together
    beat: float = 15.0  # seconds between signs of life on a quiet stream


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Where the server listens and who may ask it.

    `library` is the operator's own, offered to everybody who may ask. `names` are further host names that it answers
    to, for a reverse proxy. Raises UserError when it would listen beyond this machine without a token.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str = ""
    library: tuple[Path, ...] = ()
    engine: str = "auto"
    names: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise UserError(f"--port is {self.port}; give a number from 0 to 65535")
        if self.token and (not self.token.isascii() or not self.token.isprintable() or " " in self.token):
            raise UserError("--token takes letters, digits and signs of ASCII, without spaces")
        if not self.token and not is_loopback(self.host):
            raise UserError(
                f"--host {self.host} lets other machines in; give a --token (or set ASSIGNEE_TOKEN) that they must know"
            )

    def answers_to(self, name: str) -> bool:
        """Whether a request for the host `name` (no port, no brackets) is meant for this server.

        A page elsewhere can point a name of its own at this machine; it cannot make an address its name. So an
        address is taken where the server listens beyond loopback, and a name only where it is known.
        """
        name = name.lower().rstrip(".")
        if name in _LOOPBACK or name == self.host.lower() or name in {item.lower() for item in self.names}:
            return True
        if is_loopback(self.host):
            return False
        return _address(name) is not None or name == socket.gethostname().lower()


def is_loopback(host: str) -> bool:
    """Whether what listens there can be reached from this machine only."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
