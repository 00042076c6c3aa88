"""A CleverReach account as cleverreach_probe.py calls it: every call is told with what came back, never with secrets."""
import base64
import http.client
import json
import re
import urllib.parse

PATIENCE = 60  # seconds


class Stopped(Exception):
    """There is no use in asking further."""


class Answer:
    def __init__(self, status, headers, raw):
        self.status, self.headers = status, headers
        try:
            self.value = json.loads(raw)
        except ValueError:
            self.value = raw.decode(errors="replace")[:200] or None

    @property
    def worked(self):
        return 200 <= self.status < 300

    def field(self, name):
        return self.value.get(name) if isinstance(self.value, dict) else None


def shape(value):
    """A JSON value without its content: {"id": number}."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{name}": {shape(one)}' for name, one in value.items()) + "}"
    if isinstance(value, list):
        kinds = list(dict.fromkeys(shape(one) for one in value))
        return f"[{len(value)} × {' or '.join(kinds)}]" if kinds else "[]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return "text" if isinstance(value, str) else "number"


def words(value):
    """What it says in words: of states and errors, and bare texts."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return list(dict.fromkeys(word for one in value for word in words(one)))
    if isinstance(value, dict):
        return [word for name in ("status", "error", "message", "error_description") for word in words(value.get(name))]
    return []


class Account:
    """The calls. What came back is told as it comes, with secret and token struck out."""

    def __init__(self, options, secret):
        parts = urllib.parse.urlsplit(options.base_url)
        self.kind = http.client.HTTPConnection if parts.scheme == "http" else http.client.HTTPSConnection
        self.place, self.root = parts.netloc, parts.path.rstrip("/")
        self.hidden = [secret, base64.b64encode(f"{options.client_id}:{secret}".encode()).decode()]
        self.authorization = "Basic " + self.hidden[1]
        self.limits = {}  # headers that tell of limits

    def say(self, text):
        for one in self.hidden:
            text = text.replace(one, "…")
        print(text, flush=True)

    def send(self, method, path, body, kind):
        connection = self.kind(self.place, timeout=PATIENCE)  # follows no redirect: it would carry the token away
        try:
            connection.request(method, self.root + path, body, {
                "Authorization": self.authorization, "Content-Type": kind, "Accept": "application/json"})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException) as error:
            raise Stopped(f"no answer from {self.place}: {error}") from error
        finally:
            connection.close()

    def log_in(self):
        answer = self.send("POST", "/oauth/token.php", "grant_type=client_credentials",
                           "application/x-www-form-urlencoded")
        token = answer.field("access_token")
        if not answer.worked or not isinstance(token, str):
            raise Stopped(f"no token: HTTP {answer.status}, {'; '.join(words(answer.value))}")
        self.hidden.append(token)
        self.authorization = "Bearer " + token

    def call(self, method, path, body=None, quiet=False):
        text = None if body is None else json.dumps(body)
        answer = self.send(method, path, text, "application/json")
        self.limits.update({name: value for name, value in answer.headers.items()
                            if re.search("limit|retry-after", name, re.IGNORECASE)})
        if not quiet:
            said = "; ".join(words(answer.value)[:5])
            self.say(f"   {method} {urllib.parse.unquote(path)} -> {answer.status} {shape(answer.value)[:700]}"
                     + (f'  "{said[:500]}"' if said else ""))
        return answer
