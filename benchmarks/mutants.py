"""Every small mistake in the solutions, put to the checks: how many they catch.

    python benchmarks/mutants.py [--lesson 01_plain_vae] [--exercise kl_divergence]

For each exercise that is not a training: how many mutants its solution has, how many fail the checks, and the mistakes
that pass, with the reason why they may (REASONS). Exits with 1 if one passes for no known reason. Writes nothing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
from concurrent.futures import ProcessPoolExecutor

from _common import machine, print_table
from _mutation import Mutant, mutants

from grader.authoring import answers
from grader.authoring.answers import Answer
from grader.course.catalogue import lesson, lesson_ids
from grader.submission.plan import reference_submission

_NO_NETWORK = (
    r"^\d\d (?!encoder|decoder|vae|conditional_|cvae|condition,)\w+, "  # in those, gradients reach every input
)
REASONS = (  # of mutants that pass: what they look like, and why the contract does not forbid them
    (_NO_NETWORK + r".*`(x|y|labels|images|number|new_y|one_hot\(.*\))` detached", "data carries no gradient"),
    (r"^03 (generate|style_grid|swap_label|latent_codes), .*detached", "images and codes come without a graph"),
    (r"^01 vae, line 22: .*detached", "samples come without a graph"),
    (r"^\d\d (rate_distortion|active_units|label_encoding_experiment), .*detached", "a figure has no graph"),
    (r"^01 reparameterize, .*another sign", "the normal distribution is symmetric"),
    (r"^01 reparameterize, .*(randn_like|log_var for mu)", "only the shape counts there"),
    (r"`tqdm\(|\bset_postfix|^(01 fit|04 beta_sweep), line 9: not False", "how a progress bar looks is free"),
    (r"no `device` in", "there is one device in the tests"),
    (r"_epoch, line 1[12]: model for optimizer", "both clear the gradients of the same parameters"),
    (r"^01 fit, line 8:", "the first epoch is always the best so far, and replaces all of these"),
    (r"^02 one_hot, line 11:", "the text of an error is free"),
    (r"^02 one_hot, .*no `.long`", "indexing takes every integer dtype"),
    (r"^02 label_encoding_experiment, .*11 for 10", "an eleventh column that is always 0 changes nothing"),
    (r"^05 (gaussian_nll|sample_\w+|noisy_\w+), line 9: ", "the text of an error is free"),
    (r"^05 (bits_per_dim, line 10|sigma_of_squared_error, line 7): ", "the text of an error is free"),
    (r"^05 (gaussian_nll|noisy_loss_gap), .*x_hat for x$", "only shape and dtype count there"),
    (r"^05 gaussian_nll, line 7: no `dtype`", "a float is float32 by itself"),
    (r"^05 sample_likelihood, .*another sign", "the normal distribution is symmetric"),
    (r"^05 sample_likelihood, .*randn_like", "only the shape counts there"),
    (r"^05 sigma_vae, .*`torch.zeros\(\(\)\)` detached", "there is no graph yet"),
    (r"^05 sigma_vae, .*arguments of `gaussian_nll\(.*swapped", "a Gaussian is symmetric in its mean and its value"),
    (r"^05 continuous_\w+, line (8|9|11): ", "conditions have no gradient, and the constant is not used"),
    (r"^05 continuous_\w+, line 10: .*(13|90|4)", "so close to ½ the fourth power is below rounding"),
    (r"^06 .*no `dim` in `F\.(log_)?softmax", "of a table PyTorch takes dimension 1 by itself"),
    (r"^06 (nmi|clustering_accuracy), .*detached|^06 aggregate_kl, .*detached in `len", "a figure has no graph"),
    (r"^06 (nmi|clustering_accuracy), .*(clusters for|labels for|swapped)", "both are the same the other way round"),
    (r"^06 nmi, .*no `.clamp`", "what rounding leaves below 0 is allowed"),
    (r"^06 clustering_accuracy, .*no `.numpy`", "SciPy takes tensors, too"),
    (r"^06 gumbel_\w+, .*detached in `torch.rand_like", "only the shape counts there"),
    (r"^06 gumbel_softmax_sample, line 9:", "the text of an error is free"),
    (r"^06 gumbel_softmax_sample, .*no `.to`", "the soft sample makes floats of the sum"),
    (r"^06 gumbel_softmax_sample, .*argmax\(dim=1\)` detached", "an index has no gradient"),
    (r"^06 gumbel_noise, .*detached", "noise carries no gradient to its uniform numbers"),
    (r"^06 \w+, .*(rand_like\(logits\)|gumbel_noise\(.*\))` detached", "noise carries no gradient"),
    (r"^06 joint_vae, line 38: no `with torch.no_grad", "an index has no graph"),
    (r"^04 active_units, line 12: (no `correction`|1 for 0)", "variances with N and with N − 1 estimate the same"),
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lesson", choices=lesson_ids(), help="this lesson only")
    parser.add_argument("--exercise", help="this exercise only")
    parser.add_argument("--quick", action="store_true", help="every fortieth mutant")
    options = parser.parse_args()
    print(machine())
    rows, survivors = [], []
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn"), initializer=answers._start) as pool:
        for lesson_id in [options.lesson] if options.lesson else lesson_ids():
            for exercise, source in _solutions(lesson_id):
                if options.exercise in (None, exercise):
                    tried = mutants(source)[:: 40 if options.quick else 1]
                    passed = list(pool.map(_passes, *zip(*((lesson_id, exercise, one) for one in tried), strict=True)))
                    alive = [one.mistake for one, survives in zip(tried, passed, strict=True) if survives]
                    rows.append([f"{lesson_id[:2]} {exercise}", str(len(tried)), str(len(tried) - len(alive))])
                    survivors += [f"{lesson_id[:2]} {exercise}, {mistake}" for mistake in alive]
    rows.append(["all", *(str(sum(int(row[column]) for row in rows)) for column in (1, 2))])
    print_table("Mutants of the solutions", ["exercise", "mutants", "caught"], rows)
    unexplained = []
    print("\nThese pass:")
    for mutant in survivors:
        reason = next((why for pattern, why in REASONS if re.search(pattern, mutant)), None)
        print(f"    {mutant}: {reason or '???'}")
        unexplained += [mutant] if reason is None else []
    print(f"\n{len(unexplained)} of them without a reason.")
    return 1 if unexplained else 0


def _solutions(lesson_id: str) -> list[tuple[str, str]]:
    """The exercises that train no model of their own, and their solutions."""
    the_lesson = lesson(lesson_id)
    reference = reference_submission(the_lesson).answers
    return [(name, reference[name]) for name in the_lesson.exercises if not name.startswith("trained_")]


def _passes(lesson_id: str, exercise: str, mutant: Mutant) -> bool:
    trial = answers._try(Answer(lesson_id, exercise, mutant.mistake, "wrong", mutant.source), 0)
    return trial.passed


if __name__ == "__main__":
    raise SystemExit(main())
