"""Many people at work on the same cases at once: python -m tests.benchmarks.together.

Each reads, asks for changes, ticks, notes, blocks, assigns and undoes, half of them on two cases. Afterwards
every acknowledged write must be in the history once, and every conflict that was shown must be recorded.
"""

import os

from .databases import asking, on_each_database

if __name__ == "__main__":
    parser = asking(prog="python -m tests.benchmarks.together", description=__doc__)
    parser.add_argument("--editors", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=1)
    asked = parser.parse_known_args()[0]
    os.environ["TOGETHER_SECONDS"] = str(asked.minutes * 60)
    on_each_database("tests.benchmarks.crowd", parser, "editors")
