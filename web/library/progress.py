"""The jobs as HTML: what each is about, how far it is and how long it will take, or what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from index.report import Progress, Report
from ingest.outcomes import Refusal
from web import markup
from web.library.jobs import Job

SOON = 0.02, 2.0  # share and seconds before which nobody can tell how long it takes
A_MINUTE, AN_HOUR = 60, 3600
LISTED = 8  # reasons listed of one job; the rest is counted


def jobs(every: Sequence[Job]) -> str:
    """All of them; the attributes tell whether to look again, and whether the library has changed since."""
    items = "".join(_job(job) for job in every)
    active = sum(not job.over for job in every)
    over = " ".join(job.id for job in every if job.over)
    return markup.element("ul", items, class_="jobs", data_active=active, data_over=over)


def _job(job: Job) -> str:
    name = markup.element("b", markup.text(job.what), dir="auto")
    line = markup.element("div", name + _end(job), class_="line")
    lines = {"waiting": _waiting, "running": _running, "done": _done, "failed": _failed, "cancelled": _cancelled}
    content = line + lines[job.state](job) + _refused(job.refused)
    return markup.element("li", content, class_=f"job {job.state}", data_job=job.id)


def _end(job: Job) -> str:
    """The button that cancels a job, or takes it off the list."""
    name, label = ("✕", f"Take off the list: {job.what}") if job.over else ("Cancel", f"Cancel: {job.what}")
    kind = "icon" if job.over else "quiet"
    return markup.element(
        "button", name, type="button", class_=kind, data_do="cancel", data_job=job.id, aria_label=label
    )


def _waiting(_: Job) -> str:
    return markup.element("p", "Waits for what came before it.", class_="hint")


def _running(job: Job) -> str:
    progress = job.progress
    if progress is None:
        return _bar(None, job.what) + markup.element("p", "Begins…", class_="hint")
    share = share_of(progress)
    return _bar(share, job.what) + markup.element("p", markup.text(how_far(progress)), class_="hint")


def _bar(share: float | None, what: str) -> str:
    value = None if share is None else f"{share:.3f}"
    return markup.element("progress", max=1, value=value, aria_label=f"Progress: {what}")


def share_of(progress: Progress) -> float:
    """How much is behind us: by what is wholly in, and before anything is, by what was read."""
    files = min(1.0, progress.files / progress.of_files) if progress.of_files else 0.0
    return min(1.0, progress.fraction or files / 2)


def how_far(progress: Progress) -> str:
    """As "12 of 20 files read, 9 articles in, about 40 s left".

    >>> how_far(Progress(12, 20, 9, 80, 1, 0.5, 30.0))
    '12 of 20 files read, 9 articles in, 1 refused, about 30 s left'
    """
    files = f"{min(progress.files, progress.of_files):,} of {markup.counted(progress.of_files, 'file')} read"
    articles = f"{markup.counted(progress.articles, 'article')} in" if progress.articles else ""
    refused = f"{progress.refused:,} refused" if progress.refused else ""
    return ", ".join(each for each in (files, articles, refused, left(progress)) if each)


def left(progress: Progress) -> str:
    """How long it will take, "" while that cannot be told."""
    share, (least, seconds) = share_of(progress), SOON
    if share < least or progress.seconds < seconds or share >= 1:
        return ""
    wait = progress.seconds * (1 - share) / share
    if wait < A_MINUTE:
        return f"about {max(1, round(wait)):,} s left"
    return f"about {round(wait / A_MINUTE):,} min left" if wait < AN_HOUR else f"about {wait / AN_HOUR:.1f} h left"


def _done(job: Job) -> str:
    return markup.element("p", markup.text(_came_of(job.report) if job.report else "Nothing came in."))


def _came_of(report: Report) -> str:
    """As "12 added, 1 changed, 3 were there already, in 9 s."."""
    there = report.unchanged + report.copied
    why = "reason" if len(report.refused) == 1 else "reasons"
    counts = (
        (report.added, "added"),
        (report.changed, "changed"),
        (there, "was there already" if there == 1 else "were there already"),
        (len(report.refused), f"refused for the {why} below"),
    )
    told = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    return f"{told or 'No article was found'}, in {max(1, round(report.seconds)):,} s."


def _failed(job: Job) -> str:
    return markup.element("p", markup.text(job.error), class_="problem", role="alert")


def _cancelled(_: Job) -> str:
    return markup.element("p", "Cancelled. What had come in stays.", class_="hint")


def _refused(refused: Sequence[Refusal]) -> str:
    """What never came so far as the ingest."""
    if not refused:
        return ""
    items = "".join(
        markup.element("li", f"{markup.element('bdi', markup.text(one.origin))}: {markup.text(one.reason)}")
        for one in refused[:LISTED]
    )
    more = len(refused) - LISTED
    rest = markup.element("li", f"and {more:,} more") if more > 0 else ""
    return markup.element("ul", items + rest, class_="outside")
