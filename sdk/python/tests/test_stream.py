"""Stream: the kernel's duties, as src/engine has them for JavaScript."""

from __future__ import annotations

import copy
import pickle
import threading
from dataclasses import astuple, fields

import numpy as np
import pandas as pd
import pytest

from neurocluster import ClosedError, NeuroClusterError, SnapshotError, ValidationError
from neurocluster.local import EVENTS_WAITING_MAX, Assignment, Stream

PARTS = [field.name for field in fields(Assignment) if field.name != "layers"]


def assert_same(one: Assignment, other: Assignment) -> None:
    for part in PARTS:
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part))


def test_learn_answers_as_many_of_each_as_there_are_points_each_in_its_range(blobs):
    answer = Stream(3).learn(blobs(5000), layers=True)
    assert len(answer) == 5000
    kinds = [getattr(answer, part).dtype for part in PARTS]
    assert kinds == [np.int32, np.float32, np.bool_, np.float32]
    layers = answer.layers
    for part in (answer.outlier_scores, answer.similarities, layers.geometric, layers.statistical, layers.temporal):
        assert part.shape == (5000,) and part.dtype == np.float32 and part.min() >= 0 and part.max() <= 1
    assert answer.ids.min() >= -1
    np.testing.assert_array_equal(answer.is_outlier, answer.outlier_scores >= 0.5)
    assert Stream(3).learn(blobs(10)).layers is None


def test_a_score_that_equals_the_threshold_as_written_reaches_it(blobs):
    points = blobs(2000)
    scores = Stream(3).learn(points).outlier_scores
    for score in np.unique(scores)[[1, len(np.unique(scores)) // 2, -1]]:
        # A little above the score in double precision, and the score itself in single.
        threshold = float(np.nextafter(np.float64(score), 2.0))
        answer = Stream(3, outlier_threshold=min(1.0, threshold)).learn(points)
        np.testing.assert_array_equal(answer.is_outlier, scores >= score)
    assert Stream(3, outlier_threshold=0).learn(points).is_outlier.all()


def test_the_layers_make_up_the_score(blobs):
    answer = Stream(3).learn(blobs(2000), layers=True)
    layers = answer.layers
    score = 0.4 * layers.geometric + 0.3 * layers.statistical + 0.3 * layers.temporal
    np.testing.assert_allclose(answer.outlier_scores[32:], score[32:], atol=1e-6)


def test_learn_does_not_care_how_a_stream_is_cut_into_batches(blobs):
    points = blobs(4000)
    whole, cut = Stream(3), Stream(3)
    parts, start, size = [], 0, 1
    while start < 4000:
        parts.append(cut.learn(points[start : start + size]))
        start, size = start + size, (size * 7) % 1021
    np.testing.assert_array_equal(np.concatenate([part.ids for part in parts]), whole.learn(points).ids)
    assert cut.snapshot() == whole.snapshot()
    assert cut.events() == whole.events()


@pytest.mark.parametrize("dims", [1, 3, 7, 40])
def test_arrays_lists_frames_and_any_layout_are_the_same_points(blobs, dims):
    points = blobs(700, dims)
    whole = Stream(dims).learn(points)
    odd = np.zeros((1400, 2 * dims))
    odd[::2, ::2] = points
    forms = [
        points.tolist(),
        [tuple(row) for row in points.tolist()],
        list(points),
        np.asfortranarray(points),
        odd[::2, ::2],
        points.astype(">f8"),
        points.astype(object),
        pd.DataFrame(points),
    ]
    for form in forms:
        assert_same(Stream(dims).learn(form), whole)


def test_single_precision_is_taken_as_it_is(blobs):
    single = blobs(3000).astype(np.float32)
    assert_same(Stream(3).learn(single), Stream(3).learn(single.astype(np.float64)))


def test_integers_are_points(rng):
    whole = rng.integers(-50, 50, (500, 2))
    for kind in (np.int8, np.int16, np.int64):
        assert_same(Stream(2).learn(whole.astype(kind)), Stream(2).learn(whole.astype(np.float64)))


def test_assign_labels_and_changes_nothing(blobs):
    stream = Stream(3)
    stream.learn(blobs(3000))
    before, later = stream.snapshot(), blobs(1000)
    assert_same(stream.assign(later), stream.assign(later))
    assert stream.snapshot() == before
    assert set(stream.assign(later).ids.tolist()) == {0, 1, 2}
    assert Stream(3).assign(later).ids.tolist() == [-1] * 1000


def test_status_and_clusters_describe_three_far_blobs(blobs):
    stream = Stream(3)
    assert (stream.status().points, stream.status().clusters, stream.clusters()) == (0, 0, [])
    ids = stream.learn(blobs(5000)).ids
    status, clusters = stream.status(), stream.clusters()
    assert (status.dims, status.points, status.clusters) == (3, 5000, 3)
    assert 0 < status.state_bytes < 1e6 and np.isfinite(astuple(status)).all()
    assert len({cluster.id for cluster in clusters}) == 3
    for cluster in clusters:
        assert cluster.center.shape == (3,) and cluster.id in ids and cluster.size > 0 and cluster.radius > 0
        assert 1 <= cluster.born <= cluster.last_point <= 5000
        assert cluster.health.status in ("healthy", "ageing", "weak") and 0 <= cluster.health.score <= 1
    assert sorted(round(float(cluster.center[0]) / 20) for cluster in clusters) == [1, 2, 3]


def test_each_event_comes_once_in_order(blobs):
    stream = Stream(3)
    stream.learn(blobs(2000))
    events = stream.events()
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert events[0].type == "born"
    assert stream.events() == []


def test_events_that_end_a_block_early_are_taken_and_only_the_latest_wait(rng, monkeypatch):
    # Clusters that come and go without end: more events than the kernel has room for.
    places = np.repeat(rng.uniform(-1e6, 1e6, (4000, 2)), 8, axis=0)
    points = places + rng.normal(size=places.shape)
    whole, cut = Stream(2, learning_rate=1.0), Stream(2, learning_rate=1.0)
    call, early = whole._live().call, []

    def watched(name, *arguments):
        answer = call(name, *arguments)
        if name == "learn" and answer < arguments[1] - arguments[0]:
            early.append(answer)
        return answer

    monkeypatch.setattr(whole._live(), "call", watched)
    ids = whole.learn(points).ids
    # Cut so finely that events never fill the kernel's room: the same must come out.
    parts, taken = [], []
    for start in range(0, len(points), 7):
        parts.append(cut.learn(points[start : start + 7]).ids)
        taken += cut.events()
    np.testing.assert_array_equal(ids, np.concatenate(parts))
    assert len(early) > 10
    assert len(taken) > EVENTS_WAITING_MAX
    assert whole.events() == taken[-EVENTS_WAITING_MAX:]
    assert [event.sequence for event in taken] == list(range(1, len(taken) + 1))


def test_restore_and_go_on_is_the_same_as_going_on(blobs):
    stream = Stream(3, scaling="standard", max_clusters=12, base_threshold=0.6, outlier_threshold=0.4)
    stream.learn(blobs(3000))
    stream.events()
    later = blobs(3000)
    others = [Stream.from_snapshot(stream.snapshot()), Stream(3), pickle.loads(pickle.dumps(stream)), copy.copy(stream)]
    others[1].restore(stream.snapshot())
    expected = stream.learn(later)
    events = stream.events()
    for other in others:
        assert_same(other.learn(later), expected)
        assert (other.snapshot(), other.options, other.events()) == (stream.snapshot(), stream.options, events)


def test_restore_drops_the_events_that_wait(blobs):
    stream, other = Stream(3), Stream(3)
    for one in (stream, other):
        one.learn(blobs(1000))
    stream.restore(other.snapshot())
    assert stream.events() == [] and other.events() != []


def test_a_stream_that_has_seen_nothing_can_be_kept():
    restored = Stream.from_snapshot(Stream(5).snapshot())
    assert (restored.dims, restored.status().points) == (5, 0)


def test_merge_adds_what_another_stream_has_learned(rng):
    left, right = Stream(2), Stream(2)
    left.learn(rng.normal(0, 1, (2000, 2)))
    right.learn(rng.normal(50, 1, (2000, 2)))
    left.events()
    left.merge(right.snapshot())
    assert left.status().points == 4000 and left.status().clusters == 2
    assert [event.type for event in left.events()].count("born") == 1
    near, far = left.assign([[0.0, 0.0], [50.0, 50.0]]).ids
    assert near >= 0 and far >= 0 and near != far


def test_a_changed_snapshot_is_refused_wherever_and_changes_nothing(blobs, rng):
    stream = Stream(3)
    stream.learn(blobs(500))
    snapshot, other = stream.snapshot(), Stream(3)
    other.learn(blobs(100))
    before = other.snapshot()
    places = [*range(48), *rng.integers(48, len(snapshot), 150).tolist()]
    for place in places:
        damaged = bytearray(snapshot)
        damaged[place] ^= 1 << (place % 8)
        for act in (Stream.from_snapshot, other.restore, other.merge):
            with pytest.raises(SnapshotError) as refused:
                act(bytes(damaged))
            codes = {"snapshot_damaged", "snapshot_foreign", "snapshot_truncated", "dims_mismatch"}
            assert refused.value.code in codes, place
    assert other.snapshot() == before


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (lambda s: s[:-1], "snapshot_truncated"),
        (lambda s: s[:20], "snapshot_truncated"),
        (lambda s: b"", "snapshot_truncated"),
        (lambda s: s + bytes(8), "snapshot_damaged"),
        (lambda s: b'{"points": [[1, 2, 3]]}', "snapshot_foreign"),
        (lambda s: s[:4] + bytes([9]) + s[5:], "snapshot_foreign"),
        (lambda s: Stream(4).snapshot(), "dims_mismatch"),
    ],
)
def test_what_is_no_snapshot_of_the_stream_has_its_code(blobs, octets, code):
    stream = Stream(3)
    stream.learn(blobs(100))
    for act in (stream.restore, stream.merge):
        with pytest.raises(SnapshotError) as refused:
            act(octets(stream.snapshot()))
        assert refused.value.code == code


def test_merge_refuses_a_stream_of_other_parameters(blobs):
    stream, other = Stream(3), Stream(3, max_clusters=12)
    other.learn(blobs(100))
    with pytest.raises(SnapshotError) as refused:
        stream.merge(other.snapshot())
    assert refused.value.code == "snapshot_foreign"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"max_clusters": 1}, "max_clusters must be an integer from 2 to 256, not 1"),
        ({"max_clusters": 30.5}, "max_clusters must be an integer from 2 to 256, not 30.5"),
        ({"max_clusters": True}, "max_clusters must be an integer from 2 to 256, not True"),
        ({"base_threshold": 1.0}, "base_threshold must be a number above 0 and below 1, not 1.0"),
        ({"learning_rate": float("nan")}, "learning_rate must be a number from 0.0001 to 1, not nan"),
        ({"outlier_threshold": "half"}, "outlier_threshold must be a number from 0 to 1, not 'half'"),
        ({"scaling": "minmax"}, "scaling must be none or standard, not 'minmax'"),
    ],
)
def test_an_option_outside_its_range_is_refused_by_name(options, says):
    with pytest.raises(ValidationError) as refused:
        Stream(3, **options)
    assert (refused.value.code, refused.value.detail) == ("invalid_option", says)
    assert isinstance(refused.value, ValueError)


def test_configure_sets_what_is_given_from_the_next_point_on_and_in_the_snapshot(blobs):
    stream = Stream(3, max_clusters=9, learning_rate=0.2)
    stream.learn(blobs(500))
    stream.configure(outlier_threshold=0.0)
    assert stream.learn(blobs(10)).is_outlier.all()
    options = Stream.from_snapshot(stream.snapshot()).options
    assert (options.max_clusters, options.learning_rate, options.outlier_threshold) == (9, 0.2, 0.0)


@pytest.mark.parametrize("options", [{"max_clusters": 8}, {"scaling": "standard"}, {"learning_rate": 2}, {"radius": 1}])
def test_configure_refuses_what_is_fixed_or_wrong_and_changes_nothing(blobs, options):
    stream = Stream(3)
    stream.learn(blobs(100))
    before = stream.snapshot()
    with pytest.raises(ValidationError, match=next(iter(options))):
        stream.configure(outlier_threshold=0.9, **options)
    assert stream.snapshot() == before and stream.options.outlier_threshold == 0.5


@pytest.mark.parametrize("dims", [0, 1025, 2.5, "3", None, True])
def test_dims_outside_their_range_are_refused(dims):
    with pytest.raises(ValidationError, match="dims must be an integer from 1 to 1024"):
        Stream(dims)


def test_numbers_of_numpy_are_options():
    stream = Stream(np.int64(2), max_clusters=np.int32(12), base_threshold=np.float32(0.5))
    assert (stream.dims, stream.options.max_clusters, stream.options.base_threshold) == (2, 12, 0.5)


def test_a_closed_stream_says_so(blobs):
    with Stream(3) as stream:
        snapshot = stream.snapshot()
    stream.close()
    calls = [
        lambda: stream.learn(blobs(1)),
        lambda: stream.assign(blobs(1)),
        stream.clusters,
        stream.status,
        stream.events,
        stream.snapshot,
        lambda: stream.restore(snapshot),
        lambda: stream.merge(snapshot),
    ]
    for call in calls:
        with pytest.raises(ClosedError) as refused:
            call()
        assert refused.value.code == "disposed"


def test_threads_take_turns(blobs):
    points, stream = blobs(20_000), Stream(3)
    threads = [threading.Thread(target=stream.learn, args=(points[i::4],)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Whatever order they came in, none was lost and the three blobs are found.
    assert (stream.status().points, stream.status().clusters) == (20_000, 3)


def test_memory_does_not_grow_with_the_stream(blobs):
    stream, points = Stream(3), blobs(20_000)
    stream.learn(points)
    before = (stream.status().state_bytes, stream._live().call("exchange"), len(stream._live()._octets))
    for _ in range(5):
        stream.learn(points)
    kernel = stream._live()
    assert (stream.status().state_bytes, kernel.call("exchange"), len(kernel._octets)) == before
    assert len(stream.snapshot()) <= len(kernel.exchange)


def test_errors_are_a_tree_that_can_be_pickled():
    error = ValidationError("not_finite", "row 1, column 2: nan is not finite", row=1, column=2)
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, NeuroClusterError)
    assert (again.code, again.row, again.column, str(again)) == (error.code, 1, 2, str(error))
