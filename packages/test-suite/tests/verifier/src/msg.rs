//! What the verifier is told. Hashes, keys and canonical encodings travel as
//! base64.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, Empty, Uint64};

/// No set-up.
pub type InstantiateMsg = Empty;

/// A census that an operator has committed to.
#[cw_serde]
pub struct Census {
    /// Rows and columns of a unit's matrices.
    pub n: u32,
    /// Rows and columns of a tile.
    pub tile: u32,
    /// The operator.
    pub operator: String,
    /// The contract that the challenge is for.
    pub contract: String,
    /// Randomness of the slot's round.
    pub beacon: Binary,
    /// Randomness of the sampling round.
    pub sampling_beacon: Binary,
    /// The encoded `census::Commitment`.
    pub commitment: Binary,
    /// How many tiles are drawn.
    pub samples: u32,
}

/// A batch that a worker has committed to.
#[cw_serde]
pub struct Batch {
    /// The market contract of the order.
    pub market: String,
    /// The order.
    pub order: Uint64,
    /// The order's authoriser.
    pub authoriser: Binary,
    /// The order's coordinator.
    pub coordinator: Binary,
    /// The worker.
    pub worker: String,
    /// The encoded `receipt::Batch`.
    pub batch: Binary,
    /// Randomness of the batch's round.
    pub beacon: Binary,
}

/// A tile of a census.
#[cw_serde]
pub struct TileAt {
    /// Which unit.
    pub unit: u32,
    /// Which tile of it.
    pub tile: u32,
}

/// A range of requantised values.
#[cw_serde]
pub enum Range {
    /// −127 … 127.
    Symmetric,
    /// −128 … 127.
    Full,
    /// 0 … 255.
    Unsigned,
}

/// A kernel or a commitment, computed on chain and answered in hexadecimal.
#[cw_serde]
pub enum Compute {
    /// The first `len` elements of a row that follows from a seed.
    SeededRow {
        /// The seed.
        seed: Binary,
        /// The stream's tag.
        tag: u8,
        /// The stream's index.
        index: u32,
        /// The row.
        row: u32,
        /// How many elements.
        len: u32,
    },
    /// A product: `A` M×K by `B` transposed, N×K.
    Gemm {
        /// Rows of the result.
        m: u32,
        /// Columns of the result.
        n: u32,
        /// The inner dimension.
        k: u32,
        /// `A`, int8.
        a: Binary,
        /// `B` transposed, int8.
        b: Binary,
    },
    /// Bias and requantisation of one value per entry.
    Requantise {
        /// Sums.
        x: Vec<i32>,
        /// Their biases.
        bias: Vec<i32>,
        /// Their multipliers.
        m: Vec<i32>,
        /// The first shift.
        p: u8,
        /// The second shift.
        s: u8,
        /// The output range.
        range: Range,
    },
    /// The root of a tensor.
    TensorRoot {
        /// The encoded `tensor::TensorSpec`.
        spec: Binary,
        /// Its elements.
        bytes: Binary,
    },
}

/// What the verifier does.
#[cw_serde]
pub enum ExecuteMsg {
    /// Nothing: what any execute costs.
    Noop {},
    /// Computes and answers `result`.
    Compute(Compute),
    /// Stores a census.
    OpenCensus(Census),
    /// Stores a batch.
    CommitBatch(Batch),
    /// Stores a program's encoded header by its hash.
    RegisterProgram {
        /// The encoded `program::Header`.
        header: Binary,
    },
    /// Verifies a round of drand's quicknet.
    BeaconRound {
        /// The round.
        round: Uint64,
        /// Its signature.
        signature: Binary,
    },
    /// Verifies the answer to the stored census.
    CensusAnswer {
        /// The encoded `census::Answer`.
        answer: Binary,
        /// Positions to verify in place of the drawn ones, which are drawn all
        /// the same. Nobody can compute 50 000 units for a test; with it the
        /// answer of such a census can still be priced.
        positions: Option<Vec<TileAt>>,
    },
    /// Verifies answers to samples 0, 1, … of the stored batch.
    Openings {
        /// The encoded `opening::Evidence`s.
        openings: Vec<Binary>,
    },
    /// Verifies a fraud proof against the stored batch.
    Fraud {
        /// The encoded `opening::FraudProof`.
        proof: Binary,
    },
}
