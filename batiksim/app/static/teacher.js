/** For the teacher: begin a class, put its code on the board, see how many screens follow, end it. */
import { keepClass, ownClass, toClass } from "./classroom.js";
import { element, lang, notice, number, post, text } from "./shell.js";

const place = document.getElementById("page");
const BEAT = 4000;
let beat = 0;

function steps() {
  const said = ["open", "code", "lead"].map((step) => element("li", {}, text(`teacher.step.${step}`)));
  return element("ol", { class: "steps" }, ...said);
}

function before() {
  clearInterval(beat);
  const begin = element("button", { type: "button", class: "main", id: "begin", onclick: start }, text("teacher.begin"));
  place.replaceChildren(
    element("p", {}, text("teacher.what")),
    steps(),
    element("p", {}, begin),
    element("h2", {}, text("teacher.network")),
    element("p", {}, text("teacher.network_how")),
    element("pre", {}, element("code", {}, "batiksim app --host 0.0.0.0")),
    element("p", { class: "quiet" }, text("teacher.network_why")),
  );
}

const alone = () => element(
  "p", { class: "note" }, text("teacher.alone"), " ", element("code", {}, "batiksim app --host 0.0.0.0"),
);

async function start() {
  try {
    const room = await (await post("/api/class", {})).json();
    keepClass(room);
    board(room, room);
    document.getElementById("lead").focus();
  } catch (error) {
    notice(error.message, "problem");
  }
}

function board(own, room) {
  const count = element("strong", { id: "watching" }, number(room.watching));
  const addresses = room.addresses.map(({ address, qr }) => element(
    "figure",
    { class: "address" },
    element("img", { src: qr, alt: text("teacher.qr", { address }), width: "288", height: "288" }),
    element("figcaption", {}, element("span", { class: "url" }, address)),
  ));
  const end = element("button", { type: "button", onclick: () => stop(own) }, text("teacher.end"));
  const lead = element("a", { class: "button main", id: "lead", href: `/try?lang=${lang}` }, text("teacher.lead"));
  place.replaceChildren(
    element("section", { class: "board", "aria-label": text("teacher.board") },
      element("div", {},
        element("p", { class: "label" }, text("teacher.code")),
        element("p", { class: "code", id: "code" }, own.code),
        element("p", { class: "watching", role: "status" }, count, " ", element("span", {}, text("teacher.watching"))),
        element("p", { class: "actions" }, lead, end),
        element("p", { class: "quiet" }, text("teacher.how_lead"))),
      element("div", {}, ...addresses)),
    ...(room.alone ? [alone()] : []),
    element("details", {}, element("summary", {}, text("teacher.steps")), steps()),
  );
  clearInterval(beat);
  beat = setInterval(async () => {
    try {
      count.textContent = number((await toClass(own, "state")).watching);
    } catch (error) {
      gone(error);
    }
  }, BEAT);
}

async function stop(own) {
  try {
    await toClass(own, "end");
  } catch (error) {
    notice(error.message, "problem");
  }
  keepClass(null);
  before();
  document.getElementById("begin").focus();
}

/** The class is over on the server, or the server does not answer. */
function gone(error) {
  notice(error.message, "problem");
  if (error.told?.gone) {
    keepClass(null);
    before();
  }
}

before();
const kept = ownClass();
if (kept) toClass(kept, "board").then((room) => board(kept, room), gone);
