"""Times of day around the reference moment, so that the same seed gives the same times relative to it."""

from datetime import datetime, timedelta

from pathways.clocks import LONDON

from .chance import Dice

DAY = timedelta(days=1)
OPENS, SHUTS = 8 * 60, 18 * 60


class Wall:
    """The wall clock as it runs back from `now` without changes of summer time, at most an hour off."""

    def __init__(self, now: datetime) -> None:
        local = now.astimezone(LONDON)
        self.now = now
        self._midnight = now - timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)

    def day(self, at: datetime) -> int:
        """The number of the day, 0 for today and negative before."""
        return (at - self._midnight) // DAY

    def minute(self, at: datetime) -> int:
        return ((at - self._midnight) % DAY) // timedelta(minutes=1)

    def working(self, at: datetime, dice: Dice) -> datetime:
        """The moment itself within working hours, else some time in the next morning."""
        minute = self.minute(at)
        if OPENS <= minute < SHUTS:
            return at
        wait = (OPENS - minute) % (24 * 60)
        return at + timedelta(minutes=wait) + dice.hours(0.1, 3)

    def after_day(self, at: datetime, earliest: datetime, dice: Dice) -> datetime:
        """The moment itself, or the next morning when it is on the same day as `earliest`."""
        if self.day(at) > self.day(earliest):
            return at
        return self._midnight + (self.day(earliest) + 1) * DAY + dice.hours(9, 12)
