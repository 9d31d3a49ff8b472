"""Run by the tools' Python: each change that cosmic-ray knows to the given files, as JSON lines."""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_code

DULL = ("Number", "RemoveDecorator", "ZeroIterationForLoop", "VariableInserter", "VariableReplacer")
"""Kinds that change limits and texts of ours rather than what is decided, or need arguments."""


def main(paths: list[str]) -> None:
    for path in paths:
        source, tree = Path(path).read_text(encoding="utf-8"), get_ast_from_path(Path(path))
        annotations = list(_annotations(source))
        for name in cosmic_ray.plugins.operator_names():
            kind = cosmic_ray.plugins.get_operator(name)
            if kind.arguments() or any(word in name for word in DULL):
                continue
            operator = kind()
            places = [
                start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)
            ]
            for occurrence, (line, column) in enumerate(places):
                if any(start <= (line, column) < end for start, end in annotations):
                    continue
                try:
                    text = mutate_code(source, operator, occurrence)
                except AttributeError:  # `except a.B` is more than this kind can change
                    continue
                marker = "*," in source.splitlines()[line - 1] and "_Mul_" in name
                if text is not None and text != source and not marker:
                    found = {"path": path, "line": line, "kind": name, "text": text}
                    sys.stdout.write(json.dumps(found) + "\n")


def _annotations(source: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where types stand; they decide nothing at run time."""
    for node in ast.walk(ast.parse(source)):
        for part in ("annotation", "returns"):
            found = getattr(node, part, None)
            if isinstance(found, ast.expr):
                end = (found.end_lineno or 0, found.end_col_offset or 0)
                yield (found.lineno, found.col_offset), end


if __name__ == "__main__":
    main(sys.argv[1:])
