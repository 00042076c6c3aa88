"""An address, its receivers (one in each group it is in), and how they look in answers."""
import re

EVENTS_KEPT = 250  # "only the last 250 events are kept with a receiver"
EVENTS, ORDERS, TAGS = 1, 2, 4  # the bits of ?detail=
EVERYTHING = EVENTS | ORDERS | TAGS
TAG_LENGTH = 50

ADDRESS = re.compile(r"[^@\s'<>,;]+@[^@\s'<>,;]+\.[^@\s'<>,;.]+")
NOT_IN_TAGS = re.compile(r"[^A-Za-z0-9_.\-]")


def stamp(value):
    """A time as PHP reads it: 1537774206, "1700000000.25", "0", false. None when it says nothing."""
    if isinstance(value, (int, float)):
        return int(value)
    try:
        return int(float(value))
    except (TypeError, ValueError):
        return None


def is_address(text):
    return ADDRESS.fullmatch(text) is not None


def tag(text):
    return NOT_IN_TAGS.sub("_", text)[:TAG_LENGTH]


def tags_of(given):
    """A list, or the words of "a,b"."""
    return given.split(",") if isinstance(given, str) else [str(one) for one in given or ()]


class Address:
    """One address of the account. Its "pool id" and its global attributes are the same in every group."""
    __slots__ = ("id", "email", "global_attributes", "receivers")

    def __init__(self, number, text):
        self.id, self.email = number, text
        self.global_attributes = {}
        self.receivers = {}  # group id -> Receiver


class Receiver:
    """An address in one group."""
    __slots__ = ("address", "group_id", "registered", "activated", "deactivated", "bounced", "source",
                 "last_changed", "left_in_person", "attributes", "tags", "events", "orders")

    def __init__(self, address, group_id):
        self.address, self.group_id = address, group_id
        self.registered = self.activated = self.deactivated = self.bounced = self.last_changed = 0
        self.source = ""
        self.left_in_person = False  # unsubscribed or complained, unlike a deactivation over the API
        self.attributes, self.tags, self.events, self.orders = {}, [], [], []

    def copy(self):
        other = Receiver(self.address, self.group_id)
        for name in Receiver.__slots__:
            setattr(other, name, getattr(self, name))
        other.attributes, other.tags, other.events = dict(self.attributes), list(self.tags), list(self.events)
        return other

    # --- what a write does ---

    def begin(self, fields, now):
        """The stamps of a new receiver. One that names none of the three is active at once: vendor's wording."""
        registered, activated, deactivated = (stamp(fields.get(name)) for name in
                                              ("registered", "activated", "deactivated"))
        nothing_said = registered is None and activated is None and deactivated is None
        self.registered = registered or now
        self.activated = now if nothing_said else activated or 0
        self.deactivated = deactivated or 0

    def restamp(self, fields, refuses_return):
        """The stamps of a known receiver: what is not named stays. `activated` alone does not undo `deactivated`."""
        registered, activated, deactivated = (stamp(fields.get(name)) for name in
                                              ("registered", "activated", "deactivated"))
        if registered:
            self.registered = registered
        if activated is not None:
            self.activated = activated
        if deactivated:
            self.deactivated = deactivated
        elif deactivated == 0:
            self.undo_deactivation(refuses_return)

    def undo_deactivation(self, refuses_return):
        if not (self.left_in_person and refuses_return):
            self.deactivated, self.left_in_person = 0, False

    def add_tags(self, given):
        """ "-news" takes a tag away, "-shop.*" all of an origin; what is not named stays."""
        for one in given:
            name = one.removeprefix("-")
            if name == one:
                if tag(one) not in self.tags:
                    self.tags.append(tag(one))
            elif name.endswith(".*"):
                self.tags = [kept for kept in self.tags if not kept.startswith(name[:-1])]
            else:
                self.tags = [kept for kept in self.tags if kept != tag(name)]

    def note(self, now, kind, kind_id, value, mailing_id="0"):
        self.events.append((now, kind, kind_id, value, mailing_id))
        if len(self.events) > EVENTS_KEPT:
            del self.events[0]


class View:
    """How things look in answers, as the switches stand."""

    def __init__(self, switches):
        self.identity = int if switches.numeric_ids else str
        self.lists_for_nothing = switches.empty_objects_as_lists
        self.bounced_is_inactive = switches.bounced_is_inactive

    def active(self, receiver):
        """Derived, never written; no comparison of the two stamps: a fixture has both set and active false."""
        return (receiver.activated != 0 and receiver.deactivated == 0
                and not (receiver.bounced and self.bounced_is_inactive))

    def mapping(self, values):
        return [] if self.lists_for_nothing and not values else dict(values)

    def receiver(self, one, detail=EVERYTHING, local=True):
        """`detail` adds events, orders and tags; without `local` neither they nor the group's attributes come."""
        address = one.address
        shown = {
            "id": self.identity(address.id), "email": address.email, "imported": 0, "bounced": one.bounced,
            "group_id": self.identity(one.group_id), "activated": one.activated, "registered": one.registered,
            "deactivated": one.deactivated, "last_ip": "", "last_location": "", "last_client": "",
            "last_changed": one.last_changed, "points": 0, "stars": 0, "source": one.source,
            "attributes": self.mapping(one.attributes if local else ()),
            "global_attributes": self.mapping(address.global_attributes), "active": self.active(one),
            "conversion_rate": 0, "open_rate": 0, "click_rate": 0}
        if detail & TAGS and local:
            shown["tags"] = list(one.tags)
        if detail & EVENTS:
            shown["events"] = [{"stamp": when, "type": kind, "type_id": kind_id, "value": value,
                                "mailing_id": mailing_id, "groups_id": str(one.group_id)}
                               for when, kind, kind_id, value, mailing_id in one.events]
        if detail & ORDERS:
            shown["orders"] = list(one.orders)
        return shown

    def group(self, group):
        return {"id": self.identity(group.id), "name": group.name, "locked": group.locked, "backup": group.backup,
                "receiver_info": group.receiver_info, "stamp": group.stamp, "last_mailing": 0,
                "last_changed": group.last_changed}
