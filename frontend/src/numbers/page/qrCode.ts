import qrcode from "qrcode-generator";

const QUIET = 4;
const PICTURE = 1024;

export interface Drawing {
  /** How many squares it has a side, with the margin that readers need. */
  side: number;
  /** The dark squares, as an SVG path. */
  path: string;
}

function squaresOf(link: string): { side: number; dark: [number, number][] } {
  const code = qrcode(0, "M");
  code.addData(link);
  code.make();
  const count = code.getModuleCount();
  const dark: [number, number][] = [];
  for (let row = 0; row < count; row += 1)
    for (let column = 0; column < count; column += 1)
      if (code.isDark(row, column)) dark.push([column + QUIET, row + QUIET]);
  return { side: count + 2 * QUIET, dark };
}

/** The QR code of a link. */
export function drawingOf(link: string): Drawing {
  const { side, dark } = squaresOf(link);
  return { side, path: dark.map(([x, y]) => `M${x} ${y}h1v1h-1z`).join("") };
}

export function svgOf(link: string): string {
  const { side, path } = drawingOf(link);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>`
  );
}

/** As a picture for those who can't print an SVG. */
export async function pngOf(link: string): Promise<Blob> {
  const { side, dark } = squaresOf(link);
  const square = Math.floor(PICTURE / side);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * square;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser draws no pictures.");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000";
  for (const [x, y] of dark) context.fillRect(x * square, y * square, square, square);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error("No picture came of it.")) : resolve(blob))),
  );
}
