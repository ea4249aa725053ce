# %% [markdown]
# # 1 · The plain variational autoencoder
#
# ![what you will have at the end](attachment:cover.png)
#
# **The question.** You have thousands of pictures and not one label. Can a network find out what varies from
# picture to picture, write each one down as a handful of numbers, and then invent new pictures from numbers
# that nobody has ever written down?
#
# By the end you will have built a machine that can, from scratch: the two networks, the loss (derived, not
# looked up), the training loop, and early stopping. Your own model draws the picture above in the last cells.
# Left: images it never saw in training, each above its reconstruction from 20 numbers. Middle: images that it
# invented. Right: a whole data set spread out on a map of two numbers.
#
# **What you need.** PyTorch (modules, autograd, an optimizer step), the normal distribution, expectations,
# logarithms. If expectations and the normal distribution are new to you, first read the chapter "Probability and
# Distributions" of *Mathematics for Machine Learning* (Deisenroth, Faisal and Ong, 2020; free at mml-book.github.io).
# Nothing about variational inference: that is what you will learn.
#
# **Time.** Two to two and a half hours: some thirty-five minutes of reading, nearly seventy for the exercises, and
# the rest for predictions, pictures and a mistake or two. Run on its own, with the digits alone, the notebook
# takes about a minute on a laptop's two cores; with Fashion-MNIST, some four minutes.
#
# **If you have an hour and a half,** do exercises 1 to 8 and leave out whatever is marked *(can be skipped)*. You
# will then have trained a VAE and seen what it rebuilds and what it invents. Exercises 9 to 11 measure it properly
# and stop its training in time; Part IV moves on to 60,000 images. They make a good second sitting. When you
# come back, select the cell where you stopped and run *Run ▸ Run All Above Selected Cell*.

# %% [markdown]
# ## How this notebook works
#
# - There are eleven exercises, from ● easy to ●●● demanding, each marked with the minutes it should take.
#   Replace the line `raise NotImplementedError(...)`; leave the names and the arguments as they are.
# - Below each is a `check("…")`. It answers in a moment and tells you *what* is wrong, not just that
#   something is.
# - Stuck? `hint("encoder")` gives a nudge; `hint("encoder", 2)` and `hint("encoder", 3)` give more away.
#   Still stuck? `solution("encoder")` shows the answer and lets the lesson go on with it. `progress()` shows how
#   far you are.
# - **Predict first** means: commit to an answer before you run the next cell. It is the cheapest way to learn
#   something from a picture. The answer is folded away below the picture: click on it to open it.
# - **One question** ends each exercise: it asks *why*. Choose one of the four answers before you open the explanation.
#   Nothing is graded here.
# - **When it goes wrong** lists symptoms and their causes. Most of the mistakes come from published code.
# - The other code cells are yours to play with. When a notebook is graded, the course's own versions of them run.
#
# Whatever you write must keep four promises, and the checks hold you to them: it works for any layer sizes
# and any batch size, even a single image; images in a batch do not influence one another; no function changes
# the tensors it is given; and only functions that train a model may leave it in a different mode
# (`train`/`eval`) from the one they found it in.

# %%
import copy
import math

import torch
from torch import nn
from torch.nn import functional as F
from tqdm.auto import tqdm

from grader import check, hint, progress, solution
from vaelab import data, explorers, metrics, plots, use_device

use_device()  # models and data are on a GPU, if there is one

# %% [markdown]
# ### The data
#
# The exercises use 1,797 handwritten digits that come with scikit-learn, enlarged to 28 × 28 pixels, so that
# training takes seconds. An image is a row of 784 numbers between 0 (paper) and 1 (ink). The last part of the
# lesson moves on to 60,000 images.
#
# `train_batches` yields a fresh shuffle of the training images on every pass, in batches of 64. The last
# batch of a pass is smaller, because 64 does not divide the number of images. Remember that; it will matter.

# %%
torch.manual_seed(0)
digits = data.load("digits", "train")
digits_test = data.load("digits", "test")
train_batches = data.batches(digits.images, batch_size=64, shuffle=True)
test_batches = data.batches(digits_test.images, batch_size=64)

# %% demo
print(f"{len(digits.images)} training images, {len(digits_test.images)} test images, {len(train_batches)} batches")
plots.image_grid(digits.images[::49][:30], title="Thirty of the training images")

# %% [markdown]
# ### The obvious machine: an autoencoder
#
# An **autoencoder** is the first idea that comes to mind. One network, the *encoder*, squeezes each image into
# a *code* of 20 numbers; a second, the *decoder*, rebuilds the image from its code. Both are trained together,
# to rebuild as well as they can. If 20 numbers are enough to rebuild a digit, then, surely, 20 new numbers
# make a new digit?
#
# > **Predict first.** The next cell trains an autoencoder. Then it feeds the decoder codes that no image has:
# > 20 random numbers each, drawn from N(0, 1). How good will the rebuilt test images in the second row be? And
# > what will the third row show: digits, blurred digits, or nothing of the kind?


# %% demo
def plain_autoencoder(latent_dim, epochs):
    """An encoder and a decoder that were trained to rebuild images, and for nothing else."""
    torch.manual_seed(0)
    encoder = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, latent_dim))
    logits = nn.Sequential(nn.Linear(latent_dim, 400), nn.ReLU(), nn.Linear(400, 784))
    optimizer = torch.optim.Adam([*encoder.parameters(), *logits.parameters()], lr=3e-3)
    bar = tqdm(range(epochs), desc="autoencoder", leave=False)
    for _ in bar:
        for x in train_batches:
            loss = F.binary_cross_entropy_with_logits(logits(encoder(x)), x, reduction="sum") / len(x)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        bar.set_postfix(loss=f"{loss.item():.1f}")
    return encoder, lambda z: torch.sigmoid(logits(z))


old_encoder, old_decoder = plain_autoencoder(latent_dim=20, epochs=15)
with torch.no_grad():
    rebuilt, invented = old_decoder(old_encoder(digits_test.images[:10])), old_decoder(torch.randn(10, 20))
plots.image_rows(
    {"test image": digits_test.images[:10], "rebuilt": rebuilt, "from random numbers": invented},
    title="A plain autoencoder: ten images rebuilt, and ten codes that belong to no image",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# It rebuilds images that it has never seen almost perfectly. But random codes give scribbles: bits of strokes,
# hardly a digit among them. Nothing in the training said *where* codes should lie, so the encoder scatters
# them as it likes; and nobody asked what the decoder makes of a code that no image has.
#
# So this machine can store, but it cannot invent. Two changes turn it into one that can. **Noise** on each
# code makes the decoder learn a whole neighbourhood instead of a point. A **price** on each code keeps all the
# neighbourhoods together in a region that we know, where we can draw new codes. The rest of this lesson says
# how much noise, and at what price. After exercise 11 the two machines stand side by side.
#
# </details>

# %% [markdown]
# ### The idea
#
# Suppose every image was made in two steps. First nature drew a short *code* $z$ of $L$ numbers, the
# **latents**, from a fixed **prior** $p(z) = N(0, I)$. Then it drew the image from a distribution
# $p(x \mid z)$ that depends on the code. If we knew $p(x \mid z)$, inventing an image would take two lines:
# draw $z$, decode it.
#
# We model $p(x \mid z)$ with a network, the **decoder**, and want it to give a high probability to the images
# we have:
#
# $$p(x) = \int p(x \mid z)\, p(z)\, dz .$$
#
# Here is the difficulty. The integral runs over all codes, nearly all of which have nothing to do with this
# $x$: with 20 latents, a million draws from the prior may well contain none that decodes to anything like it.
# So we train a second network, the **encoder**, which looks at $x$ and proposes where to search:
# $q(z \mid x) = N\!\left(\mu(x), \operatorname{diag} \sigma^2(x)\right)$. Together the two networks give us a
# loss that we can compute and that is never below $-\log p(x)$. Exercise 6 derives it, once its parts exist. (KL
# is the Kullback–Leibler divergence: how far one distribution is from another, in nats. Exercise 4 is about it.)
#
# $$\underbrace{-\log p(x)}_{\text{what we want small}} \;\le\;
# \underbrace{\mathbb{E}_{q(z \mid x)}\big[-\log p(x \mid z)\big]}_{\text{reconstruction}} \;+\;
# \underbrace{\mathrm{KL}\big(q(z \mid x)\,\|\,p(z)\big)}_{\text{price of the code}} .$$
#
# **Units.** All logarithms here are natural, so every loss is in **nats**, and in this course always in *nats
# per image*: summed over pixels and latents, averaged over images. One nat is $1/\ln 2 \approx 1.44$ bits.

# %% demo alt="Diagram: image, encoder, mean and log-variance, a draw of the code, decoder, image; two losses"
plots.vae_diagram()

# %% [markdown]
# #### Why Gaussians? *(can be skipped)*
#
# The **prior** could be any distribution that is easy to draw from. The decoder is free to bend it into
# whatever shape the images need, so a plain choice costs little. $N(0, I)$ is the plainest: no direction
# is special, and no place is out of bounds.
#
# The **encoder's** $q(z \mid x)$ is Gaussian for three reasons. It is described by two numbers per latent. A
# draw from it can be written so that gradients get through (exercise 2). And its KL to the prior has a closed
# form (exercise 4). It is not a bad guess either: 784 pixels are much evidence about 20 numbers, and much
# evidence usually leaves a single narrow hill, which near its top looks like a Gaussian. Where it does not, the
# loss stays above $-\log p(x)$; exercise 6 shows a case and measures by how much.
#
# The **pixels** are not Gaussian in this lesson: exercise 5 makes each of them a coin.

# %% [markdown]
# ## Part I · Two networks and a draw
#
# ### 1 · `encoder` ● 4 min
#
# **Why.** For each image the encoder gives a Gaussian over codes, not a single code. The *width* of the
# Gaussian says how precisely the code must be known for this image.
#
# **The mathematics.** The network needs a mean $\mu \in \mathbb{R}^L$ and a variance $\sigma^2 > 0$ for each
# latent. An **affine** layer computes $W h + b$ from its input $h$; in PyTorch it is `nn.Linear`. Its output can
# be any real number, so we let it be $\log \sigma^2$ and need no constraint: $\sigma^2 = e^{\log \sigma^2}$ is
# always positive, and a step of 0.1 changes a tiny variance by the same *factor* as a large one. This course
# always means $\log \sigma^2$ when it writes `log_var`, never $\log \sigma$.
#
# One hidden layer with a nonlinearity is enough. Two layers read what it gives, side by side: one for `mu`, one
# for `log_var`. A last layer of this kind is called a **head**. Both heads are affine, with nothing after them.


# %% exercise="encoder"
class Encoder(nn.Module):
    """q(z|x): gives a Gaussian over codes for each image.

    One hidden layer of `hidden_dim` units with a nonlinearity of your choice, then two affine
    heads.
    """

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        ### BEGIN SOLUTION
        self.hidden = nn.Linear(input_dim, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.log_var = nn.Linear(hidden_dim, latent_dim)
        ### END SOLUTION

    def forward(self, x):
        """The mean and the log-variance (log σ², any real number) of each image's code.

        x: images (B, input_dim), pixels in [0, 1], any B ≥ 1, each encoded independently of the
        others. Returns mu, log_var, each (B, latent_dim).
        """
        ### BEGIN SOLUTION
        hidden = F.relu(self.hidden(x))
        return self.mu(hidden), self.log_var(hidden)
        ### END SOLUTION


# %% check="encoder"
check("encoder")

# %% [markdown]
# > **Predict first.** Nothing is trained yet. Where in a two-dimensional code does a fresh encoder put the
# > test images, and how wide are its Gaussians? Will the ten digits already be separated?

# %% demo
torch.manual_seed(0)
untrained = Encoder(latent_dim=2)
with torch.no_grad():
    mu, log_var = untrained(digits_test.images)
print(
    f"mu between {mu.min():.2f} and {mu.max():.2f}, sigma between {(log_var / 2).exp().min():.2f}"
    f" and {(log_var / 2).exp().max():.2f}"
)
plots.latent_scatter(
    mu[:20],
    digits_test.labels[:20],
    data.class_names("digits"),
    log_var[:20],
    title="20 test images as an untrained encoder sees them:\na dot for μ, an ellipse for σ",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Small weights give `mu` near 0 and `log_var` near 0, so each image gets almost the same Gaussian, and it is
# almost the prior. Before training, the code is cheap and says next to nothing. Training has to pull the dots
# apart and shrink the ellipses, as far as that pays. (Same colour, same neighbourhood? A little: even random
# features of similar images are similar.)
#
# </details>
#
# > **When it goes wrong.**
# >
# > - *Codes are never negative* → a nonlinearity sits on the heads; they must be affine.
# > - *`mu` and `log_var` are always equal* → both heads are the same layer.
# > - *Every loss becomes `nan` after a few steps* → the second head was made positive (`softplus`, `exp`) and
# >   is then exponentiated again.
# > - *`log_var` is `nan` or −∞* → a logarithm was taken of what the head gives. Its number *is* the logarithm.

# %% [markdown]
# ### 2 · `reparameterize` ●● 6 min
#
# **Why.** The loss contains an expectation over codes drawn from $q(z \mid x)$, and we want its gradient with
# respect to what the encoder said. But how does one differentiate a *random draw*?
#
# **The mathematics.** Take one latent, and any function $f$ of the code. We want
#
# $$\nabla_{\mu} \; \mathbb{E}_{z \sim N(\mu, \sigma^2)}[f(z)] = \nabla_{\mu} \int f(z)\, q(z)\, dz .$$
#
# The parameter sits in the density we average over, so the gradient cannot simply move inside to act on $f$. Take
# $f(z) = z^2$: its average is $\mu^2 + \sigma^2$, which changes with $\mu$; but $z^2$ itself does not contain $\mu$,
# so there is nothing in it that one could differentiate.
# The way out is to move the randomness to a place without parameters. A draw from $N(\mu, \sigma^2)$ *is* a
# shifted and stretched draw from $N(0, 1)$:
#
# $$z = \mu + \sigma\,\varepsilon, \quad \varepsilon \sim N(0, 1) \qquad\Longrightarrow\qquad
# \nabla_\mu\, \mathbb{E}_{\varepsilon}[f(\mu + \sigma \varepsilon)] = \mathbb{E}_\varepsilon[f'(z)], \quad
# \nabla_\sigma\, \mathbb{E}_{\varepsilon}[f(\mu + \sigma \varepsilon)] = \mathbb{E}_\varepsilon[f'(z)\,\varepsilon].$$
#
# Now the average is over a distribution without parameters, the gradient moves inside, and autograd does the
# rest. This is the **reparameterization trick**. Given `log_var`, $\sigma = e^{\frac12 \log \sigma^2}$.


# %% exercise="reparameterize"
def reparameterize(mu, log_var):
    """Draw one code for each image: z ~ N(mu, exp(log_var)). Gradients reach mu and log_var.

    mu, log_var: (B, L), log_var = log σ². Returns z (B, L). Every number gets its own noise, drawn
    from torch's global generator; a second call draws again. mu and log_var stay as they are.
    """
    ### BEGIN SOLUTION
    return mu + (0.5 * log_var).exp() * torch.randn_like(mu)
    ### END SOLUTION


# %% check="reparameterize"
check("reparameterize")

# %% [markdown]
# First a simple test: ask for three Gaussians and measure what you get.

# %% demo
torch.manual_seed(0)
wanted_mu, wanted_log_var = torch.tensor([-3.0, 0.0, 2.0]), torch.tensor([-2.0, 0.0, 1.0])
z = reparameterize(wanted_mu.expand(20_000, 3), wanted_log_var.expand(20_000, 3))
for k in range(3):
    print(
        f"asked for mean {wanted_mu[k]:5.2f}, sigma {(wanted_log_var[k] / 2).exp():.2f};"
        f" got mean {z[:, k].mean():5.2f}, sigma {z[:, k].std():.2f}"
    )
plots.histograms(
    {f"log_var = {wanted_log_var[k]:g}": z[:, k] for k in range(3)},
    xlabel="z",
    title="20,000 draws from each of three Gaussians",
)

# %% [markdown]
# #### How much noise the trick saves *(can be skipped)*
#
# There is another way to a gradient, which needs no such trick. Multiply and divide by $q$:
#
# $$\nabla_\mu \int f\, q\, dz = \int f\, \nabla_\mu q \, dz = \int f\, q\, \nabla_\mu \log q \, dz
# = \mathbb{E}\left[f(z)\, \frac{z - \mu}{\sigma^2}\right].$$
#
# This **score-function** estimate never looks at the slope of $f$. It only learns which draws happened to come
# out well. Compare the two: take $f(z) = \sum_i z_i^2$ over 20 latents with $\mu_i = 1$ and $\sigma_i = 1$.
# Then $\mathbb{E}[f] = \sum_i (\mu_i^2 + \sigma_i^2)$, so the true gradient with respect to $\mu_1$ is 2. The
# next cell estimates it 10,000 times, each time from a *single* draw, in both ways.
#
# > **Predict first.** Both estimates are right on average. How much wider is the histogram of the score
# > function: twice, five times, twenty times? (Its single-draw estimate is $f(z)\,\varepsilon_1$; the other is
# > $2 z_1$. How large is $f(z)$ typically?)

# %% demo
torch.manual_seed(0)
mu = torch.ones(10_000, 20, requires_grad=True)
z = reparameterize(mu, torch.zeros(10_000, 20))
z.square().sum().backward()
pathwise = mu.grad[:, 0]
score = (z.square().sum(dim=1) * (z - mu)[:, 0]).detach()
print(f"reparameterized: mean {pathwise.mean():.2f}, standard deviation {pathwise.std():.1f}")
print(f"score function:  mean {score.mean():.2f}, standard deviation {score.std():.1f}")
plots.histograms(
    {"score function": score, "reparameterized": pathwise},
    truth=2.0,
    xlabel="gradient estimated from one draw",
    title="The same gradient, estimated in two ways",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# About twenty times: the standard deviations are 2 and more than 40. The error of an average shrinks with the
# square root of the number of draws, so the score function needs over four hundred draws where the
# reparameterized estimate needs one. Even after 10,000 draws its mean is still off by some
# $43 / \sqrt{10{,}000} = 0.4$, which is why the printed mean is not quite 2. One draw per image is enough to
# train a VAE because of this trick.
#
# </details>

# %% [markdown]
# > **When it goes wrong.**
# >
# > - *The encoder does not learn, and its gradients are `None`* → the draw came from
# >   `torch.normal(mu, sigma)` or `Normal(...).sample()`, which hand back numbers without a graph. (`rsample`
# >   keeps it.)
# > - *Codes are spread too widely or too narrowly* → `log_var.exp()` is σ², not σ: the ½ is missing.
# > - *The images in a batch come out alike* → one noise vector was shared by all of them.

# %% [markdown]
# ### 3 · `decoder` ● 3 min
#
# **Why.** The decoder is the half you keep when training is over: it makes images out of codes.
#
# **The mathematics.** It gives one number per pixel, $\hat x_d(z) \in (0, 1)$: the probability that the pixel
# is ink (exercise 5 turns it into a likelihood). A sigmoid on the last layer keeps it in range. Mirror the
# encoder: one hidden layer with a nonlinearity, then an affine layer, then the sigmoid.


# %% exercise="decoder"
class Decoder(nn.Module):
    """p(x|z): the probability of ink at every pixel, for each code.

    One hidden layer of `hidden_dim` units with a nonlinearity of your choice, an affine layer, a
    sigmoid.
    """

    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        ### BEGIN SOLUTION
        self.hidden = nn.Linear(latent_dim, hidden_dim)
        self.pixels = nn.Linear(hidden_dim, output_dim)
        ### END SOLUTION

    def forward(self, z):
        """The probability of ink at every pixel, in (0, 1): x_hat (B, output_dim).

        z: codes (B, latent_dim), any real numbers, each decoded independently of the others.
        """
        ### BEGIN SOLUTION
        return torch.sigmoid(self.pixels(F.relu(self.hidden(z))))
        ### END SOLUTION


# %% check="decoder"
check("decoder")

# %% [markdown]
# > **Predict first.** Ten random codes go through a fresh decoder. Black, white, grey or noise? Ten different
# > images or nearly the same one?

# %% demo
torch.manual_seed(0)
with torch.no_grad():
    x_hat = Decoder()(torch.randn(10, 20))
print(f"pixels between {x_hat.min():.2f} and {x_hat.max():.2f}, mean {x_hat.mean():.2f}")
plots.image_grid(x_hat, title="Ten random codes, decoded by an untrained decoder")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Grey noise around ½: the last layer starts near 0, and sigmoid(0) = ½. Look closely: each code has a faint
# pattern of its own. That is all the decoder has to work with at the start.
#
# </details>
#
# > **When it goes wrong.**
# >
# > - *No pixel ever falls below ½* → a ReLU in front of the sigmoid leaves it only its upper half.
# > - *Images stay washed out for ever* → two sigmoids, one in the decoder and one in the loss
# >   (`binary_cross_entropy_with_logits` brings its own).

# %% [markdown]
# ## Part II · The loss
#
# ### 4 · `kl_divergence` ●● 10 min
#
# **Why.** A code is worth paying for, but it has to be paid for. The Kullback–Leibler divergence measures, in
# nats, how much more the encoder's Gaussian says than the prior already knew. Without this term each image
# would get an infinitely sharp code of its own, wherever there is room, and a $z$ drawn from the prior would
# land where no image ever was: the autoencoder's third row.
#
# **The mathematics.** By definition
# $\mathrm{KL}(q \,\|\, p) = \mathbb{E}_{q}\left[\log q(z) - \log p(z)\right]$. Take one latent first, with
# $q = N(\mu, \sigma^2)$ and $p = N(0, 1)$:
#
# $$\log q(z) = -\tfrac12 \log 2\pi - \tfrac12 \log \sigma^2 - \frac{(z - \mu)^2}{2 \sigma^2}, \qquad
# \log p(z) = -\tfrac12 \log 2\pi - \frac{z^2}{2}.$$
#
# Subtract; the constants $\tfrac12 \log 2\pi$ cancel. Then take the expectation under $q$ of what is left,
# term by term. (A variance is the mean square minus the square of the mean, $\sigma^2 = \mathbb{E}_q[z^2] - \mu^2$;
# so $\mathbb{E}_q[z^2] = \mu^2 + \sigma^2$.)
#
# $$\mathrm{KL} = -\tfrac12 \log \sigma^2
# - \frac{\overbrace{\mathbb{E}_q[(z - \mu)^2]}^{=\,\sigma^2}}{2 \sigma^2}
# + \tfrac12 \overbrace{\mathbb{E}_q[z^2]}^{=\,\mu^2 + \sigma^2}
# = \tfrac12 \left( \mu^2 + \sigma^2 - 1 - \log \sigma^2 \right).$$
#
# Latents are independent under both $q$ and $p$, so both log-densities are sums over latents, and so is the
# KL:
#
# $$\mathrm{KL}\big(q(z \mid x)\,\|\,p(z)\big)
# = \tfrac12 \sum_{l=1}^{L} \left( \mu_l^2 + \sigma_l^2 - 1 - \log \sigma_l^2 \right).$$
#
# Two things to check on any formula you meet: it is 0 at $\mu = 0, \sigma = 1$, and it is never negative
# (because $s - 1 \ge \log s$ for every $s > 0$). The closed form has no noise: nothing needs to be sampled.


# %% exercise="kl_divergence"
def kl_divergence(mu, log_var):
    """KL(N(mu, exp(log_var)) ‖ N(0, I)) of each image, summed over latents, in nats.

    mu, log_var: (B, L), log_var = log σ². Returns (B,): one number per image, no average over the
    batch. Never negative. mu and log_var stay as they are.
    """
    ### BEGIN SOLUTION
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum(dim=1)
    ### END SOLUTION


# %% check="kl_divergence"
check("kl_divergence")

# %% [markdown]
# > **Predict first.** Which of these costs most: a mean two standard deviations away ($\mu = 2, \sigma = 1$),
# > a code ten times as sharp as the prior ($\mu = 0, \sigma = 0.1$), or one twice as wide
# > ($\mu = 0, \sigma = 2$)?

# %% demo
for m, s in [(2.0, 1.0), (0.0, 0.1), (0.0, 2.0)]:
    cost = kl_divergence(torch.tensor([[m]]), torch.tensor([[2 * math.log(s)]])).item()
    print(f"mu = {m:g}, sigma = {s:g}: {cost:.2f} nats = {cost / math.log(2):.2f} bits")
means, sigmas = torch.linspace(-3, 3, 121), torch.linspace(0.05, 2.5, 120)
grid = torch.cartesian_prod(sigmas, means)
cost = kl_divergence(grid[:, 1:], 2 * grid[:, :1].log())
plots.heat_map(
    means,
    sigmas,
    cost.reshape(120, 121),
    levels=[0.1, 0.5, 1, 2, 3, 4],
    xlabel="μ",
    ylabel="σ",
    unit="KL (nats)",
    title="The price of one latent, for every μ and σ",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# The distant mean costs most, 2 nats, closely followed by the sharp code, and being too wide is cheapest. The
# valley is at the prior, $(0, 1)$.
#
# Sharpness is cheaper than one might think. For small σ the price grows only like $-\log \sigma$: halving σ
# then costs $\log 2 = 0.69$ nats more, exactly one bit. (Near the prior it costs less, because σ² falls too:
# from 1 to ½ it is 0.32 nats, from ½ to ¼ it is 0.60, and from there on nearly a bit each time.) One more
# binary digit of the code, one more bit to pay: that is the sense in which the KL is a length of code.
#
# </details>

# %% [markdown]
# #### Two wrong formulas that were published *(can be skipped)*
#
# Does it matter what exactly the second head means? Compare the right formula with two from published
# notebooks. One let the head mean $\log \sigma$ when it drew $z$ and $\log \sigma^2$ when it computed the KL.
# The other wrote $\sigma^2 + \mu^2 - \log \sigma - \tfrac12$ per latent.
#
# > **Predict first.** Which of the two wrong ones is 0 at the prior, so that a check at $\mu = 0, \sigma = 1$
# > would miss it? Where does the other one want σ to be?

# %% demo
sigma = torch.linspace(0.05, 2, 400)
right = kl_divergence(torch.zeros(400, 1), 2 * sigma.log()[:, None])
mixed_up = kl_divergence(torch.zeros(400, 1), sigma.log()[:, None])
miscopied = sigma.square() - sigma.log() - 0.5
plots.curves(
    sigma,
    {"right": right, "log σ taken for log σ²": mixed_up, "σ² + μ² − log σ − ½": miscopied},
    minima=True,
    xlabel="σ (at μ = 0)",
    ylabel="“KL” of one latent (nats)",
    title="One right formula and two wrong ones",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# The mix-up has its zero in the right place and even the right sign, but charges only about half price for
# sharpness: a model trained with it learns happily and looks fine, but its figures are wrong. The miscopied
# one is never 0 and pulls σ towards $1/\sqrt 2$. This is why your `check` tests at points where $\mu \ne 0$
# and $\log \sigma^2$ is neither 0 nor 1: a test at the prior alone would let the mix-up pass.
#
# </details>

# %% [markdown]
# > **When it goes wrong.**
# >
# > - *The KL goes below 0* → the sign is flipped, or `log_var` is not a log-variance.
# > - *The KL is 20 times smaller than in the literature* → `.mean()` over latents instead of `.sum()`.

# %% [markdown]
# ### 5 · `reconstruction_loss` ●● 6 min
#
# **Why.** The other half of the bound: how well does the decoder, given the code, predict the image?
#
# **The mathematics.** Given $z$, let each pixel be an independent coin that shows ink with probability
# $\hat x_d$. A Bernoulli variable $x_d \in \{0, 1\}$ has probability
# $\hat x_d^{\,x_d} (1 - \hat x_d)^{1 - x_d}$, and independent probabilities multiply, so
#
# $$p(x \mid z) = \prod_{d=1}^{D} \hat x_d^{\,x_d} (1 - \hat x_d)^{1 - x_d}, \qquad
# -\log p(x \mid z) = -\sum_{d=1}^{D} \Big[ x_d \log \hat x_d + (1 - x_d) \log (1 - \hat x_d) \Big].$$
#
# That is the **binary cross-entropy summed over pixels**. The sum is not a matter of taste: the logarithm of
# a product is a sum. A mean over pixels divides this term by $D = 784$ but leaves the KL as it is, and so makes
# every nat of code 784 times as costly as it should be. After exercise 11 you will see what that does.
#
# **At the edges.** When $\hat x_d$ is exactly 0 or 1 in float32 (a confident sigmoid gets there), a
# hand-written `torch.log` gives $-\infty$, and $0 \cdot \infty$ is `nan`. `F.binary_cross_entropy` clamps
# each logarithm at −100 and its gradient's denominator at $10^{-12}$, so loss and gradients stay finite. Mind
# its argument order (prediction first, then target) and its `reduction`, which is `"mean"` unless you say
# otherwise.


# %% exercise="reconstruction_loss"
def reconstruction_loss(x_hat, x):
    """−log p(x|z) of each image under independent Bernoulli pixels, summed over pixels, in nats.

    x_hat: predictions (B, D) in [0, 1]; x: images (B, D) in [0, 1]. Returns (B,): one number per
    image. Loss and gradients stay finite even where x_hat is exactly 0 or 1.
    """
    ### BEGIN SOLUTION
    return F.binary_cross_entropy(x_hat, x, reduction="none").sum(dim=1)
    ### END SOLUTION


# %% check="reconstruction_loss"
check("reconstruction_loss")

# %% [markdown]
# > **Predict first.** (a) What does a decoder that answers ½ everywhere pay for an image? Does it matter
# > which image? (b) Our images have grey pixels. What does a *perfect* decoder, $\hat x = x$, pay: nothing?

# %% demo
x = digits_test.images
print(
    f"everything one half: {reconstruction_loss(torch.full_like(x, 0.5), x).mean():.1f} nats per image"
    f" (784 ln 2 = {784 * math.log(2):.1f})"
)
print(f"perfect, x_hat = x:  {reconstruction_loss(x, x).mean():.1f} nats per image")
x_hat = torch.linspace(0.005, 0.995, 199)
lines = {f"x = {x:g}": reconstruction_loss(x_hat[:, None], torch.full((199, 1), x)) for x in (0.0, 0.2, 0.5, 1.0)}
plots.curves(
    x_hat,
    lines,
    minima=True,
    xlabel="prediction $\\hat x$",
    ylabel="loss of one pixel (nats)",
    title="What each prediction costs, for four shades of the true pixel",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# (a) Always $784 \ln 2 = 543.4$ nats: at ½ both logarithms are equal, whatever $x$ is. A fresh VAE starts
# near there, which makes it the best first number to look at.
#
# (b) Far from nothing. For a grey pixel the best prediction is still $\hat x = x$, but the minimum is the
# pixel's own entropy, up to $\ln 2$ at mid-grey. On these smooth digits this **floor** of 255 nats makes up
# most of the loss, and no training can get below it.
#
# </details>

# %% [markdown]
# #### Grey is not a coin *(can be skipped)*
#
# Strictly, a Bernoulli variable is 0 or 1, so for grey pixels this is *not* the negative logarithm of a
# probability density: $\int_0^1 \hat x^{\,x} (1 - \hat x)^{1 - x}\, dx$ is less than 1. The minimum is in the
# right place, so training works, and figures on the same data can be compared with one another. But a
# Bernoulli figure on grey images must not be compared with another likelihood's. Loaiza-Ganem and Cunningham
# (2019) supply the missing constant and call the result the continuous Bernoulli.

# %% [markdown]
# > **When it goes wrong.**
# >
# > - *Loss of about 0.3 instead of 300* → the default `reduction="mean"`.
# > - *`RuntimeError: all elements of target should be between 0 and 1`, or a loss below 0* → the target is not
# >   an image with pixels in [0, 1]. Either the data were normalized to [−1, 1], and a sigmoid cannot reach −1
# >   (you will meet a published case at the end); or the arguments were handed over in the wrong order.
# > - *Loss falls, but images turn black and white or the gradient dies* → target and prediction were swapped.

# %% [markdown]
# ### 6 · `negative_elbo` ●● 10 min
#
# **Why.** Now the two parts become one loss, and we see where it comes from.
#
# **The mathematics.** We want $\log p(x)$, an integral over all codes. Write it as an average over the codes that
# the encoder proposes, by multiplying and dividing by $q(z \mid x)$:
#
# $$\log p(x) = \log \int p(x \mid z)\, p(z)\, dz
# = \log \mathbb{E}_{q(z \mid x)}\!\left[ \frac{p(x \mid z)\, p(z)}{q(z \mid x)} \right]
# \;\ge\; \mathbb{E}_{q(z \mid x)}\!\left[ \log \frac{p(x \mid z)\, p(z)}{q(z \mid x)} \right].$$
#
# The logarithm is concave, so the logarithm of an average is at least the average of the logarithms (Jensen's
# inequality). The right-hand side is the **evidence lower bound**, ELBO: $p(x)$ is called the evidence, because
# it says how well the model accounts for the image that we saw. Split the fraction:
#
# $$\mathrm{ELBO}(x) = \mathbb{E}_{q}\big[\log p(x \mid z)\big]
# - \mathbb{E}_{q}\!\left[\log \frac{q(z \mid x)}{p(z)}\right]
# = \mathbb{E}_{q}\big[\log p(x \mid z)\big] - \mathrm{KL}\big(q(z \mid x) \,\|\, p(z)\big).$$
#
# Its negative is reconstruction plus KL: exercise 5 plus exercise 4.
#
# **In code.** One draw of $z$ per image estimates the first expectation without bias. Sum over pixels and
# latents, then average over the batch. Mind the order of the arguments: here the image comes first, in
# `reconstruction_loss` the prediction.


# %% exercise="negative_elbo"
def negative_elbo(x, x_hat, mu, log_var):
    """The loss: reconstruction + KL, averaged over the batch, in nats per image.

    x, x_hat: (B, D) in [0, 1]; mu, log_var: (B, L). Returns a scalar tensor with a graph. Summed
    over pixels and latents, mean over the batch.
    """
    ### BEGIN SOLUTION
    return (reconstruction_loss(x_hat, x) + kl_divergence(mu, log_var)).mean()
    ### END SOLUTION


# %% check="negative_elbo"
check("negative_elbo")

# %% [markdown]
# #### How large is the gap? *(can be skipped)*
#
# Jensen says only *at least*. Another derivation says exactly what lies between the ELBO and $\log p(x)$. It needs
# the **posterior** $p(z \mid x)$: once we have seen the image $x$, how probable is each code $z$ to be the one it
# was made from? Bayes' rule says that $p(z \mid x) = p(x, z) / p(x)$, where $p(x, z) = p(x \mid z)\, p(z)$ is the
# **joint** density. Solve it for $p(x)$, and take the logarithm:
#
# $$\log p(x) = \log \frac{p(x, z)}{p(z \mid x)} \qquad \text{for every code } z .$$
#
# The left side does not depend on $z$, so the right side is the same number for every $z$, too; and the average of
# a number that never changes is that number. We may average over any distribution of codes. Take the encoder's,
# $q(z \mid x)$, and multiply and divide by it once more:
#
# $$\log p(x) = \mathbb{E}_q\!\left[\log \frac{p(x, z)}{p(z \mid x)}\right]
# = \underbrace{\mathbb{E}_q\!\left[\log \frac{p(x, z)}{q(z \mid x)}\right]}_{\mathrm{ELBO}(x)}
# + \underbrace{\mathbb{E}_q\!\left[\log \frac{q(z \mid x)}{p(z \mid x)}\right]}
# _{\mathrm{KL}(q(z \mid x)\,\|\,p(z \mid x))\;\ge\;0} .$$
#
# The gap is the KL from the encoder's Gaussian to the posterior. So training pulls at two ends: changing the
# encoder cannot change $p(x)$, it can only close the gap; changing the decoder moves $p(x)$ itself.

# %% [markdown]
# #### A world in which log p(x) is known *(can be skipped)*
#
# Here is a world small enough to compute $\log p(x)$ exactly: one latent, five pixels, a fixed decoder. On
# 4,001 points the integral is just a sum. This decoder paints the image for codes near −1.4 and, a little
# better, for codes near 1.4. The curves are your `negative_elbo` for Gaussians $q = N(\mu, \sigma^2)$ of
# three widths as $\mu$ moves, averaged over 4,000 draws each.
#
# > **Predict first.** Can any curve dip below the black line, $-\log p(x)$? Can one touch it? Where is the
# > best μ for each of the three widths: at −1.4, at 1.4, or in between, so as to serve both?

# %% demo
image = torch.tensor([[1.0, 0.0, 1.0, 1.0, 0.0]])


def tiny_decoder(z):
    """Codes (B, 1) to five pixels (B, 5): the little image for z near ±1.4, else its negative."""
    near = (-((z.abs() - 1.4) / 0.6).square()).exp()
    return torch.sigmoid((6 * near - 3 + 0.1 * z) * (2 * image - 1))


def bound(m, s, draws=4_000):
    """The negative ELBO of the little image for q = N(m, s²); the same noise in every call."""
    torch.manual_seed(0)
    mu, log_var = torch.full((draws, 1), m), torch.full((draws, 1), 2 * math.log(s))
    x_hat = tiny_decoder(reparameterize(mu, log_var))
    return negative_elbo(image.expand(draws, 5), x_hat, mu, log_var).item()


codes = torch.linspace(-8, 8, 4_001)
log_prior = -0.5 * codes.square() - 0.5 * math.log(2 * math.pi)
log_joint = log_prior - reconstruction_loss(tiny_decoder(codes[:, None]), image.expand(4_001, 5))
log_p_x = torch.logsumexp(log_joint, dim=0).item() + math.log(16 / 4_000)
places = torch.linspace(-2.2, 2.2, 89)
lines = {f"negative ELBO, σ = {s:g}": torch.tensor([bound(m, s) for m in places.tolist()]) for s in (0.2, 0.5, 1.2)}
plots.curves(
    places,
    lines,
    minima=True,
    level=("exact −log p(x)", -log_p_x),
    xlabel="mean μ of q",
    ylabel="nats",
    title="One image's negative ELBO for Gaussians q of three widths",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# No curve dips below: the bound holds for *every* $q$, good or bad. None touches the line, because the posterior
# $p(z \mid x)$, the codes that this image may have come from, has two hills and a Gaussian has one.
#
# A narrow $q$ does best on *one* of the hills. The divergence charges it heavily for codes where the image is
# unlikely, and only about $\log 2$ for leaving out one of two equal hills. With σ = 1.2 it is too wide for
# any hill, covers the valley wherever it stands, and is least bad in between. But it pays for that: 8 nats,
# where the narrow one gets by with less than 3. Free to choose its width too, $q$ settles on one hill.
#
# All this is about *one* image, whose $q$ was chosen for it alone. Where one and the same $q$ has to answer
# for *several* posteriors, what counts is the average of their divergences, and now leaving one out is
# ruinous: the best $q$ moves in between. Lesson 3 meets that case. It is the same KL.
#
# </details>

# %% [markdown]
# The exact derivation says what remains. Take the best $q$ and compute the gap twice: as the bound minus
# $-\log p(x)$, and as $\mathrm{KL}(q \,\|\, p(z \mid x))$ by a sum over the grid.

# %% demo
best_bound, m, s = min((bound(m, s), m, s) for s in (0.15, 0.2, 0.25, 0.3) for m in places.tolist())
log_q = -0.5 * ((codes - m) / s).square() - math.log(s) - 0.5 * math.log(2 * math.pi)
log_posterior = log_joint - log_p_x
gap = (log_q.exp() * (log_q - log_posterior)).sum().item() * 16 / 4_000
print(f"bound minus −log p(x), by sampling: {bound(m, s, 400_000) + log_p_x:.3f} nats")
print(f"KL(q ‖ true posterior), on a grid:  {gap:.3f} nats")
window = codes.abs() < 4
plots.curves(
    codes[window],
    {"true posterior p(z|x)": log_posterior.exp()[window], f"best q, N({m:.2f}, {s:g}²)": log_q.exp()[window]},
    xlabel="z",
    ylabel="density",
    title="Two hills, and the Gaussian that comes nearest",
)

# %% [markdown]
# Both ways give the same gap, up to the noise of sampling. It is close to $\log 2 = 0.69$: what it costs to
# leave out one of two hills that are nearly equal.

# %% [markdown]
# > **When it goes wrong.**
# >
# > - *The two terms have plausible sizes but behave oddly* → print them *separately*, and make sure each is
# >   printed under its own name. One published notebook printed 472 and 7 per image the wrong way round. A
# >   trained VAE on 784 pixels spends hundreds of nats on reconstruction and a few dozen at most on the code.
# > - *The loss depends on the batch size* → it was summed over the batch; or the two terms were reduced
# >   differently.

# %% [markdown]
# ## Part III · The model and its training
#
# ### 7 · `vae` ●● 5 min
#
# **Why.** Everything so far becomes one module: encode, draw, decode.
#
# **The mathematics.** `forward` follows the diagram at the top. It draws $z$ in *every* mode: there is no
# "evaluation version" of the bound without noise. With $z = \mu$ the number you get is not a bound on
# anything. `sample` needs no encoder: draw $z \sim N(0, I)$ and decode it. (To know how many numbers a code has, it
# needs `latent_dim`, so keep that in `__init__`.) What it returns are pixel *means*
# $\hat x$; to draw from $p(x \mid z)$ itself you would still have to toss 784 coins, and the result would
# look like salt and pepper.


# %% exercise="vae"
class VAE(nn.Module):
    """An encoder, a draw, a decoder. Has `encoder` and `decoder`."""

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        ### BEGIN SOLUTION
        self.latent_dim = latent_dim
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        self.decoder = Decoder(latent_dim, hidden_dim, input_dim)
        ### END SOLUTION

    def forward(self, x):
        """x: (B, input_dim) in [0, 1]. Returns x_hat (B, input_dim); mu, log_var (B, latent_dim).

        x_hat is decoded from a fresh draw of z, in train and in eval mode.
        """
        ### BEGIN SOLUTION
        mu, log_var = self.encoder(x)
        return self.decoder(reparameterize(mu, log_var)), mu, log_var
        ### END SOLUTION

    def sample(self, n):
        """n new images: pixel means (n, input_dim), without a graph, decoded from z ~ N(0, I)."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            device = next(self.parameters()).device
            return self.decoder(torch.randn(n, self.latent_dim, device=device))
        ### END SOLUTION


# %% check="vae"
check("vae")

# %% [markdown]
# > **Predict first.** What are the reconstruction loss, the KL and their sum for a fresh VAE on the digits?
# > You have seen everything you need for a guess that is right to within ten nats.

# %% demo
torch.manual_seed(0)
model = VAE()
with torch.no_grad():
    x_hat, mu, log_var = model(digits_test.images)
    print(f"reconstruction {reconstruction_loss(x_hat, digits_test.images).mean():.1f}")
    print(f"KL             {kl_divergence(mu, log_var).mean():.2f}")
    print(f"negative ELBO  {negative_elbo(digits_test.images, x_hat, mu, log_var):.1f} nats per image")
plots.reconstructions(model, digits_test.images[:10], title="Ten test images in a VAE that has learned nothing yet")

# %% [markdown]
# <details><summary>Answer</summary>
#
# A KL near zero, and a reconstruction a few nats above $784 \ln 2 = 543.4$, because the predictions scatter a
# little around ½. Make it a habit to work out the first loss in your head. If the first number is wrong, no
# amount of training will tell you why.
#
# </details>
#
# > **When it goes wrong.**
# >
# > - *`sample` and `forward` disagree in `eval` mode* → someone returned `mu` when not training.
# > - *Memory grows with each sample* → `sample` keeps the graph; it needs `torch.no_grad()`.

# %% [markdown]
# ### 8 · `train_epoch` ● 5 min
#
# **Why.** One pass over the data: for each batch compute the loss, step the optimizer, keep count.
#
# **Counting.** What we report is the mean over *images*. The last batch is smaller, so a mean of batch means
# would give its images too much weight. Multiply each batch's mean by its size, and divide by the number of
# images at the end. (`.item()` turns a loss into a plain number; adding up loss *tensors* would keep every
# graph in memory.)
#
# **Modes.** `model.train()` tells layers that behave differently in training, such as dropout, that this is
# training. An epoch starts with this call, whatever mode the model arrives in, and training mode stays on
# afterwards. This VAE has no such layer, but the day you put one in, it matters.


# %% exercise="train_epoch"
def train_epoch(model, batches, optimizer):
    """One optimizer step for each batch. Returns the mean loss per image, in nats, as a float.

    model: returns x_hat, mu, log_var; batches: yields x (B, D), the last one may be smaller. The
    Python float averages the losses met along the way, weighted by images. Runs in training mode,
    and may leave the model in it.
    """
    ### BEGIN SOLUTION
    model.train()
    total, images = 0.0, 0
    for x in batches:
        loss = negative_elbo(x, *model(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        images += len(x)
    return total / images
    ### END SOLUTION


# %% check="train_epoch"
check("train_epoch")

# %% [markdown]
# > **Predict first.** What will the reconstructions look like after a *single* epoch of 23 steps: fog, some
# > average digit, or already the right one? After eight epochs, will the model be able to invent digits?

# %% demo
torch.manual_seed(0)
model = VAE()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
film = {"original": digits_test.images[:10]}
bar = tqdm(range(1, 9), desc="epochs", leave=False)
for epoch in bar:
    loss = train_epoch(model, train_batches, optimizer)
    bar.set_postfix(loss=f"{loss:.1f}")
    if epoch in (1, 2, 4, 8):
        with torch.no_grad():
            film[f"epoch {epoch}: {loss:.0f} nats"] = model(digits_test.images[:10])[0]
film["invented"] = model.sample(10)
plots.image_rows(film, title="Ten test images as the VAE learns; last, ten images that nobody drew")

# %% [markdown]
# <details><summary>Answer</summary>
#
# First you see the average of all digits, then groups of similar digits, then the individual image: the large
# gains come first. In between, the model has to discover that spending nats on the code pays off.
#
# The last row needs no image at all: `model.sample(10)` draws codes from the prior and decodes them. They are
# blurred, and not all of them can be read, but compare them with the autoencoder's third row: these are made
# of digits. That is what the noise and the price have bought.
#
# </details>
#
# > **When it goes wrong.**
# >
# > - *The loss wanders without falling* → `optimizer.zero_grad()` is missing, so old gradients add up.
# > - *The first epoch's figure is far above the test loss measured after it* → nothing is wrong: it averages
# >   over an epoch during which the model improved.
#
# *If you have an hour and a half, this is the end of the short path. Read "What to remember" at the end of the lesson,
# and come back for the rest.*

# %% [markdown]
# ### 9 · `evaluate` ●● 5 min
#
# **Why.** The loss on images the model was not trained on is the figure that counts.
#
# **How.** As above, but without the learning: evaluation mode, no gradients, weighted by images. Afterwards
# restore the mode you found: a measurement should leave no trace, and whoever looks at the test loss in the
# middle of an epoch wants to go on in training mode. Keep the draws of $z$: the bound is an expectation, and
# this is an unbiased estimate of it.


# %% exercise="evaluate"
def evaluate(model, batches):
    """The mean loss per image over all batches, in nats, as a Python float; nothing is learned.

    batches: yields x (B, D), the last one may be smaller. Runs in evaluation mode without
    gradients, and restores the mode it found. Weighted by images, not by batches.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    total, images = 0.0, 0
    with torch.no_grad():
        for x in batches:
            total += negative_elbo(x, *model(x)).item() * len(x)
            images += len(x)
    model.train(was_training)
    return total / images
    ### END SOLUTION


# %% check="evaluate"
check("evaluate")

# %% [markdown]
# > **Predict first.** Called twice in a row on the same model and the same images, does `evaluate` give the
# > same number? And which digits will be costly, which cheap?

# %% demo
torch.manual_seed(0)
values = torch.tensor([evaluate(model, test_batches) for _ in range(20)])
print(f"20 evaluations: {values.mean():.2f} ± {values.std():.2f} nats per image")
with torch.no_grad():
    x_hat, mu, log_var = model(digits_test.images)
cost = reconstruction_loss(x_hat, digits_test.images) + kl_divergence(mu, log_var)
floor = reconstruction_loss(digits_test.images, digits_test.images)
order = cost.argsort()
for kind, five in {"cheapest": order[:5], "costliest": order[-5:]}.items():
    print(f"five {kind}: {cost[five].mean():.0f} nats, of which {floor[five].mean():.0f} are the floor of exercise 5")
chosen = torch.cat([order[:5], order[-5:]])
plots.image_rows(
    {"image": digits_test.images[chosen], "reconstruction": x_hat[chosen]},
    titles=[f"{c:.0f} nats" for c in cost[chosen]],
    title="The five cheapest test images, and the five costliest",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Not the same number, since every call draws new codes, but close: over hundreds of images the noise averages
# out. A difference between two models that is smaller than this spread is no difference. (The spread between
# two *trainings*, from different seeds, is larger still: a nat or two here.)
#
# Straight strokes are cheap and large round ones costly, but look at the printed floors: most of that cost is
# the grey along the edges, which no model can avoid. So a low loss is no beauty prize, and losses on different
# data cannot be compared.
#
# </details>

# %% [markdown]
# ### 10 · `fit` ●●● 8 min
#
# **Why.** How many epochs? Train until the test loss stops improving, but do not believe a single bad epoch,
# and take home the *best* weights, not the last ones.
#
# **How.** After each epoch compare the test loss with the best so far. If it is strictly lower, keep a copy
# of the weights. After `patience` epochs in a row without improvement, stop. At the end, whether patience ran
# out or all epochs are done, put the best weights back into the model. Two traps: `state_dict()` hands out
# references to the *living* weights, so copy it (`copy.deepcopy`); and a `nan` is never lower than anything,
# so `test < best` correctly counts it as no improvement.
#
# Wrap the range of epochs in `tqdm(..., leave=False)` and the bar shows how training is going;
# `bar.set_postfix(test=...)` puts the loss beside it.


# %% exercise="fit"
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    """Train for up to `epochs` epochs; stop after `patience` in a row without a lower test loss.

    Lower means strictly lower. Returns the history {"train": [...], "test": [...]}: one float for
    each epoch, nats per image. The model then has the weights of the epoch with the lowest test
    loss. Errors from the model or the batches pass through.
    """
    ### BEGIN SOLUTION
    history = {"train": [], "test": []}
    best_loss, best_weights, waited = math.inf, copy.deepcopy(model.state_dict()), 0
    bar = tqdm(range(epochs), desc="epochs", leave=False)
    for _ in bar:
        train_loss, test_loss = train_epoch(model, train_batches, optimizer), evaluate(model, test_batches)
        history["train"].append(train_loss)
        history["test"].append(test_loss)
        bar.set_postfix(train=f"{train_loss:.1f}", test=f"{test_loss:.1f}")
        if test_loss < best_loss:
            best_loss, best_weights, waited = test_loss, copy.deepcopy(model.state_dict()), 0
        else:
            waited += 1
            if waited >= patience:
                break
    model.load_state_dict(best_weights)
    return history
    ### END SOLUTION


# %% check="fit"
check("fit")

# %% [markdown]
# To see early stopping at work, let us starve a model: 50 training images.
#
# > **Predict first.** Sketch both curves, training and test loss. Where do they part? Does the test curve
# > turn up again, or only stop falling? Will the model that `fit` hands you score exactly what its best epoch
# > scored?

# %% demo alt="Two loss curves over epochs with only 50 training images: training falls, test turns up again"
torch.manual_seed(0)
few = digits.images[torch.randperm(len(digits.images))[:50]]
starved = VAE()
history = fit(
    starved,
    data.batches(few, batch_size=10, shuffle=True),
    test_batches,
    torch.optim.Adam(starved.parameters(), lr=3e-3),
    epochs=150,
    patience=20,
)
print(
    f"stopped after {len(history['test'])} epochs; test loss: best {min(history['test']):.1f},"
    f" last {history['test'][-1]:.1f}, restored model {evaluate(starved, test_batches):.1f} nats per image"
)
plots.loss_curves(history, title="A VAE with only 50 images to learn from")

# %% [markdown]
# <details><summary>Answer</summary>
#
# They part after a few epochs. The training loss goes on falling, because the model learns its 50 images by
# heart. The test loss falls more and more slowly, stops, and wobbles; `fit` hands you the model at the dot.
# That it hardly rises again is a gift of the method: the noise in $z$ and the price of the code both discourage
# learning by heart. The restored model scores a little worse than its best epoch: a minimum over noisy numbers
# is partly luck.
#
# </details>

# %% [markdown]
# A word on honesty. We have just used the test images to decide when to stop, so the best test loss is a
# little too good to be true. For a figure you mean to publish, set aside part of the training data as a third
# set, for validation.
#
# > **When it goes wrong.**
# >
# > - *The "restored" weights are the last ones* → the `state_dict` was kept without a copy.
# > - *It stops one epoch early or late* → with `patience=1` the first epoch without improvement is the last.
# > - *It stops too early* → the counter is not set back to 0 after an improvement.
# > - *The progress bar turns red* → nothing is wrong: tqdm shows a loop in this way that has ended early.
# > - *It never stops, or the best loss is a bad one* → worse losses overwrite the best, or the best never got
# >   a first value (one published loop forgot it).

# %% [markdown]
# ### 11 · `trained_vae` ● 5 min
#
# **Why.** Your own model, trained by your own code. The check looks at what it can do on digits it has not
# seen: its loss, its reconstructions, and whether its samples look like digits to an independent classifier.
#
# Fifteen epochs with Adam at a learning rate of 3e-3 take a few seconds and are enough.

# %% exercise="trained_vae"
# Create `trained_vae`, a VAE for images of 784 pixels, and train it with your `fit` on `train_batches`
# (keep an eye on `test_batches`). Aim for less than 300 nats per test image within a few seconds.
torch.manual_seed(0)
### BEGIN SOLUTION
trained_vae = VAE(latent_dim=20)
adam = torch.optim.Adam(trained_vae.parameters(), lr=3e-3)
history = fit(trained_vae, train_batches, test_batches, adam, epochs=15, patience=5)
### END SOLUTION

# %% check="trained_vae"
check("trained_vae")

# %% demo
print(f"test loss {evaluate(trained_vae, test_batches):.1f} nats per image")
plots.reconstructions(
    trained_vae, digits_test.images[:10], title="Ten images it has not seen, and what your VAE makes of them"
)

# %% [markdown]
# And from nothing: forty codes from the prior, decoded. Nobody wrote these. A classifier that was trained on
# real digits is asked to read them. It counts an image as legible when it gives more than half of its belief to
# one class.
#
# > **Predict first.** The classifier can read 99 % of the real test digits. What share of your model's
# > *reconstructions* of them can it read, and what share of its *samples*?

# %% demo
judge = metrics.judge("digits")
torch.manual_seed(0)
with torch.no_grad():
    shown = {
        "real": digits_test.images,
        "rebuilt": trained_vae(digits_test.images)[0],
        "sampled": trained_vae.sample(1000),
    }
for name, images in shown.items():
    print(f"legible, {name}: {(judge(images).max(dim=1).values > 0.5).float().mean():.0%}")
plots.image_grid(shown["sampled"][:40], title="The first forty samples: how many can you read?")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Nearly all of the reconstructions, but only some 60 % of the samples, and an honest reader may count fewer. If
# about half of yours cannot be read, nothing is wrong: this is what a model of this size gives after a few
# seconds of training on 1,442 images. The reasons are worth knowing, because larger models have them, too.
#
# - **The codes in use do not fill the prior.** The decoder is good where the encoder puts images; the
#   reconstructions show it. Taken one at a time, the latents are spread nearly like $N(0, 1)$, but taken
#   together they leave much of 20 dimensions empty. A draw from the prior is half as far again from the nearest
#   code of a training image as the code of a test image is.
# - **The prior has no gaps, but digits have.** Between the codes of a 3 and of an 8 the decoder has to paint
#   *something*. A code between two classes comes out as a bit of both.
# - **Pixels are means.** Where the code leaves open whether a pixel is ink, the best answer is grey. Hence the
#   blur.
# - **Training was short.** After 60 epochs instead of 15 the classifier could read ten in a hundred more.
#
# </details>

# %% [markdown]
# #### The two machines side by side
#
# Time to settle the question of the beginning: what do noise and price do for us? Here is your VAE beside the
# autoencoder, which had as many latents, the same data and as many epochs.
#
# > **Predict first.** Which of the two rebuilds test images better? Which one's samples are more often legible?
# > Then both are trained once more with only two latents, and mapped. What will differ between the two maps?

# %% demo
torch.manual_seed(0)
x = digits_test.images
with torch.no_grad():
    of_old, of_new = old_decoder(old_encoder(x)), trained_vae(x)[0]
    made_by_old = old_decoder(torch.randn(1000, 20))
for name, x_hat, made in (
    ("autoencoder", of_old, made_by_old),
    ("VAE", of_new, shown["sampled"]),
):
    print(
        f"{name + ':':12} reconstruction {reconstruction_loss(x_hat, x).mean():.1f} nats per image,"
        f" legible samples {(judge(made).max(dim=1).values > 0.5).float().mean():.0%}"
    )
plots.image_rows(
    {
        "test image": x[:10],
        "autoencoder: rebuilt": of_old[:10],
        "VAE: rebuilt": of_new[:10],
        "autoencoder: sampled": made_by_old[:10],
        "VAE: sampled": shown["sampled"][:10],
    },
    title="Rebuilding and inventing, without noise and price and with them",
)

# %% demo alt="Two maps of decoded codes: the autoencoder scatters its codes, the VAE keeps them where the prior is"
torch.manual_seed(0)
small_encoder, small_decoder = plain_autoencoder(latent_dim=2, epochs=30)
small_vae = VAE(latent_dim=2)
fit(small_vae, train_batches, test_batches, torch.optim.Adam(small_vae.parameters(), lr=3e-3), epochs=30, patience=30)
with torch.no_grad():
    codes = {"autoencoder": small_encoder(x), "VAE": small_vae.encoder(x)[0]}
plots.atlases(
    {
        "Autoencoder: where it puts test images": (small_decoder, codes["autoencoder"]),
        "VAE: where it puts the same images (μ)": (small_vae.decoder, codes["VAE"]),
    }
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# The autoencoder rebuilds better, by some fifteen nats: nothing disturbs its codes, and they cost it nothing.
# The VAE gives up these nats on purpose, and gets for them a decoder that can make something of codes that no
# image has. The classifier reads more than twice as many of its samples.
#
# The maps show why. The autoencoder sends its codes out along arms, as far as they like to go, and leaves holes
# between them. What its decoder paints in a hole is no digit. Many codes lie far outside the circle, and parts
# of the circle have no codes, so N(0, 1) is the wrong place to draw from. The VAE's codes gather in and around
# the circle, with smaller gaps, and nearly wherever you put your finger inside it there is something like a digit.
#
# So is a VAE an autoencoder with two extra lines? In a way: set σ to 0, drop the KL, and you have the
# autoencoder back. But the two lines were not added to make maps look nice. They follow from one wish, to make
# $\log p(x)$ large.
#
# </details>

# %% [markdown]
# #### Break it on purpose
#
# You have been warned about the mean over pixels. Here is the same model, the same data and the same
# training, with one word changed.
#
# > **Predict first.** The reconstruction term is divided by 784, the KL is not. What will the encoder do, and
# > what will the reconstructions look like?

# %% demo alt="Ten test images, each rebuilt by a model with pixels summed and by one with pixels averaged"
torch.manual_seed(0)
broken = VAE()
optimizer = torch.optim.Adam(broken.parameters(), lr=3e-3)
bar = tqdm(range(15), desc="epochs", leave=False)
for _ in bar:
    for x in train_batches:
        x_hat, mu, log_var = broken(x)
        loss = F.binary_cross_entropy(x_hat, x, reduction="mean") + kl_divergence(mu, log_var).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    bar.set_postfix(loss=f"{loss.item():.3f}")
x = digits_test.images[:10]
with torch.no_grad():
    rows = {"original": x, "summed": trained_vae(x)[0], "averaged": broken(x)[0]}
    for name, model in {"summed": trained_vae, "averaged": broken}.items():
        x_hat, mu, log_var = model(digits_test.images)
        print(
            f"pixels {name}: reconstruction {reconstruction_loss(x_hat, digits_test.images).mean():.1f},"
            f" KL {kl_divergence(mu, log_var).mean():.3f} nats per image"
        )
plots.image_rows(rows, title="Pixels summed, and pixels averaged")

# %% [markdown]
# <details><summary>Answer</summary>
#
# The KL is 0: the encoder answers with the prior, whatever it sees, and the decoder, told nothing, paints the
# average digit. This is **posterior collapse**, and here nothing but a wrong reduction caused it. At 784
# times its price no code is worth buying. Lesson 4 turns this very knob deliberately, and calls it β.
#
# </details>
#
# > **When it goes wrong.**
# >
# > - *All samples, or all reconstructions, look like one blurred average* → the KL weighs too much: the pixels
# >   were averaged, or the KL was summed over the batch.

# %% [markdown]
# ## Part IV · Sixty thousand images, if you have them
#
# The same code, more data: Fashion-MNIST if it is here or can be fetched. Otherwise the digits once more, for up
# to 40 epochs; then most of what you see is what you know already, but clearer. With 60,000 images an epoch takes a
# few seconds; the bar shows the loss as it falls.

# %% demo alt="Forty Fashion-MNIST training images: shirts, dresses, trousers, coats, bags and shoes"
dataset = data.resolve("auto")
names = data.class_names(dataset)
train, test = data.load(dataset, "train"), data.load(dataset, "test")
epochs, batch_size, rate = (40, 64, 3e-3) if dataset == "digits" else (10, 128, 1e-3)
many = data.batches(train.images, batch_size=batch_size, shuffle=True)
held_out = data.batches(test.images, batch_size=500)
plots.image_grid(train.images[:40], title=f"Forty of {len(train.images):,} training images")

# %% demo alt="Loss curves on Fashion-MNIST: both fall steeply, then slowly, and end close together"
torch.manual_seed(0)
vae = VAE()
history = fit(vae, many, held_out, torch.optim.Adam(vae.parameters(), lr=rate), epochs=epochs, patience=5)
print("test loss by epoch:", ", ".join(f"{loss:.1f}" for loss in history["test"][:10]))
plots.loss_curves(history, title=f"The same VAE on {dataset}: the loss by epoch")

# %% [markdown]
# For comparison, the same model (784-400-20), in nats per image: with Adam at 1e-3 and batches of 128, and on the
# digits, as above, with 3e-3 and batches of 64. Look at the rows of your own data only. *Training*
# figures are averaged over the epoch while the model learns; *test* figures are measured afterwards, on test
# images.
#
# | after epoch | 1 | 2 | 5 | 10 | 15 |
# |---|---|---|---|---|---|
# | MNIST, a published course notebook | 161.8 | 122.5 | 109.6 | 106.3 | 104.9 |
# | MNIST, your code, training | 164.9 | 121.7 | 109.8 | 106.3 | 104.8 |
# | MNIST, your code, test | 127.4 | 115.5 | 108.3 | 105.7 | 104.2 |
# | Fashion-MNIST, your code, training | 286.3 | 255.8 | 245.7 | 242.5 | 241.1 |
# | Fashion-MNIST, your code, test | 262.6 | 253.6 | 247.2 | 244.2 | 243.1 |
# | digits, your code, training | 387.9 | 335.0 | 305.5 | 294.4 | 290.5 |
# | digits, your code, test | 352.8 | 324.1 | 304.8 | 295.2 | 291.6 |
#
# If yours are within a nat or two (ten in the first epochs), your VAE is right. `data.load("mnist", "train")`
# lets you check the other rows.
#
# > **When it goes wrong.**
# >
# > - *Far lower* → something was averaged that should have been summed, or the KL is missing or negative.
# > - *Stuck at 206 (MNIST), 384 (Fashion-MNIST) or 354 (digits)* → collapse: that is the cost of painting the
# >   average image every time.
# > - *Sharp reconstructions, but samples like the autoencoder's* → look at the KL by itself. Here it is some 13
# >   to 25 nats. If it is several times as much, it is missing from the loss, or its gradient is.

# %% demo
plots.reconstructions(vae, test.images[:12], title="Twelve test images, and what the VAE makes of them")

# %% demo
torch.manual_seed(0)
plots.samples(vae, 60, title="Sixty images from codes that were drawn from the prior")

# %% [markdown]
# Many are recognisable, all are blurred, and some are two things at once. The reasons are those of your digits.
# One more shows here: the bound makes every detail compete with the price of describing it. A texture that
# costs more nats in the code than it saves in the reconstruction is not kept.

# %% [markdown]
# ### What does each latent do? *(can be skipped)*
#
# > **Predict first.** The model has 20 latents. Will it use all of them equally?

# %% demo
with torch.no_grad():
    mu, log_var = vae.encoder(test.images)
price = kl_divergence(mu.reshape(-1, 1), log_var.reshape(-1, 1)).reshape(mu.shape).mean(dim=0)
print(f"all latents together: {price.sum():.1f} nats per image = {price.sum() / math.log(2):.0f} bits")
plots.bars(
    price.sort(descending=True).values,
    xlabel="latents, costliest first",
    ylabel="KL (nats per image)",
    title="What each of the 20 latents costs",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# No. Some latents carry nats of information, others are switched off: their KL is 0, their $q$ is the prior,
# and the decoder ignores them. The model has found for itself how many numbers it wants.
#
# </details>

# %% [markdown]
# Now take one image's code and turn one knob at a time, from −3 to 3: the five most expensive latents, then
# the cheapest.

# %% demo
ranking = price.argsort(descending=True)
rows = {}
values = [0.6 * step for step in range(-5, 6)]
for k in [*ranking[:5].tolist(), ranking[-1].item()]:
    code = mu[0].repeat(len(values), 1)
    code[:, k] = torch.tensor(values)
    with torch.no_grad():
        rows[f"latent {k + 1}: {price[k]:.1f} nats"] = vae.decoder(code)
plots.image_rows(rows, titles=[f"{value:.1f}" for value in values], title="One image, one latent turned at a time")

# %% [markdown]
# Each knob changes something, but seldom one thing that has a name: nothing in the loss asks for that. The
# last row shows what a switched-off latent looks like.

# %% [markdown]
# > **Predict first.** Between two images, what is the difference between fading the *pixels* and walking from
# > *code* to code?

# %% demo
first, last = 0, int((test.labels != test.labels[0]).nonzero()[0])
steps = torch.linspace(0, 1, 11)[:, None]
with torch.no_grad():
    walk = vae.decoder(mu[first] * (1 - steps) + mu[last] * steps)
fade = test.images[first] * (1 - steps) + test.images[last] * steps
plots.image_rows({"pixels": fade, "codes": walk}, title="From one image to another, in two ways")

# %% [markdown]
# <details><summary>Answer</summary>
#
# A fade shows two images laid on top of each other. The walk tries to show *one* image at each step, because
# the decoder has learned to make an image of any code that the prior is likely to draw. (Where the two images have
# most of their ink in common, as the 5 and the 0 of our digits have, the rows look much alike: the fade, too, could
# be a single image.)
#
# </details>

# %% [markdown]
# ### A map of two numbers
#
# With two latents the whole code fits on paper. Reconstructions get worse, but we can see everything the
# model knows.

# %% demo
torch.manual_seed(0)
flat = VAE(latent_dim=2)
history = fit(flat, many, held_out, torch.optim.Adam(flat.parameters(), lr=rate), epochs=epochs, patience=5)
print(f"best test loss with 2 latents: {min(history['test']):.1f} nats per image")
with torch.no_grad():
    mu, log_var = flat.encoder(test.images)
plots.latent_scatter(
    mu[:3000], test.labels[:3000], names, title="Codes of test images; the model never saw their labels"
)

# %% [markdown]
# > **Predict first.** The next picture decodes a regular grid over the same square. Find the places of three
# > classes on the map above, and predict what the grid shows there. What will it show between two clusters?
#
# Where you see two sliders, they walk over the map: click on one and use the arrow keys.

# %% demo alt="A square of images, one for each place of the code: neighbours turn into one another"
explorers.latent_walk(flat.decoder, extent=2.5, title="What the decoder makes of each place on the map")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Each class on the map reappears as a region of its pictures, and between two of them one turns gradually into
# the other; faint pictures mark the borders that few codes lie near. The classes have sorted themselves,
# although no label was ever shown. The KL term presses the codes together around the origin until they fill
# most of the prior. That is what makes sampling work.
#
# </details>

# %% [markdown]
# ### Detective work: a loss that could not fall *(can be skipped)*
#
# One published notebook trained the 784-400-20 model on Fashion-MNIST with pixels normalized to [−1, 1], a
# sigmoid output and a summed squared error. It reports 472.3 per image at first and 468.0 after ten epochs,
# and remarks that training soon stops improving.
#
# > **Predict first.** What happened? A sigmoid answers between 0 and 1. What is the best it can answer for a
# > pixel of −1, and what does that cost? How much of the 468 could any training have saved?

# %% demo
shifted = 2 * test.images - 1
floor = (shifted - shifted.clamp(0, 1)).square().sum(dim=1).mean()
print(
    f"{dataset}: the smallest squared error that any output in (0, 1) can have on pixels in [-1, 1]:"
    f" {floor:.1f} per image"
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# On Fashion-MNIST the floor is 444 (446 on the training images): no pixel below 0 can ever be painted, and
# background, which is −1, costs 1 for every pixel. Of the published 468, little more than 20 were within the
# model's reach. (A second figure, 7 per image, was printed beside it, each under the other's name.) Know the
# best possible value of your loss as well as its first one.
#
# </details>

# %% [markdown]
# ### All in one picture

# %% demo="cover" alt="Clothes and their reconstructions, invented clothes, and a map of two numbers"
torch.manual_seed(3)
x = test.images[:32].reshape(4, 8, -1)
with torch.no_grad():
    pairs = torch.stack([x, vae(x.reshape(32, -1))[0].reshape(4, 8, -1)], dim=1).reshape(64, -1)
    atlas = flat.decoder(plots.grid_codes(12, 2.2))
plots.panels(
    {"seen, and rebuilt below": (pairs, 8), "invented": (vae.sample(64), 8), "a map of two numbers": (atlas, 12)}
)

# %% [markdown]
# ## Six statements to judge
#
# > Which of these six statements are true? Say why before you open the answer. Nothing here is graded.
# >
# > - **A.** If one model has a lower negative ELBO than another on the same images, its $p(x)$ is higher.
# > - **B.** Drawing ten codes for each image in `evaluate`, and averaging their losses, gives on average the
# >   same figure as drawing one.
# > - **C.** Decoding μ instead of a draw gives a lower figure, so it is a tighter bound.
# > - **D.** The plain autoencoder rebuilds better than the VAE, so its negative ELBO is lower, too.
# > - **E.** A latent whose KL is 0 for every image can be set to 0 in a trained decoder, and the
# >   reconstructions stay about as good.
# > - **F.** 106 nats on MNIST and 244 on Fashion-MNIST: the same model learns MNIST better.
#
# <details><summary>Answer</summary>
#
# **B** and **E** are true.
#
# - **A** is false. The figure is $-\log p(x)$ plus the gap. A lower one can also come from an encoder that
#   leaves a smaller gap, with the same $p(x)$ or even a lower one.
# - **B** is true. Each draw is an unbiased estimate of the same expectation; ten make it less noisy. (The
#   average is taken of the *losses*, outside the logarithm. Inside, it would be another bound.)
# - **C** is false. The figure is lower, but it bounds nothing. The bound is an average over draws from $q$, and
#   the price in the KL was for a $q$ with just this width.
# - **D** is false. A code without noise is a $q$ with $\sigma = 0$, and the KL contains $-\log \sigma$: its
#   negative ELBO is infinite. Reconstruction is one half of the bill.
# - **E** is true. There $q$ is the prior whatever the image, so the latent is noise to the decoder, which has
#   learned to ignore it.
# - **F** is false. Each data set has its own floor, the grey that no prediction can save, and its own variety.
#
# </details>

# %% [markdown]
# ## What to remember
#
# - An autoencoder stores; a VAE can also invent, because it puts noise on each code and charges for every code
#   that is sharper than the prior, or far from its centre.
# - A VAE is a latent-variable model $p(x) = \int p(x \mid z)\,p(z)\,dz$ with a decoder for $p(x \mid z)$ and
#   an encoder that proposes $q(z \mid x)$.
# - The negative ELBO bounds $-\log p(x)$ from above. The gap is $\mathrm{KL}(q(z \mid x)\,\|\,p(z \mid x))$, how
#   far the encoder's Gaussian is from the posterior, and the encoder's only job is to close it.
# - Negative ELBO = reconstruction (a sum over pixels) + KL (a sum over latents), averaged over images, in
#   nats.
# - $\mathrm{KL} = \tfrac12 \sum (\mu^2 + \sigma^2 - 1 - \log \sigma^2)$: zero at the prior only; once a code is
#   sharp, halving its σ costs one more bit.
# - $z = \mu + \sigma \varepsilon$ lets gradients flow through a draw, with a small fraction of the score
#   function's noise.
# - Before training the loss is about $784 \ln 2 \approx 543$. Know the first and the best possible value of
#   any loss.
# - On grey pixels the Bernoulli "likelihood" has a floor above 0 and is no density: compare such figures only
#   with others of their kind.
#
# ## Exercises beyond
#
# 1. ●● Train with 1, 2, 5, 10, 20 and 50 latents. Plot reconstruction and KL separately. Where does the KL
#    stop growing?
# 2. ●● Turn each image into 0s and 1s by tossing each pixel's coin afresh in every epoch. Now the likelihood is
#    a real one. What happens to the floor? Then toss the coins only once and for all, for 50 training images.
#    What happens now?
# 3. ●● Replace the closed-form KL by its one-draw estimate $\log q(z \mid x) - \log p(z)$, at the $z$ that is
#    decoded. The mean is the same. Is the *loss* noisier? (The answer surprises most people.)
# 4. ●●● Add the same δ to *all* 20 numbers of a code, from −0.5 to 2.75, and decode. Explain why the images
#    stop looking like the data as δ grows. (What is the length of a typical draw from the prior in 20
#    dimensions?)
# 5. ●●● Freeze a trained decoder and improve $q$ for the test images by gradient steps on their own μ and
#    log σ². How many nats does the encoder lose by having to serve all images at once?
# 6. ●● Fit a Gaussian to the codes of the plain autoencoder, one mean and one σ for each latent, and draw from
#    that. How many samples can the classifier read now? What does the VAE have that this machine has not?
# 7. ●● Swap the layers for convolutions. The next cell gives you both networks; they are drop-in replacements
#    for your `Encoder` and `Decoder`. Predict first: how many weights will they have, compared with yours?
#    After how many epochs will they be ahead?


# %% demo
class ConvEncoder(nn.Module):
    """An encoder that looks at neighbourhoods: 28 × 28 pixels to 14 × 14, to 7 × 7, to two heads."""

    def __init__(self, latent_dim=20):
        super().__init__()
        self.features = nn.Sequential(
            nn.Unflatten(1, (1, 28, 28)),  # a row of 784 numbers becomes an image with one channel
            nn.Conv2d(1, 16, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 32, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(32 * 7 * 7, 2 * latent_dim)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


class ConvDecoder(nn.Sequential):
    """The same way back, with transposed convolutions."""

    def __init__(self, latent_dim=20):
        super().__init__(
            nn.Linear(latent_dim, 32 * 7 * 7),
            nn.ReLU(),
            nn.Unflatten(1, (32, 7, 7)),
            nn.ConvTranspose2d(32, 16, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(16, 1, kernel_size=4, stride=2, padding=1),
            nn.Flatten(),
            nn.Sigmoid(),
        )


torch.manual_seed(0)
conv_vae = VAE()  # your model, with other networks in it; everything else works as before
conv_vae.encoder, conv_vae.decoder = ConvEncoder(), ConvDecoder()
for name, model in {"affine layers": VAE(), "convolutions": conv_vae}.items():
    print(f"{name}: {sum(parameter.numel() for parameter in model.parameters()):,} weights")
adam = torch.optim.Adam(conv_vae.parameters(), lr=3e-3)
history = fit(conv_vae, train_batches, test_batches, adam, epochs=15, patience=15)
print(
    f"test loss after 5 epochs {history['test'][4]:.1f}, after 15 epochs {history['test'][14]:.1f};"
    f" your `trained_vae`: {evaluate(trained_vae, test_batches):.1f}"
)
plots.samples(conv_vae, 20, title="Samples of a convolutional VAE")

# %% answers [markdown]
# ## Answers to the exercises beyond
#
# All figures are for the digits: test images, in nats per image, one or two seeds. Yours will differ by a nat
# or two.
#
# <details><summary>1 · How many latents?</summary>
#
# After 25 epochs:
#
# | latents | 1 | 2 | 5 | 10 | 20 | 50 |
# |---|---|---|---|---|---|---|
# | reconstruction | 328 | 303 | 282 | 275 | 276 | 278 |
# | KL | 2.7 | 5.4 | 9.5 | 13.8 | 13.4 | 13.4 |
#
# The KL stops growing at about ten latents. Those beyond are switched off, and cost nothing but some noise
# while the decoder learns to ignore them. Ten latents are not worse than fifty.
#
# </details>
#
# <details><summary>2 · Fresh coins, and old ones</summary>
#
# The cross-entropy is linear in $x$. So with fresh coins in every epoch its *average* is the cross-entropy with
# the grey image, and the floor stays where it was, at 255 nats: it is the entropy of the coins. What changes is
# that the encoder gets to see only 0s and 1s, that the figure is the negative logarithm of a real probability,
# and that it is noisy. The test loss hardly moves (289 after 30 epochs, as with grey). With 50 training images
# fresh coins make no difference that would matter either.
#
# Coins that were tossed once and for all are another matter. The 50 images can now be learned by heart
# *including the toss*, and the floor of their reconstruction is 0. After 120 epochs the training loss had
# fallen to 37 nats, while the test loss was best in epoch 11 (352) and then climbed to 569. Fresh noise on the
# data is a strong remedy against learning by heart.
#
# </details>
#
# <details><summary>3 · The KL from one draw</summary>
#
# By itself the estimate is noisier, of course: at a fixed image its standard deviation is 2.7 nats, where the
# closed form has none. But the reconstruction is noisy, too (4.8 nats), and the two errors *cancel* in part: a
# draw that lies far out is rebuilt worse, and at the same time counted as a rarer one, so that
# $\log q(z \mid x)$ is lower. The whole loss had a standard deviation of 4.8 nats with the closed form and of
# only 4.0 with the estimate.
#
# The exact derivation after exercise 6 says why. The one-draw loss is
# $-\log p(x) + \log q(z \mid x) - \log p(z \mid x)$, and if $q$ were the true posterior it would be the same
# number for every $z$. Geoffrey Roeder, Yuhuai Wu and David Duvenaud, *Sticking the Landing*, 2017
# (arXiv:1703.09194), make use of this for gradients.
#
# </details>
#
# <details><summary>4 · Where a prior of 20 dimensions lives</summary>
#
# A draw from $N(0, I)$ in 20 dimensions has a length of 4.4 ± 0.7. Of 100,000 draws none was longer than 8.
# Almost all of the prior is in a shell around the origin, not at it. Adding δ = 1 to all 20 numbers moves a
# code by $\sqrt{20} \approx 4.5$, as far as a typical code is from the origin, and δ = 2.75 takes it to a
# length of 13. The decoder was never trained there. It answers by driving its hidden units further in the same
# direction, so all images turn into the same few black shapes. The reconstruction loss goes from 274 to 323 at
# δ = 1 and to 545 at δ = 2.75: as bad as grey fog.
#
# </details>
#
# <details><summary>5 · What the shared encoder loses</summary>
#
# The bound improved from 293.8 to 289.1, by nearly 5 nats, after 100 steps of Adam (at 0.02) on the test
# images' own μ and log σ². Then nothing more was to be had: what is left of the gap is the price of a Gaussian
# with independent latents. The 5 nats are called the *amortization gap*: Chris Cremer, Xuechen Li and David
# Duvenaud, *Inference Suboptimality in Variational Autoencoders*, 2018 (arXiv:1801.03558).
#
# </details>
#
# <details><summary>6 · A Gaussian after the fact</summary>
#
# Some 59 %, about as many as of the VAE's. So the autoencoder's decoder is not useless: it was only sent to
# the wrong places. Fitting a distribution to the codes afterwards is a real alternative (Partha Ghosh, Mehdi
# Sajjadi, Antonio Vergari, Michael Black and Bernhard Schölkopf, *From Variational to Deterministic
# Autoencoders*, 2019, arXiv:1903.12436). What the VAE has in addition is a meaning for its loss, a bound on
# $-\log p(x)$ by which models can be compared; a width for each code; latents that switch off when they are not
# needed; and codes that fill the prior without being fitted.
#
# </details>
#
# <details><summary>7 · Convolutions</summary>
#
# 112,649 weights against 652,824, about a sixth, because a filter is the same at all places of the image. Each
# epoch takes about twice as long. On the digits the convolutions start later (317 nats after 5 epochs, where
# affine layers have 307), are level after 15 (291.5 against 293), and ahead after 30 (287 against 289): they
# spend two nats more on the code and get back four in the reconstruction. On Fashion-MNIST, with Adam at 1e-3
# and batches of 128, ten epochs gave 245.0, where affine layers have 244.2.
#
# So on images of 28 × 28 pixels, all of them centred, convolutions buy little except smaller networks. Their
# time comes with larger images: affine layers need weights for every pixel, and convolutions do not.
#
# </details>

# %% [markdown]
# ## Papers
#
# - Diederik P. Kingma and Max Welling, *Auto-Encoding Variational Bayes*, 2013. arXiv:1312.6114. The VAE.
# - Danilo Jimenez Rezende, Shakir Mohamed and Daan Wierstra, *Stochastic Backpropagation and Approximate
#   Inference in Deep Generative Models*, 2014. arXiv:1401.4082. The same idea, found independently.
# - Yuri Burda, Roger Grosse and Ruslan Salakhutdinov, *Importance Weighted Autoencoders*, 2015 (ICLR 2016).
#   arXiv:1509.00519. A tighter bound from several draws, and how many latents are active; lesson 4.
# - Alexander A. Alemi, Ben Poole, Ian Fischer, Joshua V. Dillon, Rif A. Saurous and Kevin Murphy, *Fixing a
#   Broken ELBO*, 2017 (ICML 2018). arXiv:1711.00464. Reconstruction and KL as distortion and rate; lesson 4.
# - Diederik P. Kingma and Max Welling, *An Introduction to Variational Autoencoders*, 2019. arXiv:1906.02691.
#   The book-length account, by the inventors.
# - Gabriel Loaiza-Ganem and John P. Cunningham, *The continuous Bernoulli: fixing a pervasive error in
#   variational autoencoders*, 2019. arXiv:1907.06845. What grey pixels do to the Bernoulli likelihood.
#
# **Next:** [lesson 2](02_one_hot.ipynb) takes up labels, and what becomes of them when a network reads them as numbers.

# %% demo
progress()
