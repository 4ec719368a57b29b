"""The one OIDC issuer of a node, from the table ``oidc`` of ``node.toml``.

::

    [oidc]
    issuer = "https://…"
    client_id = "…"
    client_secret_file = "keys/oidc"    # below the home, or absolute
    required_acr = "eidas2"             # optional
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

PROVIDER: Final = "oidc"
"""Id of the issuer in addresses and rows; a node has one."""


def read_issuer(home: Path, choices: Mapping[str, Any]) -> dict[str, Any]:
    """``SOCIALACCOUNT_PROVIDERS``; empty for a node without an issuer."""
    table = choices.get("oidc", {})
    if not table.get("issuer"):
        return {}
    secret_file = home / str(table.get("client_secret_file", ""))
    secret = secret_file.read_text(encoding="utf-8").strip() if secret_file.is_file() else ""
    app = {
        "provider_id": PROVIDER,
        "name": str(table.get("name", table["issuer"])),
        "client_id": str(table.get("client_id", "")),
        "secret": secret,
        "settings": {"server_url": str(table["issuer"])},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
