"""One call, and which code answers it."""
import email
import http
import json
import urllib.parse


class Refused(Exception):
    """An error in the envelope of the API, {"error": {"code", "message"}}: recorded on v2 and v3."""

    def __init__(self, status, detail=""):
        phrase = http.HTTPStatus(status).phrase
        message = f"{phrase}: {detail}" if detail else phrase
        super().__init__(message)
        self.answer = Answer({"error": {"code": status, "message": message}}, status)


class Answer:
    """`body` is a JSON value; `text` stands for what is not JSON, or not as JSON writes it."""

    def __init__(self, body=None, status=200, headers=None, text=None):
        self.body, self.status, self.headers, self.text = body, status, headers or {}, text

    def bytes(self):
        text = json.dumps(self.body, separators=(",", ":")) if self.text is None else self.text
        return text.encode()


def segments_of(path):
    """Without ".json", which is optional behind the first segment, and without a trailing slash."""
    segments = [urllib.parse.unquote(one) for one in path.removeprefix("/").split("/")]
    while segments and not segments[-1]:
        segments.pop()
    first = 1 if segments[:1] == ["v3"] else 0
    for place in {first, len(segments) - 1}:
        if place < len(segments) and "@" not in segments[place]:
            segments[place] = segments[place].removesuffix(".json")
    return segments


def form_of(kind, raw):
    """The fields of a form, urlencoded or multipart."""
    if kind.startswith("multipart/"):
        message = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw)
        parts = message.get_payload() if message.is_multipart() else []
        return {part.get_param("name", header="content-disposition"): part.get_payload().strip() for part in parts}
    return dict(urllib.parse.parse_qsl(raw.decode()))


class Call:
    def __init__(self, method, target, headers, raw, reused=False):
        path, _, query = target.partition("?")
        self.method, self.headers, self.reused = method, headers, reused
        self.segments = segments_of(path)
        self.path = "/" + "/".join(self.segments)
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        self.body = None
        self.unreadable = False
        if raw:
            self.read(raw)

    def read(self, raw):
        kind = self.headers.get("Content-Type", "")
        try:
            if kind.startswith(("application/x-www-form-urlencoded", "multipart/")):
                self.body = form_of(kind, raw)
            else:
                self.body = json.loads(raw)
        except (ValueError, UnicodeDecodeError):
            self.unreadable = True
        if isinstance(self.body, dict) and set(self.body) == {"postdata"}:
            self.body = self.body["postdata"]  # the wrapping of v2, recorded working there

    def items(self):
        """How many receivers and the like the call is about."""
        body = self.body
        if isinstance(body, dict):
            return len(body["receivers"]) if isinstance(body.get("receivers"), list) else 1
        return len(body) if isinstance(body, list) else 0

    def object(self):
        """The body as an object; {} when there is none."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise Refused(400, "object expected")
        return self.body

    def shown(self):
        """Path and query for the journal. A token in the query is accepted as the real one does, but not kept."""
        query = urllib.parse.urlencode({key: value for key, value in self.query.items() if key != "token"})
        return self.path + ("?" + query if query else "")


class Route:
    """`open`: without a token. `reads`: changes nothing. `unlocked`: takes the account's lock itself."""

    def __init__(self, method, template, function, *, reads=False, open=False, unlocked=False):
        self.method, self.name = method, f"{method} /{template}"
        self.segments = template.split("/")
        self.wild = [one.startswith("{") for one in self.segments]
        self.function, self.open, self.unlocked = function, open, unlocked
        self.reads = reads or method == "GET"

    def arguments(self, segments):
        """What stands in the place of each {name}; None when the path is another one."""
        found = []
        for wild, expected, given in zip(self.wild, self.segments, segments):
            if wild and given:
                found.append(given)
            elif expected != given:
                return None
        return found


class Router:
    def __init__(self):
        self.by_length = {}

    def __call__(self, method, template, **options):
        def add(function):
            routes = self.by_length.setdefault(template.count("/") + 1, [])
            routes.append(Route(method, template, function, **options))
            routes.sort(key=lambda route: route.wild)  # "upsert" is tried before any {receiver}
            return function

        return add

    def find(self, call):
        """(route, arguments), or raises: 404 for an unknown path, 405 for a path that knows other methods only."""
        known = False
        for route in self.by_length.get(len(call.segments), ()):
            arguments = route.arguments(call.segments)
            if arguments is not None:
                if route.method == call.method:
                    return route, arguments
                known = True
        raise Refused(405 if known else 404)


api = Router()
behind = Router()  # the calls of tests, under /_sim
