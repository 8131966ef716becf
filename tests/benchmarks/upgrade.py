"""Upgrades a database that holds the history of 10,000 cases: python -m tests.benchmarks.upgrade.

Columns of tracked tables and of their histories change as a migration changes them: SQLite remakes the
tables and forgets their triggers, PostgreSQL refuses to alter what one watches. Afterwards every trigger
stands and the history is checked, which is also timed. Some minutes on each database; --cases for fewer.
"""

from .databases import asking, on_each_database

if __name__ == "__main__":
    parser = asking(prog="python -m tests.benchmarks.upgrade", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    on_each_database("tests.benchmarks.upgrading", parser, "cases")
