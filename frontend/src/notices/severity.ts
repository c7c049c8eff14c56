import type { Severity } from "@/api/notices";

export const SEVERITIES: Severity[] = ["info", "warning", "critical"];
export const SEVERITY_COLORS = { info: "brand", warning: "yellow", critical: "red" } as const;
