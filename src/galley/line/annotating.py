"""The annotate stage of a run: human, human+machine or machine labels for a version, as a column group beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
import pyarrow as pa

from galley.annotate.learner import Learner
from galley.assess.certificate import AuditRecord, Certificate
from galley.catalog.manifest import Manifest, ShardRef
from galley.catalog.reader import VersionReader
from galley.engine.shard import read_parquet, store_table
from galley.kernel.canonical import canonical_json
from galley.kernel.draw import derive_seed
from galley.kernel.errors import InputError
from galley.kernel.extension import make, spec_of
from galley.kernel.language import Text
from galley.kernel.record import LABELS_SCHEMA
from galley.labels.label_studio_config import read_config
from galley.labels.schema import LabelSchema, labels_bytes, record_distance, schema_dict, schema_digest
from galley.labels.schema_text import schema_from_yaml
from galley.ledger.service import Logged
from galley.ledger.statements import AUDIT_COMMITMENT, Statement, Subject
from galley.line.evidence import certificate_evidence
from galley.line.kitchen import Kitchen
from galley.line.loop import Final, LoopResult, Ports, run_loop, run_people
from galley.line.loop_rules import LoopParams
from galley.line.people import People
from galley.line.recipe import Annotate

__all__ = ["Annotated", "NothingTaughtError", "SchemaMissingError", "annotate", "load_schema"]


class SchemaMissingError(InputError):
    """The label schema file is not there."""

    code = "GLY-LIN-031"
    text = Text("There is no label schema at {path}.", "{path} 处没有标签体系文件。")
    hint = Text("`annotate.schema` is a path relative to the recipe.", "`annotate.schema` 是相对于配方文件的路径。")


class NothingTaughtError(InputError):
    """A machine is to label alone and nobody gave it a label to learn from."""

    code = "GLY-LIN-032"
    text = Text("The machine has nothing to learn from: no record has a label.", "机器无从学习：没有任何记录带有标签。")
    hint = Text(
        "Mode `machine` learns from the labels of `people:`; check that their names are the records' ids or keys.",
        "`machine` 模式从 `people:` 的标签学习；请检查其名称是否为记录的 id 或 key。",
    )


@dataclass(frozen=True)
class Annotated:
    """A labelled version and how it came about."""

    version: VersionReader
    schema: LabelSchema
    summary: dict[str, Any]
    simulated: bool
    certificate: dict[str, Any] | None = None
    audits: tuple[AuditRecord, ...] = ()
    commitments: tuple[Logged, ...] = ()
    opinions: list[tuple[str, str, Any]] = field(default_factory=list)  # (item, labeler, body), for agreement

    def facts(self) -> dict[str, Any]:
        """What the release says about it, as keywords of releasing.Facts."""
        return {
            "certificate": self.certificate,
            "audits": tuple(msgspec.to_builtins(audit) for audit in self.audits),
            "annotation": self.summary,
            "commitments": self.commitments,
        }


def load_schema(base: Path, named: str) -> LabelSchema:
    """The label schema a recipe names: YAML, or a Label Studio config (XML)."""
    path = base / named
    if not path.is_file():
        raise SchemaMissingError(path=str(path))
    if path.suffix.lower() == ".xml":
        return read_config(path.read_bytes()).schema
    return schema_from_yaml(path.read_text(encoding="utf-8"))


def annotate(kitchen: Kitchen, spec: Annotate, version: VersionReader) -> Annotated:
    """Label every record of a version."""
    schema = load_schema(kitchen.base, spec.schema)
    records = {row["id"]: row for table in version.tables() for row in table.to_pylist()}
    people = People(kitchen=kitchen, spec=spec, schema=schema, records=records)
    kitchen.screen.begin("annotate", len(records))
    work = _Annotation(kitchen, spec, version, schema, people)
    finals, result = {"human": work.by_people, "human+machine": work.by_loop, "machine": work.by_machine}[spec.mode]()
    kitchen.screen.end("annotate")
    return work.annotated(finals, result)


class _Annotation:
    """One annotate stage on its way."""

    def __init__(
        self, kitchen: Kitchen, spec: Annotate, version: VersionReader, schema: LabelSchema, people: People
    ) -> None:
        self.kitchen = kitchen
        self.spec = spec
        self.version = version
        self.schema = schema
        self.people = people
        self.seed = derive_seed(kitchen.desk.seed, "annotate")
        self.commitments: list[Logged] = []

    # --- modes ----------------------------------------------------------------------------------------------------

    def by_people(self) -> tuple[list[Final], LoopResult | None]:
        """People label everything; with a target, an audit of their labels proves or refuses it."""
        ids = sorted(self.people.records)
        if self.spec.target is not None:
            result = run_people(items=ids, ports=self._ports(), params=self._params(), seed=self.seed)
            return list(result.finals), result
        said = self.people(ids, "rest", 0)
        finals = [self._by_human(item, said.get(item)) for item in ids]
        return finals, None

    def by_loop(self) -> tuple[list[Final], LoopResult | None]:
        """People label what teaches most and what the machine may not decide; an audit proves the rest."""
        ids = sorted(self.people.records)
        learner = self._learner()
        result = run_loop(
            items=ids,
            features=learner.features(self._table(ids), self.kitchen.desk),
            learner=learner,
            ports=self._ports(),
            params=self._params(),
            seed=self.seed,
        )
        return list(result.finals), result

    def by_machine(self) -> tuple[list[Final], LoopResult | None]:
        """The machine labels what nobody labelled, having learnt from what somebody did. Nothing is certified."""
        ids = sorted(self.people.records)
        known = self.people.known(ids)
        if not known:
            raise NothingTaughtError
        learner = self._learner()
        features = learner.features(self._table(ids), self.kitchen.desk)
        taught = [place for place, item in enumerate(ids) if item in known]
        rest = [place for place, item in enumerate(ids) if item not in known]
        names = [canonical_json(known[ids[place]]).decode() for place in taught]
        finals = [self._by_human(ids[place], known[ids[place]]) for place in taught]
        if rest:
            model = learner.fit(features[taught], names, self.seed, features[rest])
            chances = model.predict(features[rest])
            for place, row in zip(rest, chances, strict=True):
                value = msgspec.json.decode(model.classes[int(np.argmax(row))])
                sure = round(float(row.max()), 6)
                finals.append(Final(id=ids[place], value=value, decided_by="machine", confidence=sure))
        return sorted(finals, key=lambda final: final.id), None

    # --- parts ----------------------------------------------------------------------------------------------------

    def _ports(self) -> Ports:
        return Ports(ask_people=self.people, commit=self._commit, distance=self._distance)

    def _params(self) -> LoopParams:
        target = self.spec.target
        promised = {} if target is None else {"accuracy": target.accuracy, "confidence": target.confidence}
        return msgspec.convert({**promised, "gold": self.spec.gold, **self.spec.loop}, LoopParams)

    def _learner(self) -> Learner[Any]:
        use = self.spec.learner
        assert use is not None  # the recipe refuses a mode with a machine and no learner
        return cast(Learner[Any], make("learner", use.name, use.params))

    def _table(self, ids: Sequence[str]) -> pa.Table:
        """The records in id order, as the learner reads them."""
        table = pa.concat_tables(list(self.version.tables()))
        order = {record: place for place, record in enumerate(table.column("id").to_pylist())}
        return table.take(pa.array([order[item] for item in ids]))

    def _distance(self, left: Any, right: Any) -> float:
        return record_distance(self.schema, left, right)

    def _by_human(self, item: str, value: Any) -> Final:
        judged = self.people.by_item.get(item, 0)
        return Final(id=item, value=value, decided_by="human" if value is not None else "nobody", judgements=judged)

    def _commit(self, payload: dict[str, Any]) -> None:
        """Put a commitment into the log, signed and durable, before anybody is asked about its sample."""
        subject = Subject(f"galley:{self.kitchen.recipe.line}.clean", {"sha256": self.version.root})
        (logged,) = self.kitchen.ledger.record([Statement((subject,), AUDIT_COMMITMENT, payload)])
        self.commitments.append(logged)
        self.kitchen.screen.note("committed", digest=logged.payload_sha256[:12])

    # --- result ---------------------------------------------------------------------------------------------------

    def annotated(self, finals: Sequence[Final], result: LoopResult | None) -> Annotated:
        """The labelled version and everything said about it."""
        simulated = "simulated" in self.people.kinds
        reader = self._labelled({final.id: final for final in finals})
        certificate = None if result is None else result.certificate
        if certificate is not None:
            self._tell(certificate)
        return Annotated(
            version=reader,
            schema=self.schema,
            summary=self._summary(finals, result),
            simulated=simulated,
            certificate=None
            if result is None
            else certificate_evidence(result.certificate, result.frame, simulated=simulated),
            audits=() if result is None else result.audits,
            commitments=tuple(self.commitments),
            opinions=self.people.opinions(),
        )

    def _tell(self, certificate: Certificate) -> None:
        if certificate.refusal is None:
            self.kitchen.screen.note("certified")
        else:
            self.kitchen.screen.note("refused", reason=certificate.refusal.reason_en)

    def _labelled(self, finals: Mapping[str, Final]) -> VersionReader:
        blobs = self.kitchen.workspace.blobs
        schema = blobs.put(canonical_json(schema_dict(self.schema)))
        shards = tuple(
            msgspec.structs.replace(shard, labels=store_table(blobs, table))
            for shard, table in self._label_tables(finals)
        )
        return VersionReader("labelled", Manifest(shards=shards, label_schema=schema), blobs)

    def _label_tables(self, finals: Mapping[str, Final]) -> Iterator[tuple[ShardRef, pa.Table]]:
        kind = self._kind()
        for shard in self.version.manifest.shards:
            ids = read_parquet(self.version.blobs, shard.data, columns=["id"]).column("id").to_pylist()
            rows = [self._row(finals[item], kind) for item in ids]
            yield shard, pa.Table.from_pylist(rows, schema=LABELS_SCHEMA)

    def _kind(self) -> str:
        """The kind of the people behind human decisions; simulated beats all others, so that nothing hides it."""
        kinds = self.people.kinds
        return next(kind for kind in ("simulated", "imported", "person", "machine") if kind in kinds)

    def _row(self, final: Final, kind: str) -> dict[str, Any]:
        decided = "imported" if final.decided_by == "human" and kind == "imported" else final.decided_by
        kinds = {"machine": "machine", "nobody": "none"}
        return {
            "id": final.id,
            "labels": None if final.value is None else labels_bytes(final.value).decode(),
            "decided_by": decided,
            "labeler_kind": kinds.get(final.decided_by, kind),
            "confidence": final.confidence,
            "judgements": self.people.by_item.get(final.id, 0),
        }

    def _summary(self, finals: Sequence[Final], result: LoopResult | None) -> dict[str, Any]:
        decided: dict[str, int] = {}
        for final in finals:
            decided[final.decided_by] = decided.get(final.decided_by, 0) + 1
        asked = sum(1 for count in self.people.by_item.values() if count)
        return {
            "mode": self.spec.mode,
            "items": len(finals),
            "schema": schema_digest(self.schema),
            "people": asked,  # items a person labelled or checked
            "share": asked / len(finals) if finals else 0.0,
            "judgements": self.people.answers,
            "decided_by": dict(sorted(decided.items())),
            "labeler_kinds": sorted(self.people.kinds),
            "labeler_kind": self._kind(),
            "labelers": [{"name": use.name, **_plain(use.params)} for use in self.spec.people],
            "overlap": self.spec.overlap,
            "aggregator": self.spec.aggregator.name,
            "learner": None if self.spec.learner is None else spec_of(self._learner()),
            "asked": {} if result is None else dict(sorted(result.asked.items())),
            "trace": [] if result is None else msgspec.to_builtins(result.trace),
        }


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters without anything that could be a secret or a path."""
    return {name: value for name, value in params.items() if isinstance(value, int | float | bool)}
