import { answer, api } from "./http";
import type { components } from "./schema";

export type NewNumber = components["schemas"]["NewNumberRequest"];
export type NewGatewayNumber = components["schemas"]["NewGatewayNumberRequest"];

const of = (id: string) => ({ params: { path: { id } } });

export const connectNumber = (number: NewNumber) => answer(api.POST("/api/v1/numbers/", { body: number }));
export const testNumber = (id: string) => answer(api.POST("/api/v1/numbers/{id}/test/", of(id)));
export const disconnectNumber = (id: string) => answer(api.POST("/api/v1/numbers/{id}/disconnect/", of(id)));
export const reconnectNumber = (id: string, accessToken: string) =>
  answer(
    api.PATCH("/api/v1/numbers/{id}/", {
      ...of(id),
      body: accessToken === "" ? { is_active: true } : { is_active: true, access_token: accessToken },
    }),
  );
export const readWebhook = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/numbers/{id}/webhook/", { ...of(id), signal }));
export const connectGateway = (number: NewGatewayNumber) =>
  answer(api.POST("/api/v1/numbers/gateway/", { body: number }));
export const askForQrCode = (id: string) => answer(api.POST("/api/v1/numbers/{id}/qr-code/", of(id)));
export const readQrCode = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/numbers/{id}/qr-code/", { ...of(id), signal }));
