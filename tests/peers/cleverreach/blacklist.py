"""The blacklists of the account and of its groups.

Rows need not be addresses: the vendor's own plugins mark "a@example.org-WooCommerce".
"""
from routes import Refused, api


def row(account, text, comment=""):
    """Written as given, found without regard to case."""
    return {"email": text, "comment": comment, "stamp": account.now(), "isLocked": False}


def rows(account, group=None, posting=False):
    return account.group(group, posting).blacklist if group else account.blacklist


def text_of(call):
    text = str(call.object().get("email") or "").strip()
    if not text:
        raise Refused(400, "email missing")
    return text


@api("GET", "v3/blacklist")
@api("GET", "v3/groups/{group}/blacklist")
def all_rows(account, _call, group=None):
    """Not in pages."""
    return list(rows(account, group).values())


@api("POST", "v3/blacklist")
@api("POST", "v3/groups/{group}/blacklist")
def add(account, call, group=None):
    """Not idempotent."""
    held, text = rows(account, group, posting=True), text_of(call)
    if text.lower() in held:
        raise Refused(409)
    held[text.lower()] = row(account, text, str(call.body.get("comment") or ""))
    return True


@api("PUT", "v3/blacklist")
def change(account, call):
    held = account.blacklist.get(text_of(call).lower())
    if not held:
        raise Refused(404)
    held["comment"] = str(call.body.get("comment") or "")
    return True


@api("GET", "v3/blacklist/{text}")
def one(account, _call, text):
    if text.lower() not in account.blacklist:
        raise Refused(404)
    return account.blacklist[text.lower()]


@api("DELETE", "v3/blacklist/{text}")
def remove(account, _call, text):
    return remove_in_group(account, _call, None, text)


@api("DELETE", "v3/groups/{group}/blacklist/{text}")
def remove_in_group(account, _call, group, text):
    if not rows(account, group).pop(text.lower(), None):
        raise Refused(404)
    return True


@api("POST", "v3/blacklist/validate", reads=True)
def validate(account, call):
    """Which of the addresses are not blacklisted."""
    texts = call.body.get("emails") if isinstance(call.body, dict) else call.body
    if not isinstance(texts, list):
        raise Refused(400, "array expected")
    return [text for text in texts if str(text).lower() not in account.blacklist]
