export interface Choice {
  value: string;
  label: string;
}

function offsetOf(zone: string, locale: string): string {
  const parts = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    timeZoneName: "shortOffset",
  }).formatToParts();
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** Every time zone that the browser knows, with what its clocks differ by now; `kept` is there in any case. */
export function timeZones(locale: string, kept: string): Choice[] {
  const known = [...new Set([kept, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();
  return known.map((zone) => {
    try {
      return { value: zone, label: `${zone.replaceAll("_", " ")} (${offsetOf(zone, locale)})` };
    } catch {
      return { value: zone, label: zone }; // the server knows more of them than this browser
    }
  });
}

/** Every currency that the browser knows, by code and name. */
export function currencies(locale: string, kept: string): Choice[] {
  const names = new Intl.DisplayNames(locale, { type: "currency" });
  const known = [...new Set([kept, ...Intl.supportedValuesOf("currency")])].sort();
  return known.map((code) => ({ value: code, label: `${code}: ${names.of(code) ?? code}` }));
}
