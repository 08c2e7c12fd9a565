"""A run: a recipe's stages one after another, each of which finds what it has done before.

A run can be killed anywhere. The next one with the same recipe finds the shards, versions, answers and statements that
exist, and ends with the same bytes: every stage is a function of the recipe and of what the stages before it stored.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from galley import __version__
from galley.catalog.manifest import Manifest, ShardRef
from galley.catalog.reader import VersionReader
from galley.catalog.service import open_version, publish_version, register_release
from galley.engine.clean_run import CleanResult, run_clean
from galley.engine.shard import ShardResult, read_parquet
from galley.kernel.canonical import canonical_json
from galley.kernel.clock import rfc3339
from galley.kernel.errors import GalleyError
from galley.line.account import RunAccount, Totals, totals
from galley.line.annotating import Annotated, annotate, load_schema
from galley.line.assessing import assess
from galley.line.budget import check_budget, most_common
from galley.line.checking import check_release
from galley.line.collecting import Collected, collect
from galley.line.kitchen import Kitchen, RunOptions, open_kitchen
from galley.line.outcome import LineBusyError, NothingLeftError, RunResult, WaitingForPeople
from galley.line.recipe import Recipe, Release, dump_recipe, load_recipe, recipe_digest
from galley.line.releasing import Facts, Released, export_version, release, told_as_storage
from galley.line.repo import hold_line, write
from galley.line.reporting import write_report
from galley.store.workspace import Workspace

__all__ = ["run_line"]

_POLL_SECONDS = 0.3


def run_line(path: Path, workspace: Path, options: RunOptions) -> RunResult:
    """Run the line of a recipe file in a workspace (made when it does not exist).

    Raises RecipeError, BudgetError, NothingLeftError, WaitingForPeople, LineBusyError, and whatever a stage cannot do.
    """
    recipe = load_recipe(path)
    if recipe.annotate is not None:
        load_schema(path.parent.resolve(), recipe.annotate.schema)  # a wrong one is refused before anything is read
    with (
        Workspace.open(workspace, create=True, clock=options.clock) as opened,
        _held(opened, recipe, options),
        open_kitchen(recipe, path.parent.resolve(), opened, options) as kitchen,
    ):
        return _Run(kitchen).whole()


@contextmanager
def _held(workspace: Workspace, recipe: Recipe, options: RunOptions) -> Iterator[None]:
    """Hold the line: two runs of one line would answer the same questions twice. The second waits, or refuses."""
    told = False
    while True:
        with hold_line(workspace.database, recipe.line) as taken:
            if taken:
                yield
                return
        if not options.wait:
            raise LineBusyError(line=recipe.line)
        if not told:
            options.screen.note("waiting_for_line")
            told = True
        time.sleep(_POLL_SECONDS)


class _Run:
    """One run on its way; `account` grows stage by stage and is stored after each."""

    def __init__(self, kitchen: Kitchen) -> None:
        self.kitchen = kitchen
        self.recipe = kitchen.recipe
        now = kitchen.clock.now()
        self.id = f"{now.strftime('%Y%m%dT%H%M%S')}-{kitchen.options.entropy(4).hex()}"
        self.account = RunAccount(
            line=self.recipe.line,
            recipe=recipe_digest(self.recipe),
            recipe_text=dump_recipe(self.recipe),
            galley=__version__,
        )
        self.place = 0

    def whole(self) -> RunResult:
        """All stages; whatever happens, the run's row says how it ended."""
        self._begin()
        try:
            result = self._stages()
        except WaitingForPeople as problem:
            self._write("end_run", status="waiting", error=problem.problem())
            raise
        except GalleyError as problem:
            self._write("end_run", status="failed", error=problem.problem())
            raise
        self._write("end_run", status="done", error=None)
        return result

    def _stages(self) -> RunResult:
        collected = self._collect()
        cleaned = self._clean(collected)
        version = self._publish("clean", cleaned.shards)
        annotated = self._annotate(version)
        if annotated is not None:
            version = annotated.version
        facts = self._assess(version, annotated)
        released = self._release(version, facts)
        verified = self._verify(released)
        result = self._result(facts, annotated, released, verified)
        report = self.kitchen.options.report or self.kitchen.workspace.runs / self.id / "report.html"
        with told_as_storage(report):
            write_report(report, result, version, self.kitchen)
        self._write("set_report", report=self.kitchen.workspace.blobs.put(report.read_bytes()))
        return msgspec.structs.replace(result, report=report)

    # --- stages ---------------------------------------------------------------------------------------------------

    def _collect(self) -> Collected:
        with self._stage("collect", ", ".join(source.connector for source in self.recipe.collect)) as told:
            collected = collect(self.recipe, self.kitchen.desk, self.kitchen.pool, self.kitchen.screen)
            self.account = msgspec.structs.replace(
                self.account, sources=tuple(collected.sources), quarantine=tuple(collected.quarantine)
            )
            self._check_budget()
            records = sum(source.records for source in collected.sources)
            if not records:
                raise NothingLeftError(stage="collect", reasons=most_common(self._unread()))
            told.update(records=records, failed=sum(source.failed for source in collected.sources))
            version = self._publish("collected", collected.shards)
            told["root"] = version.root
        return collected

    def _clean(self, collected: Collected) -> CleanResult:
        specs = [
            {"name": use.name.partition("@")[0], "version": int(use.name.partition("@")[2]), "params": use.params}
            for use in self.recipe.clean
        ]
        with self._stage("clean", ", ".join(use.name for use in self.recipe.clean)) as told:
            records = sum(shard.rows for shard in collected.shards)
            self.kitchen.screen.begin("clean", records)
            cleaned = run_clean(collected.shards, specs, self.kitchen.pool, self.kitchen.screen.advance)
            self.kitchen.screen.end("clean")
            self.account = msgspec.structs.replace(
                self.account,
                steps=tuple(cleaned.steps),
                plans={str(number): sha256 for number, sha256 in cleaned.plans.items()},
                events=tuple(cleaned.events),
                quarantine=(*self.account.quarantine, *cleaned.quarantine),
            )
            self._check_budget()
            if not cleaned.shards:
                gone = {name: count for step in cleaned.steps for name, count in step.reasons.items()}
                raise NothingLeftError(stage="clean", reasons=most_common(gone))
            told["records"] = sum(shard.rows for shard in cleaned.shards)
        return cleaned

    def _annotate(self, version: VersionReader) -> Annotated | None:
        spec = self.recipe.annotate
        if spec is None:
            return None
        with self._stage("annotate", spec.mode) as told:
            annotated = annotate(self.kitchen, spec, version)
            self._take_version("labelled", annotated.version, self._root_of("clean"))
            self.account = msgspec.structs.replace(self.account, labels=annotated.summary)
            told.update({name: annotated.summary[name] for name in ("people", "judgements")})
            told["root"] = annotated.version.root
        return annotated

    def _assess(self, version: VersionReader, annotated: Annotated | None) -> Facts:
        with self._stage("assess", ", ".join(self.recipe.assess.standards) if self.recipe.assess else "") as told:
            readings = assess(self.kitchen, version, self.account, annotated)
            told["readings"] = len(readings)
        return Facts(
            account=self.account,
            readings=tuple(msgspec.to_builtins(reading) for reading in readings),
            **(annotated.facts() if annotated is not None else {}),
        )

    def _release(self, version: VersionReader, facts: Facts) -> Released | None:
        spec = self.recipe.release
        if spec is None:
            return None
        with self._stage("release", f"{spec.name} {spec.version}") as told:
            self.kitchen.screen.begin("release", version.rows)
            released = release(self.kitchen, spec, version, facts)
            self.kitchen.screen.end("release")
            for name in spec.formats:
                self._export(version, name, released)
            told.update(records=released.summary.rows, files=released.summary.files)
            self._register(spec, released, facts)
        return released

    def _export(self, version: VersionReader, name: str, released: Released) -> None:
        """Formats asked for by the recipe lie beside the release, not in it: they are derived and can be made again."""
        out = released.folder.parent / f"{released.folder.name}-{name}"
        if not (out / "export-report.json").exists():
            export_version(self.kitchen.workspace, version.root, name, out)
        self.kitchen.screen.note("exported", format=name)

    def _register(self, spec: Release, released: Released, facts: Facts) -> None:
        """Make the release known to whoever looks at this workspace through a server."""
        summary, certificate = released.summary, facts.certificate
        register_release(
            self.kitchen.workspace.database,
            self.kitchen.clock,
            name=spec.name,
            version=spec.version,
            root=summary.root,
            version_root=summary.version_root,
            line=self.recipe.line,
            run_id=self.id,
            folder=str(released.folder),
            rows=summary.rows,
            files=summary.files,
            bytes=summary.bytes,
            certified=None if certificate is None else bool(certificate["issued"]),
            simulated=summary.simulated,
        )

    def _verify(self, released: Released | None) -> bool | None:
        if released is None:
            return None
        with self._stage("verify", "") as told:
            checks = list(check_release(released.folder))
            told["checks"] = len(checks)
        return all(check.ok for check in checks)

    # --- the account ----------------------------------------------------------------------------------------------

    def _publish(self, stage: str, shards: list[ShardResult]) -> VersionReader:
        manifest = Manifest(shards=tuple(ShardRef(rows=shard.rows, data=shard.data) for shard in shards))
        workspace = self.kitchen.workspace
        published = publish_version(
            workspace.database,
            workspace.blobs,
            self.kitchen.clock,
            name=f"{self.recipe.line}.{stage}",
            manifest=manifest,
            parents=[self._root_of("collected")] if stage == "clean" else [],
            run_id=self.id,
        )
        self._keep(stage, published.root)
        return open_version(workspace.database, workspace.blobs, published.root)

    def _take_version(self, stage: str, version: VersionReader, parent: str) -> None:
        workspace = self.kitchen.workspace
        publish_version(
            workspace.database,
            workspace.blobs,
            self.kitchen.clock,
            name=f"{self.recipe.line}.{stage}",
            manifest=version.manifest,
            parents=[parent],
            run_id=self.id,
        )
        self._keep(stage, version.root)

    def _keep(self, stage: str, root: str) -> None:
        self.account = msgspec.structs.replace(self.account, versions={**self.account.versions, stage: root})

    def _root_of(self, stage: str) -> str:
        return self.account.versions[stage]

    def _check_budget(self) -> None:
        unread = sum(source.failed for source in self.account.sources)
        read = unread + sum(source.records for source in self.account.sources)
        failed = unread + sum(step.counts.failed for step in self.account.steps)
        check_budget(
            read=read,
            failed=failed,
            budget=self.recipe.engine.error_budget,
            steps=self.account.steps,
            unread=self._unread,
        )

    def _unread(self) -> dict[str, int]:
        """What could not be read, by code."""
        reasons: dict[str, int] = {}
        for file in self.account.quarantine:
            table = read_parquet(self.kitchen.desk.blobs, file, columns=["step", "code"])
            for row in table.to_pylist():
                if row["step"] == 0:
                    reasons[row["code"]] = reasons.get(row["code"], 0) + 1
        return reasons

    def _totals(self) -> Totals:
        edited: set[str] = set()
        gone: set[str] = set()
        for file in self.account.events:
            table = read_parquet(self.kitchen.desk.blobs, file, columns=["id", "verdict"])
            for record, verdict in zip(*(column.to_pylist() for column in table.columns), strict=True):
                (edited if verdict == "edit" else gone).add(record)
        return totals(self.account, len(edited - gone))

    def _result(
        self, facts: Facts, annotated: Annotated | None, released: Released | None, verified: bool | None
    ) -> RunResult:
        return RunResult(
            run_id=self.id,
            line=self.recipe.line,
            status="done",
            account=self.account,
            totals=self._totals(),
            labels=None if annotated is None else annotated.summary,
            certificate=facts.certificate,
            readings=facts.readings,
            release=None if released is None else released.folder,
            release_root=None if released is None else released.summary.root,
            verified=verified,
            simulated=annotated is not None and annotated.simulated,
        )

    # --- the run's rows -------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        killed = {"title": "the process was killed", "code": "GLY-LIN-019"}
        self._write("abandon_runs", line=self.recipe.line, error=killed)
        recipe = self.kitchen.workspace.blobs.put(canonical_json(self.recipe))
        self._write("insert_run", line=self.recipe.line, recipe=recipe)

    @contextmanager
    def _stage(self, name: str, op: str) -> Iterator[dict[str, object]]:
        told: dict[str, object] = {}
        place, self.place = self.place, self.place + 1
        self._write("set_stage", stage=name)
        self._write("start_step", run_id=self.id, place=place, stage=name, op=op)
        try:
            yield told
        except GalleyError as problem:
            waiting = isinstance(problem, WaitingForPeople)
            self._save_account(open_answers=int(str(problem.facts["open"])) if waiting else 0)
            self._end_step(place, "waiting" if waiting else "failed", told)
            raise
        self._save_account()
        self._end_step(place, "done", told)

    def _end_step(self, place: int, status: str, told: dict[str, object]) -> None:
        root = told.pop("root", None)
        self._write("end_step", run_id=self.id, place=place, status=status, counts=told, root=root)

    def _save_account(self, open_answers: int = 0) -> None:
        account = self.kitchen.workspace.blobs.put(canonical_json(self.account))
        told = {"open_answers": open_answers, "at": rfc3339(self.kitchen.clock.now())}
        self._write("set_account", account=account, counts=told)

    def _write(self, query: str, **facts: object) -> None:
        with self.kitchen.workspace.database.connection() as connection:
            write(connection, query, **{"id": self.id, "now": self.kitchen.clock.now(), **facts})
