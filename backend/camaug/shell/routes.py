"""Health, what the shells fetch beside screens, and the core's own home screens."""

from urllib.parse import quote

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from camaug.dossiers import queries as dossiers
from camaug.dossiers import undoing
from camaug.dossiers.acts import DESK_ROLES, LEADER
from camaug.identity import actions as identity
from camaug.kernel import db
from camaug.kernel.web import FromEngines
from camaug.notices import actions as notices
from camaug.notices import announcement_actions as announcements
from camaug.notices import desk_queries as desk_notices
from camaug.plugins import console_queries as plugin_console
from camaug.plugins import queries as plugins
from camaug.shell import queries, screens
from camaug.shell.schemas import NavEntry, ShellConfig, StaffSummary, Summary
from camaug_sdk.context import Me, Officer, Visitor
from camaug_sdk.records import Language, StaffMember
from camaug_sdk.screens import Screen

MATTERS_ON_HOME = 3
MOST_SHOWN = 99
SHARED = frozenset(("/api/v1/screens/home", "/api/v1/screens/utilities"))
"""Screens that are the same for everybody of one language."""


@get("/health/live", include_in_schema=False)
async def check_live() -> str:
    """The process runs."""
    return "live"


@get("/health/ready", include_in_schema=False)
async def check_ready(engines: FromEngines) -> Response[dict[str, bool]]:
    """Whether this process can serve: 503 without the database; the other parts are told."""
    parts = {
        "database": await queries.answers(engines.pool),
        "cache": await engines.cache.ping(),
        "store": await engines.blobs.answers(),
    }
    status = 200 if parts["database"] else 503
    return Response(parts, status_code=status, headers={"Cache-Control": "no-store"})


@get("/q/{code:str}", include_in_schema=False)
async def open_short_link(code: FromPath[str]) -> Redirect:
    """From the QR code of a receipt to the lookup, which still asks for the PIN."""
    return Redirect(f"/apps/track-dossier/lookup?code={quote(code[:64], safe='')}", status_code=303)


@get("/api/v1/screens/home")
async def show_home(engines: FromEngines, visitor: Visitor) -> Screen:
    """Home: the same for everybody of one language; what is personal comes from the summary."""
    async with engines.pool.acquire() as conn:
        found = await plugins.active(conn, visitor.language)
    return screens.home(engines.texts, visitor.language, found)


@get("/api/v1/screens/utilities")
async def show_utilities(engines: FromEngines, visitor: Visitor) -> Screen:
    """Every active utility."""
    async with engines.pool.acquire() as conn:
        found = await plugins.active(conn, visitor.language)
    return screens.utilities(engines.texts, visitor.language, found)


@get("/api/v1/me/summary")
async def read_summary(engines: FromEngines, me: Me, visitor: Visitor) -> Summary:
    """What belongs to the person on home."""
    async with engines.pool.acquire() as conn:
        profile = await identity.profile(engines, conn, me)
        place = await queries.commune_name(conn, profile.permanent_commune)
        unread = await notices.unread(conn, me.citizen_id)
        waiting = await dossiers.open_of_citizen(conn, me.citizen_id, MATTERS_ON_HOME)
    await undoing.seen(engines, [one.dossier_id for one in waiting])
    return screens.summary(engines.texts, visitor.language, profile, place, unread, waiting)


@get("/api/v1/shell-config")
async def read_config(config: NamedDependency[ShellConfig]) -> Response[ShellConfig]:
    """What differs between installations."""
    return Response(config, headers={"Cache-Control": "no-cache"})


@get("/api/v1/staff/summary")
async def read_staff_summary(
    engines: FromEngines, officer: Officer, visitor: Visitor
) -> StaffSummary:
    """Who is signed in at the console, and what they can open."""
    async with engines.pool.acquire() as conn:
        name = await queries.staff_name(conn, officer.staff_id)
        agencies = await _agencies(conn, officer, visitor.language)
        nav = await _nav(engines, conn, officer, visitor.language)
    return StaffSummary(name=name.full_name, agency=" · ".join(agencies), nav=nav)


@get("/api/v1/screens/console")
async def show_console(engines: FromEngines, officer: Officer, visitor: Visitor) -> Screen:
    """The console's first page."""
    async with engines.pool.acquire() as conn:
        agencies = await _agencies(conn, officer, visitor.language)
        nav = await _nav(engines, conn, officer, visitor.language)
    work = nav[1:-1]  # neither this page itself nor one's own account
    return screens.console(engines.texts, visitor.language, agencies, work)


async def _agencies(conn: db.Conn, officer: StaffMember, language: Language) -> list[str]:
    ids = officer.at(*officer.agencies)
    names = await queries.agency_names(conn, ids)
    return [one.name_vi if language == "vi" else one.name_en for one in names]


async def _nav(
    engines: FromEngines, conn: db.Conn, officer: StaffMember, language: Language
) -> list[NavEntry]:
    """The first page, then each utility with a desk for one of the officer's roles."""
    label = engines.texts.text(language, "shell.console.home")
    desks = await plugins.desks(conn, language, list(officer.agencies))
    announcing = NavEntry(
        label=engines.texts.text(language, "announcement.list"),
        icon="megaphone",
        href="/console/announcements",
    )
    inbox = NavEntry(
        label=engines.texts.text(language, "desk_inbox.title"),
        icon="inbox",
        href="/console/inbox",
        count=await _unread(conn, officer),
    )
    return [
        NavEntry(label=label, icon="layout-dashboard", href="/console"),
        *([inbox] if officer.at(*DESK_ROLES, LEADER) else []),
        *(
            NavEntry(label=one.title, icon=one.icon, href=f"/console/apps/{one.plugin_id}/")
            for one in desks
        ),
        *([announcing] if officer.at(announcements.ROLE) else []),
        *([_entry(engines, language, "people")] if officer.at("administrator") else []),
        *([_entry(engines, language, "plugins")] if await _runs_all(conn, officer) else []),
        _entry(engines, language, "profile"),
    ]


async def _runs_all(conn: db.Conn, officer: StaffMember) -> bool:
    """Whether the officer is an administrator of the province."""
    held = officer.at("administrator")
    return bool(held) and await plugin_console.any_is_top(conn, held)


async def _unread(conn: db.Conn, officer: StaffMember) -> str | None:
    """How many notices the officer has not read; None for none."""
    state = await desk_notices.state(conn, officer.staff_id, desk_notices.desks(officer))
    if state.unread > MOST_SHOWN:
        return f"{MOST_SHOWN}+"
    return str(state.unread) if state.unread else None


ICONS = {"people": "users-round", "plugins": "layout-grid", "profile": "user-round"}


def _entry(engines: FromEngines, language: Language, name: str) -> NavEntry:
    """An entry of the core's own pages."""
    label = engines.texts.text(language, f"shell.console.{name}")
    return NavEntry(label=label, icon=ICONS[name], href=f"/console/{name}")


routes = [
    check_live,
    check_ready,
    open_short_link,
    show_home,
    show_utilities,
    read_summary,
    read_config,
    read_staff_summary,
    show_console,
]
