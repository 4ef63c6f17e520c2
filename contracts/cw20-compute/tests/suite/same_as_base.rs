//! Beside unmodified cw20-base: the same messages do, tell and store the same, but
//! for what the coin is meant to do otherwise.

use compute_api::coin::ExecuteMsg;
use cosmwasm_std::{Addr, Event, from_json, to_json_vec};
use cw_multi_test::{ContractWrapper, Executor};
use cw20::{Cw20ExecuteMsg, MinterResponse};
use cw20_base::{contract as base, msg::InstantiateMarketingInfo};
use cw20_compute::ContractError;
use test_suite::scale::{Plan, Random};

use crate::{steps::Crowd, world::World};

/// What only the coin stores, and the version, which names the contract.
const OWN_KEYS: [&[u8]; 4] = [b"contracts", b"forgiven", b"ownership", b"contract_info"];

/// cw20-base on the same chain, with the oracle as its minter.
fn twin(world: &mut World) -> Addr {
    let wrapper = ContractWrapper::new(base::execute, base::instantiate, base::query);
    let code = world.app.store_code(Box::new(wrapper));
    let owner = world.owner.clone();
    let msg = cw20_base::msg::InstantiateMsg {
        name: "Minute of compute".into(),
        symbol: "MIN".into(),
        decimals: 6,
        initial_balances: Vec::new(),
        mint: Some(MinterResponse {
            minter: world.contracts.oracle.to_string(),
            cap: None,
        }),
        marketing: Some(InstantiateMarketingInfo {
            project: Some("https://example.org".into()),
            description: None,
            marketing: Some(owner.to_string()),
            logo: None,
        }),
    };
    let made = world
        .app
        .instantiate_contract(code, owner, &msg, &[], "twin", None);
    made.unwrap()
}

/// The message in cw20-base's words; `None` for what it does not have, or does
/// otherwise.
fn in_base(msg: &ExecuteMsg) -> Option<Cw20ExecuteMsg> {
    match msg {
        ExecuteMsg::Activate { .. }
        | ExecuteMsg::UpdateOwnership(_)
        | ExecuteMsg::UpdateMinter { .. } => None,
        ExecuteMsg::Retire { amount } => Some(Cw20ExecuteMsg::Burn { amount: *amount }),
        msg => Some(from_json(to_json_vec(msg).unwrap()).unwrap()),
    }
}

/// Events without what only the coin adds, and with one address for both.
fn told(events: &[Event], coin: &Addr) -> String {
    let mut events = events.to_vec();
    for event in &mut events {
        let own = |key: &str| key == "forgiven" || key == "supply";
        event.attributes.retain(|attribute| !own(&attribute.key));
    }
    let text = format!("{events:?}");
    text.replace(coin.as_str(), "COIN")
        .replace("retire", "burn")
}

fn stored(world: &World, coin: &Addr) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut entries = world.app.dump_wasm_raw(coin);
    entries.retain(|(key, _)| !OWN_KEYS.contains(&key.as_slice()));
    entries
}

/// The coin's error as cw20-base words it; `None` where it is the coin's own.
fn in_base_words(error: anyhow::Error) -> Option<String> {
    match error.downcast::<ContractError>() {
        Ok(ContractError::Cw20(error)) => Some(error.to_string()),
        Ok(_) => None,
        // Of the receiver.
        Err(error) => Some(error.root_cause().to_string()),
    }
}

fn run(random: &mut Random, steps: u32) {
    let mut world = World::new();
    let crowd = Crowd::of(&world);
    let twin = twin(&mut world);
    let coin = world.contracts.coin.clone();
    assert_eq!(stored(&world, &coin), stored(&world, &twin));
    let mut compared = 0;
    for step in 0..steps {
        // No time passes, so no allowance expires.
        let (sender, msg) = crowd.step(random, &*world.storage(), &world.block());
        let ours = world.try_(&sender, &msg);
        let Some(theirs) = in_base(&msg) else {
            continue;
        };
        // There cw20-base panics: `base_flaws`.
        let own = ours.as_ref().err().and_then(|error| error.downcast_ref());
        if let Some(ContractError::TooManyCoins { .. } | ContractError::AllowanceTooLarge { .. }) =
            own
        {
            continue;
        }
        // There anyone burns.
        if matches!(msg, ExecuteMsg::Retire { .. }) && sender != crowd.oracle {
            continue;
        }
        let theirs = world
            .app
            .execute_contract(sender, twin.clone(), &theirs, &[]);
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(told(&ours.events, &coin), told(&theirs.events, &twin));
                compared += 1;
            }
            (Err(ours), Err(theirs)) => {
                if let Some(ours) = in_base_words(ours) {
                    let theirs = theirs.downcast::<cw20_base::ContractError>();
                    let theirs = theirs.map_or_else(
                        |error| error.root_cause().to_string(),
                        |error| error.to_string(),
                    );
                    assert_eq!(ours, theirs, "step {step}: {msg:?}");
                }
            }
            (ours, theirs) => panic!("step {step}: {msg:?}: {ours:?}, in cw20-base {theirs:?}"),
        }
        assert_eq!(stored(&world, &coin), stored(&world, &twin));
    }
    assert!(compared > steps / 4, "{compared} of {steps}");
}

#[test]
fn does_tells_and_stores_what_cw20_base_does() {
    let plan = Plan::from_env().unwrap();
    println!("{}", plan.describe());
    let mut random = plan.random("cw20-base");
    for _ in 0..plan.pick(4, 100) {
        run(&mut random, 500);
    }
}
