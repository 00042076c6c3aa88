"""The figures as a table, and what the issue wants of them."""
import math


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def _load_row(name, figures):
    p50, p99 = figures["p50_us"] / 1000, figures["p99_us"] / 1000
    return f"  {name:<58}{number(figures['per_second']):>10}/s{p50:>10.2f} ms{p99:>10.2f} ms"


def _heading(text):
    return f"\n{text:<60}{'rate':>12}{'p50':>13}{'p99':>13}"


def _plain_row(name, text):
    return f"  {name:<58}{text:>12}"


def _sync_goals(runs):
    """About `optledger sync`: with the smallest and the largest number of people, and over a slow line."""
    few, many, slow = runs[0], runs[-2], runs[-1]
    ratio, slow_ratio = (one["sync"]["seconds"] / one["bare"]["seconds"] for one in (many, slow))
    beyond = many["sync"]["calls"] - math.ceil(many["people"] / many["batch"])
    grown = many["sync"]["mb"] / few["sync"]["mb"]
    return [
        ("sync / bare libcurl, the same bodies, time", f"{ratio:.2f}", "<= 1.5", ratio <= 1.5),
        (f"the same, {slow['answer_ms']} ms an answer", f"{slow_ratio:.2f}", "<= 1.5", slow_ratio <= 1.5),
        ("calls beyond people / batch", f"{beyond}", "<= 10", beyond <= 10),
        (f"memory with {many['people']:,} / with {few['people']:,}", f"{grown:.2f}", "<= 1.1", grown <= 1.1),
        ("calls of a run with nothing to do", f"{many['idle']['calls']}", "<= 3", many["idle"]["calls"] <= 3),
    ]


def _goal_rows(rows):
    return [f"  {name:<58}{measured:>8}  {wanted:<8} {'met' if met else 'MISSED'}"
            for name, measured, wanted, met in rows]


def _sync_rows(runs):
    title = f"Confirmed people sent to CleverReach's simulator, {runs[0]['batch']} a call"
    lines = [f"\n{title:<60}{'seconds':>12}{'calls':>13}{'memory':>13}"]
    for one in runs:
        for name, what in (("optledger sync", "sync"), ("bare libcurl, the same bodies", "bare"),
                           ("nothing to do", "idle")):
            figures = one[what]
            slow = f", {one['answer_ms']} ms an answer" if one["answer_ms"] else ""
            memory = f"{figures['mb']:.1f} MB" if "mb" in figures else ""
            lines.append(f"  {name + ', ' + format(one['people'], ',') + slow:<58}{figures['seconds']:>12.2f}"
                         f"{figures['calls']:>13,}{memory:>13}")
    return lines


def sync_table(runs):
    return "\n".join([*_sync_rows(runs), "", *_goal_rows(_sync_goals(runs))])


def goals(figures):
    """Name, measured, wanted, met."""
    bare = figures["bare_httplib"]["32"]["per_second"]
    alone = figures["sign_ups"]["32"]["per_second"] / bare
    with_letters = figures["sign_ups_with_letters"]["32"]["per_second"] / bare
    syncs = figures["sign_ups"]["1"]["p50_us"] / figures["raw_sync"]["p50_us"]
    during = figures["retention"]["during"]["p99_us"] / 1000
    rest, ready = figures["memory_mb"]["at rest"], figures["ready_ms"]["first start"]
    return [
        ("sign-ups / bare cpp-httplib, 32 connections", f"{alone:.2f}", ">= 0.25", alone >= 0.25),
        ("the same while the letters go out", f"{with_letters:.2f}", ">= 0.25", with_letters >= 0.25),
        ("sign-up p50 / raw fdatasync p50, 1 connection", f"{syncs:.1f}", "<= 3", syncs <= 3),
        ("sign-up p99 while a million windows end, ms", f"{during:.1f}", "< 50", during < 50),
        ("memory at rest, MB", f"{rest:.1f}", "< 20", rest < 20),
        ("ready after a first start, ms", f"{ready:.0f}", "< 100", ready < 100),
        (f"proof from {figures['ledger']['leaves']:,} leaves, slowest, ms",
         f"{figures['ledger']['slowest_inclusion_ms']:.2f}", "< 5", figures["ledger"]["slowest_inclusion_ms"] < 5),
        *_sync_goals(figures["syncs"]),
    ]


def table(figures):
    lines = [f"{key}: {value}" for key, value in figures["machine"].items()]
    lines.append("Server and client share these cores, and nothing is pinned: without the client the server is faster.")
    lines.append(_heading("The machine itself"))
    for connections, one in figures["bare_httplib"].items():
        lines.append(_load_row(f"bare cpp-httplib, same requests, {connections} connections", one))
    lines.append(_load_row("append 4 KiB + fdatasync, in the database's folder", figures["raw_sync"]))
    lines.append(_heading("Durable sign-ups, letters waiting (the mail server does not answer)"))
    for connections, one in figures["sign_ups"].items():
        lines.append(_load_row(f"{connections} connections", one))
    lines.append(_heading("Durable sign-ups, letters going to a mailbox on the same disk"))
    for connections, one in figures["sign_ups_with_letters"].items():
        lines.append(_load_row(f"{connections} connections", one))
    people = figures["prepared"]["people"]
    lines.append(_heading(f"With {people:,} confirmed subscriptions"))
    for name, one in figures["full"].items():
        lines.append(_load_row(name, one))
    lines.append(f"  ({figures['prepared']['how']}: {figures['prepared']['seconds']:.0f} s)")
    retention = figures["retention"]
    lines.append(_heading(f"{retention['people']:,} proof windows end at one moment; sign-ups, 8 connections"))
    lines.append(_load_row("just before", retention["before"]))
    lines.append(_load_row("while they are deleted", retention["during"]))
    lines.append(f"  ({retention['left_after_load']:,} were left at the end of this load; none "
                 f"{retention['seconds']:.0f} s after its beginning)")
    lines.append(_heading("Confirmations"))
    for connections, one in figures["confirmations"].items():
        lines.append(_load_row(f"{connections} connections", one))
    lines.append("\nLetters, until the last one is sent and recorded")
    for name, rate in figures["letters_per_second"].items():
        lines.append(_plain_row(name, f"{number(rate)}/s"))
    ledger = figures["ledger"]
    lines.append(f"\nThe ledger, {ledger['leaves']:,} leaves, mirror on the same disk")
    lines.append(_plain_row("appended", f"{number(ledger['appended_per_s'])}/s"))
    lines.append(_plain_row("an inclusion proof, median / slowest of a thousand",
                            f"{ledger['inclusion_ms']:.2f} / {ledger['slowest_inclusion_ms']:.2f} ms"))
    lines += _sync_rows(figures["syncs"])
    lines.append("\nMemory of the service (resident)")
    for name, mb in figures["memory_mb"].items():
        lines.append(_plain_row(name, f"{mb:.1f} MB"))
    lines.append("\nFrom exec to the \"listening\" line, median")
    for name, ms in figures["ready_ms"].items():
        lines.append(_plain_row(name, f"{ms:.0f} ms"))
    lines.append("\nWhat is wanted")
    lines += _goal_rows(goals(figures))
    return "\n".join(lines)
