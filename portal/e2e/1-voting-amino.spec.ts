import { test } from "./base";
import { voterFlow } from "./voter";

test("a new user votes, with amino signatures", ({ context, page }) =>
  voterFlow({ context, page }, "amino"));
