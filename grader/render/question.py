"""The question that ends an exercise, as Markdown: the explanation is folded, as those of predictions are."""

from grader.course.questions import Question


def question_markdown(question: Question) -> str:
    """The question with its four answers; behind a fold, which one is right and what is wrong with the others."""
    answers = [f"> - **{letter}.** {choice.text}" for letter, choice in question.lettered]
    right = next(letter for letter, choice in question.lettered if choice.is_right)
    others = [f"- **{letter}**: {choice.why}" for letter, choice in question.lettered if not choice.is_right]
    return "\n".join(
        [
            f"> **One question.** {question.text}",
            ">",
            *answers,
            "",
            "<details><summary>Answer</summary>",
            "",
            f"**{right}.** {question.right.why}",
            "",
            *others,
            "",
            "</details>",
        ]
    )
