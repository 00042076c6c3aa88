"""Runs a program under the system-call filter of a systemd unit, as systemd would load it, but deadly:

    sandbox.py UNIT PROGRAM ARGUMENT…

SystemCallFilter= with its groups is resolved by systemd-analyze, MemoryDenyWriteExecute=, RestrictNamespaces= and
RestrictAddressFamilies= are rules besides. Needs systemd-analyze and libseccomp, no privilege.
"""
import ctypes
import os
import pathlib
import subprocess
import sys

KILL_PROCESS, ALLOW, MASKED_EQUAL, EQUAL = 0x80000000, 0x7FFF0000, 7, 4
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
WRITE, EXECUTE = 2, 4


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int),
                ("mask_or_value", ctypes.c_uint64), ("value", ctypes.c_uint64)]


def settings(unit):
    """Each name with its values, in order."""
    found = {}
    for line in pathlib.Path(unit).read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


def calls_of(word):
    if not word.startswith("@"):
        return {word}
    said = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", word], capture_output=True, text=True,
                          check=True).stdout
    inside = [line.strip() for line in said.splitlines()[1:] if line.startswith("    ") and "#" not in line]
    return set().union(*(calls_of(one) for one in inside)) if inside else set()


def allowed_calls(unit):
    allowed = set(calls_of("@default"))
    for line in settings(unit)["SystemCallFilter"]:
        named = set().union(*(calls_of(word) for word in line.lstrip("~").split()))
        allowed = allowed - named if line.startswith("~") else allowed | named
    return allowed


def load(unit):
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(KILL_PROCESS)))

    def allow(call, *comparisons):
        number = seccomp.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return  # of another architecture
        rules = (Comparison * max(len(comparisons), 1))(*comparisons)
        done = seccomp.seccomp_rule_add_array(context, ctypes.c_uint32(ALLOW), number, len(comparisons), rules)
        assert done == 0, f"no rule for {call}: {done}"

    by_argument = {"mmap", "mprotect", "pkey_mprotect", "socket"}
    namespaces = {"unshare", "setns"} if settings(unit).get("RestrictNamespaces") == ["yes"] else set()
    for call in allowed_calls(unit) - by_argument - namespaces:
        allow(call)
    for protection in (0, WRITE, EXECUTE):
        allow("mmap", Comparison(2, MASKED_EQUAL, WRITE | EXECUTE, protection))
    allow("mprotect", Comparison(2, MASKED_EQUAL, EXECUTE, 0))
    for family in " ".join(settings(unit)["RestrictAddressFamilies"]).split():
        allow("socket", Comparison(0, EQUAL, FAMILIES[family], 0))
    assert seccomp.seccomp_load(context) == 0, "the filter cannot be loaded"


if __name__ == "__main__":
    load(sys.argv[1])
    os.execv(sys.argv[2], sys.argv[2:])
