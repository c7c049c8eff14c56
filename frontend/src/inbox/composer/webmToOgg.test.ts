import { describe, expect, it } from "vitest";
import { samplesIn, webmToOgg } from "./webmToOgg";

const UNKNOWN_SIZE = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const HEAD = [...new TextEncoder().encode("OpusHead"), 1, 1, 0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 0];

function element(id: number[], data: number[]): number[] {
  return [...id, 0x40 | (data.length >> 8), data.length & 0xff, ...data];
}

/** A recording as browsers write it: sizes of containers unknown, blocks of 20 ms. */
function webm(packets: number[][]): Uint8Array {
  const blocks = packets.flatMap((packet) => element([0xa3], [0x81, 0, 0, 0x80, ...packet]));
  return Uint8Array.from([
    ...element([0x1a, 0x45, 0xdf, 0xa3], [0x42, 0x82, 0x84, 0x77, 0x65, 0x62, 0x6d]),
    ...[0x18, 0x53, 0x80, 0x67, ...UNKNOWN_SIZE],
    ...element([0x16, 0x54, 0xae, 0x6b], element([0xae], element([0x63, 0xa2], HEAD))),
    ...[0x1f, 0x43, 0xb6, 0x75, ...UNKNOWN_SIZE],
    ...element([0xe7], [0]),
    ...blocks,
  ]);
}

interface Page {
  flags: number;
  granule: number;
  sequence: number;
  packets: number[][];
}

function readPage(bytes: Uint8Array<ArrayBuffer>): Page {
  expect(new TextDecoder().decode(bytes.slice(0, 4))).toBe("OggS");
  const view = new DataView(bytes.buffer);
  const count = view.getUint8(26);
  const packets: number[][] = [[]];
  let data = 27 + count;
  for (let index = 0; index < count; index += 1) {
    const length = view.getUint8(27 + index);
    packets.at(-1)?.push(...bytes.slice(data, data + length));
    data += length;
    if (length < 255) packets.push([]);
  }
  expect(data).toBe(bytes.length);
  return {
    flags: view.getUint8(5),
    granule: Number(view.getBigUint64(6, true)),
    sequence: view.getUint32(18, true),
    packets: packets.slice(0, -1),
  };
}

const TWENTY_MS = 0x78;

describe("a recording moved from WebM to Ogg", () => {
  it("keeps every packet, in order, with its time", () => {
    const packets = Array.from({ length: 300 }, (_, index) => [
      TWENTY_MS,
      index & 0xff,
      ...Array<number>(300).fill(7),
    ]);
    const [head, tags, ...audio] = webmToOgg(webm(packets)).map(readPage);
    expect(head).toMatchObject({ flags: 2, packets: [HEAD] });
    expect(new TextDecoder().decode(Uint8Array.from(tags?.packets[0]?.slice(0, 8) ?? []))).toBe("OpusTags");
    expect(audio.flatMap((page) => page.packets)).toEqual(packets);
    expect(audio.map((page) => page.sequence)).toEqual(audio.map((_, index) => index + 2));
    expect(audio.at(-1)).toMatchObject({ flags: 4, granule: 300 * 960 });
  });

  it("refuses what is no recording", () => {
    expect(() => webmToOgg(new Uint8Array([0, 1, 2, 3]))).toThrow();
    expect(() => webmToOgg(webm([]))).toThrow();
  });

  it.each([
    [[0x78], 960],
    [[0x79, 0], 1920],
    [[0x7b, 3], 2880],
    [[0x18], 2880],
    [[0x60], 480],
  ])("knows how long a packet %j plays", (packet, samples) => {
    expect(samplesIn(Uint8Array.from(packet))).toBe(samples);
  });
});
