"""Many receivers in one call. An item is done or has failed by itself; the answer keeps the order of the items."""
from receiver import View, is_address
from routes import Refused, api


def address_in(fields):
    return str(fields.get("email") or "").strip().lower()


def bar(account, group, text):
    """Whether a write to this address fails because it is blacklisted; where that refuses the whole call, 403."""
    if not account.barred(group, text):
        return False
    if account.switches.blacklist_mode == "403":
        raise Refused(403)
    return account.switches.blacklist_mode == "item"


def items_of(account, call):
    """The items, and whether there was only a bare one, which is answered by a bare one."""
    single = isinstance(call.body, dict)
    items = [call.body] if single else call.body
    if not isinstance(items, list):
        raise Refused(400, "array expected")
    if len(items) > account.switches.batch_limit:
        raise Refused(413)
    return items, single


def write(account, group, items, new=True, known=True, by_api=True):
    """(words, receiver) for each item, without a receiver where it failed. `new` and `known`: which may be written."""
    if account.switches.blacklist_mode == "403":
        for item in items:  # before any of them is written
            bar(account, group, address_in(item) if isinstance(item, dict) else "")
    done = []
    for item in items:
        fields = item if isinstance(item, dict) else {}
        if not fields.get("email") and fields.get("id"):
            address = account.address(fields["id"])
            text = address.email if address else ""
        else:
            text = address_in(fields)
        receiver = group.receivers.get(text)
        if not is_address(text):
            done.append((f"invalid address '{text}'", None))
        elif receiver and not known:
            done.append((f"duplicate address '{text}'", None))
        elif not receiver and not new:
            done.append((f"invalid receiver '{text}'", None))
        elif bar(account, group, text):
            done.append((f"blacklisted address '{text}'", None))
        elif receiver:
            account.change(group, receiver, fields, by_api=by_api)
            done.append(("update success", receiver))
        else:
            done.append(("insert success", account.create(group, text, fields, by_api)))
    return done


def failed(account, words):
    return words + ";" if account.switches.v2_string_items else {"status": words}


def statuses(account, done, single):
    """Here an id is a number, unlike everywhere else in v3."""
    answer = [{"status": words, "id": receiver.address.id} if receiver else failed(account, words)
              for words, receiver in done]
    return answer[0] if single else answer


def whole(account, done, single):
    """The receivers that worked, without a word about the others; `false` when none did."""
    view = View(account.switches)
    answer = [view.receiver(receiver) for _, receiver in done if receiver]
    if done and not answer:
        return False
    return answer[0] if single else answer


@api("POST", "v3/groups/{group}/receivers/insert")
def insert(account, call, group):
    group, (items, single) = account.group(group, posting=True), items_of(account, call)
    return statuses(account, write(account, group, items, known=False), single)


@api("POST", "v3/groups/{group}/receivers/upsert")
def upsert(account, call, group):
    group, (items, single) = account.group(group, posting=True), items_of(account, call)
    return statuses(account, write(account, group, items), single)


@api("POST", "v3/groups/{group}/receivers/upsertplus")
def upsertplus(account, call, group):
    group, (items, single) = account.group(group, posting=True), items_of(account, call)
    return whole(account, write(account, group, items), single)


@api("PUT", "v3/groups/{group}/receivers/update")
def update(account, call, group):
    group, (items, single) = account.group(group), items_of(account, call)
    return statuses(account, write(account, group, items, new=False), single)


@api("PUT", "v3/groups/{group}/receivers/updateplus")
def updateplus(account, call, group):
    group, (items, single) = account.group(group), items_of(account, call)
    return whole(account, write(account, group, items, new=False), single)


def delete_all(account, call, group=None):
    """The body is a list, or {"receivers": a list}; of addresses, ids or objects with an address."""
    keys = call.body.get("receivers") if isinstance(call.body, dict) else call.body
    if not isinstance(keys, list):
        raise Refused(400, "array expected")
    if len(keys) > account.switches.batch_limit:
        raise Refused(413)
    answer = []
    for key in keys:
        address = account.address(address_in(key) if isinstance(key, dict) else key)
        found = [receiver for number, receiver in address.receivers.items()
                 if group is None or number == group.id] if address else []
        for receiver in found:
            account.remove(receiver)
        answer.append({"status": "success"} if found else failed(account, "invalid receiver"))
    return answer


@api("POST", "v3/groups/{group}/receivers/delete")
def delete_in_group(account, call, group):
    return delete_all(account, call, account.group(group, posting=True))


@api("POST", "v3/receivers/delete")
def delete(account, call):
    return delete_all(account, call)


@api("POST", "v3/receivers/isvalid", reads=True)
def valid(account, call):
    """Which of the addresses exist and are active; with "invert" the others."""
    fields, view = call.object(), View(account.switches)
    groups = [account.group(str(fields["group_id"]))] if fields.get("group_id") else account.groups.values()
    seen = [group.seen() for group in groups]

    def is_valid(text):
        return any(str(text).lower() in receivers and view.active(receivers[str(text).lower()]) for receivers in seen)

    return [text for text in fields.get("emails") or () if is_valid(text) != bool(fields.get("invert"))]
