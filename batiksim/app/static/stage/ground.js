/** What lies under the people: the indigo cloth with its sea, its border, and the roundels with their names. */

/** Colours on the cloth; contrast on its ground in docs/app.md's palette. */
export const CLOTH = {
  ...{ ground: "#14213d", field: "#101a33", edge: "#3b4d7c", bead: "#6f82b5", motif: "#1b2b50" },
  ...{ sea: "#1b2f5c", foam: "#9fb3e6", name: "#e9edf9" },
};

/** Height of the sea at the upper edge, px. */
export const seaOf = (height) => Math.round(Math.min(38, Math.max(24, height * 0.06)));
/** Height of the border at the lower edge, px. */
export const BORDER = 14;

/**
 * Draw the ground.
 * @param {CanvasRenderingContext2D} pen in px of the page
 * @param {{width: number, height: number, centres: {x: number, y: number, r: number}[],
 *          names: string[][], font: string, size: number, sea: string}} what `names` by line; `size` of letters, px
 */
export function drawGround(pen, what) {
  const { width, height, centres } = what;
  pen.fillStyle = CLOTH.ground;
  pen.fillRect(0, 0, width, height);
  motifs(pen, width, height);
  sea(pen, what);
  border(pen, width, height);
  for (const { x, y, r } of centres) roundel(pen, x, y, r);
  pen.textAlign = "center";
  pen.textBaseline = "top";
  pen.font = `600 ${what.size}px ${what.font}`;
  centres.forEach(({ x, y, r }, i) => {
    what.names[i].forEach((line, number) => {
      const top = y + r + 3 + number * (what.size + 1);
      pen.lineJoin = "round";
      pen.lineWidth = 3;
      pen.strokeStyle = CLOTH.ground;
      pen.strokeText(line, x, top);
      pen.fillStyle = CLOTH.name;
      pen.fillText(line, x, top);
    });
  });
}

/** Jlamprang's ground: stars of eight dots on a slanting grid. */
function motifs(pen, width, height) {
  pen.fillStyle = CLOTH.motif;
  const step = 22;
  pen.beginPath();
  for (let row = 0; row * step * 0.5 < height + step; row++) {
    for (let x = row % 2 ? step / 2 : 0; x < width + step; x += step) {
      const y = row * step * 0.5;
      const dot = (dx, dy, r) => {
        pen.moveTo(x + dx + r, y + dy);
        pen.arc(x + dx, y + dy, r, 0, 2 * Math.PI);
      };
      dot(0, 0, 1.5);
      for (let k = 0; k < 8; k++) dot(4.6 * Math.cos((k * Math.PI) / 4), 4.6 * Math.sin((k * Math.PI) / 4), k % 2 ? 0.7 : 1);
    }
  }
  pen.fill();
}

function sea(pen, { width, height, sea: name, font, size }) {
  const deep = seaOf(height);
  const shore = (x) => deep - 7 + 4 * Math.sin(x / 61) + 2 * Math.sin(x / 23 + 1);
  pen.fillStyle = CLOTH.sea;
  pen.beginPath();
  pen.moveTo(0, 0);
  for (let x = 0; x <= width; x += 4) pen.lineTo(x, shore(x));
  pen.lineTo(width, shore(width));
  pen.lineTo(width, 0);
  pen.fill();
  pen.strokeStyle = CLOTH.edge;
  pen.lineWidth = 1;
  for (const up of [9, 17]) {
    pen.globalAlpha = up === 9 ? 0.8 : 0.45;
    pen.beginPath();
    for (let x = 0; x <= width; x += 4) pen.lineTo(x, shore(x) - up);
    pen.stroke();
  }
  pen.globalAlpha = 1;
  pen.fillStyle = CLOTH.foam;
  for (let x = 4; x < width; x += 8) disc(pen, x, shore(x) + 0.5, 1);
  pen.font = `italic 500 ${size}px ${font}`;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  pen.fillText(name, width - 12, deep * 0.34);
}

/** Tumpal: the row of triangles that closes a sarong. */
function border(pen, width, height) {
  const top = height - BORDER;
  pen.fillStyle = CLOTH.sea;
  pen.fillRect(0, top, width, BORDER);
  const count = Math.max(6, Math.round(width / 18));
  const wide = width / count;
  pen.fillStyle = CLOTH.ground;
  pen.beginPath();
  for (let i = 0; i < count; i++) {
    pen.moveTo(i * wide, top);
    pen.lineTo((i + 0.5) * wide, height - 2.5);
    pen.lineTo((i + 1) * wide, top);
  }
  pen.fill();
  pen.fillStyle = CLOTH.bead;
  for (let i = 0; i < count; i++) {
    disc(pen, (i + 0.5) * wide, top + 4.2, 1.1);
    disc(pen, i * wide, height - 4.2, 0.9);
  }
  disc(pen, width, height - 4.2, 0.9);
}

function roundel(pen, x, y, r) {
  pen.fillStyle = CLOTH.field;
  disc(pen, x, y, r);
  pen.strokeStyle = CLOTH.edge;
  pen.lineWidth = 0.8;
  pen.beginPath();
  pen.arc(x, y, r, 0, 2 * Math.PI);
  pen.stroke();
  const beads = Math.max(16, 8 * Math.round((2 * Math.PI * r) / 56));
  for (let k = 0; k < beads; k++) {
    const angle = (2 * Math.PI * k) / beads;
    pen.fillStyle = k % (beads / 8) === 0 ? CLOTH.foam : CLOTH.edge;
    disc(pen, x + (r + 0.2) * Math.cos(angle), y + (r + 0.2) * Math.sin(angle), k % (beads / 8) === 0 ? 1.5 : 0.9);
  }
}

function disc(pen, x, y, r) {
  pen.beginPath();
  pen.arc(x, y, r, 0, 2 * Math.PI);
  pen.fill();
}
