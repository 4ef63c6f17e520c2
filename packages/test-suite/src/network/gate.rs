//! The gate, weighed apart from the contract before each mint and each assumption.

use compute_api::oracle::{
    BackingResponse, ExecuteMsg, MintAllowanceResponse, PausesResponse, QueryMsg,
    events::OracleEvent,
};
use cosmwasm_std::{Addr, Api, Uint128, Uint256};

use super::{
    Done, Network,
    rules::{Account, Gate},
};

/// Micro-coins by which the contract may have rounded its count of what was minted
/// lately up, and refuse what just fits: less than one for each mint.
const ROUNDED: u128 = 1_000;

/// What is known before a mint or an assumption.
pub(super) struct Expected {
    /// Whether the gate lets it through.
    passes: bool,
    /// Whether there is no doubt about that.
    surely: bool,
    /// What all issuers together could mint.
    limit: (Uint128, u64),
    before: BackingResponse,
    bond_per_coin: Uint128,
}

impl Network {
    /// Weighs a message that has to pass the gate.
    pub(super) fn expect(&self, sender: &Addr, msg: &ExecuteMsg) -> Option<Expected> {
        let (amount, recipient) = match msg {
            ExecuteMsg::Mint { recipient, amount } => (*amount, Some(recipient)),
            ExecuteMsg::Assume { amount } => (*amount, None),
            _ => return None,
        };
        if self.replay.oracle.steps.is_empty() {
            return None;
        }
        let before = self.backing();
        let issuer = before
            .issuers
            .iter()
            .find(|found| found.issuer == *sender)?;
        let params = self.params().reserve;
        let now = self.now();
        let peg = self.peg();
        let account = Account {
            outstanding: issuer.outstanding,
            committed: issuer.committed,
            until: issuer.until,
            proven: issuer.proven,
            free_bond: issuer.bond - issuer.leaving,
        };
        let gate = Gate {
            now,
            opc: peg.opc,
            target: peg.target,
            margin_bps: params.margin_bps,
            horizon: params.horizon,
            bond_per_coin: params.bond_per_coin.amount,
        };
        let pauses: PausesResponse = self.ask(&QueryMsg::Pauses {});
        let round_time = peg.last_census.map(|census| census.round_time);
        let fresh = round_time.is_some_and(|time| now <= time + params.census_max_age);
        let open = pauses.mint.is_none() && fresh && issuer.curing_until.is_none();
        // Who has defaulted leaves the orphans to others for a horizon.
        let defaulted = self.defaulted.get(sender.as_str());
        let others = recipient.is_none() && defaulted.is_some_and(|at| now < at + params.horizon);
        let open = open && !others;
        let fits = !amount.is_zero() && account.fits(amount, &gate);
        let limit = (params.mint_limit, params.mint_period);
        let in_period = |amount| match recipient {
            Some(_) => self.minted.fits(amount, now, limit.0, limit.1),
            // Nothing is minted.
            None => amount <= before.orphan,
        };
        let is_address = |text: &String| self.app.api().addr_validate(text).is_ok();
        let to_somebody = recipient.is_none_or(is_address);
        let passes = open && fits && to_somebody && in_period(amount);
        if recipient.is_some() {
            let issuer = sender.to_string();
            let allowance: MintAllowanceResponse = self.ask(&QueryMsg::MintAllowance { issuer });
            let allowed = !amount.is_zero() && amount <= allowance.amount;
            assert!(
                passes || !allowed || !to_somebody,
                "{amount} of {allowance:?}"
            );
        }
        let rounded = match recipient {
            Some(_) => amount.saturating_add(Uint128::new(ROUNDED)),
            None => amount,
        };
        Some(Expected {
            passes,
            surely: in_period(rounded),
            limit,
            bond_per_coin: params.bond_per_coin.amount,
            before,
        })
    }

    /// I2: what passes the gate is done, and nothing else. An assumption is paid its
    /// part of the bounty.
    pub(super) fn compare(
        &mut self,
        sender: &Addr,
        msg: &ExecuteMsg,
        expected: Option<Expected>,
        done: &Done,
    ) {
        let Some(expected) = expected else { return };
        match done {
            Ok(_) => assert!(
                expected.passes,
                "{msg:?} of {sender} has passed a closed gate"
            ),
            Err(refused) => {
                let open = expected.passes && expected.surely;
                assert!(!open, "{msg:?} of {sender} at an open gate: {refused}");
                return;
            }
        }
        if let ExecuteMsg::Mint { amount, .. } = msg {
            let (limit, period) = expected.limit;
            self.minted.add(*amount, self.now(), limit, period);
        }
        let Ok(response) = done else { return };
        let events = response.events.iter();
        for event in events.filter_map(|event| OracleEvent::parse(event).ok().flatten()) {
            if let OracleEvent::Assumed { amount, paid, .. } = event {
                let before = &expected.before;
                let wide = Uint256::from;
                let part = wide(before.bounty.amount) * wide(amount) / wide(before.orphan);
                // No more than the bond that these coins asked for.
                let bond =
                    wide(amount) * wide(expected.bond_per_coin) / Uint256::from(1_000_000u32);
                assert_eq!(
                    Uint256::from(paid),
                    part.min(bond),
                    "the part of the bounty"
                );
            }
        }
    }
}
