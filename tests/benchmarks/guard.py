"""What the guard costs one save, in pairs of runs with and without it: python -m tests.benchmarks.guard.

A save is a checklist item with its history row and audit event, in a transaction that reaches the disk. Runs
alternate, so that a busy moment of the machine hurts both; the cost is the median of the pairs' differences.
"""

from .databases import asking, on_each_database

if __name__ == "__main__":
    parser = asking(prog="python -m tests.benchmarks.guard", description=__doc__)
    parser.add_argument("--pairs", type=int, default=40, help="of runs of 25 saves each")
    on_each_database("tests.benchmarks.guarded_saves", parser, "pairs")
