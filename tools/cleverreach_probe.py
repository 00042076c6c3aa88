#!/usr/bin/python3
"""Asks a real CleverReach account what nobody outside CleverReach knows for sure (docs/cleverreach.md).

  CLEVERREACH_CLIENT_SECRET=… cleverreach_probe.py --client-id ID --domain example.org

A free account is enough; it takes a minute. It makes a group of its own and receivers at the domain you name, sends
no mailing, and deletes all of it at the end, also after Ctrl-C (--keep leaves it there for a look). For each question
it prints what it called, what came back, and which of the possible answers that is. It never prints the secret.

Exit status 0: all questions were asked and nothing is left there; 1: not so, and it says why.
"""
import argparse
import json
import os
import re
import secrets
import signal
import sys
import time
import urllib.parse

from probed_account import Account, Stopped, words

AFTER_A_WRITE = (0, 1, 2, 4, 8)  # seconds: reads may lag
BATCHES = (250, 1000, 1001, 5000)
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
BY_HAND = """\
{number}. What only you can find out, with --keep and the account's own pages (group "{group}"):
   - Does "deactivated": 0 bring back somebody who opted out by a newsletter's link? Sign a real address of yours up
     with optledger, confirm, run `optledger sync`; send a newsletter to it, opt out by its link, run `optledger sync`;
     sign up and confirm anew, run `optledger sync --json`: "pushed": 1 means yes, "refused": 1 means no.
   - The words for a bounced address: look at `refused` after signing up an address that CleverReach lists as bounced.
   - Are changes by the API echoed as hooks, in what order, how often are they repeated? `optledger provider connect`,
     then `optledger sync`, and look for POST /hooks/cleverreach/… in the access log.
   - What does receiver.deleted carry? Delete a receiver in the account's pages while the hook is registered.
   - Does an edit in the account's pages keep the number, as the one by the API above does or does not?
   - Real limits, and Retry-After on 429: only a real load shows them; `optledger sync` obeys and says so.
"""


class Probe:
    def __init__(self, account, domain):
        self.account, self.domain = account, domain
        self.mark = secrets.token_hex(4)  # so that no address is anybody's already
        self.name = f"optledger probe {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())}"
        self.groups, self.receivers, self.blacklisted = [], [], []
        self.number = 0

    # --- what is made there ---

    def address(self, name):
        return f"probe+{self.mark}-{name}@{self.domain}"

    def make_group(self, name):
        answer = self.account.call("POST", "/v3/groups", {"name": name})
        if not answer.worked or not str(answer.field("id") or "").isdecimal():
            raise Stopped("the group could not be made")
        self.groups.append(str(answer.field("id")))
        return self.groups[-1]

    def in_group(self, rest=""):
        return f"/v3/groups/{self.groups[0]}/receivers{rest}"

    def path(self, who):
        return self.in_group("/" + urllib.parse.quote(str(who), safe=""))

    def upsert(self, *items, call="upsert"):
        self.receivers += [item["email"] for item in items if item["email"] not in self.receivers]
        return self.account.call("POST", self.in_group("/" + call), list(items))

    def person(self, name):
        """An active receiver, as optledger writes one."""
        now = int(time.time())
        return {"email": self.address(name), "registered": now - 60, "activated": now - 60}

    def read(self, who, until=lambda answer: answer.worked):
        """Again while it is not yet as expected: reads may lag."""
        for wait in AFTER_A_WRITE:
            time.sleep(wait)
            answer = self.account.call("GET", self.path(who), quiet=True)
            if until(answer):
                break
        shown = {name: answer.field(name) for name in ("id", "active", "activated", "deactivated")}
        self.account.say(f"   GET {urllib.parse.unquote(self.path(who))} -> {answer.status} {json.dumps(shown)}")
        return answer

    def clean(self):
        """Whether nothing is left."""
        left = []
        self.find_groups(left)
        for text in self.blacklisted:
            self.remove("/v3/blacklist/" + urllib.parse.quote(text, safe=""), f"{text} on the blacklist", left)
        for text in self.receivers if self.groups else ():
            self.remove(self.path(text), text, left)
        for group in self.groups:
            self.remove(f"/v3/groups/{group}", f"group {group}", left)
        self.account.say("Deleted: the group, its receivers, the row of the blacklist." if not left else
                         "LEFT THERE, please delete by hand: " + ", ".join(left))
        return not left

    def find_groups(self, left):
        """Also one whose answer was lost, or broken off."""
        try:
            answer = self.account.call("GET", "/v3/groups", quiet=True)
        except Stopped as why:
            left.append(f'groups named "{self.name}", if any ({why})')
            return
        for group in answer.value if isinstance(answer.value, list) else ():
            if str(group.get("name", "")).startswith(self.name) and str(group.get("id")) not in self.groups:
                self.groups.append(str(group.get("id")))

    def remove(self, path, what, left):
        try:
            answer = self.account.call("DELETE", path, quiet=True)
            if not answer.worked and answer.status != 404:
                left.append(what)
        except Stopped:
            left.append(what)

    # --- the questions ---

    def ask(self, question):
        self.number += 1
        self.account.say(f"\n{self.number}. {question}")

    def means(self, reading):
        self.account.say(f"   => {reading}")

    def opted_out(self):
        self.ask('Does an upsert without "deactivated" leave an opted-out receiver alone?')
        person = self.person("left")
        self.upsert(person)
        self.read(person["email"])
        self.account.call("PUT", self.path(person["email"]) + "/deactivate", {})
        out = self.read(person["email"], lambda answer: answer.field("deactivated"))
        again = {**person, "activated": person["activated"] + 30}  # a change by which its arrival is seen
        self.upsert(again)
        after = self.read(person["email"], lambda answer: answer.field("activated") == again["activated"])
        if out.field("active") or not out.worked:
            self.means("NOT SETTLED: the deactivation itself is not seen")
        elif after.field("active"):
            self.means("NO: it brings them back. optledger relies on yes: do not use it with this account, and tell us")
        else:
            self.means("yes, as optledger relies on")
        self.ask('Does "deactivated": 0 bring back a receiver that was deactivated by the API?')
        self.upsert({**person, "deactivated": 0})
        back = self.read(person["email"], lambda answer: answer.field("active"))
        self.means("yes; whether also after an opt-out by a newsletter's link, see the end" if back.field("active") else
                   "no: then surely not after an opt-out by a newsletter's link; optledger says `refused`")

    def bounds(self):
        self.ask("Do the bounds of a filter include their end?")
        person = self.person("bounds")
        self.upsert({**person, "deactivated": int(time.time())})
        moment = self.read(person["email"], lambda answer: answer.field("deactivated")).field("deactivated")
        if not moment:
            self.means("NOT SETTLED: the deactivation is not seen")
            return
        if self.found(person, "bg", int(moment) - 1) is not True:
            self.means("NOT SETTLED: the filter does not find the receiver a second inside of its bound")
            return
        above, below = self.found(person, "bg", moment), self.found(person, "sm", moment)
        self.means(f'"bg" {"includes" if above else "excludes"} its end, "sm" {"includes" if below else "excludes"} it; '
                   "optledger's bounds lie a second outside, so either will do")

    def found(self, person, logic, bound):
        wanted = {"groups": [self.groups[0]], "operator": "AND", "activeonly": False, "detail": 0, "page": 0,
                  "pagesize": 100, "rules": [{"field": "deactivated", "logic": logic, "condition": str(bound)},
                                             {"field": "deactivated", "logic": "bg", "condition": "0"}]}
        answer = self.account.call("POST", "/v3/receivers/filter", wanted)
        rows = answer.value if isinstance(answer.value, list) else []
        return any(isinstance(row, dict) and row.get("email") == person["email"] for row in rows)

    def blacklist(self):
        self.ask("What does a batch say about a blacklisted address?")
        barred, other = self.person("blacklisted"), self.person("beside")
        self.blacklisted.append(barred["email"])
        answer = self.account.call("POST", "/v3/blacklist", {"email": barred["email"], "comment": self.name})
        if not answer.worked:
            self.means("NOT SETTLED: it could not be put on the blacklist")
            return
        self.upsert(barred, other, call="upsertplus")
        answer = self.upsert(barred, other)
        if answer.worked:
            self.read(other["email"])  # then the other one, if it was taken, is to be seen as well
        there = self.read(barred["email"], lambda answer: True)
        said = " ".join(words(answer.value)).lower()
        if answer.status == 403:
            self.means("the whole batch is refused with 403: optledger reads the blacklist and writes the others")
        elif not answer.worked:
            self.means(f"the whole batch is refused with {answer.status}: optledger halves it until it knows whom")
        elif there.worked:
            self.means(f"taken, {'AND ACTIVE' if there.field('active') else 'and left inactive'}: optledger reads back")
        elif "blacklist" in said:
            self.means('that item fails with a word "blacklist", as optledger expects')
        else:
            self.means('that item fails WITHOUT a word "blacklist": optledger takes it for any refusal; tell us')

    def unknown_group(self):
        self.ask("What is the answer to a write into a group that is not there: 404 or 405?")
        gone = self.make_group(self.name + " (gone)")
        self.account.call("DELETE", f"/v3/groups/{gone}")
        answer = self.account.call("POST", f"/v3/groups/{gone}/receivers/upsert", [self.person("nowhere")])
        if answer.worked:
            self.means("it WORKS: optledger would take a missing group for a good one; tell us")
        else:
            self.means(f"{answer.status}: a refusal to optledger, whatever the number")

    def batches(self):
        self.ask("How large may a batch be? (of items without an @: none of them is stored)")
        fits = []
        for size in BATCHES:
            items = [{"email": f"no address {number}"} for number in range(size)]
            if self.account.call("POST", self.in_group("/upsert"), items).status == 413:
                break
            fits.append(size)
        known = f"{fits[-1]} items are not too many" if fits else "none of these sizes is small enough"
        self.means(f"{known}, {'no limit was met' if size in fits else f'{size} are'}; "
                   "optledger sends 250 at a time and halves after 413")

    def edited(self):
        self.ask("Does an edit of the address keep the receiver's number?")
        person, new = self.person("before"), self.address("after")
        self.upsert(person)
        number = self.read(person["email"]).field("id")
        self.receivers.append(new)
        answer = self.account.call("PUT", f"/v3/receivers/{urllib.parse.quote(str(number))}/email", {"email": new})
        after = self.read(new)
        if not number or not answer.worked or not after.worked:
            self.means("NOT SETTLED: the address could not be edited by the API")
        elif str(after.field("id")) == str(number):
            self.means("yes, and optledger trusts the number before the address")
        else:
            self.means("NO: optledger takes the old number for gone, which ends the subscription; tell us")

    def limits(self):
        self.ask("Does the API tell of its limits?")
        told = self.account.limits
        self.means("by " + ", ".join(f"{name}: {value}" for name, value in told.items()) if told else
                   "not in the headers of these calls")

    def run(self):
        self.account.say(f'Making the group "{self.name}"')
        self.make_group(self.name)
        for question in (self.opted_out, self.bounds, self.blacklist, self.unknown_group, self.batches, self.edited,
                         self.limits):
            question()
        self.account.say("\n" + BY_HAND.format(number=self.number + 1, group=self.name))


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default="https://rest.cleverreach.com", metavar="URL")
    parser.add_argument("--client-id", required=True, metavar="ID", help="of an OAuth app of the account")
    parser.add_argument("--domain", required=True, help="one of yours, for the addresses of the receivers")
    parser.add_argument("--yes", action="store_true", help="do not ask before it starts")
    parser.add_argument("--keep", action="store_true", help="delete nothing at the end")
    options = parser.parse_args()
    parts = urllib.parse.urlsplit(options.base_url)
    if not DOMAIN.fullmatch(options.domain):
        parser.error(f"{options.domain!r} is no domain")
    if parts.scheme != "https" and (parts.scheme, parts.hostname) != ("http", "127.0.0.1"):
        parser.error("--base-url has to be https")
    if not os.environ.get("CLEVERREACH_CLIENT_SECRET"):
        parser.error("the secret is wanted in the environment variable CLEVERREACH_CLIENT_SECRET")
    return options


def agreed(options):
    print(f"This writes into the account of {options.client_id} at {options.base_url}: a group of its own, some\n"
          f"receivers at {options.domain}, one row of the blacklist. It sends no mailing"
          f"{'' if options.keep else ', and deletes all of it at the end'}.")
    return options.yes or input("Go on? [y/N] ").strip().lower() in ("y", "yes", "j", "ja")


def main():
    options = read_options()
    try:
        if not agreed(options):
            return 1
    except (EOFError, KeyboardInterrupt):
        return 1
    for kind in (signal.SIGINT, signal.SIGTERM):  # SIGINT as well: whoever is started in the background ignores it
        signal.signal(kind, signal.default_int_handler)
    account = Account(options, os.environ["CLEVERREACH_CLIENT_SECRET"])
    probe, finished = Probe(account, options.domain), False
    try:
        account.log_in()
    except Stopped as why:
        account.say(f"Stopped: {why}")
        return 1
    try:
        probe.run()
        finished = True
    except Stopped as why:
        account.say(f"Stopped: {why}")
    except KeyboardInterrupt:
        account.say("Stopped by you.")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # not while it deletes
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if options.keep:
        account.say(f'Kept: the group "{probe.name}", and {", ".join(probe.blacklisted) or "nobody"} on the blacklist.')
        return 0 if finished else 1
    return 0 if probe.clean() and finished else 1


if __name__ == "__main__":
    sys.exit(main())
