"""Options as frozen dataclasses, filled from a JSON object or from the command line.

Both ways refuse what they do not know by its name, and say what they expected instead.
"""

import argparse
from dataclasses import MISSING, field, fields, is_dataclass
from types import UnionType
from typing import get_args, get_origin, get_type_hints


def option(told, default=MISSING, choices=None):
    """A field with a line of help; without a default it has to be given."""
    return field(default=default, metadata={"help": told, "choices": choices})


def positional(told, choices=None):
    """A field that the command line gives by its place."""
    return field(metadata={"help": told, "choices": choices, "positional": True})


def from_json(kind, values, where=""):
    """A dataclass from a JSON object, with those inside it; `where`: what stands before its keys in
    messages."""
    if not isinstance(values, dict):
        raise ValueError(f"{where.rstrip('.')}: expected an object, found {values!r}")
    known, hints = {f.name: f for f in fields(kind)}, get_type_hints(kind)
    for key in values:
        if key not in known:
            raise ValueError(f"{where}{key}: unknown, expected one of {sorted(known)}")
    for key, f in known.items():
        if key not in values and f.default is MISSING and f.default_factory is MISSING:
            raise ValueError(f"{where}{key}: missing")
    return kind(**{k: checked(hints[k], v, where + k) for k, v in values.items()})


def checked(kind, value, name):
    """A JSON value as one of the kind: lists become tuples, objects dataclasses, whole numbers
    floats."""
    outer, inner = get_origin(kind), get_args(kind)
    if outer is UnionType:
        rest = next(k for k in inner if k is not type(None))
        return None if value is None else checked(rest, value, name)
    if is_dataclass(kind):
        return from_json(kind, value, f"{name}.")
    if outer is tuple and isinstance(value, list):
        return tuple(checked(inner[0], v, f"{name}[{k}]") for k, v in enumerate(value))
    if outer is dict and isinstance(value, dict):
        return {k: checked(inner[1], v, f"{name}.{k}") for k, v in value.items()}
    if kind is float and type(value) is int:
        return float(value)
    wanted = {tuple: list}.get(outer, outer or kind)
    if type(value) is not wanted or outer is tuple:
        raise ValueError(f"{name}: expected {wanted.__name__}, found {value!r}")
    return value


def from_arguments(kind, description, arguments=None):
    """A dataclass from the command line: a field `keep_every` is `--keep-every`, a tuple a list of
    words."""
    parser, hints = argparse.ArgumentParser(description=description), get_type_hints(kind)
    for f in fields(kind):
        parser.add_argument(*_argument_names(f), **_argument(f, hints[f.name]))
    values = vars(parser.parse_args(arguments))
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def _argument_names(f):
    return [f.name] if f.metadata.get("positional") else ["--" + f.name.replace("_", "-")]


def _argument(f, kind):
    if kind is bool:
        return {"action": "store_true", "help": f.metadata.get("help")}
    inner = [k for k in get_args(kind) if k not in (type(None), Ellipsis)]
    found = {"type": inner[0] if inner else kind}
    found |= {key: f.metadata.get(key) for key in ("help", "choices")}
    if get_origin(kind) is tuple:
        found["nargs"] = "*"
    if not f.metadata.get("positional"):
        found |= {"required": True} if f.default is MISSING else {"default": f.default}
    return found
