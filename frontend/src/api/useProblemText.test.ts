import { renderHook } from "@testing-library/react";
import { beforeAll, expect, it } from "vitest";
import { ready } from "@/i18n";
import { problemFrom } from "./problem";
import { useFieldProblems, useProblemText } from "./useProblemText";

beforeAll(() => ready);

const textOf = (body: unknown, status: number) =>
  renderHook(() => useProblemText()).result.current(problemFrom(status, body));

it("says which of the plan's limits was reached", () => {
  const refusal = { type: "/problems/plan-limit-reached", title: "Plan limit reached" };
  const contacts = { ...refusal, resource: "contacts", limit: 1000, used: 1000 };
  expect(textOf(contacts, 402)).toBe("Seu plano permite 1.000 contatos, e já há 1.000.");
  expect(textOf({ ...contacts, resource: "agents", limit: 1, used: 2 }, 402)).toBe(
    "Seu plano permite 1 pessoa, e já há 2.",
  );
  expect(textOf({ ...contacts, resource: "moons" }, 402)).toBe("O limite do seu plano foi atingido.");
});

it("says at the fields what it knows in the language of the page, and the rest in the API's words", () => {
  const fieldsOf = renderHook(() => useFieldProblems()).result.current;
  const errors = [{ field: "password", message: "This isn't your password.", code: "wrong" }];
  const refusal = { title: "Wrong password", errors };
  expect(fieldsOf(problemFrom(403, { ...refusal, type: "/problems/wrong-password" }))).toEqual({
    password: "Senha incorreta.",
  });
  expect(fieldsOf(problemFrom(400, { ...refusal, type: "/problems/invalid" }))).toEqual({
    password: "This isn't your password.",
  });
});
