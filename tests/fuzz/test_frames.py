"""Whatever a worker sends ends in a value, a CheckFailure or a ProtocolError: soon, and in little memory."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submission.student import Student
from grader.worker import wire
from tests.fuzz.channels import Replay, Socketed, use, with_lengths
from tests.fuzz.frames import Mutator, giants

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["tuple", "dict", "tensor", "graph", "handle", "type"]), inner, max_size=2)
        | st.lists(st.tuples(inner, inner).map(list), max_size=2).map(lambda pairs: {"dict": pairs})
    ),
    max_leaves=15,
)


@pytest.mark.slow
@given(JSON)
@settings(max_examples=150, deadline=None)
def test_any_tree_is_data_or_a_protocol_error(tree: object) -> None:
    with contextlib.suppress(wire.ProtocolError):
        wire.unpack(tree, [], lambda handle: handle)


@pytest.mark.slow
@given(st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_a_mutated_reply_ends_as_it_should(choices: random.Random) -> None:
    channel = Replay()
    channel.frame = Mutator(choices).frame(1)
    use(Student(channel))


@pytest.mark.slow
def test_many_mutated_replies_end_in_all_three_ways() -> None:
    channel, mutator = Replay(), Mutator(random.Random(1))
    student, ends = Student(channel), Counter[str]()
    for _ in range(3_000):
        channel.frame = mutator.frame(1)
        ends[use(student)] += 1
    assert all(ends[end] > 50 for end in ("value", "CheckFailure", "ProtocolError"))


@pytest.mark.slow
@pytest.mark.parametrize("body", giants(), ids=lambda body: f"{len(body)}-{body[5:9].hex()}-{body[22:30].hex()}")
def test_a_frame_as_large_as_allowed_takes_no_longer_than_its_size_excuses(body: bytes) -> None:
    channel = Replay()
    channel.frame = with_lengths(body)
    started = time.process_time()
    use(Student(channel))
    assert time.process_time() - started < 5


@pytest.mark.slow
def test_a_fake_worker_is_late_early_wrong_and_silent() -> None:
    channel = Socketed(random.Random(2), seconds=0.3)
    student, ends = Student(channel), Counter[str]()
    before = threading.active_count()
    for _ in range(150):
        ends[use(student)] += 1
    channel.close()
    assert threading.active_count() <= before
    assert ends["value"] > 1
    assert ends["CheckFailure"] > 50
