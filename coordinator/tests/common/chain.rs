//! A chain that answers from a script.

use std::collections::BTreeSet;
use std::sync::Mutex;

use async_trait::async_trait;
use chain_client::keys::SigningKey;
use compute_api::market::{
    Authoriser, Mode, Order, OrderCoins, OrderOps, OrderState, Privacy, Redemption,
};
use compute_proofs::Hash;
use compute_proofs::program::Program;
use compute_proofs::task::Authorisation;
use coordinator::chain::{Censuses, Chain, ChainError, Miner, OrderRules, Registered};
use cosmwasm_std::{Addr, HexBinary, Uint128};

pub const CHAIN_ID: &str = "ballast-devnet-1";
pub const MARKET: &str = "wasm1market";
pub const COORDINATOR: &str = "wasm1coordinator";

/// The key of whoever is called `name`.
pub fn key(name: &str) -> SigningKey {
    let mut bytes = [7; 32];
    for (to, from) in bytes.iter_mut().zip(name.bytes()) {
        *to = from;
    }
    SigningKey::from_bytes(&bytes)
}

#[derive(Default)]
pub struct State {
    pub orders: Vec<Order>,
    pub miners: Vec<Miner>,
    pub programs: BTreeSet<Hash>,
    pub calls: Vec<(u64, u128)>,
    pub is_away: bool,
}

#[derive(Default)]
pub struct Script(pub Mutex<State>);

impl Script {
    /// Order 1 pays for whoever brings an API key; order 2 by the key of "app"; order 3
    /// redeems at "issuer"; order 4 is private, and else as the first. All of a billion billion ops.
    pub fn with_miners(names: &[&str]) -> Self {
        let app = Authoriser::App {
            public_key: HexBinary::from(key("app").public()),
        };
        let coordinator = || Authoriser::Coordinator {
            daily_cap: Uint128::new(1_000_000_000),
        };
        let pay = || Mode::Pay { price_bps: 10_000 };
        let redeem = Mode::Redeem {
            issuer: "issuer".to_owned(),
            fee: Uint128::zero(),
        };
        let orders = vec![
            order(1, pay(), coordinator()),
            order(2, pay(), app),
            order(3, redeem, coordinator()),
            Order {
                privacy: Privacy::Private,
                ..order(4, pay(), coordinator())
            },
        ];
        let miners = names.iter().zip(0..).map(|(name, slot)| miner(name, slot));
        Self(Mutex::new(State {
            orders,
            miners: miners.collect(),
            ..State::default()
        }))
    }
}

pub fn miner(name: &str, slot: u32) -> Miner {
    Miner {
        address: name.to_owned(),
        slot,
        signing_key: key(name).public(),
        active_stake: 1_000_000,
        active: true,
        min_price_bps: 10_000,
        issuer: name.starts_with("issuers").then(|| "issuer".to_owned()),
        rate: 1_000_000,
    }
}

fn order(number: u64, mode: Mode, authoriser: Authoriser) -> Order {
    let coordinator_key = HexBinary::from(key(COORDINATOR).public());
    let authoriser_key = match &authoriser {
        Authoriser::App { public_key } => public_key.clone(),
        Authoriser::Coordinator { .. } => coordinator_key.clone(),
    };
    let redemption = matches!(mode, Mode::Redeem { .. }).then(|| Redemption {
        rate: Uint128::new(1_000_000),
        called: Uint128::zero(),
        call: None,
        fee_left: Uint128::zero(),
    });
    let ops = 1_000_000_000_000_000_000;
    Order {
        order: number,
        owner: Addr::unchecked("owner"),
        mode,
        coordinator: Addr::unchecked(COORDINATOR),
        coordinator_key,
        authoriser,
        authoriser_key,
        privacy: Privacy::Sampled,
        samples: 16,
        opc: Uint128::new(1_000_000),
        opened_at: 0,
        expires: 4_000_000_000,
        state: OrderState::Open,
        end_cause: None,
        closes: None,
        coins: OrderCoins {
            put_in: Uint128::new(1),
            spent: Uint128::zero(),
            reserved: Uint128::zero(),
            paid_back: Uint128::zero(),
            free: Uint128::new(1),
        },
        ops: OrderOps {
            total: Uint128::new(ops),
            authorised: Uint128::zero(),
            reserved: Uint128::zero(),
            used: Uint128::zero(),
        },
        open_batches: 0,
        cap: None,
        redemption,
    }
}

impl Script {
    fn ask<T>(&self, answer: impl FnOnce(&mut State) -> T) -> Result<T, ChainError> {
        let mut state = self.0.lock().unwrap();
        if state.is_away {
            return Err(ChainError::Away("no endpoint answers".to_owned()));
        }
        Ok(answer(&mut state))
    }
}

#[async_trait]
impl Chain for Script {
    fn names(&self) -> (&str, &str) {
        (CHAIN_ID, MARKET)
    }

    fn address(&self) -> &str {
        COORDINATOR
    }

    async fn myself(&self) -> Result<Option<Registered>, ChainError> {
        Ok(Some(Registered {
            signing_key: key(COORDINATOR).public(),
            active: true,
        }))
    }

    async fn order(&self, number: u64) -> Result<Option<Order>, ChainError> {
        self.ask(|state| state.orders.iter().find(|o| o.order == number).cloned())
    }

    async fn order_rules(&self) -> Result<OrderRules, ChainError> {
        Ok(OrderRules {
            commit_within: 3_600,
            cap_period: 86_400,
        })
    }

    async fn miners(&self) -> Result<Vec<Miner>, ChainError> {
        self.ask(|state| state.miners.clone())
    }

    async fn censuses(&self) -> Result<Censuses, ChainError> {
        self.ask(|_| Censuses {
            last: Some((1, Hash([42; 32]))),
            current: None,
        })
    }

    async fn has_program(&self, program: &Hash) -> Result<bool, ChainError> {
        self.ask(|state| state.programs.contains(program))
    }

    async fn register_program(&self, program: &Program) -> Result<(), ChainError> {
        let hash = program.header().unwrap().hash();
        self.ask(|state| {
            state.programs.insert(hash);
        })
    }

    async fn call_order(
        &self,
        order: u64,
        authorisation: &Authorisation,
        _signature: &[u8; 64],
    ) -> Result<(), ChainError> {
        let cum_ops = authorisation.cum_ops;
        self.ask(|state| {
            state.calls.push((order, cum_ops));
            for found in state.orders.iter_mut().filter(|o| o.order == order) {
                if let Some(redemption) = &mut found.redemption {
                    redemption.called = Uint128::new(cum_ops);
                }
            }
        })
    }
}
