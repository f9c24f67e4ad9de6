"""Formulas of satisfaction, each with its source."""

from collections.abc import Mapping
from math import sqrt

SATISFIED = ("4", "5")


def csat(counts: Mapping[str, int]) -> tuple[int, int]:
    """Return how many are satisfied, and of how many answers.

    CSAT as the share of the two best answers on a scale of five (“top-2 box”): Fornell et al.,
    The American Customer Satisfaction Index, Journal of Marketing 60(4), 1996, discuss the
    scale; the share of 4 and 5 is the measure that is meant whenever the portal says “satisfied”.
    """
    return sum(counts.get(value, 0) for value in SATISFIED), sum(counts.values())


def nps_kind(value: int) -> str:
    """Return what a recommendation of 0 to 10 makes of a person: see ``nps``."""
    if value >= 9:
        return "promoters"
    return "passives" if value >= 7 else "detractors"


def nps(counts: Mapping[str, int]) -> float | None:
    """Return the net promoter score from -100 to 100, or None without answers.

    Percent of promoters (9 and 10) less percent of detractors (0 to 6): Reichheld, The One
    Number You Need to Grow, Harvard Business Review, December 2003.
    """
    total = sum(counts.values())
    if total == 0:
        return None
    return 100 * (counts.get("promoters", 0) - counts.get("detractors", 0)) / total


def wilson(k: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return the score interval of a share of k in n, as two fractions; z = 1.96 is 95 %.

    Wilson, Probable Inference, the Law of Succession, and Statistical Inference, Journal of the
    American Statistical Association 22, 1927; recommended for small n by Brown, Cai and
    DasGupta, Interval Estimation for a Binomial Proportion, Statistical Science 16(2), 2001.

    Raises:
        ValueError: there is no answer, so there is no interval.
    """
    if n <= 0:
        raise ValueError("An interval needs at least one answer.")
    share, spread = k / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)
