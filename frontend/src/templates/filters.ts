import type { TemplateQuery } from "@/api/templates";
import { CATEGORIES, STATUSES, type Category, type Status } from "./words";

/** What is shown of the templates; it lives in the address, so that reload and "back" keep it. */
export interface TemplateFilters {
  number?: string | undefined;
  status?: Status | undefined;
  category?: Category | undefined;
  language?: string | undefined;
  name?: string | undefined;
}

const words = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;

export function readTemplateFilters(search: Record<string, unknown>): TemplateFilters {
  return {
    number: words(search.number),
    status: STATUSES.find((each) => each === search.status),
    category: CATEGORIES.find((each) => each === search.category),
    language: words(search.language),
    name: words(search.name),
  };
}

export function queryOf({ number, name, ...rest }: TemplateFilters): TemplateQuery {
  return { ...rest, number_id: number, search: name };
}
