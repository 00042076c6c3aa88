"""OAuth with client credentials, and the calls that tell about a token. The token endpoint is outside /v3."""
import base64
import binascii
import hmac
import secrets
import time

from routes import Answer, Refused, api

# Of several hundred characters, as the one recorded on v2: nobody should have a short column for it.
JWT_HEAD = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"HS256"}').decode().rstrip("=")


class Tokens:
    def __init__(self, client_id, client_secret):
        self.client_id, self.client_secret = client_id, client_secret
        self.ends = {}  # token -> when it expires
        self.refreshing = set()

    def issue(self, now, switches):
        token = ".".join([JWT_HEAD, secrets.token_urlsafe(300), secrets.token_urlsafe(32)])
        self.ends[token] = now + switches.token_seconds
        answer = {"access_token": token, "expires_in": switches.token_seconds, "token_type": "bearer", "scope": ""}
        if switches.refresh_tokens:
            answer["refresh_token"] = secrets.token_hex(20)
            self.refreshing.add(answer["refresh_token"])
        return answer

    def valid(self, token, now):
        return self.ends.get(token, 0) > now

    def right(self, client_id, client_secret):
        def same(given, expected):
            return hmac.compare_digest(str(given).encode(), expected.encode())

        return same(client_id, self.client_id) and same(client_secret, self.client_secret)

    def revoke_all(self):
        self.ends.clear()


def token_of(call):
    """The header, or the query, which lands in logs."""
    kind, _, token = call.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else call.query.get("token", "")


def require_token(account, call):
    if not account.tokens.valid(token_of(call), account.now()):
        raise Refused(401)


def basic(call):
    """Name and secret of HTTP Basic; None without it."""
    kind, _, text = call.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def oauth_error(status, code, description):
    """Another shape than the rest of the API has."""
    headers = {"WWW-Authenticate": "Basic"} if status == 401 else {}
    return Answer({"error": code, "error_description": description}, status, headers)


@api("POST", "oauth/token.php", open=True)
def token(account, call):
    """Credentials come by Basic, in a form or in JSON; where both are, Basic counts."""
    fields = call.body if isinstance(call.body, dict) else {}
    grant, tokens = fields.get("grant_type"), account.tokens
    if not grant:
        return oauth_error(400, "invalid_request", 'Missing or invalid "grant_type" parameter')
    if grant not in ("client_credentials", "refresh_token"):
        return oauth_error(400, "unsupported_grant_type", f'Grant type "{grant}" not supported')
    by_header = basic(call)
    given = by_header or (fields.get("client_id", ""), fields.get("client_secret", ""))
    if not tokens.right(*given):
        # RFC 6749, 5.2: 401 for credentials in the header, otherwise 400.
        return oauth_error(401 if by_header else 400, "invalid_client", "The client credentials are invalid")
    if grant == "refresh_token":
        if fields.get("refresh_token") not in tokens.refreshing:
            return oauth_error(400, "invalid_grant", "Invalid refresh token")
        tokens.refreshing.discard(fields["refresh_token"])  # each is good for one use
    return tokens.issue(account.now(), account.switches)


@api("DELETE", "v3/oauth/token")
@api("DELETE", "oauth/token")
def revoke(account, call):
    del account.tokens.ends[token_of(call)]
    return True


@api("GET", "v3/debug/ping", open=True)
def ping(_account, _call):
    return "Simplicity is prerequisite for reliability."


@api("GET", "v3/debug/validate")
def validate(_account, _call):
    return True


@api("GET", "v3/debug/ttl")
def ttl(account, call):
    ends = account.tokens.ends[token_of(call)]
    return {"ttl": ends - account.now(), "date": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(ends))}


@api("GET", "v3/debug/exchange")
def exchange(account, _call):
    return account.tokens.issue(account.now(), account.switches)


@api("GET", "v3/debug/whoami")
def whoami(account, _call):
    number = 129148  # the customer, not the OAuth client
    return {"id": number if account.switches.numeric_ids else str(number), "name": "Muster", "firstname": "Erika",
            "salutation": "Frau", "street": "Musterstraße 3", "company": "Example GmbH", "zip": "65189",
            "city": "Wiesbaden", "phone": "", "fax": "", "email": "erika@example.org", "country": "DE",
            "login_domain": f"{number}.eu2.cleverreach.com", "whitelabel_id": "0", "lang": "de"}
