// As much of protobuf as a transaction of the chain takes. The tests compare it byte by byte
// with CosmJS, of which the same would be half a megabyte of script.

import { PATH_EXECUTE, type Coin } from "./document";

/** What a signer has signed in: `SIGN_MODE_DIRECT`, `SIGN_MODE_LEGACY_AMINO_JSON`. */
export const SIGN_MODES = { direct: 1, amino: 127 } as const;

const PUBLIC_KEY = "/cosmos.crypto.secp256k1.PubKey";

export type Bytes = Uint8Array<ArrayBuffer>;

/** `cosmwasm.wasm.v1.MsgExecuteContract` in an `Any`, without funds. */
export function execute(sender: string, contract: string, msg: unknown): Bytes {
  const body = concat(text(1, sender), text(2, contract), text(3, JSON.stringify(msg)));
  return any(PATH_EXECUTE, body);
}

/** `TxBody` without a memo. */
export function txBody(messages: Bytes[]): Bytes {
  return concat(...messages.map((message) => field(1, message)));
}

/** `AuthInfo` of one signer. */
export function authInfo(
  publicKey: Bytes,
  mode: number,
  sequence: bigint,
  fee: { amount: Coin[]; gas: string },
): Bytes {
  const key = any(PUBLIC_KEY, field(1, publicKey));
  const single = field(1, number(1, BigInt(mode)));
  const signer = concat(field(1, key), field(2, single), number(3, sequence));
  const coins = fee.amount.map((coin) =>
    field(1, concat(text(1, coin.denom), text(2, coin.amount))),
  );
  const paid = concat(...coins, number(2, BigInt(fee.gas)));
  return concat(field(1, signer), field(2, paid));
}

/** `TxRaw`. */
export function txRaw(body: Bytes, auth: Bytes, signature: Bytes): Bytes {
  // A simulation has an empty signature, but it has one: the field stands, with length 0.
  return concat(field(1, body), field(2, auth), raw(3, signature));
}

function any(url: string, value: Bytes): Bytes {
  return concat(text(1, url), field(2, value));
}

/** A field that is left out where it is empty, as proto3 has it. */
function field(id: number, value: Bytes): Bytes {
  return value.length === 0 ? value : raw(id, value);
}

function raw(id: number, value: Bytes): Bytes {
  return concat(varint(BigInt((id << 3) | 2)), varint(BigInt(value.length)), value);
}

function text(id: number, value: string): Bytes {
  return field(id, new TextEncoder().encode(value));
}

function number(id: number, value: bigint): Bytes {
  return value === 0n ? new Uint8Array() : concat(varint(BigInt(id << 3)), varint(value));
}

function varint(value: bigint): Bytes {
  const bytes: number[] = [];
  let left = value;
  while (left > 127n) {
    bytes.push(Number(left & 127n) | 128);
    left >>= 7n;
  }
  return new Uint8Array([...bytes, Number(left)]);
}

function concat(...parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
