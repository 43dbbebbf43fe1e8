"""``driftlint review``: judge a revision of a repo under a policy, and write what whoever approves it files.

Promises: the tree of the revision is judged, configuration included, never the work tree; one run gives every form that was
asked for; without a form to standard output the verdict is shown there. Refuses to know: typer, what a form looks like.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from driftlint.cli.common import CLEAN, FOUND, Color, Settings, Target, open_target, wants_color
from driftlint.cli.outputs import refuse_output
from driftlint.cli.progress import watch
from driftlint.cli.review_choices import Preset, ReviewFormat
from driftlint.cli.revisions import open_objects, open_older, refuse_other_packs
from driftlint.cli.streams import CommandError, note, write_out
from driftlint.config_source import ConfigError, find_config
from driftlint.facts import Rung
from driftlint.git_tree import GitWorkspace, Snapshot
from driftlint.report.redact import clean, redact, show_path
from driftlint.review.build import add_comparison, build_review
from driftlint.review.forms import NEEDS_EXTRA, write_review
from driftlint.review.inputs import find_section, read_records
from driftlint.review.lay_out import lay_out
from driftlint.review.model import Review, Revision
from driftlint.review.policy import Policy, check_names, configure, make_policy
from driftlint.review.section import draft_section, read_section
from driftlint.review.sheet import Sheet
from driftlint.session import Session

if TYPE_CHECKING:
    from driftlint.git_objects import GitObjects

DOOR = "review"
"""The command's name, by which rules say that they belong to it."""
_NO_CHOICE = ("runs in ", "preview ", "deprecated")
"""How the reasons begin for which a rule is off although nobody turned it off."""


_SUFFIXES = (
    (".cdx.json", ReviewFormat.cyclonedx),
    (".html", ReviewFormat.html),
    (".htm", ReviewFormat.html),
    (".md", ReviewFormat.markdown),
    (".json", ReviewFormat.json),
    (".csv", ReviewFormat.csv),
)


class ReviewOptions(Struct, frozen=True):
    """What the command line says beside the settings."""

    revision: str
    settings: Settings
    folder: Path | None = None
    against: str | None = None
    preset: Preset | None = None
    output_format: ReviewFormat | None = None
    output_file: Path | None = None
    also: Sequence[tuple[ReviewFormat, Path]] = ()
    title: str = ""
    exit_zero: bool = False
    quiet: bool = False
    color: Color = Color.auto
    draft: bool = False


def run_draft(options: ReviewOptions) -> int:
    """Write a draft of the reproducibility section of a revision, blanks marked, and return the exit status."""
    if options.also or options.output_format is not None or options.against is not None:
        raise CommandError("--draft writes Markdown, and nothing else: leave --output-format, --also and --against out")
    with _open_repo(options) as objects:
        commit = objects.resolve(options.revision)
        settings = replace(options.settings, snapshot=Snapshot.of_commit(objects, commit, options.revision))
        target, _ = _open_target(options, settings, objects)
        with watch(_open_workspace(target), not options.quiet and sys.stderr.isatty()) as workspace:
            run = target.open_session(workspace, named=(), baseline=False).run()
    section = read_section(run.world)
    if section.place is not None and not options.quiet:
        note(f'{show_path(section.place.path)} has such a section already: "{clean(section.title)}"')
    text = redact(draft_section(run.world, revision=commit))
    if options.output_file is None:
        write_out(text, exact=True)
    else:
        _write_file(text, options.output_file)
        if not options.quiet:
            note(f"draft written to {options.output_file}")
    return CLEAN


def run_review(options: ReviewOptions) -> int:
    """Review a revision and return the exit status."""
    if options.draft:
        return run_draft(options)
    outputs = _plan_outputs(options)
    _look_for_extra({form for form, _ in outputs})
    with _open_repo(options) as objects:
        sheet = _review(options, objects)
    for form, path in outputs:
        text = write_review(sheet, form.value, color=path is None and wants_color(options.color, sys.stdout))
        if path is None:
            if not (options.quiet and form is ReviewFormat.text):
                write_out(text, exact=form is not ReviewFormat.text)
        else:
            _write_file(text, path)
            if not options.quiet:
                note(f"{form.value} written to {path}")
    return FOUND if sheet.verdict == "fail" and not options.exit_zero else CLEAN


def _open_repo(options: ReviewOptions) -> GitObjects:
    """Return the git repo of the project. Raises CommandError for a folder that is not there, and GitError."""
    start = options.folder or Path()
    if not os.path.exists(start):
        raise CommandError(f"{start}: does not exist; paths are taken from the current folder")
    return open_objects([start])


def _plan_outputs(options: ReviewOptions) -> list[tuple[ReviewFormat, Path | None]]:
    """Return what is written where; None is standard output, which has the verdict where no form is asked for there."""
    outputs: list[tuple[ReviewFormat, Path | None]] = []
    if options.output_file is None:
        outputs.append((options.output_format or ReviewFormat.text, None))
    else:
        name = options.output_file.name.lower()
        by_suffix = next((form for suffix, form in _SUFFIXES if name.endswith(suffix)), ReviewFormat.text)
        outputs.append((ReviewFormat.text, None))
        outputs.append((options.output_format or by_suffix, options.output_file))
    return [*outputs, *options.also]


def _look_for_extra(forms: set[ReviewFormat]) -> None:
    """Say before a long run that a form cannot be written. Raises CommandError."""
    for form in sorted(forms, key=lambda form: form.value):
        if form.value not in NEEDS_EXTRA:
            continue
        try:
            if form is ReviewFormat.html:
                import driftlint.review.page.render
            else:
                import driftlint.review.forms.cyclonedx_form  # noqa: F401
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("driftlint"):
                raise
            message = f"the form {form.value} needs its extra: pip install 'driftlint[review]'"
            raise CommandError(f"{message} (text, markdown, json and csv work without it)") from error


def _review(options: ReviewOptions, objects: GitObjects) -> Sheet:
    commit = objects.resolve(options.revision)
    described = objects.describe(commit)
    settings = replace(options.settings, snapshot=Snapshot.of_commit(objects, commit, options.revision))
    target, policy = _open_target(options, settings, objects)
    with watch(_open_workspace(target), not options.quiet and sys.stderr.isatty()) as workspace:
        session = target.open_session(workspace, named=(), baseline=False)
        run = session.run()
    says_nothing = options.revision in ("HEAD", "@") or commit.startswith(options.revision.lower())
    name = "" if says_nothing else options.revision
    project = os.path.relpath(target.root, objects.top).replace(os.sep, "/")
    review = build_review(
        session,
        run,
        policy,
        Revision(name, commit, described.date, described.subject, project),
        today_from=_tell_today(target),
        configuration=_tell_source(target, objects),
        rules_off=list_turned_off(target, session),
        records=read_records(run.world, run.report),
        section=find_section(run.world, run.report),
    )
    if not options.quiet:
        from driftlint.cli.catalogue import tell_age

        tell_age(session.catalogue, session.today)
    older = None
    if options.against is not None:
        review, older = _compare(options.against, commit, objects, target, settings, session, review)
    return lay_out(review, session.get_document, older.get_document if older is not None else None, title=options.title)


def _open_target(options: ReviewOptions, settings: Settings, objects: GitObjects) -> tuple[Target, Policy]:
    """Return the project at the revision with the rules of a review, and the policy. Raises what opening a project raises."""
    start = Path(os.path.abspath(options.folder or Path()))
    found = None if settings.isolated else find_config(start, settings.files)
    named = start if options.folder is not None else objects.top
    root = found.parent if found is not None and settings.config is None else named
    target = open_target([root], settings, door=DOOR)
    refuse_other_packs(target)
    families = {rule.family for rule in target.rules.values()}
    problems = check_names(target.config, target.rules, families, target.catalogue.kinds)
    if problems:
        raise ConfigError(tuple(problems))
    policy = make_policy(target.config, options.preset.value if options.preset is not None else "")
    return replace(target, root=root, config=configure(replace(target.config, root=root), policy)), policy


def _open_workspace(target: Target) -> GitWorkspace:
    assert target.snapshot is not None
    return GitWorkspace(target.snapshot, target.root, file_size=target.config.file_size)


def list_turned_off(target: Target, session: Session) -> dict[str, str]:
    """Return what the configuration turned off: rules as a whole or for some paths, and demands that it lowers there."""
    off = {name: why for name, why in target.selection.off.items() if not why.startswith(_NO_CHOICE)}
    kinds = session.catalogue.kinds
    for table in target.config.per_path:
        where = f"in {', '.join(table.paths)}"
        for selector in table.ignore:
            off[f"{selector} {where}"] = "ignored by the configuration"
        for kind, rung in table.demand.items():
            entry = kinds.get(kind)
            strict = target.config.preset == "strict"
            usual = target.config.demand.get(kind) or (
                None if entry is None else entry.strict if strict else entry.demand
            )
            if usual is not None and Rung[rung] < Rung[usual]:
                off[f"{kind} {where}"] = f"{rung} is enough by the configuration, where {usual} is asked elsewhere"
    return off


def _tell_today(target: Target) -> str:
    origin = target.config.origins.get("today", "default")
    if origin == "default":
        return "the current day"
    return "--today" if origin == "command line" else f"set by {origin}"


def _tell_source(target: Target, objects: GitObjects) -> str:
    source = target.config.source
    if source is None:
        return ""
    if source.is_relative_to(objects.top):
        return source.relative_to(objects.top).as_posix()
    return f"{show_path(source.name)}, which is not in the repo"


def _compare(
    against: str,
    commit: str,
    objects: GitObjects,
    target: Target,
    settings: Settings,
    session: Session,
    review: Review,
) -> tuple[Review, Session]:
    base = objects.find_commit(against, commit)
    before = open_older(objects, base.id, against, target, settings)
    run = before.run()
    workspace = before.files.workspace
    if isinstance(workspace, GitWorkspace) and workspace.missing:
        raise workspace.missing[0]
    return add_comparison(review, session, run, before, against, base.id, base.merge_base), before


def _write_file(text: str, path: Path) -> None:
    try:
        path.write_bytes(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise refuse_output(path, error) from error
