import { QueryObserver } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import { keys } from "@/api/keys";
import { queryClient } from "./queryClient";

it("reads a settings page again when somebody comes back to its window, and the inbox not", async () => {
  vi.useFakeTimers();
  const read = vi.fn((key: string) => key);
  const stops = [keys.departments, keys.counts].map((queryKey) =>
    new QueryObserver<string>(queryClient, { queryKey, queryFn: () => read(queryKey[0]) }).subscribe(
      () => undefined,
    ),
  );
  await vi.advanceTimersByTimeAsync(3_000);
  queryClient.mount();
  window.dispatchEvent(new Event("focus"));
  await vi.advanceTimersByTimeAsync(100);
  expect(read.mock.calls.map(([key]) => key).sort()).toEqual(["counts", "departments", "departments"]);
  for (const stop of stops) stop();
  queryClient.unmount();
  vi.useRealTimers();
});
