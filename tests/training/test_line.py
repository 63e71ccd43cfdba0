"""The order of the line: nobody's second before anybody's first, whoever comes when."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.tickets import Ticket
from mnist_cnn.training.line import Entry, order, person

PEOPLE = st.sampled_from("abcd")
TICKETS = st.builds(Ticket, st.integers(0, 30).map(float), st.sampled_from([0.0, 0.0, 0.0, 5.0, 6.0]))
PLAIN = st.builds(Ticket, st.integers(0, 1000).map(float))
LINES = st.lists(st.builds(Entry, PEOPLE, st.booleans(), TICKETS), max_size=25)
WAITING = st.lists(st.builds(Entry, PEOPLE, st.booleans(), PLAIN), max_size=25)


def arranged(entries, under_way=()) -> list[Entry]:
    return [entries[place] for place in order(entries, under_way)]


def ahead(entry: Entry) -> bool:
    return entry.ticket.front > 0


def turns(line: list[Entry], under_way) -> list[int]:
    """Of each training, how many of the same person go before it, those under way among them."""
    seen, found = Counter(under_way), []
    for entry in line:
        found.append(seen[entry.person])
        seen[entry.person] += 1
    return found


@given(LINES, st.lists(PEOPLE, max_size=4))
def test_everybody_is_in_it_once(entries, under_way):
    assert sorted(order(entries, under_way)) == list(range(len(entries)))


@given(LINES, st.lists(PEOPLE, max_size=4))
def test_what_goes_ahead_is_first_then_single_runs_then_series(entries, under_way):
    kinds = [0 if ahead(entry) else 1 + entry.series for entry in arranged(entries, under_way)]
    assert kinds == sorted(kinds)
    fronts = [entry.ticket.front for entry in arranged(entries, under_way)]
    assert fronts == sorted(fronts, reverse=True)


@given(LINES, st.lists(PEOPLE, max_size=4))
def test_nobodys_second_goes_before_anybodys_first(entries, under_way):
    singles = [entry for entry in entries if not entry.series]
    line = arranged(singles, under_way)
    waiting = [turn for turn, entry in zip(turns(line, under_way), line, strict=True) if not ahead(entry)]
    assert waiting == sorted(waiting)


@given(WAITING, st.lists(PEOPLE, max_size=4))
def test_a_series_blocks_nobody_elses(entries, under_way):
    runs = [entry for entry in entries if entry.series]
    found = turns(arranged(runs, under_way), under_way)
    assert found == sorted(found)


@given(LINES, st.lists(PEOPLE, max_size=4))
def test_of_one_person_and_kind_who_came_first_is_first(entries, under_way):
    last: dict = {}
    for entry in arranged(entries, under_way):
        if not ahead(entry):
            kind = entry.person, entry.series
            assert last.get(kind, 0.0) <= entry.ticket.arrived
            last[kind] = entry.ticket.arrived


@given(st.lists(PEOPLE, max_size=10, unique=True).flatmap(st.permutations))
def test_of_people_with_one_each_who_came_first_is_first(people):
    entries = [Entry(name, False, Ticket(float(number))) for number, name in enumerate(people)]
    assert order(entries[::-1], []) == list(range(len(people)))[::-1]


def test_people_go_by_turns_and_a_training_under_way_is_a_turn():
    def single(name, arrived):
        return Entry(name, False, Ticket(arrived))

    entries = [single("a", 1.0), single("a", 2.0), single("b", 3.0), single("c", 4.0), single("b", 5.0)]
    assert order(entries, []) == [0, 2, 3, 1, 4]
    assert order(entries, ["a"]) == [2, 3, 0, 4, 1]


def test_what_nobody_owns_is_a_person_of_its_own(store, new_run):
    first, second, owned = new_run(store), new_run(store), store.create("x", "digits", new_run(store).hyperparameters, "me")
    assert len({person(first), person(second)}) == 2 and person(owned) == "me"
