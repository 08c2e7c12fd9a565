"""The ML-backend protocol, spoken to one server: health, setup, predict, webhook, versions."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from galley.annotate.backend import rules
from galley.annotate.backend.errors import BackendAnswerError, BackendGoneError, BackendRefusedError
from galley.annotate.backend.model import Action, Health, Reach, Said
from galley.annotate.backend.wire import Answer, Call, send
from galley.kernel.errors import GalleyError

__all__ = ["MlClient", "Predicted"]

HEALTH_SECONDS: Final = 1.0
SETUP_SECONDS: Final = 3.0
WEBHOOK_SECONDS: Final = 10.0
ATTEMPTS: Final = 3
Task = Mapping[str, Any]
Predicted = list[Said] | GalleyError
"""The predictions of one task, or why there are none."""


@dataclass(frozen=True, kw_only=True)
class MlClient:
    """One model server and how it may be reached."""

    url: str
    reach: Reach
    login: tuple[str, str] | None = None
    seconds: float = 100.0  # for one batch of predictions
    project: str = "1"  # as the server knows it: <id>.<created>
    config: str = ""  # the label config, XML
    sleep: Callable[[float], None] = time.sleep

    def health(self) -> Health:
        """Whether it is up, and if not, why; never raises."""
        try:
            data = self._send("GET", "/health", None, HEALTH_SECONDS, attempts=1).data("/health")
        except GalleyError as problem:
            return Health(up=False, reason=problem.message("en"), reason_zh=problem.message("zh"))
        said = data if isinstance(data, dict) else {}
        up = said.get("status") == "UP"
        wrong = "" if up else f"status: {str(said.get('status'))[:100]}"
        return Health(up=up, model_class=str(said.get("model_class") or "")[:200], reason=wrong, reason_zh=wrong)

    def setup(self, *, hostname: str = "", token: str = "", extra: str = "") -> str:
        """Introduce the project; the model's version. `token` is short-lived and only reads media."""
        body = rules.setup_body(self.project, self.config, hostname=hostname, token=token, extra=extra)
        data = self._send("POST", "/setup", body, SETUP_SECONDS, attempts=1).data("/setup")
        return str((data.get("model_version") if isinstance(data, dict) else "") or "")[:200]

    def versions(self) -> list[str]:
        """The versions it has; empty where it does not tell."""
        try:
            data = self._send("GET", "/versions", None, SETUP_SECONDS, attempts=1).data("/versions")
        except (BackendRefusedError, BackendAnswerError):
            return []
        found = data.get("versions") if isinstance(data, dict) else data
        return [str(each)[:200] for each in found] if isinstance(found, list) else []

    def webhook(self, action: Action, project: Mapping[str, Any], more: Mapping[str, Any]) -> None:
        """Tell of an annotation, or to learn from all of them."""
        self._send("POST", "/webhook", rules.webhook_body(action, project, more), WEBHOOK_SECONDS, attempts=ATTEMPTS)

    def predict(self, tasks: Sequence[Task], context: Mapping[str, Any] | None = None) -> tuple[list[Predicted], str]:
        """For each task its predictions or why there are none, and the model's version.

        A batch that fails is halved until the task that fails it stands alone, so one bad task costs only itself.
        Raises BackendGoneError when the server is not there (any more).
        """
        try:
            body = rules.predict_body(self.project, self.config, tasks, context)
            answer = self._send("POST", "/predict", body, self.seconds, attempts=ATTEMPTS)
            found, version = rules.read_predictions(answer.data("/predict"), len(tasks))
            return list(found), version
        except (BackendRefusedError, BackendAnswerError) as problem:
            status = problem.facts.get("status")
            if len(tasks) <= 1 or status in (401, 403, 404, 405):
                if status in (401, 403, 404, 405):
                    raise
                return [problem for _ in tasks], ""
        first, second = rules.halves(tasks)
        left, version = self.predict(first, context)
        right, other = self.predict(second, context)
        return left + right, other or version

    def _send(self, method: str, path: str, body: Any, seconds: float, *, attempts: int) -> Answer:
        data = None if body is None else msgspec.json.encode(body)
        call = Call(method, self.url, path, data, seconds, self.login)
        for attempt in range(attempts - 1):
            try:
                return send(call, self.reach)
            except BackendGoneError:
                self.sleep(rules.wait_seconds(attempt + 1))
        return send(call, self.reach)
