//! How worlds differ.

use compute_api::{
    oracle::{ExecuteMsg, InstantiateMsg, Params, Tier, Trust},
    votes::Standing,
};
use cosmwasm_std::{Addr, Empty, Timestamp};
use cw_multi_test::{App, Contract, Executor};

use super::{
    START, World, beacon_network, identity, params,
    peers::{coin_code, oracle_code, votes_code},
    tiers,
};

/// How a [`World`] is made.
pub(crate) struct Builder {
    params: Params,
    tiers: Vec<Tier>,
    mainstream: String,
    trust: Trust,
    operators: usize,
    active: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            params: params(),
            tiers: tiers(),
            mainstream: "small".to_owned(),
            trust: Trust::Public,
            operators: 5,
            active: true,
        }
    }
}

impl Builder {
    /// Changes the parameters.
    pub(crate) fn with_params(mut self, change: impl FnOnce(&mut Params)) -> Self {
        change(&mut self.params);
        self
    }

    /// Other tiers.
    pub(crate) fn with_tiers(mut self, tiers: Vec<Tier>, mainstream: &str) -> Self {
        self.tiers = tiers;
        self.mainstream = mainstream.to_owned();
        self
    }

    /// Whose word the beacon is.
    pub(crate) fn with_trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// How many operators, each with one device, bonded and with no issuer.
    pub(crate) fn with_operators(mut self, operators: usize) -> Self {
        self.operators = operators;
        self
    }

    /// Not activated, so with neither issuers nor operators.
    pub(crate) fn inactive(mut self) -> Self {
        self.active = false;
        self
    }

    /// What instantiates the oracle.
    pub(crate) fn message(&self, owner: &Addr, guardian: &Addr) -> InstantiateMsg {
        InstantiateMsg {
            owner: owner.to_string(),
            guardian: guardian.to_string(),
            beacon: beacon_network(self.trust),
            params: self.params.clone(),
            tiers: self.tiers.clone(),
            mainstream: self.mainstream.clone(),
            contracts: None,
        }
    }

    /// Makes the world.
    pub(crate) fn build(self) -> World {
        let mut app = App::default();
        app.update_block(|block| block.time = Timestamp::from_seconds(START));
        let [owner, guardian, market, issuer, other] =
            ["owner", "guardian", "market", "issuer", "other issuer"]
                .map(|name| app.api().addr_make(name));
        let code = app.store_code(oracle_code());
        let message = self.message(&owner, &guardian);
        let oracle = app
            .instantiate_contract(code, owner.clone(), &message, &[], "oracle", None)
            .unwrap();
        let peer = |app: &mut App, code: Box<dyn Contract<Empty>>, name| {
            let code = app.store_code(code);
            app.instantiate_contract(code, owner.clone(), &Empty {}, &[], name, None)
                .unwrap()
        };
        let votes = peer(&mut app, votes_code(), "votes");
        let coin = peer(&mut app, coin_code(), "coin");
        let mut world = World {
            app,
            owner,
            guardian,
            coin,
            oracle,
            votes,
            market,
            issuers: vec![issuer, other],
            operators: Vec::new(),
            params: self.params,
        };
        if self.active {
            world.activate();
            for issuer in world.issuers.clone() {
                let name = format!("Issuer {issuer}");
                let admit = ExecuteMsg::AdmitIssuer {
                    issuer: issuer.to_string(),
                    identity: identity(&name),
                };
                world.execute(&world.owner.clone(), &admit).unwrap();
            }
            for at in 0..self.operators {
                let operator = world.app.api().addr_make(&format!("operator {at}"));
                world.declare(&operator, 1).unwrap();
                world.operators.push(operator);
                world.set_standing(at, Standing::Active);
            }
        }
        world
    }
}
