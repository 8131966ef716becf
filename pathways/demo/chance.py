"""Draws from the shares of the demonstration's parameters, from one seeded source for each case."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import exp, log
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")


class Dice:
    """The same seed gives the same draws, whatever the process, the platform or the hash seed."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def pick(self, shares: Mapping[T, float], allowed: Sequence[T] | None = None) -> T:
        """One key by its share; among the allowed ones, evenly where none of those has a share."""
        options = [key for key in shares if allowed is None or key in allowed]
        weights = [shares[key] for key in options]
        if not sum(weights):
            return self.among(list(allowed if allowed is not None else shares))
        return self._random.choices(options, weights)[0]

    def some(self, chances: Mapping[T, float]) -> list[T]:
        """Every key that its own chance lets through, in their order."""
        return [key for key, share in chances.items() if self.chance(share)]

    def among(self, options: Sequence[T]) -> T:
        return self._random.choice(options)

    def between(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def count(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._random.randint(low, high)

    def normal(self, mean: float, deviation: float, low: float, high: float) -> float:
        """Drawn again until it lies within the bounds, and held at the nearer one after fifty draws."""
        for _ in range(50):
            value = self._random.gauss(mean, deviation)
            if low <= value <= high:
                return value
        return min(max(mean, low), high)

    def lognormal(self, median: float, sigma: float) -> float:
        return exp(self._random.gauss(log(median), sigma))

    def weibull(self, median: float, shape: float) -> float:
        return self._random.weibullvariate(median / log(2) ** (1 / shape), shape)

    def hours(self, low: float, high: float) -> timedelta:
        """A span in whole seconds, so that a time written as text reads back the same."""
        return timedelta(seconds=int(self.between(low, high) * 3600))

    def days(self, low: float, high: float) -> timedelta:
        return self.hours(low * 24, high * 24)


def by_key(table: Mapping[str, Any], key: str) -> Any:
    """A mapping's own entry for the key, else its default."""
    return table[key] if key in table else table["default"]
