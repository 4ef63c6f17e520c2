//! How networks differ.

use std::collections::BTreeMap;

use compute_api::{
    Contracts, coin, market,
    oracle::{self, Params, Tier, Trust},
    votes::{self, Kind},
};
use cosmwasm_std::{
    Addr, Api, Checksum, Empty, Timestamp, Uint128, WasmMsg, instantiate2_address, to_json_binary,
};
use cw_multi_test::{App, Contract, ContractWrapper, Executor};
use serde::Serialize;

use super::{
    Kinds, Network, Replay,
    defaults::{START, market_params, oracle_params, tiers, votes_params},
    rules::Bucket,
};
use crate::fixtures::Signer;

/// The beacon's key.
const SECRET: u64 = 0x1234_5678_9abc_def1;

/// How a [`Network`] is made.
#[derive(Clone, Debug)]
pub struct Builder {
    params: Params,
    votes_params: votes::Params,
    market_params: market::Params,
    tiers: Vec<Tier>,
    mainstream: String,
    trust: Trust,
    issuers: usize,
    /// For each miner: its devices, and the issuer that it counts for.
    miners: Vec<(u32, Option<usize>)>,
    coordinators: usize,
    known_beforehand: bool,
    active: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            params: oracle_params(),
            votes_params: votes_params(),
            market_params: market_params(),
            tiers: tiers(),
            mainstream: "small".to_owned(),
            trust: Trust::Public,
            issuers: 2,
            miners: [0, 0, 1, 1].map(|issuer| (1, Some(issuer))).into(),
            coordinators: 0,
            known_beforehand: false,
            active: true,
        }
    }
}

impl Builder {
    /// Changes the oracle's parameters.
    #[must_use]
    pub fn with_params(mut self, change: impl FnOnce(&mut Params)) -> Self {
        change(&mut self.params);
        self
    }

    /// Changes the parameters of votes.
    #[must_use]
    pub fn with_votes_params(mut self, change: impl FnOnce(&mut votes::Params)) -> Self {
        change(&mut self.votes_params);
        self
    }

    /// Changes the parameters of the market.
    #[must_use]
    pub fn with_market_params(mut self, change: impl FnOnce(&mut market::Params)) -> Self {
        change(&mut self.market_params);
        self
    }

    /// Other tiers, and the one that the peg starts at.
    #[must_use]
    pub fn with_tiers(mut self, tiers: Vec<Tier>, mainstream: &str) -> Self {
        self.tiers = tiers;
        self.mainstream = mainstream.to_owned();
        self
    }

    /// Whose word the beacon is.
    #[must_use]
    pub fn with_trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// How many issuers.
    #[must_use]
    pub fn with_issuers(mut self, issuers: usize) -> Self {
        self.issuers = issuers;
        self
    }

    /// Miners, each with so many devices and the issuer that it counts for.
    #[must_use]
    pub fn with_miners(mut self, miners: &[(u32, Option<usize>)]) -> Self {
        self.miners = miners.into();
        self
    }

    /// How many coordinators.
    #[must_use]
    pub fn with_coordinators(mut self, coordinators: usize) -> Self {
        self.coordinators = coordinators;
        self
    }

    /// Addresses are known beforehand and each contract is active at once, in the
    /// place of activation by message.
    #[must_use]
    pub fn with_known_addresses(mut self) -> Self {
        self.known_beforehand = true;
        self
    }

    /// Not activated, so with neither issuers nor operators.
    #[must_use]
    pub fn inactive(mut self) -> Self {
        self.active = false;
        self
    }

    /// Makes the network.
    ///
    /// # Panics
    /// If a contract refuses any of it.
    #[must_use]
    pub fn build(self) -> Network {
        let mut app = App::default();
        app.update_block(|block| block.time = Timestamp::from_seconds(START));
        let [owner, guardian, stranger] =
            ["owner", "guardian", "stranger"].map(|name| app.api().addr_make(name));
        let signer = Signer::new(SECRET, START - 600_019, 3).expect("a beacon");
        let coin = coin::InstantiateMsg {
            name: "Compute".to_owned(),
            symbol: "COMPUTE".to_owned(),
            owner: owner.to_string(),
            marketing: Some(coin::Marketing {
                project: None,
                description: None,
                marketing: Some(owner.to_string()),
                logo: None,
            }),
            contracts: None,
        };
        let oracle = oracle::InstantiateMsg {
            owner: owner.to_string(),
            guardian: guardian.to_string(),
            beacon: signer.config(self.trust),
            params: self.params.clone(),
            tiers: self.tiers.clone(),
            mainstream: self.mainstream.clone(),
            contracts: None,
        };
        let votes = votes::InstantiateMsg {
            owner: owner.to_string(),
            params: self.votes_params.clone(),
            contracts: None,
        };
        let market = market::InstantiateMsg {
            owner: owner.to_string(),
            params: self.market_params.clone(),
            contracts: None,
        };
        let codes = Codes::store(&mut app);
        let mut events = Vec::new();
        let contracts = if self.known_beforehand {
            let contracts = Contracts {
                coin: codes.address(&app, codes.coin, &owner),
                oracle: codes.address(&app, codes.oracle, &owner),
                votes: codes.address(&app, codes.votes, &owner),
                market: codes.address(&app, codes.market, &owner),
            };
            let known = Some(plain(&contracts));
            let coin = coin::InstantiateMsg {
                contracts: known.clone(),
                ..coin
            };
            let oracle = oracle::InstantiateMsg {
                contracts: known.clone(),
                ..oracle.clone()
            };
            let votes = votes::InstantiateMsg {
                contracts: known.clone(),
                ..votes.clone()
            };
            let market = market::InstantiateMsg {
                contracts: known,
                ..market.clone()
            };
            events.extend(make_at(
                &mut app,
                codes.coin,
                &owner,
                &coin,
                &contracts.coin,
            ));
            events.extend(make_at(
                &mut app,
                codes.oracle,
                &owner,
                &oracle,
                &contracts.oracle,
            ));
            events.extend(make_at(
                &mut app,
                codes.votes,
                &owner,
                &votes,
                &contracts.votes,
            ));
            events.extend(make_at(
                &mut app,
                codes.market,
                &owner,
                &market,
                &contracts.market,
            ));
            contracts
        } else {
            Contracts {
                coin: make(&mut app, codes.coin, &owner, &coin),
                oracle: make(&mut app, codes.oracle, &owner, &oracle),
                votes: make(&mut app, codes.votes, &owner, &votes),
                market: make(&mut app, codes.market, &owner, &market),
            }
        };
        let mut replay = Replay::new(contracts.clone());
        replay.hear(&events);
        let mut network = Network {
            app,
            contracts,
            owner,
            guardian,
            stranger,
            issuers: Vec::new(),
            miners: Vec::new(),
            coordinators: Vec::new(),
            signer,
            events,
            replay,
            kinds: Kinds::default(),
            keys: 0,
            work: BTreeMap::new(),
            stray_bond: Uint128::zero(),
            defaulted: BTreeMap::new(),
            minted: Bucket::default(),
        };
        if self.active && !self.known_beforehand {
            network.activate();
        }
        if self.active {
            self.people(&mut network);
        }
        network
    }

    fn people(&self, network: &mut Network) {
        for at in 0..self.issuers {
            network.admit(&format!("issuer {at}")).expect("an issuer");
        }
        for (at, (devices, issuer)) in self.miners.iter().enumerate() {
            let name = format!("miner {at}");
            let miner = network.add_miner(&name, *devices).expect("a miner");
            if let Some(issuer) = issuer {
                network.join(miner, *issuer).expect("an issuer to join");
            }
        }
        for at in 0..self.coordinators {
            let name = format!("coordinator {at}");
            let operator = network.register(&name, Kind::Coordinator);
            network.coordinators.push(operator.expect("a coordinator"));
        }
    }
}

impl Network {
    /// Who the contracts are, as messages say it.
    #[must_use]
    pub fn peers(&self) -> Contracts {
        plain(&self.contracts)
    }

    /// The owner activates all contracts.
    ///
    /// # Panics
    /// If one is active.
    pub fn activate(&mut self) {
        let owner = self.owner.clone();
        let contracts = self.peers();
        let coin = coin::ExecuteMsg::Activate {
            contracts: contracts.clone(),
        };
        let votes = votes::ExecuteMsg::Activate {
            contracts: contracts.clone(),
        };
        let market = market::ExecuteMsg::Activate {
            contracts: contracts.clone(),
        };
        let oracle = oracle::ExecuteMsg::Activate { contracts };
        self.coin(&owner, &coin).expect("an inactive coin");
        self.votes(&owner, &votes).expect("inactive votes");
        self.oracle(&owner, &oracle).expect("an inactive oracle");
        self.market(&owner, &market).expect("an inactive market");
    }
}

fn plain(contracts: &Contracts<Addr>) -> Contracts {
    Contracts {
        coin: contracts.coin.to_string(),
        oracle: contracts.oracle.to_string(),
        votes: contracts.votes.to_string(),
        market: contracts.market.to_string(),
    }
}

fn make(app: &mut App, code: u64, owner: &Addr, msg: &impl Serialize) -> Addr {
    let admin = Some(owner.to_string());
    app.instantiate_contract(code, owner.clone(), msg, &[], "it", admin)
        .expect("a contract")
}

/// Makes a contract at an address known beforehand, and returns its events.
fn make_at(
    app: &mut App,
    code: u64,
    owner: &Addr,
    msg: &impl Serialize,
    at: &Addr,
) -> Vec<cosmwasm_std::Event> {
    let make = WasmMsg::Instantiate2 {
        admin: Some(owner.to_string()),
        code_id: code,
        label: "it".to_owned(),
        msg: to_json_binary(msg).expect("messages are JSON"),
        funds: Vec::new(),
        salt: SALT.into(),
    };
    let made = app.execute(owner.clone(), make.into()).expect("a contract");
    let info = app.wrap().query_wasm_contract_info(at);
    assert_eq!(info.expect("a contract there").code_id, code);
    made.events
}

const SALT: &[u8] = b"ballast";

struct Codes {
    coin: u64,
    oracle: u64,
    votes: u64,
    market: u64,
}

impl Codes {
    fn store(app: &mut App) -> Self {
        Self {
            coin: app.store_code(coin_code()),
            oracle: app.store_code(oracle_code()),
            votes: app.store_code(votes_code()),
            market: app.store_code(market_code()),
        }
    }

    fn address(&self, app: &App, code: u64, owner: &Addr) -> Addr {
        let info = app.wrap().query_wasm_code_info(code).expect("a code");
        let checksum: Checksum = info.checksum;
        let creator = app.api().addr_canonicalize(owner.as_str());
        let creator = creator.expect("an address");
        let address = instantiate2_address(checksum.as_slice(), &creator, SALT);
        let address = app.api().addr_humanize(&address.expect("an address"));
        address.expect("an address")
    }
}

fn coin_code() -> Box<dyn Contract<Empty>> {
    use cw20_compute::contract::{execute, instantiate, migrate, query};
    Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
}

fn oracle_code() -> Box<dyn Contract<Empty>> {
    use reserve_oracle::contract::{execute, instantiate, migrate, query};
    Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
}

fn votes_code() -> Box<dyn Contract<Empty>> {
    use staking_votes::contract::{execute, instantiate, migrate, query};
    Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
}

fn market_code() -> Box<dyn Contract<Empty>> {
    use compute_market::contract::{execute, instantiate, migrate, query};
    Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
}
