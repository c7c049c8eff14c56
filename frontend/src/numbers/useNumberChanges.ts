import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import * as api from "@/api/numbers";
import type { WhatsAppNumber } from "@/api/types";
import { useProblemReport } from "@/api/useProblemText";
import { queryClient } from "@/app/queryClient";

function readAgain(): void {
  void queryClient.invalidateQueries({ queryKey: keys.numbers });
}

/** What can be done to a connected number. */
export function useNumberChanges(id: string) {
  const onError = useProblemReport();
  const test = useMutation({ mutationFn: () => api.testNumber(id), onSuccess: readAgain, onError });
  const disconnect = useMutation({
    mutationFn: () => api.disconnectNumber(id),
    onSuccess: readAgain,
    onError,
  });
  const reconnect = useMutation({
    mutationFn: (accessToken: string) => api.reconnectNumber(id, accessToken),
    onSuccess: readAgain,
    onError,
  });
  return { test, disconnect, reconnect };
}

export function useConnectNumber(onConnected: (number: WhatsAppNumber) => void) {
  return useMutation({
    mutationFn: api.connectNumber,
    onSuccess: (number) => {
      readAgain();
      onConnected(number);
    },
  });
}

export function say(message: string): void {
  notifications.show({ color: "teal", message });
}
