"""The documents that the course grew from, trained again with the course's own solutions: figure next to figure.

    VAELAB_DATA=... python benchmarks/documents.py [A] [B] [C] [D] [E] [--whole] [--quick]

Prints a table for each document and two about all, in half an hour or so on two cores, and writes nothing.
Models and training loops are those of lessons 1, 3 and 6; only the loss is exchanged where a document had another one.
A and D are trained once more with the repairs of lesson 5. `--whole` gives A all of its 1,000 epochs instead of 100.
What remains different is said above each table; "—" stands where no figure was published. benchmarks/README.md says
which documents these are. `--quick` takes the embedded digits and two epochs: it shows that the program runs, no more.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import Any

import torch
from _common import machine, print_table, solution
from _repaired import repaired_a, repaired_d
from _reproduction import Setting, Tally, train, twin
from _without_labels import dice_of_e
from torch import Tensor

from vaelab import data

ETA = 0.1  # document A's standard deviation of a pixel
PUBLISHED_A = {10: 6.4921e5, 20: 6.3496e5, 50: 6.2119e5, 100: 6.1367e5, 200: 6.0665e5, 500: 6.0107e5, 1000: 5.9724e5}
PUBLISHED_D = {1: (472.34, 6.89), 10: (467.98, 7.01)}
PUBLISHED_E = {1: 161.8, 2: 122.5, 5: 109.6, 10: 106.3, 15: 104.9}


def document_a(setting: Setting) -> None:
    """A CVAE with a Gaussian likelihood on Fashion-MNIST."""
    lesson = solution("03_conditional_vae", negative_elbo=loss_of_a)
    right_kl = lesson["kl_divergence"]
    images, test = setting.load("fashion-mnist")
    pairs = data.batches(*images, batch_size=128, shuffle=True)
    torch.manual_seed(0)
    model = as_in_a(lesson["CVAE"](784, 256, 2, 10))
    epoch, other_epoch = _epochs(lesson, model, 5e-3)

    def corrected() -> float:
        """The Gaussian negative ELBO of the test images with every constant, in nats per image."""
        with torch.no_grad():
            x_hat, mu, log_var = model(test.images, lesson["one_hot"](test.labels, 10))
        constants = 784 * math.log(ETA * math.sqrt(2 * math.pi))
        return (squared_error(x_hat, test.images) / (2 * ETA**2) + constants + right_kl(mu, log_var)).mean().item()

    rows, seconds = [], []
    for number, loss, right, took in train(
        lambda: epoch(pairs), corrected, setting.epochs(1000 if setting.whole else 100)
    ):
        seconds.append(took)
        if number in PUBLISHED_A or setting.quick:
            told = f"{PUBLISHED_A[number]:.4e}" if number in PUBLISHED_A else "—"
            rows.append([str(number), told, f"{loss * len(pairs):.4e}", f"{loss:.1f}", f"{right:.1f}"])
    print_table(
        "A. CVAE with a Gaussian likelihood, 794-256-2 and 12-256-784, Adam 5e-3, batches of 128, Fashion-MNIST. "
        "Its loss: noise added to the reconstruction, KL with σ² + μ² − log σ − ½. Different here: nothing.",
        ["epoch", "published sum", "its loss, course's code: sum", "per image", "corrected loss, test images"],
        rows,
    )
    setting.judge("A", model, lesson["generate"], "fashion-mnist")
    setting.against_loader("A", "fashion-mnist", 128, other_epoch, seconds)
    repaired_a(setting, sigmoid_in_decoder(lesson["CVAE"](784, 256, 2, 10)), lesson["one_hot"])


def as_in_a(model: Any) -> Any:
    """Lesson 3's CVAE with document A's sigmoid in the decoder's hidden layer and a second head that is log σ.

    The hooks do it: ReLU changes no sigmoid, and log σ² is twice log σ.
    """
    model.encoder.log_var.register_forward_hook(lambda _, inputs, output: 2 * output)
    return sigmoid_in_decoder(model)


def sigmoid_in_decoder(model: Any) -> Any:
    model.decoder.hidden.register_forward_hook(lambda _, inputs, output: output.sigmoid())
    return model


def loss_of_a(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    """Document A's loss as it was published, mean over the batch: ½‖x − (x̂ + ηξ)‖²/η² + KL', and log η once.

    KL' = Σ σ² + μ² − log σ − ½ is not 0 at the prior, and the noise ξ adds D/2 = 392 in expectation.
    """
    noisy = x_hat + ETA * torch.randn_like(x_hat)
    kl = (log_var.exp() + mu.square() - 0.5 * log_var - 0.5).sum(dim=1)
    return (squared_error(noisy, x) / (2 * ETA**2) + kl).mean() + math.log(ETA) / len(x)


def squared_error(x_hat: Tensor, x: Tensor) -> Tensor:
    return (x_hat - x).square().sum(dim=1)


def document_b(setting: Setting) -> None:
    """A CVAE on MNIST with many latents."""
    _held_out_curve(
        setting,
        "B. CVAE, 794-256-75 and 85-256-784, Adam 1e-3, batches of 64, MNIST; stops after 4 epochs without a lower "
        "test loss. No losses were published. Different here: nothing.",
        label="B", sizes=(784, 256, 75, 10), rate=1e-3, size=64, epochs=10, patience=4,
    )  # fmt: skip


def document_c(setting: Setting) -> None:
    """A CVAE on MNIST with two latents."""
    _held_out_curve(
        setting,
        "C. CVAE, 794-512-2 and 12-512-784, Adam 5e-4, batches of 250, MNIST; stops after 5 epochs without a lower "
        "test loss. No losses were published. Different here: no L2 penalty on "
        "the hidden layer; prediction and target of the cross-entropy the right way round.",
        label="C", sizes=(784, 512, 2, 10), rate=5e-4, size=250, epochs=100, patience=5,
    )  # fmt: skip


def _held_out_curve(
    setting: Setting,
    title: str,
    *,
    label: str,
    sizes: tuple[int, ...],
    rate: float,
    size: int,
    epochs: int,
    patience: int,
) -> None:
    """Trains lesson 3's CVAE with early stopping, and prints the losses of some epochs."""
    lesson = solution("03_conditional_vae")
    images, test = setting.load("mnist")
    pairs = data.batches(*images, batch_size=size, shuffle=True)
    held_out = data.batches(*test, batch_size=1000)
    torch.manual_seed(0)
    model = lesson["CVAE"](*sizes)
    epoch, other_epoch = _epochs(lesson, model, rate)
    terms: list[tuple[float, float]] = []

    def test_loss() -> float:
        terms.append(lesson["measure"](model, held_out))
        return sum(terms[-1])

    done = list(train(lambda: epoch(pairs), test_loss, setting.epochs(epochs), patience))
    best = min(done, key=lambda line: line[2])[0]
    rows = [
        [str(number) + (" (lowest)" if number == best else ""), f"{loss:.1f}", f"{held:.1f}", f"{rec:.1f}", f"{kl:.1f}"]
        for (number, loss, held, _), (rec, kl) in zip(done, terms, strict=True)
        if number in (1, 2, 5, 10, 20, 40, 60, 80, best, len(done))
    ]
    head = ["epoch", "training", "test", "reconstruction", "KL"]
    print_table(f"{title} Nats per image.", head, rows)
    setting.judge(label, model, lesson["generate"], "mnist")
    setting.against_loader(label, "mnist", size, other_epoch, [line[3] for line in done])


def document_d(setting: Setting) -> None:
    """A VAE on Fashion-MNIST whose data lie in [−1, 1]."""
    lesson = solution("01_plain_vae")
    error, kl = Tally(squared_error), Tally(lesson["kl_divergence"])
    lesson |= {"reconstruction_loss": error, "kl_divergence": kl, "reparameterize": exponentiated_head}
    images = 2 * setting.load("fashion-mnist")[0].images - 1
    floor = images.clamp(max=0).square().sum(dim=1).mean().item()
    torch.manual_seed(0)
    model = lesson["VAE"]()
    batches = data.batches(images, batch_size=128, shuffle=True)
    epoch, other_epoch = _plain_epochs(lesson, model, shift=True)
    rows, seconds = [], []
    for number, _, _, took in train(lambda: epoch(batches), lambda: 0.0, setting.epochs(10)):
        seconds.append(took)
        found = [f"{error.take():.2f}", f"{kl.take():.2f}"]
        if number in PUBLISHED_D or setting.quick:
            told = [f"{value:.2f}" for value in PUBLISHED_D[number]] if number in PUBLISHED_D else ["—", "—"]
            rows.append([str(number), told[0], found[0], f"{floor:.2f}", told[1], found[1]])
    print_table(
        "D. VAE, 784-400-20, squared error, Adam 1e-3, batches of 128, Fashion-MNIST scaled to [−1, 1], a sigmoid at "
        "the end; the second head is used as log σ in the draw and as log σ² in the KL. Different here: nothing. "
        "The floor is the smallest error that any output in (0, 1) can have on these data.",
        ["epoch", "published error", "course's code", "floor", "published KL", "course's code"],
        rows,
    )
    setting.against_loader("D", "fashion-mnist", 128, other_epoch, seconds)
    repaired_d(setting)


def exponentiated_head(mu: Tensor, head: Tensor) -> Tensor:
    """Document D's draw: what the KL takes for log σ² is exponentiated as if it were log σ."""
    return mu + head.exp() * torch.randn_like(mu)


def document_e(setting: Setting) -> None:
    """A VAE on MNIST, one with labels for the decoder alone and β = 10, and one that finds classes by itself."""
    _plain_vae_of_e(setting)
    _labelled_vaes_of_e(setting)
    dice_of_e(setting)


def _plain_vae_of_e(setting: Setting) -> None:
    lesson = solution("01_plain_vae")
    images, test = setting.load("mnist")
    batches = data.batches(images.images, batch_size=128, shuffle=True)
    held_out = data.batches(test.images, batch_size=1000)
    torch.manual_seed(0)
    model = lesson["VAE"]()
    epoch, other_epoch = _plain_epochs(lesson, model)
    rows, seconds = [], []
    test_loss = lambda: lesson["evaluate"](model, held_out)  # noqa: E731
    for number, loss, held, took in train(lambda: epoch(batches), test_loss, setting.epochs(15)):
        seconds.append(took)
        if number in PUBLISHED_E:
            rows.append([str(number), f"{PUBLISHED_E[number]:.1f}", f"{loss:.1f}", f"{held:.1f}"])
    print_table(
        "E, first part. VAE, 784-400-20, Adam 1e-3, batches of 128, MNIST. Nats per image. Different here: nothing.",
        ["epoch", "published, training", "course's code, training", "course's code, test"],
        rows,
    )
    setting.against_loader("E, VAE", "mnist", 128, other_epoch, seconds)


def _labelled_vaes_of_e(setting: Setting) -> None:
    """Its choices, and the course's, by what comes out after as many epochs."""
    rows = []
    for label, beta, encoder_sees in (("E, β = 10, decoder only", 10.0, 0.0), ("the course's CVAE, β = 1", 1.0, 1.0)):
        lesson = solution("03_conditional_vae")
        lesson["negative_elbo"] = weighted(lesson, beta)
        images, test = setting.load("mnist")
        pairs = data.batches(*images, batch_size=128, shuffle=True)
        torch.manual_seed(0)
        model = lesson["CVAE"]()
        _hide_label(model.encoder, encoder_sees)
        epoch, other_epoch = _epochs(lesson, model, 1e-3)
        done = list(train(lambda: epoch(pairs), lambda: 0.0, setting.epochs(15)))  # noqa: B023
        reconstruction, kl = lesson["measure"](model, data.batches(*test, batch_size=1000))
        rows.append([label, f"{reconstruction:.1f}", f"{kl:.2f}", f"{reconstruction + kl:.1f}"])
        setting.judge(label, model, lesson["generate"], "mnist")
        setting.against_loader(label, "mnist", 128, other_epoch, [line[3] for line in done])
    print_table(
        "E, second part. 784-400-20 with labels, 15 epochs, MNIST, test images, nats per image. No figures were "
        "published. Different here: nothing.",
        ["model", "reconstruction", "KL", "sum"],
        rows,
    )


def weighted(lesson: dict[str, Any], beta: float) -> Callable[..., Tensor]:
    """The mean over the batch of reconstruction + β · KL, of lesson 3's terms."""

    def loss(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
        return (lesson["reconstruction_loss"](x_hat, x) + beta * lesson["kl_divergence"](mu, log_var)).mean()

    return loss


def _hide_label(encoder: torch.nn.Module, factor: float) -> None:
    """The encoder sees the one-hot row times `factor`: 0 for an encoder without labels."""
    encoder.register_forward_pre_hook(lambda _, inputs: (inputs[0], factor * inputs[1]))


def _epochs(lesson: dict[str, Any], model: Any, rate: float) -> tuple[Callable[[Any], float], Callable[[Any], float]]:
    """An epoch of lesson 3 for the model, and one for a copy of it as it is by then."""
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    run = lesson["train_conditional_epoch"]
    return lambda pairs: run(model, pairs, optimizer), lambda pairs: run(*_around(pairs, twin(model, rate)))


def _plain_epochs(
    lesson: dict[str, Any], model: Any, *, shift: bool = False
) -> tuple[Callable[[Any], float], Callable[[Any], float]]:
    """The same for lesson 1, which takes images without labels; `shift`: a loader's images become 2x − 1."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    run = lesson["train_epoch"]

    def other(pairs: Any) -> float:
        return float(run(*_around((2 * x - 1 if shift else x for x, _ in pairs), twin(model, 1e-3))))

    return lambda batches: run(model, batches, optimizer), other


def _around(batches: Any, pair: tuple[Any, Any]) -> tuple[Any, Any, Any]:
    return pair[0], batches, pair[1]


DOCUMENTS = {"A": document_a, "B": document_b, "C": document_c, "D": document_d, "E": document_e}


def main() -> None:
    """Train and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("documents", nargs="*", choices=[[], *DOCUMENTS], help="all by default")
    parser.add_argument("--whole", action="store_true", help="document A to its last epoch")
    parser.add_argument("--quick", action="store_true", help="the embedded digits, two epochs")
    options = parser.parse_args()
    setting = Setting(options.quick, options.whole)
    print(machine(torch.get_num_threads()) + (", quick: two epochs on the embedded digits" if options.quick else ""))
    for name in options.documents or DOCUMENTS:
        try:
            DOCUMENTS[name](setting)
        except data.DataError as error:
            print(f"\n{name}. Not trained: {error}")
    if setting.accuracies:
        head = ["model", "recognised as asked", "variety, of real images'", "the judge on real images"]
        print_table("100 images of each class, held against the judge", head, setting.accuracies)
    if setting.seconds:
        head = ["model", "epochs", "seconds per epoch", "one with a DataLoader", "ratio"]
        print_table(
            "Training time, the same training loop on the course's batches and on a DataLoader", head, setting.seconds
        )


if __name__ == "__main__":
    main()
