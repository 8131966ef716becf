"""The measured requests: one after another with the bare view between, then by eight clients at once."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

from .client import Client
from .desk import LIST, Desk
from .figures import Target, headings, row

BARE = "/bare/"
COORDINATOR = "byrne"
AT_ONCE = ("byrne", "okafor", "lindqvist", "rahman", "castellan", "nakamura", "adeyemi", "adeyemi")
TURNS = 10
BARE_BETWEEN, BARE_AT_ONCE = "bare signed-in view", "bare view, eight at once"
OWN, SHARED = "eight saving, each in a case of its own", "eight saving, all in one case"
TARGETS = {
    "case page": Target(50, 5),
    "saving an item": Target(50, 4),
    "saving an item, as htmx": Target(50, 4),
    "case list, 50 rows": Target(50, 5),
    "opening a case of 82 items": Target(50, 20),
    OWN: Target(95, 6),
    SHARED: Target(95, 6),
}


def measure(port, case, rounds, blocks):
    """The table, a line at a time; a round is five requests, each after a bare one."""
    desk = Desk(Client(port, COORDINATOR))
    desk.fill_the_list()
    yield headings()
    one_after_another(desk, case, rounds=rounds // 10 + 1)
    yield from table(one_after_another(desk, case, rounds), BARE_BETWEEN)
    clients = [Client(port, persona) for persona in AT_ONCE]
    at_once(desk, clients, blocks=1)
    yield from table(at_once(desk, clients, blocks), BARE_AT_ONCE)


def table(found, base):
    for name, answers in found.items():
        yield row(name, answers, found[base], TARGETS.get(name))


def one_after_another(desk, case, rounds):
    """A noisy moment of the machine hurts the bare view and the measured pages alike."""
    client, found = desk.client, defaultdict(list)
    for _, plain, by_htmx in zip(range(rounds), desk.saves(), desk.saves(), strict=False):
        requests = {
            "case page": partial(client.get, case),
            "saving an item": partial(client.post, *plain),
            "saving an item, as htmx": partial(client.post, *by_htmx, htmx=True),
            "case list, 50 rows": partial(client.get, LIST),
            "opening a case of 82 items": desk.open_case,
        }
        for name, request in requests.items():
            found[BARE_BETWEEN].append(client.get(BARE))
            found[name].append(request())
    return found


def at_once(desk, clients, blocks):
    """In turns of ten requests a client: the bare view, saves in cases of their own, the same in one case."""
    found = defaultdict(list)
    with ThreadPoolExecutor(len(clients)) as pool:
        for _ in range(blocks):
            saves = list(islice(desk.saves(), TURNS * len(clients)))
            shared = [saves[place :: len(clients)] for place in range(len(clients))]
            turns = {
                BARE_AT_ONCE: [[partial(client.get, BARE)] * TURNS for client in clients],
                OWN: [saving(client, islice(desk.saves(), TURNS)) for client in clients],
                SHARED: [saving(*each) for each in zip(clients, shared, strict=True)],
            }
            for name, requests in turns.items():
                for answers in pool.map(one_by_one, requests):
                    found[name] += answers
    return found


def saving(client, saves):
    return [partial(client.post, *save, htmx=True) for save in saves]


def one_by_one(requests):
    return [request() for request in requests]
