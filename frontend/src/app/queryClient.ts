import { QueryClient } from "@tanstack/react-query";
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
