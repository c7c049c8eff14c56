import { focusManager, QueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { ApiProblem } from "@/api/problem";

/** The socket says what changed, so data stays fresh until told otherwise. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5 * 60_000,
      gcTime: 15 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: "always",
      retry: (failures, error) => {
        const hopeless = error instanceof ApiProblem && error.status >= 400 && error.status < 500;
        return !hopeless && failures < 3;
      },
    },
    mutations: { networkMode: "always" },
  },
});

/** Two windows beside each other are both visible; who comes to one looks at it. */
focusManager.setEventListener((handle) => {
  const look = () => handle();
  window.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
  return () => {
    window.removeEventListener("visibilitychange", look);
    window.removeEventListener("focus", look);
  };
});

/** What no fact tells of: read again by whoever opens its page, or comes back to it. */
const UNTOLD: readonly (readonly string[])[] = [
  ["members", "users"],
  ["members", "user"],
  keys.invitations,
  keys.skills,
  keys.roles,
  keys.departments,
  keys.organization,
  keys.organizationExports,
  keys.security,
  keys.identityProviders,
  keys.retention,
  keys.privacyJobs,
  keys.noticePreferences,
  keys.apiKeys,
  keys.secrets,
  ["audit-log"],
];
for (const key of UNTOLD) {
  queryClient.setQueryDefaults(key, { staleTime: 2_000, refetchOnWindowFocus: true });
}
