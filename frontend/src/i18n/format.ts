import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";
import i18next from "i18next";

dayjs.extend(utc);
dayjs.extend(timezone);

/** Times are stored in UTC and shown in the person's zone, else the organization's, whatever the computer says. */
let zone = "America/Sao_Paulo";
const formatters = new Map<string, Intl.DateTimeFormat>();

export function showTimesIn(timeZone: string): void {
  zone = timeZone;
  formatters.clear();
}

function formatter(options: Intl.DateTimeFormatOptions, locale = i18next.language): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let found = formatters.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    formatters.set(key, found);
  }
  return found;
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const DATE: Intl.DateTimeFormatOptions = { day: "2-digit", month: "2-digit", year: "numeric" };

/** A day of the organization's calendar as `2026-11-24`. */
export function dayOf(at: string | number | Date): string {
  return formatter(DATE, "en-CA").format(new Date(at));
}

export function clock(at: string): string {
  return formatter(CLOCK).format(new Date(at));
}

export function dateAndTime(at: string): string {
  return formatter({ ...DATE, ...CLOCK }).format(new Date(at));
}

function daysBetween(day: string, today: string): number {
  return Math.round((Date.parse(today) - Date.parse(day)) / 86_400_000);
}

/** "Hoje", "Ontem", "segunda-feira", "3 de março", "3 de março de 2025". */
export function dayName(at: string, now = Date.now()): string {
  const today = dayOf(now);
  const day = dayOf(at);
  const age = daysBetween(day, today);
  if (age === 0) return i18next.t("common.today");
  if (age === 1) return i18next.t("common.yesterday");
  if (age > 1 && age < 7) return formatter({ weekday: "long" }).format(new Date(at));
  const sameYear = day.slice(0, 4) === today.slice(0, 4);
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "long" };
  return formatter(sameYear ? options : { ...options, year: "numeric" }).format(new Date(at));
}

/** For lists: the clock today, then "Ontem", the weekday, the date. */
export function shortTime(at: string, now = Date.now()): string {
  const age = daysBetween(dayOf(at), dayOf(now));
  if (age <= 0) return clock(at);
  if (age === 1) return i18next.t("common.yesterday");
  if (age < 7) return formatter({ weekday: "short" }).format(new Date(at)).replace(".", "");
  return formatter({ day: "2-digit", month: "2-digit", year: "2-digit" }).format(new Date(at));
}

/** "3h12", "12 min": what remains until `at`, or null when it is over. */
export function remaining(at: string, now = Date.now()): string | null {
  const left = Date.parse(at) - now;
  if (left <= 0) return null;
  const minutes = Math.max(1, Math.floor(left / 60_000));
  if (minutes < 60) return i18next.t("common.minutes", { minutes });
  return i18next.t("common.hoursMinutes", {
    hours: Math.floor(minutes / 60),
    minutes: String(minutes % 60).padStart(2, "0"),
  });
}

/** The instant at which a day of the organization's calendar begins. */
export function startOfDay(day: string): string {
  return dayjs.tz(`${day}T00:00:00`, zone).toISOString();
}

export function fileSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value < 10 && unit > 0 ? 1 : 0;
  const number = new Intl.NumberFormat(i18next.language, { maximumFractionDigits: digits }).format(value);
  return `${number} ${units[unit] ?? ""}`;
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** @param maximumFractionDigits where single messages are priced, cents are too coarse. */
export function money(amount: number, currency: string, maximumFractionDigits?: number): string {
  try {
    const options = { style: "currency", currency, maximumFractionDigits } as const;
    return new Intl.NumberFormat(i18next.language, options).format(amount);
  } catch {
    return `${amount} ${currency}`.trim();
  }
}
