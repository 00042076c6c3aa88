"""A receiver of webhooks as a shop would write it: Python's standard library and the text of the standard, nothing of ours.

It believes a message when one of its signatures is right and its timestamp is near, takes each webhook-id once, and answers
what it is told to: `answers` holds the statuses of the next messages, then comes 204.
"""
import base64
import hashlib
import hmac
import http.server
import json
import threading
import time


def key_of(secret):
    return base64.b64decode(secret.removeprefix("whsec_"))


def sign(secret, message_id, body, at=None):
    """The three headers of a message, as a sender sends them."""
    at = str(int(time.time() if at is None else at))
    tag = hmac.new(key_of(secret), f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": message_id, "webhook-timestamp": at,
            "webhook-signature": "v1," + base64.b64encode(tag).decode()}


def is_genuine(secret, headers, body):
    right = sign(secret, headers["webhook-id"], body, headers["webhook-timestamp"])["webhook-signature"]
    one_of = any(hmac.compare_digest(right, one) for one in headers["webhook-signature"].split(" "))
    return one_of and abs(time.time() - int(headers["webhook-timestamp"])) <= 300


class Receiver(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, secret):
        super().__init__(("127.0.0.1", 0), Handler)
        self.secret, self.answers, self.delay = secret, [], 0
        self.tries, self.messages = [], {}  # everything that came; what was taken, by webhook-id
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hooks/newsletter"

    def taken(self, event=None):
        messages = [json.loads(body) for body in list(self.messages.values())]
        return [one for one in messages if event in (None, one["type"])]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # pylint: disable=invalid-name
        server, body = self.server, self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        server.tries.append((headers, body))
        time.sleep(server.delay)
        status = server.answers.pop(0) if server.answers else 204
        if not is_genuine(server.secret, headers, body):
            status = 401
        if status < 300:
            server.messages.setdefault(headers["webhook-id"], body)
        self.send_response(status)
        if status in (301, 302, 307, 308):
            self.send_header("Location", f"http://127.0.0.1:{server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):  # pylint: disable=invalid-name
        self.server.tries.append((dict(self.headers), b"GET"))
        self.send_error(404)

    def log_message(self, *_):
        pass
