#!/usr/bin/python3
"""The house has one direction: a room includes only rooms below it, and third-party headers stay in their one room.

Prints every offence with file and line; exit status 1 when there is one. Run with --self-test it proves that it
notices offences.
"""
import pathlib
import re
import sys

# What each room may include, besides itself. lib: base -> person -> consent -> nouns -> change -> verbs.
NOUNS = {"lib/signup/signup", "lib/subscription/subscription", "lib/suppression/suppression",
         "lib/privacy/erasure_receipt", "lib/privacy/privacy_request", "lib/provider_sync/provider_receiver"}
ALLOWED = {
    "lib/base": set(),
    "lib/person": {"lib/base"},
    "lib/consent": {"lib/base", "lib/person"},
    "lib/ledger": {"lib/base"},
    "lib/limits": {"lib/base"},
    "lib/subscription": {"lib/base", "lib/person", "lib/consent", "lib/change", *NOUNS},
    "lib/suppression": {"lib/base", "lib/person", "lib/consent", "lib/change", "lib/subscription", *NOUNS},
    "lib/retention": {"lib/base", "lib/person", "lib/consent", "lib/change", *NOUNS},
    "lib/privacy": {"lib/base", "lib/person", "lib/consent", "lib/change", "lib/subscription", *NOUNS},
    "lib/change": {"lib/base", "lib/person", "lib/consent", *NOUNS},
    "lib/departures": {"lib/base", "lib/person", "lib/consent", *NOUNS},
    "lib/evidence": {"lib/base", "lib/person", "lib/consent", "lib/ledger", "lib/subscription", "lib/suppression", *NOUNS},
    "lib/signup": {"lib/base", "lib/person", "lib/consent", "lib/change", *NOUNS},
    "lib/letters": {"lib/base", "lib/person", "lib/consent", "lib/change", *NOUNS},
    "lib/proof": {"lib/base", "lib/person", "lib/consent", "lib/ledger"},
    "lib/webhook": {"lib/base", "lib/person", "lib/consent", "lib/subscription", *NOUNS},
    "lib/provider_sync": {"lib/base", "lib/person", "lib/consent", "lib/change", "lib/subscription", *NOUNS},
    "service/world": {"lib"},
    "service/net": {"lib"},
    "service/config": {"lib"},
    "service/anchors": {"lib", "service/net", "service/world"},
    "service/ops": {"lib", "service/world"},
    "service/store": {"lib"},
    "service/mail": {"lib", "service/config", "service/net"},
    "service/provider": {"lib", "service/config", "service/net", "service/world"},
    "service/flows": {"lib", "service/store", "service/config", "service/world", "service/provider", "service/anchors"},
    "service/webhooks": {"lib", "service/config", "service/net"},
    "service/pdf": {"lib"},
    "service/http": {"lib", "service/flows", "service/store", "service/config", "service/world", "service/ops",
                     "service/pdf", "service/anchors"},
    "service/workers": {"lib", "service/flows", "service/store", "service/config", "service/world", "service/ops",
                        "service/mail", "service/provider", "service/anchors", "service/webhooks"},
    "service/cli": {"lib", "service/flows", "service/store", "service/config", "service/world", "service/ops",
                    "service/mail", "service/provider", "service/http", "service/workers", "service/net",
                    "service/anchors"},
    "service/app": {"lib", "service"},
    "service/main": {"lib", "service"},
}

# Header (as a prefix of the include) -> the only rooms that may see it.
THIRD_PARTY = {
    "httplib.h": {"service/http"},
    "openssl/": {"lib/base", "service/anchors"},
    "curl/": {"service/net", "service/mail"},
    "SQLiteCpp/": {"service/store/sqlite"},
    "sqlite3.h": {"service/store/sqlite"},
    "toml++/": {"service/config"},
    "CLI/": {"service/cli"},
    "spdlog/": {"service/ops"},
    "prometheus/": {"service/ops"},
    "kainjow/": {"service/http", "lib/letters"},
    "sodium.h": {"lib/base", "service/world", "service/config"},
    "idn2.h": {"lib/person"},
    "uni": {"lib/base"},
    "cairo": {"service/pdf"},
    "pango/": {"service/pdf"},
    "glib": {"service/pdf"},
    "qrencode.h": {"service/pdf"},
}
# The core is pure: nothing that reads a clock, chance, files, threads or the environment.
BANNED_IN_LIB = {"random", "thread", "mutex", "fstream", "filesystem", "iostream", "cstdio", "ctime", "atomic",
                 "condition_variable", "future", "unistd.h", "time.h"}
CLOCKS = re.compile(r"(system_clock::now|steady_clock::now|std::time\(|::time\(|getenv|random_device|\brand\()")
# Rooms that may ask for elapsed time (never for a date) or the environment.
CLOCK_EXCEPTIONS = {"service/world": CLOCKS.pattern, "service/config": "getenv", "service/cli": "getenv",
                    "service/http": "steady_clock::now", "service/workers": "steady_clock::now", "service/app": "steady_clock::now",
                    "service/mail": "steady_clock::now", "service/provider": "steady_clock::now"}
# Third-party objects behind RAII, for the room they belong to.
WRAPPERS = {"service/net/curl.hpp", "service/anchors/openssl.hpp"}
INCLUDE = re.compile(r'^\s*#include\s+([<"])([^>"]+)[>"]')


def room_of(path):
    parts = path.split("/")
    if path.startswith(("service/store/sqlite/",)):
        return "service/store/sqlite"
    return "/".join(parts[:2]).removesuffix(".hpp").removesuffix(".cpp")


def is_allowed(room, target):
    base = "service/store" if room == "service/store/sqlite" else room
    own = room_of(target)
    if own == room or (room == "service/store/sqlite" and own == "service/store"):
        return True
    if own == "service/store/sqlite":  # only the composition root and what opens the state may name an engine
        return room in {"service/app", "service/cli"}
    return any(target == a + ".hpp" or target.startswith(a + "/") or own == a for a in ALLOWED[base])


def check_line(path, line):
    room = room_of(path)
    found = INCLUDE.match(line)
    if found and found[1] == '"':
        target = found[2]
        if target.startswith("embedded/"):
            return None
        if not target.startswith(("lib/", "service/")):
            return f"includes {target} from outside the house"
        if not is_allowed(room, target):
            return f"{room} must not include {target}"
    elif found:
        for prefix, rooms in THIRD_PARTY.items():
            if found[2].startswith(prefix) and not found[2].startswith("unistd") and room not in rooms:
                return f"{found[2]} belongs to {', '.join(sorted(rooms))}"
        if path.startswith("lib/") and found[2] in BANNED_IN_LIB:
            return f"the pure core must not include <{found[2]}>"
    clock = CLOCKS.search(line)
    if clock and not re.search(CLOCK_EXCEPTIONS.get(room, "(?!)"), clock[0]):
        return f"{clock[0]} outside world/: time, chance and environment come in as values"
    return None


def offences(root):
    for file in sorted(p for top in ("lib", "service") for p in (root / top).rglob("*.[hc]pp")):
        path = file.relative_to(root).as_posix()
        if room_of(path) != "service/store/sqlite" and room_of(path) not in ALLOWED:
            yield f"{path}: a room that the house does not know"
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if offence := check_line(path, line):
                yield f"{path}:{number}: {offence}"
        if path.endswith(".hpp") and path not in WRAPPERS and re.search(r"<(httplib\.h|curl/|openssl/|toml\+\+|CLI/|spdlog/|prometheus/|kainjow/)",
                                               file.read_text()):
            yield f"{path}: a third-party header in a public header"


def self_test():
    assert check_line("lib/base/x.cpp", '#include "service/store/store.hpp"')
    assert check_line("lib/person/x.cpp", '#include "lib/signup/signup.hpp"')
    assert check_line("lib/signup/x.cpp", "#include <random>")
    assert check_line("service/flows/x.cpp", "#include <httplib.h>")
    assert check_line("service/flows/x.cpp", '#include "service/http/router.hpp"')
    assert check_line("service/flows/x.cpp", "auto now = std::chrono::system_clock::now();")
    assert check_line("service/http/x.cpp", "auto now = std::chrono::system_clock::now();")
    assert check_line("service/http/x.cpp", '#include "service/store/sqlite/session.hpp"')
    assert not check_line("service/http/x.cpp", '#include "service/flows/sign_up.hpp"')
    assert not check_line("service/world/clock.cpp", "std::chrono::system_clock::now()")


if __name__ == "__main__":
    self_test()
    found = list(offences(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "every include points downward")
    sys.exit(1 if found else 0)
