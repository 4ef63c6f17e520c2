//! What unmodified cw20-base does, beside what the coin does. Where one of these
//! fails after an update of cw20-base, a fix of ours may have become needless.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cosmwasm_std::testing::{message_info, mock_env};
use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, testing::mock_dependencies};
use cw20::{Cw20Coin, Cw20ExecuteMsg, Expiration, MinterResponse};
use cw20_base::{ContractError as BaseError, contract};

use crate::world::{World, coins, decrease, increase, transfer_from};

const YEAR: u64 = 1_000_000;

/// cw20-base alone: alice has 100 coins and mints.
struct Base {
    deps: cosmwasm_std::OwnedDeps<
        cosmwasm_std::testing::MockStorage,
        cosmwasm_std::testing::MockApi,
        cosmwasm_std::testing::MockQuerier,
    >,
    env: Env,
    alice: Addr,
    bob: Addr,
}

impl Base {
    fn new() -> Self {
        let mut deps = mock_dependencies();
        let env = mock_env();
        let (alice, bob) = (deps.api.addr_make("alice"), deps.api.addr_make("bob"));
        let msg = cw20_base::msg::InstantiateMsg {
            name: "base".into(),
            symbol: "BASE".into(),
            decimals: 6,
            initial_balances: vec![Cw20Coin {
                address: alice.to_string(),
                amount: coins(100),
            }],
            mint: Some(MinterResponse {
                minter: alice.to_string(),
                cap: None,
            }),
            marketing: None,
        };
        let info = message_info(&alice, &[]);
        contract::instantiate(deps.as_mut(), env.clone(), info, msg).unwrap();
        Self {
            deps,
            env,
            alice,
            bob,
        }
    }

    fn run(&mut self, sender: &Addr, msg: Cw20ExecuteMsg) -> Result<(), BaseError> {
        fn execute(
            deps: DepsMut,
            env: Env,
            info: MessageInfo,
            msg: Cw20ExecuteMsg,
        ) -> Result<(), BaseError> {
            contract::execute(deps, env, info, msg).map(|_| ())
        }
        let info = message_info(sender, &[]);
        execute(self.deps.as_mut(), self.env.clone(), info, msg)
    }

    /// Gives bob 50 coins that expire, and lets them.
    fn expired() -> Self {
        let mut base = Self::new();
        let expires = Expiration::AtHeight(base.env.block.height + 1);
        let (alice, spender) = (base.alice.clone(), base.bob.to_string());
        let msg = Cw20ExecuteMsg::IncreaseAllowance {
            spender,
            amount: coins(50),
            expires: Some(expires),
        };
        base.run(&alice, msg).unwrap();
        base.env.block.height += 1;
        base
    }

    /// Bob takes what he can, up to `amount`.
    fn take(&mut self, amount: u128) -> Result<(), BaseError> {
        let bob = self.bob.clone();
        let msg = Cw20ExecuteMsg::TransferFrom {
            owner: self.alice.to_string(),
            recipient: bob.to_string(),
            amount: coins(amount),
        };
        self.run(&bob, msg)
    }
}

/// The same with the coin.
fn expired() -> (World, Addr, Addr, Option<Expiration>) {
    let mut world = World::new();
    let (alice, bob) = (world.account("alice"), world.account("bob"));
    world.mint(&alice, 100);
    let soon = Expiration::AtHeight(world.block().height + 1);
    world.ok(&alice, &increase(&bob, 50, Some(soon)));
    world.wait(1);
    let later = Expiration::AtHeight(world.block().height + YEAR);
    (world, alice, bob, Some(later))
}

/// cw-plus issue 909.
#[test]
fn an_increase_revives_an_expired_allowance_in_cw20_base_alone() {
    let mut base = Base::expired();
    assert_eq!(base.take(1), Err(BaseError::Expired {}));
    let msg = Cw20ExecuteMsg::IncreaseAllowance {
        spender: base.bob.to_string(),
        amount: coins(1),
        expires: Some(Expiration::AtHeight(base.env.block.height + YEAR)),
    };
    let alice = base.alice.clone();
    base.run(&alice, msg).unwrap();
    // 50 that were over, and 1.
    assert_eq!(base.take(51), Ok(()));

    let (mut world, alice, bob, later) = expired();
    world.ok(&alice, &increase(&bob, 1, later));
    world.refused(&bob, &transfer_from(&alice, &bob, 51));
    world.refused(&bob, &transfer_from(&alice, &bob, 2));
    world.ok(&bob, &transfer_from(&alice, &bob, 1));
}

#[test]
fn a_decrease_revives_an_expired_allowance_in_cw20_base_alone() {
    let mut base = Base::expired();
    let msg = Cw20ExecuteMsg::DecreaseAllowance {
        spender: base.bob.to_string(),
        amount: coins(1),
        expires: Some(Expiration::AtHeight(base.env.block.height + YEAR)),
    };
    let alice = base.alice.clone();
    base.run(&alice, msg).unwrap();
    assert_eq!(base.take(49), Ok(()));

    let (mut world, alice, bob, later) = expired();
    world.ok(&alice, &decrease(&bob, 1, later));
    world.refused(&bob, &transfer_from(&alice, &bob, 1));
}

/// In a contract a panic aborts, with no error that says why.
#[test]
fn what_leaves_128_bits_panics_in_cw20_base_alone() {
    let panics = |msg: fn(&Base) -> Cw20ExecuteMsg| {
        let mut base = Base::new();
        let alice = base.alice.clone();
        let spender = base.bob.to_string();
        let give = Cw20ExecuteMsg::IncreaseAllowance {
            spender,
            amount: coins(1),
            expires: None,
        };
        base.run(&alice, give).unwrap();
        let msg = msg(&base);
        catch_unwind(AssertUnwindSafe(|| base.run(&alice, msg))).is_err()
    };
    assert!(panics(|base| Cw20ExecuteMsg::Mint {
        recipient: base.bob.to_string(),
        amount: coins(u128::MAX),
    }));
    assert!(panics(|base| Cw20ExecuteMsg::IncreaseAllowance {
        spender: base.bob.to_string(),
        amount: coins(u128::MAX),
        expires: None,
    }));
    // The coin's errors: `supply::the_counts_stay_in_128_bits`, `allowances::refusals`.
}
