# %% [markdown]
# # 6 · Discrete latents: can the model find the classes by itself?
#
# ![what you will have at the end](attachment:cover.png)
#
# **The question.** In lesson 3 you told the model what it was looking at, one label for every image. Suppose nobody has
# written the labels down. Can a network that only rebuilds pictures find out that there are *kinds* of pictures, and
# how many nats is a kind worth?
#
# At the end you will have a VAE with two codes: a handful of real numbers for the style, and a die with ten faces for
# the kind. On the left of the picture above, each row holds images that one face of the die was chosen for. On the
# right the same model draws: a row for each face, and each column one style. No label was used for any of it.
#
# **What you need.** Lesson 1, and the idea of lesson 4 that a code has a price. The code that builds on them comes with
# this one. Lesson 3 is good to have seen.
#
# **Time.** About two and a quarter hours: some 80 minutes for the exercises, 35 for reading, 20 for the predictions and
# the pictures. About two minutes of this your computer works on its own (on the digits alone, with two cores of a
# laptop).
#
# **In an hour and a half.** Leave out what is marked *(second reading)*: exercises 2 and 8, and Part VII. *Run All*
# goes through without them: cells that would need exercise 2 or 8 say what is missing. Their checks say "not written
# yet". You may leave that as it is, but where the lesson is graded, these points are missing.

# %% [markdown]
# Eleven exercises, most of them a few lines. As always, your code works for any batch size and any layer sizes, a
# single image included; images do not influence one another unless a function says so; arguments, modes and gradients
# of others are left alone; and everything that is a cost is in nats per image, summed over pixels and latents and
# averaged over images. The cells that are not exercises are yours to play with: in a graded notebook the course's own
# run in their place.

# %%
import copy
import math

import torch
from scipy.optimize import linear_sum_assignment
from torch import nn
from torch.nn import functional as F
from tqdm.auto import tqdm

from grader import check, hint, progress, solution
from vaelab import cluster_plots, data, explorers, plots, use_device

use_device()  # models and data are on a GPU, if there is one


class Encoder(nn.Module):
    """q(z|x): images (B, input_dim) to mu, log_var (B, latent_dim)."""

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.hidden = nn.Linear(input_dim, hidden_dim)
        self.mu, self.log_var = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)

    def forward(self, x):
        features = torch.relu(self.hidden(x))
        return self.mu(features), self.log_var(features)


class Decoder(nn.Module):
    """p(x|z): codes (B, latent_dim) to pixel means (B, output_dim) in (0, 1)."""

    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.hidden, self.pixels = nn.Linear(latent_dim, hidden_dim), nn.Linear(hidden_dim, output_dim)

    def forward(self, z):
        return torch.sigmoid(self.pixels(F.relu(self.hidden(z))))


def reparameterize(mu, log_var):
    """A draw from N(mu, exp(log_var)) that lets gradients through."""
    return mu + (log_var / 2).exp() * torch.randn_like(mu)


def kl_divergence(mu, log_var):
    """KL(N(mu, exp(log_var)) ‖ N(0, I)) of each image, in nats, (B,)."""
    return (mu.square() + log_var.exp() - 1 - log_var).sum(dim=1) / 2


def reconstruction_loss(x_hat, x):
    """−log p(x|z) of each image under independent Bernoulli pixels, in nats, (B,)."""
    return F.binary_cross_entropy(x_hat, x, reduction="none").sum(dim=1)


def negative_elbo(x, x_hat, mu, log_var):
    """Reconstruction plus KL, mean over the batch, in nats per image."""
    return (reconstruction_loss(x_hat, x) + kl_divergence(mu, log_var)).mean()


class VAE(nn.Module):
    """The VAE of lesson 1: `encoder`, `decoder`, `latent_dim`; (x) -> x_hat, mu, log_var."""

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = Decoder(latent_dim, hidden_dim, input_dim)

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(reparameterize(mu, log_var)), mu, log_var


digits = data.load("digits", "train")
digits_test = data.load("digits", "test")
train_batches = data.batches(digits.images, batch_size=64, shuffle=True)

# %% [markdown]
# ## Two codes
#
# A digit has a kind (it is a 7) and a style (it leans to the right, its pen was thick). A Gaussian code has no good
# place for kinds: between the cloud of the sevens and that of the ones there are codes which are neither, and nothing
# in a Gaussian says "one of ten". So give the code a second part, $c$, one face of a die with $C$ faces:
#
# $$p(x, z, c) = p(z)\,p(c)\,p(x \mid z, c), \qquad p(z) = N(0, I), \quad p(c) = \tfrac1C .$$
#
# The encoder proposes both parts at once, $q(z, c \mid x) = q(z \mid x)\,q(c \mid x)$. Here $q(z \mid x)$ is a Gaussian
# as ever, and $q(c \mid x)$ a loaded die whose faces have the probabilities softmax(logits). The derivation of lesson 1
# does not care what a code is made of. Jensen's inequality gives
#
# $$\log p(x) = \log \mathbb{E}_{q}\!\left[\frac{p(x \mid z, c)\,p(z)\,p(c)}{q(z \mid x)\,q(c \mid x)}\right]
# \ge \mathbb{E}_{q}\big[\log p(x \mid z, c)\big] - \mathrm{KL}\big(q(z \mid x)\,\|\,p(z)\big)
# - \mathrm{KL}\big(q(c \mid x)\,\|\,p(c)\big),$$
#
# where the KL has fallen into two because both distributions are products. One term more, and one problem: the first
# term needs a *draw* of $c$, and the encoder's gradient has to come back through it. For the Gaussian we had
# $z = \mu + \sigma\varepsilon$. What is $\mu + \sigma\varepsilon$ for a die?

# %% [markdown]
# ## Part I · A die inside a network
#
# ### 1 · `gumbel_noise` ● 5 min
#
# **Why.** The trick of lesson 1 was to put all the chance into noise that has no parameters. A die can be thrown in
# this way, too, if the noise has the right shape. That shape is Gumbel's.
#
# **The mathematics.** Any distribution with distribution function $F$ can be drawn by putting a uniform number $u$ into
# the inverse of $F$, because $P(F^{-1}(u) \le t) = P(u \le F(t)) = F(t)$. The standard Gumbel distribution has
# $F(g) = \exp(-e^{-g})$. Solve $u = \exp(-e^{-g})$ for $g$:
#
# $$g = -\log(-\log u) .$$
#
# There is one trap. `torch.rand` gives numbers in $[0, 1)$, and 0 is one of them. In float32 it comes up once in
# $2^{24}$, some 17 million, draws; the noise is then $-\infty$, and a few operations later the loss is nan. That is
# once in a few epochs on 60,000 images, and never when you look for it. So keep the smallest numbers away from the
# logarithm, but keep all others as they are: what is added to every $u$ bends the noise at both ends.


# %% exercise="gumbel_noise"
def gumbel_noise(u):
    """Standard Gumbel noise from uniform numbers: −log(−log u).

    u: a float tensor of any shape, numbers in [0, 1). Returns a tensor of the same shape, finite
    everywhere, where u is 0 as well; to 1e-4 for u between 1e-6 and 1 − 1e-6.
    """
    ### BEGIN SOLUTION
    return -torch.log(-torch.log(u.clamp(min=torch.finfo(u.dtype).tiny)))
    ### END SOLUTION


# %% check="gumbel_noise"
check("gumbel_noise")

# %% [markdown]
# The density is the derivative of $F$, $f(g) = e^{-g} \exp(-e^{-g})$. It is lopsided: large values are much more common
# than equally small ones. (Its mean is Euler's constant, its variance $\pi^2/6$.)

# %% demo
torch.manual_seed(0)
g = gumbel_noise(torch.rand(100_000))
print(f"mean {g.mean():.3f} (Euler's constant: 0.577), variance {g.var():.3f} (π²/6 = {math.pi**2 / 6:.3f})")
print(f"at u = 0: {gumbel_noise(torch.zeros(1)).item():.2f}")
cluster_plots.density(
    g, lambda t: torch.exp(-t - torch.exp(-t)), xlabel="g", title="A hundred thousand draws of Gumbel noise"
)

# %% [markdown]
# > **When it goes wrong.**
# >
# > - *The loss is nan after hours, and a second run has no such trouble* → somewhere u was exactly 0.
# > - *No noise is ever above 10 or so* → a number like 1e-4 was added inside both logarithms. Rare faces of the die
# >   never get their turn.
# > - *All noise is nan* → there is one minus only, and the logarithm of a negative number is nan.

# %% [markdown]
# ### 2 · `gumbel_max` ●● 6 min *(second reading)*
#
# **Why.** The claim behind this whole lesson: add Gumbel noise to the logits, look where the largest sum is, and you
# have thrown exactly the die that softmax(logits) describes.
#
# **The mathematics.** Write $g = -\log E$ with $E = -\log u$. The number $E$ is what waiting times are: exponentially
# distributed, $P(E > t) = P(u < e^{-t}) = e^{-t}$. Then
#
# $$\ell_k + g_k = -\log\!\big(E_k\, e^{-\ell_k}\big),$$
#
# so the *largest* sum belongs to the *smallest* $T_k = E_k / \lambda_k$, where $\lambda_k = e^{\ell_k}$. These are $C$
# alarm clocks, the $k$-th of which rings at a rate of $\lambda_k$: $P(T_k > t) = e^{-\lambda_k t}$. Which one rings
# first? Clock $k$ does if it rings at some time $t$ and all others ring later:
#
# $$P(k \text{ first}) = \int_0^\infty \lambda_k e^{-\lambda_k t} \prod_{j \ne k} e^{-\lambda_j t}\, dt
# = \frac{\lambda_k}{\sum_j \lambda_j} = \frac{e^{\ell_k}}{\sum_j e^{\ell_j}} .$$
#
# That is the softmax, and it is exact.


# %% exercise="gumbel_max"
def gumbel_max(logits):
    """A throw of the die softmax(logits) for each row, by Gumbel noise.

    logits: (B, C). Returns the faces, int64 (B,), between 0 and C − 1. Each row is thrown on its
    own, and anew in every call.
    """
    ### BEGIN SOLUTION
    return (logits + gumbel_noise(torch.rand_like(logits))).argmax(dim=1)
    ### END SOLUTION


# %% check="gumbel_max"
check("gumbel_max")

# %% [markdown]
# > **Predict first.** Would any noise do? The next cell throws one die 50,000 times with Gumbel noise, and 50,000 times
# > with normal noise of the same variance. Which face comes up too often under normal noise: the most probable one, or
# > the rarest?

# %% demo
torch.manual_seed(0)
die = torch.tensor([2.0, 1.0, 0.0, -1.0, -2.0])
many = die.expand(50_000, -1)
shares = {"softmax(logits)": die.softmax(dim=0)}
try:
    shares["Gumbel noise"] = gumbel_max(many).bincount(minlength=5) / len(many)
except NotImplementedError as left_out:  # on a first reading
    print(f"Without Gumbel noise: {left_out}.")
normal = many + math.sqrt(math.pi**2 / 6) * torch.randn_like(many)
shares["normal noise"] = normal.argmax(dim=1).bincount(minlength=5) / len(many)
for name, values in shares.items():
    print(f"{name:<16}", "  ".join(f"{value:.4f}" for value in values))
cluster_plots.frequencies(shares, xlabel="face of the die", title="50,000 throws of one die")

# %% [markdown]
# <details><summary>Answer</summary>
#
# The most probable one. Normal noise has light tails: to overtake a lead of four nats it would need luck that it hardly
# ever has, so the rarest face comes up only about a quarter as often as it should. With Gumbel noise the shares agree
# with the softmax up to what 50,000 throws can tell.
#
# </details>

# %% [markdown]
# ### 3 · `gumbel_softmax_sample` ●● 12 min
#
# **Why.** All the chance is in the noise now, but the argmax has a gradient of 0 wherever it has one. Two papers of
# 2016 (Jang, Gu and Poole; Maddison, Mnih and Teh) had the same idea: replace the argmax by a softmax at a
# **temperature** τ.
#
# **The mathematics.**
#
# $$y = \mathrm{softmax}\!\left(\frac{\ell + g}{\tau}\right), \qquad
# \frac{\partial y_k}{\partial \ell_i} = \frac{1}{\tau}\, y_k\,(\delta_{ki} - y_i) .$$
#
# As $\tau \to 0$ the sample $y$ becomes one-hot, the face that `gumbel_max` would have thrown; as $\tau \to \infty$ it
# becomes $(1/C, \dots, 1/C)$, whatever the logits are. *The order of the entries does not depend on τ*: at every
# temperature the largest entry is an exact throw of the die. Note what is divided by τ: the logits *and* the noise.
# Noise that is not divided would be softmax(logits/τ) with noise of another size, which is another die.
#
# A soft sample is a mixture of faces. If the decoder has to see a single face, there is the **straight-through**
# estimator: forward the one-hot vector $h$ of the largest entry, backward the gradient of $y$, as if $h$ had been $y$
# all along. In one line, $h + y - \mathrm{stop}(y)$, where $\mathrm{stop}$ lets no gradient through: its value is
# $h$, its gradient that of $y$.


# %% exercise="gumbel_softmax_sample"
def gumbel_softmax_sample(logits, tau, hard=False):
    """A draw of softmax((logits + g) / tau) for each row, g fresh Gumbel noise for every entry.

    logits: (B, C); tau: float > 0, else ValueError. Returns (B, C), rows of positive numbers that
    add up to 1. With hard=True the rows are one-hot, 1 where the soft sample is largest, and
    gradients are those of the soft sample (straight-through). Draws in every mode.
    """
    ### BEGIN SOLUTION
    if tau <= 0:
        raise ValueError(f"the temperature must be positive, not {tau}")
    soft = F.softmax((logits + gumbel_noise(torch.rand_like(logits))) / tau, dim=1)
    if not hard:
        return soft
    one_hot = F.one_hot(soft.argmax(dim=1), soft.shape[1]).to(soft.dtype)
    return one_hot + (soft - soft.detach())
    ### END SOLUTION


# %% check="gumbel_softmax_sample"
check("gumbel_softmax_sample")

# %% demo
torch.manual_seed(0)
throws = {}
for tau in (0.1, 0.2, 0.3, 0.5, 0.67, 1.0, 2.0, 5.0, 10.0):
    torch.manual_seed(0)  # the same noise at every temperature
    throws[tau] = gumbel_softmax_sample(die.expand(14, -1), tau)
shown = (0.1, 0.67, 2.0, 10.0)
for tau in shown:
    print(f"{f'τ = {tau:g}':<9} the largest entry is {throws[tau].max(dim=1).values.mean():.2f} on average")
explorers.temperature(throws, shown, title="Fourteen draws with the same noise at four temperatures")

# %% [markdown]
# Every row has its darkest entry at the same place in all four tables. Turn τ for one of the draws: its bars change
# their heights, and never their order.
#
# > **Predict first.** Low temperatures look like the real thing: so why not take $\tau = 0.01$ and be done? Think of
# > the factor $1/\tau$ in the derivative, and of how often it is multiplied by almost nothing. And the straight-through
# > estimator sees real one-hot vectors at every τ: is its gradient right, then?
#
# Here is a case in which the truth is known: three faces and a function $f$ of the face. The exact gradient of
# $\mathbb{E} f = \sum_k \pi_k f(e_k)$ is a sum of three terms. The next cell compares it with 20,000 estimates at each
# temperature, and shows how far their mean is off (the bias), and how much a single estimate scatters around it.


# %% demo
def slopes_of_draws(tau, hard, draws=20_000):
    """An estimate of the gradient of E f from each of many draws, (draws, 3)."""
    logits = torch.tensor([0.5, 0.0, -0.5]).repeat(draws, 1).requires_grad_()
    c = gumbel_softmax_sample(logits, tau, hard=hard)
    f = (c @ torch.tensor([-1.0, 0.5, 2.0]) - 1).square()
    (slopes,) = torch.autograd.grad(f.sum(), logits)
    return slopes


torch.manual_seed(0)
logits = torch.tensor([0.5, 0.0, -0.5], requires_grad=True)
faces = (torch.tensor([-1.0, 0.5, 2.0]) - 1).square()
(exact,) = torch.autograd.grad((logits.softmax(dim=0) * faces).sum(), logits)
taus, estimates = [0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0], {}
for name, hard in {"soft": False, "straight-through": True}.items():
    of_tau = [slopes_of_draws(tau, hard) for tau in taus]
    bias = [(slopes.mean(dim=0) - exact).norm().item() for slopes in of_tau]
    spread = [slopes.std(dim=0).norm().item() for slopes in of_tau]
    estimates[name] = taus, bias, spread
    for tau, b, s in zip(taus, bias, spread, strict=True):
        print(f"{name:<17} τ = {tau:<5g} bias {b:.2f}   standard deviation {s:5.2f}")
print(f"the exact gradient has length {exact.norm():.2f}")
cluster_plots.trade_off(estimates, "The price of softness, and the price of sharpness")

# %% [markdown]
# <details><summary>Answer</summary>
#
# At a low temperature almost every draw has a gradient of nearly 0, and a few have an enormous one: the soft estimate
# is nearly right on average, but a single one says next to nothing. At a high temperature it is the other way round:
# quiet, and wrong, because the loss is that of a mixture which is never used. Straight-through is no way out: it takes
# the slope at $h$ for the change on the way to other faces, so it is biased about as much as the soft estimate, and it
# scatters more at every temperature. What it buys is that the decoder sees real faces.
#
# </details>
#
# So τ is a compromise. We shall use two thirds, as Maddison et al. recommend where there are few faces, and soft
# samples for training.
#
# > **When it goes wrong.**
# >
# > - *The loss jumps and the logits do not move* → τ is too small: gradients are 0 nearly always, and huge sometimes.
# > - *Training goes well, but with one-hot codes the pictures fall apart* → τ is so high that the decoder has only ever
# >   seen mixtures.
# > - *hard=True, and the encoder does not learn* → the one-hot vector was returned as it is: nothing leads back to the
# >   logits.

# %% [markdown]
# ## Part II · What a kind costs, and what it says
#
# ### 4 · `categorical_kl` ●● 5 min
#
# **Why.** The new term of the bound.
#
# **The mathematics.** Let $q_k$ be the probabilities of one image's die. The prior gives each face $1/C$:
#
# $$\mathrm{KL}\big(q \,\|\, \tfrac1C\big) = \sum_k q_k \log \frac{q_k}{1/C}
# = \log C + \sum_k q_k \log q_k = \log C - H(q) .$$
#
# An image about which the encoder has no idea costs 0; one of which it is certain costs $\log C$, the most that one
# of $C$ faces can. For ten faces, log 10 = 2.30 nats. That is not much: the Gaussian code of lesson 1 took some 25.
# Mind the case in which a face has probability 0: there $q \log q = 0$, but a computer says $0 \cdot (-\infty)$.


# %% exercise="categorical_kl"
def categorical_kl(logits):
    """KL(softmax(logits) ‖ uniform) of each image, in nats: (B, C) to (B,), each in [0, log C].

    Finite, with finite gradients, for logits of ±1e4 as well.
    """
    ### BEGIN SOLUTION
    log_q = F.log_softmax(logits, dim=1)
    return math.log(logits.shape[1]) + (log_q.exp() * log_q).sum(dim=1)
    ### END SOLUTION


# %% check="categorical_kl"
check("categorical_kl")

# %% demo
lead = torch.linspace(0, 8, 81)
lines = {}
for faces in (2, 10, 100):
    logits = torch.zeros(len(lead), faces)
    logits[:, 0] = lead
    lines[f"C = {faces}, at most {math.log(faces):.2f} nats"] = categorical_kl(logits)
plots.curves(
    lead, lines, xlabel="lead of one logit over all others", ylabel="KL (nats)", title="What it costs to be certain"
)

# %% [markdown]
# > **When it goes wrong.**
# >
# > - *The term is largest where the encoder knows nothing* → that is the entropy, which the KL has with a minus.
# > - *nan as soon as training goes well* → a probability has become 0 and its logarithm was taken.

# %% [markdown]
# ### 5 · `aggregate_kl` ●● 8 min
#
# **Why.** A code that costs $\log C$ is certain about each image. Does it *say* anything about it?
#
# **The mathematics.** Let $\bar q_k = \mathbb{E}_x\, q(k \mid x)$ be the share of all images that go to face $k$. What
# the face tells about the image is their mutual information,
#
# $$I(x; c) = \mathbb{E}_x \sum_k q(k \mid x) \log \frac{q(k \mid x)}{\bar q_k} .$$
#
# Put $1/C$ between the two, just as $q(z)$ was put in between in lesson 4:
#
# $$I(x; c) = \mathbb{E}_x \sum_k q(k \mid x) \left[\log \frac{q(k \mid x)}{1/C} - \log \frac{\bar q_k}{1/C}\right]
# = \underbrace{\mathbb{E}_x\, \mathrm{KL}\big(q(c \mid x)\,\|\,\tfrac1C\big)}_{\text{what the code costs}} -
# \underbrace{\mathrm{KL}\big(\bar q\,\|\,\tfrac1C\big)}_{\text{faces used unequally}} .$$
#
# The first term is the mean of your `categorical_kl`. The second, the **aggregate KL**, is the same formula for the
# *mean* of the dice. It is estimated from a batch; the order matters: softmax first, then the mean, then the KL.
#
# A face that no image ever uses has $\bar q_k = 0$, and here even $\bar q \log \bar q$ is not enough: its derivative is
# $1 + \log \bar q$, which is infinite at 0. Stay with logarithms, as $\log \bar q_k = \log \tfrac1B \sum_b q_{bk}$ can
# be had from log-probabilities without ever leaving them, or keep $\bar q$ away from 0 by a number too small to matter.


# %% exercise="aggregate_kl"
def aggregate_kl(logits):
    """KL of the batch's mean die ‖ uniform, in nats: (B, C) to a scalar with a graph, in [0, log C].

    The mean die is the average of softmax(logits) over the batch. Finite, with finite gradients,
    where a face has probability 0 in every image.
    """
    ### BEGIN SOLUTION
    log_mean = F.log_softmax(logits, dim=1).logsumexp(dim=0) - math.log(len(logits))
    return math.log(logits.shape[1]) + (log_mean.exp() * log_mean).sum()
    ### END SOLUTION


# %% check="aggregate_kl"
check("aggregate_kl")

# %% [markdown]
# > **Predict first.** Three encoders, ten faces. One has no idea, about any image. One is certain that every image
# > shows face 3. One is certain, and has sorted the images evenly into ten kinds. What is the mean `categorical_kl` of
# > each, and what is its `aggregate_kl`? Which of them tells you something?

# %% demo
kinds = torch.arange(30) // 3
encoders = {
    "no idea": torch.zeros(30, 10),
    "certain and constant": 20 * F.one_hot(torch.full((30,), 3), 10).float(),
    "certain and varied": 20 * F.one_hot(kinds, 10).float(),
}
print("                       mean KL   aggregate KL   I(x; c), in nats")
for name, logits in encoders.items():
    cost, unequal = categorical_kl(logits).mean().item(), aggregate_kl(logits).item()
    print(f"{name:<22} {cost:7.2f}   {unequal:12.2f}   {cost - unequal:7.2f}")
cluster_plots.simplex(
    {name: logits.softmax(dim=1) for name, logits in encoders.items()},
    xlabel="face",
    ylabel="image",
    label="q(c|x)",
    title="Three encoders and thirty images",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# The second and the third cost the same, log 10 = 2.30 nats, the most that there is. Only the third says anything: the
# second pays the full price for telling you that every image is an image. The difference is all in the aggregate KL.
#
# </details>
#
# Keep the second encoder in mind.

# %% [markdown]
# ## Part III · The model
#
# ### 6 · `joint_vae` ●● 12 min
#
# **Why.** Everything is there: two draws, two costs. Now the two networks.
#
# **How.** The encoder has a third head for the logits, beside μ and log σ²; like those it is affine, with nothing
# behind it. The decoder reads $z$ and $c$ side by side, as it did in lesson 3, and is given. During training $c$ is a
# soft sample at temperature τ. The decoder does not mind: it takes any point of the simplex, one-hot vectors among
# them. `cluster` is for afterwards: the most probable face of each image, which needs neither τ nor a draw.


# %%
class JointDecoder(Decoder):
    """p(x|z, c): codes z (B, latent_dim) and points c (B, num_classes) of the simplex to pixel means."""

    def __init__(self, latent_dim, hidden_dim, output_dim, num_classes):
        super().__init__(latent_dim + num_classes, hidden_dim, output_dim)

    def forward(self, z, c):
        return super().forward(torch.cat([z, c], dim=1))


# %% exercise="joint_vae"
class JointEncoder(Encoder):
    """q(z, c|x): images (B, input_dim) to mu, log_var (B, latent_dim) and logits (B, num_classes)."""

    def __init__(self, input_dim, hidden_dim, latent_dim, num_classes):
        super().__init__(input_dim, hidden_dim, latent_dim)
        ### BEGIN SOLUTION
        self.logits = nn.Linear(hidden_dim, num_classes)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        hidden = F.relu(self.hidden(x))
        return self.mu(hidden), self.log_var(hidden), self.logits(hidden)
        ### END SOLUTION


class JointVAE(nn.Module):
    """A VAE with a Gaussian code z and a die c.

    Has `encoder`, (x) -> mu, log_var, logits; `decoder`, (z, c) -> x_hat; `latent_dim` and
    `num_classes`. One hidden layer each; mu, log_var and logits are affine in it.
    """

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.latent_dim = latent_dim
        self.num_classes = num_classes
        ### BEGIN SOLUTION
        self.encoder = JointEncoder(input_dim, hidden_dim, latent_dim, num_classes)
        self.decoder = JointDecoder(latent_dim, hidden_dim, input_dim, num_classes)
        ### END SOLUTION

    def forward(self, x, tau):
        """x: (B, input_dim) in [0, 1]; tau: float > 0. Returns x_hat, mu, log_var, logits.

        x_hat is decoded from a fresh draw of z and a fresh soft c, in train and in eval mode.
        """
        ### BEGIN SOLUTION
        mu, log_var, logits = self.encoder(x)
        x_hat = self.decoder(reparameterize(mu, log_var), gumbel_softmax_sample(logits, tau))
        ### END SOLUTION
        return x_hat, mu, log_var, logits

    def cluster(self, x):
        """The most probable face of each image: (B, input_dim) to int64 (B,), without a graph or a draw."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            return self.encoder(x)[2].argmax(dim=1)
        ### END SOLUTION


# %% check="joint_vae"
check("joint_vae")

# %% [markdown]
# Now train it on nothing but the bound: reconstruction, plus the KL of $z$, plus the KL of $c$. `train_joint` is the
# loop of lesson 1. What it makes small is handed to it as a function, because we shall change our minds about that
# twice.


# %%
def train_joint(model, batches, objective, epochs=40, tau=2 / 3, learning_rate=2e-3, watch=None):
    """Train a JointVAE by Adam; with `watch`, the list of what `watch(model)` gives after each epoch.

    objective: (reconstruction (B,), kl_z (B,), logits (B, C), step, steps) -> loss, where step
    counts the optimizer steps from 0 and steps is how many there will be.
    """
    adam = torch.optim.Adam(model.parameters(), lr=learning_rate)
    step, steps, seen = 0, epochs * len(batches), []
    bar = tqdm(range(epochs), desc="epochs", leave=False)
    for _ in bar:
        model.train()
        for x in batches:
            x_hat, mu, log_var, logits = model(x, tau)
            loss = objective(reconstruction_loss(x_hat, x), kl_divergence(mu, log_var), logits, step, steps)
            adam.zero_grad()
            loss.backward()
            adam.step()
            step += 1
        bar.set_postfix(loss=f"{loss.item():.1f}")
        if watch is not None:
            seen.append(watch(model))
    return seen if watch is not None else None


def small_joint_vae():
    """A JointVAE for digits that trains in some seconds: 200 hidden units, 6 latents, 10 faces."""
    return JointVAE(hidden_dim=200, latent_dim=6)


# %% [markdown]
# > **Predict first.** Of the 2.30 nats that the die could carry, how many will this model use after 40 epochs? It has
# > six real numbers for everything else.


# %% demo
def costs(model):
    """What the die costs and says about the test images: mean KL, aggregate KL and information, in nats."""
    with torch.no_grad():
        logits = model.encoder(digits_test.images)[2]
        cost, unequal = categorical_kl(logits).mean().item(), aggregate_kl(logits).item()
    return cost, unequal, cost - unequal


def plain(reconstruction, kl_z, logits, step, steps):
    """The negative bound, in nats per image."""
    return (reconstruction + kl_z + categorical_kl(logits)).mean()


torch.manual_seed(0)
plain_model = small_joint_vae()
history = {"the bound alone": [cost for cost, _, _ in train_joint(plain_model, train_batches, plain, watch=costs)]}
with torch.no_grad():
    mu, log_var, logits = plain_model.encoder(digits_test.images)
print(f"KL of z {kl_divergence(mu, log_var).mean():.2f} nats per image")
print("KL of c {:.2f}, aggregate KL {:.2f}, information {:.2f} of 2.30 nats".format(*costs(plain_model)))
cluster_plots.histories(
    history, ylabel="mean KL of the die (nats)", level=("log 10", math.log(10)), title="The code that is hardly used"
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Next to nothing for twenty epochs, then a fraction of a nat, while the Gaussian code takes about ten. The die is
# nearly unused.
#
# </details>
#
# Nothing is broken: this is the bound's own choice. The Gaussian code can say *which digit* as well, roughly, in steps
# that a network finds easy to learn, one small improvement after another. A noisy die helps only once the decoder has
# learned what its faces mean, and until then each of its nats is a cost without a return. It is the story of lesson
# 4's collapse, told of one code among two. In the published notebook from which this lesson grew, with twenty latents
# on MNIST, the code stayed unused altogether.

# %% [markdown]
# ## Part IV · Did it find the classes?
#
# A face of the die has no name. If the model sorts all sevens to face 2, that is perfect, and an accuracy computed in
# the usual way would be 0. There are two ways out: compare *information*, which does not care about names, or find the
# best names first. Both start from the table of how many images of each class are in each cluster. It is given, and
# takes whatever integers there are.


# %%
def contingency(labels, clusters):
    """Counts, float64: a row for each label that occurs, a column for each cluster; both int64 (N,)."""
    (rows, i), (columns, j) = (numbers.unique(return_inverse=True) for numbers in (labels, clusters))
    counts = torch.zeros(len(rows), len(columns), dtype=torch.float64)
    return counts.index_put_((i, j), torch.ones(len(labels), dtype=torch.float64), accumulate=True)


# %% [markdown]
# ### 7 · `nmi` ●● 10 min
#
# **Why.** The published notebook reports this one, and so do most papers.
#
# **The mathematics.** Divide the table by $N$: a joint distribution $p(y, k)$ of label and cluster. Then
#
# $$I(y; k) = \sum_{y, k} p(y, k) \log \frac{p(y, k)}{p(y)\,p(k)} = H(y) + H(k) - H(y, k) .$$
#
# It is 0 if the cluster says nothing about the label, and $H(y)$ if it says all. To have a number between 0 and 1,
# divide by the mean of the two entropies, as scikit-learn does by default:
#
# $$\mathrm{NMI} = \frac{I(y; k)}{\tfrac12\big(H(y) + H(k)\big)} .$$
#
# Why not by $H(y)$ alone? Because then a cluster of its own for each image would be perfect. Two edges: if everything
# has one label *and* lies in one cluster, both entropies are 0 and the two agree completely, so scikit-learn says 1.
# If only one of them is constant, there is nothing to share, and it says 0.


# %% exercise="nmi"
def nmi(labels, clusters):
    """Normalized mutual information of two sets of integers, as scikit-learn defines it, a float.

    labels, clusters: int64 (N,), N ≥ 1, any integers. I(y; k) over the mean of the two entropies;
    1.0 where both are constant. ValueError where the lengths differ.
    """
    ### BEGIN SOLUTION
    if len(labels) != len(clusters):
        raise ValueError(f"{len(labels)} labels, but {len(clusters)} clusters")
    joint = contingency(labels, clusters) / len(labels)
    of_both, of_labels, of_clusters = (-torch.xlogy(p, p).sum() for p in (joint, joint.sum(dim=1), joint.sum(dim=0)))
    if len(joint) == 1 and joint.shape[1] == 1:
        return 1.0
    information = (of_labels + of_clusters - of_both).clamp(min=0)
    return (2 * information / (of_labels + of_clusters)).item()
    ### END SOLUTION


# %% check="nmi"
check("nmi")

# %% [markdown]
# ### 8 · `clustering_accuracy` ●● 6 min *(second reading)*
#
# **Why.** "Right in 70 of 100 cases" is easier to picture than an NMI.
#
# **The mathematics.** Give each cluster at most one label and each label at most one cluster, in the way that gets the
# most images right:
#
# $$\mathrm{accuracy} = \max_{\text{one-to-one}} \frac1N \sum_{n} \mathbf 1\big[\,\text{label}(k_n) = y_n\big] .$$
#
# There are 10! = 3,628,800 ways for ten clusters. The Hungarian method finds the best one without trying them:
# `linear_sum_assignment(table, maximize=True)` gives its rows and its columns. If there are more clusters than labels,
# some stay without a label, and their images count as wrong. One-to-one matters: if several clusters could have the
# same label, a cluster for each image would be perfect again.


# %% exercise="clustering_accuracy"
def clustering_accuracy(labels, clusters):
    """The largest share of images that a one-to-one assignment of clusters to labels gets right.

    labels, clusters: int64 (N,), N ≥ 1, any integers. Images in a cluster without a label are
    wrong. Returns a float. ValueError where the lengths differ.
    """
    ### BEGIN SOLUTION
    if len(labels) != len(clusters):
        raise ValueError(f"{len(labels)} labels, but {len(clusters)} clusters")
    counts = contingency(labels, clusters)
    rows, columns = linear_sum_assignment(counts.numpy(), maximize=True)
    return counts[rows, columns].sum().item() / len(labels)
    ### END SOLUTION


# %% check="clustering_accuracy"
check("clustering_accuracy")

# %% [markdown]
# Now a yardstick, and an honest one. **k-means** is half a century older than the VAE and takes a second: ten centres,
# each image goes to the nearest, each centre moves to the mean of its images, and so on. It sees the raw pixels. Beside
# it are random clusters, the clusters of the model above, and k-means on the codes μ of a plain VAE.
#
# > **Predict first.** Put the four in order.

# %% demo
from sklearn.cluster import KMeans


def score(labels, clusters):
    """NMI and accuracy as text."""
    try:
        accuracy = f"{clustering_accuracy(labels, clusters):5.0%}"
    except NotImplementedError:  # on a first reading
        accuracy = "    —"
    return f"NMI {nmi(labels, clusters):.2f}   accuracy {accuracy}"


def k_means(train, test):
    """The nearest of ten centres, found on `train` (N, D), for each row of `test`: int64 (M,)."""
    centres = KMeans(10, n_init=10, random_state=0).fit(train.numpy())
    return torch.from_numpy(centres.predict(test.numpy())).long()


torch.manual_seed(0)
vae = VAE(hidden_dim=200, latent_dim=6)
adam = torch.optim.Adam(vae.parameters(), lr=2e-3)
for _ in tqdm(range(40), desc="a plain VAE", leave=False):
    for x in train_batches:
        adam.zero_grad()
        negative_elbo(x, *vae(x)).backward()
        adam.step()
with torch.no_grad():
    codes, test_codes = vae.encoder(digits.images)[0], vae.encoder(digits_test.images)[0]
found = {
    "random clusters": torch.randint(10, digits_test.labels.shape),
    "the die of Part III": plain_model.cluster(digits_test.images),
    "k-means on codes of a VAE": k_means(codes, test_codes),
    "k-means on pixels": k_means(digits.images, digits_test.images),
}
for name, clusters in found.items():
    print(f"{name:<26} {score(digits_test.labels, clusters)}")
shown = {name: contingency(digits_test.labels, found[name]) for name in ("the die of Part III", "k-means on pixels")}
cluster_plots.tables(shown, data.class_names("digits"), "360 test digits, by class and cluster")

# %% [markdown]
# <details><summary>Answer</summary>
#
# k-means on the pixels is first, with k-means on the codes of a plain VAE close behind, both well ahead of the die.
# Random clusters have an NMI above 0: with so few images chance alone makes some clusters a little purer than others.
# So a small NMI says nothing.
#
# </details>
#
# Remember the last line. These digits were centred and scaled by people who wanted them to be easy, and on such
# pictures distance in pixels is a good measure of kind. A deep model that finds clusters has not done anything that
# nothing simpler could; what it has beyond k-means is that it can draw.

# %% [markdown]
# ## Part V · Budgets
#
# The bound does not want the die. So let us *ask* for it: set a **capacity** for each of the two codes, the number of
# nats that it is to use, and punish every deviation from it (Burgess et al. 2018; with a die, Dupont 2018). The
# capacities start at 0 and grow, so that codes are filled slowly.
#
# ### 9 · `capacity` ● 3 min
#
# **The mathematics.** A straight line from 0 to the final value $C^*$, then constant; $t$ counts optimizer steps and
# $T$ is how many of them the way up takes:
#
# $$C(t) = C^* \cdot \min\!\left(1, \frac tT\right), \qquad C(t) = C^* \text{ if } T = 0 .$$


# %% exercise="capacity"
def capacity(step, steps, final):
    """The capacity at an optimizer step, in nats: a straight line from 0 at step 0 to final at `steps`.

    step, steps: int ≥ 0. It stays at `final` afterwards; with steps = 0 it is `final` at once.
    Returns a Python float.
    """
    ### BEGIN SOLUTION
    return float(final) if step >= steps else final * step / steps
    ### END SOLUTION


# %% check="capacity"
check("capacity")

# %% [markdown]
# ### 10 · `capacity_loss` ●● 6 min
#
# **The mathematics.** With a price γ for each nat of deviation,
#
# $$\mathcal L = \mathbb{E}_x[\text{reconstruction}] + \gamma\,\big|\,\mathbb{E}_x \mathrm{KL}_z - C_z\big|
# + \gamma\,\big|\,\mathbb{E}_x \mathrm{KL}_c - C_c\big| .$$
#
# Three questions decide what this does, and the notebook from which this lesson grew got two of them wrong.
#
# *Per what?* A capacity is in nats per image, so it is compared with the *mean* over the batch. The notebook compared
# $C = 100$ with a sum over a batch of 128 images: less than a nat for each.
#
# *First the mean, or first the absolute value?* The rate is a property of the data set. Taking $|\mathrm{KL} - C|$
# image by image would force every image to use exactly $C$ nats, the easy ones as well as the odd ones.
#
# *Which way round?* The die's term has to be $|\mathrm{KL}_c - C_c|$. The notebook wrote $|H(q) - C_c|$. But
# $\mathrm{KL}_c = \log C - H(q)$: as that capacity rises, the *entropy* is pushed up and the KL down. The schedule runs
# backwards, from certain to clueless.


# %% exercise="capacity_loss"
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    """mean(reconstruction) + gamma |mean(kl_z) − capacity_z| + gamma |mean(kl_c) − capacity_c|.

    reconstruction, kl_z, kl_c: (B,), nats per image; the others are floats. Means over the batch
    first, then the absolute values. Returns a scalar with a graph.
    """
    ### BEGIN SOLUTION
    off_z, off_c = (kl_z.mean() - capacity_z).abs(), (kl_c.mean() - capacity_c).abs()
    return reconstruction.mean() + gamma * (off_z + off_c)
    ### END SOLUTION


# %% check="capacity_loss"
check("capacity_loss")

# %% [markdown]
# Now with budgets: five nats for the Gaussian code, half of what it took by itself, and for the die log 10 = 2.30, all
# that it can carry. Both grow over the first third of training, and γ is 10.


# %%
def budgeted(reconstruction, kl_z, logits, step, steps):
    """The capacity loss of a batch: 5 nats for z and log 10 for c, at γ = 10."""
    c_z, c_c = (capacity(step, steps // 3, final) for final in (5.0, math.log(10)))
    return capacity_loss(reconstruction, kl_z, categorical_kl(logits), 10.0, c_z, c_c)


# %% [markdown]
# > **Predict first.** The loss does what it says: in the end the mean KL of the die *is* close to log 10 = 2.30 nats in
# > each of three runs. So the encoder is certain of the face of every image. How many of the ten faces will it use, and
# > what will the NMI be? Write down two numbers before you go on.


# %% demo
def costs_and_nmi(model):
    """The mean KL of the die on the test images, in nats, and the NMI of its clusters."""
    return costs(model)[0], nmi(digits_test.labels, model.cluster(digits_test.images))


certain, nmi_of_epochs = {}, {}
for seed in range(3):
    torch.manual_seed(seed)
    certain[seed] = small_joint_vae()
    seen = train_joint(certain[seed], train_batches, budgeted, watch=costs_and_nmi)
    history[f"with budgets, seed {seed}"], nmi_of_epochs[f"no balance, seed {seed}"] = zip(*seen, strict=True)
    clusters = certain[seed].cluster(digits_test.images)
    print(
        f"seed {seed}: KL of c {{:.2f}}, aggregate KL {{:.2f}}, information {{:.2f}}".format(*costs(certain[seed])),
        f"  faces in use {len(clusters.unique())}   {score(digits_test.labels, clusters)}",
    )
cluster_plots.histories(
    history, ylabel="mean KL of the die (nats)", level=("log 10", math.log(10)), title="The budget is met to the letter"
)

# %% demo
order = digits_test.labels.argsort(stable=True)[::6]
with torch.no_grad():
    dice = {f"budgets, seed {seed}": model.encoder(digits_test.images[order])[2] for seed, model in certain.items()}
    dice = {"the bound alone": plain_model.encoder(digits_test.images[order])[2]} | dice
cluster_plots.simplex(
    {name: logits.softmax(dim=1) for name, logits in dice.items()},
    xlabel="face",
    ylabel="60 test images, sorted by digit",
    label="q(c|x)",
    title="Confident, and constant",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# One face, or two, and an NMI to match. The encoder is certain of every image, and says the same of nearly all of
# them.
#
# </details>
#
# You have met this encoder: it is the second one of Part II. "The KL of the die is log 10" sounds like "the die is in
# full use", and means nothing of the kind. A *constant* one-hot code meets any capacity up to log C, at once, without a
# look at the image, and without disturbing the decoder. It is far easier to learn than a sorting of digits, so that is
# what is learned. The budget was a budget for the *cost* of the code; nobody asked what it *says*.
#
# > **When it goes wrong.**
# >
# > - *KL of c is log C, and all pictures are in one cluster* → confident and constant. Look at the aggregate KL.
# > - *KL of z stops far below its capacity* → γ is too small beside the reconstruction, or the capacity was compared
# >   with a sum over the batch, and is met long before.
# > - *The entropy of the die rises during training* → H was put where the KL belongs.

# %% [markdown]
# ## Part VI · Balance
#
# The formula of Part II says what is missing: $I(x; c) = \mathrm{KL}_c - \mathrm{KL}(\bar q \| \tfrac1C)$. To have
# information, the first must be large *and the second small*. So add the second to the loss, at a price λ:
#
# $$\mathcal L + \lambda\,\mathrm{KL}\big(\bar q\,\|\,\tfrac1C\big) .$$
#
# With $C_c = \log C$ the mean $\mathrm{KL}_c$ never exceeds its capacity, so the absolute value opens, and at
# λ = γ the two terms of the die become
#
# $$\gamma\,(\log C - \mathrm{KL}_c) + \gamma\,\mathrm{KL}\big(\bar q\,\|\,\tfrac1C\big) =
# \gamma\,\big(\log C - I(x; c)\big) :$$
#
# *the loss pays for information, and for nothing else*. A constant code now costs $\gamma \log C$, as much as one that
# knows nothing. We shall take λ = 30 at γ = 10, which makes balance dearer than certainty: first spread out, then
# decide. Note what is assumed with it: that the classes are about equally frequent. A data set with nine cats in ten
# would be cut into ten equal parts all the same.
#
# ### 11 · `trained_joint_vae` ●●● 12 min
#
# **Why.** Your own model, and the answer to the question of this lesson. The check looks at test digits that are moved
# and turned a little. It wants clusters that go with the classes, at least nine of them in use, good pictures from
# one-hot codes, and a decoder that draws something else when the face is another.
#
# You need an objective for `train_joint`: `budgeted`, plus 30 times the aggregate KL. Labels are not needed anywhere.

# %% exercise="trained_joint_vae"
# Create `trained_joint_vae`, a JointVAE for images of 784 pixels with 10 faces (`small_joint_vae`
# will do), trained on `train_batches` without labels; some seconds.
torch.manual_seed(0)
### BEGIN SOLUTION


def balanced(reconstruction, kl_z, logits, step, steps):
    """The budgets, and a price for using the faces unequally."""
    return budgeted(reconstruction, kl_z, logits, step, steps) + 30 * aggregate_kl(logits)


trained_joint_vae = small_joint_vae()
train_joint(trained_joint_vae, train_batches, balanced)
### END SOLUTION

# %% check="trained_joint_vae"
check("trained_joint_vae")

# %% demo
clusters = trained_joint_vae.cluster(digits_test.images)
print("KL of c {:.2f}, aggregate KL {:.2f}, information {:.2f} nats".format(*costs(trained_joint_vae)))
print(f"{'the balanced die':<26} {score(digits_test.labels, clusters)}")
for name, others in found.items():
    print(f"{name:<26} {score(digits_test.labels, others)}")
notes = []
for k in range(10):
    of_cluster = digits_test.labels[clusters == k]
    most = of_cluster.mode().values.item() if len(of_cluster) else 0
    notes.append(f"{len(of_cluster)} images, {(of_cluster == most).float().mean():.0%} are {most}")
rows = cluster_plots.rows_of_clusters(digits_test.images, clusters, 10, 14)
cluster_plots.cluster_rows(rows, "What the faces of the die stand for: test digits, sorted without a label", notes)

# %% [markdown]
# > **Predict first.** Take the codes z of some images that lie in one cluster, and let the decoder draw each of them
# > under every face of the die in turn. What will change from face to face, and what stays?

# %% demo alt="Ten styles in columns and ten faces of the die in rows, decoded: most faces draw one digit"
of_one = {k: digits_test.labels[clusters == k] for k in range(10)}
purest = max(of_one, key=lambda k: (of_one[k] == of_one[k].mode().values).float().mean() if len(of_one[k]) > 9 else 0)
same = digits_test.images[clusters == purest][:12]
with torch.no_grad():
    z = trained_joint_vae.encoder(same)[0]
    drawn = {
        f"face {k}": trained_joint_vae.decoder(z, torch.eye(10)[k].expand(len(z), -1).contiguous()) for k in range(10)
    }
cluster_plots.cluster_rows({"z of": same, **drawn}, "One style in each column, one face in each row")

# %% [markdown]
# <details><summary>Answer</summary>
#
# From row to row the kind changes, along a row the style: slant, weight, width. Not as cleanly as in lesson 3, where
# the label was given. z has five nats of its own, enough to say something about the kind as well, and where face and z
# disagree the picture is a compromise. Rows that look alike, or mix two digits, show where the die has cut differently
# from the way people do.
#
# </details>
#
# This is lesson 3's picture without lesson 3's labels. Only the *names* of the faces are still missing, and for those
# ten labelled images would do, one for each face.
#
# A single run proves little. Here are three seeds, and the same with no balance from Part V.


# %% demo
def with_balance(*terms):
    """The budgets, and 30 for each nat of aggregate KL."""
    return budgeted(*terms) + 30 * aggregate_kl(terms[2])


balanced_scores = []
for seed in (1, 2):
    torch.manual_seed(seed)
    model = small_joint_vae()
    seen = train_joint(model, train_batches, with_balance, watch=costs_and_nmi)
    nmi_of_epochs[f"balanced, seed {seed}"] = [value for _, value in seen]
    balanced_scores.append(model.cluster(digits_test.images))
for seed, clusters in enumerate([trained_joint_vae.cluster(digits_test.images), *balanced_scores]):
    print(f"balanced, seed {seed}:   {score(digits_test.labels, clusters)}")
for seed, model in certain.items():
    print(f"no balance, seed {seed}: {score(digits_test.labels, model.cluster(digits_test.images))}")
best_of_pixels = nmi(digits_test.labels, found["k-means on pixels"])
cluster_plots.histories(
    nmi_of_epochs,
    ylabel="NMI of clusters and labels, test images",
    level=("k-means on pixels", best_of_pixels),
    title="What the die says of the digit, epoch by epoch",
)

# %% [markdown]
# So: can the model find the classes by itself? *Partly.* It finds ten kinds, most of them digits; it confuses what
# looks alike, and may give two faces to one class that is written in two ways. It does not beat k-means on these
# pictures. And it needed to be told three things: that there are kinds, that there are ten, and that they are equally
# frequent.
#
# How much the third is worth on a larger data set is printed by `python benchmarks/discrete.py`: this recipe on MNIST,
# five seeds, with balance and without, beside the NMI of 0.48 that the published notebook reached in 20 epochs. Two
# things are different there. z gets three nats and has to wait for them: its capacity grows through the whole training,
# the die's in the first third. What z may say early, the die need not. And λ is 10, as much as γ. Of 64 images no digit
# makes up exactly a tenth, and at λ = 30 an honest die pays dearly for what is only chance. It printed a median NMI of
# 0.63 with balance and 0.60 without, with 0.48 for k-means: on so many images even the die without balance seldom ends
# constant, and the difference between the two is no larger than that between two seeds.
#
# > **When it goes wrong.**
# >
# > - *The faces are equally used, and the NMI is near 0* → balance without certainty: every image gets a fair die. Is
# >   the KL of c near its capacity?
# > - *The NMI differs much from seed to seed* → it does. Report several, and the median rather than the best.
# > - *The NMI is near 1* → was it measured on the training images, or did a label find its way into the loss?

# %% [markdown]
# ## Part VII · On real pictures *(second reading)*
#
# Last, Fashion-MNIST if it is here or can be fetched (20,000 images, 400 hidden units, ten latents, 8 epochs),
# otherwise the digits again. Garments overlap more than digits do: a pullover, a coat and a shirt are not far from one
# another.
#
# > **Predict first.** Which garments will share a face, and which class will get more than one?

# %% demo alt="A table of ten classes of clothes by ten clusters: some classes have a cluster of their own"
dataset = data.resolve("auto")
large = dataset != "digits"
train, test = data.load(dataset, "train"), data.load(dataset, "test")
images, names = train.images[:20_000], data.class_names(dataset)
torch.manual_seed(0)
model = JointVAE(latent_dim=10) if large else small_joint_vae()
train_joint(
    model,
    data.batches(images, batch_size=128 if large else 64, shuffle=True),
    with_balance,
    epochs=8 if large else 40,
)
clusters = model.cluster(test.images)
print(f"the balanced die     {score(test.labels, clusters)}")
print(f"k-means on pixels    {score(test.labels, k_means(images, test.images))}")
cluster_plots.tables({f"{len(test.images):,} test images of {dataset}": contingency(test.labels, clusters)}, names)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Look along the rows and down the columns. On Fashion-MNIST trousers, bags and T-shirts have faces nearly of their own;
# pullovers, coats and shirts share two; sandals are spread over three, it seems by how high they are. A cluster is not
# wrong because it is not a label.
#
# </details>
#
# And k-means? On Fashion-MNIST the order of the two is reversed. How much paper a garment covers says less about its
# kind than it does for a digit, and a code that has to rebuild the picture looks at more than that.

# %% demo="cover" alt="Test images of clothes sorted by the face of a die; and drawn ones, a face in each row"
by_face = cluster_plots.rows_of_clusters(test.images, clusters, 10, 10)
torch.manual_seed(3)
z = torch.randn(8, model.latent_dim)
with torch.no_grad():
    drawn = {name: model.decoder(z, torch.eye(10)[k].expand(8, -1).contiguous()) for k, name in enumerate(by_face)}
cluster_plots.clusters_and_styles(
    {f"face {k}": row for k, row in enumerate(by_face.values())},
    drawn,
    ["Test images, sorted by the face of a die", "Drawn by the model: a face in each row, a style in each column"],
)

# %% [markdown]
# ### One question
#
# A colleague trains a joint VAE with a die of 10 faces on pictures of 10 kinds of animals. After training, the mean KL
# of the die is 2.28 nats, its aggregate KL 2.21 nats. Which one of these statements is true?
#
# - **A.** The die is in full use: 2.28 of the 2.30 nats that are possible.
# - **B.** The face of an image says less than a tenth of a nat about the image.
# - **C.** The NMI will be about 2.21 / 2.28.
# - **D.** A lower temperature would make the faces more certain, and so raise the information.
# - **E.** The aggregate KL is close to its maximum, so all faces are equally frequent.
#
# <details><summary>Answer</summary>
#
# **B.** The information is the difference, less than a tenth of a nat. The encoder is certain of nearly every image,
# and says nearly the same of each.
#
# **A** takes the cost for the information. **C**: the NMI compares with labels; here it has to be near 0. **D**: they
# are as certain as can be already. **E** has it the wrong way round: equal shares are an aggregate KL of 0.
#
# </details>

# %% [markdown]
# ## What to remember
#
# - $g = -\log(-\log u)$; argmax of logits + g is an exact throw of softmax(logits): the first of $C$ alarm clocks.
# - softmax((logits + g)/τ) lets gradients through. Low τ: right and noisy. High τ: quiet and wrong. Straight-through
#   shows the decoder real faces, and its gradient is biased.
# - $\mathrm{KL}_c = \log C - H$ is what a die costs; $I(x; c) = \mathrm{KL}_c - \mathrm{KL}(\bar q \| \tfrac1C)$ is
#   what it says. Confident and constant has the first and nothing of the second.
# - Capacities are nats per image: mean over the batch, then the absolute value, and of the KL, not of the entropy.
# - The bound alone leaves the die nearly unused; a budget alone makes it constant; balance makes it say something.
# - NMI compares information, accuracy needs the best one-to-one names. Measure on images that were not trained on, give
#   several seeds, and put k-means beside it.
#
# ## Exercises beyond
#
# 1. ●● Show that the largest of the sums $\ell_k + g_k$ is itself a Gumbel variable, shifted by
#    $\log \sum_k e^{\ell_k}$, and independent of which face it belongs to.
# 2. ●● Give the die 20 faces, or 5, with λ and γ as they are. What does accuracy do, and what NMI? Why do they differ?
# 3. ●● Train with λ = 10 = γ, where the loss pays for information and nothing else. Compare the faces in use over five
#    seeds with those at λ = 30, and explain the difference by the gradient at the start of training.
# 4. ●● Give z a capacity of 2 nats. How does the picture with one style in each column change, and what do
#    distortion and NMI pay for it?
# 5. ●●● Make the data unbalanced: keep only every fifth image of the digits 0 to 4. What does the balance term do to
#    the clusters now? Replace the uniform distribution in it by the true shares, and look again.

# %% answers [markdown]
# ### Answers to the exercises beyond
#
# <details><summary>1 · The largest of them</summary>
#
# $P(\max_k (\ell_k + g_k) \le t) = \prod_k \exp(-e^{\ell_k - t}) = \exp(-e^{-t} \sum_k e^{\ell_k})$: the distribution
# function of $g + \log \sum_k e^{\ell_k}$. In terms of clocks: the first of them rings at a time with the rate
# $\Lambda = \sum_j \lambda_j$, and the integral of exercise 2, taken only from $t$ on, gives
# $(\lambda_k / \Lambda)\, e^{-\Lambda t}$: a product. So when it rings and which one rings are independent.
#
# </details>
#
# <details><summary>2 · More faces, fewer faces</summary>
#
# With 20 faces the accuracy falls, because at most ten of them get a name and the images of the others count as wrong,
# however pure those clusters are. NMI hardly minds, because splitting a class costs only the growth of H(k) in the
# denominator. With five faces accuracy cannot exceed one half, about, and NMI falls as well: information is missing.
#
# </details>
#
# <details><summary>3 · λ = γ</summary>
#
# At the start every image has nearly the same die, so $\bar q$ is nearly each image's $q$ and
# $I = \mathrm{KL}_c - \mathrm{KL}(\bar q \| \tfrac1C)$ has nearly no gradient: certainty pulls with γ one way, balance
# with λ the other. At λ = γ the two cancel, and whatever face happens to lead is not held back; some seeds end with
# seven to nine faces. At λ = 3γ balance wins at first, and the faces part only when they differ in what they save.
#
# </details>
#
# <details><summary>4 · More room for style, or less</summary>
#
# With 2 nats z has no room for the kind, so the face decides more of it: rows become purer, columns less individual,
# and the reconstruction loss is some five nats higher. The NMI changes less than from one seed to the next: it looks at
# the die alone.
#
# </details>
#
# <details><summary>5 · Unequal classes</summary>
#
# The balance term wants ten equal parts. So frequent digits are split over two faces, and two of the rare ones share
# one. With the true shares in place of 1/C (the KL of $\bar q$ from them) this pressure is gone. But the shares are
# knowledge about the classes, which is what we claimed not to have; and which face is to be the rare one is decided
# before the faces mean anything.
#
# </details>

# %% [markdown]
# ## Papers
#
# - Eric Jang, Shixiang Gu and Ben Poole, *Categorical Reparameterization with Gumbel-Softmax*, 2016 (ICLR 2017).
#   arXiv:1611.01144. The soft sample, and straight-through.
# - Chris J. Maddison, Andriy Mnih and Yee Whye Teh, *The Concrete Distribution: A Continuous Relaxation of Discrete
#   Random Variables*, 2016 (ICLR 2017). arXiv:1611.00712. The same, with its density.
# - Chris J. Maddison, Daniel Tarlow and Tom Minka, *A\* Sampling*, 2014. arXiv:1411.0030. Gumbel-max, and where it
#   leads.
# - Emilien Dupont, *Learning Disentangled Joint Continuous and Discrete Representations*, 2018. arXiv:1804.00104. Two
#   codes with two capacities.
# - Christopher P. Burgess, Irina Higgins, Arka Pal, Loic Matthey, Nick Watters, Guillaume Desjardins and Alexander
#   Lerchner, *Understanding disentangling in β-VAE*, 2018. arXiv:1804.03599. Capacities that grow.
# - Yoshua Bengio, Nicholas Léonard and Aaron Courville, *Estimating or Propagating Gradients Through Stochastic Neurons
#   for Conditional Computation*, 2013. arXiv:1308.3432. Straight-through.
# - Andreas Krause, Pietro Perona and Ryan Gomes, *Discriminative Clustering by Regularized Information Maximization*,
#   2010 (NIPS, no arXiv number). Certainty and balance.

# %% [markdown]
# That was lesson 6. `progress()` shows whether anything is still open.

# %% demo
progress()
