"""Citizens who complain about the handling of their dossiers, and leaders who answer them."""

import re
from uuid import uuid4

from tests.journeys.native import Json, Native, form_of

from .client import send
from .crowd import API, GONE, Journal, actions, filled
from .staff import Member

ONE = re.compile(r"/console/apps/track-dossier/complaints/([0-9a-f-]{36})")


async def at_home(citizen: Native, own: list[str], journal: Journal) -> None:
    """Say what is wrong, or end what was said: closed once answered, rarely withdrawn before.

    Half of the time it is a dossier of which something was said already.
    """
    known = [one for one in own if one in journal.complained]
    dossier = journal.choose(known if known and journal.rarely(2) else own)
    here = f"{API}/{dossier}/complaints"
    shown = list(actions((await send(citizen, "GET", here, journal.told)).json()))
    ends = [one for one in shown if one["href"].endswith("/end")]
    if ends:
        end = journal.choose(ends)
        if end["body"]["how"] == "close" or journal.rarely(4):
            complaint = end["href"].split("/")[-2]
            await _say(citizen, end, (complaint, f"complaint-{end['body']['how']}"), journal)
    elif any(one["href"].endswith("/complaints/new") for one in shown):
        form = await send(citizen, "GET", f"{here}/new", journal.told)
        if form.status_code != GONE:
            journal.complained.add(dossier)
            await _fill(citizen, form.json(), (dossier, "complaint-open"), journal)


async def at_desk(leader: Member, journal: Journal) -> None:
    """Answer one of those that wait for an answer of this leader."""
    page = await send(leader, "GET", f"{API}/desk/complaints?view=open", journal.told)
    found = [ONE.fullmatch(one["href"]) for one in actions(page.json())]
    if waiting := [one.group(1) for one in found if one]:
        complaint = journal.choose(waiting)
        path = f"{API}/desk/complaints/{complaint}"
        shown = await send(leader, "GET", path, journal.told)
        if shown.status_code != GONE and '"form"' in shown.text:
            await _fill(leader, shown.json(), (complaint, "complaint-answer"), journal)


async def _fill(person: Native, screen: Json, what: tuple[str, str], journal: Journal) -> None:
    form = form_of(screen)
    act = form["submit"]["action"]
    values = {**act.get("body", {}), **await filled(person, form, journal)}
    await _say(person, {**act, "body": values}, what, journal)


async def _say(person: Native, act: Json, what: tuple[str, str], journal: Journal) -> None:
    key, body = str(uuid4()), act["body"]
    answer = await send(person, "POST", act["href"], journal.told, key=key, body=body)
    journal.note(*what, answer)
