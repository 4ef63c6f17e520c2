//! The verifier contract on a chain of its own.

use anyhow::Result;
use compute_proofs::{
    codec::Encode,
    opening::{BatchContext, Evidence, FraudProof},
    program::Header,
};
use proof_verifier::msg::{Batch, Census, ExecuteMsg};
use serde_json::json;

use crate::{
    chain::{Contract, Outcome, address},
    figures::Row,
    fixtures,
};

/// Round 1000 of drand's quicknet, as its HTTP API answers it.
pub(super) const QUICKNET_ROUND: (u64, &str) = (
    1000,
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
);

/// The verifier contract, instantiated.
pub struct Verifier {
    contract: Contract,
    sender: String,
}

impl Verifier {
    /// A fresh one, on the chain that signatures and challenges name.
    ///
    /// # Errors
    /// If `artifacts/proof_verifier.wasm` has not been built.
    pub fn new(chain_id: &str) -> Result<Self> {
        let mut contract = Contract::artifact("proof_verifier")?;
        chain_id.clone_into(&mut contract.block.chain_id);
        let sender = address("sender");
        contract.instantiate(&sender, &json!({}))?.value()?;
        Ok(Self { contract, sender })
    }

    /// Sends a message.
    ///
    /// # Errors
    /// If the VM itself fails; a refusal is in the outcome.
    pub fn execute(&mut self, msg: &ExecuteMsg) -> Result<Outcome> {
        self.contract.execute(&self.sender, msg)
    }

    /// Sends a message that the contract must accept.
    ///
    /// # Errors
    /// With the contract's own words if it refuses.
    pub fn accepted(&mut self, msg: &ExecuteMsg) -> Result<Outcome> {
        let outcome = self.execute(msg)?;
        outcome.value()?;
        Ok(outcome)
    }

    /// Stores a census.
    ///
    /// # Errors
    /// If the contract refuses.
    pub fn open_census(&mut self, census: Census) -> Result<()> {
        self.accepted(&ExecuteMsg::OpenCensus(census)).map(|_| ())
    }

    /// Stores a batch and a program of its receipts.
    ///
    /// # Errors
    /// If the contract refuses.
    pub fn commit(
        &mut self,
        context: &BatchContext<'_>,
        beacon: &[u8; 32],
        headers: &[Header],
    ) -> Result<()> {
        let batch = Batch {
            market: context.order.market.to_owned(),
            order: context.order.order.into(),
            authoriser: context.order.authoriser.into(),
            coordinator: context.order.coordinator.into(),
            worker: context.worker.to_owned(),
            batch: context.batch.to_bytes().into(),
            beacon: beacon.into(),
        };
        self.accepted(&ExecuteMsg::CommitBatch(batch))?;
        for header in headers {
            let header = header.to_bytes().into();
            self.accepted(&ExecuteMsg::RegisterProgram { header })?;
        }
        Ok(())
    }
}

/// The message that carries openings.
pub(super) fn openings_msg(openings: &[Evidence]) -> ExecuteMsg {
    let openings = openings.iter().map(|opening| opening.to_bytes().into());
    ExecuteMsg::Openings {
        openings: openings.collect(),
    }
}

/// The message that carries a fraud proof.
pub(super) fn fraud_msg(proof: &FraudProof) -> ExecuteMsg {
    ExecuteMsg::Fraud {
        proof: proof.to_bytes().into(),
    }
}

/// What every transaction pays, and a beacon round that many share.
pub(super) fn shared() -> Result<Vec<Row>> {
    let mut verifier = Verifier::new(fixtures::CHAIN_ID)?;
    let nothing = verifier.accepted(&ExecuteMsg::Noop {})?;
    let (round, signature) = QUICKNET_ROUND;
    let beacon = verifier.accepted(&ExecuteMsg::BeaconRound {
        round: round.into(),
        signature: hex::decode(signature)?.into(),
    })?;
    let mut rows = nothing
        .gas
        .rows("shared/an execute that does nothing", None);
    rows.extend(beacon.gas.rows("shared/a beacon round", None));
    Ok(rows)
}
