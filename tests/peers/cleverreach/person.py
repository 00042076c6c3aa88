"""What people do at CleverReach itself: the receiver in a mailing, the account's other operator in the browser."""
from batches import address_in, write
from blacklist import row
from listing import bounce as note_bounce
from routes import Refused

MAILING = "8039163"
IP = "203.0.113.9"


def receivers_of(account, fields):
    """Of the address, in the group named or in all."""
    address = account.address(address_in(fields))
    found = list(address.receivers.values()) if address else []
    if fields.get("group"):
        number = named_group(account, fields["group"]).id
        found = [one for one in found if one.group_id == number]
    if not found:
        raise Refused(404, "invalid receiver")
    return found


def named_group(account, text):
    """By id or name."""
    for group in account.groups.values():
        if str(text) in (str(group.id), group.name):
            return group
    raise Refused(404, "invalid group")


def leave(account, receiver):
    group, was = account.groups[receiver.group_id], receiver.deactivated
    account.change(group, receiver, {"deactivated": was or account.now()}, by_api=False)
    receiver.left_in_person = True
    receiver.note(account.now(), "user_unsubscribe", "", IP, MAILING)


def unsubscribe(account, fields):
    """Who unsubscribes is gone from all groups when the account is set to that: only the blacklist tells."""
    for receiver in receivers_of(account, fields):
        leave(account, receiver)
    if account.switches.auto_blacklist:
        text = address_in(fields)
        account.blacklist.setdefault(text, row(account, text, "unsubscribed"))
        delete(account, {"email": text})


def resubscribe(account, fields):
    """By a form of CleverReach, confirmed there. An address the group does not have comes in that way, too."""
    now, text = account.now(), address_in(fields)
    stamps = {"registered": now, "activated": now, "deactivated": 0}
    group = named_group(account, fields["group"]) if fields.get("group") else None
    if group and text not in group.receivers:
        account.create(group, text, stamps, by_api=False)
        return
    for receiver in receivers_of(account, fields):
        receiver.left_in_person = False
        account.change(account.groups[receiver.group_id], receiver, stamps, by_api=False)


def bounce(account, fields):
    """Hard, of a mailing."""
    now, message = account.now(), fields.get("message") or "550 5.1.1 no such mailbox"
    for receiver in receivers_of(account, fields):
        account.change(account.groups[receiver.group_id], receiver, {}, by_api=False)
        receiver.bounced = now
        receiver.note(now, "mail_bounce", "hardbounce", message, MAILING)
    note_bounce(account, address_in(fields), message)


def complain(account, fields):
    """To the mailbox's host: deactivated everywhere and blacklisted."""
    text = address_in(fields)
    for receiver in receivers_of(account, {"email": text}):
        leave(account, receiver)
    account.blacklist.setdefault(text, row(account, text, "complaint"))


def blacklist(account, fields):
    """By the operator; "a@example.org-WooCommerce", too, as plugins write it."""
    account.blacklist[address_in(fields)] = row(account, fields["email"], str(fields.get("comment") or ""))


def delete(account, fields):
    for receiver in receivers_of(account, fields):
        account.remove(receiver, by_api=False)


def edit(account, fields):
    """`fields`: as in a write; "new_email" renames."""
    for receiver in receivers_of(account, fields):
        account.change(account.groups[receiver.group_id], receiver, fields.get("fields") or {}, by_api=False)
    if fields.get("new_email"):
        account.rename(account.address(address_in(fields)), str(fields["new_email"]).lower(), by_api=False)


def upsert(account, fields):
    """The other operator, by hand or by an import."""
    group = named_group(account, fields.get("group", ""))
    done = write(account, group, fields.get("receivers") or [], by_api=False)
    return [words for words, _ in done]


DEEDS = {deed.__name__: deed for deed in (unsubscribe, resubscribe, bounce, complain, blacklist, delete, edit)}
