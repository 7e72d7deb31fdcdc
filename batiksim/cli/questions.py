"""What `batiksim resume` does with questions of `why` and `breakeven` that were stopped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batiksim.cli.output import Output
from batiksim.errors import UsageError
from batiksim.i18n.texts import text

if TYPE_CHECKING:
    import pandas as pd

    from batiksim.runs.cluster import Dask
    from batiksim.runs.tally import Progress
    from batiksim.studies.breakeven import Breakeven
    from batiksim.studies.breakeven import Told as ToldSizes
    from batiksim.studies.open_questions import OpenQuestion
    from batiksim.studies.why import Told


def go_on(
    questions: Sequence[OpenQuestion],
    kept: Path,
    folder: str,
    by: tuple[int | None, Dask | None],
    form: tuple[bool, str | None],
    quiet: bool,
) -> int:
    """Answer all of them, those of `why` together, and return the exit code.

    `folder` is how the user wrote the folder `kept`, `by` how many processes compute, or what cluster, `form`
    whether JSON and into which CSV file. Several answers are one JSON; raises UsageError where they would
    have to be one table.
    """
    from batiksim.cli import breakeven, why
    from batiksim.runs.engine import Means
    from batiksim.studies import breakeven as sizes
    from batiksim.studies import open_questions
    from batiksim.studies import why as pieces

    (as_json, csv), code = form, 0
    asked = [one for one in questions if one.kind == open_questions.WHY]
    many = len(questions) - len(asked) + bool(asked) > 1
    if many and csv is not None:
        raise UsageError(text("output.many", folder=folder))
    answers: list[dict[str, Any]] | None = [] if many and as_json else None
    if asked:

        def explain(progress: Progress, begins: Told) -> pd.DataFrame:
            return pieces.answer(asked, kept, Means(*by, progress), begins)

        code = why.tell(explain, folder, Output("why", as_json, csv, quiet=quiet, among=answers), quiet)
    for question in questions:
        if question.kind == open_questions.BREAKEVEN:

            def search(progress: Progress, begins: ToldSizes, question: OpenQuestion = question) -> Breakeven:
                return sizes.search(question, kept, Means(*by, progress), begins)

            base = question.base if question.about["against"] else None
            output = Output("breakeven", as_json, csv, table=breakeven.SIZES, quiet=quiet, among=answers)
            code |= breakeven.tell(search, question.policy, base, folder, output, quiet)
    if answers is not None:
        Output("resume", as_json).give(lambda: {"answers": answers})
    return code
