import { expect, it } from "vitest";
import { homeOf } from "./home";

it("leads to the first page that the person may use", () => {
  expect(homeOf(["numbers.view", "conversations.view"])).toBe("/inbox");
  expect(homeOf(["numbers.view", "notices.view"])).toBe("/numbers");
  expect(homeOf(["notices.view"])).toBe("/settings/profile");
});
