"""Groups and attributes."""
from account import attribute_name
from receiver import View
from routes import Refused, api

ATTRIBUTE_LIMIT = 40  # of the account and one group together
ATTRIBUTE_TYPES = {"text", "number", "gender", "date"}


def ordered(shown, order):
    """ "name desc"; a field nobody knows orders nothing."""
    field, _, direction = order.partition(" ")
    if shown and field in shown[0]:
        shown.sort(key=lambda one: one[field], reverse=direction.strip().lower() == "desc")
    return shown


def set_group(group, fields, now):
    for name in ("name", "receiver_info", "locked", "backup"):
        if name in fields:
            setattr(group, name, fields[name])
    group.last_changed = now


@api("GET", "v3/groups")
def all_groups(account, call):
    view = View(account.switches)
    return ordered([view.group(group) for group in account.groups.values()], call.query.get("order", ""))


@api("POST", "v3/groups")
def create_group(account, call):
    """A name may be there twice: clients search first."""
    fields = call.object()
    if not fields.get("name"):
        raise Refused(400, "name missing")
    group = account.add_group(str(fields["name"]))
    set_group(group, fields, account.now())
    account.hooks.tell("group.created", group.id)
    return View(account.switches).group(group)


@api("GET", "v3/groups/{group}")
def one_group(account, _call, group):
    return View(account.switches).group(account.group(group))


@api("PUT", "v3/groups/{group}")
def change_group(account, call, group):
    group = account.group(group)
    set_group(group, call.object(), account.now())
    account.hooks.tell("group.updated", group.id)
    return True


@api("DELETE", "v3/groups/{group}")
def delete_group(account, _call, group):
    group = account.group(group)
    account.clear(group)
    del account.groups[group.id]
    account.hooks.tell("group.deleted", group.id)
    return True


@api("DELETE", "v3/groups/{group}/clear")
def clear_group(account, _call, group):
    account.clear(account.group(group))
    return True


@api("GET", "v3/groups/{group}/stats")
def stats(account, _call, group):
    """Cached, so not what a page of receivers would tell."""
    group, now, view = account.group(group), account.now(), View(account.switches)
    if not group.stats or now >= group.stats["time"] + account.switches.stats_cache_seconds:
        receivers = group.receivers.values()
        active = sum(view.active(one) for one in receivers)
        group.stats = {"total_count": len(receivers), "inactive_count": len(receivers) - active,
                       "active_count": active, "bounce_count": sum(one.bounced != 0 for one in receivers),
                       "avg_points": 0, "quality": 3, "time": now, "order_count": 0}
    return group.stats


# --- attributes: those of the account are "global", those of a group "local" ---


def scope(account, call, group=None):
    """The attributes meant by the path, ?group_id= or the body's group_id; "0" is the account."""
    body = call.body if isinstance(call.body, dict) else {}
    number = str(group or call.query.get("group_id") or body.get("group_id") or "0")
    if number == "0":
        return account.attributes, 0
    return account.group(number).attributes, int(number)


def everywhere(account, number):
    """(attributes it is among, itself)."""
    for held in [account.attributes, *(group.attributes for group in account.groups.values())]:
        for attribute in held.values():
            if str(attribute["id"]) == number:
                return held, attribute
    raise Refused(404, "invalid attribute")


@api("GET", "v3/attributes")
@api("GET", "v3/groups/{group}/attributes")
def all_attributes(account, call, group=None):
    return list(scope(account, call, group)[0].values())


@api("GET", "v3/attributes/limits")
def attribute_limits(account, call):
    held, number = scope(account, call)
    return {"limit": ATTRIBUTE_LIMIT, "used": len(account.attributes) + (len(held) if number else 0)}


@api("POST", "v3/attributes")
@api("POST", "v3/groups/{group}/attributes")
def create_attribute(account, call, group=None):
    """The answer has been a short object since 2023: whoever needs more asks again."""
    fields, (held, number) = call.object(), scope(account, call, group)
    label = str(fields.get("name") or "")
    name, kind = attribute_name(label), fields.get("type", "text")
    if not name or kind not in ATTRIBUTE_TYPES:
        raise Refused(400, "invalid attribute")
    if name in held:
        raise Refused(409)
    if len(account.attributes) + (len(held) if number else 0) >= ATTRIBUTE_LIMIT:
        raise Refused(400, "attribute limit reached")
    held[name] = {"id": account.next_attribute, "groups_id": number, "name": name,
                  "description": fields.get("description") or label,
                  "preview_value": fields.get("preview_value") or "", "value": fields.get("default_value"),
                  "type": kind, "tag": "{" + name.upper() + "}"}
    account.next_attribute += 1
    return {key: held[name][key] for key in ("id", "name", "type")}


@api("GET", "v3/attributes/{attribute}")
@api("GET", "v3/groups/{group}/attributes/{attribute}")
def one_attribute(account, _call, *place):
    return everywhere(account, place[-1])[1]


@api("PUT", "v3/attributes/{attribute}")
@api("PUT", "v3/groups/{group}/attributes/{attribute}")
def change_attribute(account, call, *place):
    _, attribute = everywhere(account, place[-1])
    attribute.update({key: value for key, value in call.object().items() if key in ("description", "preview_value")})
    return attribute


@api("DELETE", "v3/attributes/{attribute}")
@api("DELETE", "v3/groups/{group}/attributes/{attribute}")
def delete_attribute(account, _call, *place):
    """With all its values."""
    held, attribute = everywhere(account, place[-1])
    name = attribute["name"]
    del held[name]
    if attribute["groups_id"]:
        for receiver in account.groups[attribute["groups_id"]].receivers.values():
            receiver.attributes.pop(name, None)
    else:
        for address in account.addresses.values():
            address.global_attributes.pop(name, None)
    return True
