//! The four contracts and what can be said to each.

use compute_api::{coin, market, oracle, votes};
use cosmwasm_schema::{QueryResponses, schema_for};
use deployment::Contract;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::shape::Shape;

/// One of the four contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Module {
    /// `cw20-compute`.
    Coin,
    /// `reserve-oracle`.
    Oracle,
    /// `staking-votes`.
    Votes,
    /// `compute-market`.
    Market,
}

/// What is said to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// A question.
    Query,
    /// A message of a transaction.
    Execute,
    /// What coins are for that are sent to it.
    Hook,
}

/// One thing that can be said to a contract.
#[derive(Clone, Debug)]
pub(crate) struct Verb {
    /// To which.
    pub(crate) module: Module,
    /// How.
    pub(crate) way: Way,
    /// Its name in JSON.
    pub(crate) name: String,
    /// What it does, in one line.
    pub(crate) about: String,
    /// What it takes.
    pub(crate) takes: Shape,
}

/// A question and the shape of its answer.
pub(crate) struct Ask {
    /// The question.
    pub(crate) verb: Verb,
    /// The answer.
    pub(crate) answer: Shape,
}

impl Module {
    /// All four.
    pub(crate) const ALL: [Self; 4] = [Self::Coin, Self::Oracle, Self::Votes, Self::Market];

    /// Its name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Coin => "coin",
            Self::Oracle => "oracle",
            Self::Votes => "votes",
            Self::Market => "market",
        }
    }

    /// What it is, in one line.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Coin => "The coin: balances, transfers, allowances",
            Self::Oracle => "The reserve oracle: census, peg, reserve, mint gate",
            Self::Votes => "Staking and votes: operators, bonds, votes, rewards, faults",
            Self::Market => "The market: programs, orders, batches, proofs, settlement",
        }
    }

    /// The contract of that name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|module| module.name() == name)
    }

    /// Where its address stands.
    pub(crate) const fn contract(self) -> Contract {
        match self {
            Self::Coin => Contract::Coin,
            Self::Oracle => Contract::Oracle,
            Self::Votes => Contract::Votes,
            Self::Market => Contract::Market,
        }
    }

    /// All that can be said to it in this way.
    pub(crate) fn verbs(self, way: Way) -> Vec<Verb> {
        let verb = |variant: &super::shape::Variant| Verb {
            module: self,
            way,
            name: variant.name.clone(),
            about: variant.about.clone(),
            takes: variant.payload.clone().unwrap_or(Shape::Struct(Vec::new())),
        };
        let all = Shape::of(&self.schema(way));
        all.variants().iter().map(verb).collect()
    }

    /// The question of that name.
    pub(crate) fn ask(self, name: &str) -> Option<Ask> {
        let mut verbs = self.verbs(Way::Query).into_iter();
        let verb = verbs.find(|verb| verb.name == name)?;
        let answers = match self {
            Self::Coin => coin::QueryMsg::response_schemas(),
            Self::Oracle => oracle::QueryMsg::response_schemas(),
            Self::Votes => votes::QueryMsg::response_schemas(),
            Self::Market => market::QueryMsg::response_schemas(),
        };
        let answer = answers.ok()?.remove(name)?;
        Some(Ask {
            verb,
            answer: Shape::of(&json!(answer)),
        })
    }

    fn schema(self, way: Way) -> Value {
        let schema = match (self, way) {
            (Self::Coin, Way::Query) => schema_for!(coin::QueryMsg),
            (Self::Coin, Way::Execute) => schema_for!(coin::ExecuteMsg),
            // Nothing is sent to the coin by itself.
            (Self::Coin, Way::Hook) => return Value::Null,
            (Self::Oracle, Way::Query) => schema_for!(oracle::QueryMsg),
            (Self::Oracle, Way::Execute) => schema_for!(oracle::ExecuteMsg),
            (Self::Oracle, Way::Hook) => schema_for!(oracle::Hook),
            (Self::Votes, Way::Query) => schema_for!(votes::QueryMsg),
            (Self::Votes, Way::Execute) => schema_for!(votes::ExecuteMsg),
            (Self::Votes, Way::Hook) => schema_for!(votes::Hook),
            (Self::Market, Way::Query) => schema_for!(market::QueryMsg),
            (Self::Market, Way::Execute) => schema_for!(market::ExecuteMsg),
            (Self::Market, Way::Hook) => schema_for!(market::Hook),
        };
        json!(schema)
    }

    /// The message as the contract's own type has it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn check(self, way: Way, message: &Value) -> Result<Value, String> {
        match (self, way) {
            (Self::Coin, Way::Query) => typed::<coin::QueryMsg>(message),
            (Self::Coin, _) => typed::<coin::ExecuteMsg>(message),
            (Self::Oracle, Way::Query) => typed::<oracle::QueryMsg>(message),
            (Self::Oracle, Way::Execute) => typed::<oracle::ExecuteMsg>(message),
            (Self::Oracle, Way::Hook) => typed::<oracle::Hook>(message),
            (Self::Votes, Way::Query) => typed::<votes::QueryMsg>(message),
            (Self::Votes, Way::Execute) => typed::<votes::ExecuteMsg>(message),
            (Self::Votes, Way::Hook) => typed::<votes::Hook>(message),
            (Self::Market, Way::Query) => typed::<market::QueryMsg>(message),
            (Self::Market, Way::Execute) => typed::<market::ExecuteMsg>(message),
            (Self::Market, Way::Hook) => typed::<market::Hook>(message),
        }
    }
}

/// Through the type and back: the text goes the way that it goes on chain.
fn typed<T: Serialize + DeserializeOwned>(message: &Value) -> Result<Value, String> {
    let text = message.to_string();
    let typed: T = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    serde_json::to_value(typed).map_err(|error| error.to_string())
}

impl Verb {
    /// Its name on the command line.
    pub(crate) fn word(&self) -> String {
        self.name.replace('_', "-")
    }

    /// Whether only another contract can send it: it is there, but not in the help.
    pub(crate) fn is_between_contracts(&self) -> bool {
        const BETWEEN: [(Module, &str); 10] = [
            (Module::Coin, "mint"),
            (Module::Coin, "retire"),
            (Module::Oracle, "receive"),
            (Module::Oracle, "set_standing"),
            (Module::Oracle, "slash_issuer"),
            (Module::Votes, "receive"),
            (Module::Votes, "report_fault"),
            (Module::Votes, "set_devices"),
            (Module::Votes, "pay_protection"),
            (Module::Market, "receive"),
        ];
        let is_execute =
            self.way == Way::Execute && BETWEEN.contains(&(self.module, self.name.as_str()));
        let is_hook = self.way == Way::Hook && self.name == "redeem";
        is_execute || is_hook
    }

    /// Whether coins of the chain come with it.
    pub(crate) fn takes_funds(&self) -> bool {
        self.way == Way::Execute && self.module == Module::Oracle && self.name == "post_bond"
    }
}
