import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { keepTokens } from "@/auth/tokens";
import { media } from "../../tests/samples";
import { problemFrom, unreachable } from "./problem";
import { uploadInParts } from "./resumable";
import { sendForm } from "./upload";

vi.mock("./upload", () => ({ sendForm: vi.fn() }));

const MB = 1024 * 1024;
const UPLOADS = "*/api/v1/media/uploads/";
const server = setupServer();
let here = 0;
let sent: { offset: number; size: number }[] = [];
let cancelled = 0;

const upload = (size: number) => ({
  id: "u1",
  size,
  offset: here,
  expires_at: "2026-11-25T12:00:00Z",
  media: here === size ? media() : null,
});

/** A server that takes parts as ours does; `trouble` may refuse one in its place. */
function taking(size: number, trouble: (part: number) => void = () => undefined) {
  server.use(
    http.post(UPLOADS, () => HttpResponse.json(upload(size), { status: 201 })),
    http.get(`${UPLOADS}u1/`, () => HttpResponse.json(upload(size))),
    http.delete(`${UPLOADS}u1/`, () => {
      cancelled += 1;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  vi.mocked(sendForm).mockImplementation(({ fields, file }) => {
    const offset = Number(fields.offset);
    sent.push({ offset, size: file.size });
    trouble(sent.length);
    if (offset !== here) throw problemFrom(409, { type: "/problems/offset-differs", offset: here });
    here += file.size;
    return Promise.resolve(upload(size));
  });
}

const film = (size: number) => new File([new Uint8Array(size)], "forno.mp4", { type: "video/mp4" });
const progress = () => ({ onProgress: vi.fn(), onWaiting: vi.fn(), signal: new AbortController().signal });

beforeAll(() => server.listen());
beforeEach(() => {
  [here, sent, cancelled] = [0, [], 0];
  keepTokens({ access: "a", refresh: "r", expires_in: 900 });
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describe("a file in parts", () => {
  it("arrives whole", async () => {
    taking(2.5 * MB);
    expect(await uploadInParts(film(2.5 * MB), "video", progress())).toMatchObject({ id: "media" });
    expect(sent).toEqual([
      { offset: 0, size: MB },
      { offset: MB, size: MB },
      { offset: 2 * MB, size: MB / 2 },
    ]);
  });

  it("waits for the line, and goes on where it was as soon as it is back", async () => {
    taking(2 * MB, (part) => {
      if (part === 2) throw unreachable();
    });
    const told = progress();
    const done = uploadInParts(film(2 * MB), "video", told);
    await vi.waitFor(() => expect(told.onWaiting).toHaveBeenCalledWith(true));
    dispatchEvent(new Event("online"));
    expect(await done).toMatchObject({ id: "media" });
    expect(told.onWaiting).toHaveBeenLastCalledWith(false);
    expect(sent.map(({ offset }) => offset)).toEqual([0, MB, MB]);
  });

  it("asks how much is here when an answer was lost", async () => {
    taking(2 * MB, (part) => {
      if (part !== 1) return;
      here += MB;
      throw unreachable();
    });
    const done = uploadInParts(film(2 * MB), "video", progress());
    await vi.waitFor(() => expect(sent.length).toBe(1));
    await vi.waitFor(() => {
      dispatchEvent(new Event("online"));
      expect(sent.length).toBeGreaterThan(1);
    });
    expect(await done).toMatchObject({ id: "media" });
    expect(sent.map(({ offset }) => offset)).toEqual([0, 0, MB]);
  });

  it("is given up when it is refused, and cleared away", async () => {
    taking(2 * MB, () => {
      throw problemFrom(400, { type: "/problems/media-not-accepted" });
    });
    await expect(uploadInParts(film(2 * MB), "video", progress())).rejects.toMatchObject({
      kind: "media-not-accepted",
    });
    await vi.waitFor(() => expect(cancelled).toBe(1));
  });
});
