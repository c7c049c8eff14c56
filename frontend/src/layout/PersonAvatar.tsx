import { Avatar, Indicator } from "@mantine/core";
import type { Status } from "@/realtime/presence";

const COLORS = ["brand", "violet", "teal", "pink", "cyan", "grape", "indigo"];

function colorOf(name: string): string {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return COLORS[sum % COLORS.length] ?? "brand";
}

/** First letters of the first and last word; a phone number has none and shows its last two digits. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /\p{L}/u.test(word));
  const first = words[0];
  if (first === undefined) return name.replace(/\D/g, "").slice(-2) || "?";
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  return [first, last]
    .map((word) => /\p{L}/u.exec(word)?.[0] ?? "")
    .join("")
    .toUpperCase();
}

export const STATUS_COLORS: Record<Status, string> = {
  online: "green",
  away: "yellow",
  busy: "red",
  offline: "gray",
};

interface Props {
  name: string;
  /** Their portrait, where there is one; it stands in for the initials. */
  src?: string | null | undefined;
  size?: number;
  /** Their portrait, if they have one. */
  picture?: string | null | undefined;
  /** A dot for colleagues; left out for customers, whose presence nobody knows. */
  status?: Status | undefined;
}

export function PersonAvatar({ name, src, size = 36, status }: Props) {
  const avatar = (
    <Avatar
      src={src}
      size={size}
      radius="50%"
      color={colorOf(name)}
      aria-hidden="true"
      styles={{ placeholder: { fontSize: size * 0.38, fontWeight: 650 } }}
    >
      {initials(name)}
    </Avatar>
  );
  if (status === undefined) return avatar;
  return (
    <Indicator
      inline
      size={Math.max(8, size / 4)}
      offset={size / 8}
      withBorder
      color={STATUS_COLORS[status]}
      position="bottom-end"
    >
      {avatar}
    </Indicator>
  );
}
