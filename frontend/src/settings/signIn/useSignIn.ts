import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { cursorOf } from "@/api/http";
import * as api from "@/api/signIn";
import { queryClient } from "@/app/queryClient";
import { registerDevice } from "@/auth/webauthn";

const FACTORS = ["factors"] as const;
const SESSIONS = ["sessions"] as const;
const IDENTITIES = ["identities"] as const;

export function useFactors() {
  return useQuery({ queryKey: FACTORS, queryFn: ({ signal }) => api.readFactors(signal), staleTime: 0 });
}

/** Read anew whenever the page is opened: other devices come and go unheard. */
export function useSessions() {
  return useInfiniteQuery({
    queryKey: SESSIONS,
    queryFn: ({ pageParam, signal }) => api.readSessions(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
    staleTime: 0,
  });
}

export function useIdentities() {
  return useInfiniteQuery({
    queryKey: IDENTITIES,
    queryFn: ({ pageParam, signal }) => api.readIdentities(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
    staleTime: 0,
  });
}

const factorsChanged = () => queryClient.invalidateQueries({ queryKey: FACTORS });
const sessionsChanged = () => queryClient.invalidateQueries({ queryKey: SESSIONS });

/** Answers the recovery codes, where they are new. */
export async function confirmTotp(code: string): Promise<string[] | null> {
  const { recovery_codes } = await api.confirmTotp(code);
  void factorsChanged();
  return recovery_codes;
}

export async function addDevice(
  name: string,
  passwordless: boolean,
  password: string,
): Promise<string[] | null> {
  const options = await api.beginDevice(passwordless, password);
  const { recovery_codes } = await api.completeDevice(name, await registerDevice(options));
  void factorsChanged();
  return recovery_codes;
}

export async function renameDevice(device: api.Device, name: string): Promise<void> {
  await api.renameDevice(device.id, name);
  await factorsChanged();
}

export async function removeFactor(factor: "totp" | api.Device, password: string): Promise<void> {
  await (factor === "totp" ? api.removeTotp(password) : api.removeDevice(factor.id, password));
  await factorsChanged();
}

export async function renewRecoveryCodes(password: string): Promise<string[]> {
  const { recovery_codes } = await api.renewRecoveryCodes(password);
  await factorsChanged();
  return recovery_codes ?? [];
}

export async function endSession(id: string): Promise<void> {
  await api.endSession(id);
  await sessionsChanged();
}

export async function endOtherSessions(): Promise<void> {
  await api.endOtherSessions();
  await sessionsChanged();
}

/** Whoever was signed in by it is out. */
export async function unlinkIdentity(id: string): Promise<void> {
  await api.unlinkIdentity(id);
  await Promise.all([queryClient.invalidateQueries({ queryKey: IDENTITIES }), sessionsChanged()]);
}
