/**
 * Moves Opus audio from a WebM file (what most browsers record) into an Ogg file (what WhatsApp plays as a
 * voice note). The packets stay as they are: only their wrapping changes, so nothing is lost and no codec is
 * needed. Sources: RFC 7845 (Ogg Opus), RFC 3533 (Ogg), RFC 8794 (EBML), RFC 9559 (Matroska).
 */
const CODEC_PRIVATE = 0x63a2;
const SIMPLE_BLOCK = 0xa3;
const BLOCK = 0xa1;
/** Elements that hold others: Segment, Cluster, Tracks, TrackEntry, BlockGroup. */
const CONTAINERS = new Set([0x18538067, 0x1f43b675, 0x1654ae6b, 0xae, 0xa0]);

interface Audio {
  head: Uint8Array;
  packets: Uint8Array[];
}

/** Reads a number whose length stands in its leading bits. */
function readVint(bytes: Uint8Array, at: number, keepMarker: boolean): { value: number; length: number } {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || length > 8) throw new Error("not a WebM file");
  let value = keepMarker ? first : first & (0xff >> length);
  for (let index = 1; index < length; index += 1) value = value * 256 + (bytes[at + index] ?? 0);
  return { value, length };
}

function readWebm(bytes: Uint8Array): Audio {
  let head: Uint8Array | null = null;
  const packets: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const id = readVint(bytes, at, true);
    const size = readVint(bytes, at + id.length, false);
    const start = at + id.length + size.length;
    // A recorder does not know sizes in advance; containers are entered whatever theirs says.
    if (CONTAINERS.has(id.value)) {
      at = start;
      continue;
    }
    const data = bytes.subarray(start, start + size.value);
    if (id.value === CODEC_PRIVATE) head = data;
    if (id.value === SIMPLE_BLOCK || id.value === BLOCK) {
      const track = readVint(data, 0, false);
      // Track number, two bytes of time, one of flags; then the packet.
      packets.push(data.subarray(track.length + 3));
    }
    at = start + size.value;
  }
  if (head === null || packets.length === 0) throw new Error("no Opus audio in this recording");
  return { head, packets };
}

/** Samples of an Opus packet at 48 kHz, from its first byte (RFC 6716, section 3.1). */
export function samplesIn(packet: Uint8Array): number {
  const toc = packet[0] ?? 0;
  const config = toc >> 3;
  const code = toc & 3;
  const silk = [480, 960, 1920, 2880];
  const hybrid = [480, 960];
  const celt = [120, 240, 480, 960];
  const frame = config < 12 ? silk[config & 3] : config < 16 ? hybrid[config & 1] : celt[config & 3];
  const frames = code === 0 ? 1 : code === 3 ? (packet[1] ?? 0) & 0x3f : 2;
  return (frame ?? 960) * frames;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

function checksum(page: Uint8Array): number {
  let crc = 0;
  for (const byte of page) crc = ((crc << 8) ^ (CRC_TABLE[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  return crc;
}

const FIRST_PAGE = 2;
const LAST_PAGE = 4;
const MOST_SEGMENTS = 255;

class OggWriter {
  readonly pages: Uint8Array<ArrayBuffer>[] = [];
  private readonly serial = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;

  page(packets: Uint8Array[], granule: number, flags: number): void {
    const lacing = packets.flatMap(({ length }) => [
      ...Array<number>(Math.floor(length / 255)).fill(255),
      length % 255,
    ]);
    const body = packets.reduce((sum, { length }) => sum + length, 0);
    const page = new Uint8Array(27 + lacing.length + body);
    const view = new DataView(page.buffer);
    page.set(new TextEncoder().encode("OggS"));
    page[5] = flags;
    view.setBigUint64(6, BigInt(granule), true);
    view.setUint32(14, this.serial, true);
    view.setUint32(18, this.pages.length, true);
    page[26] = lacing.length;
    page.set(lacing, 27);
    let at = 27 + lacing.length;
    for (const packet of packets) {
      page.set(packet, at);
      at += packet.length;
    }
    view.setUint32(22, checksum(page), true);
    this.pages.push(page);
  }
}

function opusTags(): Uint8Array {
  const vendor = new TextEncoder().encode("PyTake");
  const tags = new Uint8Array(8 + 4 + vendor.length + 4);
  tags.set(new TextEncoder().encode("OpusTags"));
  new DataView(tags.buffer).setUint32(8, vendor.length, true);
  tags.set(vendor, 12);
  return tags;
}

const segmentsOf = ({ length }: Uint8Array) => Math.floor(length / 255) + 1;

/** The pages of an Ogg file with the Opus packets of a WebM recording. */
export function webmToOgg(webm: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const { head, packets } = readWebm(webm);
  const writer = new OggWriter();
  writer.page([head], 0, FIRST_PAGE);
  writer.page([opusTags()], 0, 0);
  let granule = 0;
  let waiting: Uint8Array[] = [];
  let segments = 0;
  packets.forEach((packet, index) => {
    if (segments + segmentsOf(packet) > MOST_SEGMENTS) {
      writer.page(waiting, granule, 0);
      waiting = [];
      segments = 0;
    }
    waiting.push(packet);
    segments += segmentsOf(packet);
    granule += samplesIn(packet);
    if (index === packets.length - 1) writer.page(waiting, granule, LAST_PAGE);
  });
  return writer.pages;
}
