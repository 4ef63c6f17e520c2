//! `cw20-compute`: the coin. The whole CW20 interface as any wallet speaks it (the
//! variants that share a name with `cw20::Cw20ExecuteMsg` and
//! `cw20_base::msg::QueryMsg` share their JSON too), with three differences:
//!
//! - its minter is the oracle, for good, so that a coin comes only out of the gate;
//! - a burn by anyone is counted as *forgiven*: nobody owes its compute any more.
//!   The oracle alone retires coins that it has taken off an issuer's account;
//! - an allowance that has expired is worth nothing, also after it is raised.
//!
//! Attributes of CW20 messages are those of cw20-base, on one more event of type
//! `wasm`; `burn` and `retire` add `forgiven` and `supply`, what stands after them.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Binary, Uint128};
use cw_ownable::{cw_ownable_execute, cw_ownable_query};
use cw20::{Expiration, Logo};

use crate::{Contracts, Handle, Role};

/// Decimals of the coin: amounts are micro-coins.
pub const DECIMALS: u8 = 6;

/// Micro-coins in one coin.
pub const MICRO: u128 = 1_000_000;

/// `cw20-compute`, spoken to by another contract.
pub type Coin = Handle<ExecuteMsg, QueryMsg>;

/// Marketing info of a CW20, as cw20-base takes it.
#[cw_serde]
pub struct Marketing {
    /// The project's URL.
    pub project: Option<String>,
    /// A description.
    pub description: Option<String>,
    /// Who may change this.
    pub marketing: Option<String>,
    /// A logo.
    pub logo: Option<Logo>,
}

/// Makes the coin, of which there is none at first.
#[cw_serde]
pub struct InstantiateMsg {
    /// 3 to 50 bytes.
    pub name: String,
    /// 3 to 12 letters and hyphens.
    pub symbol: String,
    /// May activate the contract and hand that right on; nothing else.
    pub owner: String,
    /// As in cw20-base.
    pub marketing: Option<Marketing>,
    /// Where the addresses are known beforehand (instantiate2): activates at once.
    pub contracts: Option<Contracts>,
}

/// What can be sent to the coin.
#[cw_ownable_execute]
#[cw_serde]
pub enum ExecuteMsg {
    /// Sets, once, who the other contracts are. Until then nobody can mint.
    Activate {
        /// All four.
        contracts: Contracts,
    },
    /// Burns coins of the oracle's own that it has taken off the account of an
    /// issuer or of the orphans. Not counted as forgiven.
    Retire {
        /// How many.
        amount: Uint128,
    },

    /// CW20: moves coins to another account.
    Transfer {
        /// To whom.
        recipient: String,
        /// How many.
        amount: Uint128,
    },
    /// CW20: destroys coins of the sender's. Counted as forgiven.
    Burn {
        /// How many.
        amount: Uint128,
    },
    /// CW20: moves coins to a contract and has it receive `msg`.
    Send {
        /// To which contract.
        contract: String,
        /// How many.
        amount: Uint128,
        /// The contract's hook.
        msg: Binary,
    },
    /// CW20: makes new coins. The oracle alone, out of its gate.
    Mint {
        /// For whom.
        recipient: String,
        /// How many.
        amount: Uint128,
    },
    /// CW20: lets `spender` use more of the sender's coins.
    IncreaseAllowance {
        /// Who may.
        spender: String,
        /// How many more.
        amount: Uint128,
        /// Until when; as before if left out, for ever if there was none.
        expires: Option<Expiration>,
    },
    /// CW20: lets `spender` use fewer of the sender's coins.
    DecreaseAllowance {
        /// Who might.
        spender: String,
        /// How many fewer; none are left below zero.
        amount: Uint128,
        /// Until when; as before if left out.
        expires: Option<Expiration>,
    },
    /// CW20: moves coins of `owner`'s, by allowance.
    TransferFrom {
        /// Whose.
        owner: String,
        /// To whom.
        recipient: String,
        /// How many.
        amount: Uint128,
    },
    /// CW20: destroys coins of `owner`'s, by allowance. Counted as forgiven.
    BurnFrom {
        /// Whose.
        owner: String,
        /// How many.
        amount: Uint128,
    },
    /// CW20: moves coins of `owner`'s to a contract, by allowance.
    SendFrom {
        /// Whose.
        owner: String,
        /// To which contract.
        contract: String,
        /// How many.
        amount: Uint128,
        /// The contract's hook.
        msg: Binary,
    },
    /// CW20: refused, whoever asks. The minter is the oracle.
    UpdateMinter {
        /// Who should be.
        new_minter: Option<String>,
    },
    /// CW20: changes the marketing info; its own account may.
    UpdateMarketing {
        /// The project's URL; empty to take it out.
        project: Option<String>,
        /// A description; empty to take it out.
        description: Option<String>,
        /// Who may change this from now on; empty for nobody.
        marketing: Option<String>,
    },
    /// CW20: sets the logo; the marketing account may.
    UploadLogo(Logo),
}

impl ExecuteMsg {
    /// Who may send this. CW20's own conditions (balance, allowance, marketing
    /// account) come on top.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self {
            Self::Activate { .. } => Role::Owner,
            Self::Retire { .. } | Self::Mint { .. } => Role::Oracle,
            // cw-ownable asks for the owner, or the pending one, itself.
            Self::UpdateOwnership(_)
            | Self::Transfer { .. }
            | Self::Burn { .. }
            | Self::Send { .. }
            | Self::IncreaseAllowance { .. }
            | Self::DecreaseAllowance { .. }
            | Self::TransferFrom { .. }
            | Self::BurnFrom { .. }
            | Self::SendFrom { .. }
            | Self::UpdateMinter { .. }
            | Self::UpdateMarketing { .. }
            | Self::UploadLogo(_) => Role::Anyone,
        }
    }
}

/// What can be asked of the coin.
#[cw_ownable_query]
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Who the four contracts are; an error before activation.
    #[returns(Contracts)]
    Contracts {},
    /// What exists and what was forgiven.
    #[returns(SupplyResponse)]
    Supply {},

    /// CW20: coins of an account.
    #[returns(cw20::BalanceResponse)]
    Balance {
        /// Whose.
        address: String,
    },
    /// CW20: name, symbol, decimals, supply.
    #[returns(cw20::TokenInfoResponse)]
    TokenInfo {},
    /// CW20: who mints, which is the oracle; null before activation.
    #[returns(Option<cw20::MinterResponse>)]
    Minter {},
    /// CW20: what a spender may use of an owner's coins.
    #[returns(cw20::AllowanceResponse)]
    Allowance {
        /// Whose coins.
        owner: String,
        /// Who may use them.
        spender: String,
    },
    /// CW20: allowances that an owner has given.
    #[returns(cw20::AllAllowancesResponse)]
    AllAllowances {
        /// Whose coins.
        owner: String,
        /// The last spender one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },
    /// CW20: allowances that a spender has got.
    #[returns(cw20::AllSpenderAllowancesResponse)]
    AllSpenderAllowances {
        /// Who may use them.
        spender: String,
        /// The last owner one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },
    /// CW20: accounts that have ever held coins.
    #[returns(cw20::AllAccountsResponse)]
    AllAccounts {
        /// The last account one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },
    /// CW20: project, description, logo.
    #[returns(cw20::MarketingInfoResponse)]
    MarketingInfo {},
    /// CW20: the embedded logo.
    #[returns(cw20::DownloadLogoResponse)]
    DownloadLogo {},
}

/// Answer to `supply`.
#[cw_serde]
pub struct SupplyResponse {
    /// Micro-coins that exist.
    pub supply: Uint128,
    /// Micro-coins that were burnt without lowering what any issuer owes.
    pub forgiven: Uint128,
}

/// Migrates to this version, from any earlier one of the same contract.
#[cw_serde]
pub struct MigrateMsg {}
