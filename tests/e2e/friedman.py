"""Do several kinds of requests take equally long? Friedman's test: in every round each kind is asked once, in random order,
and gets its rank within the round. Whatever makes the machine slow for a while makes whole rounds slow and says nothing; if
the kinds do not matter, every order of ranks is as likely as any other, whatever the distribution of times looks like."""
import math


def friedman(rounds):
    """The probability of ranks at least as uneven as these if the kinds did not matter. `rounds`: one time for each kind."""
    kinds, count = len(rounds[0]), len(rounds)
    sums = [0.0] * kinds
    for times in rounds:
        for place, kind in enumerate(sorted(range(kinds), key=times.__getitem__), 1):
            sums[kind] += place
    spread = 12 / (count * kinds * (kinds + 1)) * sum(one * one for one in sums) - 3 * count * (kinds + 1)
    return chi_squared_tail(spread, kinds - 1)


def chi_squared_tail(value, degrees):
    """P(X >= value), by the upper incomplete gamma function's recurrence (Abramowitz and Stegun 26.4.4, 26.4.5)."""
    half = value / 2
    if half <= 0:
        return 1.0
    if degrees % 2:
        tail, term, first = math.erfc(math.sqrt(half)), math.exp(-half) * math.sqrt(half) / math.gamma(1.5), 1.5
    else:
        tail, term, first = math.exp(-half), math.exp(-half) * half, 2.0
    for step in range(math.ceil(degrees / 2) - 1):
        tail += term
        term *= half / (first + step)
    return min(1.0, tail)
