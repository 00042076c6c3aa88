"""Which calls came, for tests to look at. Without bodies, headers and tokens."""
import collections
import threading

KEPT = 1000


class Journal:
    def __init__(self):
        self.lock = threading.Lock()
        self.start_over()

    def start_over(self):
        self.calls = collections.deque(maxlen=KEPT)
        self.total, self.items = 0, 0
        self.by_endpoint, self.by_status = collections.Counter(), collections.Counter()

    def note(self, call, endpoint, status, items):
        """`status` is a number, or "reset" when the connection was reset instead of an answer."""
        with self.lock:
            self.total += 1
            self.items += items
            self.by_endpoint[endpoint] += 1
            self.by_status[str(status)] += 1
            self.calls.append({"number": self.total, "method": call.method, "path": call.shown(), "status": status,
                               "items": items, "reused": call.reused})

    def counters(self):
        with self.lock:
            return {"total": self.total, "items": self.items, "by_endpoint": dict(self.by_endpoint),
                    "by_status": dict(self.by_status)}

    def last(self, count):
        with self.lock:
            return list(self.calls)[-count:] if count else []
