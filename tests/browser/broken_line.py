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
        self._lost: set[bool] = set()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Origin that a browser opens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def lose(self, *, answers: bool) -> None:
        """Lose from now on whatever the server says, or whatever the browser says."""
        self._lost.add(answers)

    def cut(self) -> None:
        """End all connections and let none be made."""
        self._broken.set()
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let connections be made, and lose nothing."""
        self._lost.clear()
        self._broken.clear()

    def break_for(self, seconds: float) -> None:
        """Be cut for a while."""
        self.cut()
        time.sleep(seconds)
        self.mend()

    def close(self) -> None:
        """End it for good."""
        self.cut()
        self._listener.close()

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
                if answers not in self._lost:
                    sink.sendall(part)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        self._open.discard(source)
        source.close()
