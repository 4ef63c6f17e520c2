import { test } from "./base";
import { voterFlow } from "./voter";

test("a new user votes, with direct signatures", ({ context, page }) =>
  voterFlow({ context, page }, "direct"));
