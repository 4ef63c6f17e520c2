use core::marker::PhantomData;

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, CosmosMsg, QuerierWrapper, StdResult, WasmMsg, to_json_binary};
use serde::{Serialize, de::DeserializeOwned};

/// Who the four contracts are to each other. Set once, when a contract is
/// activated; a contract refuses a set in which it does not find itself, so the
/// same message can go to all four.
#[cw_serde]
pub struct Contracts<A = String> {
    /// `cw20-compute`.
    pub coin: A,
    /// `reserve-oracle`.
    pub oracle: A,
    /// `staking-votes`.
    pub votes: A,
    /// `compute-market`.
    pub market: A,
}

/// Another contract, spoken to in its own messages: `Handle::<oracle::ExecuteMsg,
/// _>::new(addr)`. Modules name theirs, such as [`crate::oracle::Oracle`].
#[derive(Clone, Debug)]
pub struct Handle<E, Q> {
    addr: Addr,
    speaks: PhantomData<(E, Q)>,
}

impl<E: Serialize, Q: Serialize> Handle<E, Q> {
    /// The contract at `addr`.
    #[must_use]
    pub fn new(addr: Addr) -> Self {
        Self {
            addr,
            speaks: PhantomData,
        }
    }

    /// Where it is.
    #[must_use]
    pub fn addr(&self) -> &Addr {
        &self.addr
    }

    /// Has it execute `msg`, without funds.
    ///
    /// # Errors
    /// Where `msg` cannot be written as JSON.
    pub fn execute(&self, msg: &E) -> StdResult<CosmosMsg> {
        Ok(WasmMsg::Execute {
            contract_addr: self.addr.to_string(),
            msg: to_json_binary(msg)?,
            funds: Vec::new(),
        }
        .into())
    }

    /// Asks it `query`.
    ///
    /// # Errors
    /// Its own, and where the answer is no `T`.
    pub fn query<T: DeserializeOwned>(&self, querier: QuerierWrapper, query: &Q) -> StdResult<T> {
        querier.query_wasm_smart(self.addr.to_string(), query)
    }
}
