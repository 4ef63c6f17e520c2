import { expect, test } from "vitest";
import { types } from "./types.mjs";

const schema = (answer) => ({
  instantiate: { title: "InstantiateMsg", type: "object" },
  execute: { title: "ExecuteMsg", oneOf: [{ type: "string", enum: ["tick"] }] },
  query: {
    title: "QueryMsg",
    oneOf: [
      {
        type: "object",
        required: ["one"],
        properties: {
          one: { type: "object", required: ["id"], properties: { id: { type: "integer" } } },
        },
      },
    ],
  },
  responses: { one: answer },
});

test("a query has its arguments and its answer", () => {
  const answer = {
    title: "OneResponse",
    type: "object",
    required: ["amount"],
    properties: {
      amount: { allOf: [{ $ref: "#/definitions/Uint128" }] },
      at: { type: ["integer", "null"] },
    },
    definitions: { Uint128: { type: "string" } },
  };
  const text = types("coin", schema(answer)).replace(/\s+/g, " ");
  expect(text).toContain("one: { args: { id: number; }; answer: OneResponse };");
  expect(text).toContain("export interface OneResponse { amount: Uint128; at?: number | null; }");
  expect(text).toContain("export type Uint128 = string;");
});

test("what is not known is refused, not guessed", () => {
  const answer = { title: "OneResponse", type: "object", patternProperties: {} };
  expect(() => types("coin", schema(answer))).toThrow(/patternProperties/);
});
