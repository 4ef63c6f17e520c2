//! One transaction from its bytes to its result (`runTx` of the SDK's baseapp).

use cosmrs::Any;
use cosmrs::proto::cosmos::base::abci::v1beta1::TxMsgData;
use cosmrs::proto::traits::Message;

use crate::ante::{self, Mode};
use crate::coins::Coins;
use crate::context::{Block, Context};
use crate::error::{Failure, INSUFFICIENT_FEE, OUT_OF_GAS, Outcome};
use crate::event::Event;
use crate::router;
use crate::store::State;
use crate::tx::Tx;

/// What came of a transaction.
#[derive(Clone, Debug, Default)]
pub struct TxResult {
    /// 0 for success.
    pub code: u32,
    /// Whose code it is; empty for success.
    pub codespace: String,
    /// Why it failed; empty for success, as in the SDK since 0.50.
    pub log: String,
    /// The responses of all messages (`TxMsgData`).
    pub data: Vec<u8>,
    /// Gas asked for.
    pub gas_wanted: u64,
    /// Gas used.
    pub gas_used: u64,
    /// Events; of a failed transaction those of the ante handler.
    pub events: Vec<Event>,
}

/// What all transactions run with.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The denom that fees are paid in.
    pub fee_denom: String,
    /// The least gas price that gets into the mempool, in millionths of a coin's unit.
    pub min_gas_price_micro: u64,
    /// The most gas of a transaction and of a simulation.
    pub max_gas: u64,
}

impl Rules {
    fn min_fee(&self, fee: &Coins, gas: u64) -> Outcome<()> {
        let required = u128::from(gas) * u128::from(self.min_gas_price_micro);
        let required = required.div_ceil(1_000_000);
        let paid = fee.iter().find(|(denom, _)| *denom == self.fee_denom);
        if paid.map_or(0, |(_, amount)| amount) < required {
            let denom = &self.fee_denom;
            let text = format!("insufficient fees; got: {fee} required: {required}{denom}");
            return Err(Failure::new(INSUFFICIENT_FEE, text));
        }
        Ok(())
    }
}

/// Runs a transaction on `state` and leaves in it what the chain keeps: all of it if it
/// succeeded, what the ante handler did if its messages failed, nothing if that failed.
pub fn run_tx(
    state: &mut State,
    block: &Block,
    rules: &Rules,
    bytes: &[u8],
    mode: Mode,
) -> TxResult {
    let tx = match Tx::decode(bytes) {
        Ok(tx) => tx,
        Err(failure) => return failed(failure, 0, 0, Vec::new()),
    };
    for msg in &tx.msgs {
        if let Err(failure) = msg.validate() {
            return failed(failure, 0, 0, Vec::new());
        }
    }
    let limit = match mode {
        Mode::Simulate => rules.max_gas,
        _ => tx.fee.gas_limit,
    };
    let mut ctx = Context::new(state.clone(), block.clone(), limit);
    if mode != Mode::Simulate && limit > rules.max_gas {
        let max = rules.max_gas;
        let text = format!("tx gas limit {limit} exceeds block max gas {max}");
        return failed(
            Failure::new(crate::error::INVALID_GAS_LIMIT, text),
            limit,
            0,
            Vec::new(),
        );
    }
    let passed = ante::run(&mut ctx, &tx, mode, |fee, gas| rules.min_fee(fee, gas));
    if let Err(failure) = passed {
        return failed(failure, limit, ctx.gas.used, Vec::new());
    }
    *state = ctx.state.clone();
    let ante_events = std::mem::take(&mut ctx.events);
    if mode == Mode::Check {
        return TxResult {
            gas_wanted: limit,
            gas_used: ctx.gas.used,
            events: ante_events,
            ..TxResult::default()
        };
    }
    if mode == Mode::Simulate {
        ctx.tx = None;
    }
    match run_msgs(&mut ctx, &tx) {
        Ok((data, events)) => {
            *state = ctx.state;
            TxResult {
                data,
                gas_wanted: limit,
                gas_used: ctx.gas.used,
                events: [ante_events, events].concat(),
                ..TxResult::default()
            }
        }
        Err(failure) => failed(failure, limit, ctx.gas.used, ante_events),
    }
}

fn failed(failure: Failure, gas_wanted: u64, gas_used: u64, events: Vec<Event>) -> TxResult {
    let failure = match failure.gas {
        Some(place) => {
            let text = format!(
                "out of gas in location: {}; gasWanted: {gas_wanted}, gasUsed: {gas_used}",
                place.0
            );
            Failure::new(OUT_OF_GAS, text)
        }
        None => failure,
    };
    TxResult {
        code: failure.code,
        codespace: failure.codespace.to_owned(),
        log: failure.text,
        gas_wanted,
        gas_used,
        events,
        ..TxResult::default()
    }
}

fn run_msgs(ctx: &mut Context, tx: &Tx) -> Outcome<(Vec<u8>, Vec<Event>)> {
    let (mut events, mut responses) = (Vec::new(), Vec::new());
    for (place, (any, msg)) in tx.body.messages.iter().zip(&tx.msgs).enumerate() {
        let done = router::handle(ctx, any, None).map_err(|failure| {
            failure.wrap(format!("failed to execute message; message index: {place}"))
        })?;
        let mut first = Event::new(
            "message",
            [("action", &*any.type_url), ("sender", msg.signer())],
        );
        first.push("module", msg.module());
        let own = std::mem::take(&mut ctx.events);
        for mut event in std::iter::once(first).chain(own) {
            event.push("msg_index", place.to_string());
            events.push(event);
        }
        responses.push(Any {
            type_url: done.type_url,
            value: done.data,
        });
    }
    let data = TxMsgData {
        msg_responses: responses,
        ..TxMsgData::default()
    };
    Ok((data.encode_to_vec(), events))
}
