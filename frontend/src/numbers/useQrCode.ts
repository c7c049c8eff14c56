import { useMutation, useQuery } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import * as api from "@/api/numbers";
import type { WhatsAppNumber } from "@/api/types";
import { useProblemReport } from "@/api/useProblemText";
import { queryClient } from "@/app/queryClient";

const LOOK_EVERY = 3_000;

/** How a connection by QR code stands, asked again until it stands. */
export function useQrCode(numberId: string) {
  return useQuery({
    queryKey: keys.qrCode(numberId),
    queryFn: ({ signal }) => api.readQrCode(numberId, signal),
    refetchInterval: ({ state }) => (state.data?.status === "connected" ? false : LOOK_EVERY),
    gcTime: 0,
  });
}

/** Asks the gateway for a code; it makes its instance where it has none. */
export function useAskForQrCode(numberId: string) {
  return useMutation({
    mutationFn: () => api.askForQrCode(numberId),
    onSuccess: (connection) => {
      queryClient.setQueryData(keys.qrCode(numberId), connection);
      void queryClient.invalidateQueries({ queryKey: keys.numbers });
    },
    onError: useProblemReport(),
  });
}

export function useConnectGateway(onConnected: (number: WhatsAppNumber) => void) {
  return useMutation({
    mutationFn: api.connectGateway,
    onSuccess: (number) => {
      void queryClient.invalidateQueries({ queryKey: keys.numbers });
      onConnected(number);
    },
  });
}
