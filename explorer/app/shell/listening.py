"""Why a page cannot be served at an address, told as what to do about it."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from explorer.errors import ServerError

_SAID = {
    errno.EADDRINUSE: "is taken, perhaps by another nep-explorer; choose another --port",
    errno.EACCES: "may not be used by this account; choose a --port above 1023",
    errno.EADDRNOTAVAIL: "is no address of this machine; choose another --address",
}


@contextmanager
def listening(address: str, port: int) -> Iterator[None]:
    """Tell why listening failed.

    Raises
    ------
    ServerError
        When the port is taken or may not be used, or the address is not of this machine.
    """
    try:
        yield
    except socket.gaierror as error:
        raise ServerError(f"{address}: no such address; choose another --address") from error
    except OSError as error:
        why = _SAID.get(error.errno or 0, f"cannot be listened on: {error}")
        raise ServerError(f"{address}, port {port}: {why}") from error
