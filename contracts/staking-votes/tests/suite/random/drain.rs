//! The end of a run: everything ends by messages that anyone may send, and by those
//! of whom coins belong to; nothing stays but the protection pool and rounding.

use std::collections::BTreeSet;

use compute_api::votes::ExecuteMsg;
use cosmwasm_std::{Addr, Order, StdResult, Uint128};
use staking_votes::state;

use super::World;
use crate::chain::{PERIOD, UNBONDING};

impl World {
    /// What a stored map is keyed by.
    fn read<T>(
        &self,
        keys: impl FnOnce(&dyn cosmwasm_std::Storage) -> StdResult<Vec<T>>,
    ) -> Vec<T> {
        let votes = &self.chain.contracts.votes;
        keys(&*self.chain.app.contract_storage(votes)).unwrap()
    }

    fn end_waits(&mut self) {
        self.chain.wait(UNBONDING + PERIOD);
        let ascending = Order::Ascending;
        let owing = self.read(|s| state::REVOTES.keys(s, None, None, ascending).collect());
        let stranger = self.chain.account("stranger");
        for voter in owing {
            let voter = voter.to_string();
            self.execute(&stranger, ExecuteMsg::Collect { voter });
        }
        let entries = self.read(|s| {
            let keys = state::ENTRIES.keys(s, None, None, ascending);
            keys.collect::<StdResult<Vec<_>>>()
        });
        let waiting: BTreeSet<Addr> = entries.iter().map(|(voter, ..)| voter.clone()).collect();
        for voter in waiting {
            let mine = entries.iter().filter(|(v, ..)| *v == voter).count();
            for _ in 0..mine.div_ceil(100) {
                self.execute(&voter, ExecuteMsg::Claim { limit: Some(100) });
            }
        }
        let storage = self.chain.app.contract_storage(&self.chain.contracts.votes);
        assert!(state::REVOTES.is_empty(&*storage), "a revote stays");
        assert!(state::ENTRIES.is_empty(&*storage), "coins wait for ever");
        assert!(state::UNBONDING_POOLS.is_empty(&*storage), "a pool stays");
    }

    pub(super) fn drain(&mut self) {
        self.end_waits();
        // Who owns coins gets all of them, from the tombstoned too.
        let ascending = Order::Ascending;
        let positions: Vec<(Addr, Addr)> =
            self.read(|s| state::POSITIONS.keys(s, None, None, ascending).collect());
        for (voter, key) in &positions {
            let operator = key.to_string();
            let operators = vec![operator.clone()];
            self.execute(voter, ExecuteMsg::ClaimRewards { operators });
            let amount = None;
            let owner = self.chain.show(key).owner;
            let msg = match owner == *voter {
                true => ExecuteMsg::Unbond { operator, amount },
                false => ExecuteMsg::Unvote { operator, amount },
            };
            self.execute(voter, msg);
        }
        let operators: Vec<Addr> =
            self.read(|s| state::OPERATORS.keys(s, None, None, ascending).collect());
        for key in &operators {
            let owner = self.chain.show(key).owner;
            let operator = key.to_string();
            self.execute(&owner, ExecuteMsg::ClaimCommission { operator });
        }
        self.end_waits();

        let mut rest = self.chain.balance(&self.chain.contracts.votes);
        rest -= Uint128::new(self.chain.protection());
        let operators: Vec<state::Operator> = self.read(|s| {
            let all = state::OPERATORS.range(s, None, None, ascending);
            all.map(|entry| Ok(entry?.1)).collect()
        });
        for operator in operators {
            assert!(operator.pool.tokens.is_zero() && operator.pool.shares.is_zero());
            rest -= operator.rewards;
        }
        assert!(rest.is_zero(), "{rest} micro-coins are nobody's");
        let positions: Vec<(Addr, Addr)> =
            self.read(|s| state::POSITIONS.keys(s, None, None, ascending).collect());
        assert!(positions.is_empty(), "who has nothing is forgotten");
    }
}
