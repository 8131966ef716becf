"""How long previewing and moving cases takes, and moving them back: python -m tests.benchmarks.moving.

The cases are of the shipped pathway with all its items; the newer version adds, removes and changes a few.
"""

from .databases import asking, on_each_database

if __name__ == "__main__":
    parser = asking(prog="python -m tests.benchmarks.moving", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    on_each_database("tests.benchmarks.moved_cases", parser, "cases")
