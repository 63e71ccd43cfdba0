"""The order of the line: nobody's second before anybody's first, whoever comes when."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.tickets import Ticket
from mnist_cnn.training.line import Entry, Rounds, order, person

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


def trained(arrivals: list[tuple[int, str]], slots: int) -> list[tuple[str, int]]:
    """Whose trainings begin, each with its number among that person's, where every one takes a unit of time.

    Parameters
    ----------
    arrivals : when each is put in line, in the order of coming, and whose it is.
    """
    rounds, waiting, under_way, begun, counts, come = Rounds(), [], [], [], Counter(), list(arrivals)
    for now in range(60):
        under_way = []
        while come and come[0][0] <= now:
            _, whose = come.pop(0)
            counts[whose] += 1
            waiting.append(
                (Entry(whose, False, Ticket(float(len(begun) + len(waiting)), round=rounds.join(whose, False))), counts[whose])
            )
        while waiting and len(under_way) < slots:
            entry, number = waiting.pop(order([entry for entry, _ in waiting], under_way)[0])
            rounds.begin(False, entry.ticket.round)
            under_way.append(entry.person)
            begun.append((entry.person, number))
    return begun


def test_who_clicks_often_is_not_trained_again_and_again_before_those_who_came_later():
    clicks = [(0, "a")] * 3 + [(0, "b"), (0, "c"), (1, "d")]
    assert trained(clicks, 1) == [("a", 1), ("b", 1), ("c", 1), ("d", 1), ("a", 2), ("a", 3)]
    assert trained(clicks, 2) == [("a", 1), ("b", 1), ("c", 1), ("d", 1), ("a", 2), ("a", 3)]


@given(st.lists(st.tuples(st.integers(0, 6), PEOPLE), max_size=20).map(sorted), st.integers(1, 3))
def test_while_somebody_waits_for_a_first_nobody_who_came_no_later_gets_two_more(arrivals, slots):
    begun = trained(arrivals, slots)
    assert Counter(who for who, _ in begun) == Counter(who for _, who in arrivals)
    first = {who: min(when for when, other in arrivals if other == who) for who in {who for _, who in arrivals}}
    for who, come in first.items():
        place = begun.index((who, 1))
        others = Counter(other for other, _ in begun[slots * come : place])
        assert max(others.values(), default=0) <= 2


def test_what_is_taken_out_was_no_turn_and_rest_forgets():
    rounds = Rounds()
    assert [rounds.join("a", False) for _ in range(2)] == [0, 1]
    rounds.leave("a", False, 1)
    assert rounds.join("a", False) == 1 and rounds.join("a", True) == 0 == rounds.join("b", False)
    rounds.begin(False, 1)
    assert rounds.join("c", False) == 1 and rounds.join("d", False, 7) == 7 and rounds.join("d", False) == 8
    rounds.rest()
    assert rounds.join("d", False) == 0
