"""The audit page at 10,000 and at 1,000,000 events, on PostgreSQL: python -m tests.benchmarks.review.

Cases are worked on as their pages do it and copied with their history, a day apart. Each line is a filter
with the queries of the page, its median time at either size and the ratio. Some minutes; --events for fewer.
"""

from .databases import asking, on_each_database

if __name__ == "__main__":
    parser = asking(prog="python -m tests.benchmarks.review", description=__doc__)
    parser.set_defaults(database="postgresql")
    parser.add_argument("--events", type=int, default=1_000_000)
    on_each_database("tests.benchmarks.reviewing", parser, "events")
