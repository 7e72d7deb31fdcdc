/** Pictures as files: a chart or the cloth as PNG, with its words. */

const INK = "#2b2b2b";
const PAPER = "#fffdf8";
const FONT = '"Plus Jakarta Sans", system-ui, sans-serif';
const MARGIN = 16;
// What a chart's look rests on: styles of the page do not reach a picture of its own, attributes do.
const LOOK = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linecap",
  "stroke-linejoin", "opacity", "font-size", "font-weight", "font-style", "font-family", "text-anchor",
  "dominant-baseline", "paint-order", "display", "visibility"];

const blobOf = (canvas) =>
  new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });

/** Give a file to the reader. */
export function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Break a line of words to a width. */
function lines(pen, said, width) {
  const broken = [];
  let line = "";
  for (const word of said.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && pen.measureText(longer).width > width) {
      broken.push(line);
      line = word;
    } else line = longer;
  }
  if (line) broken.push(line);
  return broken;
}

/**
 * An SVG as PNG, twice as fine as on the screen, title and sentence above it.
 * @param {SVGElement} svg in the page
 * @param {string[]} words title and sentence
 * @returns {Promise<Blob>}
 */
export async function pictureOf(svg, [title, sentence]) {
  const { width, height } = svg.viewBox.baseVal;
  const copy = svg.cloneNode(true);
  const [from, to] = [svg.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((one, i) => {
    const style = getComputedStyle(one);
    for (const name of LOOK) to[i].setAttribute(name, style.getPropertyValue(name));
    to[i].removeAttribute("class");
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const image = new Image();
  // A data: address, because a page whose policy is `img-src 'self' data:` may show no blob: picture.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const bold = `700 15px ${FONT}`;
  const plain = `400 13px ${FONT}`;
  pen.font = bold;
  const above = lines(pen, title, width).map((line) => [line, bold]);
  pen.font = plain;
  if (sentence) above.push(...lines(pen, sentence, width).map((line) => [line, plain]));
  const top = MARGIN + above.length * 20 + 6;
  canvas.width = 2 * (width + 2 * MARGIN);
  canvas.height = 2 * (top + height + MARGIN);
  pen.scale(2, 2);
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = INK;
  pen.textBaseline = "top";
  above.forEach(([line, font], i) => {
    pen.font = font;
    pen.fillText(line, MARGIN, MARGIN + i * 20);
  });
  pen.drawImage(image, MARGIN, top, width, height);
  return blobOf(canvas);
}

/**
 * The cloth as PNG, as it is on the screen, with the words that stand on it and its legend.
 * @param {HTMLCanvasElement} canvas the cloth
 * @param {{ratio: number, year: string, words: string[], legend: {colour: string, said: string, hollow?: boolean}[],
 *          note: string}} what
 * @returns {Promise<Blob>}
 */
export function clothPicture(canvas, { ratio, year, words, legend, note }) {
  const picture = document.createElement("canvas");
  const pen = picture.getContext("2d");
  const width = canvas.width / ratio;
  const height = canvas.height / ratio;
  const plain = `500 13px ${FONT}`;
  pen.font = plain;
  const rows = [[]];
  let used = 0;
  for (const entry of [...legend, { said: note }]) {
    const wide = pen.measureText(entry.said).width + (entry.colour ? 36 : 18);
    if (used + wide > width - 2 * MARGIN && used) {
      rows.push([]);
      used = 0;
    }
    rows[rows.length - 1].push({ ...entry, x: used });
    used += wide;
  }
  const below = rows.length * 22 + 14;
  picture.width = canvas.width;
  picture.height = Math.round((height + below) * ratio);
  pen.fillStyle = "#14213d";
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.drawImage(canvas, 0, 0);
  pen.scale(ratio, ratio);
  pen.textBaseline = "top";
  pen.fillStyle = "#ffffff";
  const large = width < 520 ? 34 : 56;
  pen.font = `800 ${large}px ${FONT}`;
  pen.fillText(year, 14, 30);
  pen.font = `600 14px ${FONT}`;
  words.forEach((line, i) => pen.fillText(line, 14, 38 + large + i * 19));
  pen.font = plain;
  rows.forEach((row, number) => {
    for (const { x, colour, said, hollow } of row) {
      const y = height + 10 + number * 22;
      if (colour) {
        pen.beginPath();
        pen.arc(MARGIN + x + 5, y + 7, 4.5, 0, 2 * Math.PI);
        pen.fillStyle = pen.strokeStyle = colour;
        pen.lineWidth = 1.5;
        if (hollow) pen.stroke();
        else pen.fill();
      }
      pen.fillStyle = "#e9edf9";
      pen.fillText(said, MARGIN + x + (colour ? 15 : 0), y);
    }
  });
  return blobOf(picture);
}
