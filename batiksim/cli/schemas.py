"""What `--json` of each command prints, as JSON schemas: what a program that reads it may rely on.

A version counts up when something is gone or means something else; new keys alone leave it as it is. Every
output names its version under `schema`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from batiksim.i18n.texts import LANGUAGES

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_HOME = "https://github.com/batiksim/batiksim/raw/main/docs/reference/schemas"

_TEXT: Schema = {"type": "string"}
_MONTH: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_NUMBER: Schema = {"type": "number"}
_YES: Schema = {"type": "boolean"}
_WORDS: Schema = {
    "type": "object",
    "description": "one text in each language",
    "properties": dict.fromkeys(LANGUAGES, _TEXT),
}
_VALUE: Schema = {
    "description": "a value of a parameter, or its values by the month they begin in",
    "type": ["boolean", "number", "string", "object"],
    "additionalProperties": {"type": ["boolean", "number", "string"]},
}


# Those that have counted up.
_VERSIONS: Mapping[str, int] = {}


def version(command: str) -> str:
    """The name of the schema of a command's output, with its version."""
    return f"batiksim/{command}/{_VERSIONS.get(command, 1)}"


def file_name(command: str) -> str:
    """The file in which a schema is published."""
    return f"{version(command).removeprefix('batiksim/').replace('/', '-')}.json"


def output_schema(command: str) -> Schema:
    """The JSON schema of what `batiksim COMMAND --json` prints; `command` is one of `OUTPUTS`."""
    head: Schema = {
        "$schema": DIALECT,
        "$id": f"{_HOME}/{file_name(command)}",
        "title": f"batiksim {command} --json",
    }
    if command == "schema":
        return {**head, "$ref": DIALECT}
    return {**head, **_versioned(command)}


def _versioned(command: str) -> Schema:
    """What a command prints, with the name of its schema."""
    if command == "resume":  # goes on with any of these, or with several questions
        answers = _list({"anyOf": [_versioned(name) for name in ("why", "breakeven")]})
        several = _object({"schema": {"const": version(command)}, "answers": answers})
        single = ("run", "compare", "sweep", "calibrate", "validate", "why", "breakeven")
        return {"anyOf": [*(_versioned(name) for name in single), several]}
    content = OUTPUTS[command]()
    content["properties"] = {
        "schema": {"const": version(command)},
        **content["properties"],
    }
    content["required"] = ["schema", *content["required"]]
    return content


def _object(properties: Mapping[str, Schema], description: str = "") -> Schema:
    """An object that has these keys, and in later versions perhaps more."""
    told = {"description": description} if description else {}
    return {"type": "object", **told, "properties": dict(properties), "required": list(properties)}


def _list(of: Schema, description: str = "") -> Schema:
    return {"type": "array", **({"description": description} if description else {}), "items": of}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _rows(
    description: str, *, texts: str = "", counts: str = "", numbers: str = "", months: str = ""
) -> Schema:
    """Rows of a table, from the names of its columns; a number that is undefined is null."""
    kinds = ((texts, _TEXT), (counts, _COUNT), (numbers, _or_null(_NUMBER)), (months, _or_null(_MONTH)))
    return _list(_object({name: kind for names, kind in kinds for name in names.split()}), description)


def _described(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


_FOLDER = _described(_or_null(_TEXT), "where the runs are kept, null if nowhere")


def _run() -> Schema:
    band = _object(
        {"median": _or_null(_NUMBER), "low": _or_null(_NUMBER), "high": _or_null(_NUMBER), "runs": _COUNT}
    )
    by_month = {"type": "object", "propertyNames": _MONTH, "additionalProperties": band}
    return _object(
        {
            "scenario": _TEXT,
            "title": _WORDS,
            "hash": _described(_TEXT, "of everything in the scenario that can change a result"),
            "regime": _TEXT,
            "scale": _described(_NUMBER, "share of the people simulated; numbers are at full scale"),
            "since": _MONTH,
            "until": _MONTH,
            "record": {"enum": ["monthly", "yearly"]},
            "seeds": _list(_COUNT),
            "failed": _list(_object({"seed": _COUNT, "error": _TEXT}), "runs that failed"),
            "folder": _FOLDER,
            "place": _TEXT,
            "indicators": {
                "type": "object",
                "description": "indicator -> month -> median of the runs and the range of 90 % of them",
                "additionalProperties": by_month,
            },
        }
    )


def _compare() -> Schema:
    levels = _rows(
        "a row a regime and scenario: levels, and differences from the baseline in pairs",
        texts="regime scenario place",
        months="month",
        counts="runs pairs",
        numbers="median low_50 high_50 low_90 high_90 difference difference_low_50 difference_high_50 "
        "difference_low_90 difference_high_90 wins probability",
    )
    effects = _list(
        _object(
            {
                **dict.fromkeys(("scenario", "period", "regime", "place", "verdict"), _TEXT),
                "first": _MONTH,
                "last": _MONTH,
                "cut": _described(_YES, "the run ends before that year"),
                "differ": _described(_YES, "the worlds are told apart"),
                **dict.fromkeys(("draws", "pairs", "luck_pairs"), _COUNT),
                **dict.fromkeys(
                    (
                        "baseline", "expected", "error", "low", "high", "doubt", "doubt_most", "doubt_low_50",
                        "doubt_high_50", "doubt_low_90", "doubt_high_90", "better", "luck", "luck_low",
                        "luck_high", "needed",
                    ),
                    _or_null(_NUMBER),
                ),
            }
        ),
        "a row a policy, period (own, after_5, after_10) and world or all: expected effect with standard "
        "error and 95 % interval, doubt over draws, luck of one real course of events",
    )  # fmt: skip
    return _object(
        {
            "folder": _FOLDER,
            "command": _described(_TEXT, "makes the same comparison from here"),
            "scenarios": _list(
                _object({"name": _TEXT, "hash": _TEXT, "regimes": _list(_TEXT)}), "baseline first"
            ),
            "regimes": _list(_TEXT),
            "seeds": _list(_COUNT),
            "scale": _NUMBER,
            "until": _MONTH,
            "record": {"enum": ["monthly", "yearly"]},
            "sample": _described(_TEXT, "shipped, a file, or none: the worlds as they ship"),
            "draws": _list(_TEXT, "the sets of assumptions of the sample"),
            "full_scale": _YES,
            "full_pairs": _described(_COUNT, "pairs of everybody in each world"),
            "discount_rate": _NUMBER,
            "runs": _COUNT,
            "failed": _list(_object({"scenario": _TEXT, "regime": _TEXT, "seed": _COUNT, "error": _TEXT})),
            "effects": {"type": "object", "additionalProperties": effects},
            "targets": _rows(
                "a row a target and world or all: probability over sets of assumptions that it is reached",
                texts="scenario regime indicator place sense",
                counts="by draws pairs",
                numbers="value expected error probability baseline_probability",
            ),
            "indicators": {"type": "object", "additionalProperties": levels},
            "binding": _rows(
                "which side binds",
                texts="regime scenario side",
                months="since",
                counts="runs",
                numbers="unfilled idle supply",
            ),
            "costs": _rows(
                "what a policy costs and yields after so many years, discounted: expected over draws",
                texts="regime scenario verdict",
                months="month",
                counts="years draws pairs",
                numbers="cost cost_error cost_public cost_private gain gain_error gain_low gain_high "
                "per_worker per_worker_low_90 per_worker_high_90",
            ),
        }
    )


def _sweep() -> Schema:
    levels = _rows(
        "a row a scenario, and one a policy's effect: means of each set of assumptions, over sets",
        texts="scenario of indicator",
        months="month",
        counts="sets",
        numbers="mean median low_50 high_50 low_90 high_90 not_luck",
    )
    return _object(
        {
            "folder": _TEXT, "command": _TEXT, "scenarios": _list(_TEXT, "baseline first"),
            "design": _TEXT, "draws": _COUNT, "parameters": _list(_TEXT), "sample": _TEXT, "seeds": _COUNT,
            "scale": _NUMBER, "until": _MONTH, "runs": _COUNT,
            "failed": _list(_object({"scenario": _TEXT, "draw": _COUNT, "seed": _COUNT, "error": _TEXT})),
            "levels": levels,
        }
    )  # fmt: skip


def _calibrate() -> Schema:
    bands = " ".join(f"{name}_{end}" for name in ("prior", "plausible", "posterior")
                     for end in ("low", "median", "high"))  # fmt: skip
    open_ = {"type": ["number", "string", "boolean", "null"]}
    facts = _list(
        {
            **_object(
                {
                    **dict.fromkeys(("target", "indicator", "place", "role", "source"), _TEXT),
                    "month": _MONTH, "n": _or_null(_COUNT), "scale": _NUMBER, "inside": _YES,
                    **dict.fromkeys(("value", "low", "high"), _or_null(_NUMBER)),
                    **dict.fromkeys(bands.split(), _or_null(_NUMBER)),
                    **dict.fromkeys(("predicted_low", "predicted_high"), _NUMBER),
                }
            ),
            "additionalProperties": open_,
        },
        "a row a fact: what is reported, beside what sets of the prior, plausible and kept ones say, "
        "and where it is expected, errors included",
    )  # fmt: skip
    parameters = _list(
        {
            **_object(
                {
                    "parameter": _TEXT, "unit": _TEXT,
                    **dict.fromkeys(f"{bands} plausible_ratio posterior_ratio".split(), _or_null(_NUMBER)),
                }
            ),
            "additionalProperties": open_,
        },
        "a row a parameter: 5, 50 and 95 % of prior, plausible and posterior, widths over the prior's, and "
        "what fake data find of it",
    )  # fmt: skip
    draws = _rows(
        "a row a kept set", texts="world largest_target second_target", counts="draw set wave",
        numbers="weight largest second information orders gap_error",
    )  # fmt: skip
    worlds = _list(_object({"world": _TEXT, "draws": _COUNT, "weight": _NUMBER}))
    counts = "sets_a_wave waves_asked fake keep seeds parameters_drawn facts_fitted simulated plausible kept"
    return _object(
        {
            "folder": _TEXT, "told": _list(_TEXT, "the answer, a paragraph each"),
            **dict.fromkeys(counts.split(), _COUNT),
            "scale": _NUMBER, "cut": _NUMBER, "until": _MONTH,
            "effective": _described(_NUMBER, "the effective sample size"), "effective_wanted": _NUMBER,
            "widened": _described(_or_null(_NUMBER), "times the stated errors; null: without end"),
            "found": _list(_TEXT, "parameters that fake data find"), "found_by_chance": _NUMBER,
            "worlds": worlds, "parameters": parameters, "facts": facts, "draws": draws,
            "rows": _rows(
                "a row a kept set and fact", texts="target", counts="draw", numbers="value implausibility",
            ),
            "waves": _rows(
                "a row a wave", counts="wave sets points failed pass_small run_large pass_all",
                numbers="left cut",
            ),
            "emulators": _rows(
                "a row a wave and fact, with R2 on sets held out", texts="target", counts="wave sets missed",
                numbers="score emulator luck",
            ),
            "coverage": _rows(
                "bands of fake sets", texts="way of", numbers="wanted covered error",
            ),
        }
    )  # fmt: skip


def _validate() -> Schema:
    about = "target indicator place month statistic role kind source forecaster world"
    facts = _list(
        _object(
            {
                **dict.fromkeys(about.split(), _TEXT),
                "inside": _YES, "n": _or_null(_COUNT), "sets": _COUNT, "runs": _COUNT,
                **{
                    name: _or_null(_NUMBER)
                    for name in (
                        "value", "low", "high", "median", "low_90", "high_90", "share", "width",
                        "interval_score", "crps", "brier", "unit",
                    )
                },
            }
        ),
        "a row a fact, forecaster and world; only the model is split by world",
    )  # fmt: skip
    scores = _list(
        _object(
            {
                "role": _TEXT, "forecaster": _TEXT, "wins": _YES,
                **dict.fromkeys(("facts", "inside", "outside", "measured", "events", "single_wins"), _COUNT),
                **{
                    name: _or_null(_NUMBER)
                    for name in (
                        "width", "interval_score", "model_interval_score", "crps", "model_crps", "brier",
                        "model_brier",
                    )
                },
            }
        ),
        "a row a role and forecaster; the model's scores are those on the same facts",
    )  # fmt: skip
    return _object(
        {
            "folder": _TEXT, "page": _TEXT, "command": _TEXT, "date": _TEXT, "file": _TEXT,
            "judged_on": _TEXT, "winners": _list(_TEXT, "nulls with a smaller score than the model"),
            "left_out": _list(_object({"target": _TEXT, "why": _TEXT})), "scores": scores, "facts": facts,
        }
    )  # fmt: skip


def _sensitivity() -> Schema:
    head = dict.fromkeys(("method", "of", "scenario", "indicator", "parameter"), _TEXT)
    value = {"type": ["number", "string", "null"]}
    rows = _list(
        {**_object({**head, "month": _MONTH}), "additionalProperties": value},
        "a row a parameter, of one-factor curves a row a value, the strongest first; see docs/bench.md",
    )
    answer = {
        **dict.fromkeys(("of", "scenario", "indicator", "method"), _TEXT), "month": _MONTH,
        "told": _described(_TEXT, "the answer as a paragraph"),
        **dict.fromkeys(("sets", "seeds", "parameters", "active"), _COUNT),
        "emulator": _described(_TEXT, "empty: none was needed"),
        "trusted": _described(_YES, "the emulator foretells sets held out"),
        **dict.fromkeys(("mean", "spread", "not_luck", "score"), _or_null(_NUMBER)),
        "rows": rows,
    }  # fmt: skip
    return _object({"folder": _TEXT, "answers": _list(_object(answer))})


def _discover() -> Schema:
    end = _described({"type": ["number", "string", "null"]}, "null: no limit on that side")
    limit = {"parameter": _TEXT, "low": end, "high": end, "chance": _NUMBER}
    counts = ("sets", "hits", "inside", "inside_hits", "held_inside", "held_hits")
    shares = ("base", "density", "coverage", "held_density", "held_coverage", "score")
    return _object(
        {
            **dict.fromkeys(("folder", "indicator", "of", "scenario", "on"), _TEXT),
            "month": _MONTH,
            "side": {"enum": ["above", "below"]},
            "threshold": _NUMBER,
            "stands": _described(_YES, "sets held out bear the box out"),
            "told": _described(_TEXT, "the answer as a paragraph"),
            **dict.fromkeys(counts, _COUNT),
            **dict.fromkeys(shares, _or_null(_NUMBER)),
            "limits": _list(_object(limit), "a row a limited parameter, the surest first"),
        }
    )


def _worth() -> Schema:
    head = dict.fromkeys(("of", "scenario", "other", "world", "indicator"), _TEXT)
    numbers = ("error", "share", "share_error", "held", "chance", "worth", "worth_error")
    row = {
        **head, "month": _MONTH,
        **dict.fromkeys(("fact", "role", "fact_indicator", "place", "statistic", "asked"), _TEXT),
        "fact_month": _MONTH, "n": _or_null(_COUNT), **dict.fromkeys(numbers, _or_null(_NUMBER)),
    }  # fmt: skip
    mover = {"parameter": _TEXT, "total": _NUMBER, "change": _NUMBER}
    moved = {
        "trusted": _described(_YES, "the emulator foretells sets held out"), "score": _or_null(_NUMBER),
        "parameters": _COUNT, "rows": _list(_object(mover), "strongest first"),
    }  # fmt: skip
    answer = {
        **{name: head[name] for name in ("of", "scenario", "other")}, "month": _MONTH,
        "told": _described(_TEXT, "the answer as a paragraph"), "sets": _COUNT,
        **dict.fromkeys(("effective", "expected", "error", "doubt", "not_luck"), _or_null(_NUMBER)),
        "perfect": _described(_or_null(_NUMBER), "null: nothing is chosen"),
        "perfect_error": _or_null(_NUMBER), "budget": _described(_or_null(_NUMBER), "IDR, public"),
        "assumptions": _described(_or_null(_object(moved)), "null: not asked, or the extra is missing"),
        "rows": _list(_object(row), "a row a fact: told from chance first, what narrows most first"),
    }  # fmt: skip
    return _object(
        {
            "folder": _TEXT, "indicator": _TEXT, "month": _MONTH, "survey": _MONTH, "n": _COUNT,
            "world": _TEXT, "seeds": _COUNT, "answers": _list(_object(answer)),
            "left_out": _list(_object({"fact": _TEXT, "why": _TEXT})),
        }
    )  # fmt: skip


def _demo() -> Schema:
    content = _compare()
    files = {"reports": _list(_TEXT, "pages, one a language"), "picture": _TEXT}
    return _object({**files, **content["properties"]})


def _app() -> Schema:
    return _object({"address": _TEXT, "others": _list(_TEXT, "addresses for other machines")})


def _export_html() -> Schema:
    return _object({"page": _TEXT, "bytes": _COUNT})


def _report() -> Schema:
    return _object(
        {
            "page": _TEXT,
            "pdf": _described(_or_null(_TEXT), "null where none was asked for or none could be printed"),
            "files": _described(_or_null(_TEXT), "folder of the pictures and tables"),
        }
    )


_QUESTION = {"texts": "scenario regime indicator hash baseline_hash", "months": "month", "counts": "pairs"}


def _why() -> Schema:
    rows = _rows(
        "a row a regime, view and piece: the effect it carries",
        texts=f"{_QUESTION['texts']} view channel label label_id",
        months="month",
        counts="pairs",
        numbers="effect error low high share scale",
    )
    return _object({"folder": _FOLDER, "rows": rows})


def _breakeven() -> Schema:
    answers = _rows(
        "a row a regime: the least size that wins and whose effect is distinguishable from none",
        texts="scenario regime over verdict indicator",
        months="month",
        numbers="value low high best best_probability fall fails_above goal",
    )
    sizes = _rows(
        "a row a regime and size that was tried",
        texts=f"{_QUESTION['texts']} over",
        months="month",
        counts="pairs",
        numbers="value probability low_90 high_90 wins expected error low high scale goal",
    )
    return _object({"folder": _FOLDER, "answers": answers, "sizes": sizes})


def _new() -> Schema:
    return _object({"file": _TEXT, "made_from": _TEXT})


def _check() -> Schema:
    place = {"file": _or_null(_TEXT), "line": _or_null(_COUNT), "column": _or_null(_COUNT)}
    return _object(
        {
            "files": _list(
                _object(
                    {
                        "file": _TEXT,
                        "ok": _YES,
                        "title": _or_null(_WORDS),
                        "mistakes": _list(_object({**place, "message": _TEXT}), "in the order of the file"),
                        "notes": _list(_TEXT, "what is allowed and perhaps not meant"),
                    }
                )
            )
        }
    )


def _record() -> Schema:
    return _object({"name": _TEXT, "label": _WORDS}, "further keys depend on the kind")


_KINDS = ("parameters", "places", "centres", "indicators", "interventions", "scenarios")


def _of_kind(kind: str) -> Schema:
    """What a record of a kind has beside its name and label."""
    share = _or_null(_NUMBER)
    return _object(
        {
            "parameters": {
                "value": _VALUE, "unit": _TEXT, "type": _TEXT, "allowed": _TEXT,
                "prior": _or_null(_list({"type": ["boolean", "number", "string"]})),
                "regimes": _or_null({"type": "object", "additionalProperties": _VALUE}),
                "role": _TEXT, "confidence": _TEXT, "source": _WORDS,
            },
            "places": {"number": _COUNT, "region": _TEXT, "lat": _NUMBER, "lon": _NUMBER, "organised": share},
            "centres": {"number": _COUNT, "region": _TEXT, "x": _NUMBER, "y": _NUMBER, "organised": share},
            "indicators": {"unit": _TEXT, "kind": _TEXT, "year": _TEXT, "formula": _TEXT},
            "interventions": {
                "channel": _WORDS, "stakeholder": _TEXT, "payer": _TEXT, "unit_cost": _NUMBER,
                "cost_unit": _TEXT, "cost_source": _WORDS, "who": _list(_TEXT),
                "strength": _or_null(_option()),
                "options": _or_null({"type": "object", "additionalProperties": _option()}),
                "moves": _or_null({"type": "object", "additionalProperties": {"enum": ["up", "down"]}}),
            },
            "scenarios": {"why": _WORDS},
        }[kind]
    )  # fmt: skip


def _option() -> Schema:
    usual = _described(_or_null(_NUMBER), "null: left out")
    return _object({"label": _WORDS, "default": usual, "low": _NUMBER, "high": _NUMBER, "unit": _TEXT})


def _by_kind(where: str, wrap: Callable[[Schema], Schema]) -> list[Schema]:
    return [
        {
            "if": {"properties": {"kind": {"const": kind}}},
            "then": {"properties": {where: wrap(_of_kind(kind))}},
        }
        for kind in _KINDS
    ]


def _list_() -> Schema:
    whole = _object({"kind": {"enum": list(_KINDS)}, "records": _list(_record())})
    return {**whole, "allOf": _by_kind("records", _list)}


def _show() -> Schema:
    step = _object({"number": _COUNT, "name": _TEXT, "label": _WORDS, "optional": _YES})
    one = {
        **_object({"kind": {"enum": list(_KINDS)}, "record": _record()}),
        "allOf": _by_kind("record", dict),
    }
    month = _object({"kind": {"const": "month"}, "steps": _list(step)})
    return {**_object({"kind": {"enum": ["month", *_KINDS]}}), "oneOf": [one, month]}


def _explain() -> Schema:
    parameter = {"name": _TEXT, "label": _WORDS, "unit": _TEXT, "from": _MONTH, "to": _MONTH}
    value = {"type": ["boolean", "number", "string"]}
    target = {
        "indicator": _TEXT, "at_least": _or_null(_NUMBER), "at_most": _or_null(_NUMBER), "by": _COUNT,
        "place": _TEXT,
    }  # fmt: skip
    policy = {
        "kind": _TEXT, "from": _MONTH, "to": _MONTH,
        "every": _list(_COUNT, "months of the year in which it acts, 1 to 12; empty: all"),
        "ramp": _described(_COUNT, "months until the full dose"), "where": _list(_TEXT, "empty: everywhere"),
        "who": _list(_TEXT, "empty: whomever the kind is for"),
        "coverage": _NUMBER, "strength": _or_null(_NUMBER),
        "budget": {
            "type": ["number", "string", "null"], "description": "IDR a year, or one of `budgets`",
        },
        "unit_cost": _described(_or_null(_NUMBER), "null: that of the kind"), "by": _TEXT,
        "options": {"type": "object", "additionalProperties": _NUMBER}, "without": _list(_TEXT),
        "set_by": _TEXT,
    }  # fmt: skip
    return _object(
        {
            "name": _TEXT,
            "label": _WORDS,
            "why": _WORDS,
            "parameters": _list(_object({**parameter, "value": value, "set_by": _TEXT})),
            "interventions": _list(_object(policy)),
            "budgets": _list(_object({"name": _TEXT, "amount": _NUMBER, "first": _list(_TEXT)})),
            "uncertainty": _list(_object({"name": _TEXT, "range": _list(value)})),
            "targets": _list(_object(target)),
        }
    )


def _doctor() -> Schema:
    well = _described(_or_null(_YES), "null: missing, and not needed")
    return _object({"findings": _list(_object({"subject": _TEXT, "well": well, "detail": _TEXT}))})


OUTPUTS: Mapping[str, Callable[[], Schema]] = {
    "demo": _demo, "app": _app, "export-html": _export_html, "run": _run, "compare": _compare,
    "sweep": _sweep, "calibrate": _calibrate, "validate": _validate, "sensitivity": _sensitivity,
    "discover": _discover, "worth": _worth, "resume": _compare, "report": _report, "why": _why,
    "breakeven": _breakeven, "new": _new, "check": _check, "list": _list_, "show": _show,
    "explain": _explain, "schema": dict, "doctor": _doctor,
}  # fmt: skip
