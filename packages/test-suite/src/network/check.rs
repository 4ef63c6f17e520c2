//! What always holds.

use std::collections::BTreeMap;

use compute_api::{
    oracle::{ExecuteMsg, IssuerBacking},
    votes::{QueryMsg, Standing, UnbondingResponse},
};
use cosmwasm_std::{Addr, Order, StdResult, Uint128, Uint256};
use staking_votes::state;

use super::{Network, StakeBook};

impl Network {
    /// Checks everything that has to hold at every time: I1, I3, I4 (I2 is checked
    /// around each mint), all books, and that the replay of the events comes to the
    /// same.
    ///
    /// # Panics
    /// Where something does not hold.
    pub fn check(&mut self) {
        if self.replay.oracle.steps.is_empty() {
            return;
        }
        self.check_coin();
        self.check_reserve();
        self.check_peg();
        self.check_members();
        self.check_votes();
        self.check_market();
    }

    /// Balances sum to the supply; nothing is left with the oracle.
    fn check_coin(&self) {
        let storage = self.app.contract_storage(&self.contracts.coin);
        let mut balances = BTreeMap::new();
        let all = cw20_base::state::BALANCES.range(&*storage, None, None, Order::Ascending);
        for entry in all {
            let (account, balance) = entry.expect("a balance");
            if !balance.is_zero() {
                balances.insert(account.to_string(), balance);
            }
        }
        let book = &self.replay.coin;
        assert_eq!(balances, book.balances, "balances by events");
        let supply = self.supply();
        assert_eq!(supply.supply, book.supply(), "balances sum to the supply");
        assert_eq!(supply.forgiven, book.forgiven, "forgiven by events");
        let oracle = book.balance(&self.contracts.oracle);
        assert_eq!(oracle, book.strays_at_oracle, "coins with the oracle");
    }

    /// I1, I3, I4, and the bond's money.
    fn check_reserve(&mut self) {
        let backing = self.backing();
        let book = &self.replay.oracle;
        let owed: Uint128 = backing
            .issuers
            .iter()
            .map(|issuer| issuer.outstanding)
            .sum();
        assert_eq!(
            backing.supply + backing.forgiven,
            owed + backing.orphan,
            "I1: every coin is owed, orphaned or forgiven"
        );
        assert_eq!(backing.outstanding, owed, "what all owe");
        assert_eq!(backing.supply, self.replay.coin.supply());
        assert_eq!(backing.forgiven, self.replay.coin.forgiven);
        assert_eq!(
            backing.issuers,
            book.backing(self.now()),
            "I4: backing by events"
        );
        assert_eq!((backing.orphan, backing.census), (book.orphan, book.census));
        assert_eq!(backing.bounty.amount, book.bounty);
        let held = Uint128::new(self.bank(&self.contracts.oracle));
        assert_eq!(held, book.holds() + self.stray_bond, "bonds and bounty");
        for issuer in &backing.issuers {
            self.check_shortfall(issuer);
        }
    }

    /// I3: who is short does not mint, anyone can mark it, and past its grace anyone
    /// can have it default; who is sound again, anyone can take the mark off.
    fn check_shortfall(&mut self, issuer: &IssuerBacking) {
        let oracle = self.contracts.oracle.clone();
        let stranger = self.stranger.clone();
        let key = issuer.issuer.to_string();
        let short = !issuer.short.is_zero();
        if short {
            let mint = ExecuteMsg::Mint {
                recipient: stranger.to_string(),
                amount: Uint128::one(),
            };
            let minted = self.would(&issuer.issuer, &oracle, &mint);
            assert!(minted.is_err(), "I3: {issuer:?} is short and mints");
        }
        let crank = match (short, issuer.curing_until) {
            (true, None) => ExecuteMsg::Flag { issuer: key },
            (true, Some(until)) if self.now() > until => ExecuteMsg::Default { issuer: key },
            (false, Some(_)) => ExecuteMsg::Cure { issuer: key },
            _ => return,
        };
        let done = self.would(&stranger, &oracle, &crank);
        assert_eq!(done, Ok(()), "I3: {crank:?} for {issuer:?}");
    }

    fn check_peg(&self) {
        let peg = self.peg();
        let book = &self.replay.oracle;
        let step = book.step(self.now());
        let told = (step.tier.clone(), step.opc(self.now()), step.target);
        assert_eq!((peg.tier, peg.opc, peg.target), told, "the peg by events");
        let reindex = peg.reindex.map(|new| (new.tier, new.target, new.ready_at));
        assert_eq!(reindex, book.reindex, "the re-index by events");
    }

    /// Who counts for whom.
    fn check_members(&self) {
        let now = self.now();
        let operators = self.all_operators();
        let book = &self.replay.oracle;
        assert_eq!(operators.len(), book.operators.len());
        for operator in operators {
            let told = &book.operators[operator.operator.as_str()];
            assert_eq!(operator.issuer.map(String::from), told.issuer);
            assert_eq!(operator.invited_by.map(String::from), told.invited_by);
            let bound = Some(told.bound_until).filter(|until| *until > now);
            assert_eq!(operator.bound_until, bound);
            assert_eq!(operator.devices, told.devices);
            let pending = operator.pending_devices.map(|x| (x.devices, x.from_census));
            assert_eq!(pending, told.pending_devices);
            let standing = told
                .standing
                .clone()
                .unwrap_or_else(|| "unbonded".to_owned());
            assert_eq!(operator.standing.to_string(), standing);
            // What votes knows is what the oracle was told.
            let staked = &self.replay.votes.operators[operator.operator.as_str()];
            assert_eq!(staked.standing, standing, "{}", operator.operator);
        }
    }

    /// Stakes, votes and what waits: shares are all somebody's, the coins are there,
    /// the draw's tree agrees.
    fn check_votes(&self) {
        let storage = self.app.contract_storage(&self.contracts.votes);
        let storage = &*storage;
        let book = &self.replay.votes;
        let mut stakes = BTreeMap::new();
        let mut drawn = BTreeMap::new();
        let mut rewards = Uint128::zero();
        let operators: BTreeMap<Addr, state::Operator> = state::OPERATORS
            .range(storage, None, None, Order::Ascending)
            .collect::<StdResult<_>>()
            .expect("operators");
        for (key, operator) in &operators {
            rewards += operator.rewards + operator.unclaimed_commission;
            let active = match operator.standing {
                Standing::Active => operator.pool.tokens,
                _ => Uint128::zero(),
            };
            let kind = state::kind_key(operator.kind);
            drawn.insert((kind, operator.slot), (operator.kind, active.u128()));
            let told = book
                .operators
                .get(key.as_str())
                .expect("a registered operator");
            let true_stake = StakeBook {
                owner: operator.owner.to_string(),
                kind: operator.kind.to_string(),
                slot: operator.slot,
                commission: told.commission.and(Some(operator.commission.rate)),
                devices: operator.devices,
                stake: operator.pool.tokens,
                shares: operator.pool.shares,
                active_stake: active,
                standing: operator.standing.to_string(),
                jailed_until: operator.jailed_until,
                faults: operator.faults,
            };
            stakes.insert(key.to_string(), true_stake);
        }
        assert_eq!(stakes, book.operators, "stakes by events");
        for ((_, slot), (kind, active)) in drawn {
            let tree = state::Tree { storage, kind };
            let stake = compute_proofs::stake::stake_of(&tree, slot).expect("a slot");
            assert_eq!(stake, active, "the draw's tree");
        }
        assert_eq!(rewards, book.rewards, "rewards by events");
        let protection = state::PROTECTION.load(storage).expect("a pool");
        assert_eq!(protection, book.protection, "the protection pool by events");
        self.check_shares(storage, &operators);
        let held = self.replay.coin.balance(&self.contracts.votes);
        assert_eq!(
            held,
            book.holds() + self.replay.coin.strays_at_votes,
            "coins of votes"
        );
    }

    fn check_shares(
        &self,
        storage: &dyn cosmwasm_std::Storage,
        operators: &BTreeMap<Addr, state::Operator>,
    ) {
        let book = &self.replay.votes;
        let mut votes = BTreeMap::new();
        let mut shares: BTreeMap<Addr, Uint128> = BTreeMap::new();
        let mut earned: BTreeMap<Addr, Uint256> = BTreeMap::new();
        for entry in state::POSITIONS.range(storage, None, None, Order::Ascending) {
            let ((voter, key), position) = entry.expect("a position");
            *shares.entry(key.clone()).or_default() += position.shares;
            let since = operators[&key].reward_index - position.reward_index;
            let new = since * Uint256::from(position.shares) / Uint256::from(state::SCALE);
            *earned.entry(key.clone()).or_default() += new + Uint256::from(position.rewards_owed);
            if !position.shares.is_zero() {
                votes.insert((voter.to_string(), key.to_string()), position.shares);
            }
        }
        assert_eq!(votes, book.votes, "votes by events");
        for (key, operator) in operators {
            let all = shares.get(key).copied().unwrap_or_default();
            assert_eq!(operator.pool.shares, all, "shares are all somebody's");
            let earned = earned.get(key).copied().unwrap_or_default();
            assert!(
                earned <= Uint256::from(operator.rewards),
                "rewards are there"
            );
        }
        let mut entries = BTreeMap::new();
        let mut sums: BTreeMap<(String, u64), Uint128> = BTreeMap::new();
        for entry in state::ENTRIES.range(storage, None, None, Order::Ascending) {
            let ((voter, period, key), shares) = entry.expect("an entry");
            *sums.entry((key.to_string(), period)).or_default() += shares;
            entries.insert((voter.to_string(), period, key.to_string()), shares);
        }
        assert_eq!(entries, book.entries, "what waits, by events");
        let mut waiting = BTreeMap::new();
        for entry in state::UNBONDING_POOLS.range(storage, None, None, Order::Ascending) {
            let ((key, period), pool) = entry.expect("a pool");
            let pool = pool.pool;
            let key = (key.to_string(), period);
            let held = sums.get(&key).copied().unwrap_or_default();
            assert_eq!(held, pool.shares, "shares of what waits are all somebody's");
            // One without any is of revotes only.
            if !pool.shares.is_zero() {
                waiting.insert(key, (pool.tokens, pool.shares));
            }
        }
        assert_eq!(waiting, book.waiting, "unbonding pools by events");
        let mut revotes = BTreeMap::new();
        for voter in state::REVOTES.keys(storage, None, None, Order::Ascending) {
            let voter = voter.expect("a voter");
            let waits: UnbondingResponse = self.ask_votes(&QueryMsg::Unbonding {
                voter: voter.to_string(),
                start_after: None,
                limit: Some(1),
            });
            let revote = waits.revote.expect("a revote");
            let told = (revote.from.into(), revote.to.into(), revote.until);
            revotes.insert(voter.to_string(), told);
        }
        assert_eq!(revotes, book.revotes, "revotes by events");
    }
}
