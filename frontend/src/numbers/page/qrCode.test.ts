import { expect, it } from "vitest";
import { drawingOf, svgOf } from "./qrCode";

const LINK = "https://wa.me/message/4O4YGZEG3RIVE1";

it("draws a link as a QR code with the margin that readers need", () => {
  const { side, path } = drawingOf(LINK);
  expect(side).toBe(29 + 8); // version 3 at level M, and four squares each side
  expect(path.startsWith("M4 4h1v1h-1z")).toBe(true); // the finder's corner
  expect(svgOf(LINK)).toContain(path);
  expect(drawingOf(`${LINK}X`).path).not.toBe(path);
});
