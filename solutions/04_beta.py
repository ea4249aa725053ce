# %% [markdown]
# # 4 · Weighing the two terms
#
# ![what you will have at the end](attachment:cover.png)
#
# **The question.** The loss of a VAE has two terms: what the code costs and what the picture gets wrong. Put a number β
# in front of the first. What do you choose when you choose β, how can you tell that you have gone too far, and why have
# so many people chosen β = 784 without knowing it?
#
# At the end you will have swept β from 0.1 to 784 and drawn the curve on the left: the exchange rate between nats of
# code and nats of picture, for a whole data set. On the right are the pictures that go with it, from crisp to the one
# grey average that is left when the code is no longer worth its price. You will be able to tell from two numbers
# whether a model is in that state, and you will know when and how it can be got out again.
#
# **What you need.** Lesson 1. The model from that lesson comes with this one.
#
# **Time.** About an hour and three quarters: some 50 minutes for the exercises, 20 for reading, 10 for the predictions
# and the pictures, 20 for an experiment of your own. About two minutes of this your computer works on its own (on the
# digits alone, with two cores of a laptop).
#
# **In one hour.** Leave out what is marked *(second reading)*: exercises 2 and 3, Part IV, which needs them, and the
# experiment in Part VI. Nothing else builds on these, and *Run All* goes through without them: cells that would need
# exercise 2 or 3 say in a line what is missing. Their checks say "not written yet". You may
# leave that as it is, but where the lesson is graded, these points are missing.

# %% [markdown]
# Eight exercises, most of them short. What you would only repeat from lesson 1 (loops, modes, counting images) is in
# the cells already; the lines that are left to you are those that change because of β. As always, your code works for
# any batch size and any layer sizes; images do not influence one another; arguments are left alone; only training
# changes a model's mode; and losses are in nats per image (summed over pixels and latents, averaged over images). The
# cells that are not exercises are yours to play with: in a graded notebook the course's own run in their place.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F
from tqdm.auto import tqdm

from grader import check, hint, progress, solution
from vaelab import beta_plots, data, explorers, metrics, plots, use_device

use_device()  # models and data are on a GPU, if there is one


class Encoder(nn.Module):
    """q(z|x): images (B, D) to mu, log_var (B, L)."""

    def __init__(self, input_dim, hidden_dim, latent_dim):
        super().__init__()
        self.hidden = nn.Linear(input_dim, hidden_dim)
        self.mu, self.log_var = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)

    def forward(self, x):
        hidden = F.relu(self.hidden(x))
        return self.mu(hidden), self.log_var(hidden)


class VAE(nn.Module):
    """The VAE of lesson 1: `encoder`, `decoder`, `latent_dim`; (x) -> x_hat, mu, log_var."""

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim)
        layers = nn.Linear(latent_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, input_dim), nn.Sigmoid()
        self.decoder = nn.Sequential(*layers)

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(mu + (log_var / 2).exp() * torch.randn_like(mu)), mu, log_var

    def sample(self, n):
        """n pixel means (n, input_dim) of codes from the prior, without a graph."""
        with torch.no_grad():
            return self.decoder(torch.randn(n, self.latent_dim))


def kl_per_latent(mu, log_var):
    """KL(N(mu, exp(log_var)) ‖ N(0, 1)) of every latent of every image, in nats, (B, L)."""
    return (mu.square() + log_var.exp() - 1 - log_var) / 2


def reconstruction_loss(x_hat, x):
    """−log p(x|z) of each image under independent Bernoulli pixels, in nats, (B,)."""
    return F.binary_cross_entropy(x_hat, x, reduction="none").sum(dim=1)


def small_vae():
    """A VAE for digits that trains in a second: 100 hidden units, 10 latents."""
    return VAE(hidden_dim=100, latent_dim=10)


digits = data.load("digits", "train")
digits_test = data.load("digits", "test")
train_batches = data.batches(digits.images, batch_size=64, shuffle=True)
test_batches = data.batches(digits_test.images, batch_size=100)

# %% [markdown]
# ## Two numbers for a model
#
# Averaged over the data, the two terms of the negative ELBO have names from the theory of lossy compression:
#
# $$R = \mathbb{E}_{x}\,\mathrm{KL}\big(q(z \mid x)\,\|\,p(z)\big) \quad\text{(rate)}, \qquad
# D = \mathbb{E}_{x}\,\mathbb{E}_{q(z \mid x)}\big[-\log p(x \mid z)\big] \quad\text{(distortion)}.$$
#
# The rate is what the codes cost, the distortion what is still missing once the code is known. A model that ignores its
# code has $R = 0$ and pays everything in $D$; one that writes everything into the code pays in $R$. What exactly does
# the rate count? Let $q(z) = \mathbb{E}_x\, q(z \mid x)$ be the codes of all the data taken together. Insert
# $q(z)/q(z)$:
#
# $$R = \mathbb{E}_{x}\mathbb{E}_{q(z \mid x)}\!\left[\log \frac{q(z \mid x)}{q(z)} + \log \frac{q(z)}{p(z)}\right]
# = \underbrace{I_q(x; z)}_{\text{information in the code}} +
# \underbrace{\mathrm{KL}\big(q(z)\,\|\,p(z)\big)}_{\text{codes off the prior}}.$$
#
# Both parts are at least 0. So $R$ is an upper bound on the information that a code carries about its image, and **if
# $R = 0$ the code carries none**. Remember this; it is the whole diagnosis of posterior collapse.

# %% [markdown]
# ## Part I · The weight
#
# ### 1 · `beta_loss` ● 6 min
#
# **Why.** One symbol changes in the loss. What does it mean?
#
# **The mathematics.** Suppose you can afford codes of at most $C$ nats and want the smallest distortion within that
# budget:
#
# $$\min_{q,\,p(x \mid z)} D \quad\text{subject to}\quad R \le C .$$
#
# (If Lagrange multipliers are new to you, skip to *β is an exchange rate*; nothing later needs more than that.) The
# Lagrangian adds the constraint with a multiplier $\beta \ge 0$:
#
# $$\mathcal{L} = D + \beta\,(R - C) = \big(D + \beta R\big) - \beta C .$$
#
# $\beta C$ does not depend on the networks, so for a fixed β, minimizing $\mathcal L$ means minimizing $D + \beta R$.
# *Every β stands for some budget C*; a larger β for a smaller one. At the minimum no small move along the curve of the
# best achievable $(R, D)$ improves anything: $dD + \beta\, dR = 0$, so
#
# $$\beta = -\frac{dD}{dR} .$$
#
# **β is an exchange rate**: how many nats of distortion one nat of rate must save to be worth its price.
#
# At $\beta = 1$ a nat is a nat, and the loss is the negative ELBO, an upper bound on $-\log p(x)$. Is it still a bound
# at other prices? Compare:
#
# $$D + \beta R = (D + R) + (\beta - 1)\,R, \qquad R \ge 0 .$$
#
# For β > 1 the loss lies above the negative ELBO: still a bound, but a looser one. For β < 1 it lies below the negative
# ELBO, perhaps below $-\log p(x)$ too: it is no bound at all.


# %% exercise="beta_loss"
def beta_loss(x, x_hat, mu, log_var, beta):
    """Reconstruction + beta · KL, averaged over the batch, in nats per image.

    x, x_hat: (B, D) in [0, 1]; mu, log_var: (B, L), log_var = log σ²; beta: float ≥ 0.
    Returns a scalar tensor with a graph. The Bernoulli loss is summed over pixels, the KL to
    N(0, I) over latents; mean over the batch.
    """
    ### BEGIN SOLUTION
    kl = kl_per_latent(mu, log_var).sum(dim=1)
    return (reconstruction_loss(x_hat, x) + beta * kl).mean()
    ### END SOLUTION


# %% check="beta_loss"
check("beta_loss")

# %% [markdown]
# #### The β you did not choose
#
# What matters is the *ratio* of the two weights. Anyone who averages where this course sums has chosen a β. Let $D$ and
# $R$ be sums over $N$ pixels and $L$ latents. A common factor only rescales the gradient, and Adam undoes that anyway,
# so it may be left out (∝):
#
# | reconstruction | KL | the loss is | so β is |
# |---|---|---|---|
# | sum over pixels | sum over latents | $D + R$ | 1 |
# | **mean** over pixels | sum over latents | $\tfrac1N D + R \;\propto\; D + N R$ | $N = 784$ |
#
# The second row is what `F.binary_cross_entropy(x_hat, x)` gives you, with its default reduction, beside a KL that is
# summed as in the papers.
#
# > **Predict first.** What is β in these three? There are 784 pixels, 20 latents and 128 images in a batch.
# >
# > - mean over pixels, mean over latents
# > - sum over pixels, mean over latents
# > - mean over pixels and images, *sum* over latents and images

# %% demo
torch.manual_seed(0)
probe, x = VAE(), digits.images[:128]
x_hat, mu, log_var = probe(x)
per_pixel, per_latent = F.binary_cross_entropy(x_hat, x, reduction="none"), kl_per_latent(mu, log_var)


def pull(loss):
    """The size of a loss's gradient on the encoder's second head."""
    (gradient,) = torch.autograd.grad(loss, probe.encoder.log_var.weight, retain_graph=True)
    return gradient.norm().item()


reductions = {"sum": lambda t: t.sum(dim=1).mean(), "mean": lambda t: t.mean(), "sum, images too": lambda t: t.sum()}
ours = pull(reductions["sum"](per_latent)) / pull(reductions["sum"](per_pixel))
print("pixels  latents           beta: how hard the KL pulls beside the reconstruction, 1 in the first row")
for d, r in [("sum", "sum"), ("mean", "sum"), ("mean", "mean"), ("sum", "mean"), ("mean", "sum, images too")]:
    beta = pull(reductions[r](per_latent)) / pull(reductions[d](per_pixel)) / ours
    print(f"{d:<7} {r:<17} {beta:,.2f}")

# %% [markdown]
# <details><summary>Answer</summary>
#
# | reconstruction | KL | the loss is | so β is |
# |---|---|---|---|
# | mean over pixels | mean over latents | $\tfrac1N D + \tfrac1L R$ | $N / L = 784/20 = 39.2$ |
# | sum over pixels | mean over latents | $D + \tfrac1L R$ | $1/L = 0.05$ |
# | mean over pixels and images | sum over latents and images | $\tfrac1N D + B R$ | $N B = 100{,}352$ |
#
# </details>
#
# In the other direction, a paper that averages over pixels and latents and reports a weight $w$ uses $\beta = w\,N / L$
# in this course's units. Higgins et al. (2017) call $\beta\,L/N$ the normalized β for this reason. **You cannot compare
# one β with another until you know both reductions.** You will see below what a network does at β = 784. It is not
# subtle.
#
# > **When it goes wrong.**
# >
# > - *The KL is almost 0 from the first epoch on* → look at the reductions before you look at anything else.
# > - *Doubling the batch size changes the model* → one term is summed over the batch and the other averaged.
# > - *Somebody's "β = 0.0013" works well* → it is 1/784 beside a mean over pixels: β = 1 in disguise.

# %% [markdown]
# ### 2 · `kl_weight` ● 5 min *(second reading)*
#
# **Why.** At the beginning of training the decoder cannot yet read codes, so a code saves next to nothing. But it
# costs its full price from the first step on, and the cheapest thing an encoder can do is to say nothing. If it learns
# that before the decoder has learned to listen, both may stay that way. **Warm-up** (Bowman et al. 2016, Sønderby et
# al. 2016) lets codes be free at first and raises their price slowly.
#
# **The mathematics.** A straight line up to $\beta$, then constant; $t = 0, 1, 2, \dots$ counts optimizer steps, and
# $T$ is the length of the warm-up:
#
# $$w(t) = \beta \cdot \min\!\left(1, \frac{t}{T}\right), \qquad w(t) = \beta \text{ without warm-up, } T = 0 .$$


# %% exercise="kl_weight"
def kl_weight(step, warmup_steps, beta=1.0):
    """The weight of the KL at an optimizer step: a straight line from 0 at step 0 to beta.

    step, warmup_steps: int ≥ 0. It reaches beta at `warmup_steps` and stays there; with
    warmup_steps = 0 it is beta at once. Returns a Python float.
    """
    ### BEGIN SOLUTION
    if step >= warmup_steps:
        return float(beta)
    return beta * step / warmup_steps
    ### END SOLUTION


# %% check="kl_weight"
check("kl_weight")

# %% demo alt="The weight of the KL over optimizer steps: it rises along a line, then stays at β"
steps, lines = torch.arange(0, 301), {}
try:
    for warmup, beta in [(200, 1.0), (100, 1.0), (200, 4.0), (0, 2.0)]:
        weights = [kl_weight(t, warmup, beta) for t in steps.tolist()]
        lines[f"{warmup} steps to β = {beta:g}"] = torch.tensor(weights)
except NotImplementedError as left_out:  # on a first reading
    print(f"No picture: {left_out}.")
labels = {"xlabel": "optimizer step", "ylabel": "weight of the KL", "title": "Warm-up: the price rises, then stays"}
plots.curves(steps, lines, **labels) if lines else None

# %% [markdown]
# Note what warm-up does *not* do: in the end the loss is the same as without it. If that loss is lowest when the code
# says nothing, warm-up only delays the silence. It helps where a good solution exists and training would miss it.
#
# > **When it goes wrong.**
# >
# > - *The KL shoots up at the start and falls later* → that is warm-up at work: codes were free.
# > - *The KL shoots up and stays there* → `step` counts epochs instead of optimizer steps, so T = 1,000 is never
# >   reached.
# > - *Warm-up changes nothing* → T was meant in epochs, so the warm-up is over after a few batches.
# > - *The printed loss rises during training* → its weight rises. Compare unweighted terms: R and D.

# %% [markdown]
# ### 3 · `free_bits` ●● 10 min *(second reading)*
#
# **Why.** Another cure, which *does* change the loss: give every latent an allowance (Kingma et al. 2016). Up to
# `floor` nats it may say what it likes for free, and it pays only for more. So no latent gains anything from saying
# less.
#
# **The mathematics.** Average each latent's KL over the batch first, then compare, then sum. (The method is called
# free *bits*, but the floor λ is in nats, like everything else here.)
#
# $$\mathrm{FB} = \sum_{l=1}^{L} \max\!\left(\lambda,\; \frac1B \sum_{b=1}^{B} \mathrm{KL}_{b l} \right).$$
#
# Below the floor λ the maximum is a constant, and the gradient is 0: nothing pushes such a latent back to the prior.
# Above it, the gradient is the usual one. Why average over the batch *inside* the maximum? A latent may then be silent
# on most images and say much on a few. With a floor for each single image, every image would have to use every latent.
# And why not one floor for the *sum* over latents? Then a single talkative latent would use up everyone's allowance.


# %% exercise="free_bits"
def free_bits(mu, log_var, floor):
    """The KL of each latent averaged over the batch, at least `floor`, summed over latents.

    mu, log_var: (B, L), log_var = log σ²; floor: float ≥ 0, nats per latent. Returns a scalar
    tensor with a graph. A latent whose average over the batch is below the floor gets no
    gradient.
    """
    ### BEGIN SOLUTION
    return kl_per_latent(mu, log_var).mean(dim=0).clamp(min=floor).sum()
    ### END SOLUTION


# %% check="free_bits"
check("free_bits")

# %% [markdown]
# > **Predict first.** One latent, σ = 1, and its mean μ moves away from 0. The floor is half a nat. Where does the
# > curve of `free_bits` meet that of the plain KL, and what is its slope to the left of that point?

# %% demo alt="KL and its slope over the mean: free bits cost a constant half nat, with slope 0, up to the floor"
m = torch.linspace(0, 2, 201, requires_grad=True)
plain = torch.stack([kl_per_latent(v.view(1, 1), torch.zeros(1, 1)).sum() for v in m])
try:
    free = torch.stack([free_bits(v.view(1, 1), torch.zeros(1, 1), 0.5) for v in m])
    (slope,) = torch.autograd.grad(free.sum(), m)
    lines = m.detach(), plain.detach(), free.detach(), slope
except NotImplementedError as left_out:  # on a first reading
    lines = ()
    print(f"No picture: {left_out}.")
beta_plots.allowance(*lines) if lines else None

# %% [markdown]
# <details><summary>Answer</summary>
#
# They meet at μ = 1, where $\mu^2/2$ reaches ½. To the left of it the slope is 0: saying something is free, and nothing
# pulls the latent back to 0. To the right the slope is μ, as it always is.
#
# </details>
#
# > **When it goes wrong.**
# >
# > - *The KL term cannot fall below L · λ* → no bug: it is the allowance. Report the true R as well.
# > - *Every latent sits exactly at the floor* → then the floor decides the rate, not the data: it is too high.

# %% [markdown]
# ## Part II · Measuring
#
# ### 4 · `rate_distortion` ●● 5 min
#
# **Why.** The weighted losses of two different β cannot be compared. Their $R$ and $D$ can.
#
# **How.** Averages over all *images*, with the model in evaluation mode and without gradients. The KL is the closed
# form. The distortion is an expectation over $z \sim q(z \mid x)$; one draw per image, as the model's `forward` makes
# it, estimates it without bias. Decoding μ instead would hide exactly what you want to see: how much the noise in the
# code hurts. The loop is that of lesson 1's `evaluate`, with two sums in place of one.


# %% exercise="rate_distortion"
def rate_distortion(model, batches):
    """Rate and distortion of a model on data, two Python floats in nats per image.

    model: called with x it gives x_hat, mu, log_var; batches: yields x (B, D), the last one
    may be smaller. Rate: the mean KL; distortion: the mean reconstruction loss with z drawn
    from q(z|x). Weighted by images; without β. Runs in evaluation mode without gradients, and
    restores the mode it found.
    """
    was_training = model.training
    model.eval()
    rate, distortion, images = 0.0, 0.0, 0
    with torch.no_grad():
        for x in batches:
            images += len(x)
            ### BEGIN SOLUTION
            x_hat, mu, log_var = model(x)
            rate += kl_per_latent(mu, log_var).sum().item()
            distortion += reconstruction_loss(x_hat, x).sum().item()
            ### END SOLUTION
    model.train(was_training)
    return rate / images, distortion / images


# %% check="rate_distortion"
check("rate_distortion")

# %% [markdown]
# > **Predict first.** Where in the plane of rate and distortion is a model that has not been trained? Where is one that
# > always paints the mean of the data? Where would the unreachable perfect model be?

# %% demo
torch.manual_seed(0)
rate, distortion = rate_distortion(VAE(), test_batches)
print(f"untrained:            R = {rate:.2f}, D = {distortion:.1f} nats per image (784 ln 2 = {784 * math.log(2):.1f})")
mean = digits.images.mean(dim=0).expand_as(digits_test.images)
print(f"the mean image:       R = 0.00, D = {reconstruction_loss(mean, digits_test.images).mean():.1f}")
x = digits_test.images
print(f"perfect, x_hat = x:   R = ?,    D = {reconstruction_loss(x, x).mean():.1f}")

# %% [markdown]
# <details><summary>Answer</summary>
#
# An untrained model says almost nothing and paints grey, so $R$ is near 0 and $D$ near 784 log 2, which is what a guess
# of ½ costs at every pixel. The mean image also has $R = 0$, but a much lower $D$. A perfect model would have the
# distortion that is left when $\hat x = x$. That is not 0, because a grey pixel costs something even when it is
# predicted exactly (lesson 1). Its rate nobody knows: that is why it has a question mark.
#
# </details>
#
# So on these digits a distortion worth talking about lies between 255 nats and 355, and all the good that a code can do
# happens in between.

# %% [markdown]
# ### 5 · `active_units` ●● 6 min
#
# **Why.** The rate is one number for all latents. How many of them are used at all?
#
# **The mathematics.** A latent that is switched off gives the same answer for every image, so its posterior mean does
# not move. Burda, Grosse and Salakhutdinov (2016) call a latent **active** if
#
# $$A_l = \operatorname{Var}_{x}\Big( \mathbb{E}_{q(z \mid x)}[z_l] \Big)
# = \operatorname{Var}_{x}\big(\mu_l(x)\big) > 0.01 .$$
#
# The variance runs over the *data*, all batches together: averaging the variances of the batches misses what differs
# from batch to batch. It is the variance of *means*, not the posterior's variance $\sigma^2$, which is near 1 exactly
# when a latent is off. Nor does it matter where the means lie: a latent with μ = 3 for every image costs 4.5 nats and
# says nothing.


# %% exercise="active_units"
def active_units(model, batches, threshold=0.01):
    """How many latents have posterior means whose variance over all images exceeds `threshold`.

    model: called with x it gives x_hat, mu, log_var; its `encoder`, called with x, gives mu,
    log_var. batches: yields x (B, D), the last one may be smaller. Returns an int. Runs in
    evaluation mode without gradients, and restores the mode it found.
    """
    was_training = model.training
    model.eval()
    with torch.no_grad():
        ### BEGIN SOLUTION
        mu = torch.cat([model.encoder(x)[0] for x in batches])
        units = int((mu.var(dim=0, correction=0) > threshold).sum())
        ### END SOLUTION
    model.train(was_training)
    return units


# %% check="active_units"
check("active_units")

# %% [markdown]
# > **Predict first.** A network that has never been trained gives every image a slightly different code. How many of
# > its 20 latents are active? Does the threshold matter?

# %% demo
torch.manual_seed(0)
untrained = VAE()
for threshold in (0.001, 0.01, 0.1):
    print(f"variance of the mean above {threshold:g}: {active_units(untrained, test_batches, threshold)} of 20 latents")

# %% [markdown]
# <details><summary>Answer</summary>
#
# At 0.01 none of them, at 0.001 nearly all. So the count depends on a convention. Do not read more into it than "this
# latent moves": a mean with variance 0.01 costs about 0.005 nats, and nobody sees that in a picture.
#
# </details>
#
# > **When it goes wrong.**
# >
# > - *All latents count as active in a model that paints only averages* → σ² was used, or the variance of drawn z,
# >   which is 1 for a latent that is off.
# > - *The count changes with the batch size* → the variance was taken within each batch.

# %% [markdown]
# ## Part III · Training at a price
#
# ### 6 · `train_beta_epoch` ● 2 min
#
# **Why.** Lesson 1's loop with the new loss. It reports the mean *weighted* loss per image. One line is missing.


# %% exercise="train_beta_epoch"
def train_beta_epoch(model, batches, optimizer, beta):
    """One optimizer step on `beta_loss` for each batch; the mean weighted loss per image.

    model: called with x it gives x_hat, mu, log_var; batches: yields x (B, D), the last one
    may be smaller. The result, a Python float, averages the losses met on the way, weighted
    by images. Runs in training mode, and may leave the model in it.
    """
    model.train()
    total, images = 0.0, 0
    for x in batches:
        ### BEGIN SOLUTION
        loss = beta_loss(x, *model(x), beta)
        ### END SOLUTION
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        images += len(x)
    return total / images


# %% check="train_beta_epoch"
check("train_beta_epoch")

# %% [markdown]
# Now the trap itself. Three training runs: at β = 1, at β = 784, and at β = 1 with the careless loss,
# `F.binary_cross_entropy(x_hat, x)` plus the KL per image.
#
# > **Predict first.** Which two of the three will look alike? What will be left in the pictures?


# %% demo
def careless_epoch(model, batches, optimizer):
    """The default reduction, a mean over pixels and images, next to a KL summed over latents."""
    for x in batches:
        x_hat, *code = model(x)
        loss = F.binary_cross_entropy(x_hat, x) + kl_per_latent(*code).sum(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


x = digits_test.images[:10]
rows, notes, rates = {"original": x}, [""], {}
for name, beta in {"β = 1": 1.0, "β = 784": 784.0, "mean over pixels": None}.items():
    torch.manual_seed(0)
    model = small_vae()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    rates[name] = []
    for _ in tqdm(range(12), desc=name, leave=False):
        if beta is None:
            careless_epoch(model, train_batches, optimizer)
        else:
            train_beta_epoch(model, train_batches, optimizer, beta)
        rates[name].append(rate_distortion(model, test_batches)[0])
    rate, distortion = rate_distortion(model, test_batches)
    print(f"{name:<17} R = {rate:6.3f}  D = {distortion:.1f}  active units {active_units(model, test_batches)} of 10")
    with torch.no_grad():
        rows[name] = model(x)[0]
    notes.append(f"R = {rate:.2f}, D = {distortion:.0f}")
beta_plots.strips(rows, "What is left of ten digits after twelve epochs", notes)

# %% demo
beta_plots.rates(rates, "The rate from epoch to epoch, on a logarithmic scale")

# %% [markdown]
# <details><summary>Answer</summary>
#
# The second and the third: both losses are the same up to a common factor. Their rates fall together, R ends at 0, no
# unit is active, and the decoder, told nothing, paints the average of all digits.
#
# </details>
#
# Nothing is wrong with the optimizer; the loss asked for this. It is called **posterior collapse**, and there are two
# independent witnesses: *the rate* (together the codes carry nothing) and *the active units* (no mean moves). A look at
# the pictures alone would only have called it "blurry".
#
# When is it *right* to collapse? For each latent the bargain is: take part if the distortion it saves exceeds β times
# the rate it costs. In the linear VAE, where everything can be solved, this is exact: a direction of the data is used
# if and only if its variance exceeds the noise that the decoder assumes, times β (Lucas et al. 2019). So a few silent
# latents are not a fault. They are the model's way of saying how many it needs *at this price*.

# %% [markdown]
# ### 7 · `beta_sweep` ●● 6 min
#
# **Why.** One β gives one point. The curve that they trace together, the **frontier**, belongs to the data and the
# architecture, and no other choice of weights gets below it.
#
# **The mathematics.** Should the rate fall when β rises? Let $(R_1, D_1)$ be the best point at price $\beta_1$ and
# $(R_2, D_2)$ the best at $\beta_2 > \beta_1$. Each is at least as good as the other *at its own price*:
#
# $$D_1 + \beta_1 R_1 \le D_2 + \beta_1 R_2, \qquad D_2 + \beta_2 R_2 \le D_1 + \beta_2 R_1 .$$
#
# Add the two and everything cancels but $(\beta_2 - \beta_1)(R_2 - R_1) \le 0$. Hence $R_2 \le R_1$, and then the first
# line says $D_1 \le D_2$. **A higher price means less rate and more distortion, always**, with no assumption about the
# networks except that both were trained to the optimum. If $R_1 > R_2$, the same two lines also say
#
# $$\beta_1 \;\le\; \frac{D_2 - D_1}{R_1 - R_2} \;\le\; \beta_2 :$$
#
# what a nat of rate buys on the way from one point to the next lies between their two prices. A sweep that breaks
# either rule is telling you that some model is not at its optimum yet. (The optimum is that of the training data. On
# held-out images, which you will measure, small violations mean nothing.)


# %% exercise="beta_sweep"
def beta_sweep(betas, make_model, train_batches, test_batches, epochs=8, learning_rate=5e-3):
    """Train a new model for each β and measure it: a list of (beta, rate, distortion).

    betas: iterable of floats; make_model: called without arguments, gives a new model. Each
    model gets its own Adam optimizer with this learning rate, is trained by `epochs` calls of
    `train_beta_epoch` on `train_batches`, and is measured by `rate_distortion` on
    `test_batches`. The points stand in the order of `betas`; nats per image, Python floats.
    """
    points = []
    for beta in tqdm(betas, desc="betas", leave=False):
        ### BEGIN SOLUTION
        model = make_model()
        adam = torch.optim.Adam(model.parameters(), lr=learning_rate)
        for _ in range(epochs):
            train_beta_epoch(model, train_batches, adam, beta)
        points.append((beta, *rate_distortion(model, test_batches)))
        ### END SOLUTION
    return points


# %% check="beta_sweep"
check("beta_sweep")

# %% [markdown]
# > **Predict first.** You know two points of the curve already: where it ends when β is large, and roughly where β = 1
# > lies. β is the negative slope. Sketch the curve. Which step will move the distortion more, the one from β = 1 to 2
# > or the one from 4 to 8? And at which β will the sum $R + D$ be smallest?

# %% demo
torch.manual_seed(0)
points = beta_sweep([0.1, 0.3, 1, 2, 4, 8, 64], small_vae, train_batches, test_batches, epochs=12)
print("           R       D       R + D   what a nat of rate buys between this line and the one above")
last = None
for beta, rate, distortion in points:
    told = f"β = {beta:<5g} {rate:5.2f}   {distortion:5.1f}   {rate + distortion:5.1f}"
    if last and last[1] > rate:
        bought = (distortion - last[2]) / (last[1] - rate)
        told += f"   {bought:5.2f} nats of distortion; should lie between {last[0]:g} and {beta:g}"
    last = beta, rate, distortion
    print(told)
beta_plots.frontier(points, tangents=[1, 4, 8], title="Digits: what a nat of code buys, and the slope at three prices")

# %% [markdown]
# <details><summary>Answer</summary>
#
# The step from 4 to 8, by about three times as much: the curve is steep where the rate is small. The first nats of code
# are worth more than ten nats of picture apiece: they say *which digit*. Later ones say how thick and how slanted, and
# buy less and less. At β = 0.1 the code holds details that hardly show.
#
# The sum $R + D$ is smallest near β = 1, as it should be: there, and only there, it is what was trained.
#
# </details>
#
# Each dashed line has the slope −β of its point, and lies along the curve as the Lagrangian promised. Now look at the
# last column. A little above the higher price means nothing on held-out images. But from β = 4 to 8 a nat buys more
# than 10, which it cannot between two models that are fully trained. These were trained for a second or two each, and
# the one at β = 8 is not there yet. Part IV shows what holds such a model up.

# %% [markdown]
# ### 8 · `trained_beta` ●● 8 min
#
# **Why.** Your own frontier, and your own tools to measure it. The check decodes with your models, computes their rates
# and distortions itself, and compares with what you report. It wants a monotone frontier, and a collapse found from
# *your* numbers, not by looking.
#
# A hint about structure: `beta_sweep` keeps only the numbers, but it asks *you* for each model. A `make_model` that
# remembers what it hands out gives you both.

# %%
BETAS = [0.1, 1.0, 4.0, 784.0]

# %% exercise="trained_beta"
# Create `trained_beta`, a dict. One model for each β in BETAS, for images of 784 pixels
# (`small_vae` will do), trained on `train_batches`; some seconds in all.
#     "models"        {β: its trained VAE}
#     "frontier"      [(β, rate, distortion), …] on `test_batches`, in the order of BETAS
#     "active_units"  {β: the number of active units on `test_batches`}
#     "collapsed"     [every β that has collapsed: rate below 0.1 nats, and no active unit]
torch.manual_seed(0)
### BEGIN SOLUTION
handed_out = []


def remembered_vae():
    handed_out.append(small_vae())
    return handed_out[-1]


swept = beta_sweep(BETAS, remembered_vae, train_batches, test_batches)
counts = {beta: active_units(model, test_batches) for beta, model in zip(BETAS, handed_out, strict=True)}
trained_beta = {
    "models": dict(zip(BETAS, handed_out, strict=True)),
    "frontier": swept,
    "active_units": counts,
    "collapsed": [beta for beta, rate, _ in swept if rate < 0.1 and counts[beta] == 0],
}
### END SOLUTION

# %% check="trained_beta"
check("trained_beta")

# %% demo
judge = metrics.judge("digits")  # a classifier, trained on real digits: lesson 3 tells more
rows, notes = {"original": digits_test.images[:10]}, [""]
print("          R       D      active  read right: reconstructions in which a judge sees the right digit")
for beta, rate, distortion in trained_beta["frontier"]:
    with torch.no_grad():
        made = trained_beta["models"][beta](digits_test.images)[0]
    right = (judge(made).argmax(dim=1) == digits_test.labels).float().mean().item()
    collapsed = "   collapsed" if beta in trained_beta["collapsed"] else ""
    units = trained_beta["active_units"][beta]
    print(f"β = {beta:<5g} {rate:5.2f}  {distortion:5.1f}  {units:>4}   {right:6.0%}{collapsed}")
    rows[f"β = {beta:g}"] = made[:10]
    notes.append(f"{right:.0%} read right")
beta_plots.strips(rows, "The higher the price, the less is left of each digit", notes)

# %% [markdown]
# You may have noticed that the figures for β = 4 are not those of Part III. There the models were trained for twelve
# epochs; `beta_sweep` by itself trains for eight. At a high price it takes longer until codes are worth something:
# after eight epochs the rate at β = 4 is still growing, and the distortion falling with it. Two models at the same
# price can be compared only if they were trained alike.
#
# > **Predict first.** Reconstructions are best at the smallest β. What about *samples*, decoded from draws of the
# > prior: are they best at 0.1 too?

# %% demo
torch.manual_seed(0)
samples = {f"β = {beta:g}": model.sample(12) for beta, model in trained_beta["models"].items()}
beta_plots.strips(samples, "Twelve samples of each model")

# %% [markdown]
# <details><summary>Answer</summary>
#
# No. At β = 0.1 most samples are smudges. At β = 1 there are strokes, and digits of many kinds, although so small a
# model draws a readable one only about every other time. At 4 they are smooth, grey and of few kinds. (After twelve
# epochs in place of eight they are clearer, and you may well prefer them to those at 1.) At 784 there is only one
# picture.
#
# </details>
#
# Why are samples so poor where reconstructions are best? The formula at the beginning of this lesson says it: the rate
# has two parts. The next cell estimates both for the training images, whose $q(z)$ is a mixture of $N$ Gaussians.

# %% demo
torch.manual_seed(0)
n = len(digits.images)
print(f"in nats, where no code can say more than log {n:,} = {math.log(n):.2f}")
print("          R       I(x; z)   KL(q(z) ‖ p(z))")
for beta, model in trained_beta["models"].items():
    with torch.no_grad():
        mu, log_var = model.encoder(digits.images)
    posterior = torch.distributions.Normal(mu, (log_var / 2).exp())
    z = posterior.sample()
    log_mixture = torch.stack([posterior.log_prob(code).sum(dim=1).logsumexp(dim=0) for code in z]) - math.log(n)
    information = (posterior.log_prob(z).sum(dim=1) - log_mixture).mean().item()
    rate = kl_per_latent(mu, log_var).sum(dim=1).mean().item()
    print(f"β = {beta:<5g} {rate:5.2f}  {information:7.2f}   {rate - information:9.2f}")

# %% [markdown]
# At β = 0.1 the codes tell every image from every other, which takes about 7 nats and is all that there is to say
# about a set of this size. The other two dozen nats are *codes off the prior*: sharp, and lying where they like. Draws
# from the prior fall between them, where the decoder was never trained. At β = 1 about five nats are lost in this way,
# at 4 less than one, and the codes fill the prior. *Low distortion and good samples are different goals*, and β trades
# one for the other.
#
# And which latents do the talking? Look at each one's KL, then turn the costliest like knobs.

# %% demo
with torch.no_grad():
    said = {beta: model.encoder(digits_test.images) for beta, model in trained_beta["models"].items()}
price = {beta: kl_per_latent(*codes).mean(dim=0) for beta, codes in said.items()}
beta_plots.spectrum(
    {f"β = {beta:g}": values.clamp(min=1e-6) for beta, values in price.items()},
    log=True,
    title="A higher price turns all latents down, and some of them off",
    level=("0.01 nats", 0.01),
)

# %% demo
turns, rows = torch.linspace(-2.5, 2.5, 11), {}
for beta, model in trained_beta["models"].items():
    for k in price[beta].argsort(descending=True)[: 1 if beta > 100 else 2].tolist():
        code = said[beta][0][2].repeat(len(turns), 1)
        code[:, k] = turns
        with torch.no_grad():
            rows[f"β = {beta:g}, latent {k + 1}"] = model.decoder(code)
beta_plots.knobs(rows, turns, "One digit, and one latent turned from −2.5 to 2.5")

# %% [markdown]
# (A KL below a millionth of a nat is drawn as a millionth.) The column on the right of the second picture shows in
# orange what differs between the two ends of a row; the number is the difference in ink, counted in black pixels.
#
# The higher the price, the more a latent must change to be worth it: at β = 0.1 a turn of the knob alters strokes here
# and there; at β = 4 it leads from one kind of digit towards another. At 784 the knob belongs to a latent that the
# encoder never uses, and next to nothing happens.
#
# Higgins et al. (2017) observed that on suitable data (faces, rendered shapes) the few latents that survive a high
# price often each stand for one factor of variation, and called this *disentangling*. Burgess et al. (2018) explain it
# by the budget: when it is tight, the factor that saves most comes first, then the next. This is a tendency of these
# models, with their axis-aligned Gaussians, not a theorem.

# %% [markdown]
# ## Part IV · Getting out of a collapse *(second reading)*
#
# β = 10 is the value in a published course's exercise. Let us train on our digits at that price and try both cures:
# warm-up over the first half of training, and free bits with a fifth of a nat for each latent. Three seeds each: a
# single run proves nothing.
#
# > **Predict first.** Which cure raises the rate? Which one raises the number of active units? Which one lowers the
# > loss $D + 10\,R$?


# %% demo
def cured(cure, seed, beta=10.0, epochs=16):
    """A small VAE trained at a high price, with one of the cures or none."""
    torch.manual_seed(seed)
    model = small_vae()
    adam = torch.optim.Adam(model.parameters(), lr=5e-3)
    step, half = 0, epochs * len(train_batches) // 2
    for _ in tqdm(range(epochs), desc=f"{cure}, seed {seed}", leave=False):
        for x in train_batches:
            x_hat, *code = model(x)
            weight = kl_weight(step, half, beta) if cure == "warm-up" else beta
            kl = free_bits(*code, 0.2) if cure == "free bits" else kl_per_latent(*code).mean(dim=0).sum()
            loss = reconstruction_loss(x_hat, x).mean() + weight * kl
            adam.zero_grad()
            loss.backward()
            adam.step()
            step += 1
    return model


ten = [(digits_test.labels == k).nonzero()[0].item() for k in range(10)]  # one digit of each class
rows, notes, latents = {"original": digits_test.images[ten]}, [""], {}
print("cure       seed    R       D    D + 10 R  active  read right")
for cure in ("none", "warm-up", "free bits"):
    for seed in range(3):
        try:
            model = cured(cure, seed)
        except NotImplementedError as left_out:  # on a first reading
            print(f"{cure:<12}is missing: {left_out}.")
            break
        rate, distortion = rate_distortion(model, test_batches)
        with torch.no_grad():
            made = model(digits_test.images)[0]
            kls = kl_per_latent(*model.encoder(digits_test.images)).mean(dim=0)
        right = (judge(made).argmax(dim=1) == digits_test.labels).float().mean().item()
        print(
            f"{cure:<12}{seed}   {rate:5.2f}   {distortion:.1f}   {distortion + 10 * rate:.1f}"
            f"  {active_units(model, test_batches):>5}   {right:7.0%}"
        )
        if seed == 0:
            rows[cure], latents[cure] = made[ten], kls
            notes.append(f"R = {rate:.1f}, {right:.0%} read right")
beta_plots.strips(rows, "β = 10, seed 0: which digits can you read?", notes)

# %% demo
beta_plots.spectrum(latents, title="β = 10, seed 0: who does the talking?", level=("floor of free bits", 0.2))

# %% [markdown]
# <details><summary>Answer</summary>
#
# Both raise the rate, in every seed. Free bits wake all ten latents, each at about the allowance it was given. With
# warm-up more than half are active; without help it is two to four with these seeds, most of them barely. Only warm-up
# lowers $D + 10\,R$, in all three seeds. With free bits it does not go down reliably, since those models were trained
# for something else.
#
# </details>
#
# With warm-up the very loss that was trained in the end, $D + 10\,R$, is *lower* than without. So that silence was not
# what the loss asked for. It was an accident of the first epochs, when the price was high and the decoder could not yet
# read, and no later step found the way back. (The model at β = 8 in Part III suffered from the same.) So ask of any
# collapse: *would the other solution have had the lower loss?* If yes, change the training. If no, lower the price, or
# accept it.
#
# The count of active units is the weakest of these numbers. There are seeds for which all ten latents of the model
# without a cure count as active, at a rate of less than one nat. Trust the rate and the loss.

# %% [markdown]
# ## Part V · The whole curve on real pictures
#
# Last, Fashion-MNIST if it is here or can be fetched (20,000 images, the 784-400-20 model, four epochs for each β),
# otherwise the digits again. β = 10 is one of the prices.

# %% demo alt="Distortion over rate on Fashion-MNIST for five prices β: a falling curve with slope −β at each"
dataset = data.resolve("auto")
large = dataset != "digits"
train, test = data.load(dataset, "train"), data.load(dataset, "test")
many = data.batches(train.images[:20_000], batch_size=128 if large else 32, shuffle=True)
held_out = data.batches(test.images[:2_000], batch_size=500)
torch.manual_seed(0)
models = []


def kept():
    models.append(VAE())
    return models[-1]


prices = [0.1, 1.0, 4.0, 10.0, 100.0]
curve = beta_sweep(prices, kept, many, held_out, epochs=4 if large else 15, learning_rate=2e-3)
for (beta, rate, distortion), model in zip(curve, models, strict=True):
    units = active_units(model, held_out)
    print(f"beta = {beta:5g}   R = {rate:5.2f}   D = {distortion:5.1f}   {units} active units of 20")
with torch.no_grad():
    made = [model.decoder(model.encoder(test.images[:6])[0]) for model in models]
title = f"The frontier of {dataset}, and the slope at three prices"
explorers.frontier(curve, made, tangents=[1.0, 4.0, 10.0], title=title)

# %% demo="cover"
x = test.images[:9]
with torch.no_grad():
    rows = {"original": x} | {f"β = {beta:g}": model(x)[0] for beta, model in zip(prices, models, strict=True)}
beta_plots.frontier_and_images(curve, rows, title="What a nat of code buys")

# %% demo
torch.manual_seed(1)
samples = {f"β = {beta:g}": model.sample(12) for beta, model in zip(prices, models, strict=True)}
beta_plots.strips(samples, "Samples: from scattered codes to one grey average")

# %% [markdown]
# One curve, four states. At β = 0.1 the codes carry dozens of nats, reconstructions are good and samples are not. At 1
# and 4 the nats are few and well spent. At 10 two or three nats are left, enough for the kind of thing (which garment,
# or roughly which digit) and its rough shape, and still about ten "active" units: the count is generous, as you have
# seen. At 100 nothing is left at all. There is no sudden cliff at β > 1, and no β that is right for every purpose;
# there is a curve, and you choose a point on it.

# %% [markdown]
# ## Part VI · Yours
#
# ### Your experiment ●●● 20 min *(second reading)*
#
# You have everything that a small study needs: a way to train at a price, two numbers to measure, and a rule that tells
# you when to distrust them. Choose a question of your own, or one of these:
#
# - **Longer.** Train the sweep of Part III three times as long. Do all the numbers in the last column move in between
#   their two prices?
# - **Two classes.** Train on threes and eights only. At which rate does the code just say which of the two it is? (One
#   of two costs log 2 nats.)
# - **Fewer images.** Train on 200 images and measure $R + D$ on these and on new ones. Which β generalises best?
# - **A stronger decoder.** Give the model 20 or 800 hidden units. Does a better decoder listen more to its encoder, or
#   less?
# - **Warm-up in the sweep.** Train β = 8 with warm-up and put the point into the picture of Part III.
#
# Before you run anything, write down three lines: *what I expect*, *which number will show it*, *what would change my
# mind*. Use at least three seeds: a difference that is smaller than the spread between seeds is not one. The cell below
# is a start, not a task: it asks whether two latents would have done. Nothing here is graded.
#
# Should a distortion fall a little where the price rises, by a few tenths of a nat between two small β, then
# remember what the rule of Part III is about: fully trained models, and their training images. These are eight epochs
# and held-out images.

# %% demo
mine = {}
for latents in (2, 10):
    torch.manual_seed(0)
    mine[f"{latents} latents"] = beta_sweep(
        [0.3, 1, 4, 16],
        lambda latents=latents: VAE(hidden_dim=100, latent_dim=latents),
        train_batches,
        test_batches,
    )
    for beta, rate, distortion in mine[f"{latents} latents"]:
        print(f"{latents:>2} latents   beta = {beta:4g}   R = {rate:5.2f}   D = {distortion:5.1f}")
beta_plots.frontiers(mine, "Where does the number of latents matter?")

# %% [markdown]
# *What I expect:* …
#
# *Which number will show it, and what would change my mind:* …
#
# *What came out, with its spread over seeds:* …

# %% [markdown]
# ### One question
#
# A colleague trains a VAE on grey pictures of 64 × 64 pixels, with 32 latents and Adam, and the loss
#
#     F.binary_cross_entropy(x_hat, x) + kl_per_latent(mu, log_var).sum(dim=1).mean()
#
# After many epochs the rate is 0.000, no unit is active, and all reconstructions are the same grey picture. Which one
# of these statements is true?
#
# - **A.** The optimizer is stuck. If the weight of the KL rises slowly to its full value, training will end with a
#   model that uses its code.
# - **B.** The rate is 0, but the code may still carry information; only the pictures can tell.
# - **C.** The loss asked for this. With a factor of 1/4096 in front of the KL it would be the negative ELBO, up to a
#   constant factor.
# - **D.** 32 latents are too few for 4096 pixels. With more of them the rate would rise.
# - **E.** With β > 1 the loss is no bound on −log p(x), and that is why the posterior collapsed.
#
# <details><summary>Answer</summary>
#
# **C.** The mean over 4096 pixels divides $D$ by 4096, so the loss is $\propto D + 4096\,R$: β = 4096. A nat of code
# would have to save 4096 nats of picture. With the factor, both terms are divided by the same number.
#
# **A** is right to ask whether training missed a better solution. But warm-up ends at the same loss, and no code saves
# 4096 nats of picture for each nat of its own. **B**: $R \ge I(x; z)$, so $R = 0$ means no
# information. **D**: more latents are not cheaper latents. **E**: for β > 1 the loss is a bound, only a looser one,
# and collapse has to do with the price, not with bounds.
#
# </details>

# %% [markdown]
# ## What to remember
#
# - $D + \beta R$ is the Lagrangian of "least distortion at a limited rate". β is the exchange rate $-dD/dR$: nats of
#   distortion for a nat of code.
# - Only at β = 1 is the loss the negative ELBO, and only there is $R + D$ what training makes small. For β > 1 the loss
#   is a looser bound on $-\log p(x)$, for β < 1 it is none.
# - A mean over 784 pixels beside a KL summed over latents *is* β = 784. Ask for both reductions before you believe a
#   β.
# - $R = I(x; z) + \mathrm{KL}(q(z) \| p(z))$: a rate of 0 means codes without information; a high rate need not mean
#   much of it. Posterior collapse shows in the rate and in the active units before it shows in the pictures.
# - Higher β, lower rate, higher distortion, and a nat buys something between the two prices. A sweep that breaks these
#   rules is not fully trained.
# - Warm-up changes the path, free bits change the goal. A latent that is off because it is not worth its price needs no
#   cure.
# - Reconstructions prefer small β, samples a β near 1 or above.
#
# ## Exercises beyond
#
# 1. ●● *Learn* β: adjust it after each epoch, up when the rate is above a target C and down when it is below. That is
#    gradient ascent on the multiplier of the Lagrangian. Does the rate settle at C?
# 2. ●● Burgess et al. (2018) replace βR by γ|R − C| and raise C during training. Watch which latent becomes active at
#    which C, for γ = 2 and for γ = 10, and compare D at the end.
# 3. ●● Replace the Bernoulli by a squared error, $\lVert x - \hat x \rVert^2 / 2\sigma^2$. Show on paper that σ and β
#    are the same knob, and say which σ goes with the careless mean over pixels.
# 4. ●● Find an example in which $D + \beta R$ lies below $-\log p(x)$ for some β < 1. A single pixel that is 0 or 1
#    with probability ½ is enough.
# 5. ●●● The linear VAE can be solved. Take a decoder $N(Wz, \sigma^2 I)$ and show that at price β a principal
#    direction with variance λ is used if and only if λ > βσ².

# %% answers [markdown]
# ### Answers to the exercises beyond
#
# <details><summary>1 · Learning β</summary>
#
# After each epoch: `beta *= math.exp(0.1 * (rate - C))`, with the rate measured by `rate_distortion` on the training
# batches. The multiplier stays positive, and it stops moving only where R = C. On the digits, from β = 1, the rate
# overshoots and then settles: for C = 8 nats at a β of about 2½, for C = 3 at about 8. Every β stands for a budget, and
# this finds the β of a given budget.
#
# </details>
#
# <details><summary>2 · A budget that grows</summary>
#
# With γ = 10 and C from 0 to 12 in 40 epochs, R follows C closely, and the latents come one after another: one at C =
# 2, two at C = 5, three at C = 7. But look at D. It ends at about 315 nats, where γ = 2 ends at 280 with the same
# rate. Below C the term γ|R − C| has the slope −γ: there the rate itself is *rewarded*, useful or not, and the latents
# that are awake are pushed off the prior. What is rewarded is R, not I(x; z). Choose γ no larger than what a nat is
# worth at the rates you want.
#
# </details>
#
# <details><summary>3 · σ and β are one knob</summary>
#
# With a Gaussian, $D = \lVert x - \hat x \rVert^2 / 2\sigma^2 + \text{const}$, so
#
# $$D + \beta R \;\propto\; \lVert x - \hat x \rVert^2 + 2 \sigma^2 \beta\, R + \text{const} .$$
#
# Only the product $\sigma^2 \beta$ matters, as long as σ is fixed. The mean over $N$ pixels beside a summed KL is
# $\propto \lVert x - \hat x \rVert^2 + N R$, that is $2\sigma^2 = N$ at β = 1: $\sigma = \sqrt{392} \approx 19.8$. It
# says that a pixel between 0 and 1 is known to within twenty. No wonder that a code is not worth its price.
#
# </details>
#
# <details><summary>4 · Below −log p(x)</summary>
#
# Let $x$ be the fair pixel, $q(z \mid x) = N(\pm 1.5,\, 0.5^2)$ with the sign of $x$, and let the decoder say 0.99 for
# the pixel whose sign $z$ has. By symmetry $p(x) = \tfrac12$, so $-\log p(x) = 0.69$. The rate is
# $\tfrac12(2.25 + 0.25 - 1 - \log 0.25) = 1.44$ nats. A draw has the wrong sign once in 740 times, so the distortion is
# 0.02. At β = 1 the sum is 1.46, a bound as it should be; at β = 0.1 it is 0.16. Whenever the decoder is nearly sure, a
# small enough β brings the loss below $-\log p(x)$.
#
# </details>
#
# <details><summary>5 · The linear VAE</summary>
#
# Divide the loss by β: up to constants it is the negative ELBO of a linear VAE whose decoder has the variance
# $s^2 = \beta \sigma^2$. Take one principal direction with variance λ, a decoder weight $w$, and
# $q(z \mid x) = N(v x, \tau^2)$. The loss is
#
# $$\frac{\lambda (1 - w v)^2 + w^2 \tau^2}{2 s^2} + \frac{v^2 \lambda + \tau^2 - 1 - \log \tau^2}{2} .$$
#
# It is least at $\tau^2 = s^2/(w^2 + s^2)$ and $v = w/(w^2 + s^2)$. Insert these and write $c = w^2 + s^2$: what is
# left is $\tfrac12 (\lambda / c + \log c)$ and a constant. This falls until $c = \lambda$ and rises afterwards, and
# $c$ cannot be less than $s^2$. So if $\lambda > s^2 = \beta\sigma^2$, then $w^2 = \lambda - \beta\sigma^2$. Otherwise
# $w = 0$, and with it $v = 0$ and $\tau = 1$: the latent is off. The other directions are decided in the same way,
# each for itself.
#
# </details>
#
# <details><summary>What came out of the experiment</summary>
#
# With ten latents the rate at β = 0.3 is three times that with two, and the distortion 30 to 45 nats lower. At β = 4
# the two differ by about as much as two seeds of the same model do, and at 16 hardly anything is left of either. Two
# latents are cheap to fill; what the others would have said is only worth saying at a low price.
#
# For "Warm-up in the sweep" (two seeds): it lowers the loss at β = 8, $D + 8R$, by more than ten nats. For "Longer":
# after 36 epochs in place of 12 (one seed), all six numbers in the last column lie between their prices. For "Two
# classes" (one seed, 40 epochs): the rate passes log 2 = 0.69 between β = 8 and 16, and is 0 from β = 32 on.
#
# </details>

# %% [markdown]
# ## Papers
#
# - Irina Higgins, Loic Matthey, Arka Pal, Christopher Burgess, Xavier Glorot, Matthew Botvinick, Shakir Mohamed and
#   Alexander Lerchner,
#   *beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework*, ICLR 2017 (no arXiv number).
#   The weight and the constraint behind it.
# - Christopher P. Burgess, Irina Higgins, Arka Pal, Loic Matthey, Nick Watters, Guillaume Desjardins and Alexander
#   Lerchner, *Understanding disentangling in β-VAE*, 2018. arXiv:1804.03599. The budget, and raising it.
# - Alexander A. Alemi, Ben Poole, Ian Fischer, Joshua V. Dillon, Rif A. Saurous and Kevin Murphy, *Fixing a Broken
#   ELBO*, 2017 (ICML 2018). arXiv:1711.00464. The rate-distortion plane.
# - Samuel R. Bowman, Luke Vilnis, Oriol Vinyals, Andrew M. Dai, Rafal Jozefowicz and Samy Bengio, *Generating
#   Sentences from a Continuous Space*, 2015 (CoNLL 2016). arXiv:1511.06349. Posterior collapse met in earnest, and
#   warm-up.
# - Casper Kaae Sønderby, Tapani Raiko, Lars Maaløe, Søren Kaae Sønderby and Ole Winther, *Ladder Variational
#   Autoencoders*, 2016. arXiv:1602.02282. Warm-up for deep hierarchies.
# - Diederik P. Kingma, Tim Salimans, Rafal Jozefowicz, Xi Chen, Ilya Sutskever and Max Welling, *Improving Variational
#   Inference with Inverse Autoregressive Flow*, 2016. arXiv:1606.04934. Free bits.
# - Yuri Burda, Roger Grosse and Ruslan Salakhutdinov, *Importance Weighted Autoencoders*, 2015 (ICLR 2016).
#   arXiv:1509.00519. Active units.
# - James Lucas, George Tucker, Roger Grosse and Mohammad Norouzi, *Don't Blame the ELBO! A Linear VAE Perspective on
#   Posterior Collapse*, 2019. arXiv:1911.02469. When collapse is what the data ask for.

# %% [markdown]
# That was lesson 4. You can build a VAE, tell it what to draw, and say what its codes are worth. `progress()` shows
# whether anything is still open. Lesson 5 asks what the loss itself says about pixels.

# %% demo
progress()
