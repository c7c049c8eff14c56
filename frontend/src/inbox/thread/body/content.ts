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

/** The plain values of an answered form, as pairs to list; a token that only machines need is left out. */
export function answers(value: unknown): [string, string][] {
  return Object.entries(fields(value))
    .filter(([key]) => key !== "flow_token")
    .map(([key, answer]) => [key, typeof answer === "object" ? JSON.stringify(answer) : text(answer)]);
}
