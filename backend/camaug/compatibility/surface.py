"""The contract of the SDK: every public name of `camaug_sdk`, as data that can be compared.

Read from the running code by `inspect`, `typing` and msgspec, so it is what plugins really get.
Types are written as Python expressions with aliases laid open and unions sorted.
"""

import ast
import enum
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

import camaug_sdk

Node = dict[str, Any]

SDK = camaug_sdk.__name__
VALUES = (bool, bytes, float, frozenset, int, str, tuple)


def contract() -> Node:
    """The whole surface, and the version that it has."""
    below = pkgutil.walk_packages(camaug_sdk.__path__, f"{SDK}.")
    names = [SDK, *(one.name for one in below if "._" not in one.name)]
    return {
        "modules": {name: _module(importlib.import_module(name)) for name in names},
        "version": camaug_sdk.__version__,
    }


def _module(module: types.ModuleType) -> Node:
    return {name: _entry(getattr(module, name), module.__name__, name) for name in _names(module)}


def _names(module: types.ModuleType) -> list[str]:
    """The names in `__all__`; without it, those that the module itself defines."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__)
    found: set[str] = set()
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.Assign):
            found |= {one.id for one in node.targets if isinstance(one, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        elif isinstance(node, (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef)):
            found.add(node.name)
    return sorted(name for name in found if not name.startswith("_"))


def _entry(value: Any, module: str, name: str) -> Node:
    if inspect.isclass(value) or inspect.isfunction(value):
        if (value.__module__, value.__qualname__) != (module, name):
            return {"kind": "same", "as": f"{value.__module__}.{value.__qualname__}"}
        return _class(value) if inspect.isclass(value) else _function(value)
    if _is_plain(value):
        return {"kind": "constant", "type": type(value).__name__, "value": repr(value)}
    return {"kind": "alias", "type": written(value)}


def _class(cls: type) -> Node:
    own = [one for one in cls.__mro__ if one.__module__.partition(".")[0] == SDK]
    made: Node = {
        "kind": "class",
        "bases": sorted({one.__name__ for one in cls.__mro__[1:] if _is_named(one)}),
        "members": {},
    }
    for one in reversed(own):
        made["members"] |= _members(one)
    if issubclass(cls, msgspec.Struct):
        made |= {"kind": "struct", "config": _config(cls), "members": _fields(cls) | _methods(made)}
    elif issubclass(cls, enum.Enum):
        values = {one.name: {"kind": "value", "value": repr(one.value)} for one in cls}
        made |= {"kind": "enumeration", "members": values | _methods(made)}
    elif typing.Protocol in cls.__bases__:
        made["kind"] = "protocol"
    return made


def _is_plain(value: object) -> bool:
    """Whether a value says what it is, alike on every machine."""
    return isinstance(value, VALUES)


def _is_named(cls: type) -> bool:
    return cls is not object and cls.__module__ != "typing" and not cls.__name__.startswith("_")


def _methods(made: Node) -> Node:
    return {name: one for name, one in made["members"].items() if one["kind"] == "function"}


def _config(cls: type[msgspec.Struct]) -> Node:
    names = ("array_like", "forbid_unknown_fields", "frozen", "tag", "tag_field")
    taken = inspect.signature(cls).parameters.values()
    places = [one.name for one in taken if one.kind is one.POSITIONAL_OR_KEYWORD]
    return {name: getattr(cls.__struct_config__, name) for name in names} | {"places": places}


def _fields(cls: type[msgspec.Struct]) -> Node:
    found: Node = {}
    for field in msgspec.structs.fields(cls):
        one: Node = {"kind": "field", "type": written(field.type)}
        if field.encode_name != field.name:
            one["wire"] = field.encode_name
        if field.default is not msgspec.NODEFAULT:
            one["default"] = repr(field.default)
        elif field.default_factory is not msgspec.NODEFAULT:
            one["default"] = f"{field.default_factory.__name__}()"
        found[field.name] = one
    return found


def _members(cls: type) -> Node:
    """Attributes, methods and properties that a class itself defines."""
    hints = typing.get_type_hints(cls, include_extras=True)
    found: Node = {}
    for name in [*inspect.get_annotations(cls), *vars(cls)]:
        value = vars(cls).get(name)
        if name.startswith("_") and not (name in {"__call__", "__init__"} and _is_written(value)):
            continue
        if isinstance(value, property) and value.fget:
            found[name] = {"kind": "attribute", "type": _function(value.fget)["returns"]}
        elif inspect.isroutine(getattr(cls, name, None)):
            found[name] = _function(getattr(cls, name)) | {"bound": type(value).__name__}
        else:
            hint = written(hints[name]) if name in hints else type(value).__name__
            found[name] = {"kind": "attribute", "type": hint}
            found[name] |= {"value": repr(value)} if _is_plain(value) else {}
    return found


def _is_written(value: object) -> bool:
    """Whether a special method stands in the source, rather than being made by a base."""
    return inspect.isfunction(value) and value.__module__.partition(".")[0] == SDK


def _function(function: Callable[..., Any]) -> Node:
    hints = typing.get_type_hints(function, include_extras=True)
    taken = [
        {"name": one.name, "kind": one.kind.description, "type": written(hints.get(one.name, Any))}
        | ({} if one.default is one.empty else {"default": repr(one.default)})
        for one in inspect.signature(function).parameters.values()
        if one.name not in {"self", "cls"}
    ]
    return {
        "kind": "function",
        "async": inspect.iscoroutinefunction(function),
        "parameters": taken,
        "returns": written(hints.get("return", Any)),
    }


def written(hint: Any) -> str:
    """A type as an expression, alike however it was spelled."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return " | ".join(sorted({written(one) for one in inner}))
    if origin is typing.Literal:
        return f"Literal[{', '.join(sorted(repr(one) for one in inner))}]"
    if origin is typing.Annotated:
        notes = [repr(_note(one)) for one in inner[1:]]
        return f"Annotated[{', '.join([written(inner[0]), *notes])}]"
    if origin is Callable and inner[0] is not ...:
        return f"Callable[{_listed(inner[0])}, {written(inner[1])}]"
    if origin is not None and inner:
        return f"{_named(origin)}{_listed(inner)}"
    return _named(hint)


def _listed(hints: Iterable[Any]) -> str:
    return f"[{', '.join(written(one) for one in hints)}]"


def _note(note: object) -> str:
    """What stands beside a type: limits of msgspec in full, of others the kind."""
    return repr(note) if isinstance(note, msgspec.Meta) else type(note).__name__


def _named(hint: Any) -> str:
    if hint is None or hint is type(None):
        return "None"
    if hint is Ellipsis:
        return "..."
    package = getattr(hint, "__module__", "").partition(".")[0]
    name = getattr(hint, "__qualname__", None) or getattr(hint, "__name__", repr(hint))
    return name if package in {"builtins", "collections", "typing", SDK} else f"{package}.{name}"
