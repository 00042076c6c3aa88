"""What the tests of the simulator share: one process, which starts over for each of them."""
import atexit
import functools
import http.server
import json
import threading
import unittest
import urllib.parse

from client import Simulator

NOW = 1700000000  # some time in the past


@functools.cache
def process():
    simulator = Simulator(groups=("News", "Other"))
    atexit.register(simulator.stop)
    return simulator


class SimulatorTest(unittest.TestCase):
    def setUp(self):
        self.simulator = process()
        self.simulator.reset()
        self.group = self.simulator.group_id("News")
        self.other = self.simulator.group_id("Other")
        self.base = f"/v3/groups/{self.group}/receivers"

    def get(self, path):
        return self.simulator.api("GET", path)

    def post(self, path, body=None):
        return self.simulator.api("POST", path, body)

    def put(self, path, body=None):
        return self.simulator.api("PUT", path, body)

    def delete(self, path):
        return self.simulator.api("DELETE", path)

    def upsert(self, *items, call="upsert"):
        status, answer = self.post(f"{self.base}/{call}", list(items))
        self.assertEqual(status, 200, answer)
        return answer

    def add(self, address, **more):
        """An active receiver."""
        self.upsert({"email": address, "registered": NOW, "activated": NOW, **more})

    def receiver(self, address):
        status, receiver = self.get(f"{self.base}/{address}")
        self.assertEqual(status, 200, receiver)
        return receiver

    def assert_refused(self, answer, status, message):
        self.assertEqual(answer, (status, {"error": {"code": status, "message": message}}))


class Listener:
    """Takes hooks, and answers verifications as one should, or as `says` wants."""

    def __init__(self, verify, says=None, status=200):
        self.verify, self.says, self.status = verify, says, status
        self.came, self.verified_at = [], []
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
                listener.verified_at.append(self.path)
                self.answer((listener.says or "{verify} {secret}").format(verify=listener.verify, **query))

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                listener.came.append((self.headers["X-CR-Calltoken"], body))
                self.answer("")

            def answer(self, text):
                self.send_response(listener.status)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks?tenant=1"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
