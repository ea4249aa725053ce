"""What people are called over several downloads."""

from pathlib import Path

from grader.classroom.labels import keep_labels
from grader.classroom.names import MAX_BYTES
from grader.classroom.roster import Identity, RosterEntry


def called(*people: tuple[str, Identity], before: tuple[tuple[str, Identity], ...] = ()) -> list[str]:
    """The names of these people's notebooks."""
    entries = [RosterEntry(name, "02_one_hot", "x", Path("x"), None, identity) for name, identity in people]
    return [entry.student for entry in keep_labels(entries, before)]


def canvas(number: str, email: str = "") -> Identity:
    return Identity(number, email, system="canvas")


class TestOneName:
    def test_two_people_of_one_name_in_two_downloads_are_two(self):
        before = (("Ann Lee", canvas("1")),)
        assert called(("Ann Lee", canvas("2")), before=before) == ["Ann Lee_2"]
        assert called(("Ann Lee", canvas("1")), before=before) == ["Ann Lee"]

    def test_one_person_keeps_the_name_they_had(self):
        """In the second download there are two of the name, so both would be called by their numbers."""
        people = ("Ann Lee_1", canvas("1")), ("Ann Lee_2", canvas("2"))
        assert called(*people, before=(("Ann Lee", canvas("2")),)) == ["Ann Lee_1", "Ann Lee"]

    def test_addresses_tell_people_apart_in_all_systems(self):
        anna = Identity("7", "anna@x", system="gradescope")
        assert called(("A", Identity("7", "Anna@x", system="moodle")), before=(("A", anna),)) == ["A"]
        assert called(("A", Identity("9", "bob@x", system="moodle")), before=(("A", anna),)) == ["A_9"]

    def test_numbers_of_moodle_are_of_one_assignment_only(self):
        moodle = Identity("1", system="moodle"), Identity("2", system="moodle")
        assert called(("A", moodle[1]), ("B", moodle[0]), before=(("A", moodle[0]),)) == ["A", "B"]

    def test_several_notebooks_of_one_person_have_one_name(self):
        two = ("Ann", canvas("5")), ("Ann", canvas("5"))
        assert called(*two, before=(("Ann", canvas("1")), ("Ann_5", canvas("6")))) == ["Ann_5 #2", "Ann_5 #2"]

    def test_addresses_that_begin_alike_stay_apart(self):
        long = [Identity("", f"{'a' * 70}{n}@x", system="canvas") for n in range(3)]
        before = (("Ann", long[0]), (called(("Ann", long[1]), before=(("Ann", long[0]),))[0], long[1]))
        assert called(("Ann", long[2]), before=before)[0].endswith(" #2")

    def test_long_names_stay_apart(self):
        long = "x" * MAX_BYTES
        (name,) = called((long, canvas("2")), before=((long, canvas("1")),))
        assert name.endswith("_2")
        assert len(name) <= MAX_BYTES
