/** Reads a message's content, whose shape depends on its type, without trusting that it has one. */
export type Fields = Record<string, unknown>;

export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

export function text(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

export function number(value: unknown): number | null {
  const parsed = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) ? parsed : null;
}

/** What only machines need: a form's token, and answers that no program could read. */
const FOR_MACHINES = ["flow_token", "raw", "saved_address_id"];

export type Answer = string | boolean;

/** The plain values of an answered form, as pairs to list; those inside others stand beside them. */
export function answers(value: unknown): [string, Answer][] {
  return Object.entries(fields(value)).flatMap(([key, answer]): [string, Answer][] => {
    if (FOR_MACHINES.includes(key)) return [];
    if (typeof answer === "boolean") return [[key, answer]];
    if (Array.isArray(answer)) return [[key, answer.map(text).filter(Boolean).join(", ")]];
    return typeof answer === "object" && answer !== null ? answers(answer) : [[key, text(answer)]];
  });
}
