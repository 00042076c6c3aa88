"""One account at CleverReach: its groups, the addresses in them, attributes, blacklist, bounces, clock.

Whoever calls holds `lock`.
"""
import threading
import time

from access import Tokens
from hooks import Hooks
from receiver import Address, Receiver, View, is_address, tag, tags_of
from routes import Refused

WORD_OF_API = "127.0.0.1, 127.0.0.1"  # events of the API record "client IP, client IP"


class Group:
    def __init__(self, number, name, now):
        self.id, self.name = number, name
        self.locked, self.backup, self.receiver_info = False, True, ""
        self.stamp = self.last_changed = now
        self.receivers = {}  # address in lower case -> Receiver, oldest first
        self.attributes = {}  # normalised name -> attribute
        self.blacklist = {}  # address -> row
        self.stats = None  # as last counted
        self.replaced = {}  # address -> [(until, what reads see until then)]: `lag_ms`

    def seen(self):
        """What a read sees: all receivers, or those of a while ago."""
        if not self.replaced:
            return self.receivers
        now, seen = time.monotonic(), dict(self.receivers)
        for text, versions in list(self.replaced.items()):
            versions[:] = [version for version in versions if version[0] > now]
            if not versions:
                del self.replaced[text]
            elif versions[0][1] is None:
                seen.pop(text, None)
            else:
                seen[text] = versions[0][1]
        return seen


class Account:
    def __init__(self, client_id, client_secret, switches, group_names=()):
        self.lock = threading.RLock()
        self.switches, self.group_names = switches, group_names
        self.tokens = Tokens(client_id, client_secret)
        self.hooks = Hooks(self)
        self.start_over()

    def start_over(self):
        self.offset = 0  # of the clock, in seconds
        self.groups = {}  # id -> Group
        self.addresses = {}  # id -> Address
        self.by_text = {}  # address in lower case -> Address
        self.attributes = {}  # the global ones: normalised name -> attribute
        self.blacklist = {}
        self.bounces = {}
        self.next_group, self.next_address, self.next_attribute = 1001, 4001, 1
        self.revision = 0  # changes with every call that may change something
        self.listed = (None, None, ())
        self.hooks.start_over()
        self.open_groups()

    def open_groups(self):
        held = {group.name for group in self.groups.values()}
        for name in self.group_names:
            if name not in held:
                self.add_group(name)

    def now(self):
        return int(time.time()) + self.offset

    def add_group(self, name):
        group = Group(self.next_group, name, self.now())
        self.groups[group.id] = group
        self.next_group += 1
        return group

    def group(self, text, posting=False):
        """By its id in a path. For an unknown one, a POST has an answer of its own."""
        group = self.groups.get(int(text)) if text.isdecimal() else None
        if group is None:
            raise Refused(int(self.switches.unknown_group) if posting else 404, "invalid group")
        return group

    # --- finding ---

    def address(self, key):
        """By e-mail address or pool id; None when no group has it."""
        key = str(key).lower()
        return self.by_text.get(key) or (self.addresses.get(int(key)) if key.isdecimal() else None)

    def receiver(self, group, key):
        """As it is. Raises 404: the words for an unknown receiver were recorded on v3."""
        address = self.address(key)
        found = address and address.receivers.get(group.id)
        if not found:
            raise Refused(404, "invalid receiver")
        return found

    def seen_receiver(self, group, key):
        """As reads see it just now."""
        if not group.replaced:
            return self.receiver(group, key)
        seen, key = group.seen(), str(key).lower()
        found = seen.get(key) or next((one for one in seen.values() if str(one.address.id) == key), None)
        if not found:
            raise Refused(404, "invalid receiver")
        return found

    def seen_everywhere(self, key):
        """The receivers of an address in all groups, as reads see them."""
        found = []
        for group in self.groups.values():
            try:
                found.append(self.seen_receiver(group, key))
            except Refused:
                pass
        return found

    def barred(self, group, text):
        """Whether the address is blacklisted, for the account or the group."""
        return text in self.blacklist or text in group.blacklist

    # --- changing: each change is seen by laggards later, and told to hooks ---

    def create(self, group, text, fields, by_api=True):
        """For an address the group does not have."""
        now = self.now()
        address = self.by_text.get(text)
        if address is None:
            address = Address(self.next_address, text)
            self.next_address += 1
            self.addresses[address.id] = self.by_text[text] = address
        self.keep(group, text, None)
        receiver = Receiver(address, group.id)
        address.receivers[group.id] = group.receivers[text] = receiver
        receiver.begin(fields, now)
        self.fill(group, receiver, fields, now)
        if by_api:
            receiver.note(now, "api", "REST insert", WORD_OF_API)
        self.tell("receiver.created", receiver, by_api)
        if View(self.switches).active(receiver):
            self.tell("receiver.subscribed", receiver, by_api)
        return receiver

    def change(self, group, receiver, fields, replace_tags=False, by_api=True):
        """For an address the group has; `fields` as a write names them."""
        view, now = View(self.switches), self.now()
        was_active = view.active(receiver)
        self.keep(group, receiver.address.email, receiver)
        receiver.restamp(fields, self.switches.refuse_user_unsub_reactivation)
        if replace_tags and "tags" in fields:
            receiver.tags = []
        self.fill(group, receiver, fields, now)
        if by_api:
            receiver.note(now, "api", "REST update", WORD_OF_API)
        self.tell("receiver.updated", receiver, by_api)
        if view.active(receiver) != was_active:
            self.tell("receiver.unsubscribed" if was_active else "receiver.subscribed", receiver, by_api)

    def fill(self, group, receiver, fields, now):
        """What both kinds of write set."""
        if fields.get("source") is not None:
            receiver.source = str(fields["source"])
        if fields.get("tags"):
            receiver.add_tags(tags_of(fields["tags"]))
        if fields.get("attributes"):
            set_attributes(receiver.attributes, fields["attributes"], group.attributes)
        if fields.get("global_attributes"):
            set_attributes(receiver.address.global_attributes, fields["global_attributes"], self.attributes)
        if fields.get("orders"):
            receiver.orders += fields["orders"]
        if receiver.activated and self.barred(group, receiver.address.email):
            receiver.activated = 0  # taken, and left inactive
        receiver.last_changed = now

    def remove(self, receiver, by_api=True):
        group, address = self.groups[receiver.group_id], receiver.address
        self.keep(group, address.email, receiver)
        del group.receivers[address.email], address.receivers[group.id]
        self.forget_unused(address)
        self.tell("receiver.deleted", receiver, by_api)

    def forget_unused(self, address):
        if not address.receivers:
            del self.addresses[address.id], self.by_text[address.email]

    def clear(self, group):
        """All at once, without hooks."""
        for receiver in list(group.receivers.values()):
            del receiver.address.receivers[group.id]
            self.forget_unused(receiver.address)
        group.receivers = {}

    def rename(self, address, text, by_api=True):
        """Another e-mail address, in all groups."""
        if not is_address(text):
            raise Refused(400, f"invalid address '{text}'")
        if text in self.by_text:
            raise Refused(400, f"duplicate address '{text}'")
        for receiver in address.receivers.values():
            group = self.groups[receiver.group_id]
            self.keep(group, address.email, receiver)
            self.keep(group, text, None)
            group.receivers[text] = group.receivers.pop(address.email)
            receiver.last_changed = self.now()
        self.by_text[text] = self.by_text.pop(address.email)
        address.email = text
        for receiver in address.receivers.values():
            self.tell("receiver.updated", receiver, by_api)

    def keep(self, group, text, before):
        """What reads go on seeing for `lag_ms`."""
        if self.switches.lag_ms:
            until = time.monotonic() + self.switches.lag_ms / 1000
            group.replaced.setdefault(text, []).append((until, before.copy() if before else None))

    def tell(self, event, receiver, by_api=True):
        if not by_api or self.switches.api_writes_fire_hooks:
            self.hooks.tell(event, receiver.group_id, receiver.address)

    def listing(self, key, make):
        """One list is kept while pages of it are read and nothing changes, so that paging costs no scan a page."""
        if any(group.replaced for group in self.groups.values()):
            return make()  # what reads see changes with time
        if self.listed[:2] != (key, self.revision):
            self.listed = (key, self.revision, make())
        return self.listed[2]


def attribute_name(text):
    """Lower case, blanks as underscores; the label stays in `description`."""
    return "_".join(str(text).strip().lower().split())


def set_attributes(held, given, known):
    """Unknown names are ignored without a word, null unsets; "a:1,b:2" is what an old plugin sends."""
    if isinstance(given, str):
        given = dict(pair.split(":", 1) for pair in given.split(",") if ":" in pair)
    if not isinstance(given, dict):
        return
    for name, value in given.items():
        name = attribute_name(name)
        if name not in known:
            continue
        if value is None:
            held.pop(name, None)
        else:
            held[name] = str(value)
