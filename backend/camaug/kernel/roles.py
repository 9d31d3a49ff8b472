"""The database roles of plugins: their names, their passwords, and pools that open on first use.

A plugin with tables has a schema `p_<id>`, an owner `camaug_o_<id>` that only migrates, and
`camaug_p_<id>`, which logs in to serve. No password is stored: each is derived from the secret
`roles` of the key service.
"""

import asyncio
import hashlib
import hmac

import asyncpg

from camaug.kernel import db

MOST = 4
"""Connections of one plugin in one process."""
IDLE_SECONDS = 30.0
"""After so long without work a connection is closed: an idle plugin holds none."""
SECONDS = 8.0
LIMITS = {
    "timezone": "UTC",
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
}


class _Connection(asyncpg.Connection):
    """Forgets what a statement of the plugin has set for its session."""

    def get_reset_query(self) -> str:
        """Run when the connection goes back. Locks are left out: plugins may take none."""
        return "close all; unlisten *; reset all"


def schema(plugin_id: str) -> str:
    """Where its tables are. Hyphens become underscores, which no id has."""
    return f"p_{plugin_id.replace('-', '_')}"


def owner(plugin_id: str) -> str:
    """The role that owns the schema."""
    return f"camaug_o_{plugin_id.replace('-', '_')}"


def login(plugin_id: str) -> str:
    """The role that serves."""
    return f"camaug_p_{plugin_id.replace('-', '_')}"


class Roles:
    """Connections as plugins, to the database of `url`."""

    def __init__(self, url: str, secret: bytes) -> None:
        self.url = url
        """Of the database, with the role of the core."""
        self._secret = secret
        self._pools: dict[str, asyncio.Task[db.Pool]] = {}

    def password(self, role: str) -> str:
        """The password of that role."""
        return hmac.new(self._secret, role.encode(), hashlib.sha256).hexdigest()

    async def pool(self, plugin_id: str) -> db.Pool:
        """The plugin's pool in this process; making it opens no connection."""
        made = self._pools.get(plugin_id)
        if made is None or (made.done() and (made.cancelled() or made.exception())):
            made = self._pools[plugin_id] = asyncio.create_task(self._open(plugin_id))
        return await asyncio.shield(made)

    async def _open(self, plugin_id: str) -> db.Pool:
        role = login(plugin_id)
        return await asyncpg.create_pool(
            self.url,
            user=role,
            password=self.password(role),
            min_size=0,
            max_size=MOST,
            max_inactive_connection_lifetime=IDLE_SECONDS,
            init=db.set_up,
            connection_class=_Connection,
            command_timeout=SECONDS,
            server_settings=LIMITS
            | {"search_path": schema(plugin_id), "application_name": f"camaug plugin {plugin_id}"},
        )

    async def close(self) -> None:
        """Close every pool, whatever still runs on it."""
        for made in self._pools.values():
            if made.done() and not made.cancelled() and not made.exception():
                made.result().terminate()
            else:
                made.cancel()
        self._pools.clear()
