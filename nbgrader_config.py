"""nbgrader for this course: `nbgrader generate_assignment 01_plain_vae` here, or the formgrader in JupyterLab."""

from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, Execute

from grader.authoring.stubs import ClearNamedSolutions
from grader.doors.nbgrader import GradeConfined
from grader.doors.nbgrader_feedback import NamingExporter
from grader.doors.nbgrader_reading import BoundedExporter
from grader.doors.nbgrader_submission import RestoreMetadata, SanitiseProse

c = get_config()  # noqa: F821  (nbgrader provides it)

# `grader build` has made the students' notebooks already; nbgrader takes them from there.
c.CourseDirectory.source_directory = "lessons"

# Stubs name their exercise, also in notebooks that an instructor makes from a walkthrough.
c.GenerateAssignment.preprocessors = [
    ClearNamedSolutions if step is ClearSolutions else step for step in GenerateAssignment.preprocessors.default()
]

# Files that students save are read within limits, and their outputs not at all.
c.Autograde.exporter_class = BoundedExporter

# Whatever a student saves, nbgrader finds its own metadata as they were released, and its pages get no scripts.
c.Autograde.sanitize_preprocessors = [RestoreMetadata, SanitiseProse, *Autograde.sanitize_preprocessors.default()]

# Submissions run confined, and the checks where they cannot be reached; SECURITY.md says what that promises.
c.Autograde.autograde_preprocessors = [
    GradeConfined if step is Execute else step for step in Autograde.autograde_preprocessors.default()
]

# The index of a page of feedback names the exercises.
c.GenerateFeedback.exporter_class = NamingExporter

# `nbgrader validate` executes notebooks in a kernel. Pictures and trainings for the reader; no exercise needs them.
c.Execute.skip_cells_with_tag = "demo"
# nbgrader allows a cell 30 seconds; checking a trained model on a busy machine may take longer.
c.Execute.timeout = 120
# It gives up 4 seconds after a cell's end where the output of a training is still on its way.
c.Execute.iopub_timeout = 120
# What `nbgrader validate` shows of a card is as wide as the card.
c.Validator.width = 100
