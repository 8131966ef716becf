"""Kills a web worker in mid-write (kill -9), 1,000 times: python -m tests.benchmarks.kills.

Every change that was acknowledged must be there with its history, and none may be there in part.
"""

from .databases import asking, on_each_database

if __name__ == "__main__":
    parser = asking(prog="python -m tests.benchmarks.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=1000)
    on_each_database("tests.benchmarks.killing", parser, "times")
