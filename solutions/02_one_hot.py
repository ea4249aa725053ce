# %% [markdown]
# # 2 · Labels for networks
#
# ![what you will have at the end](attachment:cover.png)
#
# **The question.** From the next lesson on you will tell a VAE *what* to draw: a 3, a sandal, a bag. In the data a
# class is an integer. A network takes numbers, and an integer is a number, so why not hand it over as it is?
#
# The picture above is the answer, drawn by your own code. Two networks of the same kind had to paint ten classes,
# knowing nothing but the label. One was given the label as an integer, the other as ten numbers: a single 1 and nine
# 0s. You will build the encoding so that nothing can surprise it, join it to images and codes, and run the experiment
# that shows *why* the first network had no chance.
#
# **What you need.** Lesson 1, mostly the Bernoulli loss; indexing and broadcasting in PyTorch.
#
# **Time.** A little over an hour: a quarter of an hour of reading, 43 minutes for the three exercises, and the time you
# give to the predictions. It is an hour without the two sections that *can be skipped*: nothing later needs them.
# The computer's part is about half a minute on a laptop's two cores (on the digits alone).

# %% [markdown]
# There are only three exercises here, but they are exacting: an encoding is ten lines of code, and every label in the
# rest of this course will pass through them. As before, `check("…")` tells you what is wrong, `hint("…")` helps, and
# nothing you write may change its arguments. Answers to the predictions are folded: decide first, then open them. The
# cells that are not exercises are yours to play with: in a graded notebook the course's own run in their place.

# %%
import warnings

import torch
from torch import nn
from torch.nn import functional as F
from tqdm.auto import tqdm

from grader import check, hint, progress, solution
from vaelab import data, label_plots, plots, use_device

use_device()  # models and data are on a GPU, if there is one

digits = data.load("digits", "train")
digits_test = data.load("digits", "test")


def reconstruction_loss(x_hat, x):
    """−log p(x) of each image under independent Bernoulli pixels: (B, D) to (B,), in nats.

    It is summed over pixels.
    """
    return F.binary_cross_entropy(x_hat, x, reduction="none").sum(dim=1)


# %% [markdown]
# ## A label is a name, not an amount
#
# Fashion-MNIST calls a T-shirt 0, a trouser 1 and an ankle boot 9. Whoever made the list could have put the boot
# first, and no picture would be any different. But integers come with properties that names do not have: they have an
# **order** (is a pullover, 2, *between* a trouser and a dress?), **distances** (is a boot nine times as far from a
# T-shirt as a trouser is?) and **sizes** (does a boot push every unit of a network nine times as hard as a trouser,
# and a T-shirt, 0, not at all?).
#
# A **one-hot vector** has none of these. The label $y$ out of $C$ classes becomes $c = e_y \in \mathbb{R}^C$: a 1 at
# position $y$ (counted from 0), and 0 elsewhere. For two different classes
#
# $$\|e_i - e_j\|^2 = 1 + 1 = 2, \qquad e_i \cdot e_j = 0, \qquad \|e_i\| = 1,$$
#
# so all classes are equally far apart, orthogonal, and of the same size. Renumbering the classes permutes the
# axes and changes nothing else.

# %% demo alt="Distances between ten classes: as integers from 0 to 9, as one-hot vectors all the same"
integers = torch.arange(10.0)[:, None]
label_plots.distances(
    {"integers: some classes near, some far": integers, "one-hot: all equally far apart": torch.eye(10)},
    data.class_names("digits"),
)

# %% [markdown]
# On the left, somebody's numbering has made up neighbours and strangers. On the right there are none.
#
# ## 1 · `one_hot` ●● 15 min
#
# **Why.** Any recipe turns `tensor([3, 1, 4])` into three rows. But labels come as `uint8` from an image file and as
# a column `(B, 1)` from a table; the last batch of an epoch can be of any size, even empty; and sooner or later a 10
# turns up among ten classes, or a −1 that means "unknown". Code that answers *something* in such a case can cost you
# days. So this exercise is about the edges.
#
# **Three ways to do it.** With $B$ labels and $C$ classes we want a matrix with $c_{bk} = [\,y_b = k\,]$.
#
# | | idea | in PyTorch |
# |---|---|---|
# | **scatter** | start with zeros, write a 1 at the label's column | `torch.zeros(B, C).scatter_(1, index, 1)` |
# | **comparison** | where do label and column number agree? | `column == torch.arange(C)` |
# | **library** | let PyTorch do it | `F.one_hot(labels, C)` |
#
# (`index` is `int64`, (B, 1). In the comparison the column (B, 1) and the row (C,) broadcast to (B, C). `F.one_hot`
# wants `int64` and appends a dimension to whatever shape comes in.)
#
# A fourth, `torch.eye(C)[labels]`, takes rows from an identity matrix. None of the four is right as it stands. For
# each, think through these questions before you choose:
#
# - What **dtype** comes out? A linear layer takes float32 and nothing else.
# - Where is the result, if the labels are on a GPU? Whatever you create (zeros, a range, an identity) is on the CPU
#   unless you say `device=labels.device`.
# - What becomes of labels of shape **(B, 1)**? Of a batch of *one* label, (1, 1)?
# - What happens when there are **no labels** at all? (`min()` of nothing is an error.)
# - What happens for the label **C**, for **−1**, for **2.7**?
#
# If labels are out of range or are not integers, raise a `ValueError` that says what is wrong. Do not use `assert`:
# asserts are for the programmer's own certainties, and they vanish when Python runs with `-O`.


# %% exercise="one_hot"
def one_hot(labels, num_classes):
    """One row for each label, 1 in its column and 0 elsewhere: float32 (B, num_classes).

    labels: any integer dtype, shape (B,) or (B, 1); B may be 0. The result is on their device.
    num_classes: int.
    ValueError when a label is outside 0 … num_classes - 1, and when labels are floating-point
    numbers.
    """
    ### BEGIN SOLUTION
    if labels.is_floating_point():
        raise ValueError(f"labels must be integers, not {labels.dtype}")
    column = labels.long().reshape(-1, 1)
    if ((column < 0) | (column >= num_classes)).any():
        raise ValueError(f"labels must lie in 0 … {num_classes - 1}, but some do not")
    return (column == torch.arange(num_classes, device=labels.device)).float()
    ### END SOLUTION


# %% check="one_hot"
check("one_hot")

# %% [markdown]
# > **Predict first.** The next cell feeds the awkward cases to the four recipes, just as they stand above. Three of
# > them get at least one case *silently* wrong: they answer, and the answer is not what you want. Which cases?

# %% demo
recipes = {
    "scatter": lambda y, n: torch.zeros(len(y), n).scatter_(1, y.reshape(-1, 1), 1),
    "comparison": lambda y, n: y.reshape(-1, 1) == torch.arange(n),
    "F.one_hot": lambda y, n: F.one_hot(y, n),
    "identity": lambda y, n: torch.eye(n)[y],
    "yours": one_hot,
}
cases = {  # labels, and whether there are such classes
    "int64 (3,)": (torch.tensor([2, 0, 1]), True),
    "uint8 (3,)": (torch.tensor([2, 0, 1], dtype=torch.uint8), True),
    "int64 (3, 1)": (torch.tensor([[2], [0], [1]]), True),
    "no labels": (torch.tensor([], dtype=torch.int64), True),
    "label 3 of 3": (torch.tensor([0, 3]), False),
    "label -1": (torch.tensor([0, -1]), False),
    "label 1.7": (torch.tensor([0.0, 1.7]), False),
}


def outcome(recipe, labels, exist):
    """What a recipe makes of some labels: how that is to be judged, and a few words."""
    try:
        with warnings.catch_warnings(action="ignore"):  # PyTorch warns of the uint8 index; the table tells more
            out = torch.as_tensor(recipe(labels, 3))
    except Exception as error:
        wanted = isinstance(error, ValueError) and not exist
        return "right" if wanted else "loud", type(error).__name__
    shape, rows = tuple(out.shape), out.float().tolist()
    if exist and rows == [[float(k == label) for k in range(3)] for label in labels.flatten().tolist()]:
        return "right" if out.dtype == torch.float32 else "type", f"{str(out.dtype)[6:]} {shape}"
    last = f"ends in {rows[-1]}" if len(shape) == 2 else ""
    return "silent", last.replace(".0", "") if shape == (labels.numel(), 3) else f"shape {shape}"


label_plots.outcomes(
    {case: {name: outcome(recipe, *given) for name, recipe in recipes.items()} for case, given in cases.items()},
    title="Seven cases, four recipes and yours, with three classes: which answer is right?",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Read it column by column; the cases you were asked for are marked ✗.
#
# - *Scatter* gets nothing silently wrong. It wants `int64` and refuses the rest, loudly. On a GPU its "index out of
#   bounds" is worse than loud: it kills the CUDA context, and the error is reported somewhere else.
# - *Comparison* never complains. An impossible label, and 1.7 as well, becomes a row of zeros: a "no class at all"
#   that a network will happily learn from. And its result is `bool`.
# - *`F.one_hot`* checks the range (on a CPU; on a GPU it leaves that to scatter), but gives `int64`, and a column
#   (B, 1) becomes (B, 1, C). Left without `num_classes` it takes the largest label *of this batch* plus one, so the
#   width changes from batch to batch.
# - *Identity* takes −1 to mean "the last class", as indexing does in Python. A `uint8` index is a *mask* to PyTorch,
#   not a list of positions. And a column (B, 1) becomes (B, 1, C) here, too.
#
# </details>
#
# > **When it goes wrong.**
# >
# > - *`expected scalar type Float but found Long`* → the one-hot rows are still `int64`.
# > - *`Expected all tensors to be on the same device`* → a helper built its zeros on the CPU (one published helper
# >   did).
# > - *Training works, but generating crashes for a single label* → a helper that takes (B, 1) only (another published
# >   one), or a `squeeze()` that turns a batch of one into no batch at all.
# > - *One class always comes out wrong* → the labels count from 1: each lands one column too far along, and the last
# >   has no column left.

# %% [markdown]
# ## 2 · `condition` ● 8 min
#
# **Why.** How does a label get *into* a network? The simplest way is to write it beside whatever goes in anyway:
# beside the image for an encoder, beside the code for a decoder. There is code that does something else with it (adds
# it, or computes it and never uses it), and it trains without an error message.
#
# **The mathematics.** Let $v \in \mathbb{R}^D$ be an image or a code, and $[v; c] \in \mathbb{R}^{D + C}$ the two
# side by side. The first affine layer has a weight matrix with $D + C$ columns. Split it after column $D$,
# $W = [\,W_v \; W_c\,]$:
#
# $$W\,[v; c] + b \;=\; W_v\, v + W_c\, c + b
# \;=\; W_v\, v + \big(\underbrace{(W_c)_{:,\,y} + b}_{\text{a bias for class } y}\big).$$
#
# The product of $W_c$ with a one-hot vector is a single column of $W_c$. So joining a one-hot label means no more and
# no less than this: *each class has a bias vector of its own*, looked up by its number. (`nn.Embedding` is the same
# thing without the multiplication by zeros.) Now do the same with a bare integer, $C = 1$ and $c = y$:
#
# $$W\,[v; y] + b \;=\; W_v\, v + (y\, w + b).$$
#
# There is only *one* vector $w$ for all classes, and class 8 gets four times what class 2 gets, whatever
# they are.


# %% exercise="condition"
def condition(v, c):
    """Each row of v with its label's row of c to the right of it: (B, D + C), v first.

    v: images (B, D) or codes (B, L); c: one-hot (B, C). Nothing is changed, and gradients reach
    both.
    """
    ### BEGIN SOLUTION
    return torch.cat([v, c], dim=1)
    ### END SOLUTION


# %% check="condition"
check("condition")

# %% demo alt="Five rows as a network gets them: 784 pixels, and then ten numbers with a single 1 for the label"
chosen = torch.tensor([int((digits.labels == k).nonzero()[0]) for k in (3, 1, 4, 1, 5)])
x, y = digits.images[chosen], digits.labels[chosen]
rows = condition(x, one_hot(y, 10))
print(f"{tuple(x.shape)} and {tuple(one_hot(y, 10).shape)} make {tuple(rows.shape)}")
label_plots.conditioned_rows(rows, 784, [f"a {k}" for k in y.tolist()])

# %% [markdown]
# Next to 784 grey values there are ten places, and one of them is set: that is all a network is ever told about a
# label. Do the pixels not drown it out? No: the gradients find its weights at once. Let us see which ones.
#
# > **Predict first.** A layer of 50 units sees a batch in which there are only 3s and 7s, each joined with its label.
# > Which of the ten label columns of its weight matrix get a gradient? And what happens with a bare integer, which
# > has only *one* column?

# %% demo
torch.manual_seed(0)
wanted = (digits.labels == 3) | (digits.labels == 7)
x, y = digits.images[wanted][:64], digits.labels[wanted][:64]
layer = nn.Linear(784 + 10, 50)
layer(condition(x, one_hot(y, 10))).relu().sum().backward()
touched = layer.weight.grad[:, 784:].norm(dim=0)
looked_up = layer(condition(x, one_hot(y, 10))) - layer(condition(x, torch.zeros(64, 10)))
print(f"what a label adds is its column of W: {torch.allclose(looked_up, layer.weight[:, 784 + y].T, atol=1e-5)}")

ruled = nn.Linear(784 + 1, 50)  # the same with a bare integer
pulls = {}
for k in (3, 7):
    ruled.zero_grad()
    ruled(condition(x[y == k], y[y == k, None].float())).relu().sum().backward()
    pulls[f"{k}s"] = ruled.weight.grad[:, 784].norm().item()
label_plots.label_gradients(touched, pulls, data.class_names("digits"), title="Gradients from a batch of 3s and 7s")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Columns 3 and 7, and no others. What a class learns, it learns from its own images, in its own column; the other eight
# columns stay as they were. With a bare integer there is one column, and all classes pull at it. Each image's pull is
# multiplied by its label, so the 7s pull harder than the 3s, and a 0 would not pull at all.
#
# </details>
#
# > **When it goes wrong.**
# >
# > - *`Sizes of tensors must match except in dimension 1`* → `v` and `c` have different numbers of rows; or `dim` is 0.
# > - *The label has no effect on what is drawn* → it was computed and never joined, or joined to the encoder alone
# >   (see lesson 3).

# %% [markdown]
# ## 3 · `label_encoding_experiment` ●● 20 min
#
# **Why.** "Use one-hot" is a rule one can follow without understanding it. An experiment shows what it is good for,
# and how much it gains.
#
# **The set-up.** A *painter* is the smallest network that can be told a label: one affine layer and a sigmoid. It
# gets the label and nothing else, and has to paint a picture. Its loss is the cross-entropy against *every* training
# image with this label, in nats per image (summed over pixels, mean over images).
#
# **What is the best it could do?** For one pixel and one class let $m$ be the mean of that pixel over the
# class's images. The loss is linear in its target $x$, so averaging over the images only replaces $x$ by $m$:
#
# $$\overline{-x \log p - (1 - x) \log (1 - p)} \;=\; -m \log p - (1 - m) \log (1 - p),
# \qquad \frac{d}{dp} \;=\; \frac{p - m}{p\,(1 - p)} .$$
#
# The derivative is negative below $m$ and positive above it, so the loss is lowest at $p = m$. No network that sees
# only the label, however deep, can beat painting **each class's mean picture**. The loss of doing so is the **floor**.
# (It is far from 0: one picture cannot fit all 3s.)
#
# **What can each encoding do?** With one-hot, pixel $d$ of class $k$ has the logit $W_{dk} + b_d$, so each of the ten
# classes gets a logit of its own, and the loss can come as close to the floor as you like. (It does not quite arrive:
# where a mean pixel is exactly 0, the logit would have to be $-\infty$.) With the bare integer the logit is
#
# $$a_d + b_d\, k, \qquad k = 0, 1, \dots, 9.$$
#
# Read as points in a space of 784 dimensions, the ten pictures' logits lie **on one straight line, at equal
# steps**. Every pixel gets steadily darker or steadily lighter from 0 to 9, or stays as it is.
#
# **What should not matter.** Renumber the classes by a fixed permutation, `RENUMBERED[y]` in place of `y`. No image
# has changed. An encoding that adds nothing of its own must give the same loss as before.
#
# > **Predict first.** A painter without any label would paint the mean of all images and pay 354.4 nats per image. How
# > many of these does a label save when it is one-hot, and how many when it is an integer? What will the integer's "4"
# > look like?
#
# **Your part.** Train four painters with the helper below, compute the floor, and choose the statement that your
# numbers support. The helper starts every painter alike, so your numbers will be the same each time.

# %%
RENUMBERED = torch.tensor([3, 8, 5, 2, 6, 9, 0, 7, 1, 4])
CONCLUSIONS = {
    "A": "It is a matter of training: ten times as many steps would close the integer's gap.",
    "B": "The integers 0 … 9 are too large; divided by 9 they would do as well as one-hot.",
    "C": "Integers put the classes in a row, at equal steps; an affine layer keeps them there.",
    "D": "One-hot has ten inputs and the integer one; ten copies of it would do as well.",
}


def train_painter(features, images, hidden=None, steps=300):
    """A network that paints from features of the label alone.

    It is trained on features (N, F) and images (N, D), both float32, and maps features (M, F)
    to pictures (M, D) in (0, 1). It is one affine layer and a sigmoid, with a ReLU layer of
    `hidden` units in front if asked for. `losses` holds its loss at each step (nats per image).
    """
    if features.dim() != 2 or len(features) != len(images):
        raise ValueError(f"features must have a row for each image, (N, F), but their shape is {tuple(features.shape)}")
    # Images with equal features are averaged first. The loss is linear in its target, so this changes only the speed.
    inputs, group, counts = features.unique(dim=0, return_inverse=True, return_counts=True)
    targets = torch.zeros(len(inputs), images.shape[1]).index_add_(0, group, images) / counts[:, None]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        start = [] if hidden is None else [nn.Linear(features.shape[1], hidden), nn.ReLU()]
        painter = nn.Sequential(*start, nn.Linear(hidden or features.shape[1], images.shape[1]), nn.Sigmoid())
    painter.losses = []
    optimizer = torch.optim.Adam(painter.parameters(), lr=0.1 if hidden is None else 0.01)
    bar = tqdm(range(steps), desc="painting", leave=False, disable=steps <= 300)
    for _ in bar:
        loss = (reconstruction_loss(painter(inputs), targets) * counts).sum() / len(images)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        painter.losses.append(loss.item())
        bar.set_postfix(loss=f"{loss.item():.1f}", refresh=False)
    return painter


# %% exercise="label_encoding_experiment"
def label_encoding_experiment():
    """Painters on the training images `digits`: what integers and one-hot make of ten classes.

    Trains four with `train_painter`. Returns a dict; losses are Python floats, in nats per
    image of `digits`:
        "integer"             loss of the painter that gets y as one number, features (N, 1)
        "integer_renumbered"  loss of the one that gets RENUMBERED[y] as one number
        "one_hot"             loss of the one that gets y as a one-hot row, features (N, 10)
        "one_hot_renumbered"  loss of the one that gets RENUMBERED[y] as a one-hot row
        "floor"               loss of painting each class's mean picture: the best possible
        "pictures_integer"    (10, 784) without a graph: the "integer" painter's for y = 0 … 9
        "pictures_one_hot"    (10, 784) without a graph: the same from the "one_hot" painter
        "conclusion"          the letter of the statement in CONCLUSIONS that is true
    """
    ### BEGIN SOLUTION
    images, y, classes = digits.images, digits.labels, torch.arange(10)
    encodings = {"integer": lambda labels: labels[:, None].float(), "one_hot": lambda labels: one_hot(labels, 10)}
    results = {"conclusion": "C"}
    for name, encode in encodings.items():
        for ending, number in (("", classes), ("_renumbered", RENUMBERED)):
            painter = train_painter(encode(number[y]), images)
            with torch.no_grad():
                pictures = painter(encode(number))
            results[name + ending] = reconstruction_loss(pictures[y], images).mean().item()
            results.setdefault(f"pictures_{name}", pictures)
    means = torch.stack([images[y == k].mean(dim=0) for k in range(10)])
    results["floor"] = reconstruction_loss(means[y], images).mean().item()
    return results
    ### END SOLUTION


# %% check="label_encoding_experiment"
check("label_encoding_experiment")

# %% demo
experiment = label_encoding_experiment()
blind = reconstruction_loss(digits.images.mean(dim=0).expand_as(digits.images), digits.images).mean().item()
print(f"no label at all       {blind:.1f} nats per image")
for name in ("integer", "integer_renumbered", "one_hot", "one_hot_renumbered", "floor"):
    print(f"{name:<22}{experiment[name]:.1f}   saved {blind - experiment[name]:4.1f}")
means = torch.stack([digits.images[digits.labels == k].mean(dim=0) for k in range(10)])
label_plots.picture_rows(
    {"class means": means, "one-hot": experiment["pictures_one_hot"], "integer": experiment["pictures_integer"]},
    [f"y = {k}" for k in range(10)],
    title="The best ten pictures, and what the two painters make of them",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# The one-hot label saves more than 40 nats; its row can hardly be told from the class means. The integer saves about
# two. Its row is a slow fade from one blur to another, with no 4 in it and no 5. And it got a *different* result when
# the same classes were renumbered, which proves that it learned something about the numbering. One-hot did not move.
#
# </details>
#
# In the plane where the ten class pictures differ most, you can see the line that the mathematics promised:

# %% demo
label_plots.class_places(
    means.double().logit(eps=1e-4),  # where a mean pixel is 0, its logit would be infinite
    experiment["pictures_integer"].double().logit(eps=1e-12),
    data.class_names("digits"),
    title="Ten classes, and the straight line on which the integer puts them",
)

# %% [markdown]
# Each grey line joins what a class should get with what it gets. The classes lie all around, and the squares march past
# in single file. No line could serve them all: this one, the best for these numbers, runs through the middle and gives
# away almost everything.

# %% [markdown]
# ### The objections
#
# > **Predict first.** Statements A, B and D of the exercise can each be put to the test. What will each test show?

# %% demo
y = digits.labels
tests = {
    "as it was": (y[:, None].float(), 300),
    "A: ten times the steps": (y[:, None].float(), 3000),
    "B: divided by 9": (y[:, None].float() / 9, 300),
    "D: ten copies": (y[:, None].float().repeat(1, 10), 300),
    "one-hot": (one_hot(y, 10), 300),
}
for name, (features, steps) in tests.items():
    painter = train_painter(features, digits.images, steps=steps)
    print(f"{name:<24}{painter.losses[-1]:.1f} nats per image")

# %% [markdown]
# <details><summary>Answer</summary>
#
# None of them helps. More steps? The problem is convex, and the painter is already within half a nat of its best line.
# A smaller scale? $a + b\,k/9$ is the same family of lines. Copies? Ten weights added up are one weight. It is not the
# number of inputs that counts but the *directions* the classes can take.
#
# </details>
#
# **A better objection** is that real networks have hidden layers, and a ReLU layer can bend the line. In principle it
# can: with enough units there is a bend at every integer. But what does it cost?
#
# > **Predict first.** Painters with 400 hidden ReLU units, 600 steps each. Does the one with the integer reach the
# > floor? Does the numbering still matter?

# %% demo
deep = {
    "one-hot": one_hot(y, 10),
    "integer / 9": y[:, None].float() / 9,
    "integer": y[:, None].float(),
    "integer, renumbered": RENUMBERED[y][:, None].float(),
}
lines = {
    name: torch.tensor(train_painter(features, digits.images, hidden=400, steps=600).losses)
    for name, features in deep.items()
}
print(", ".join(f"{name} {line[-1]:.1f}" for name, line in lines.items()))
lines = {name: line[4:].where(line[4:] < 360, torch.nan) for name, line in lines.items()}  # the rest is off the page
plots.curves(
    torch.arange(5, 601),
    lines,
    level=("floor", experiment["floor"]),
    xlabel="steps",
    ylabel="loss (nats per image)",
    title="With 400 hidden units: who reaches the floor, and when?",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# One-hot is within a nat of the floor after some fifty steps. The integer does not get there: it comes closer, but it
# spends hundreds of steps and hundreds of units on undoing a choice of encoding, and how close it comes depends on the
# scale *and* on the numbering. In a VAE those units and steps are missing elsewhere.
#
# </details>
#
# So the honest form of the rule is: *a large network can learn to read integers; a one-hot label spares it the
# trouble.*
#
# ### Between the classes (can be skipped)
#
# > **Predict first.** Feed the one-hot painter half a 0 and half a 4, $c = \tfrac12 e_0 + \tfrac12 e_4$, and the
# > integer painter the number in the middle, 2. What does each paint?

# %% demo
brush = train_painter(one_hot(y, 10), digits.images)
ruler = train_painter(y[:, None].float(), digits.images)
share = torch.linspace(0, 1, 5)[:, None]
blends = (1 - share) * one_hot(torch.tensor([0]), 10) + share * one_hot(torch.tensor([4]), 10)
with torch.no_grad():
    rows = {"one-hot": brush(blends), "integer": ruler(4 * share)}
label_plots.picture_rows(
    rows,
    [f"{s:.0%}\ny = {4 * s:g}" for s in share[:, 0]],
    title="From 0 to 4: the share of the 4, and the integer",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# With one-hot a label can be *mixed*, and the mixture means what it says: somewhat 0, somewhat 4. On the integer's way
# from 0 to 4 all places are taken: half-way lies 2, which has nothing to do with either, and here is one more blur.
#
# </details>
#
# So when *is* a bare number right? When it is an amount: an angle's sine and cosine, a dose, the age of a patient.
# There order and distance are facts about the world, and one-hot would throw them away. For a few ordered grades
# either can make sense; for names, a bare number never does.
#
# ### Many classes (can be skipped)
#
# One-hot rows grow with the number of classes. For fifty thousand words one keeps the lookup and drops the zeros:
# `nn.Embedding(C, d)` holds a learned vector for each class, which is a one-hot row times a $C \times d$ matrix. With
# ten classes there is nothing to save, so this course stays with ten columns that you can look at.

# %% [markdown]
# ## All in one picture
#
# The same experiment once more, on Fashion-MNIST if it is here or can be fetched, otherwise on the digits again.
# Among the clothes, a trouser stands between a T-shirt and a pullover only because somebody numbered them that way.

# %% demo="cover"
dataset = data.resolve("auto")
train = data.load(dataset, "train")
classes = torch.arange(10)
brush = train_painter(one_hot(train.labels, 10), train.images)
ruler = train_painter(train.labels[:, None].float(), train.images)
with torch.no_grad():
    rows = {"told by one-hot": brush(one_hot(classes, 10)), "told by integer": ruler(classes[:, None].float())}
names = [name.replace("/", "\n").replace(" ", "\n") for name in data.class_names(dataset)]
label_plots.picture_rows(rows, names, title="Ten classes, painted by two networks that know only the label")

# %% [markdown]
# Which classes pay most for the integer?

# %% demo
brushed, ruled = (reconstruction_loss(pictures[train.labels], train.images) for pictures in rows.values())
label_plots.class_bars(
    torch.stack([(ruled - brushed)[train.labels == k].mean() for k in range(10)]),
    data.class_names(dataset),
    ylabel="nats per image",
    title="What each class pays for the integer, compared with one-hot",
)

# %% [markdown]
# Those that look least like their neighbours in the numbering. If you see digits: the 6, between a 5 and a 7, pays
# most, about 66 nats. The 8 gets off lightly with 13, because it looks most like the mean of all digits, which the
# line passes anyway. If you see clothes: the sandal, between a coat and a shirt, and the sneaker, between a shirt and
# a bag, pay some 90 nats each, the T-shirt less than 30.

# %% [markdown]
# ## What to remember
#
# - A class label is a name. One-hot gives a network names: equally far apart, orthogonal, equally long. An integer
#   gives it an order, distances and sizes that nobody meant.
# - A one-hot label joined to an input gives each class a bias of its own. A bare integer gives all classes one shared
#   direction, scaled.
# - The best that a function of the label alone can paint is each class's mean picture. Know the floor of your loss.
# - To test any encoding of names, renumber the classes. If the result changes, the encoding has said something.
# - Edges are part of the job: dtype, device, (B, 1), batches of one and of none, labels out of range. Raise, do not
#   guess.
# - Hidden layers can bend the line, but they spend steps and units on it.
#
# ## Exercises beyond
#
# 1. ● Sort the classes so that the integer painter does as well as possible. How much of the 42 nats can the best
#    numbering save? (10! orders are too many to try; swap two classes at a time.)
# 2. ●● Encode the label as its four binary digits. How many dimensions does the space of the painter's logits then
#    have? Which classes come out best?
# 3. ●● Replace the one-hot rows by `nn.Embedding(10, d)` for d = 1, 2, 3, 9 and train it along with the painter. For
#    which d does it come within a nat of the floor? Plot the learned vectors for d = 2.
# 4. ●● For `c` all zeros the one-hot painter paints *something*. What is it? How would you train the painter so that
#    zeros mean "class unknown"?
# 5. ●●● A label of ten classes carries at most $\log 10 = 2.3$ nats of information, and yet it saves 42 nats per
#    image. Where do the other 40 come from? (What does the painter assume about the pixels of one image, given the
#    label?)

# %% answers [markdown]
# ### Answers to the exercises beyond
#
# All numbers are nats per image of the training digits. The painter without a label pays 354.4; the floor is 311.8.
#
# <details><summary>Answer 1: the best numbering</summary>
#
# Swapping pairs until no swap helps leads to the same order from each of four starts: 3, 2, 9, 5, 7, 8, 1, 0, 6, 4 (or
# backwards). It pays 343.0, so it saves 11.4 of the 42.6 nats; a hundred random orders paid between 345.1 and 353.0.
# Even the best numbering is a single line.
#
# </details>
#
# <details><summary>Answer 2: four binary digits</summary>
#
# The logits are $b + \sum_j \text{bit}_j w_j$: a space of four dimensions, in which the classes sit at ten of the
# sixteen corners of a skewed cube. The painter pays 334.8. No class comes out quite right; 3 comes closest to its mean
# picture, 9 nats above it, and 1 is the worst with 36. With `RENUMBERED` the painter pays 340.2, so this encoding says
# something about the numbering, too. (4 and 5, for instance, share three digits of four.)
#
# </details>
#
# <details><summary>Answer 3: learned vectors</summary>
#
# | d | 1 | 2 | 3 | 4 | 6 | 8 | 9 |
# |---|---|---|---|---|---|---|---|
# | loss | 342.5 | 332.5 | 324.3 | 319.8 | 314.1 | 312.4 | 311.8 |
#
# (2,000 steps of Adam at 0.05.) Nine dimensions suffice, because ten points span no more than nine; eight come within a
# nat. For d = 1 the classes may choose their places on the line, and not only their order: that gains just half a nat
# over the best numbering. For d = 4 the loss is 15 nats below that of the four binary digits, whose places were fixed.
#
# </details>
#
# <details><summary>Answer 4: no label</summary>
#
# It paints $\sigma(b)$, a picture that no loss ever asked for: all ten classes share $b$, and their columns make up for
# whatever it is. It pays 370.7, more than the mean of all images. Show each image twice in training, once with its
# label and once with zeros. Then zeros give the mean of all images (354.5), and the labelled pictures stay as good as
# they were (311.9), since each column can still put its class where it belongs. One network now works with and without
# the label.
#
# </details>
#
# <details><summary>Answer 5: forty nats too many</summary>
#
# The painter takes pixels to be independent given what it knows. So what it saves is a sum over pixels,
# $\sum_d I(x_d; y)$: each pixel tells a little about the class, at most $\log 2$, and neighbouring pixels tell much the
# same, but the sum counts it again for every one of 784. The 40 nats are not information in the label. They are what a
# painter without it loses by treating pixels as independent that are not.
#
# To see this, mix the ten class means *without* being told the label: $p(x) = \sum_k p(k) \prod_d p(x_d \mid k)$. No
# image can then cost more than $-\log p(k) = 2.3$ nats above what the painter with the label pays. On average the
# mixture pays 311.8, no more than the floor: all pixels together give their class away, and nobody has to name it. A
# VAE's latent variable does the same work.
#
# </details>

# %% [markdown]
# ## Papers
#
# - Diederik P. Kingma, Danilo J. Rezende, Shakir Mohamed and Max Welling, *Semi-Supervised Learning with Deep
#   Generative Models*, 2014. arXiv:1406.5298. A VAE that is given the class.
# - Mehdi Mirza and Simon Osindero, *Conditional Generative Adversarial Nets*, 2014. arXiv:1411.1784. Conditioning by
#   joining a one-hot label to both networks, in the other family of generators.
# - Cheng Guo and Felix Berkhahn, *Entity Embeddings of Categorical Variables*, 2016. arXiv:1604.06737. Learned vectors
#   in place of one-hot rows.
# - Ethan Perez, Florian Strub, Harm de Vries, Vincent Dumoulin and Aaron Courville, *FiLM: Visual Reasoning with a
#   General Conditioning Layer*, 2017. arXiv:1709.07871. Joining a label gives each class a bias; here it gets a scale
#   as well.

# %% demo
progress()

# %% [markdown]
# **Next:** [lesson 3](03_conditional_vae.ipynb) joins the label to both halves of a VAE, and asks it for a 3.
