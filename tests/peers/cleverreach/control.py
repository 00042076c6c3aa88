"""The calls under /_sim: what tests see and do behind the back of the API. No authentication: it is on loopback."""
import person
from hooks import WRONG_TOKEN
from receiver import View
from routes import Refused, behind

# Each takes the simulator, the call, and what stands in its path.


@behind("GET", "_sim/groups")
def groups(simulator, _call):
    return [{"id": str(group.id), "name": group.name, "receivers": len(group.receivers)}
            for group in simulator.account.groups.values()]


@behind("POST", "_sim/groups")
def add_group(simulator, call):
    return {"id": str(simulator.account.add_group(call.object()["name"]).id)}


@behind("GET", "_sim/groups/{group}")
def receivers(simulator, _call, group):
    """The truth, without lag: address -> receiver."""
    view = View(simulator.account.switches)
    held = person.named_group(simulator.account, group).receivers
    return {text: view.receiver(receiver) for text, receiver in held.items()}


@behind("GET", "_sim/blacklist")
def blacklist(simulator, _call):
    return simulator.account.blacklist


@behind("GET", "_sim/counters")
def counters(simulator, _call):
    return simulator.journal.counters()


@behind("DELETE", "_sim/counters")
def forget_calls(simulator, _call):
    simulator.journal.start_over()
    return True


@behind("GET", "_sim/requests")
def requests(simulator, call):
    return simulator.journal.last(int(call.query.get("last", 100)))


@behind("POST", "_sim/reset")
def reset(simulator, _call):
    """As after the start, except that tokens stay good."""
    simulator.start_over()
    return True


# --- switches, faults, clock, tokens ---


@behind("GET", "_sim/switches")
def switches(simulator, _call):
    return simulator.account.switches.all()


@behind("POST", "_sim/switches")
def set_switches(simulator, call):
    for name, value in call.object().items():
        simulator.account.switches.set(name, value)
    return simulator.account.switches.all()


@behind("GET", "_sim/faults")
def faults(simulator, _call):
    return simulator.faults.shown()


@behind("POST", "_sim/faults")
def add_faults(simulator, call):
    for wishes in call.body if isinstance(call.body, list) else [call.object()]:
        simulator.faults.add(wishes)
    return simulator.faults.shown()


@behind("DELETE", "_sim/faults")
def clear_faults(simulator, _call):
    simulator.faults.clear()
    return True


@behind("POST", "_sim/random_faults")
def random_faults(simulator, call):
    simulator.faults.at_random(**call.object())
    return True


@behind("DELETE", "_sim/random_faults")
def clear_random_faults(simulator, _call):
    simulator.faults.clear_random()
    return True


@behind("GET", "_sim/clock")
def clock(simulator, _call):
    return {"now": simulator.account.now(), "offset": simulator.account.offset}


@behind("POST", "_sim/clock")
def set_clock(simulator, call):
    """{"advance": seconds} or {"offset": seconds}."""
    account, fields = simulator.account, call.object()
    account.offset = fields.get("offset", account.offset) + fields.get("advance", 0)
    return clock(simulator, call)


@behind("DELETE", "_sim/tokens")
def revoke_tokens(simulator, _call):
    simulator.account.tokens.revoke_all()
    return True


# --- people ---


@behind("POST", "_sim/person/{deed}")
def act(simulator, call, deed):
    if deed not in person.DEEDS:
        raise Refused(404)
    person.DEEDS[deed](simulator.account, call.object())
    return True


@behind("POST", "_sim/operator/upsert")
def operator_upsert(simulator, call):
    """Not a call of the API: no limit, no journal; always told to hooks."""
    return person.upsert(simulator.account, call.object())


# --- hooks ---


@behind("GET", "_sim/hooks")
def hooks(simulator, _call):
    held = simulator.account.hooks.held
    return {"registrations": simulator.account.hooks.registrations, "holding": held is not None,
            "held": [delivery["body"] for delivery in held or []]}


@behind("GET", "_sim/hooks/delivered")
def delivered(simulator, _call):
    return list(simulator.account.hooks.delivered)


@behind("GET", "_sim/hooks/idle", unlocked=True)
def idle(simulator, call):
    """Waits until everything that is not held back has been delivered."""
    return simulator.account.hooks.wait_until_idle(float(call.query.get("seconds", 10)))


@behind("POST", "_sim/hooks/hold")
def hold(simulator, _call):
    simulator.account.hooks.held = simulator.account.hooks.held or []
    return True


@behind("POST", "_sim/hooks/release")
def release(simulator, call):
    return simulator.account.hooks.release(**call.object())


@behind("POST", "_sim/hooks/send")
def send(simulator, call):
    """One made up: of a receiver that may be there, be gone, or never have been."""
    account, fields = simulator.account, call.object()
    group = person.named_group(account, fields["group"])
    address = account.address(fields["email"]) if "email" in fields else None
    pool_id = address.id if address else fields.get("pool_id", 999999999)
    token = WRONG_TOKEN if fields.get("wrong_token") else None
    for hook in account.hooks.registrations:
        account.hooks.send(hook, fields["event"], group.id, pool_id, token, fields.get("times", 1))
    return True


@behind("POST", "_sim/hooks/repeat")
def repeat(simulator, call):
    """The last delivery once more, or {"last": 5, "times": 2}."""
    account, fields = simulator.account, call.object()
    for delivery in list(account.hooks.delivered)[-fields.get("last", 1):] * fields.get("times", 1):
        for hook in account.hooks.registrations:
            if hook["url"] == delivery["url"]:
                account.hooks.enqueue({"url": hook["url"], "call_token": hook["call_token"],
                                       "body": delivery["body"]})
                break
    return True
