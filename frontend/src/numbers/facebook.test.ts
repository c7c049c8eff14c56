import { expect, it } from "vitest";
import { idsIn } from "./facebook";

const said = (data: unknown, origin = "https://www.facebook.com") => ({ origin, data: JSON.stringify(data) });
const FINISHED = {
  type: "WA_EMBEDDED_SIGNUP",
  event: "FINISH",
  data: { phone_number_id: "2", waba_id: "1" },
};

it("takes the ids of a finished sign-up from Meta's window", () => {
  expect(idsIn(said(FINISHED))).toEqual({ phone_number_id: "2", waba_id: "1" });
  expect(idsIn(said({ ...FINISHED, data: { cs_id: 3, waac_id: "4", waba_id: "1" } }))).toEqual({
    cs_id: "3",
    waac_id: "4",
    waba_id: "1",
  });
});

it("believes nobody else, and nothing that isn't finished", () => {
  expect(idsIn(said(FINISHED, "https://evilfacebook.com"))).toBeNull();
  expect(idsIn(said(FINISHED, "null"))).toBeNull();
  expect(idsIn(said({ ...FINISHED, event: "CANCEL" }))).toBeNull();
  expect(idsIn({ origin: "https://www.facebook.com", data: "no JSON" })).toBeNull();
});
