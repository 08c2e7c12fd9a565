"""A small typed client of a Galley server, for scripts and notebooks.

    from galley.client import Client

    with Client("https://floor.example.org", token="galley_…") as client:
        project = client.project(2, 17)
        for lease in project.work():
            project.submit(lease, {"topic": "Sports"})

Every call can be sent again: answers carry a `client_id`, everything else an idempotency key, and what a broken network
or a busy server swallowed is sent again by itself. Types are those of the server; `docs/reference/openapi.json` is whole.
"""

from galley.client.project import ProjectClient
from galley.client.session import Client
from galley.client.transport import ApiError

__all__ = ["ApiError", "Client", "ProjectClient"]
