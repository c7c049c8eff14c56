"""OpenID Connect as its relying party: the authorization code flow with PKCE. It knows no tables and no people.

Sources: https://openid.net/specs/openid-connect-core-1_0.html, section 3.1; RFC 7636; RFC 9700.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt

from apps.accounts.errors import IssuerNotValid, SsoFailed
from apps.core import outgoing
from apps.core.errors import CallFailed, UrlRefused

# Signatures that only the provider can make. Never `none`, nor HS256, whose key the client knows, too.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY_SECONDS = 60
ASK_SECONDS = 5.0  # somebody waits who has just typed the address
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Client:
    """What we are to a provider."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True)
class Subject:
    """Whom a provider has signed in. Only `issuer` and `subject` say who it is."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str


def check_issuer(url: str) -> str:
    """
    Raises:
        UrlRefused: not https, or leading into a network that isn't public.
    """
    outgoing.check_url(url, field="issuer")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise UrlRefused("A provider's address begins with https://.", field="issuer")
    if parts.query or parts.fragment:
        raise UrlRefused("An issuer has neither a query nor a fragment.", field="issuer")
    return url


def ask_issuer(url: str) -> None:
    """Whether a provider of this name answers there, with all that a sign-in needs.

    Raises:
        UrlRefused: not https, or leading into a network that isn't public.
        IssuerNotValid: nobody answers, it isn't a provider, or it calls itself otherwise.
    """
    check_issuer(url)
    try:
        said = _discovered(url, timeout=ASK_SECONDS)
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _endpoint(said, name)
    except SsoFailed as error:
        raise IssuerNotValid(error.detail) from error


def authorization_url(client: Client, *, state: str, nonce: str, verifier: str) -> str:
    """Where the browser goes to sign in.

    Raises:
        SsoFailed: the provider doesn't say, or says something else than it should.
    """
    endpoint = _endpoint(_discovered(client.issuer), "authorization_endpoint")
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "scope": "openid email profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"


def subject_of(client: Client, *, code: str, nonce: str, verifier: str) -> Subject:
    """Whom the provider has signed in, by the code that the browser brought.

    Raises:
        SsoFailed: the provider didn't answer as it should, or what it says isn't for us, for this sign-in, or for now.
    """
    said = _discovered(client.issuer)
    token = _token(client, said, code, verifier)
    claims = _claims(client, token, _key(said, token))
    if not compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise SsoFailed("The provider's answer belongs to another sign-in.")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise SsoFailed("The provider doesn't say who signed in.")
    email, name = str(claims.get("email") or "").strip().lower(), str(claims.get("name") or "").strip()
    return Subject(client.issuer, subject, email[:254], claims.get("email_verified") is True, name[:255])


def _discovered(issuer: str, **options: Any) -> dict[str, Any]:
    said = _json(issuer.rstrip("/") + "/.well-known/openid-configuration", **options)
    if said.get("issuer") != issuer:
        raise SsoFailed("The provider calls itself by another name than it was set up with.")
    return said


def _token(client: Client, said: dict[str, Any], code: str, verifier: str) -> str:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "client_id": client.client_id,
        "code_verifier": verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if client.client_secret:
        if "client_secret_basic" in said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            both = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(both.encode()).decode()}"
        else:
            form["client_secret"] = client.client_secret
    answer = _json(_endpoint(said, "token_endpoint"), method="POST", headers=headers, body=urlencode(form).encode())
    return str(answer.get("id_token") or "")


def _key(said: dict[str, Any], token: str) -> Any:
    """The provider's key that this token says it is signed with, for the algorithm that it names."""
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header["alg"]
        if algorithm not in ALGORITHMS:
            raise SsoFailed("The provider's answer isn't signed as it should be.")
        keys = [each for each in _json(_endpoint(said, "jwks_uri"))["keys"] if each.get("use", "sig") == "sig"]
        named = [each for each in keys if "kid" not in header or each.get("kid") == header["kid"]]
        if len(named) != 1:
            raise SsoFailed("The provider's answer is signed with a key that isn't the provider's.")
        return jwt.PyJWK(named[0], algorithm=algorithm)
    except (jwt.PyJWTError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise SsoFailed("The provider's answer can't be read.") from error


def _claims(client: Client, token: str, key: Any) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            audience=client.client_id,
            issuer=client.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise SsoFailed("The provider's answer isn't signed by it, is for somebody else, or is too old.") from error
    # Of several for whom it is, the one that asked is named. Source: OpenID Connect Core, section 3.1.3.7
    is_ours_alone = claims["aud"] in (client.client_id, [client.client_id])
    if claims.get("azp", client.client_id if is_ours_alone else None) != client.client_id:
        raise SsoFailed("The provider's answer is for somebody else.")
    return claims


def _endpoint(said: dict[str, Any], name: str) -> str:
    try:
        url = str(said[name])
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise UrlRefused
        outgoing.check_url(url)
    except (KeyError, ValueError, UrlRefused) as error:
        raise SsoFailed(f"The provider names no {name} that may be called.") from error
    return url


def _json(url: str, **options: Any) -> dict[str, Any]:
    """What the provider answers; every call to it goes through here, and so through the guard of outgoing calls."""
    try:
        answer = outgoing.fetch(options.pop("method", "GET"), url, redirects=0, limit=256 * 1024, **options)
        said = answer.json()
    except (CallFailed, UrlRefused) as error:
        raise SsoFailed(f"The provider can't be asked: {error.detail}") from error
    if answer.status != 200 or not isinstance(said, dict):
        raise SsoFailed(f"The provider answered {answer.status}.")
    return said
