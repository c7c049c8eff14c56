/** WhatsApp's text formatting as a small tree; nothing in it is ever HTML. */
export type Inline =
  | { kind: "text"; text: string }
  | { kind: "bold" | "italic" | "strike"; children: Inline[] }
  | { kind: "mono"; text: string }
  | { kind: "link"; text: string; href: string };

export type Block =
  | { kind: "line"; children: Inline[] }
  | { kind: "quote"; children: Inline[] }
  | { kind: "bullet"; children: Inline[] }
  | { kind: "numbered"; number: string; children: Inline[] }
  | { kind: "mono"; text: string };

const MARKS = { "*": "bold", _: "italic", "~": "strike" } as const;

/** A mark counts when it hugs its words and stands at a word's edge: `2*3*4` and `snake_case_name` stay. */
const MARKED = /(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/gu;
const MONO = /`([^`\n]+)`/g;
const LINK = /\b(?:https?:\/\/|www\.)[^\s<>"'`]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/giu;
const MONO_BLOCK = /```([\s\S]+?)```/g;
/** Full stops and closing brackets after an address belong to the sentence. */
const AFTER_LINK = /[.,;:!?)\]}*_~]+$/;

function linkFrom(found: string): Inline & { kind: "link" } {
  const text = found.replace(AFTER_LINK, "");
  if (text.includes("@") && !/^(https?:|www\.)/i.test(text))
    return { kind: "link", text, href: `mailto:${text}` };
  return { kind: "link", text, href: /^https?:/i.test(text) ? text : `https://${text}` };
}

interface Found {
  index: number;
  length: number;
  node: Inline;
}

const FINDERS: ((text: string, from: number) => Found | null)[] = [
  (text, from) => {
    const match = matchFrom(LINK, text, from);
    if (match === null) return null;
    const node = linkFrom(match[0]);
    return { index: match.index, length: node.text.length, node };
  },
  (text, from) => {
    const match = matchFrom(MONO, text, from);
    return (
      match && { index: match.index, length: match[0].length, node: { kind: "mono", text: match[1] ?? "" } }
    );
  },
  (text, from) => {
    const match = matchFrom(MARKED, text, from);
    if (match === null) return null;
    const node: Inline = {
      kind: MARKS[match[1] as keyof typeof MARKS],
      children: parseInline(match[2] ?? ""),
    };
    return { index: match.index, length: match[0].length, node };
  },
];

function matchFrom(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

export function parseInline(text: string): Inline[] {
  const nodes: Inline[] = [];
  // What a finder sees ahead is kept until it is reached: a long text is not searched again for each piece.
  const ahead = FINDERS.map((find) => find(text, 0));
  let end = 0;
  for (;;) {
    FINDERS.forEach((find, index) => {
      const seen = ahead[index];
      if (seen && seen.index < end) ahead[index] = find(text, end);
    });
    const next = ahead.filter((found) => found !== null).sort((one, other) => one.index - other.index)[0];
    if (next === undefined) break;
    if (next.index > end) nodes.push({ kind: "text", text: text.slice(end, next.index) });
    nodes.push(next.node);
    end = next.index + Math.max(1, next.length);
  }
  if (end < text.length) nodes.push({ kind: "text", text: text.slice(end) });
  return nodes;
}

function parseLine(line: string): Block {
  const quote = /^> ?(.+)$/.exec(line);
  if (quote) return { kind: "quote", children: parseInline(quote[1] ?? "") };
  const bullet = /^[-*] (.+)$/.exec(line);
  if (bullet) return { kind: "bullet", children: parseInline(bullet[1] ?? "") };
  const numbered = /^(\d{1,3})\. (.+)$/.exec(line);
  if (numbered)
    return { kind: "numbered", number: numbered[1] ?? "", children: parseInline(numbered[2] ?? "") };
  return { kind: "line", children: parseInline(line) };
}

/** Nobody formats a text as long as this; whoever sends one wants the reader's browser to stand still. */
const LONGEST = 8192;

export function parseText(text: string): Block[] {
  if (text.length > LONGEST) return [{ kind: "line", children: [{ kind: "text", text }] }];
  const blocks: Block[] = [];
  let end = 0;
  const lines = (part: string) => part.split("\n").map(parseLine);
  for (const match of text.matchAll(MONO_BLOCK)) {
    const before = text.slice(end, match.index).replace(/\n$/, "");
    if (before !== "") blocks.push(...lines(before));
    blocks.push({ kind: "mono", text: (match[1] ?? "").replace(/^\n|\n$/g, "") });
    end = match.index + match[0].length;
  }
  const after = end === 0 ? text : text.slice(end).replace(/^\n/, "");
  if (after !== "") blocks.push(...lines(after));
  return blocks;
}

const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\u200d|\ufe0f|\s)+$/u;

/** How many emoji a text of nothing else has, at most three; 0 for any other text. */
export function loneEmoji(text: string): number {
  const bare = text.trim();
  if (bare === "" || bare.length > 40 || !EMOJI.test(bare) || /^[\d#*\s]+$/.test(bare)) return 0;
  const count = [...new Intl.Segmenter().segment(bare.replace(/\s/g, ""))].length;
  return count <= 3 ? count : 0;
}
