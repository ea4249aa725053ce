"""Checks of lesson 05: what the loss says about pixels."""

from __future__ import annotations

from grader.checks.kit.networks import NetworkSpec, assert_defaults, assert_takes_sizes
from grader.checks.kit.trained_models import unseen
from grader.checks.kit.vocabulary import worth
from grader.checks.likelihoods import continuous_bernoulli, gaussian, model, trained, units

SIGMA_VAE = NetworkSpec("SigmaVAE", {"input_dim": 11, "hidden_dim": 9, "latent_dim": 5})
OUTPUTS = ("x_hat", "mu", "log_var")


class TestGaussianNLL:
    """The Gaussian term."""

    @worth(5)
    def test_value(self, student, draw):
        """is −log N(x; x_hat, σ² I) with all constants, summed over pixels, one number per image"""
        gaussian.assert_gaussian_term(student, draw)

    @worth(2, after=["value"])
    def test_any_width(self, student, draw):
        """takes σ as a float or as a tensor of one number, from 0.001 to 30"""
        gaussian.assert_any_width(student, draw)

    @worth(2, after=["value"])
    def test_gradients(self, student, draw):
        """has its gradient with respect to x_hat"""
        gaussian.assert_gaussian_gradients(student, draw)

    @worth(2, after=["value"])
    def test_gradient_of_sigma(self, student, draw):
        """lets the gradient reach a σ that is a tensor"""
        gaussian.assert_gradient_of_sigma(student, draw)

    @worth(1, after=["value"])
    def test_sizes(self, student, draw):
        """works for one image, one pixel, and no image at all"""
        gaussian.assert_gaussian_sizes(student, draw)

    @worth(1, after=["value"])
    def test_refuses(self, student, draw):
        """raises a ValueError unless σ is positive"""
        gaussian.assert_gaussian_refuses(student, draw)

    @worth(1, after=["value"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        gaussian.assert_gaussian_unchanged(student, draw)


class TestBitsPerDim:
    """Bits per dimension."""

    @worth(3)
    def test_density(self, student, draw):
        """divides nats by the number of dimensions and by ln 2"""
        units.assert_density(student, draw)

    @worth(3)
    def test_levels(self, student, draw):
        """adds log2(levels): exactly 8 bits for a uniform density at 256 levels"""
        units.assert_levels(student, draw)

    @worth(2, after=["density", "levels"])
    def test_kind(self, student, draw):
        """gives a float for a float, and for a tensor one of its shape with its graph"""
        units.assert_kind_kept(student, draw)

    @worth(1, after=["density", "levels"])
    def test_refuses(self, student):
        """raises a ValueError for less than one dimension or less than two levels"""
        units.assert_bits_refuse(student)


class TestSigmaOfSquaredError:
    """The σ behind a squared error."""

    @worth(6)
    def test_value(self, student, draw):
        """is √(beta / (2 · weight)), for any two weights"""
        units.assert_sigma(student, draw)

    @worth(2, after=["value"])
    def test_known(self, student):
        """is 0.707 for summed squares, which are the default, and 19.8 for their mean over 784 pixels"""
        units.assert_known_sigmas(student)

    @worth(1, after=["value"])
    def test_refuses(self, student):
        """raises a ValueError unless both weights are positive"""
        units.assert_sigma_refuses(student)


class TestOptimalSigma:
    """The best σ of a batch."""

    @worth(6)
    def test_value(self, student, draw):
        """is the root of the mean square error over images and pixels, a scalar tensor"""
        gaussian.assert_best_sigma(student, draw)

    @worth(2, after=["value"])
    def test_floor(self, student, draw):
        """is not below the floor, which changes nothing above it"""
        gaussian.assert_floor(student, draw)

    @worth(1, after=["value"])
    def test_finite(self, student, draw):
        """has finite gradients if it has any, at a perfect fit too"""
        gaussian.assert_finite_gradients(student, draw)

    @worth(1, after=["value"])
    def test_unchanged(self, student, draw):
        """works for one image and one pixel, and changes neither its arguments nor global modes"""
        gaussian.assert_best_sigma_kept(student, draw)


class TestSampleLikelihood:
    """Drawing a picture from the likelihood."""

    @worth(5)
    def test_distribution(self, student, draw):
        """draws from N(x_hat, σ² I) without clipping, for σ of every kind"""
        gaussian.assert_draws(student, draw)

    @worth(3)
    def test_own_noise(self, student, draw):
        """gives every pixel of every image its own noise, new ones in every call"""
        gaussian.assert_noise_apart(student, draw)

    @worth(1, after=["distribution", "own_noise"])
    def test_unchanged(self, student, draw):
        """gives draws without a graph, and changes neither its arguments nor global modes"""
        gaussian.assert_draws_kept(student, draw)

    @worth(1, after=["distribution", "own_noise"])
    def test_refuses(self, student, draw):
        """raises a ValueError unless σ is positive"""
        gaussian.assert_draws_refuse(student, draw)


class TestNoisyLossGap:
    """What noise in the loss costs."""

    @worth(7)
    def test_value(self, student, draw):
        """is what the noise adds in expectation, derived or estimated, as a Python float"""
        units.assert_gap(student, draw)

    @worth(2, after=["value"])
    def test_any_errors(self, student, draw):
        """is right for a perfect fit, for large errors, and for one image"""
        units.assert_gap_of_any_errors(student, draw)

    @worth(1, after=["value"])
    def test_refuses(self, student, draw):
        """raises a ValueError unless eta is positive, and changes neither its arguments nor global modes"""
        units.assert_gap_refuses(student, draw)


class TestKLDefect:
    """Where document A's term is least."""

    @worth(3)
    def test_place(self, student):
        """gives the σ at which the slope is 0, first in a tuple of two floats"""
        units.assert_place(student)

    @worth(2)
    def test_least(self, student):
        """gives the value of the term there, second"""
        units.assert_least_value(student)


class TestSigmaVAE:
    """A VAE whose σ is learned."""

    @worth(1)
    def test_learns(self, student, draw):
        """learns from its own loss to rebuild images, while σ falls"""
        model.assert_learns(student, SIGMA_VAE, draw)

    @worth(1, after=["learns"])
    def test_shapes(self, student, draw):
        """takes its sizes by position and by keyword, with the defaults 784, 400 and 20"""
        shapes = [(4, 11), (4, 5), (4, 5)]
        assert_takes_sizes(student, SIGMA_VAE, draw.uniform(4, 11), shapes, OUTPUTS)
        assert_defaults(student, SIGMA_VAE, draw.uniform(1, 784), [(1, 784), (1, 20), (1, 20)], OUTPUTS)

    @worth(2)
    def test_draws(self, student, draw):
        """decodes a draw from N(mu, exp(log_var)) in every mode, into (0, 1)"""
        model.assert_draws(student, SIGMA_VAE, draw)

    @worth(1, after=["draws"])
    def test_encoder(self, student, draw):
        """returns its encoder's mu and log_var, and leaves modes and images alone"""
        model.assert_encoder(student, SIGMA_VAE, draw)

    @worth(2, after=["learns", "loss"])
    def test_log_sigma(self, student):
        """has a parameter `log_sigma` with one number, 0 at the start"""
        model.assert_log_sigma(student, SIGMA_VAE)

    @worth(4)
    def test_loss(self, student, draw):
        """has the mean of Gaussian term and KL as its loss, with σ = exp(log_sigma)"""
        model.assert_loss_value(student, SIGMA_VAE, draw)

    @worth(1, after=["loss"])
    def test_one_draw(self, student, draw):
        """draws one code for an image, in every mode"""
        model.assert_one_draw(student, SIGMA_VAE, draw)

    @worth(1, after=["loss"])
    def test_slope(self, student, draw):
        """pulls `log_sigma` by D − ‖x − x_hat‖²/σ²"""
        model.assert_slope_of_log_sigma(student, SIGMA_VAE, draw)

    @worth(1, after=["loss"])
    def test_gradients(self, student, draw):
        """lets gradients of the loss reach every parameter, and has all its parts registered"""
        model.assert_loss_gradients(student, SIGMA_VAE, draw)
        model.assert_parts(student, SIGMA_VAE, draw)

    @worth(1, after=["loss"])
    def test_unchanged(self, student, draw):
        """gives a scalar for one image too, and leaves images, parameters and modes alone"""
        model.assert_loss_kept(student, SIGMA_VAE, draw)


class TestContinuousBernoulliLogNorm:
    """The constant of the continuous Bernoulli."""

    @worth(4)
    def test_value(self, student, draw):
        """is log C(λ), element by element"""
        continuous_bernoulli.assert_values(student, draw)

    @worth(2, after=["value"])
    def test_near_half(self, student, draw):
        """is right around ½, and log 2 there"""
        continuous_bernoulli.assert_near_half(student, draw)

    @worth(1, after=["value"])
    def test_ends(self, student, draw):
        """is right close to 0 and to 1"""
        continuous_bernoulli.assert_ends(student, draw)

    @worth(1, after=["value"])
    def test_gradients(self, student, draw):
        """has its gradient"""
        continuous_bernoulli.assert_gradients(student, draw)

    @worth(1, after=["value"])
    def test_gradients_near_half(self, student, draw):
        """has its gradient around ½, where it is 0"""
        continuous_bernoulli.assert_gradients_near_half(student, draw)

    @worth(1, after=["value"])
    def test_unchanged(self, student, draw):
        """changes neither its argument nor global modes"""
        continuous_bernoulli.assert_kept(student, draw)


class TestTrainedSigmaVAE:
    """Your own model, and its σ."""

    @worth(4)
    def test_bound(self, student, draw, digits):
        """reaches a negative ELBO on held-out digits that no fixed σ = 1 can reach"""
        trained.assert_bound(student, draw, unseen(digits, draw))

    @worth(2, after=["bound"])
    def test_sigma(self, student, draw):
        """has a σ within 10 % of its root mean square error on the training digits"""
        trained.assert_sigma_is_true(student, draw)

    @worth(2, after=["bound"])
    def test_codes(self, student, draw, digits):
        """has codes that tell one image from another"""
        trained.assert_codes_used(student, draw, unseen(digits, draw))
