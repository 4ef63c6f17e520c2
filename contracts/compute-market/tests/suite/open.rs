//! Orders that are opened.

use compute_api::{
    market::{Authoriser, CapUse, ExecuteMsg, Hook, Mode, NewOrder, OrderState, Privacy, Terms},
    votes::Standing,
};
use cosmwasm_std::HexBinary;

use crate::world::{
    AUTHORISER, COORDINATOR, Issuer, World, app_key, coins, new_order, pay, public_key, redeem,
    refused,
};

#[test]
fn to_pay() {
    let mut world = World::new();
    let before = world.balance(&world.app_owner.clone());
    let new = NewOrder {
        samples: Some(6),
        ..new_order(&world, Mode::Pay { price_bps: 25_000 })
    };
    let number = world.open(10_000_000, new.clone());
    let order = world.order(number);
    assert_eq!((order.order, order.state), (1, OrderState::Open));
    assert_eq!(order.owner, world.app_owner);
    assert_eq!(
        order.coordinator_key,
        HexBinary::from(public_key(COORDINATOR))
    );
    assert_eq!(
        order.authoriser_key,
        HexBinary::from(public_key(AUTHORISER))
    );
    assert_eq!((order.mode, order.authoriser), (new.mode, app_key()));
    assert_eq!((order.samples, order.opc.u128()), (6, 1_000_000));
    assert_eq!((order.opened_at, order.expires), (world.now(), new.expires));
    // At two and a half times par, ten coins buy four coins' ops.
    assert_eq!(order.ops.total.u128(), 4_000_000);
    assert_eq!(order.coins.free.u128(), 10_000_000);
    assert_eq!((order.cap, order.redemption), (None, None));
    assert_eq!(world.balance(&world.app_owner.clone()), before - 10_000_000);
    assert_eq!(world.holdings().free.u128(), 10_000_000);
}

#[test]
fn what_coins_buy_is_rounded_down() {
    let mut world = World::new();
    world.set_opc(7_000_003);
    let number = world.open(1_001, pay(&world));
    // 1 001 × 7.000003
    assert_eq!(world.order(number).ops.total.u128(), 7_007);
}

#[test]
fn with_an_api_key_the_coordinator_authorises_under_a_cap() {
    let mut world = World::new();
    let authoriser = Authoriser::Coordinator {
        daily_cap: coins(500_000),
    };
    let new = NewOrder {
        authoriser: authoriser.clone(),
        privacy: Privacy::Private,
        ..pay(&world)
    };
    let number = world.open(10_000_000, new);
    let order = world.order(number);
    assert_eq!(order.authoriser, authoriser);
    assert_eq!(order.authoriser_key, order.coordinator_key);
    assert_eq!(order.privacy, Privacy::Private);
    let cap = CapUse {
        reserved: coins(0),
        resets_at: world.now() + 86_400,
    };
    assert_eq!(order.cap, Some(cap));
    // What is left out is the parameters' number.
    assert_eq!(order.samples, 4);
}

#[test]
fn to_redeem() {
    let mut world = World::new();
    let issuer = world.issuers[0].clone();
    let number = world.open(10_000_500, redeem(&world, 500));
    let order = world.order(number);
    let redemption = order.redemption.unwrap();
    assert_eq!(order.coins.put_in.u128(), 10_000_000);
    assert_eq!(order.ops.total.u128(), 10_000_000);
    assert_eq!(
        (redemption.rate.u128(), redemption.fee_left.u128()),
        (1_000, 500)
    );
    assert_eq!((redemption.called.u128(), redemption.call), (0, None));
    let held = world.holdings();
    assert_eq!((held.free.u128(), held.fees.u128()), (10_000_000, 500));
    assert_eq!(world.replay.queues[issuer.as_str()].open.u128(), 10_000_000);
}

#[test]
fn its_keys_and_price_stay() {
    let mut world = World::new();
    let number = world.open_pay();
    let before = world.order(number);
    let coordinator = world.coordinator.clone();
    world.change_operator(&coordinator, |known| {
        known.key = HexBinary::from(public_key(77));
        known.standing = Standing::Tombstoned;
    });
    world.set_opc(9_000_000);
    assert_eq!(world.order(number), before);
    let terms = Terms {
        min_price_bps: 20_000,
        min_fee_bps: 10,
    };
    world.ok(&coordinator, &ExecuteMsg::SetTerms { terms });
    assert_eq!(world.order(number), before);
}

fn refuses(why: &str, amount: u128, change: impl FnOnce(&mut World, &mut NewOrder)) {
    let mut world = World::new();
    let mut new = pay(&world);
    change(&mut world, &mut new);
    let owner = world.app_owner.clone();
    let before = world.balance(&owner);
    refused(world.send(&owner, amount, &Hook::OpenOrder(new)), why);
    assert_eq!(world.balance(&owner), before);
    assert_eq!(world.last_order(), 0);
}

#[test]
fn refusals() {
    refuses("amount is 999", 999, |_, _| ());
    refuses("price_bps is 0", 10_000, |_, new| {
        new.mode = Mode::Pay { price_bps: 0 };
    });
    refuses("price_bps is 1000001", 10_000, |_, new| {
        new.mode = Mode::Pay {
            price_bps: 1_000_001,
        };
    });
    // Who has declared nothing takes par.
    refuses("must be 10000 to", 10_000, |_, new| {
        new.mode = Mode::Pay { price_bps: 9_999 };
    });
    refuses("expires is", 10_000, |world, new| new.expires = world.now());
    refuses("expires is", 10_000, |world, new| {
        new.expires = world.now() + 90 * 86_400 + 1;
    });
    refuses("samples is 0", 10_000, |_, new| new.samples = Some(0));
    refuses("samples is 65", 10_000, |_, new| new.samples = Some(65));
    refuses("is a miner", 10_000, |world, new| {
        new.coordinator = world.workers[0].to_string();
    });
    refuses("not found", 10_000, |world, new| {
        new.coordinator = world.stranger.to_string();
    });
    for standing in [Standing::Unbonded, Standing::Jailed, Standing::Tombstoned] {
        refuses(&format!("is {standing}"), 10_000, |world, _| {
            let coordinator = world.coordinator.clone();
            world.change_operator(&coordinator, |known| known.standing = standing);
        });
    }
    refuses("public_key is 31", 10_000, |_, new| {
        new.authoriser = Authoriser::App {
            public_key: HexBinary::from([1; 31]),
        };
    });
    refuses("daily_cap is 0", 10_000, |_, new| {
        new.authoriser = Authoriser::Coordinator {
            daily_cap: coins(0),
        };
    });
    refuses("buy not one op", 10_000, |world, _| world.set_opc(1));
    // What buys more than 128 bits is refused, and nothing panics.
    refuses("onversion", 10_000_000, |world, _| world.set_opc(u128::MAX));
}

#[test]
fn refusals_of_redemptions() {
    let to_redeem = |world: &World, fee| redeem(world, fee);
    refuses("fee: 10001 asked for, 10000 there", 10_000, |world, new| {
        *new = to_redeem(world, 10_001);
    });
    refuses("amount without the fee is 999", 1_000, |world, new| {
        *new = to_redeem(world, 1);
    });
    refuses("fee is 6000", 10_000, |world, new| {
        *new = to_redeem(world, 6_000)
    });
    refuses("fee is 9", 10_009, |world, new| {
        let coordinator = world.coordinator.clone();
        let terms = Terms {
            min_price_bps: 0,
            min_fee_bps: 10,
        };
        world.ok(&coordinator, &ExecuteMsg::SetTerms { terms });
        *new = to_redeem(world, 9);
    });
    refuses("redeeming is paused until 7", 10_000, |world, new| {
        world.pause_redeeming(Some(7));
        *new = to_redeem(world, 0);
    });
    refuses("not found", 10_000, |world, new| {
        new.mode = Mode::Redeem {
            issuer: world.stranger.to_string(),
            fee: coins(0),
        };
    });
    refuses("10000 asked for, 9999 there", 10_000, |world, new| {
        let issuer = world.issuers[0].clone();
        world.set_issuer(
            &issuer,
            Issuer {
                outstanding: 9_999,
                effective: 1,
            },
        );
        *new = to_redeem(world, 0);
    });
    refuses("no capacity", 10_000, |world, new| {
        let issuer = world.issuers[0].clone();
        world.set_issuer(
            &issuer,
            Issuer {
                outstanding: 10_000,
                effective: 0,
            },
        );
        *new = to_redeem(world, 0);
    });
}

#[test]
fn redemptions_claim_an_issuers_coins_once() {
    let mut world = World::new();
    let issuer = world.issuers[0].clone();
    world.set_issuer(
        &issuer,
        Issuer {
            outstanding: 15_000,
            effective: 1,
        },
    );
    world.open(10_000, redeem(&world, 0));
    let owner = world.app_owner.clone();
    let more = Hook::OpenOrder(redeem(&world, 0));
    refused(
        world.send(&owner, 5_001, &more),
        "5001 asked for, 5000 there",
    );
    world.send(&owner, 5_000, &more).unwrap();
}

#[test]
fn the_pace_stretches_an_issuers_time() {
    let mut world = World::new();
    world.set_params(|params| params.redemptions.pace_bps = 4_999);
    let number = world.open(10_000, redeem(&world, 0));
    let rate = world.order(number).redemption.unwrap().rate;
    assert_eq!(rate.u128(), 499);
}

#[test]
fn coins_come_from_the_coin_alone() {
    let mut world = World::new();
    let stranger = world.stranger.clone();
    let sent = cw20::Cw20ReceiveMsg {
        sender: stranger.to_string(),
        amount: coins(10_000),
        msg: cosmwasm_std::to_json_binary(&Hook::OpenOrder(pay(&world))).unwrap(),
    };
    let outcome = world.execute(&stranger, &ExecuteMsg::Receive(sent));
    refused(outcome, "it takes the coin contract");
    // What comes without a hook stays, and is nobody's order.
    world.stray(5);
    world.open_pay();
    assert_eq!(world.stray, 5);
}
