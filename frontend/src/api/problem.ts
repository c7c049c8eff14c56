import type { ProblemDetails } from "./types";

/** An answer of the API that is not a success, or no answer at all (status 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly details: ProblemDetails;
  /** Further members of the problem, e.g. which of the plan's limits was reached. */
  readonly more: Record<string, unknown>;

  constructor(details: ProblemDetails, more: Record<string, unknown> = {}) {
    super(details.detail || details.title);
    this.name = "ApiProblem";
    this.status = details.status;
    this.details = details;
    this.more = more;
  }

  /** The last word of the problem's type, e.g. `window-closed`. */
  get kind(): string {
    const name = this.details.type.split("/").findLast((part) => part !== "") ?? "";
    return name
      .replace(/([a-z])([A-Z])/g, "$1-$2")
      .replaceAll("_", "-")
      .toLowerCase();
  }

  /** Messages by field, for forms. */
  get fields(): Record<string, string> {
    const entries = this.details.errors.map(({ field, message }) => [field, message] as const);
    return Object.fromEntries(entries);
  }
}

export function problemFrom(status: number, body: unknown): ApiProblem {
  const details = typeof body === "object" && body !== null ? (body as Partial<ProblemDetails>) : {};
  return new ApiProblem(
    {
      type: details.type ?? "about:blank",
      title: details.title ?? `HTTP ${status}`,
      detail: details.detail ?? "",
      errors: details.errors ?? [],
      trace_id: details.trace_id ?? "",
      status,
    },
    details,
  );
}

export function unreachable(): ApiProblem {
  return problemFrom(0, null);
}

/** Whether nobody answered at all. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 0;
}
