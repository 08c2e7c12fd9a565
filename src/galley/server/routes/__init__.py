"""Every route of the API: one module a subject, each with its list ROUTES. How a handler looks: `server/inject.py`."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from galley.server.routes.audit import ROUTES as AUDIT
from galley.server.routes.backends import ROUTES as BACKENDS
from galley.server.routes.charts import ROUTES as CHARTS
from galley.server.routes.drafts import ROUTES as DRAFTS
from galley.server.routes.events import ROUTES as EVENTS
from galley.server.routes.explorer import ROUTES as EXPLORER
from galley.server.routes.exports import ROUTES as EXPORTS
from galley.server.routes.health import ROUTES as HEALTH
from galley.server.routes.hooks import ROUTES as HOOKS
from galley.server.routes.imports import ROUTES as IMPORTS
from galley.server.routes.isolation import ROUTES as ISOLATION
from galley.server.routes.lines import ROUTES as LINES
from galley.server.routes.links import ROUTES as LINKS
from galley.server.routes.lots import ROUTES as LOTS
from galley.server.routes.media import ROUTES as MEDIA
from galley.server.routes.models import ROUTES as MODELS
from galley.server.routes.my_work import ROUTES as MY_WORK
from galley.server.routes.notices import ROUTES as NOTICES
from galley.server.routes.oidc import ROUTES as OIDC
from galley.server.routes.organisations import ROUTES as ORGANISATIONS
from galley.server.routes.people import ROUTES as PEOPLE
from galley.server.routes.people_stats import ROUTES as PEOPLE_STATS
from galley.server.routes.predictions import ROUTES as PREDICTIONS
from galley.server.routes.progress import ROUTES as PROGRESS
from galley.server.routes.projects import ROUTES as PROJECTS
from galley.server.routes.quality import ROUTES as QUALITY
from galley.server.routes.releases import ROUTES as RELEASES
from galley.server.routes.review import ROUTES as REVIEW
from galley.server.routes.set_up import ROUTES as SET_UP
from galley.server.routes.site import ROUTES as SITE
from galley.server.routes.studio import ROUTES as STUDIO
from galley.server.routes.system import ROUTES as SYSTEM
from galley.server.routes.templates import ROUTES as TEMPLATES
from galley.server.routes.uploads import ROUTES as UPLOADS
from galley.server.routes.verifiers import ROUTES as VERIFIERS
from galley.server.routes.versions import ROUTES as VERSIONS
from galley.server.routes.work import ROUTES as WORK

__all__ = ["ROUTES"]

ROUTES: Final[list[HTTPRouteHandler]] = [
    *AUDIT,
    *ISOLATION,
    *LINKS,
    *MEDIA,
    *OIDC,
    *ORGANISATIONS,
    *PEOPLE,
    *LOTS,
    *DRAFTS,
    *EXPLORER,
    *PEOPLE_STATS,
    *PROGRESS,
    *PROJECTS,
    *QUALITY,
    *REVIEW,
    *UPLOADS,
    *IMPORTS,
    *EXPORTS,
    *SYSTEM,
    *SITE,
    *SET_UP,
    *EVENTS,
    *HOOKS,
    *STUDIO,
    *BACKENDS,
    *PREDICTIONS,
    *WORK,
    *VERIFIERS,
    *MODELS,
    *MY_WORK,
    *TEMPLATES,
    *LINES,
    *VERSIONS,
    *RELEASES,
    *CHARTS,
    *HEALTH,
    *NOTICES,
]
