"""A whole stage, or only its modules, in a tab of a real browser."""

from __future__ import annotations

import base64
from typing import Any

from playwright.sync_api import Page

from batiksim.data import rows
from batiksim.i18n.texts import catalogue
from batiksim.scenario import Scenario

QUIET_PAGE = "/nowhere"  # a page of the app, under the rules of all pages, on which nothing happens
SINCE, UNTIL, SMALL = 5, 40, 0.02
POLICY = Scenario.default().with_intervention("training", since="2011-09", seats=500)

HELP = """() => {
window.bytes = (said) => Uint8Array.from(atob(said), (one) => one.charCodeAt(0));
window.said = (array) => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let text = "";
  for (const one of bytes) text += String.fromCharCode(one);
  return btoa(text);
};
window.read = async (said) => {
  const { Future } = await import("/static/stage/frames.js");
  return new Future().read(bytes(said));
};
}"""
BEGIN = """
async ([texts, places, lang, options, baseline]) => {
  const style = document.createElement("link");
  Object.assign(style, { rel: "stylesheet", href: "/static/stage/stage.css" });
  const styled = new Promise((resolve) => (style.onload = resolve));
  document.head.append(style);
  await styled;
  document.documentElement.lang = lang;
  document.body.innerHTML = "<main id=stage></main>";
  const { Stage } = await import("/static/stage/stage.js");
  const { Future } = await import("/static/stage/frames.js");
  const text = (key, values = {}) => {
    if (!(`app.${key}` in texts)) throw new Error(`no sentence app.${key}`);
    return texts[`app.${key}`].replace(/\\{(\\w+)\\}/g, (_, name) => {
      if (!(name in values)) throw new Error(`app.${key} needs ${name}`);
      return String(values[name]);
    });
  };
  const locale = lang === "id" ? "id-ID" : "en-GB";
  const number = (value, how = {}) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: 0, ...how }).format(value);
  const given = { texts: text, numbers: number, places, options };
  window.stage = new Stage(document.querySelector("#stage"), given);
  window.heard = [];
  for (const name of ["month", "play", "pick", "now", "guess", "end", "error"]) {
    stage.addEventListener(name, ({ detail }) => heard.push([name, detail]));
  }
  window.Future = Future;
  window.baseline = new Future();
  stage.setBaseline(window.baseline);
  await window.baseline.read(bytes(baseline));
}
"""


def said(content: bytes) -> str:
    """Bytes as they can be handed to a page."""
    return base64.b64encode(content).decode()


def helped(page: Page) -> Page:
    """A tab in which the modules can be loaded: `bytes`, `said` and `read` are what a test says and hears."""
    page.goto(QUIET_PAGE)
    page.evaluate(HELP)
    return page


def begin(page: Page, baseline: bytes, lang: str = "en", **options: Any) -> Page:
    """Put a stage that has the whole baseline into a tab: `stage`, `baseline`, and what was `heard`."""
    helped(page)
    texts = {key: sentence[lang] for key, sentence in catalogue().items() if key.startswith("app.stage.")}
    page.evaluate(BEGIN, [texts, places(), lang, options, said(baseline)])
    return page


def places() -> list[dict[str, Any]]:
    """The places as a page gives them to the stage."""
    return [
        {"id": row["id"], "name": row["name"], "region": row["region"]}
        | {"lat": float(row["lat"]), "lon": float(row["lon"])}
        for row in rows("places.csv")
    ]
