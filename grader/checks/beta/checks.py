"""Checks of lesson 04: weighing the two terms."""

from __future__ import annotations

import math

import torch

from grader.checks.beta import frontier, oracles, probes
from grader.checks.beta.losses import TestBetaLoss, TestFreeBits, TestKLWeight
from grader.checks.kit.contracts import assert_float, assert_mode_met, assert_modes_kept, fail_without_steps
from grader.checks.kit.epochs import epoch_values, stand_in_terms
from grader.checks.kit.inputs import told_apart
from grader.checks.kit.oracles import bce_formulas, kl_formulas
from grader.checks.kit.probes import on_stand_in
from grader.checks.kit.vocabulary import assert_matches, describe, expect, worth

__all__ = ["TestBetaLoss", "TestFreeBits", "TestKLWeight"]  # the rest of the lesson's checks is below

SIZES, PIXELS, LATENTS = (5, 4, 2), 7, 3


def stand_in(draw):
    """Weights of a stand-in whose x_hat does not depend on z, and batches of which the last is smaller."""
    weights = {
        "m": draw(PIXELS, LATENTS) / 2,
        "v": draw(PIXELS, LATENTS) / 2,
        "cm": torch.zeros(LATENTS),
        "cv": torch.zeros(LATENTS),
        "w": torch.zeros(LATENTS, PIXELS),
        "b": draw(PIXELS),
    }
    return weights, [draw.uniform(size, PIXELS) for size in SIZES]


def averaged(suspects):
    """Values of each image as their means."""
    several = {name: values if isinstance(values, list) else [values] for name, values in suspects.items()}
    return {name: [value.mean() for value in values] for name, values in several.items()}


def assert_evaluates(student, draw, function, extra=()):
    """In evaluation mode, without a graph, without learning; modes, batches and global modes are left as they were."""
    for training in (True, False):
        weights, batches = stand_in(draw)
        seen = student.run(on_stand_in, function, weights, batches, list(extra), training=training)
        assert_mode_met(seen, training=False, doing="is measured")
        expect(
            not any(seen["graph"]),
            "A graph is built while the model is measured: use `with torch.no_grad():`.",
            "evaluate-builds-graph",
        )
        assert_left_alone(seen, function, training, weights, batches)
        expect(not any(seen["gradients"]), f"`{function}` leaves gradients in the parameters.")


def assert_left_alone(seen, function, training, weights, batches, *, learns=False):
    names = {True: "training", False: "evaluation"}
    expect(
        all(mode == training for mode in seen["training_after"]),
        f"A model that comes in {names[training]} mode is handed back in {names[not training]} mode.",
        "mode-not-restored",
    )
    kept = all(torch.equal(before, after) for before, after in zip(batches, seen["batches"], strict=True))
    expect(kept, f"`{function}` changes the batches that it is given.", "arguments-changed-in-place")
    assert_modes_kept(seen["before"], seen["after"], f"`{function}`")
    same = all(torch.equal(weights[name], seen["weights"][name]) for name in "mvb")
    expect(learns or same, f"`{function}` changes the weights of the model.")


class TestRateDistortion:
    """Rate and distortion of a model on data."""

    @staticmethod
    def measured(student, weights, batches, **options):
        """The two numbers, and their true values' images."""
        value = student.run(on_stand_in, "rate_distortion", weights, batches, [], **options)["value"]
        pair = isinstance(value, tuple | list) and len(value) == 2
        expect(pair, f"Expected two numbers, rate and distortion, got {describe(value)}.")
        return assert_float(value[0], "the rate"), assert_float(value[1], "the distortion")

    @worth(4)
    def test_rate(self, student, draw):
        """gives the mean KL per image first, the smaller last batch counted as what it is"""

        def make():
            weights, batches = stand_in(draw)
            terms = [stand_in_terms(weights, x) for x in batches]
            expected, suspects = epoch_values([kl for _, kl in terms])
            distortion, _ = epoch_values([bce for bce, _ in terms])
            x = torch.cat(batches)
            suspects |= averaged(kl_formulas(x @ weights["m"], x @ weights["v"]))
            suspects |= {"rate-and-distortion-swapped": distortion, "rate-holds-the-loss": expected + distortion}
            return (weights, batches), expected, suspects

        (weights, batches), expected, suspects = told_apart(make)
        rate, _ = self.measured(student, weights, batches)
        assert_matches(rate, expected, what="the rate", suspects=suspects)

    @worth(4)
    def test_distortion(self, student, draw):
        """gives the mean reconstruction loss per image second, the smaller last batch counted as what it is"""

        def make():
            weights, batches = stand_in(draw)
            terms = [stand_in_terms(weights, x) for x in batches]
            expected, suspects = epoch_values([bce for bce, _ in terms])
            rate, _ = epoch_values([kl for _, kl in terms])
            x = torch.cat(batches)
            suspects |= averaged(bce_formulas(torch.sigmoid(weights["b"]).expand(len(x), -1), x))
            suspects |= {"rate-and-distortion-swapped": rate, "distortion-holds-the-loss": expected + rate}
            return (weights, batches), expected, suspects

        (weights, batches), expected, suspects = told_apart(make)
        _, distortion = self.measured(student, weights, batches)
        assert_matches(distortion, expected, what="the distortion", suspects=suspects)

    @worth(3)
    def test_draws(self, student, draw):
        """decodes z drawn from q(z|x), not its mean"""
        weights, _ = stand_in(draw)
        weights |= {"w": draw(LATENTS, PIXELS), "v": torch.zeros(PIXELS, LATENTS), "cv": torch.ones(LATENTS)}
        batches = [draw.uniform(size, PIXELS) for size in (1500, 1500, 700)]
        _, distortion = self.measured(student, weights, batches)
        expected, spread, at_mean = self.distortions(weights, torch.cat(batches), draw)
        allowed = 8 * spread / len(torch.cat(batches)) ** 0.5
        expect(
            abs(distortion - expected) < allowed,
            f"Expected a distortion of {expected:.2f} ± {allowed:.2f} nats with z drawn from q(z|x), got "
            f"{distortion:.2f}.",
            "distortion-of-the-mean-code" if abs(distortion - at_mean) < 1e-3 * at_mean else None,
        )

    @staticmethod
    def distortions(weights, x, draw):
        """The expected distortion of drawn codes, its standard deviation over images, and that of mean codes."""
        mu, x = x.double() @ weights["m"].double(), x.double()
        losses = []
        for noise in [draw(*mu.shape).double() * math.exp(0.5) for _ in range(20)] + [torch.zeros_like(mu)]:
            logits = (mu + noise) @ weights["w"].double() + weights["b"].double()
            losses.append((torch.nn.functional.softplus(logits) - x * logits).sum(1))
        drawn = torch.stack(losses[:-1])
        return drawn.mean().item(), drawn.std().item(), losses[-1].mean().item()

    @worth(3, after=["rate", "distortion"])
    def test_evaluation(self, student, draw):
        """measures in evaluation mode without a graph, and leaves model, batches and modes as they were"""
        assert_evaluates(student, draw, "rate_distortion")


class TestActiveUnits:
    """How many latents say something about the image."""

    # groups of latents: how many, variance of mu over the data, mean of mu, log_var, and whether only batches differ
    GROUPS = (
        (3, 0.5, 0.0, 0.0, False),
        (1, 0.0015, 0.0, 0.0, False),
        (3, 0.0, 2.0, 0.0, False),
        (2, 0.2, 0.0, 0.0, True),
        (4, 0.0, 0.0, -6.0, False),
        (2, 0.3, 0.0, -6.0, False),
    )

    @classmethod
    def model(cls, draw):
        """Weights and batches for which every wrong idea counts another number of latents."""
        images, latents = sum(SIZES), sum(group[0] for group in cls.GROUPS)
        place = torch.cat([torch.arange(size) for size in SIZES])[:, None]
        x = (1 + 2 * (place % 2)) / 4 + (
            draw.uniform(images, latents) - 0.5
        ) / 3  # low and high in turn, in every batch
        column, scale, offset, log_vars = 0, [], [], []
        for count, variance, mean, log_var, between in cls.GROUPS:
            for _ in range(count):
                if between:
                    x[:, column] = torch.tensor([0.1, 0.9, 0.5]).repeat_interleave(torch.tensor(SIZES))
                scale.append((variance / x[:, column].var(correction=0)) ** 0.5)
                offset.append(mean - scale[-1] * x[:, column].mean())
                log_vars.append(log_var)
                column += 1
        weights = {
            "m": torch.tensor(scale).diag(),
            "v": torch.zeros(latents, latents),
            "cm": torch.tensor(offset),
            "cv": torch.tensor(log_vars),
            "w": torch.zeros(latents, latents),
            "b": draw(latents),
        }
        return weights, list(x.split(SIZES))

    @classmethod
    def counted(cls, student, weights, batches, *extra):
        value = student.run(on_stand_in, "active_units", weights, batches, list(extra))["value"]
        plain = isinstance(value, int) and not isinstance(value, bool)
        expect(plain, f"Expected a Python int, got {describe(value)}.")
        return value

    @worth(6)
    def test_count(self, student, draw):
        """counts the latents whose posterior mean varies over all images by more than 0.01"""
        weights, batches = self.model(draw)
        count, right = self.counted(student, weights, batches), 7
        names = {
            8: "active-by-standard-deviation",
            5: "active-within-batches",
            10: "active-by-size-of-mean",
            14: "active-by-kl",
            9: "active-by-posterior-variance",
            11: "active-by-drawn-codes",
            6: "active-by-sharpness",
            15: "active-counts-all-latents",
        }
        expect(
            count == right,
            f"Of 15 latents, {right} have a posterior mean that varies over the images by more than 0.01; "
            f"you count {count}.",
            names.get(count),
        )

    @worth(3)
    def test_threshold(self, student, draw):
        """respects the threshold"""
        weights, batches = self.model(draw)
        for threshold, right in ((0.0005, 8), (0.25, 5), (2.0, 0)):
            count = self.counted(student, weights, batches, threshold)
            expect(
                count == right,
                f"With threshold = {threshold} there are {right} active units, you count {count}.",
                "active-threshold-ignored" if self.counted(student, weights, batches) == count == 7 else None,
            )

    @worth(2, after=["count", "threshold"])
    def test_silent(self, student, draw):
        """finds no active unit where every image gets the same code"""
        weights, batches = self.model(draw)
        silent = weights | {"m": torch.zeros_like(weights["m"]), "cm": draw(15)}
        count = self.counted(student, silent, batches)
        expect(count == 0, f"All images have the same code, and yet you count {count} active units.")

    @worth(3, after=["count", "threshold"])
    def test_evaluation(self, student, draw):
        """measures in evaluation mode without a graph, and leaves model, batches and modes as they were"""
        assert_evaluates(student, draw, "active_units")


class TestTrainBetaEpoch:
    """One pass over the data at a price."""

    @staticmethod
    def epoch(student, weights, batches, beta, rate, **options):
        options |= {"learning_rate": rate}
        return student.run(on_stand_in, "train_beta_epoch", weights, batches, [beta], **options)

    @worth(3)
    def test_value(self, student, draw):
        """returns the mean weighted loss per image as a Python float, the smaller last batch counted as what it is"""

        def make():
            weights, batches = stand_in(draw)
            terms = [stand_in_terms(weights, x) for x in batches]
            expected, suspects = epoch_values([bce + 3.7 * kl for bce, kl in terms])
            for name, weigh in {
                "beta-ignored": lambda bce, kl: bce + kl,
                "beta-on-reconstruction": lambda bce, kl: 3.7 * bce + kl,
                "elbo-kl-missing": lambda bce, kl: bce,
            }.items():
                suspects[name] = epoch_values([weigh(*pair) for pair in terms])[0]
            return (weights, batches), expected, suspects

        (weights, batches), expected, suspects = told_apart(make)
        value = assert_float(self.epoch(student, weights, batches, 3.7, 0.0)["value"], "the loss")
        assert_matches(value, expected, what="the loss per image at beta = 3.7", suspects=suspects)

    @worth(4)
    def test_steps(self, student, draw):
        """makes one step of gradient descent on the weighted loss for each batch"""
        weights, batches = stand_in(draw)
        seen = self.epoch(student, weights, batches, 3.7, 0.05)

        def joined(chosen):
            return torch.cat([chosen[name].double().flatten() for name in "mvb"])

        if torch.equal(joined(seen["weights"]), joined(weights)):
            fail_without_steps(seen)
        mistakes = (
            *("beta-ignored", "beta-on-reconstruction", "elbo-kl-missing", "elbo-summed-over-batch"),
            *("zero-grad-missing", "one-step-per-epoch", "gradient-ascent"),
        )
        suspects = {name: joined(oracles.sgd(weights, batches, 0.05, 3.7, name)) for name in mistakes}
        expected = joined(oracles.sgd(weights, batches, 0.05, 3.7))
        assert_matches(joined(seen["weights"]), expected, what="the weights after the epoch", suspects=suspects)

    @worth(2, after=["value", "steps"])
    def test_training_mode(self, student, draw):
        """runs in training mode whatever the mode was, and restores it"""
        for training in (True, False):
            weights, batches = stand_in(draw)
            seen = self.epoch(student, weights, batches, 2.0, 0.01, training=training)
            assert_mode_met(seen, training=True, doing="trains")
            assert_left_alone(seen, "train_beta_epoch", training, weights, batches, learns=True)

    @worth(1, after=["value", "steps"])
    def test_list(self, student, draw):
        """takes a list of batches as well as any iterable"""
        weights, batches = stand_in(draw)
        assert_float(self.epoch(student, weights, batches, 2.0, 0.01, as_list=True)["value"], "the loss")


class TestBetaSweep:
    """A model for each price, and its rate and distortion."""

    EPOCHS, RATE = 5, 0.03

    @classmethod
    def given(cls, draw):
        weights = {"m": draw(PIXELS, LATENTS) / 2, "v": draw(PIXELS, LATENTS) / 2, "b": draw(PIXELS)}
        return (
            weights,
            [draw.uniform(size, PIXELS) for size in SIZES],
            [draw.uniform(size, PIXELS) for size in (3, 3, 1)],
        )

    @classmethod
    def swept(cls, student, betas, given, **options):
        seen = student.run(probes.sweep, betas, *given, options)
        points = seen["points"]
        expect(isinstance(points, list), f"Expected a list of (beta, rate, distortion), got {describe(points)}.")
        expect(len(points) == len(betas), f"Expected {len(betas)} points, one for each beta, got {len(points)}.")
        for point in points:
            triple = isinstance(point, tuple) and len(point) == 3
            expect(triple, f"Expected a point to be (beta, rate, distortion), got {describe(point)}.")
        assert_modes_kept(seen["before"], seen["after"], "`beta_sweep`")
        numbers = [[assert_float(value, "a number of a point") for value in point] for point in points]
        return torch.tensor(numbers, dtype=torch.float64)

    @worth(8)
    def test_points(self, student, draw):
        """trains a new model for each beta and measures it on the test batches"""
        given, betas = self.given(draw), [4.0, 0.3, 1.7]
        points = self.swept(student, betas, given, epochs=self.EPOCHS, learning_rate=self.RATE)
        expected = oracles.sweep(betas, *given, self.EPOCHS, self.RATE)
        suspects = {name: oracles.sweep(betas, *given, self.EPOCHS, self.RATE, name) for name in oracles.SWEEP_MISTAKES}
        suspects["sweep-sorts-its-points"] = expected[expected[:, 0].argsort()]
        assert_matches(points.float(), expected.float(), what="the points", rtol=5e-3, atol=1e-3, suspects=suspects)

    @worth(2)
    def test_defaults(self, student, draw):
        """has the defaults 8 epochs and a learning rate of 5e-3"""
        given, betas = self.given(draw), [2.5]
        expected = oracles.sweep(betas, *given, 8, 5e-3)
        points = self.swept(student, betas, given)
        assert_matches(points.float(), expected.float(), what="the point", rtol=5e-3, atol=1e-3)

    @worth(2, after=["points"])
    def test_apart(self, student, draw):
        """gives a beta the same point whatever other betas are in the list, and takes any number of them"""
        given = self.given(draw)
        alone = self.swept(student, (2.5,), given, epochs=3, learning_rate=self.RATE)
        second = self.swept(student, (0.4, 2.5), given, epochs=3, learning_rate=self.RATE)
        expect(
            torch.allclose(alone[0], second[1], rtol=1e-3),
            "The point of β = 2.5 depends on which β came before it.",
            "sweep-continues-one-model",
        )


class TestTrainedBeta:
    """Your own frontier, and your own tools on it."""

    @worth(2, after=["true_figures"])
    def test_form(self, student):
        """has a model for each beta, a point for each model, the active units and the collapsed ones"""
        frontier.assert_form(student)

    @worth(4)
    def test_true_figures(self, student, draw):
        """reports rates and distortions that its models really have on held-out digits"""
        frontier.assert_true_figures(student, draw)

    @worth(2)
    def test_trained(self, student, draw):
        """reaches a good bound at beta = 1"""
        frontier.assert_trained(student, draw)

    @worth(3)
    def test_monotone(self, student, draw):
        """has a frontier that is monotone: a higher beta, less rate and more distortion"""
        frontier.assert_monotone(student, draw)

    @worth(3)
    def test_collapse(self, student, draw):
        """counts the active units rightly and finds the collapse, and nothing but the collapse"""
        frontier.assert_collapse_found(student, draw)
