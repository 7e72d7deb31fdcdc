/**
 * The moving picture: cloth, charts and clock put together. Used by Try, by lessons, in class and by the
 * exported page. No dependencies; nothing is fetched here: futures are given.
 *
 *     import { Stage } from "/static/stage/stage.js";
 *     import { Future } from "/static/stage/frames.js";
 *
 *     const stage = new Stage(document.querySelector("#stage"), {
 *       texts,      // (key, values?) => sentence: `text` of shell.js; keys stage.* (i18n/catalogue/app_stage.yaml)
 *       numbers,    // (value, options of Intl.NumberFormat?) => "10.5" or "10,5": `number` of shell.js
 *       places,     // [{id, name, region, lat, lon}] or, on a made-up plane, [{id, name, region, x, y}] in km
 *       options: {
 *         parts,    // what is shown, in this order; default all:
 *                   // ["cloth", "clock", "difference", "workforce", "pay", "ages", "price"]
 *         slots,    // {part: element}: put a part somewhere else than inside the element
 *         month,    // month number to begin with (0 = January 2011); default: the first of the baseline
 *         until,    // last month of the clock and the charts; default 359, December 2040
 *         speed,    // years a second: .5, 1, 2, 4 or 8; default 4
 *         guess,    // indicator to draw a guess of ("batik.workers"), or null (default)
 *         keys,     // true: space, arrows, Home, End work anywhere on the page, not only on the clock
 *       },
 *     });
 *
 * Futures (frames.js), filled while they arrive:
 *
 *     const future = new Future();
 *     const done = future.read(response.body, { signal });   // ReadableStream, ArrayBuffer or Uint8Array; a promise
 *     stage.setBaseline(record);     // the recorded past and the future without a new policy: 2011 to 2040
 *     stage.setFuture(future);       // under the policy, from `future.since` on; before that the baseline is shown.
 *                                    // The clock holds at the last month that has arrived until more arrives.
 *     stage.setFuture(null);         // back to the baseline
 *     stage.setGhosts({ luck, doubt });  // paired differences (policy minus baseline), null: none. Each a list of
 *                                    // {since, values: {"batik.workers": numbers by month from `since`},
 *                                    //  seed?, world?, set?}; luck: other seeds; doubt: other plausible worlds
 *     stage.hold(true);              // the clock waits for something else (false: goes on)
 *
 * Moving: `stage.month` (read and write), `stage.play()`, `stage.pause()`, `stage.playing`, `stage.speed`.
 * Asking: `stage.value("batik.workers", month?, which = "shown" | "baseline")`, `stage.difference(indicator, month?)`,
 *     `stage.sentence()` (the text alternative of now), `stage.csv(part)` (string), `await stage.png(part)` (Blob).
 * Guess: `stage.askGuess()` opens the drawing (pauses); `stage.showGuess(guess)` lays a kept one on the chart.
 * Marking: `stage.follow(row)` rings one person (their row), `stage.follow(null)` nobody.
 * Ending: `stage.close()` stops everything and empties the element.
 *
 * Events (`stage.addEventListener(name, event => event.detail)`):
 *     month   {month, playing}                    the shown month changed
 *     play    {playing}                           played or paused
 *     pick    {place, firm, person, row}          a click or Enter: `place` an id; `firm` and `person` numbers or
 *                                                 null; `row` of the person in the frames, as `person`
 *     now     {month}                             the clock came to the present for the first time, and stopped
 *     guess   {indicator, months, values}         a guess was finished
 *     end     {month}                             the clock came to the last month
 *     error   {message}                           a future said an error (frame 5) or was broken
 */
