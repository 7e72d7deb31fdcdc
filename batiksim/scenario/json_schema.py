"""The JSON schema of scenario files, from the parameters and interventions this installation knows."""

from __future__ import annotations

from typing import Any

from batiksim.config.parameters import Parameter, load_parameters
from batiksim.i18n.texts import LANGUAGES, language, text
from batiksim.scenario.file import LARGEST_BUDGET, LONGEST_RAMP, LONGEST_WHY, MOST_INTERVENTIONS
from batiksim.scenario.interventions import STAKEHOLDERS, Kind, Option, closable, kinds
from batiksim.scenario.shipped import library
from batiksim.world import places

_MONTH = r"20[1-6]\d-(0[1-9]|1[0-2])"


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
            "extends": {"type": "string", "examples": list(library())},
            "why": _text(LONGEST_WHY),
            "parameters": _object({p.name: _parameter(p, lang) for p in parameters}),
            "interventions": {
                "type": "array",
                "maxItems": MOST_INTERVENTIONS,
                "items": _object({kind.name: _kind(kind, lang) for kind in kinds().values()})
                | {"minProperties": 1, "maxProperties": 1},
            },
            "uncertainty": _object({p.name: _uncertainty(p, lang) for p in parameters if p.type != "switch"}),
        },
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _text(longest: int) -> dict[str, Any]:
    plain = {"type": "string", "maxLength": longest}
    return {"anyOf": [plain, _object(dict.fromkeys(LANGUAGES, plain)) | {"minProperties": 1}]}


def _value(parameter: Parameter, lang: str) -> list[dict[str, Any]]:
    if parameter.type == "choice":
        return [{"enum": list(parameter.options)}]
    if parameter.type == "switch":
        return [{"type": "boolean"}]
    assert parameter.bounds is not None
    return _number(*parameter.bounds, lang, kind=parameter.type)


def _number(low: float, high: float, lang: str, kind: str = "number") -> list[dict[str, Any]]:
    with_unit = {"type": "string", "pattern": r"\d", "description": text("schema.with_unit", lang)}
    return [{"type": kind, "minimum": low, "maximum": high}, with_unit]


def _parameter(parameter: Parameter, lang: str) -> dict[str, Any]:
    value = _value(parameter, lang)
    dated = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "patternProperties": {rf"^{_MONTH}(\.\.{_MONTH})?$": {"anyOf": value}},
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


def _option(option: Option, low: float, lang: str) -> dict[str, Any]:
    default = f"{option.default:.15g}"
    about = text("schema.option", lang, label=option.label[lang], unit=option.unit, default=default)
    return {"description": about, "anyOf": _number(low, option.high, lang)}


def _kind(kind: Kind, lang: str) -> dict[str, Any]:
    month = {"type": "string", "pattern": f"^{_MONTH}$"}
    place = {"enum": [*places.GROUPS, *(name for which in places.FILES for name in places.regions(which))]}
    who = {"enum": list(kind.who)}
    properties = {
        "from": month,
        "to": month,
        "ramp": {
            "anyOf": _number(0, LONGEST_RAMP, lang, "integer"),
            "description": text("schema.ramp", lang),
        },
        "where": {"anyOf": [place, {"type": "array", "items": place, "minItems": 1}]},
        "who": {"anyOf": [who, {"type": "array", "items": who, "minItems": 1}]},
        "coverage": {"anyOf": _number(0, 1, lang), "description": text("schema.coverage", lang)},
        "budget": {"anyOf": _number(0, LARGEST_BUDGET, lang), "description": text("schema.budget", lang)},
        "by": {"enum": list(STAKEHOLDERS)},
    }
    if channels := closable(kind):
        channel = {"enum": list(channels)}
        properties["without"] = {"anyOf": [channel, {"type": "array", "items": channel, "minItems": 1}]}
    if kind.strength is not None:
        properties["strength"] = _option(kind.strength, min(0.0, kind.strength.low), lang)
    properties |= {name: _option(option, option.low, lang) for name, option in kind.options.items()}
    return _object(properties) | {"required": ["from"], "description": kind.label[lang]}
