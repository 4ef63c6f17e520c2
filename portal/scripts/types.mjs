// Writes the contracts' types from their JSON schemas: `schema/*.json` becomes
// `src/contracts/*.ts`. With --check it writes nothing and fails if a file is stale.
//
// A schema says more than this needs (formats, minima); a keyword that would change the
// shape of a value and is not known here is an error, never a guess.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const CONTRACTS = {
  coin: "cw20-compute",
  oracle: "reserve-oracle",
  votes: "staking-votes",
  market: "compute-market",
};

/** Types of the chain that are text in JSON. */
const TEXTS = [
  "Addr",
  "Binary",
  "Decimal",
  "HexBinary",
  "Timestamp",
  "Uint64",
  "Uint128",
  "Uint256",
];

const WITHOUT_SHAPE = [
  "$schema",
  "title",
  "description",
  "format",
  "minimum",
  "default",
  "definitions",
];
const KNOWN = [
  ...WITHOUT_SHAPE,
  "$ref",
  "additionalProperties",
  "allOf",
  "anyOf",
  "enum",
  "items",
  "maxItems",
  "minItems",
  "oneOf",
  "properties",
  "required",
  "type",
];

/** The TypeScript of one contract's schema. */
export function types(name, schema) {
  const named = new Map();
  const add = (title, shape) => {
    const text = declaration(title, shape);
    const before = named.get(title);
    if (before !== undefined && before !== text)
      throw new Error(`two shapes of ${title} in ${name}`);
    named.set(title, text);
  };
  const take = (root) => {
    for (const [title, shape] of Object.entries(root.definitions ?? {})) add(title, shape);
    return root;
  };
  const messages = ["instantiate", "execute", "query"].map((key) => take(schema[key]));
  for (const message of messages) add(message.title, message);

  const queries = [];
  for (const variant of schema.query.oneOf) {
    for (const asked of variant.enum ?? Object.keys(variant.properties)) {
      const answer = take(schema.responses[asked]);
      // Only objects have a name of their own; others are written where they are used.
      const own = answer.type === "object" || answer.oneOf !== undefined;
      if (own) add(answer.title, answer);
      const args = variant.enum ? "Record<string, never>" : value(variant.properties[asked]);
      const says = own ? identifier(answer.title) : value(answer);
      queries.push(
        `${comment(variant.description, "  ")}  ${asked}: { args: ${args}; answer: ${says} };`,
      );
    }
  }
  const texts = [...named.keys()].filter((title) => TEXTS.includes(title));
  const shapes = [...named.keys()].filter((title) => !TEXTS.includes(title)).sort();
  return (
    [
      `// Written by scripts/types.mjs from schema/${CONTRACTS[name]}.json; not to be edited.`,
      ...texts.sort().map((title) => `export type ${title} = string;`),
      ...shapes.map((title) => named.get(title)),
      `/** What can be asked of the contract, and what it answers. */\nexport interface Queries {\n${queries.join("\n")}\n}`,
    ].join("\n\n") + "\n"
  );
}

function declaration(title, shape) {
  if (TEXTS.includes(title)) return `export type ${title} = string;`;
  const text = value(shape);
  const kind = text.startsWith("{") && !text.includes("} |") ? "interface" : "type";
  const body = kind === "interface" ? ` ${text}` : ` = ${text};`;
  return `${comment(shape.description)}export ${kind} ${identifier(title)}${body}`;
}

/** A title such as `Contracts_for_String` as it is; anything else is refused. */
function identifier(title) {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(title)) throw new Error(`${title} is no name`);
  return title;
}

function comment(text, indent = "") {
  if (!text) return "";
  const lines = text.replaceAll("*/", "* /").split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

function value(shape) {
  const odd = Object.keys(shape).find((key) => !KNOWN.includes(key));
  if (odd) throw new Error(`the keyword ${odd} is not known`);
  if (shape.$ref) return identifier(shape.$ref.replace("#/definitions/", ""));
  if (shape.allOf) return all(shape.allOf);
  const several = shape.oneOf ?? shape.anyOf;
  if (several) return several.map(value).join(" | ");
  if (shape.enum) return shape.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (Array.isArray(shape.type)) {
    return shape.type.map((type) => value({ ...shape, type })).join(" | ");
  }
  switch (shape.type) {
    case "integer":
      return "number";
    case "string":
      return "string";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return array(shape.items);
    case "object":
      return object(shape);
    default:
      throw new Error(`the shape ${JSON.stringify(shape).slice(0, 200)} is not known`);
  }
}

function all(shapes) {
  if (shapes.length !== 1) throw new Error("allOf of several shapes is not known");
  return value(shapes[0]);
}

function array(items) {
  if (Array.isArray(items)) return `[${items.map(value).join(", ")}]`;
  const one = value(items);
  return one.includes("|") ? `(${one})[]` : `${one}[]`;
}

function object({ properties = {}, required = [], additionalProperties }) {
  if (typeof additionalProperties === "object") throw new Error("maps are not known");
  const fields = Object.entries(properties).map(([name, shape]) => {
    const optional = required.includes(name) ? "" : "?";
    return `${comment(shape.description)}${name}${optional}: ${value(shape)};`;
  });
  return fields.length === 0 ? "Record<string, never>" : `{\n${fields.join("\n")}\n}`;
}

async function main() {
  const { format } = await import("prettier");
  const check = process.argv.includes("--check");
  let stale = 0;
  for (const [name, file] of Object.entries(CONTRACTS)) {
    const schema = JSON.parse(
      readFileSync(new URL(`../../schema/${file}.json`, import.meta.url), "utf8"),
    );
    const text = await format(types(name, schema), { parser: "typescript", printWidth: 100 });
    const path = fileURLToPath(new URL(`../src/contracts/${name}.ts`, import.meta.url));
    if (!check) writeFileSync(path, text);
    else if (readFileSync(path, "utf8") !== text) {
      console.error(`${path} is stale: run npm run types`);
      stale += 1;
    }
  }
  process.exitCode = stale === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
