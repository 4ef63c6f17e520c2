//! What the contract stores. One line each: what maps to what.

use contract_kit::{Error, Timelock};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, HexBinary, StdError, Storage, Uint128, Uint256};
use cw_storage_plus::{Item, Map};

use compute_api::votes::{Change, Commission, FaultRecord, Kind, Metadata, Params, Standing};
use compute_proofs::stake::{Nodes, NodesMut};

use crate::{ContractError, pool::Pool};

/// All parameters.
pub const PARAMS: Item<Params> = Item::new("params");
/// Changes that have been announced.
pub const CHANGES: Timelock<Change> = Timelock::new();
/// Micro-coins in the protection pool.
pub const PROTECTION: Item<Uint128> = Item::new("protection");

/// Operator → what it is and has.
pub const OPERATORS: Map<&Addr, Operator> = Map::new("operators");
/// (Kind, slot) → operator.
pub const SLOTS: Map<(u8, u32), Addr> = Map::new("slots");
/// Kind → how many slots there are.
pub const SLOT_COUNT: Map<u8, u32> = Map::new("slot_count");
/// (Kind, node) → sum of active stakes, a Fenwick tree over slots.
pub const NODES: Map<(u8, u32), Uint128> = Map::new("nodes");
/// (Kind, stake, operator) → nothing: operators by stake.
pub const BY_STAKE: Map<(u8, u128, &Addr), ()> = Map::new("by_stake");
/// (Voter, operator) → what the voter has there; the operator's owner bonds.
pub const POSITIONS: Map<(&Addr, &Addr), Position> = Map::new("positions");
/// (Operator, period) → coins that have left it then and still answer for it.
pub const UNBONDING_POOLS: Map<(&Addr, u64), UnbondingPool> = Map::new("unbonding_pools");
/// (Voter, period, operator) → the voter's shares of that unbonding pool.
pub const ENTRIES: Map<(&Addr, u64, &Addr), Uint128> = Map::new("entries");
/// Voter → its revote.
pub const REVOTES: Map<&Addr, Revote> = Map::new("revotes");
/// (Operator, number) → fault.
pub const FAULTS: Map<(&Addr, u64), FaultRecord> = Map::new("faults");

/// An operator.
#[cw_serde]
pub struct Operator {
    /// Who bonds and decides.
    pub owner: Addr,
    /// What it does.
    pub kind: Kind,
    /// Its place in the draw.
    pub slot: u32,
    /// Its ed25519 key.
    pub signing_key: HexBinary,
    /// What it keeps of rewards.
    pub commission: Commission,
    /// When that changed last.
    pub commission_changed_at: u64,
    /// What voters are told.
    pub metadata: Metadata,
    /// How it stands, by the last change of its stake.
    pub standing: Standing,
    /// How it stands as the oracle was told last.
    pub told: Option<Standing>,
    /// When it can be unjailed, if it is jailed.
    pub jailed_until: Option<u64>,
    /// Whether it was proven to have lied.
    pub tombstoned: bool,
    /// Its devices; 0 until they are declared.
    pub devices: u32,
    /// Coins of all who vote for it, its owner included.
    pub pool: Pool,
    /// What its slot holds in the tree.
    pub drawn: Uint128,
    /// The stake that it stands under in [`BY_STAKE`].
    pub indexed: Uint128,
    /// Shares of its pool whose coins may still owe another operator's slashes.
    pub moved_in: Uint128,
    /// Rewards per share since the beginning, times [`crate::state::SCALE`].
    pub reward_index: Uint256,
    /// What was too little to raise the index by, in the same scale.
    pub reward_rest: Uint256,
    /// Micro-coins held for its voters' rewards.
    pub rewards: Uint128,
    /// Micro-coins of commission that its owner can claim.
    pub unclaimed_commission: Uint128,
    /// The number of its last fault.
    pub faults: u64,
}

/// What the reward index counts in: parts of a micro-coin per share. As fine as 128
/// bits allow, so that even the most shares that a pool can have keep all but a few
/// micro-coins of a payment from waiting for the next one.
pub const SCALE: u128 = 10u128.pow(38);

/// What one voter has in one operator.
#[cw_serde]
#[derive(Default)]
pub struct Position {
    /// Shares of its pool.
    pub shares: Uint128,
    /// The operator's reward index up to which rewards are settled.
    pub reward_index: Uint256,
    /// Micro-coins of rewards settled and not paid.
    pub rewards_owed: Uint128,
}

/// Coins that have left one operator in one period and still answer for it.
#[cw_serde]
#[derive(Default)]
pub struct UnbondingPool {
    /// Those that wait.
    pub pool: Pool,
    /// Those that a revote has moved: they are in another operator's pool, and here
    /// is what slashes would have left of them.
    pub moved: Pool,
    /// From when on they are safe from slashes, and the waiting ones can be claimed.
    /// Fixed when the pool is opened.
    pub free_at: u64,
}

/// A revote that is remembered.
#[cw_serde]
pub struct Revote {
    /// The operator that it left.
    pub from: Addr,
    /// The one that it went to.
    pub to: Addr,
    /// When: the period of the old one's [`UnbondingPool`] that it is in, and until
    /// whose end it is remembered.
    pub period: u64,
    /// Shares of that pool's [`UnbondingPool::moved`].
    pub shares: Uint128,
    /// What they were worth at the last collection; what they have lost since is
    /// owed.
    pub amount: Uint128,
    /// Shares in the new one that [`Operator::moved_in`] counts.
    pub counted: Uint128,
}

/// A kind as key.
#[must_use]
pub fn kind_key(kind: Kind) -> u8 {
    match kind {
        Kind::Miner => 0,
        Kind::Coordinator => 1,
    }
}

/// An operator that has to exist.
///
/// # Errors
/// [`Error::NotFound`].
pub fn operator(storage: &dyn Storage, key: &Addr) -> Result<Operator, Error> {
    let found = OPERATORS.may_load(storage, key)?;
    found.ok_or_else(|| Error::NotFound {
        what: "operator",
        key: key.to_string(),
    })
}

/// The tree of one kind's active stakes, to read.
pub struct Tree<'a> {
    /// Where it is stored.
    pub storage: &'a dyn Storage,
    /// Whose.
    pub kind: Kind,
}

/// The same, to change.
pub struct TreeMut<'a> {
    /// Where it is stored.
    pub storage: &'a mut dyn Storage,
    /// Whose.
    pub kind: Kind,
}

impl Nodes for Tree<'_> {
    type Error = ContractError;

    fn slots(&self) -> Result<u32, ContractError> {
        let count = SLOT_COUNT.may_load(self.storage, kind_key(self.kind))?;
        Ok(count.unwrap_or_default())
    }

    fn get(&self, index: u32) -> Result<u128, ContractError> {
        let node = NODES.load(self.storage, (kind_key(self.kind), index))?;
        Ok(node.u128())
    }
}

impl TreeMut<'_> {
    fn read(&self) -> Tree<'_> {
        Tree {
            storage: self.storage,
            kind: self.kind,
        }
    }
}

impl Nodes for TreeMut<'_> {
    type Error = ContractError;

    fn slots(&self) -> Result<u32, ContractError> {
        self.read().slots()
    }

    fn get(&self, index: u32) -> Result<u128, ContractError> {
        self.read().get(index)
    }
}

impl NodesMut for TreeMut<'_> {
    fn set(&mut self, index: u32, sum: u128) -> Result<(), ContractError> {
        let key = (kind_key(self.kind), index);
        Ok(NODES.save(self.storage, key, &sum.into())?)
    }

    fn push(&mut self, sum: u128) -> Result<(), ContractError> {
        let next = self.slots()?.checked_add(1);
        let next = next.ok_or_else(|| StdError::generic_err("too many slots"))?;
        SLOT_COUNT.save(self.storage, kind_key(self.kind), &next)?;
        self.set(next, sum)
    }
}
