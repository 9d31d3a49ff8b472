"""Every literal of SQL is prepared on the migrated schema."""

import ast
from collections.abc import Iterator

import pytest

from camaug.kernel.web import Engines
from camaug.settings import ROOT

RUNNERS = {"one", "maybe", "many", "run", "fetch", "fetchrow", "fetchval", "execute", "executemany"}
VERBS = {"select", "insert", "update", "delete", "with"}
FOLDER = ROOT / "backend" / "camaug"


def statements() -> Iterator[tuple[str, str]]:
    """(place, SQL) of every literal that is handed to one of the runners."""
    for path in sorted(FOLDER.rglob("*.py")):
        tree = ast.parse(path.read_text())
        known = {**_imported(tree), **_constants(tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in RUNNERS:
                for argument in node.args:
                    sql = _literal(argument, known)
                    if sql and sql.strip() and sql.split(maxsplit=1)[0].lower() in VERBS:
                        yield f"{path.relative_to(ROOT)}:{argument.lineno}", sql


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _imported(tree: ast.Module) -> dict[str, ast.expr]:
    """Constants of our other modules that this one imports by name."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("camaug."):
            path = FOLDER.parent / f"{(node.module or '').replace('.', '/')}.py"
            names = {one.name for one in node.names if one.name.isupper()}
            if names and path.exists():
                theirs = _constants(ast.parse(path.read_text()))
                found |= {name: theirs[name] for name in names & theirs.keys()}
    return found


def _name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _literal(node: ast.expr, known: dict[str, ast.expr]) -> str | None:
    """The text of a literal, a sum of literals, or a module's constant."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name) and node.id in known and node.id.isupper():
        return _literal(known[node.id], known)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _literal(node.left, known), _literal(node.right, known)
        return left + right if left is not None and right is not None else None
    return None


FOUND = dict(statements())


def test_there_are_statements_to_look_at() -> None:
    assert len(FOUND) > 60


@pytest.mark.parametrize("place", FOUND)
async def test_a_statement_can_be_prepared(place: str, prepared: Engines) -> None:
    async with prepared.pool.acquire() as conn:
        await conn.prepare(FOUND[place])
