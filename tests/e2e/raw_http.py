"""HTTP as an attacker writes it: exactly these bytes, cut exactly here, from an address that is looked for afterwards."""
import json
import socket
import time

from service import PATIENCE, EndToEnd
from traces import traces_in

ATTACKER = "127.0.0.9"  # a loopback address that nothing else has a reason to name
GOOD_CLIENT = "127.0.0.2"


class RawAnswer:
    def __init__(self, head, body):
        first, *lines = head.decode("latin-1").split("\r\n")
        self.line, self.status, self.body = first, int(first.split(" ")[1]), body
        self.names = [line.split(":", 1)[0] for line in lines]
        self.headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        self.head = head

    def __repr__(self):
        return f"<{self.line!r} {self.body[:200]!r}>"


def answers_in(received):
    """One after another, each to the end of its Content-Length."""
    answers = []
    while received:
        head, end, rest = received.partition(b"\r\n\r\n")
        assert end and head.startswith(b"HTTP/1.1 "), received[:200]
        answer = RawAnswer(head, b"")
        length = int(answer.headers.get("content-length", 0))
        answer.body, received = rest[:length], rest[length:]
        assert len(answer.body) == length, "an answer is cut"
        if answer.status != 100:
            answers.append(answer)
    return answers


def connect(service, source=ATTACKER, patience=PATIENCE):
    return socket.create_connection(("127.0.0.1", service.port), patience, (source, 0))


def receive(connection, silence):
    """All that comes until the other side closes or says nothing for so long."""
    received = b""
    connection.settimeout(silence)
    try:
        while part := connection.recv(65536):
            received += part
    except (TimeoutError, ConnectionResetError):
        pass
    return received


def exchange(service, *pieces, source=ATTACKER, silence=PATIENCE, pause=0.05):
    """Sends each piece as a segment of its own. The answers until the connection is closed, which a hostile request is
    meant to bring about; `silence` for those after which it stays open."""
    with connect(service, source) as connection:
        for number, piece in enumerate(pieces):
            time.sleep(pause if number else 0)
            try:
                connection.sendall(piece)
            except OSError:
                break  # it has been closed already: what it said is still to be read
        return answers_in(receive(connection, silence))


def request(line, *headers, body=b"", host="x"):
    """Head and body; the length only if there is a body and nobody has given one."""
    lines = [line, *([f"Host: {host}"] if host else []), *headers]
    if body and not any(header.lower().replace(" ", "").startswith(("content-length:", "transfer-encoding:"))
                        for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "".join(f"{one}\r\n" for one in lines).encode("latin-1") + b"\r\n" + body


def sign_up(address, *headers, **more):
    body = json.dumps({"email": address, "locale": "en", **more}).encode()
    return request("POST /v1/signups HTTP/1.1", "Content-Type: application/json", *headers, body=body)


class Hostile(EndToEnd):
    """A test whose service must be well afterwards, and must not have told what it was sent; no tests."""

    WORDS = ["spurlos", "geheim", ATTACKER]  # in every address, secret and socket of an attack

    def attacked(self, sections=None, **more):
        server = {"access_log": "log/access.log", **(sections or {}).get("server", {})}
        service = self.service({**(sections or {}), "server": server}, **more).start()
        self.addCleanup(self.check_unharmed, service)
        return service

    def check_unharmed(self, service):
        if service.process.poll() is not None:
            self.fail(f"serve ended with {service.process.returncode}: {service.text_of_log()}")
        self.assertEqual(service.call("GET", "/healthz").status, 200)
        metrics = service.call("GET", "/metrics", headers=service.key("stats"))
        self.assertEqual(metrics.status, 200)
        service.terminate()
        for line in service.log:
            self.assertIn("event", json.loads(line))
        told = {"the log": service.text_of_log().encode(), "the metrics": metrics.body, "the access log": self.access(service)}
        for place, text in told.items():
            words = [word for word in self.WORDS if place != "the access log" or not word.startswith("127.")]
            self.assertEqual(traces_in(text, words), [], place)
        self.assertEqual(list(service.folder.rglob("core*")), [])

    @staticmethod
    def access(service):
        return b"".join(file.read_bytes() for file in (service.folder / "log").glob("*"))

    def refused(self, service, status, *pieces, **more):
        """One answer, a problem that repeats nothing it was sent, and the end of the connection."""
        answers = exchange(service, *pieces, **more)
        self.assertEqual([answer.status for answer in answers], [status], (pieces[0][:200], answers))
        (answer,) = answers
        self.assertEqual(answer.headers["content-type"], "application/problem+json")
        self.assertEqual(answer.headers["connection"], "close")
        self.assertEqual(json.loads(answer.body)["status"], status)
        self.assertEqual(traces_in(answer.head + answer.body, self.WORDS), [])
        return answer

    @staticmethod
    def memory(service, field="VmRSS"):
        """Bytes."""
        with open(f"/proc/{service.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field + ":"))
