//! The contracts on a chain, changed natively and measured in the VM.

use anyhow::{Context, Result, ensure};
use compute_api::{
    Contracts, coin, market,
    oracle::{self, CensusParams, Trust},
    votes,
};
use cosmwasm_std::{Binary, Coin, Uint128, to_json_binary};
use cw20::Cw20ReceiveMsg;
use serde::Serialize;

use super::{
    native::{self, Code, Codes},
    params,
};
use crate::{
    chain::{Block, Chain, Transaction, address},
    fixtures::Signer,
};

/// Micro-coins in a coin.
pub(super) const COIN: u128 = coin::MICRO;
/// Seconds in a day.
pub(super) const DAY: u64 = 86_400;
/// When the chain begins: early in a day, so that a day of unbonding has room for more.
const START: u64 = 1_699_940_000;
/// Seconds of a block.
const BLOCK: u64 = 6;

/// The chain, its contracts and the key of its beacon.
#[derive(Clone)]
pub(super) struct World {
    chain: Chain,
    pub(super) contracts: Contracts,
    pub(super) signer: Signer,
    /// How it takes censuses.
    pub(super) rules: CensusParams,
    /// Orders that were opened.
    pub(super) orders: u64,
}

/// A message, who sends it and with what.
#[derive(Clone)]
pub(super) struct Call {
    sender: String,
    to: String,
    msg: Vec<u8>,
    funds: Vec<Coin>,
}

impl Codes for Contracts {
    fn code(&self, address: &str) -> Result<Code> {
        let known = [
            (&self.coin, Code::Coin),
            (&self.oracle, Code::Oracle),
            (&self.votes, Code::Votes),
            (&self.market, Code::Market),
        ];
        let found = known.into_iter().find(|(at, _)| *at == address);
        let (_, code) = found.with_context(|| format!("{address} is none of the contracts"))?;
        Ok(code)
    }
}

impl Call {
    fn new(sender: &str, to: &str, msg: &impl Serialize) -> Result<Self> {
        Ok(Self {
            sender: sender.to_owned(),
            to: to.to_owned(),
            msg: serde_json::to_vec(msg)?,
            funds: Vec::new(),
        })
    }

    /// The message.
    pub(super) fn json(&self) -> Result<serde_json::Value> {
        Ok(serde_json::from_slice(&self.msg)?)
    }

    /// The same with coins of the bond's denom.
    pub(super) fn with(mut self, amount: u128) -> Self {
        self.funds = vec![Coin::new(amount, params::BOND_DENOM)];
        self
    }
}

impl World {
    /// The contracts, instantiated and not activated.
    pub(super) fn inactive(rules: CensusParams) -> Result<Self> {
        let mut chain = Chain::default();
        chain.block = Block {
            height: 1_000_000,
            time: START * 1_000_000_000,
            ..Block::default()
        };
        let contracts = Contracts {
            coin: chain.add("coin", "cw20_compute")?,
            oracle: chain.add("oracle", "reserve_oracle")?,
            votes: chain.add("votes", "staking_votes")?,
            market: chain.add("market", "compute_market")?,
        };
        // Years before, so that rounds have as many digits as in production.
        let signer = Signer::new(0x1234_5678_9abc_def1, START - 60_000_019, 3)?;
        let owner = address("owner");
        let coin = coin::InstantiateMsg {
            name: "Compute".to_owned(),
            symbol: "COMPUTE".to_owned(),
            owner: owner.clone(),
            marketing: Some(coin::Marketing {
                project: Some("https://coin.example.org".to_owned()),
                description: None,
                marketing: Some(owner.clone()),
                logo: None,
            }),
            contracts: None,
        };
        let votes = votes::InstantiateMsg {
            owner: owner.clone(),
            params: params::votes(),
            contracts: None,
        };
        let oracle = oracle::InstantiateMsg {
            owner: owner.clone(),
            guardian: address("guardian"),
            beacon: signer.config(Trust::Public),
            params: params::oracle(rules.clone()),
            tiers: params::tiers(),
            mainstream: "small".to_owned(),
            contracts: None,
        };
        let market = market::InstantiateMsg {
            owner: owner.clone(),
            params: market::Params::production(),
            contracts: None,
        };
        let mut world = Self {
            chain,
            contracts,
            signer,
            rules,
            orders: 0,
        };
        for (to, msg) in [
            (&world.contracts.coin, serde_json::to_vec(&coin)?),
            (&world.contracts.oracle, serde_json::to_vec(&oracle)?),
            (&world.contracts.votes, serde_json::to_vec(&votes)?),
            (&world.contracts.market, serde_json::to_vec(&market)?),
        ] {
            native::instantiate(&mut world.chain, &world.contracts, &owner, to, &msg)?;
        }
        Ok(world)
    }

    /// The same, activated.
    pub(super) fn new(rules: CensusParams) -> Result<Self> {
        let mut world = Self::inactive(rules)?;
        let contracts = world.contracts.clone();
        let owner = address("owner");
        world.coin(
            &owner,
            &coin::ExecuteMsg::Activate {
                contracts: contracts.clone(),
            },
        )?;
        world.oracle(
            &owner,
            &oracle::ExecuteMsg::Activate {
                contracts: contracts.clone(),
            },
        )?;
        world.votes(
            &owner,
            &votes::ExecuteMsg::Activate {
                contracts: contracts.clone(),
            },
        )?;
        world.market(&owner, &market::ExecuteMsg::Activate { contracts })?;
        Ok(world)
    }

    // --- time ---

    /// Seconds since 1970.
    pub(super) fn now(&self) -> u64 {
        self.chain.block.time / 1_000_000_000
    }

    /// The block at `time`, or the next one.
    pub(super) fn at(&mut self, time: u64) {
        let passed = time.saturating_sub(self.now());
        self.chain.block.height += (passed / BLOCK).max(1);
        self.chain.block.time += passed * 1_000_000_000;
    }

    /// The block `seconds` later.
    pub(super) fn wait(&mut self, seconds: u64) {
        self.at(self.now() + seconds);
    }

    pub(super) fn block(&self) -> &Block {
        &self.chain.block
    }

    pub(super) fn chain_id(&self) -> &str {
        &self.chain.block.chain_id
    }

    // --- messages ---

    /// To the coin.
    pub(super) fn to_coin(&self, sender: &str, msg: &coin::ExecuteMsg) -> Result<Call> {
        Call::new(sender, &self.contracts.coin, msg)
    }

    /// To the oracle.
    pub(super) fn to_oracle(&self, sender: &str, msg: &oracle::ExecuteMsg) -> Result<Call> {
        Call::new(sender, &self.contracts.oracle, msg)
    }

    /// To votes.
    pub(super) fn to_votes(&self, sender: &str, msg: &votes::ExecuteMsg) -> Result<Call> {
        Call::new(sender, &self.contracts.votes, msg)
    }

    /// To the market.
    pub(super) fn to_market(&self, sender: &str, msg: &market::ExecuteMsg) -> Result<Call> {
        Call::new(sender, &self.contracts.market, msg)
    }

    /// Coins to a contract with a hook, by way of the coin.
    pub(super) fn send(
        &self,
        sender: &str,
        contract: &str,
        amount: u128,
        hook: &impl Serialize,
    ) -> Result<Call> {
        let send = coin::ExecuteMsg::Send {
            contract: contract.to_owned(),
            amount: Uint128::new(amount),
            msg: to_json_binary(hook)?,
        };
        self.to_coin(sender, &send)
    }

    /// Natively.
    pub(super) fn coin(&mut self, sender: &str, msg: &coin::ExecuteMsg) -> Result<()> {
        self.run(self.to_coin(sender, msg)?)
    }

    /// Natively.
    pub(super) fn oracle(&mut self, sender: &str, msg: &oracle::ExecuteMsg) -> Result<()> {
        self.run(self.to_oracle(sender, msg)?)
    }

    /// Natively.
    pub(super) fn votes(&mut self, sender: &str, msg: &votes::ExecuteMsg) -> Result<()> {
        self.run(self.to_votes(sender, msg)?)
    }

    /// Natively.
    pub(super) fn market(&mut self, sender: &str, msg: &market::ExecuteMsg) -> Result<()> {
        self.run(self.to_market(sender, msg)?)
    }

    /// Has votes receive coins that somebody has sent, natively; that the coin books it
    /// too would only take time.
    pub(super) fn arrives(&mut self, sender: &str, amount: u128, hook: &votes::Hook) -> Result<()> {
        let received = votes::ExecuteMsg::Receive(Cw20ReceiveMsg {
            sender: sender.to_owned(),
            amount: Uint128::new(amount),
            msg: to_json_binary(hook)?,
        });
        let coin = self.contracts.coin.clone();
        self.votes(&coin, &received)
    }

    /// New coins for an account, natively.
    pub(super) fn endow(&mut self, account: &str, amount: u128) -> Result<()> {
        let mint = coin::ExecuteMsg::Mint {
            recipient: account.to_owned(),
            amount: Uint128::new(amount),
        };
        let oracle = self.contracts.oracle.clone();
        self.coin(&oracle, &mint)
    }

    /// A call, natively.
    pub(super) fn run(&mut self, call: Call) -> Result<()> {
        let Call {
            sender,
            to,
            msg,
            funds,
        } = call;
        native::execute(&mut self.chain, &self.contracts, &sender, &to, funds, &msg)
    }

    /// A question, natively.
    pub(super) fn ask<T: serde::de::DeserializeOwned>(
        &self,
        contract: &str,
        query: &impl Serialize,
    ) -> Result<T> {
        let answer: Binary = native::query(
            &self.chain,
            &self.contracts,
            contract,
            &serde_json::to_vec(query)?,
        )?;
        Ok(serde_json::from_slice(&answer)?)
    }

    /// Makes copies cheap.
    pub(super) fn settle(&mut self) {
        let contracts = self.contracts.clone();
        for address in addresses(&contracts) {
            if let Some(contract) = self.chain.contract_mut(address) {
                contract.storage_mut().settle();
            }
        }
    }

    // --- the VM ---

    /// A call in the VM, which has to succeed and to leave what it leaves natively.
    pub(super) fn measure(&self, call: &Call) -> Result<Transaction> {
        let mut chain = self.chain.clone();
        let funds: Vec<vm_std::Coin> = call
            .funds
            .iter()
            .map(|coin| vm_std::Coin::new(coin.amount.u128(), &coin.denom))
            .collect();
        let msg = call.json()?;
        let done = chain.execute(&call.sender, &call.to, &msg, &funds)?;
        done.responses().with_context(|| msg.to_string())?;
        let mut natively = self.clone();
        natively.run(call.clone())?;
        let contracts = &self.contracts;
        for address in addresses(contracts) {
            let stored = |chain: &Chain| chain.contract(address).map(|x| x.storage().clone());
            let (vm, native) = (stored(&chain), stored(&natively.chain));
            let differs = vm
                .zip(native)
                .and_then(|(vm, native)| vm.difference(&native));
            ensure!(
                differs.is_none(),
                "{msg}: the wasm is not the code of this tree, run `make wasm`; at {:?} they \
                 store different values",
                differs.map(|key| String::from_utf8_lossy(&key).into_owned())
            );
        }
        Ok(done)
    }

    /// The same for a query: its VM gas in SDK gas.
    pub(super) fn measure_query(&self, contract: &str, query: &impl Serialize) -> Result<u64> {
        let outcome = self.chain.query(contract, query)?;
        outcome.value()?;
        Ok(outcome.gas.sdk())
    }
}

const fn addresses(contracts: &Contracts) -> [&String; 4] {
    let Contracts {
        coin,
        oracle,
        votes,
        market,
    } = contracts;
    [coin, oracle, votes, market]
}
