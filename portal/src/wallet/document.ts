// What wallets are given to sign, in the shapes of Keplr's interface.

import type { Message } from "./messages";

export interface Coin {
  denom: string;
  amount: string;
}

/** A fee: what is paid, and for how much gas at most. */
export interface Fee {
  amount: Coin[];
  gas: string;
}

/** Of an account, what a signature names so that it counts once. */
export interface Sequence {
  /** As text: newer chains number accounts beyond what a JavaScript number holds. */
  accountNumber: string;
  sequence: string;
}

export interface AccountData {
  address: string;
  algo: string;
  pubkey: Uint8Array;
}

/** `SIGN_MODE_DIRECT`: the bytes that are sent. */
export interface DirectDoc {
  bodyBytes: Uint8Array;
  authInfoBytes: Uint8Array;
  chainId: string;
  accountNumber: bigint;
}

/** `SIGN_MODE_LEGACY_AMINO_JSON`: what a Ledger shows. */
export interface AminoDoc {
  chain_id: string;
  account_number: string;
  sequence: string;
  fee: Fee;
  msgs: { type: string; value: Record<string, unknown> }[];
  memo: string;
}

/** A signature, in base64. */
export interface Signature {
  signature: string;
}

export interface DirectSigner {
  getAccounts(): Promise<readonly AccountData[]>;
  signDirect(address: string, doc: DirectDoc): Promise<{ signed: DirectDoc; signature: Signature }>;
}

export interface AminoSigner {
  getAccounts(): Promise<readonly AccountData[]>;
  signAmino(address: string, doc: AminoDoc): Promise<{ signed: AminoDoc; signature: Signature }>;
}

export type Signer = DirectSigner | AminoSigner;

export const PATH_EXECUTE = "/cosmwasm.wasm.v1.MsgExecuteContract";
const AMINO_EXECUTE = "wasm/MsgExecuteContract";

/** The document that is signed in amino JSON. */
export function aminoDoc(
  chainId: string,
  sender: string,
  { accountNumber, sequence }: Sequence,
  messages: Message[],
  fee: Fee,
): AminoDoc {
  return {
    chain_id: chainId,
    account_number: accountNumber,
    sequence,
    fee,
    msgs: messages.map(({ contract, msg }) => ({
      type: AMINO_EXECUTE,
      value: { sender, contract, msg, funds: [] },
    })),
    memo: "",
  };
}
