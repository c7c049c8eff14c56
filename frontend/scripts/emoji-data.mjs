// Writes src/inbox/composer/emoji/data.json: every emoji by group, with words to find it by in Portuguese and English.
// Its source (Unicode CLDR as packed by emojibase, MIT) is 49 MB, so it is fetched only when the data is made anew:
//   npm install --no-save emojibase-data@17.0.0 && node scripts/emoji-data.mjs
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const portuguese = require("emojibase-data/pt/compact.json");
const english = new Map(require("emojibase-data/en/compact.json").map((emoji) => [emoji.hexcode, emoji]));

const GROUPS = [
  "smileys",
  "people",
  null,
  "nature",
  "food",
  "travel",
  "activities",
  "objects",
  "symbols",
  "flags",
];
const MOST_TAGS = 6;

function words(emoji) {
  return [emoji.label, ...(emoji.tags ?? []).slice(0, MOST_TAGS)].join(" ").toLowerCase();
}

const groups = GROUPS.flatMap((key, index) => {
  if (key === null) return [];
  const emojis = portuguese
    .filter((emoji) => emoji.group === index)
    .sort((one, other) => one.order - other.order)
    .map((emoji) => [emoji.unicode, words(emoji), words(english.get(emoji.hexcode))]);
  return [{ key, emojis }];
});

const lines = groups.map(({ key, emojis }) => {
  const rows = emojis.map((row) => JSON.stringify(row)).join(",\n");
  return `{"key":"${key}","emojis":[\n${rows}\n]}`;
});
writeFileSync(
  new URL("../src/inbox/composer/emoji/data.json", import.meta.url),
  `[\n${lines.join(",\n")}\n]\n`,
);
