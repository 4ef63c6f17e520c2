//! What the contract stores. One line each: what maps to what. A [`Table`] and a
//! [`Single`] hold values in the encoding of [`crate::stored`], the others in JSON.

use compute_api::{
    market::{
        BatchState, Change, Commitment, Deadline, Demand, Halt, Order, Params, Program, SlotStage,
        Terms, Void,
    },
    oracle::BeaconNetwork,
};
use contract_kit::Timelock;
use cosmwasm_std::{Addr, HexBinary, Storage, Uint128};
use cw_storage_plus::{Item, Map};

use crate::{
    ContractError,
    error::not_found,
    stored::{Single, Table},
};

/// All parameters.
pub const PARAMS: Item<Params> = Item::new("params");
/// Announced changes.
pub const TIMELOCK: Timelock<Change> = Timelock::new();
/// The time and height of the last message.
pub const CLOCK: Single<Deadline> = Single::new("clock");
/// The last halt of the chain that has shown.
pub const LAST_HALT: Single<Halt> = Single::new("last_halt");
/// The oracle's beacon network, once it was asked: it is the oracle's for good.
pub const BEACON_NETWORK: Single<BeaconNetwork> = Single::new("beacon_network");
/// Coins that the contract holds, by purpose.
pub const HOLDINGS: Single<Holdings> = Single::new("holdings");

/// Hash → registered program.
pub const PROGRAMS: Table<&[u8], Program> = Table::new("programs");
/// Registrar → the program that it is registering.
pub const REGISTRATIONS: Table<&Addr, RegistrationState> = Table::new("registrations");
/// (Registrar, operation) → that operation's outputs, of the program under way.
pub const OUTPUTS: Table<(&Addr, u32), Vec<u8>> = Table::new("outputs");
/// Operator → what it takes, at least.
pub const TERMS: Table<&Addr, DeclaredTerms> = Table::new("terms");

/// The number of the last order.
pub const LAST_ORDER: Item<u64> = Item::new("last_order");
/// Number → order.
pub const ORDERS: Table<u64, Order> = Table::new("orders");
/// (Owner, number) → nothing.
pub const ORDERS_BY_OWNER: Map<(&Addr, u64), ()> = Map::new("orders_by_owner");
/// (Coordinator, number) → nothing.
pub const ORDERS_BY_COORDINATOR: Map<(&Addr, u64), ()> = Map::new("orders_by_coordinator");
/// (Issuer, number) → nothing.
pub const ORDERS_BY_ISSUER: Map<(&Addr, u64), ()> = Map::new("orders_by_issuer");
/// Issuer → what it has to serve, and how it has.
pub const ISSUERS: Table<&Addr, IssuerQueue> = Table::new("issuers");
/// (Issuer, place) → the order whose call stands there.
pub const QUEUE: Map<(&Addr, u64), u64> = Map::new("queue");

/// The number of the last slot.
pub const LAST_SLOT: Item<u64> = Item::new("last_slot");
/// Number → slot.
pub const SLOTS: Table<u64, SlotRecord> = Table::new("slots");
/// The number of the last batch.
pub const LAST_BATCH: Item<u64> = Item::new("last_batch");
/// Number → batch.
pub const BATCHES: Table<u64, BatchRecord> = Table::new("batches");
/// (Order, number) → nothing.
pub const BATCHES_BY_ORDER: Map<(u64, u64), ()> = Map::new("batches_by_order");
/// (Worker, number) → nothing.
pub const BATCHES_BY_WORKER: Map<(&Addr, u64), ()> = Map::new("batches_by_worker");
/// (Order, worker, first nonce) → last nonce of that batch: for good, whatever becomes
/// of it.
pub const RUNS: Map<(u64, &Addr, u64), u64> = Map::new("runs");
/// (Batch, number) → demand.
pub const DEMANDS: Table<(u64, u32), Demand> = Table::new("demands");
/// (Batch, nonce) → what stands against the claim to that task.
pub const VOIDS: Table<(u64, u64), Void> = Table::new("voids");
/// (Batch, nonce) → the coordinator's signature over the delivery, once anyone has shown
/// it: it counts whoever shows the claim again.
pub const DELIVERIES: Table<(u64, u64), [u8; 64]> = Table::new("deliveries");
/// (Batch, nonce) → after when the claim that does not stand can be decided: until then
/// its worker can show the acknowledgement that it holds.
pub const DECIDABLE: Table<(u64, u64), Deadline> = Table::new("decidable");
/// (Order, nonce) → nothing: the coordinator was punished for contradicting itself.
pub const CONTRADICTIONS: Map<(u64, u64), ()> = Map::new("contradictions");
/// Worker → what it has unsettled.
pub const EXPOSURES: Table<&Addr, Exposure> = Table::new("exposures");
/// (Time, kind, number) → nothing: what time brings. An entry is never later than
/// what it stands for.
pub const DUE: Map<(u64, u8, u64), ()> = Map::new("due");
/// (Kind, number) → the time under which it stands in [`DUE`].
pub const DUE_AT: Map<(u8, u64), u64> = Map::new("due_at");

/// Coins by purpose, in micro-coins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Of orders, free.
    pub free: Uint128,
    /// Of orders, reserved.
    pub reserved: Uint128,
    /// Of redemptions' fees.
    pub fees: Uint128,
    /// Of open demands.
    pub bonds: Uint128,
}

/// A program that is being registered.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistrationState {
    /// The hash that it must have.
    pub program: HexBinary,
    /// Slots of a task's input.
    pub slots: u8,
    /// `compute_proofs::program::Checker` over what is there.
    pub checker: Vec<u8>,
    /// Operations that are there.
    pub operations: u32,
    /// Ops that those cost.
    pub cost: Uint128,
    /// When it began.
    pub started_at: u64,
}

/// What an operator takes, at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeclaredTerms {
    /// What.
    pub terms: Terms,
    /// When it has declared that.
    pub declared_at: u64,
}

/// What an issuer has to serve, and how it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IssuerQueue {
    /// Micro-coins of its open redemptions that have not burnt.
    pub open: Uint128,
    /// Ops that are called for and not served.
    pub queued_ops: Uint128,
    /// Calls served in time.
    pub served_calls: u64,
    /// Calls not served in time.
    pub late_calls: u64,
    /// Ops that those were short of.
    pub late_ops: Uint128,
    /// The number of the last place in its queue.
    pub last_place: u64,
}

/// A slot.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotRecord {
    /// When its first batch was committed.
    pub opened_at: u64,
    /// When it takes no more.
    pub ends_at: u64,
    /// The last height at which it took one.
    pub last_height: u64,
    /// Its first batch.
    pub first_batch: u64,
    /// How many it has.
    pub batches: u32,
    /// Where it stands.
    pub stage: SlotStage,
    /// After when its batches can settle, once it is sealed.
    pub open_until: Option<Deadline>,
}

/// A batch. Where it stands follows from its slot, until it has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchRecord {
    /// The order that it is charged to.
    pub order: u64,
    /// Whose work it is.
    pub worker: Addr,
    /// What the worker has signed.
    pub commitment: Commitment,
    /// When it was committed.
    pub committed_at: u64,
    /// At which height.
    pub height: u64,
    /// Its slot.
    pub slot: u64,
    /// Settled, failed or overturned; nothing before.
    pub end: Option<End>,
    /// Micro-coins that it was charged when it was committed.
    pub charge: Uint128,
    /// Bit d: sample d is opened.
    pub opened: u64,
    /// After when it can settle, if answers have moved that.
    pub open_until: Option<Deadline>,
    /// Demands made of it.
    pub demands: u32,
    /// Those not answered.
    pub open_demands: u32,
    /// Ops of void claims.
    pub void_ops: Uint128,
    /// Claims that wait to be decided.
    pub pending_voids: u32,
}

/// How a batch has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// Settled, failed or overturned.
    pub state: BatchState,
    /// When.
    pub time: u64,
}

/// What a worker has unsettled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exposure {
    /// Micro-coins that its open batches were charged.
    pub unsettled: Uint128,
    /// How many those are.
    pub open_batches: u32,
}

/// An order that has to exist.
///
/// # Errors
/// [`contract_kit::Error::NotFound`].
pub fn order(storage: &dyn Storage, number: u64) -> Result<Order, ContractError> {
    let found = ORDERS.may_load(storage, number)?;
    found.ok_or_else(|| not_found("order", number))
}

/// A batch that has to exist.
///
/// # Errors
/// [`contract_kit::Error::NotFound`].
pub fn batch(storage: &dyn Storage, number: u64) -> Result<BatchRecord, ContractError> {
    let found = BATCHES.may_load(storage, number)?;
    found.ok_or_else(|| not_found("batch", number))
}

/// A slot that has to exist.
///
/// # Errors
/// [`contract_kit::Error::NotFound`].
pub fn slot(storage: &dyn Storage, number: u64) -> Result<SlotRecord, ContractError> {
    let found = SLOTS.may_load(storage, number)?;
    found.ok_or_else(|| not_found("slot", number))
}
