"""python -m tests.benchmarks.hostile: template files that nobody would write, sent to the import pages.

Each is a file of a whole draft that was spoilt once or several times. Counts what the pages answer; fails
for any answer of 500 and above, and says which seed made it.
"""

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from contextlib import contextmanager
from copy import deepcopy
from uuid import UUID

NASTY = [
    "~", "NO", "1.10", "1e400", "-0.0", "9" * 400, "é", "💉", "\x00", "\u2028", "\ufeff", "\ud7ff", "\\", '"',
    "'", "{", "}", "[", "]", ":", "- ", "? ", "#", "&a ", "*a", "!!python/name:os.system ", "!t ", "---\n",
    "%YAML 9.9\n", "...\n", "|", ">-", "\t", "\r", "\n", "\n\n", "  ", "<<: ", "item:", "P1D", "PT0H", "null",
    "true", "own-", "</textarea><script>", "' OR 1=1 --", "a{99999999999}", "[[:alpha:]", "(" * 99, "\\uD83D",
    "\\x41", "\u202e",
]  # fmt: skip
VALUES = [
    None, True, 0, -1, 1.5, 10**15, 10**400, "", " ", "x" * 5000, [], {}, [[]], [None], {"": None},
    {"all": []}, {"any": [{"field": "age_years", "is": {}}]}, {"all": [{"field": [], "in": 1}]}, "item:",
    "item:tick", "P9999M",
]  # fmt: skip
ENCODINGS = ["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7"]
CODE = "generated"


def documents(base, seed):
    """Without an end: a number, and the bytes of a spoilt file of the document."""
    from pathways.interop.template_export import Stamp, written

    whole = {form: written(base, form, Stamp(1, "draft")) for form in ("yaml", "json")}
    number = 0
    while True:
        chance = random.Random(f"{seed}-{number}")
        form = chance.choice(["yaml", "json"])
        text = whole[form] if chance.random() < 0.5 else dumped(bent(base, chance), form)
        for _ in range(chance.choice([0, 1, 1, 2, 5, 30])):
            text = chance.choice(SPOILERS)(text, chance)
        content = text.encode(chance.choice(ENCODINGS), errors="replace")
        if chance.random() < 0.1:
            at = chance.randrange(len(content) + 1)
            content = content[:at] + chance.randbytes(9) + content[at:]
        yield number, content
        number += 1


def dumped(document, form):
    import yaml

    if form == "json":
        return json.dumps(document, indent=chance_indent(document), ensure_ascii=len(document) % 2 == 0)
    return yaml.safe_dump(document, sort_keys=False)


def chance_indent(document):
    return (None, 1, 2)[len(document) % 3]


def bent(base, chance):
    """The document with some of its values replaced, doubled, renamed or taken out."""
    document = json.loads(json.dumps(base))
    for _ in range(chance.choice([1, 1, 1, 3, 20])):
        holder = document
        while chance.random() < 0.9:
            inner = [each for each in children(holder) if isinstance(each, dict | list) and each]
            if not inner:
                break
            holder = chance.choice(inner)
        bend(holder, chance)
    return document


def children(value):
    return value.values() if isinstance(value, dict) else value


def bend(holder, chance):
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    if not keys:
        return
    key, other = chance.choice(keys), chance.choice(keys)
    match chance.randrange(5):
        case 0:
            holder[key] = deepcopy(chance.choice(VALUES))
        case 1:
            del holder[key]
        case 2:
            holder[key] = deepcopy(holder[other])
        case 3 if isinstance(holder, list):
            holder += deepcopy(holder * chance.choice([1, 2, 60])) if len(holder) < 60 else []
        case 3:
            holder[chance.choice(NASTY)] = deepcopy(holder[key])
        case _ if isinstance(holder[key], str):
            holder[key] = chance.choice(
                [holder[key] + chance.choice(NASTY), holder[key][:-1], holder[key].upper()]
            )
        case _:
            holder[key] = chance.choice(NASTY)


def insert(text, chance):
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(NASTY) * chance.choice([1, 1, 1, 20]) + text[at:]


def cut(text, chance):
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.choice([1, 1, 5, 200]) :]


def end(text, chance):
    return text[: chance.randrange(len(text) + 1)]


def double_lines(text, chance):
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    size = chance.choice([1, 5, 50])
    return "\n".join(lines[: at + size] + lines[at:])


def swap_lines(text, chance):
    lines = text.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def indent(text, chance):
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    lines[at] = " " * chance.choice([1, 2, 9]) + lines[at]
    return "\n".join(lines)


def deepen(text, chance):
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(["[", "{a: ", "- ", '{"a":']) * chance.choice([9, 12, 9000]) + text[at:]


def stretch(text, chance):
    return text + chance.choice(["\n", "#", " ", "- a\n", "a: 1\n", "1,"]) * chance.choice([500, 60_000])


SPOILERS = [
    insert,
    insert,
    insert,
    cut,
    cut,
    end,
    double_lines,
    double_lines,
    swap_lines,
    indent,
    deepen,
    stretch,
]


def made_draft():
    """A draft of a template whose every part a file can hold, and the person who sends the files."""
    from tests import factories

    sources = [each.stored() for each in factories.vocabulary().sources]
    header = {"template__code": CODE, "template__reference_prefix": "GEN"}
    return factories.draft(sources=sources, **header), factories.pathway_editor()


@contextmanager
def undone():
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def attack(client, draft, count, seed=1):
    """Send so many files to both pages; the statuses, the slowest answer (processor time), and what failed.

    Three in four are only compared, the others go on at once; a draft that took a file over must still show.
    """
    from pathways.interop.template_documents import digest_of, document_of

    base = document_of(draft)
    seen, statuses, slowest, failed = digest_of(base), Counter(), (0.0, -1), []
    for number, content in documents(base, seed):
        if number == count:
            break
        with undone():
            began = time.process_time()
            answer = send(client, number, content, seen)
            slowest = max(slowest, (time.process_time() - began, number))
            met = [answer.status_code]
            if answer.status_code == 303:
                met += [client.get(f"/templates/{CODE}/{rest}").status_code for rest in AFTER]
        statuses.update(met[:1])
        if max(met) >= 500:
            failed.append((number, met))
    return statuses, slowest, failed


AFTER = ("", "publish/", "draft/export/yaml/")


def send(client, number, content, seen):
    from django.core.files.uploadedfile import SimpleUploadedFile

    path = "/templates/import/" if number % 8 == 7 else f"/templates/{CODE}/import/"
    sent = {"token": str(UUID(int=number))} | ({"seen": seen} if number % 4 == 3 else {})
    if number % 2:
        sent["file"] = SimpleUploadedFile(f"{number}.yaml", content)
    else:
        sent["text"] = content.decode(errors="replace")
    return client.post(path, sent)


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.hostile", description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")
    import django

    django.setup()
    from django.test import Client
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    draft, editor = made_draft()
    client = Client(raise_request_exception=False)
    client.force_login(editor)
    began = time.perf_counter()
    statuses, (seconds, number), failed = attack(client, draft, asked.documents, asked.seed)
    told = ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
    print(f"{asked.documents:,} documents in {time.perf_counter() - began:.0f} s: {told}")
    print(f"slowest {seconds * 1000:.0f} ms of processor time (document {number})")
    for each, met in failed:
        print(f"document {each} of seed {asked.seed} met {met}")
    runner.teardown_databases(databases)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
