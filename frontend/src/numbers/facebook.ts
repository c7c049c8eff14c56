/**
 * Meta's sign-up window. Its script is loaded only here, once somebody asks for the window.
 * Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/implementation
 */
import type { SignupOffer } from "@/api/numberPage";

interface LoginAnswer {
  authResponse?: { code?: string } | null;
}

interface Sdk {
  init(options: Record<string, unknown>): void;
  login(then: (answer: LoginAnswer) => void, options: Record<string, unknown>): void;
}

declare global {
  interface Window {
    FB?: Sdk;
  }
}

/** What the window tells the page that opened it. */
export interface SignedUp {
  code: string;
  waba_id: string;
  phone_number_id?: string;
  cs_id?: string;
  waac_id?: string;
}

const ADDRESS = "https://connect.facebook.net/en_US/sdk.js";
const IDS = ["waba_id", "phone_number_id", "cs_id", "waac_id"] as const;
let loading: Promise<Sdk> | null = null;

function loaded(): Promise<Sdk> {
  loading ??= new Promise<Sdk>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = ADDRESS;
    script.async = true;
    script.crossOrigin = "anonymous";
    script.onload = () => (window.FB === undefined ? reject(new Error("No SDK")) : resolve(window.FB));
    script.onerror = () => reject(new Error("The SDK didn't load"));
    document.head.append(script);
  }).catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** The ids of a finished sign-up, from a message of Meta's window; null for any other message. */
export function idsIn(event: { origin: string; data: unknown }): Omit<SignedUp, "code"> | null {
  const { hostname } = URL.parse(event.origin) ?? { hostname: "" };
  if (hostname !== "facebook.com" && !hostname.endsWith(".facebook.com")) return null;
  if (typeof event.data !== "string") return null;
  let told: { type?: unknown; event?: unknown; data?: Record<string, unknown> };
  try {
    told = JSON.parse(event.data) as typeof told;
  } catch {
    return null;
  }
  if (told.type !== "WA_EMBEDDED_SIGNUP" || !String(told.event).startsWith("FINISH")) return null;
  const given = IDS.flatMap((name) => {
    const id = told.data?.[name];
    return typeof id === "string" || typeof id === "number" ? [[name, String(id)] as const] : [];
  });
  const ids = Object.fromEntries(given) as Partial<SignedUp>;
  return ids.waba_id === undefined ? null : { ...ids, waba_id: ids.waba_id };
}

/** Makes Meta's script ready, so that a click may open the window at once: later, browsers would block it. */
export async function prepare({ app_id, graph_version }: SignupOffer): Promise<void> {
  (await loaded()).init({ appId: app_id, autoLogAppEvents: false, xfbml: false, version: graph_version });
}

/** Opens Meta's window; null: it was left before the end. */
export function openSignup({ config_id }: SignupOffer): Promise<SignedUp | null> {
  return new Promise((resolve, reject) => {
    if (window.FB === undefined) {
      reject(new Error("No SDK"));
      return;
    }
    let ids: Omit<SignedUp, "code"> | null = null;
    const listen = (event: MessageEvent) => {
      ids = idsIn(event) ?? ids;
    };
    window.addEventListener("message", listen);
    window.FB.login(
      ({ authResponse }) => {
        window.removeEventListener("message", listen);
        const code = authResponse?.code;
        resolve(code === undefined || ids === null ? null : { code, ...ids });
      },
      {
        config_id,
        response_type: "code",
        override_default_response_type: true,
        extras: { setup: {}, featureType: "", sessionInfoVersion: "3", version: "v4" },
      },
    );
  });
}
