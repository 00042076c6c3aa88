"""Receivers by the page: those of a group, those a filter finds, those that bounced."""
import json
import time

from receiver import View, stamp
from routes import Answer, Refused, api

DEFAULT_SIZE, LARGEST = 50, 5000
LARGEST_OF_BOUNCES = 100


def number(text, otherwise):
    try:
        return int(text)
    except (TypeError, ValueError):
        return otherwise


def page(account, fields, listed, largest=LARGEST):
    """The asked-for slice. Nothing promises that two pages are of the same moment."""
    size = max(1, min(number(fields.get("pagesize"), DEFAULT_SIZE), largest))
    first = max(0, number(fields.get("page"), 0)) * size
    return listed[first:first + size]


def pages_answer(account, shown):
    return Answer(status=204) if not shown and account.switches.empty_pages_as_204 else shown


def field_of(name):
    """Reads a field of a receiver, by which to sort."""
    if name == "email":
        return lambda one: one.address.email
    if name == "id":
        return lambda one: one.address.id
    if name in ("registered", "activated", "deactivated", "bounced", "last_changed", "source"):
        return lambda one: getattr(one, name)
    return None


def ordered(receivers, order):
    """ "deactivated desc"; a field nobody knows orders nothing."""
    field, _, direction = str(order or "").strip().partition(" ")
    read = field_of(field)
    return sorted(receivers, key=read, reverse=direction.strip().lower() == "desc") if read else list(receivers)


def of_type(account, receivers, kind):
    active = View(account.switches).active
    wanted = {"all": lambda one: True, "active": active, "inactive": lambda one: not active(one),
              "bounce": lambda one: one.bounced != 0}.get(kind)
    if wanted is None:
        raise Refused(400, "invalid type")
    return filter(wanted, receivers)


def named(account, group, fields):
    """Those of email_list and id_list, looked up one by one; all when neither is given."""
    seen, wanted = group.seen(), []
    for name in ("email_list", "id_list"):
        given = fields.get(name) or []
        wanted += given if isinstance(given, list) else given.split(",")
    if not wanted:
        return seen.values()
    found = []
    for word in dict.fromkeys(str(word).strip().lower() for word in wanted):
        address = account.address(word)
        text = address.email if address else word
        if text in seen:
            found.append(seen[text])
    return found


def group_page(account, group, fields):
    kind, order = fields.get("type") or "all", fields.get("order_by")
    key = json.dumps([group.id, kind, order, fields.get("email_list"), fields.get("id_list")])
    listed = account.listing(key, lambda: ordered(of_type(account, named(account, group, fields), kind), order))
    view, detail = View(account.switches), number(fields.get("detail"), 0)
    return pages_answer(account, [view.receiver(one, detail) for one in page(account, fields, listed)])


@api("GET", "v3/groups/{group}/receivers")
def receivers_of_group(account, call, group):
    return group_page(account, account.group(group), call.query)


@api("POST", "v3/groups/{group}/get_receivers", reads=True)
def receivers_of_group_by_body(account, call, group):
    return group_page(account, account.group(group, posting=True), call.object())


# --- filters ---


def value_of(account, name):
    """Reads what a rule asks about. Only fields seen in use are known: there is none for "changed since"."""
    if name in ("activated", "deactivated", "bounced"):
        return lambda one: getattr(one, name)
    if name == "email":
        return lambda one: one.address.email
    if name == "tags":
        return lambda one: one.tags
    if name in account.attributes or any(name in group.attributes for group in account.groups.values()):
        return lambda one: one.attributes.get(name) or one.address.global_attributes.get(name, "")
    raise Refused(400, "invalid field")


def compared(value, condition):
    """Below, equal or above: -1, 0 or 1; None for what is no number."""
    left, right = stamp(value), stamp(condition)
    return None if left is None or right is None else (left > right) - (left < right)


def texts(value):
    return [str(one).lower() for one in (value if isinstance(value, list) else [value])]


def test_of(account, rule):
    """A rule as a question to a receiver."""
    if not isinstance(rule, dict):
        raise Refused(400, "invalid rule")
    read, logic, condition = value_of(account, rule.get("field")), rule.get("logic"), rule.get("condition", "")
    equal = {0} if account.switches.inclusive_bounds else set()
    wanted = str(condition).lower()
    tests = {
        "eq": lambda one: wanted in texts(read(one)),
        "contains": lambda one: any(wanted in text for text in texts(read(one))),
        "notisnull": lambda one: read(one) not in ("", 0, []),
        "bg": lambda one: compared(read(one), condition) in {1} | equal,
        "sm": lambda one: compared(read(one), condition) in {-1} | equal,
    }
    if logic not in tests:
        raise Refused(400, "invalid logic")
    return tests[logic]


def filtered(account, fields):
    """All that match. Without `activeonly` only the active ones: nobody knows its default, so it is better sent."""
    groups = [account.group(str(one)) for one in fields.get("groups") or ()] or list(account.groups.values())
    tests = [test_of(account, rule) for rule in fields.get("rules") or ()]
    matches = any if tests and str(fields.get("operator", "AND")).upper() == "OR" else all
    active = View(account.switches).active
    active_only = fields.get("activeonly", True) not in (False, 0, "0", "false")
    found = [one for group in groups for one in group.seen().values()
             if (not active_only or active(one)) and matches(test(one) for test in tests)]
    return ordered(found, fields.get("orderby"))


@api("POST", "v3/receivers/filter", reads=True)
def filter_receivers(account, call):
    """Pages are asked for in the body."""
    fields = call.object()
    question = {key: value for key, value in fields.items() if key not in ("page", "pagesize", "detail")}
    listed = account.listing(json.dumps(question, sort_keys=True), lambda: filtered(account, fields))
    view, detail = View(account.switches), number(fields.get("detail"), 0)
    local = not account.switches.bare_filter
    return pages_answer(account, [view.receiver(one, detail, local) for one in page(account, fields, listed)])


# --- bounces ---


@api("GET", "v3/bounces")
def bounces(account, call):
    return pages_answer(account, page(account, call.query, list(account.bounces.values()), LARGEST_OF_BOUNCES))


@api("GET", "v3/receivers/bounced")
def bounced_receivers(account, call):
    view = View(account.switches)
    found = [one for group in account.groups.values() for one in group.seen().values() if one.bounced]
    return pages_answer(account, [view.receiver(one, 0) for one in page(account, call.query, found)])


def bounce(account, text, message):
    """A hard bounce of a mailing, in the misspelling of the real one."""
    now, held = account.now(), account.bounces.get(text)
    later = now + 180 * 86400
    account.bounces[text] = {
        "email": text, "category": "hardbounce", "occurences": held["occurences"] + 1 if held else 1,
        "last_update": now, "last_update_gmt": gmt(now), "expires_by": later, "expires_by_gmt": gmt(later),
        "bounce_message": message, "type": "mailing", "type_id": "8039163"}


def gmt(when):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(when))
