import { expect, test } from "vitest";
import { distance, length } from "./time";

test("distances use the largest unit that fits", () => {
  const now = 1_769_860_800;
  expect(distance(now + 180, now, "en")).toBe("in 3 minutes");
  expect(distance(now - 2 * 86_400, now, "en")).toBe("2 days ago");
  expect(distance(now, now, "en")).toBe("now");
});

test("lengths are whole in their unit", () => {
  expect(length(21 * 86_400, "en")).toBe("21 days");
  expect(length(90, "en")).toBe("90 seconds");
  expect(length(60, "en")).toBe("1 minute");
  expect(length(0, "en")).toBe("0 seconds");
});
