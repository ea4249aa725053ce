"""The judges, and the statistics of sets of images."""

from __future__ import annotations

import math
import os

import pytest
import torch
from torch.nn import functional as F

from vaelab import data, metrics

DIGITS = data.load("digits", "test")


def accuracy(judge, images, labels):
    return (judge(images).argmax(dim=1) == labels).float().mean().item()


class TestJudges:
    def test_recognises_held_out_digits_as_well_as_it_says(self):
        judge = metrics.judge("digits")
        assert judge.accuracy >= 0.97
        assert accuracy(judge, *DIGITS) == pytest.approx(judge.accuracy, abs=1 / 355)

    def test_recognises_blurred_digits(self):
        blurred = F.avg_pool2d(DIGITS.images.view(-1, 1, 28, 28), 5, stride=1, padding=2).flatten(1)
        assert accuracy(metrics.judge("digits"), blurred, DIGITS.labels) >= 0.95

    def test_recognises_shifted_digits(self):
        shifted = DIGITS.images.view(-1, 28, 28).roll((2, -2), dims=(1, 2)).flatten(1)
        assert accuracy(metrics.judge("digits"), shifted, DIGITS.labels) >= 0.95

    @pytest.mark.parametrize(("name", "target"), [("mnist", 0.99), ("fashion-mnist", 0.90)])
    def test_other_judges_say_how_good_they_are(self, name, target):
        assert target <= metrics.judge(name).accuracy < 1

    @pytest.mark.skipif(
        not os.environ.get("VAELAB_DATA"), reason="the full data sets are not here; VAELAB_DATA would say where"
    )
    @pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
    def test_other_judges_are_as_good_as_they_say(self, name):
        images, labels = data.load(name, "test")
        judge = metrics.judge(name)
        assert accuracy(judge, images, labels) == pytest.approx(judge.accuracy, abs=5e-4)

    @pytest.mark.parametrize("name", metrics.JUDGES)
    def test_probabilities_and_features(self, name):
        judge = metrics.judge(name)
        images = torch.rand(300, 784, requires_grad=True)
        probabilities, features = judge(images), judge.features(images)
        assert probabilities.shape == (300, 10)
        assert features.shape == (300, 32)
        assert not probabilities.requires_grad
        assert not features.requires_grad
        torch.testing.assert_close(probabilities.sum(dim=1), torch.ones(300))

    def test_each_image_is_judged_by_itself(self):
        judge = metrics.judge()
        torch.testing.assert_close(judge(DIGITS.images)[300:303], judge(DIGITS.images[300:303]))

    def test_takes_doubles_and_no_images(self):
        judge = metrics.judge()
        torch.testing.assert_close(judge(DIGITS.images[:3].double()), judge(DIGITS.images[:3]))
        assert judge(torch.empty(0, 784)).shape == (0, 10)

    def test_is_frozen(self):
        network = metrics.judge()._network
        assert not network.training
        assert not any(parameter.requires_grad for parameter in network.parameters())

    @pytest.mark.parametrize("images", [torch.rand(784), torch.rand(2, 28, 28), torch.rand(2, 100), [[0.5] * 784]])
    def test_refuses_other_shapes(self, images):
        with pytest.raises(ValueError, match=r"shape \(N, 784\)"):
            metrics.judge()(images)

    @pytest.mark.parametrize("value", [math.nan, math.inf])
    def test_refuses_values_that_are_not_finite(self, value):
        images = torch.rand(2, 784)
        images[1, 5] = value
        with pytest.raises(ValueError, match="finite"):
            metrics.judge()(images)

    def test_weights_are_small(self):
        for name in metrics.JUDGES:
            assert metrics.judge_file(name).stat().st_size <= 300_000

    def test_unknown_judge(self):
        with pytest.raises(ValueError, match="'digits', 'mnist', 'fashion-mnist'"):
            metrics.judge("auto")


class TestNearestDistance:
    @pytest.mark.parametrize(("rows", "others"), [(3, 4), (300, 70), (1, 1)])
    def test_agrees_with_all_differences(self, rows, others):
        a, b = torch.rand(rows, 11), torch.rand(others, 11)
        expected = (a[:, None].double() - b[None].double()).square().sum(-1).sqrt().min(dim=1).values
        torch.testing.assert_close(metrics.nearest_distance(a, b), expected.float())

    def test_a_copy_is_at_distance_zero(self):
        images = DIGITS.images
        assert metrics.nearest_distance(images, images.flip(0)).abs().max() == 0

    def test_a_nearly_copied_image_is_found(self):
        images = DIGITS.images
        near = images.clone()
        near[:, 400] += 1e-3
        distances = metrics.nearest_distance(near, images)
        torch.testing.assert_close(distances, torch.full((355,), 1e-3), rtol=1e-3, atol=0)

    def test_no_rows_have_no_distances(self):
        assert metrics.nearest_distance(torch.empty(0, 5), torch.rand(3, 5)).shape == (0,)

    def test_refuses_what_cannot_be_compared(self):
        for b in (torch.rand(3, 6), torch.empty(0, 5)):
            with pytest.raises(ValueError, match="cannot compare"):
                metrics.nearest_distance(torch.rand(2, 5), b)
        with pytest.raises(ValueError, match="finite"):
            metrics.nearest_distance(torch.full((2, 5), math.nan), torch.rand(2, 5))


class TestDiversity:
    def test_mean_over_pairs(self):
        points = torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 4.0]])
        assert metrics.diversity(points) == pytest.approx((5 + 4 + 3) / 3)

    def test_copies_have_none(self):
        assert metrics.diversity(torch.rand(784).expand(40, 784)) == 0

    def test_needs_two(self):
        with pytest.raises(ValueError, match="two images"):
            metrics.diversity(torch.rand(1, 784))


class TestVerdicts:
    @staticmethod
    def certain(*classes):
        return F.one_hot(torch.tensor(classes), 10).float()

    def test_all_classes_evenly(self):
        probabilities = self.certain(*range(10), *range(10))
        assert metrics.class_coverage(probabilities) == pytest.approx(1)
        assert metrics.class_entropy(probabilities) == pytest.approx(math.log(10))

    def test_one_class_only(self):
        probabilities = self.certain(7, 7, 7)
        assert metrics.class_coverage(probabilities) == pytest.approx(0.1)
        assert metrics.class_entropy(probabilities) == 0

    def test_uneven_classes(self):
        probabilities = self.certain(0, 0, 0, 9)
        assert metrics.class_coverage(probabilities) == pytest.approx(0.2)
        assert metrics.class_entropy(probabilities) == pytest.approx(2 * math.log(2) - 0.75 * math.log(3))

    def test_only_the_verdict_counts(self):
        hesitant = 0.6 * self.certain(0, 1) + 0.4 * self.certain(2, 3)
        assert metrics.class_coverage(hesitant) == pytest.approx(0.2)

    def test_held_out_digits_cover_all_classes(self):
        probabilities = metrics.judge()(DIGITS.images)
        assert metrics.class_coverage(probabilities) == pytest.approx(1)
        assert metrics.class_entropy(probabilities) > 0.99 * math.log(10)

    def test_no_images_no_verdicts(self):
        for statistic in (metrics.class_coverage, metrics.class_entropy):
            with pytest.raises(ValueError, match="without images"):
                statistic(torch.empty(0, 10))
