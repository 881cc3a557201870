"""A line between a browser and a server that can be broken, as a train's in a tunnel."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress


class Line:
    """Passes bytes on between an address of its own and a port of this machine.

    Parameters
    ----------
    port : int
        Of the server.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._broken = threading.Event()
        self._mute = threading.Event()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Origin that a browser opens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def break_for(self, seconds: float) -> None:
        """End all connections and let none be made for a while; what was mute speaks again."""
        self._broken.set()
        self._mute.clear()
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        time.sleep(seconds)
        self._broken.clear()

    def mute(self) -> None:
        """Lose whatever the server says from now on."""
        self._mute.set()

    def close(self) -> None:
        """End it for good."""
        self._broken.set()
        self._listener.close()
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return  # closed
            with suppress(OSError):
                if self._broken.is_set():
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._target))
                self._open.update((near, far))
                for pair in ((near, far, False), (far, near, True)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()
                if self._broken.is_set():  # meanwhile
                    for end in (near, far):
                        end.shutdown(socket.SHUT_RDWR)

    def _pass_on(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while part := source.recv(65_536):
                if not (answers and self._mute.is_set()):
                    sink.sendall(part)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        self._open.discard(source)
        source.close()
