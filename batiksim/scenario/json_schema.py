"""The JSON schema of scenario files, from the parameters and interventions this installation knows."""

from __future__ import annotations

from typing import Any

from batiksim.config.parameters import Parameter, load_parameters
from batiksim.config.units import LARGEST, NOTATIONS
from batiksim.i18n.texts import LANGUAGES, language, text
from batiksim.scenario.budgets import UNIT
from batiksim.scenario.file import LONGEST_WHY, MOST_INTERVENTIONS
from batiksim.scenario.interventions import Kind, kinds
from batiksim.scenario.keys import BUDGET_NAME, LARGEST_BUDGET, MONTH, Key, Number, keys
from batiksim.scenario.shipped import library
from batiksim.scenario.targets import SENSES, YEARS, indicators
from batiksim.world import places


def schema(lang: str | None = None) -> dict[str, Any]:
    """Return a JSON schema (draft 2020-12) that lets an editor complete and check scenario files.

    Descriptions are in `lang`, "en" or "id".
    """
    lang = language(lang)
    parameters = load_parameters().values()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "batiksim scenario",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "title": _text(200),
            "language": {"enum": list(NOTATIONS), "description": text("schema.language", lang)},
            "extends": {"type": "string", "examples": list(library())},
            "why": _text(LONGEST_WHY),
            "parameters": _object({p.name: _parameter(p, lang) for p in parameters}),
            "interventions": {
                "type": "array",
                "maxItems": MOST_INTERVENTIONS,
                "items": _object({kind.name: _kind(kind, lang) for kind in kinds().values()})
                | {"minProperties": 1, "maxProperties": 1},
            },
            "budgets": _budgets(lang),
            "target": {"anyOf": [_target(lang), {"type": "array", "items": _target(lang)}]},
            "uncertainty": _object({p.name: _uncertainty(p, lang) for p in parameters if p.type != "switch"}),
        },
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _budgets(lang: str) -> dict[str, Any]:
    amount = {"anyOf": Number(UNIT, 0.0, LARGEST_BUDGET).schema(lang)}
    first = {"type": "array", "items": {"enum": list(kinds())}}
    queued = _object({"amount": amount, "first": first}) | {"required": ["amount"]}
    one = {"anyOf": [*amount["anyOf"], queued]}
    about = {"description": text("schema.budgets", lang), "patternProperties": {f"^{BUDGET_NAME}$": one}}
    return {"type": "object", "additionalProperties": False, **about}


def _target(lang: str) -> dict[str, Any]:
    value = {"anyOf": Number("", -LARGEST, LARGEST).schema(lang)}
    by = {"type": "integer", "minimum": YEARS[0], "maximum": YEARS[1]}
    about = {"indicator": {"enum": list(indicators())}, "by": by, "place": {"type": "string"}}
    found = _object({**about, **dict.fromkeys(SENSES, value)}) | {"required": ["indicator", "by"]}
    return found | {"description": text("schema.target", lang)}


def _text(longest: int) -> dict[str, Any]:
    plain = {"type": "string", "maxLength": longest}
    return {"anyOf": [plain, _object(dict.fromkeys(LANGUAGES, plain)) | {"minProperties": 1}]}


def _value(parameter: Parameter, lang: str) -> list[dict[str, Any]]:
    if parameter.type == "choice":
        return [{"enum": list(parameter.options)}]
    if parameter.type == "switch":
        return [{"type": "boolean"}]
    assert parameter.bounds is not None
    return Number(parameter.unit, *parameter.bounds, whole=parameter.type == "integer").schema(lang)


def _parameter(parameter: Parameter, lang: str) -> dict[str, Any]:
    value = _value(parameter, lang)
    dated = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "patternProperties": {rf"^{MONTH}(\.\.{MONTH})?$": {"anyOf": value}},
    }
    about = text(
        "schema.parameter", lang, label=parameter.label[lang], unit=parameter.unit, allowed=parameter.allowed,
        source=parameter.source[lang],
    )  # fmt: skip
    return {"description": about, "anyOf": value if parameter.type == "choice" else [*value, dated]}


def _uncertainty(parameter: Parameter, lang: str) -> dict[str, Any]:
    count = (
        {"minItems": 2, "maxItems": 2} if parameter.type != "choice" else {"minItems": 2, "uniqueItems": True}
    )
    return {
        "description": parameter.label[lang],
        "type": "array",
        "items": {"anyOf": _value(parameter, lang)},
    } | count


def _key(key: Key, kind: Kind, lang: str) -> dict[str, Any]:
    what, about = key.type(kind), key.label(kind, lang)
    assert what is not None
    usual = key.default(kind, places.PEKALONGAN) if key.default is not None else None
    if isinstance(what, Number):
        about += f" ({what.unit})" if usual is None and what.unit else ""
        if usual is not None:
            about = text("schema.option", lang, label=about, unit=what.unit, default=f"{usual:.15g}")
    return {"description": about, "anyOf": what.schema(lang)}


def _kind(kind: Kind, lang: str) -> dict[str, Any]:
    properties = {key.name: _key(key, kind, lang) for key in keys(kind)}
    required = [key.name for key in keys(kind) if key.default is None]
    return _object(properties) | {"required": required, "description": kind.label[lang]}
