"""What nobody outside CleverReach knows for sure, and what it allows its operator to choose: one switch each."""

ON = {"1", "on", "true", "yes"}
OFF = {"0", "off", "false", "no"}

# Name: default, then the words it may have when it is neither yes-or-no nor a number.
SWITCHES = {
    # POST below a group that does not exist: 405 was recorded on v2, nobody has seen v3 do it.
    "unknown_group": ("405", ("405", "404")),
    # A blacklisted address in a write: one failed item, the whole call refused, or taken and left inactive.
    "blacklist_mode": ("item", ("item", "403", "accept_inactive")),
    # The vendor's core says it cannot be undone, the vendor's reference says that deactivated:0 undoes it.
    "refuse_user_unsub_reactivation": (False,),
    # Failed items of a batch as bare strings, recorded on v2.
    "v2_string_items": (False,),
    # An account's setting: who unsubscribes is blacklisted and deleted from all groups.
    "auto_blacklist": (False,),
    # Ids come as strings in v3 and as numbers in v2.
    "numeric_ids": (False,),
    # PHP's empty array where an object belongs.
    "empty_objects_as_lists": (False,),
    # 204 without a body instead of [] when a page is empty.
    "empty_pages_as_204": (False,),
    # Items in one batch above which the answer is 413.
    "batch_limit": (1000,),
    # How long reads still see what was there before a write.
    "lag_ms": (0,),
    # Whether writes over the API are announced to event hooks, as those of people are.
    "api_writes_fire_hooks": (True,),
    # The real one demands https.
    "allow_http_hooks": (False,),
    # Whether a bounced receiver stops being "active".
    "bounced_is_inactive": (False,),
    # Whether "bg" and "sm" of a filter include the bound.
    "inclusive_bounds": (False,),
    # Somebody noted years ago that the account's filter leaves out local attributes and tags.
    "bare_filter": (False,),
    # expires_in of a token: 30 days now, a year in the vendor's sample.
    "token_seconds": (2592000,),
    # A refresh token is given only for an authorization code; some accounts may differ.
    "refresh_tokens": (False,),
    # Idle connections are closed by the server: years of production use.
    "idle_seconds": (60,),
    # How old a group's statistics may be: they are cached.
    "stats_cache_seconds": (60,),
}


class Switches:
    """Each switch is an attribute."""

    def __init__(self, chosen=()):
        self.chosen = dict(chosen)
        self.start_over()

    def start_over(self):
        for name, (default, *_) in SWITCHES.items():
            setattr(self, name, default)
        for name, value in self.chosen.items():
            self.set(name, value)

    def set(self, name, value):
        """Raises ValueError."""
        if name not in SWITCHES:
            raise ValueError(f"there is no switch {name!r}")
        default, *words = SWITCHES[name]
        said = str(value).lower()
        if words:
            if said not in words[0]:
                raise ValueError(f"{name} is one of {', '.join(words[0])}")
            setattr(self, name, said)
        elif isinstance(default, bool):
            if said not in ON | OFF:
                raise ValueError(f"{name} is on or off")
            setattr(self, name, said in ON)
        else:
            setattr(self, name, int(said))

    def all(self):
        return {name: getattr(self, name) for name in SWITCHES}
