use core::{fmt, str::FromStr};

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Decimal, HexBinary, Uint128};
use cw_ownable::cw_ownable_execute;
use cw20::Cw20ReceiveMsg;

use super::Params;
use crate::{Contracts, Role};

/// Makes the contract, with no operator.
#[cw_serde]
pub struct InstantiateMsg {
    /// Announces changes; a multisig or a DAO. Has no way to any coin.
    pub owner: String,
    /// All parameters.
    pub params: Params,
    /// Where the addresses are known beforehand (instantiate2): activates at once.
    pub contracts: Option<Contracts>,
}

/// What an operator does.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Kind {
    /// Runs GPU work.
    Miner,
    /// Serves apps and draws miners.
    Coordinator,
}

/// How an operator stands.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Standing {
    /// Its owner has bonded enough: it gets paid work.
    Active,
    /// Its owner has not bonded enough.
    Unbonded,
    /// Out for a while, by a fault, until it is unjailed.
    Jailed,
    /// Out for ever, by fraud.
    Tombstoned,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Miner => "miner",
            Self::Coordinator => "coordinator",
        })
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active => "active",
            Self::Unbonded => "unbonded",
            Self::Jailed => "jailed",
            Self::Tombstoned => "tombstoned",
        })
    }
}

impl FromStr for Standing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Active, Self::Unbonded, Self::Jailed, Self::Tombstoned];
        let found = all
            .into_iter()
            .find(|standing| standing.to_string() == text);
        found.ok_or_else(|| format!("{text:?} is no standing"))
    }
}

/// What an operator tells voters about itself.
#[cw_serde]
pub struct Metadata {
    /// Its name, 1 to 100 bytes.
    pub name: String,
    /// Its page, at most 200 bytes.
    pub url: String,
    /// Whom to write to, at most 200 bytes.
    pub contact: String,
}

/// What an operator keeps of its voters' rewards.
#[cw_serde]
pub struct Commission {
    /// The part now.
    pub rate: Decimal,
    /// The highest that it ever takes. For good.
    pub max_rate: Decimal,
    /// The most that it changes the rate by at a time. For good.
    pub max_change: Decimal,
}

/// What an announced change sets.
#[cw_serde]
pub enum Change {
    /// All parameters.
    Params(Params),
}

/// What an operator has done wrong. Who reports it has checked it.
#[cw_serde]
pub enum Fault {
    /// Missed too many censuses; from the oracle.
    Missed {
        /// The last census that counts in this.
        census: u32,
    },
    /// Committed to a census and did not answer; from the oracle.
    Unanswered {
        /// Which census.
        census: u32,
    },
    /// Did not prove a batch or answer a demand; as coordinator, contradicted itself
    /// about a task of one. From the market.
    Unproven {
        /// Which batch.
        batch: u64,
        /// Micro-coins to slash, where that is more than the penalty's part; at most
        /// all that can be.
        amount: Uint128,
    },
    /// Was proven to have lied; from the market.
    Fraud {
        /// Which batch.
        batch: u64,
    },
}

/// Rewards of one operator and its voters.
#[cw_serde]
pub struct Payment {
    /// Which operator.
    pub operator: String,
    /// How many micro-coins.
    pub amount: Uint128,
}

/// What can be sent to the contract.
#[cw_ownable_execute]
#[cw_serde]
pub enum ExecuteMsg {
    /// Sets, once, who the other contracts are. Until then all else is refused.
    Activate {
        /// All four.
        contracts: Contracts,
    },
    /// Announces a change, to be applied by anyone after the timelock.
    Announce {
        /// What it sets.
        change: Change,
    },
    /// Applies a change whose time has come.
    Apply {
        /// Its number.
        id: u64,
    },
    /// Takes an announced change back.
    Cancel {
        /// Its number.
        id: u64,
    },

    // --- operators ---
    /// Registers the sender, a hot key, as operator: its address is its name for
    /// good. So nobody can register a key that it does not hold.
    Register {
        /// Who bonds, is paid the commission and decides; not the sender.
        owner: String,
        /// What it does.
        kind: Kind,
        /// Its ed25519 key, 32 bytes, which signs batches or leases.
        signing_key: HexBinary,
        /// What it keeps of rewards.
        commission: Commission,
        /// What voters are told.
        metadata: Metadata,
    },
    /// Changes what is given of the operator.
    UpdateOperator {
        /// Which operator.
        operator: String,
        /// What voters are told.
        metadata: Option<Metadata>,
        /// A new ed25519 key.
        signing_key: Option<HexBinary>,
    },
    /// Changes the commission, within the operator's own bounds, once per period.
    UpdateCommission {
        /// Which operator.
        operator: String,
        /// The new rate.
        rate: Decimal,
    },
    /// Lets a jailed operator work again, when its time is over.
    Unjail {
        /// Which operator.
        operator: String,
    },
    /// Pays out the commission to the owner.
    ClaimCommission {
        /// Which operator.
        operator: String,
    },

    // --- voters, and owners of operators, whose vote is the bond ---
    /// Starts to take coins back out of an operator. They wait, can still be
    /// slashed, and earn nothing.
    Unvote {
        /// Which operator.
        operator: String,
        /// How many micro-coins; all if left out.
        amount: Option<Uint128>,
    },
    /// The same for an operator's owner and its bond.
    Unbond {
        /// Which operator.
        operator: String,
        /// How many micro-coins; all if left out.
        amount: Option<Uint128>,
    },
    /// Moves votes to another operator at once. They answer for the old one's faults
    /// until the unbonding time has passed; until then no other revote.
    Revote {
        /// From which operator.
        from: String,
        /// To which.
        to: String,
        /// How many micro-coins; all if left out.
        amount: Option<Uint128>,
    },
    /// Pays out coins that have waited long enough.
    Claim {
        /// How many entries to look at, at most (see [`crate::page`]).
        limit: Option<u32>,
    },
    /// Pays out the sender's rewards from these operators.
    ClaimRewards {
        /// Which, at most [`crate::page::MAX_LIMIT`].
        operators: Vec<String>,
    },
    /// Takes what a voter's revote owes for the old operator's slashes, and forgets
    /// the revote when its time is over.
    Collect {
        /// Which voter.
        voter: String,
    },

    // --- other contracts ---
    /// Coins arrive, with a [`Hook`].
    Receive(Cw20ReceiveMsg),
    /// Punishes an operator.
    ReportFault {
        /// Which operator.
        operator: String,
        /// For what. Each contract reports its own kinds.
        fault: Fault,
        /// Who showed it, for the bounty; nobody if left out.
        reporter: Option<String>,
    },
    /// How many devices a miner has, which its bond has to suffice for.
    SetDevices {
        /// Which operator; must be registered as a miner.
        operator: String,
        /// How many, at least 1.
        devices: u32,
    },
    /// Pays from the protection pool, as far as it reaches, for an order that fraud
    /// has spoilt.
    PayProtection {
        /// To whom.
        recipient: String,
        /// How many micro-coins.
        amount: Uint128,
    },
}

/// What coins sent to the contract are for.
#[cw_serde]
pub enum Hook {
    /// The operator's owner bonds.
    Bond {
        /// For which operator.
        operator: String,
    },
    /// Anybody else votes.
    Vote {
        /// For which operator.
        operator: String,
    },
    /// Pays rewards. What is not listed goes to the protection pool.
    Distribute {
        /// For which operators, at most 4.
        payments: Vec<Payment>,
    },
}

impl ExecuteMsg {
    /// Who may send this.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self {
            Self::Activate { .. } | Self::Announce { .. } | Self::Cancel { .. } => Role::Owner,
            Self::UpdateOperator { .. }
            | Self::UpdateCommission { .. }
            | Self::Unjail { .. }
            | Self::Unbond { .. }
            | Self::ClaimCommission { .. } => Role::OperatorOwner,
            Self::Receive(_) => Role::Coin,
            Self::ReportFault { .. } => Role::MarketOrOracle,
            Self::SetDevices { .. } => Role::Oracle,
            Self::PayProtection { .. } => Role::Market,
            // cw-ownable asks for the owner, or the pending one, itself.
            Self::UpdateOwnership(_)
            | Self::Apply { .. }
            | Self::Register { .. }
            | Self::Unvote { .. }
            | Self::Revote { .. }
            | Self::Claim { .. }
            | Self::ClaimRewards { .. }
            | Self::Collect { .. } => Role::Anyone,
        }
    }
}

/// Migrates to this version, from any earlier one of the same contract.
#[cw_serde]
pub struct MigrateMsg {}
