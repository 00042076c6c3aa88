"""One receiver at a time. Wherever an id stands, the e-mail address may stand as well."""
from batches import address_in, bar, insert
from groups import everywhere
from receiver import View, is_address, tags_of
from routes import Refused, api


def receivers_of(account, key, group_id):
    """The receivers of an address: in all groups, or in the one of ?group_id=. Raises 404 when there is none."""
    if group_id:
        return [account.receiver(account.group(str(group_id)), key)]
    address = account.address(key)
    if not address:
        raise Refused(404, "invalid receiver")
    return list(address.receivers.values())


@api("POST", "v3/groups/{group}/receivers")
def create(account, call, group):
    if isinstance(call.body, list):
        return insert(account, call, group)
    group, fields = account.group(group, posting=True), call.object()
    text = address_in(fields)
    if not is_address(text):
        raise Refused(400, f"invalid address '{text}'")
    if text in group.receivers:
        raise Refused(400, f"duplicate address '{text}'")
    if bar(account, group, text):
        raise Refused(400, f"blacklisted address '{text}'")
    return View(account.switches).receiver(account.create(group, text, fields))


@api("PUT", "v3/groups/{group}/receivers/{receiver}")
def change(account, call, group, receiver):
    """Tags are replaced here, and added everywhere else."""
    group = account.group(group)
    receiver = account.receiver(group, receiver)
    account.change(group, receiver, call.object(), replace_tags=True)
    return View(account.switches).receiver(receiver)


@api("PUT", "v3/groups/{group}/receivers/{receiver}/activate")
@api("PUT", "v3/groups/{group}/receivers/{receiver}/setactive")
def activate(account, _call, group, receiver):
    """`true` also where it stays as it was."""
    group = account.group(group)
    receiver = account.receiver(group, receiver)
    bar(account, group, receiver.address.email)
    account.change(group, receiver, {"activated": account.now(), "deactivated": 0})
    return True


@api("PUT", "v3/groups/{group}/receivers/{receiver}/deactivate")
@api("PUT", "v3/groups/{group}/receivers/{receiver}/setinactive")
def deactivate(account, _call, group, receiver):
    group = account.group(group)
    receiver = account.receiver(group, receiver)
    account.change(group, receiver, {"deactivated": receiver.deactivated or account.now()})
    return True


@api("GET", "v3/groups/{group}/receivers/{receiver}")
def one_in_group(account, _call, group, receiver):
    return View(account.switches).receiver(account.seen_receiver(account.group(group), receiver))


@api("GET", "v3/receivers/{receiver}")
def one(account, call, receiver):
    """In the oldest group that has it, or that of ?group_id=."""
    if call.query.get("group_id"):
        return one_in_group(account, call, call.query["group_id"], receiver)
    found = account.seen_everywhere(receiver)
    if not found:
        raise Refused(404, "invalid receiver")
    return View(account.switches).receiver(found[0])


@api("GET", "v3/receivers/{receiver}/groups")
def groups_of(account, _call, receiver):
    view, found = View(account.switches), account.seen_everywhere(receiver)
    if not found:
        raise Refused(404, "invalid receiver")
    return [view.group(account.groups[one.group_id]) for one in found]


@api("DELETE", "v3/groups/{group}/receivers/{receiver}")
def delete_in_group(account, _call, group, receiver):
    account.remove(account.receiver(account.group(group), receiver))
    return True


@api("DELETE", "v3/receivers/{receiver}")
def delete(account, call, receiver):
    """Out of every group, unless ?group_id= names one."""
    for one_of_them in receivers_of(account, receiver, call.query.get("group_id")):
        account.remove(one_of_them)
    return True


@api("PUT", "v3/receivers/{receiver}/email")
def change_email(account, call, receiver):
    receivers_of(account, receiver, None)
    account.rename(account.address(receiver), address_in(call.object()))
    return True


@api("PUT", "v3/receivers/{receiver}/attributes/{attribute}")
def set_global_attribute(account, call, receiver, attribute):
    held, known = everywhere(account, attribute)
    value = {known["name"]: call.object().get("value")}
    name = "global_attributes" if held is account.attributes else "attributes"
    for one_of_them in receivers_of(account, receiver, known["groups_id"]):
        account.change(account.groups[one_of_them.group_id], one_of_them, {name: value})
    return True


@api("PUT", "v3/groups/{group}/receivers/{receiver}/attributes/{attribute}")
def set_local_attribute(account, call, group, receiver, attribute):
    account.receiver(account.group(group), receiver)
    return set_global_attribute(account, call, receiver, attribute)


def add_or_remove_tags(account, key, group_id, tags):
    for one_of_them in receivers_of(account, key, group_id):
        account.change(account.groups[one_of_them.group_id], one_of_them, {"tags": tags})
    return True


@api("POST", "v3/receivers/{receiver}/tags")
def add_tags(account, call, receiver):
    fields = call.object()
    return add_or_remove_tags(account, receiver, fields.get("group_id"), tags_of(fields.get("tags")))


@api("POST", "v3/groups/{group}/receivers/{receiver}/tags")
def add_tags_in_group(account, call, group, receiver):
    account.group(group, posting=True)
    return add_or_remove_tags(account, receiver, group, tags_of(call.object().get("tags")))


@api("DELETE", "v3/receivers/{receiver}/tags/{tags}")
def remove_tags(account, call, receiver, tags):
    return add_or_remove_tags(account, receiver, call.query.get("group_id"), ["-" + one for one in tags_of(tags)])


@api("DELETE", "v3/groups/{group}/receivers/{receiver}/tags/{tags}")
def remove_tags_in_group(account, _call, group, receiver, tags):
    return add_or_remove_tags(account, receiver, group, ["-" + one for one in tags_of(tags)])
