"""The clock of a process, moved or stopped by libfaketime."""
import datetime
import glob

LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"


def moved(**variables):
    (library, *_) = glob.glob(LIBRARY)
    return {"LD_PRELOAD": library, "FAKETIME_DONT_FAKE_MONOTONIC": "1", **variables}


def later(days):
    """The environment of a process that lives so many days ahead."""
    return moved(FAKETIME=f"+{days}d")


def at(instant, zone="UTC"):
    """The environment of a process whose clock stands still at an instant, on a machine in that time zone."""
    seconds = round(instant.timestamp())
    return moved(FAKETIME=str(seconds), FAKETIME_FMT="%s", TZ=zone)


def utc(text):
    """"2028-02-29 12:00:00" in UTC."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)
