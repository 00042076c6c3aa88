"""Event hooks: registration, and delivery by a thread of its own. The endpoint is outside /v3."""
import base64
import collections
import http.client
import json
import os
import queue
import random
import secrets
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from routes import Refused, api

PATIENCE = 3  # seconds, for verification and delivery
EVENTS = {"receiver": {"subscribed", "unsubscribed", "created", "updated", "deleted"},
          "form": {"created", "updated", "deleted"}, "filter": {"created", "updated", "deleted"},
          "group": {"created", "updated", "deleted"}, "automation": {"activated", "deactivated", "deleted"}}
WRONG_TOKEN = "0" * 64

straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy of the environment is not for us


def sealed():
    """What a deletion carries in place of the address: encrypted with the hook's secret, by a method that is not
    public. So nobody may rely on reading it, and noise is as good."""
    return base64.b64encode(os.urandom(48)).decode()


class Hooks:
    def __init__(self, account):
        self.account = account
        self.registrations = []
        self.waiting = queue.Queue()
        self.held = None  # a list while deliveries are held back
        self.delivered = collections.deque(maxlen=1000)
        threading.Thread(target=self.deliver, daemon=True).start()

    def start_over(self):
        self.registrations.clear()
        self.held = None
        while not self.waiting.empty():
            self.waiting.get_nowait()
            self.waiting.task_done()
        self.delivered.clear()

    def tell(self, event, group_id, address=None):
        for hook in self.registrations:
            if hook["event"] in (event, event.partition(".")[0]) and hook["condition"] in ("", str(group_id)):
                self.send(hook, event, group_id, address.id if address else None)

    def send(self, hook, event, group_id, pool_id, call_token=None, times=1):
        identity = int if self.account.switches.numeric_ids else str
        payload = {"group_id": identity(group_id)}
        if pool_id is not None:
            payload = {"pool_id": identity(pool_id), **payload}
        if event == "receiver.deleted":
            payload["email"] = sealed()
        condition = identity(hook["condition"]) if hook["condition"].isdecimal() else hook["condition"]
        body = {"condition": condition, "event": event, "payload": payload}
        for _ in range(times):
            self.enqueue({"url": hook["url"], "call_token": call_token or hook["call_token"], "body": body})

    def enqueue(self, delivery):
        if self.held is None:
            self.waiting.put(delivery)
        else:
            self.held.append(delivery)

    def release(self, order="as_sent", seed=0):
        """`order` is a word, or a list of places among those held: they may repeat, and may leave some out."""
        held, self.held = self.held or [], None
        if order == "reversed":
            held.reverse()
        elif order == "shuffled":
            random.Random(seed).shuffle(held)
        elif order != "as_sent":
            held = [held[place] for place in order]
        for delivery in held:
            self.waiting.put(delivery)
        return len(held)

    def wait_until_idle(self, seconds):
        until = time.monotonic() + seconds
        while self.waiting.unfinished_tasks and time.monotonic() < until:
            time.sleep(0.005)
        return not self.waiting.unfinished_tasks

    def deliver(self):
        """One try for each: no policy for further ones is known."""
        while True:
            delivery = self.waiting.get()
            answer = post(delivery["url"], delivery["body"], delivery["call_token"])
            self.delivered.append({"url": delivery["url"], "body": delivery["body"], "answer": answer,
                                   "wrong_token": delivery["call_token"] == WRONG_TOKEN})
            self.waiting.task_done()


def post(url, body, call_token):
    """The status; 0 when there was none."""
    headers = {"X-CR-Calltoken": call_token, "Content-Type": "application/json"}
    try:
        request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
        with straight.open(request, timeout=PATIENCE) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except (OSError, ValueError, http.client.HTTPException):
        return 0


def verified(url, verify):
    """Whether GET url?secret=… says "<verify> <secret>", as plain text and nothing more."""
    secret = secrets.token_hex(16)
    url += ("&" if urllib.parse.urlsplit(url).query else "?") + urllib.parse.urlencode({"secret": secret})
    try:
        with straight.open(url, timeout=PATIENCE) as answer:
            plain = answer.headers.get_content_type() == "text/plain"
            return plain and answer.status == 200 and answer.read(1000) == f"{verify} {secret}".encode()
    except (OSError, ValueError, http.client.HTTPException):
        return False


@api("POST", "hooks/eventhook", unlocked=True)
def register(account, call):
    """Without the lock: the verification comes while this call is still unanswered, and may itself call us."""
    fields = call.object()
    url, event = str(fields.get("url", "")), str(fields.get("event", ""))
    condition, verify = str(fields.get("condition", "")), str(fields.get("verify", ""))
    category, _, single = event.partition(".")
    if category not in EVENTS or single and single not in EVENTS[category]:
        raise Refused(400, "invalid event")
    if not 10 <= len(verify) <= 50:
        raise Refused(400, "invalid verify")
    if not url.startswith("https://") and not (account.switches.allow_http_hooks and url.startswith("http://")):
        raise Refused(400, "invalid url")
    if find(account, event, condition):
        raise Refused(409, "hook exists")  # the vendor's own core deletes the old one and tries again
    if not verified(url, verify):
        raise Refused(400, "verification failed")
    hook = {"url": url, "event": event, "condition": condition, "call_token": secrets.token_hex(32),
            "secret": secrets.token_hex(16)}
    with account.lock:
        account.hooks.registrations.append(hook)
        account.revision += 1
    return {"success": True, "call_token": hook["call_token"], "secret": hook["secret"]}


def find(account, event, condition):
    return [hook for hook in account.hooks.registrations
            if hook["event"] == event and condition in (None, hook["condition"])]


@api("GET", "hooks/eventhook")
def registered(account, _call):
    return [{name: hook[name] for name in ("event", "condition", "url")} for hook in account.hooks.registrations]


@api("DELETE", "hooks/eventhook/{event}")
def unregister(account, call, event):
    """All of that event; with ?condition= those of one group."""
    found = find(account, event, call.query.get("condition"))
    if not found:
        raise Refused(404)
    for hook in found:
        account.hooks.registrations.remove(hook)
    return True
