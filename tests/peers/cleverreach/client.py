"""The simulator as a process beside a test, its calls under /_sim, and a plain client of the API itself."""
import http.client
import json
import pathlib
import subprocess
import urllib.parse

PROGRAM = pathlib.Path(__file__).resolve().parent / "simulator.py"
PATIENCE = 60
CLIENT_ID, CLIENT_SECRET = "test-client", "test-secret"


class Simulator:
    """Starts at once; `stop()` ends it. A port is kept over a restart by giving it."""

    def __init__(self, *options, groups=("News",), switches=None, state=None, port=0):
        self.command = ["/usr/bin/python3", str(PROGRAM), "--client-id", CLIENT_ID, "--client-secret", CLIENT_SECRET,
                        "--port", str(port), "--stdin-lives", *options]
        for name in groups:
            self.command += ["--group", name]
        for name, value in (switches or {}).items():
            self.command += ["--switch", f"{name}={value}"]
        if state:
            self.command += ["--state", str(state)]
        self.token = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(PATIENCE)
            raise AssertionError(f"the simulator ended with {self.process.returncode}")
        self.url = json.loads(line)["url"]
        self.port = urllib.parse.urlsplit(self.url).port

    def stop(self):
        """Its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(PATIENCE)
        self.process.stdin.close()
        self.process.stdout.close()
        return code

    def kill(self):
        self.process.kill()
        self.stop()

    # --- HTTP ---

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def raw(self, method, path, body=None, headers=None):
        """(status, headers, bytes) over a connection of its own."""
        connection = self.connect()
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def call(self, method, path, body=None):
        """One under /_sim; its answer."""
        text = None if body is None else json.dumps(body)
        status, _, answer = self.raw(method, "/_sim/" + path, text, {"Content-Type": "application/json"})
        if status != 200:
            raise AssertionError(f"{method} /_sim/{path}: {status} {answer.decode()}")
        return json.loads(answer)

    def api(self, method, path, body=None):
        """(status, JSON) of a call of the API, as one of its clients; None for a body that is empty or no JSON."""
        if self.token is None:
            self.token = self.fresh_token()
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        status, about, answer = self.raw(method, path, None if body is None else json.dumps(body), headers)
        is_json = answer and about.get_content_type() == "application/json"
        return status, json.loads(answer) if is_json else None

    def fresh_token(self):
        fields = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, answer = self.raw("POST", "/oauth/token.php", urllib.parse.urlencode(fields), form)
        assert status == 200, answer
        return json.loads(answer)["access_token"]

    # --- looking ---

    def group_id(self, name="News"):
        return next(group["id"] for group in self.call("GET", "groups") if group["name"] == name)

    def receivers(self, group="News"):
        """Address -> receiver, as they are, whatever reads of the API may see."""
        return self.call("GET", "groups/" + urllib.parse.quote(group, safe=""))

    def blacklist(self):
        return self.call("GET", "blacklist")

    def counters(self):
        return self.call("GET", "counters")

    def requests(self, last=100):
        return self.call("GET", f"requests?last={last}")

    # --- steering ---

    def reset(self):
        self.call("POST", "reset")

    def forget_calls(self):
        self.call("DELETE", "counters")

    def switch(self, **values):
        self.call("POST", "switches", values)

    def fault(self, kind=None, **wishes):
        """fault("reset_after", path="upsert"), fault(path="receivers$", status=429, times=2, after=1)"""
        self.call("POST", "faults", {**({"kind": kind} if kind else {}), **wishes})

    def faults(self):
        """Those that have not happened yet."""
        return self.call("GET", "faults")

    def clear_faults(self):
        self.call("DELETE", "faults")

    def random_faults(self, seed, probability, **more):
        self.call("POST", "random_faults", {"seed": seed, "probability": probability, **more})

    def advance(self, seconds):
        self.call("POST", "clock", {"advance": seconds})

    def revoke_tokens(self):
        self.call("DELETE", "tokens")

    # --- people ---

    def person(self, deed, email, group=None, **more):
        """unsubscribe, resubscribe, bounce, complain, blacklist, delete, edit"""
        self.call("POST", f"person/{deed}", {"email": email, **({"group": group} if group else {}), **more})

    def operator_upsert(self, *receivers, group="News"):
        return self.call("POST", "operator/upsert", {"group": group, "receivers": list(receivers)})

    # --- hooks ---

    def hooks(self):
        return self.call("GET", "hooks")

    def delivered(self):
        """All of them, after waiting for those under way."""
        assert self.call("GET", f"hooks/idle?seconds={PATIENCE / 2}"), "hooks are still under way"
        return self.call("GET", "hooks/delivered")

    def hold_hooks(self):
        self.call("POST", "hooks/hold")

    def release_hooks(self, order="as_sent", seed=0):
        return self.call("POST", "hooks/release", {"order": order, "seed": seed})

    def send_hook(self, event, group="News", **more):
        """more: email or pool_id, wrong_token=True, times=2"""
        self.call("POST", "hooks/send", {"event": event, "group": group, **more})

    def repeat_hooks(self, last=1, times=1):
        self.call("POST", "hooks/repeat", {"last": last, "times": times})
