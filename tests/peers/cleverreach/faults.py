"""What is to go wrong: faults queued one by one, and random ones that a seed repeats."""
import random
import threading
import time

from routes import Answer

RESET = "reset"  # instead of an answer: the connection is reset

BUSY = {"error": {"code": 429, "message": "Too Many Requests"}}
BROKEN = {"error": {"code": 500, "message": "Internal Server Error"}}
GATEWAY = "<html><head><title>502 Bad Gateway</title></head></html>"

# Ready-made actions, by name. Each has been seen by somebody, or follows from what has.
KINDS = {
    "reset_before": {"reset": "before"},
    "reset_after": {"reset": "after"},
    "401": {"status": 401, "body": {"error": {"code": 401, "message": "Unauthorized"}}},
    "403": {"status": 403, "body": {"error": {"code": 403, "message": "Forbidden"}}},
    "413": {"status": 413, "body": {"error": {"code": 413, "message": "Request Entity Too Large"}}},
    "429": {"status": 429, "body": BUSY},
    "429_retry_after": {"status": 429, "body": BUSY, "headers": {"Retry-After": "1"}},
    "429_html": {"status": 429, "text": "<html>Too Many Requests</html>", "headers": {"Content-Type": "text/html"}},
    "429_empty": {"status": 429, "text": ""},
    "502": {"status": 502, "text": GATEWAY, "headers": {"Content-Type": "text/html"}},
    "502_after": {"status": 502, "text": GATEWAY, "headers": {"Content-Type": "text/html"}, "process": True},
    "error_in_200": {"status": 200, "body": BROKEN},
    "error_in_200_after": {"status": 200, "body": BROKEN, "process": True},
    "false": {"status": 200, "body": False},
    "true": {"status": 200, "body": True, "process": True},
    "empty_200": {"status": 200, "text": ""},
    "empty_204": {"status": 204, "text": "", "process": True},
    "short": {"short": 1},
    "drop_items": {"drop_items": 1},
}
# A client that repeats what it has no good answer to gets over each of these.
RANDOM_KINDS = ["reset_before", "reset_after", "429", "502", "502_after", "error_in_200", "error_in_200_after",
                "false", "empty_200"]

MATCHING = {"method", "path", "reused", "after", "times"}
ACTION = {"kind", "delay", "reset", "status", "body", "text", "headers", "process", "short", "drop_items"}


class Fault:
    """Matches calls by `method`, by `path` (a part of it; one that ends in "$" is its end) and, with `reused`, only on
    a connection that has served a call before. Lets `after` of them pass, then happens `times` (null: always)."""

    def __init__(self, wishes):
        unknown = set(wishes) - MATCHING - ACTION
        if unknown or wishes.get("kind", "502") not in KINDS:
            raise ValueError(f"not part of a fault: {', '.join(unknown) or wishes['kind']}")
        wishes = {**KINDS.get(wishes.get("kind"), {}), **wishes}
        if not ACTION - {"kind", "process", "headers"} & set(wishes):
            raise ValueError("a fault without an action")
        self.wishes = wishes
        self.method, self.path, self.reused = wishes.get("method"), wishes.get("path", ""), wishes.get("reused")
        self.after, self.times = wishes.get("after", 0), wishes.get("times", 1)

    def matches(self, call):
        if self.method not in (None, call.method) or self.reused and not call.reused:
            return False
        return call.path.endswith(self.path[:-1]) if self.path.endswith("$") else self.path in call.path

    def due(self):
        """Counts the matching call."""
        if self.times == 0:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def around(self, call, process):
        """The answer to a call that meets this fault, or RESET. `process` does the call."""
        wishes = self.wishes
        time.sleep(wishes.get("delay", 0))
        if wishes.get("reset") == "before":
            return RESET
        says = "status" in wishes or "body" in wishes or "text" in wishes
        if says and not wishes.get("process"):
            return self.answer()
        if wishes.get("drop_items") and isinstance(call.body, list):
            call.body = call.body[:-wishes["drop_items"]]  # never written, and not in the answer either
        answer = process()
        if wishes.get("reset") == "after":
            return RESET
        if says:
            return self.answer()
        if wishes.get("short") and isinstance(answer.body, list):
            answer.body = answer.body[:-wishes["short"]]  # written, but not in the answer
        return answer

    def answer(self):
        wishes = self.wishes
        text = wishes.get("text") if "body" not in wishes else None
        return Answer(wishes.get("body"), wishes.get("status", 200), wishes.get("headers"), text)

    def shown(self):
        return {**self.wishes, "after": self.after, "times": self.times}


class Faults:
    def __init__(self):
        self.lock = threading.Lock()
        self.queue = []
        self.chance = None  # (random, probability, kinds, what a call must match)

    def add(self, wishes):
        fault = Fault(wishes)
        with self.lock:
            self.queue.append(fault)

    def at_random(self, seed, probability, kinds=None, method=None, path=""):
        """The same for the same seed and the same calls in the same order."""
        chosen = list(kinds or RANDOM_KINDS)
        mould = Fault({"kind": chosen[0], "method": method, "path": path, "times": None})
        if unknown := set(chosen) - set(KINDS):
            raise ValueError(f"no kind of fault: {', '.join(unknown)}")
        with self.lock:
            self.chance = (random.Random(seed), probability, chosen, mould)

    def clear(self):
        with self.lock:
            self.queue, self.chance = [], None

    def clear_random(self):
        with self.lock:
            self.chance = None

    def meet(self, call):
        """The fault that befalls this call, or None: the oldest one that matches and is due."""
        with self.lock:
            for fault in self.queue:
                if fault.matches(call) and fault.due():
                    if fault.times == 0:
                        self.queue.remove(fault)
                    return fault
            if self.chance:
                dice, probability, kinds, mould = self.chance
                if mould.matches(call) and dice.random() < probability:
                    return Fault({"kind": dice.choice(kinds)})
        return None

    def shown(self):
        with self.lock:
            return [fault.shown() for fault in self.queue]
