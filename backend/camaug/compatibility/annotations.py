"""Types as `surface` writes them: whether one takes all that another gives, and what they name."""

import ast
from collections.abc import Iterator
from functools import cache


def fits(given: str, taken: str) -> bool:
    """Whether every value of the type `given` is one of `taken`. What is doubtful does not fit."""
    return given == taken or _fits(_read(given), _read(taken))


def mentioned(written: str) -> Iterator[tuple[str, bool]]:
    """The names in a type, and whether values go the other way: what a callable is called with."""
    yield from _mentioned(_read(written), turned=False)


def _mentioned(node: ast.AST, *, turned: bool) -> Iterator[tuple[str, bool]]:
    if isinstance(node, ast.Name):
        yield node.id, turned
    if isinstance(node, ast.Subscript) and _head(node) == "Callable":
        called, answer = _arguments(node)
        yield from _mentioned(called, turned=not turned)
        yield from _mentioned(answer, turned=turned)
        return
    for child in ast.iter_child_nodes(node):
        yield from _mentioned(child, turned=turned)


@cache
def _read(written: str) -> ast.expr:
    return ast.parse(written, mode="eval").body


def _head(node: ast.expr) -> str | None:
    return ast.unparse(node.value) if isinstance(node, ast.Subscript) else None


def _arguments(node: ast.expr) -> list[ast.expr]:
    if not isinstance(node, ast.Subscript):
        return []
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _choices(node: ast.expr) -> Iterator[ast.expr]:
    """Members of a union; a literal of several values is a union of literals of one."""
    if isinstance(node, ast.BinOp):
        yield from _choices(node.left)
        yield from _choices(node.right)
    elif _head(node) == "Literal":
        yield from (_read(f"Literal[{ast.unparse(value)}]") for value in _arguments(node))
    else:
        yield node


def _fits(given: ast.expr, taken: ast.expr) -> bool:
    choices = list(_choices(taken))
    return all(any(_one_fits(one, other) for other in choices) for one in _choices(given))


def _one_fits(given: ast.expr, taken: ast.expr) -> bool:
    one, other = ast.unparse(given), ast.unparse(taken)
    if one == other or other in {"Any", "object"} or (one, other) == ("int", "float"):
        return True
    head, mine, yours = _head(given), _arguments(given), _arguments(taken)
    if head == "Literal":
        return other == type(ast.literal_eval(mine[0])).__name__
    if head == "Annotated" and _head(taken) != head:
        return _fits(mine[0], taken)
    if head in {None, "Callable"} or head != _head(taken) or len(mine) != len(yours):
        return False
    return all(_fits(*pair) for pair in zip(mine, yours, strict=True))
