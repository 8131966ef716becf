"""How far a long command is: a bar on a terminal, and elsewhere a line for each quarter."""

from typing import TextIO

BAR = 30


class Progress:
    """Counts up to `total` of `noun`."""

    def __init__(self, stream: TextIO, total: int, noun: str = "actions") -> None:
        self.stream, self.total, self.noun, self.done = stream, total, noun, 0
        self.is_terminal = stream.isatty()

    def advance(self) -> None:
        self.done += 1
        if self.is_terminal and (self.done % 10 == 0 or self.done == self.total):
            full = BAR * self.done // self.total
            bar = f"[{'#' * full}{'.' * (BAR - full)}]"
            self.stream.write(f"\r{bar} {self.done} of {self.total} {self.noun}")
        elif not self.is_terminal and self.done * 4 // self.total > (self.done - 1) * 4 // self.total:
            self.stream.write(f"{self.done} of {self.total} {self.noun}\n")
        else:
            return
        self.stream.flush()

    def finish(self) -> None:
        if self.is_terminal:
            self.stream.write("\n")
