//! What the coordinator needs of the chain, and what it tells it.
//!
//! - [`Chain`]: the questions, as a trait, so that tests answer from a script
//! - [`OnChain`]: the same over a deployment's contracts
//! - [`view`]: what is kept of the answers

mod network;
pub mod view;

use async_trait::async_trait;
use compute_api::market::Order;
use compute_proofs::Hash;
use compute_proofs::program::Program;
use compute_proofs::task::Authorisation;

pub use network::OnChain;

/// The chain does not answer, or not so.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ChainError {
    /// It cannot be reached now, or is behind.
    #[error("[BL-CRD-020] the chain does not answer: {0}; it is asked again")]
    Away(String),
    /// It says no.
    #[error("[BL-CRD-021] the chain refuses: {0}")]
    Refused(String),
    /// An answer makes no sense.
    #[error("[BL-CRD-022] the chain's answer about {what} is not valid: {reason}")]
    Unreadable {
        /// What was asked.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// The coordinator as the chain has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The key that its leases are signed with.
    pub signing_key: [u8; 32],
    /// Whether it gets paid work.
    pub active: bool,
}

/// A worker as the chain has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miner {
    /// Its address.
    pub address: String,
    /// Its place in the draw.
    pub slot: u32,
    /// The key that its sessions and batches are signed with.
    pub signing_key: [u8; 32],
    /// Micro-coins that it is drawn by.
    pub active_stake: u128,
    /// Whether it is neither jailed nor without its bond.
    pub active: bool,
    /// The least that it takes, in parts of 10 000 of par.
    pub min_price_bps: u32,
    /// The issuer that it counts for.
    pub issuer: Option<String>,
    /// Ops per second that it has proven.
    pub rate: u128,
}

/// Where censuses stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Censuses {
    /// The last one that counts: number and randomness.
    pub last: Option<(u32, Hash)>,
    /// The number of the one under way.
    pub current: Option<u32>,
}

/// What the market's parameters say of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRules {
    /// Seconds after an order's end in which work for it can be committed.
    pub commit_within: u64,
    /// Seconds of a daily cap's day.
    pub cap_period: u64,
}

/// The chain, as the coordinator talks to it.
#[async_trait]
pub trait Chain: Send + Sync + 'static {
    /// The chain's id and the market's address, as every signature names them.
    fn names(&self) -> (&str, &str);

    /// The coordinator's own address.
    fn address(&self) -> &str;

    /// The coordinator itself; `None` if it is not registered.
    async fn myself(&self) -> Result<Option<Registered>, ChainError>;

    /// One order; `None` if there is none.
    async fn order(&self, order: u64) -> Result<Option<Order>, ChainError>;

    /// The market's rules of orders.
    async fn order_rules(&self) -> Result<OrderRules, ChainError>;

    /// All workers, in the draw's order.
    async fn miners(&self) -> Result<Vec<Miner>, ChainError>;

    /// Where censuses stand.
    async fn censuses(&self) -> Result<Censuses, ChainError>;

    /// Whether the market knows the program.
    async fn has_program(&self, program: &Hash) -> Result<bool, ChainError>;

    /// Registers a program. Done when the chain has it.
    async fn register_program(&self, program: &Program) -> Result<(), ChainError>;

    /// Calls for a redemption's ops, by its last signed task.
    async fn call_order(
        &self,
        order: u64,
        authorisation: &Authorisation,
        signature: &[u8; 64],
    ) -> Result<(), ChainError>;
}
