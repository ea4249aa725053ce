"""Whatever a notebook looks like, a mistake costs its own exercise only, and a training runs once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.course.catalogue import lesson
from grader.course.cells import exercise_cells
from grader.course.script import reference, stub
from grader.grading.grader import Grader
from grader.results import ExerciseResult
from grader.submission.plan import Submission, reference_submission
from tests.notebooks import LESSON

pytestmark = pytest.mark.slow
UNTRAINED = "trained_vae = None"
WRONG_LOSS = """
def reconstruction_loss(x_hat, x):
    return F.binary_cross_entropy(x_hat, x, reduction="none").mean(dim=1)
"""
BUILT_ON_IT = ("negative_elbo", "train_epoch", "evaluate", "fit")


def submission(answers: dict[str, str], **added: list[str]) -> Submission:
    """The reference with some answers, and cells added after some of the course's."""
    handed_in = reference_submission(lesson(LESSON), {"trained_vae": UNTRAINED} | answers)
    handed_in.added |= added
    return handed_in


def graded(grader: Grader, handed_in: Submission) -> tuple[dict[str, ExerciseResult], list[str]]:
    exercises = grader.grade_submission(handed_in, seed=5)
    return {one.name: one for one in exercises}, [note for one in exercises for note in one.notes]


def lost(results: dict[str, ExerciseResult]) -> set[str]:
    return {name for name, one in results.items() if one.verdict != "passed"} - {"trained_vae"}


def test_an_import_in_the_cell_of_a_wrong_answer_stays(grader: Grader) -> None:
    wrong = "from torch.distributions import Bernoulli, Normal, kl\n" + WRONG_LOSS
    elbo = """
def negative_elbo(x, x_hat, mu, log_var):
    prior = kl.kl_divergence(Normal(mu, (log_var / 2).exp()), Normal(0.0, 1.0)).sum(dim=1)
    return (reconstruction_loss(x_hat, x) + prior).mean()
"""
    results, problems = graded(grader, submission({"reconstruction_loss": wrong, "negative_elbo": elbo}))
    assert lost(results) == {"reconstruction_loss"}
    assert all(results[name].followed_through == ("reconstruction_loss",) for name in BUILT_ON_IT)
    assert problems == []


def test_results_that_stand_are_taken_over_and_the_others_are_what_they_were(grader: Grader) -> None:
    handed_in = submission({"reconstruction_loss": WRONG_LOSS, "fit": "def fit(*args):\n    raise ValueError"})
    whole = grader.grade_submission(handed_in, seed=5)
    assert {one.name for one in whole if one.judged_twice} == {"fit", "train_epoch", "evaluate", "negative_elbo"}
    again = {"negative_elbo", "fit"}
    stand = [replace(one, notes=("It stands.",)) for one in whole if one.name not in again]
    results = grader.grade_submission(handed_in, 5, stand)
    assert [one for one in results if one.name in again] == [one for one in whole if one.name in again]
    assert [one for one in results if one.name not in again] == stand


def test_a_wrong_answer_in_a_cell_with_others_costs_only_itself(grader: Grader) -> None:
    """All three losses in one cell, below the empty stubs."""
    empty = {name: stub(exercise_cells(LESSON)[name].cell) for name in ("kl_divergence", "reconstruction_loss")}
    merged = (
        WRONG_LOSS
        + """
def kl_divergence(mu, log_var):
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum(dim=1)
"""
    )
    results, _ = graded(grader, submission(empty, reconstruction_loss=[merged]))
    assert lost(results) == {"reconstruction_loss"}


def test_what_a_later_cell_defines_again_does_not_count(grader: Grader) -> None:
    results, problems = graded(grader, submission({}, check_fit=[WRONG_LOSS]))
    assert lost(results) == set()
    assert problems == []
    nothing = "def reconstruction_loss(x_hat, x):\n    return 0"
    wrong, problems = graded(grader, submission({"reconstruction_loss": nothing}, check_fit=[WRONG_LOSS]))
    assert lost(wrong) == {"reconstruction_loss"}
    assert problems[0].startswith("`reconstruction_loss` was graded as it stood at its check: a cell after `check_fit`")


def test_what_is_changed_in_between_does_not_spoil_what_follows(grader: Grader) -> None:
    results, _ = graded(grader, submission({}, check_reconstruction_loss=[WRONG_LOSS]))
    assert lost(results) == set()
    assert results["evaluate"].followed_through == ("reconstruction_loss",)


def test_a_training_runs_once_on_corrected_code(grader: Grader) -> None:
    """The training cell does not run on the student's own loss: there it would say so."""
    cell = "assert reconstruction_loss(torch.full((1, 8), 0.5), torch.ones(1, 8)) > 1\ntrained_vae = VAE()"
    results, problems = graded(grader, submission({"reconstruction_loss": WRONG_LOSS, "trained_vae": cell}))
    assert results["trained_vae"].followed_through == ("reconstruction_loss",)
    assert problems == []


def test_a_training_that_needs_the_students_own_code_runs_on_it(grader: Grader) -> None:
    own = "class VAE(nn.Module):\n    def __init__(self, size):\n        super().__init__()"
    results, problems = graded(grader, submission({"vae": own, "trained_vae": "trained_vae = VAE(size=3)"}))
    assert results["trained_vae"].followed_through == ()
    assert [
        text for text in problems if text.startswith("`trained_vae`: It could not be checked with the course's `vae`")
    ]


def test_what_jupyter_adds_to_python_works_in_a_graded_notebook(grader: Grader) -> None:
    cell = """
!mkdir -p saved
import pickle
%time trained_vae = VAE(latent_dim=2)
torch.save(trained_vae.state_dict(), "saved/best.pt")
display(trained_vae)
trained_vae = pickle.loads(pickle.dumps(trained_vae))
"""
    results, problems = graded(grader, submission({"trained_vae": cell}))
    assert problems == []
    assert "raised" not in results["trained_vae"].checks[0].message


def test_an_own_cell_that_stopped_is_told_where_its_names_are_missing(grader: Grader) -> None:
    uses = "def kl_divergence(mu, log_var):\n    return SCALE * mu.sum(1)"
    results, _ = graded(grader, submission({"kl_divergence": uses}, encoder=["import seaborn as sns\nSCALE = 1.0"]))
    said = results["kl_divergence"].checks[0].message
    assert "name 'SCALE' is not defined. Your own cell after `encoder` stopped: No module named 'seaborn' (" in said
    alone, _ = graded(grader, submission({}, encoder=["import seaborn as sns\nSCALE = 1.0"]))
    assert lost(alone) == set()


def test_an_answer_in_an_own_cell_that_stopped_says_so(grader: Grader) -> None:
    exercise = exercise_cells(LESSON)["kl_divergence"].cell
    answer = "import seaborn\n" + reference(exercise)
    results, _ = graded(grader, submission({"kl_divergence": stub(exercise)}, check_kl_divergence=[answer]))
    said = results["kl_divergence"].checks[0].message
    assert said.startswith("Your own cell after `check_kl_divergence` stopped: No module named 'seaborn' (while it is")


def test_scikit_learn_works_in_a_graded_notebook(grader: Grader) -> None:
    cell = """
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
x, y = digits.images[:60].numpy(), digits.labels[:60].numpy()
KMeans(3, n_init=1).fit(x)
cross_val_score(LogisticRegression(max_iter=5), x, y, n_jobs=2, cv=2)
trained_vae = VAE()
"""
    _, problems = graded(grader, submission({"trained_vae": cell}))
    assert problems == []


def test_the_inputs_of_the_checks_depend_on_what_the_notebook_says(grader: Grader) -> None:
    """So the values printed for one notebook are of no use in another one."""
    losses = [WRONG_LOSS + comment for comment in ("", "", "# another notebook")]
    results = [graded(grader, submission({"reconstruction_loss": loss}))[0]["reconstruction_loss"] for loss in losses]
    messages = [result.checks[0].message for result in results]
    assert messages[0] == messages[1] != messages[2]
