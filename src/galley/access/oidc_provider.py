"""What an identity provider says, and whether to believe it: discovery, keys and their rotation, ID tokens."""

import ipaddress
import threading
import time
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import msgspec
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from galley.access.errors import OidcError, ProviderGoneError
from galley.kernel.language import Text

__all__ = ["Metadata", "Provider", "ProviderClient"]

_ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""Signatures by a key only the provider has: never `none`, and never an HMAC under what we share with it."""
_METADATA_SECONDS: Final = 600.0
_KEYS_SECONDS: Final = 5.0
"""After a token with an unknown key the keys are asked for again, but not more often than this."""
_TIMEOUT_SECONDS: Final = 10.0
_BYTES_MAX: Final = 1 << 20
_LEEWAY_SECONDS: Final = 60


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider as an operator set it up; `base_url` is where browsers find us."""

    slug: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    base_url: str

    def check(self) -> None:
        """Raise OidcError unless both addresses are https, or on this machine."""
        for address in (self.issuer, self.base_url):
            if not _safe(address):
                raise OidcError(provider=self.name, reason=Text(f"{address} is not https", f"{address} 不是 https"))


class Metadata(msgspec.Struct, frozen=True):
    """What we use of a provider's metadata (Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class ProviderClient:
    """Talks to one provider; any thread may. Metadata and keys are remembered for a while."""

    def __init__(self, provider: Provider, *, transport: httpx.BaseTransport | None = None) -> None:
        self.provider = provider
        self._http = httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=False, transport=transport)
        self._lock = threading.Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def metadata(self) -> Metadata:
        """The provider's metadata. Raises ProviderGoneError; OidcError when it is not of who it should be."""
        with self._lock:
            known = self._metadata
        if known is not None and time.monotonic() - known[0] < _METADATA_SECONDS:
            return known[1]
        place = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            found = msgspec.convert(self._asked("GET", place), Metadata)
        except msgspec.ValidationError as problem:
            raise self._refused(str(problem), str(problem)) from problem
        if found.issuer != self.provider.issuer:
            raise self._refused("it says it is another", "其自称的标识不符")
        if not all(map(_safe, (found.authorization_endpoint, found.token_endpoint, found.jwks_uri))):
            raise self._refused("an address of it is not https", "其地址不是 https")
        with self._lock:
            self._metadata = (time.monotonic(), found)
        return found

    def redeem(self, code: str, *, verifier: str, redirect_uri: str, nonce: str, now: datetime) -> dict[str, Any]:
        """The claims of the ID token that a code is good for, verified. Raises OidcError, ProviderGoneError."""
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        answer = self._asked("POST", self.metadata().token_endpoint, body)
        told = answer.get("id_token")
        if not isinstance(told, str):
            raise self._refused("it gave no ID token", "未返回 ID 令牌")
        access_token = answer.get("access_token")
        return self.verified(
            told, nonce=nonce, now=now, access_token=access_token if isinstance(access_token, str) else None
        )

    def verified(self, told: str, *, nonce: str, now: datetime, access_token: str | None = None) -> dict[str, Any]:
        """The claims of an ID token, if it is this provider's, for us, for this attempt, and of now. Raises OidcError."""
        try:
            try:
                token = jwt.decode(told, self._key_set(), algorithms=list(_ALGORITHMS))
            except (JoseError, ValueError):
                # Signed with a key we do not know: the provider may have changed its keys. Any other flaw fails again.
                token = jwt.decode(told, self._key_set(fresh=True), algorithms=list(_ALGORITHMS))
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self.provider.issuer},
                    "aud": {"essential": True, "value": self.provider.client_id},
                    "sub": {"essential": True},
                },
                {"nonce": nonce, "client_id": self.provider.client_id, "access_token": access_token},
            )
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as problem:
            raise self._refused(f"its ID token is not valid ({problem})", f"ID 令牌无效（{problem}）") from problem
        found = dict(claims)
        if not isinstance(found.get("sub"), str) or not 1 <= len(found["sub"]) <= 255 or not nonce:
            raise self._refused("its ID token names nobody", "ID 令牌未指明身份")
        return found

    def _key_set(self, *, fresh: bool = False) -> KeySet:
        with self._lock:
            known = self._keys
        age = None if known is None else time.monotonic() - known[0]
        if known is not None and age is not None and age < (_KEYS_SECONDS if fresh else _METADATA_SECONDS):
            return known[1]
        keys = KeySet.import_key_set(self._asked("GET", self.metadata().jwks_uri))  # type: ignore[arg-type]
        with self._lock:
            self._keys = (time.monotonic(), keys)
        return keys

    def _asked(self, method: str, place: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        """One small JSON answer. Raises ProviderGoneError, OidcError."""
        auth = (self.provider.client_id, self.provider.client_secret) if body is not None else None
        try:
            with self._http.stream(
                method, place, data=body, auth=auth or httpx.USE_CLIENT_DEFAULT, headers={"accept": "application/json"}
            ) as response:
                data = b""
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > _BYTES_MAX:
                        raise self._refused("its answer is too large", "应答过大")
                status = response.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise ProviderGoneError(provider=self.provider.name, reason=type(problem).__name__) from problem
        if status >= 500:
            raise ProviderGoneError(provider=self.provider.name, reason=f"HTTP {status}")
        try:
            found = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            found = None
        if status != 200 or not isinstance(found, dict):
            reason = str(found.get("error", status))[:200] if isinstance(found, dict) else f"HTTP {status}"
            raise self._refused(f"it answered {reason}", f"其应答为 {reason}")
        return found

    def _refused(self, en: str, zh: str) -> OidcError:
        return OidcError(provider=self.provider.name, reason=Text(en, zh))


def _safe(address: str) -> bool:
    """https, or http on this very machine (tests, a proxy beside us)."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    if parts.scheme != "http":
        return False
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
