import { Group, ScrollArea, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import data from "./data.json";
import classes from "./emoji.module.css";

type Row = [emoji: string, portuguese: string, english: string];
interface EmojiGroup {
  key: "smileys" | "people" | "nature" | "food" | "travel" | "activities" | "objects" | "symbols" | "flags";
  emojis: Row[];
}

const GROUPS = data as unknown as EmojiGroup[];
const COLUMNS = 8;
const MOST_FOUND = 64;
const RECENT_KEY = "pytake.emoji";
const MOST_RECENT = 16;

function readRecent(): string[] {
  return (localStorage.getItem(RECENT_KEY) ?? "").split(" ").filter(Boolean);
}

function keepRecent(emoji: string): void {
  const recent = [emoji, ...readRecent().filter((other) => other !== emoji)].slice(0, MOST_RECENT);
  localStorage.setItem(RECENT_KEY, recent.join(" "));
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Where a word begins in a text; infinitely far when it is not there. */
function place(text: string, word: string): number {
  const at = ` ${text}`.indexOf(` ${word}`);
  return at === -1 ? Infinity : at;
}

function search(words: string): string[] {
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  const found = GROUPS.flatMap((group) => group.emojis).flatMap(([emoji, portuguese, english]) => {
    const texts = [plain(portuguese), plain(english)];
    const places = wanted.map((word) => Math.min(...texts.map((text) => place(text, word))));
    return places.every(Number.isFinite) ? [{ emoji, place: Math.max(...places) }] : [];
  });
  // Names come before the words that an emoji may also be found by.
  return found
    .sort((one, other) => one.place - other.place)
    .slice(0, MOST_FOUND)
    .map(({ emoji }) => emoji);
}

function Section({
  title,
  emojis,
  onChoose,
}: {
  title: string;
  emojis: string[];
  onChoose: (emoji: string) => void;
}) {
  return (
    <section className={classes.section} aria-label={title}>
      <Text size="xs" fw={600} c="var(--pt-muted)" mb={4}>
        {title}
      </Text>
      <div className={classes.grid}>
        {emojis.map((emoji) => (
          <UnstyledButton key={emoji} className={classes.emoji} data-emoji="" onClick={() => onChoose(emoji)}>
            {emoji}
          </UnstyledButton>
        ))}
      </div>
    </section>
  );
}

const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: COLUMNS,
  ArrowUp: -COLUMNS,
};

/** Every emoji, by group or by search in Portuguese and English; arrows walk through the grid. */
export default function EmojiPicker({ onChoose }: { onChoose: (emoji: string) => void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [recent] = useState(readRecent);
  const frame = useRef<HTMLDivElement>(null);
  const found = useMemo(() => (words.trim() === "" ? null : search(words)), [words]);

  const choose = (emoji: string) => {
    keepRecent(emoji);
    onChoose(emoji);
  };
  const walk = (event: React.KeyboardEvent) => {
    const step = STEPS[event.key];
    const buttons = [...(frame.current?.querySelectorAll<HTMLElement>("[data-emoji]") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    const entering = at === -1 && event.key === "ArrowDown";
    if (step === undefined || (at === -1 && !entering)) return;
    event.preventDefault();
    buttons[entering ? 0 : at + step]?.focus();
  };

  return (
    <div ref={frame} className={classes.picker} onKeyDown={walk}>
      <TextInput
        size="sm"
        leftSection={<IconSearch size={16} />}
        placeholder={t("composer.searchEmoji")}
        aria-label={t("composer.searchEmoji")}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => {
          const first = found?.[0];
          if (event.key === "Enter" && first !== undefined) choose(first);
        }}
        data-autofocus
      />
      {found === null && (
        <Group gap={2} mt={6} wrap="nowrap" justify="space-between">
          {GROUPS.map(({ key, emojis }) => (
            <UnstyledButton
              key={key}
              className={classes.tab}
              title={t(`composer.emojiGroups.${key}`)}
              aria-label={t(`composer.emojiGroups.${key}`)}
              onClick={() => document.getElementById(`emoji-${key}`)?.scrollIntoView({ block: "start" })}
            >
              {emojis[0]?.[0]}
            </UnstyledButton>
          ))}
        </Group>
      )}
      <ScrollArea h={280} mt={6} type="auto" offsetScrollbars>
        {found !== null && found.length === 0 && (
          <Text size="sm" c="var(--pt-muted)" ta="center" py="xl" role="status">
            {t("composer.noEmoji")}
          </Text>
        )}
        {found !== null && found.length > 0 && (
          <Section title={t("composer.found")} emojis={found} onChoose={choose} />
        )}
        {found === null && recent.length > 0 && (
          <Section title={t("composer.recent")} emojis={recent} onChoose={choose} />
        )}
        {found === null &&
          GROUPS.map(({ key, emojis }) => (
            <div key={key} id={`emoji-${key}`}>
              <Section
                title={t(`composer.emojiGroups.${key}`)}
                emojis={emojis.map(([emoji]) => emoji)}
                onChoose={choose}
              />
            </div>
          ))}
      </ScrollArea>
    </div>
  );
}
