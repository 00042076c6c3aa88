"""The account in a file, so that it outlives the program."""
import json
import os

from account import Group
from receiver import Address, Receiver

KEPT_OF_ACCOUNT = ("offset", "attributes", "blacklist", "bounces", "next_group", "next_address", "next_attribute")
KEPT_OF_GROUP = ("id", "name", "locked", "backup", "receiver_info", "stamp", "last_changed", "attributes", "blacklist")
KEPT_OF_RECEIVER = [name for name in Receiver.__slots__ if name != "address"]


def told(account):
    return {
        "account": {name: getattr(account, name) for name in KEPT_OF_ACCOUNT},
        "tokens": account.tokens.ends,
        "hooks": account.hooks.registrations,
        "groups": [{name: getattr(group, name) for name in KEPT_OF_GROUP} for group in account.groups.values()],
        "addresses": [[address.id, address.email, address.global_attributes,
                       [[getattr(receiver, name) for name in KEPT_OF_RECEIVER]
                        for receiver in address.receivers.values()]]
                      for address in account.addresses.values()],
    }


def take(account, kept):
    for name, value in kept["account"].items():
        setattr(account, name, value)
    account.tokens.ends, account.hooks.registrations = kept["tokens"], kept["hooks"]
    account.groups = {}
    for fields in kept["groups"]:
        group = account.groups[fields["id"]] = Group(fields["id"], fields["name"], fields["stamp"])
        for name, value in fields.items():
            setattr(group, name, value)
    for number, text, attributes, receivers in kept["addresses"]:
        address = account.addresses[number] = account.by_text[text] = Address(number, text)
        address.global_attributes = attributes
        for values in receivers:
            receiver = Receiver(address, None)
            for name, value in zip(KEPT_OF_RECEIVER, values):
                setattr(receiver, name, value)
            address.receivers[receiver.group_id] = account.groups[receiver.group_id].receivers[text] = receiver
    account.open_groups()


class StateFile:
    def __init__(self, path, account):
        self.path, self.account = path, account
        self.revision = None
        if path.exists():
            take(account, json.loads(path.read_text(encoding="utf-8")))

    def save(self):
        """If something may have changed. The old file stays whole until the new one is."""
        with self.account.lock:
            if self.revision == self.account.revision:
                return
            self.revision, text = self.account.revision, json.dumps(told(self.account))
        draft = self.path.with_suffix(".tmp")
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, self.path)
