import { answer, api } from "./http";

const MOST = { params: { query: { page_size: 100 } } };

export const readMembers = (signal?: AbortSignal) => answer(api.GET("/api/v1/members/", { ...MOST, signal }));
export const readNumbers = (signal?: AbortSignal) => answer(api.GET("/api/v1/numbers/", { ...MOST, signal }));
