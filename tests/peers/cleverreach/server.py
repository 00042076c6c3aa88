"""HTTP: connections that live on, one write for an answer, and resets on demand."""
import http
import http.server
import secrets
import socket
import struct
import sys
import time
import traceback

from faults import RESET
from routes import Call, Refused

# As recorded on v2, behind the vendor's front server.
HEADERS = {
    "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-cache, must-revalidate",
    "Pragma": "no-cache", "Expires": "0", "Content-Language": "en", "X-Frame-Options": "SAMEORIGIN",
    "X-Powered-By": "Luracast Restler v3.0.0rc5"}
INSTANCE = "api-eu1-i-" + secrets.token_hex(8)
LARGEST_BODY = 64 << 20


class Connection(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    calls = 0

    def setup(self):
        self.timeout = self.server.simulator.account.switches.idle_seconds
        super().setup()

    def answer_call(self):
        began = time.monotonic()
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self.say(Refused(411).answer, began)
            return
        raw = self.rfile.read(int(length))
        call = Call(self.command, self.path, self.headers, raw, reused=self.calls > 0)
        self.calls += 1
        try:
            answer = self.server.simulator.answer(call)
        except Exception:  # pylint: disable=broad-except
            traceback.print_exc()  # a bug of ours, which a test should see
            answer = Refused(500).answer
        if answer is RESET:
            self.reset()
        else:
            self.say(answer, began)

    do_GET = do_POST = do_PUT = do_DELETE = answer_call

    def say(self, answer, began):
        body = b"" if answer.status == 204 else answer.bytes()
        took = int((time.monotonic() - began) * 1e6)
        headers = {**HEADERS, "X-Cr-I": f"{INSTANCE} D={took} t={int(time.time() * 1e6)}", **answer.headers}
        if answer.status != 204:
            headers["Content-Length"] = len(body)
        if self.close_connection:
            headers["Connection"] = "close"
        phrase = http.HTTPStatus(answer.status).phrase
        head = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        self.connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    def reset(self):
        """With nothing left to linger for, closing sends RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, port, simulator):
        self.simulator = simulator
        super().__init__(("127.0.0.1", port), Connection)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # a client that is gone is no news
            super().handle_error(request, client_address)

