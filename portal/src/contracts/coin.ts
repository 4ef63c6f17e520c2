// Written by scripts/types.mjs from schema/cw20-compute.json; not to be edited.

export type Addr = string;

export type Binary = string;

export type Timestamp = string;

export type Uint128 = string;

export type Uint64 = string;

/** Actions that can be taken to alter the contract's ownership */
export type Action =
  | {
      transfer_ownership: {
        expiry?: Expiration | null;
        new_owner: string;
      };
    }
  | "accept_ownership"
  | "renounce_ownership";

export interface AllAccountsResponse {
  accounts: string[];
}

export interface AllAllowancesResponse {
  allowances: AllowanceInfo[];
}

export interface AllSpenderAllowancesResponse {
  allowances: SpenderAllowanceInfo[];
}

export interface AllowanceInfo {
  allowance: Uint128;
  expires: Expiration;
  spender: string;
}

export interface AllowanceResponse {
  allowance: Uint128;
  expires: Expiration;
}

export interface BalanceResponse {
  balance: Uint128;
}

/** Who the four contracts are to each other. Set once, when a contract is activated; a contract refuses a set in which it does not find itself, so the same message can go to all four. */
export interface Contracts_for_String {
  /** `cw20-compute`. */
  coin: string;
  /** `compute-market`. */
  market: string;
  /** `reserve-oracle`. */
  oracle: string;
  /** `staking-votes`. */
  votes: string;
}

/** When we download an embedded logo, we get this response type. We expect a SPA to be able to accept this info and display it. */
export interface DownloadLogoResponse {
  data: Binary;
  mime_type: string;
}

/** This is used to store the logo on the blockchain in an accepted format. Enforce maximum size of 5KB on all variants. */
export type EmbeddedLogo =
  | {
      svg: Binary;
    }
  | {
      png: Binary;
    };

/** What can be sent to the coin. */
export type ExecuteMsg =
  | {
      activate: {
        /** All four. */
        contracts: Contracts_for_String;
      };
    }
  | {
      retire: {
        /** How many. */
        amount: Uint128;
      };
    }
  | {
      transfer: {
        /** How many. */
        amount: Uint128;
        /** To whom. */
        recipient: string;
      };
    }
  | {
      burn: {
        /** How many. */
        amount: Uint128;
      };
    }
  | {
      send: {
        /** How many. */
        amount: Uint128;
        /** To which contract. */
        contract: string;
        /** The contract's hook. */
        msg: Binary;
      };
    }
  | {
      mint: {
        /** How many. */
        amount: Uint128;
        /** For whom. */
        recipient: string;
      };
    }
  | {
      increase_allowance: {
        /** How many more. */
        amount: Uint128;
        /** Until when; as before if left out, for ever if there was none. */
        expires?: Expiration | null;
        /** Who may. */
        spender: string;
      };
    }
  | {
      decrease_allowance: {
        /** How many fewer; none are left below zero. */
        amount: Uint128;
        /** Until when; as before if left out. */
        expires?: Expiration | null;
        /** Who might. */
        spender: string;
      };
    }
  | {
      transfer_from: {
        /** How many. */
        amount: Uint128;
        /** Whose. */
        owner: string;
        /** To whom. */
        recipient: string;
      };
    }
  | {
      burn_from: {
        /** How many. */
        amount: Uint128;
        /** Whose. */
        owner: string;
      };
    }
  | {
      send_from: {
        /** How many. */
        amount: Uint128;
        /** To which contract. */
        contract: string;
        /** The contract's hook. */
        msg: Binary;
        /** Whose. */
        owner: string;
      };
    }
  | {
      update_minter: {
        /** Who should be. */
        new_minter?: string | null;
      };
    }
  | {
      update_marketing: {
        /** A description; empty to take it out. */
        description?: string | null;
        /** Who may change this from now on; empty for nobody. */
        marketing?: string | null;
        /** The project's URL; empty to take it out. */
        project?: string | null;
      };
    }
  | {
      upload_logo: Logo;
    }
  | {
      update_ownership: Action;
    };

/** Expiration represents a point in time when some event happens. It can compare with a BlockInfo and will return is_expired() == true once the condition is hit (and for every block in the future) */
export type Expiration =
  | {
      at_height: number;
    }
  | {
      at_time: Timestamp;
    }
  | {
      never: Record<string, never>;
    };

/** Makes the coin, of which there is none at first. */
export interface InstantiateMsg {
  /** Where the addresses are known beforehand (instantiate2): activates at once. */
  contracts?: Contracts_for_String | null;
  /** As in cw20-base. */
  marketing?: Marketing | null;
  /** 3 to 50 bytes. */
  name: string;
  /** May activate the contract and hand that right on; nothing else. */
  owner: string;
  /** 3 to 12 letters and hyphens. */
  symbol: string;
}

/** This is used for uploading logo data, or setting it in InstantiateData */
export type Logo =
  | {
      url: string;
    }
  | {
      embedded: EmbeddedLogo;
    };

/** This is used to display logo info, provide a link or inform there is one that can be downloaded from the blockchain itself */
export type LogoInfo =
  | {
      url: string;
    }
  | "embedded";

/** Marketing info of a CW20, as cw20-base takes it. */
export interface Marketing {
  /** A description. */
  description?: string | null;
  /** A logo. */
  logo?: Logo | null;
  /** Who may change this. */
  marketing?: string | null;
  /** The project's URL. */
  project?: string | null;
}

export interface MarketingInfoResponse {
  /** A longer description of the token and it's utility. Designed for tooltips or such */
  description?: string | null;
  /** A link to the logo, or a comment there is an on-chain logo stored */
  logo?: LogoInfo | null;
  /** The address (if any) who can update this data structure */
  marketing?: Addr | null;
  /** A URL pointing to the project behind this token. */
  project?: string | null;
}

export interface MinterResponse {
  /** cap is a hard cap on total supply that can be achieved by minting. Note that this refers to total_supply. If None, there is unlimited cap. */
  cap?: Uint128 | null;
  minter: string;
}

/** The contract's ownership info */
export interface Ownership_for_String {
  /** The contract's current owner. `None` if the ownership has been renounced. */
  owner?: string | null;
  /** The deadline for the pending owner to accept the ownership. `None` if there isn't a pending ownership transfer, or if a transfer exists and it doesn't have a deadline. */
  pending_expiry?: Expiration | null;
  /** The account who has been proposed to take over the ownership. `None` if there isn't a pending ownership transfer. */
  pending_owner?: string | null;
}

/** What can be asked of the coin. */
export type QueryMsg =
  | {
      contracts: Record<string, never>;
    }
  | {
      supply: Record<string, never>;
    }
  | {
      balance: {
        /** Whose. */
        address: string;
      };
    }
  | {
      token_info: Record<string, never>;
    }
  | {
      minter: Record<string, never>;
    }
  | {
      allowance: {
        /** Whose coins. */
        owner: string;
        /** Who may use them. */
        spender: string;
      };
    }
  | {
      all_allowances: {
        /** How many. */
        limit?: number | null;
        /** Whose coins. */
        owner: string;
        /** The last spender one has. */
        start_after?: string | null;
      };
    }
  | {
      all_spender_allowances: {
        /** How many. */
        limit?: number | null;
        /** Who may use them. */
        spender: string;
        /** The last owner one has. */
        start_after?: string | null;
      };
    }
  | {
      all_accounts: {
        /** How many. */
        limit?: number | null;
        /** The last account one has. */
        start_after?: string | null;
      };
    }
  | {
      marketing_info: Record<string, never>;
    }
  | {
      download_logo: Record<string, never>;
    }
  | {
      ownership: Record<string, never>;
    };

export interface SpenderAllowanceInfo {
  allowance: Uint128;
  expires: Expiration;
  owner: string;
}

/** Answer to `supply`. */
export interface SupplyResponse {
  /** Micro-coins that were burnt without lowering what any issuer owes. */
  forgiven: Uint128;
  /** Micro-coins that exist. */
  supply: Uint128;
}

export interface TokenInfoResponse {
  decimals: number;
  name: string;
  symbol: string;
  total_supply: Uint128;
}

/** What can be asked of the contract, and what it answers. */
export interface Queries {
  /** Who the four contracts are; an error before activation. */
  contracts: { args: Record<string, never>; answer: Contracts_for_String };
  /** What exists and what was forgiven. */
  supply: { args: Record<string, never>; answer: SupplyResponse };
  /** CW20: coins of an account. */
  balance: {
    args: {
      /** Whose. */
      address: string;
    };
    answer: BalanceResponse;
  };
  /** CW20: name, symbol, decimals, supply. */
  token_info: { args: Record<string, never>; answer: TokenInfoResponse };
  /** CW20: who mints, which is the oracle; null before activation. */
  minter: { args: Record<string, never>; answer: MinterResponse | null };
  /** CW20: what a spender may use of an owner's coins. */
  allowance: {
    args: {
      /** Whose coins. */
      owner: string;
      /** Who may use them. */
      spender: string;
    };
    answer: AllowanceResponse;
  };
  /** CW20: allowances that an owner has given. */
  all_allowances: {
    args: {
      /** How many. */
      limit?: number | null;
      /** Whose coins. */
      owner: string;
      /** The last spender one has. */
      start_after?: string | null;
    };
    answer: AllAllowancesResponse;
  };
  /** CW20: allowances that a spender has got. */
  all_spender_allowances: {
    args: {
      /** How many. */
      limit?: number | null;
      /** Who may use them. */
      spender: string;
      /** The last owner one has. */
      start_after?: string | null;
    };
    answer: AllSpenderAllowancesResponse;
  };
  /** CW20: accounts that have ever held coins. */
  all_accounts: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last account one has. */
      start_after?: string | null;
    };
    answer: AllAccountsResponse;
  };
  /** CW20: project, description, logo. */
  marketing_info: { args: Record<string, never>; answer: MarketingInfoResponse };
  /** CW20: the embedded logo. */
  download_logo: { args: Record<string, never>; answer: DownloadLogoResponse };
  /** Query the contract's ownership information */
  ownership: { args: Record<string, never>; answer: Ownership_for_String };
}
