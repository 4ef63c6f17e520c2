//! The peg: who can move it, how fast, and whom it leaves behind.

use compute_api::oracle::{ExecuteMsg, TiersResponse};
use test_suite::network::{
    Builder, Network,
    defaults::{COIN, DAY},
};

use crate::common::refused;

/// Two issuers with three miners each, and a peg at `small`.
fn six() -> Network {
    let miners: Vec<(u32, Option<usize>)> = (0..6).map(|at| (1, Some(at / 3))).collect();
    Builder::default().with_miners(&miners).build()
}

fn held(net: &Network) -> (Option<String>, u32) {
    let tiers: TiersResponse = net.ask(&compute_api::oracle::QueryMsg::Tiers {});
    (tiers.held, tiers.held_for)
}

fn named(tier: &str, times: u32) -> (Option<String>, u32) {
    (Some(tier.to_owned()), times)
}

#[test]
fn less_than_half_of_the_capacity_does_not_move_it() {
    let mut net = six();
    // 45 units are a `large` device's; five `small` ones do 46.
    let less: Vec<(usize, u32)> = vec![(0, 9), (1, 9), (2, 9), (3, 9), (4, 10), (5, 45)];
    net.measure_times(6, &less);
    assert_eq!(held(&net), named("small", 5));
    let propose = net.anyone(&ExecuteMsg::ProposeReindex {});
    refused(propose, "moves up only");
    assert_eq!(net.opc(), 60_000);
}

#[test]
fn half_of_the_capacity_moves_it_slowly_and_under_a_veto() {
    let mut net = six();
    let half: Vec<(usize, u32)> = vec![(0, 9), (1, 9), (2, 9), (3, 9), (4, 9), (5, 45)];
    // The first census proves nothing, so it takes five for four.
    net.measure_times(4, &half);
    assert_eq!(held(&net), named("large", 3));
    let propose = ExecuteMsg::ProposeReindex {};
    refused(net.anyone(&propose), "has held for 3 censuses");
    net.measure(&half);
    net.anyone(&propose).unwrap();
    refused(net.anyone(&propose), "is proposed already");
    refused(net.anyone(&ExecuteMsg::ApplyReindex {}), "cannot be before");
    // Vetoed, it has to hold anew.
    let guardian = net.guardian.clone();
    net.oracle(&guardian, &ExecuteMsg::VetoReindex {}).unwrap();
    refused(net.anyone(&propose), "has held for 0 censuses");
    refused(net.anyone(&ExecuteMsg::ApplyReindex {}), "no re-index");
    net.measure_times(4, &half);
    net.anyone(&propose).unwrap();
    net.wait(3 * DAY);
    net.anyone(&ExecuteMsg::ApplyReindex {}).unwrap();
    // A hundredth of its beginning a day, so 300 days from 60 000 to 240 000.
    let began = net.now();
    for (days, opc) in [(0, 60_000), (1, 60_600), (100, 120_000), (300, 240_000)] {
        net.at(began + days * DAY);
        assert_eq!(net.opc(), opc);
    }
    net.wait(1_000 * DAY);
    assert_eq!((net.opc(), net.peg().glide_ends_at), (240_000, None));
}

#[test]
fn it_never_moves_down() {
    let mut net = Builder::default()
        .with_tiers(test_suite::network::defaults::tiers(), "middle")
        .build();
    // All capacity is of `small` devices.
    net.measure_times(8, &[(0, 9), (1, 9), (2, 9), (3, 9)]);
    assert_eq!(held(&net), named("small", 7));
    refused(net.anyone(&ExecuteMsg::ProposeReindex {}), "moves up only");
    assert_eq!(net.opc(), 120_000);
}

#[test]
fn declared_devices_do_not_make_a_tier_out_of_nothing() {
    let mut net = six();
    // Capacity of one `large` device, said to be eight: no tier at all.
    let key = net.miners[5].key.clone();
    net.oracle(&key, &ExecuteMsg::DeclareDevices { devices: 8 })
        .unwrap();
    let parts: Vec<(usize, u32)> = (0..5).map(|at| (at, 9)).chain([(5, 45)]).collect();
    net.measure_times(7, &parts);
    // It takes eight censuses to count; until then it is what it was.
    assert_eq!(held(&net), named("large", 6));
    net.measure_times(2, &parts);
    assert_eq!(net.measured(5).devices, 8);
    assert_eq!(net.measured(5).tier, None);
    // Half is of small devices now.
    assert_eq!(held(&net), named("small", 1));
}

#[test]
fn few_operators_do_not_move_it() {
    let mut net = six();
    net.measure_times(5, &[(0, 45), (1, 45)]);
    // Two of at least three.
    assert_eq!(held(&net), named("large", 0));
    refused(net.anyone(&ExecuteMsg::ProposeReindex {}), "has held for 0");
}

#[test]
fn a_re_index_does_not_outrun_an_issuer_unseen() {
    let mut net = Builder::default()
        .with_params(|params| params.reserve.margin_bps = 500)
        .build();
    net.start();
    let holder = net.account("holder");
    // To the brim: 82 285.714285 coins of 86 400 that are backed.
    let full = 82_285_714_285;
    net.mint(0, &holder, full).unwrap();
    net.post_bond(1, 100_000_000).unwrap();
    let grown: Vec<(usize, u32)> = vec![(0, 9), (1, 9), (2, 40), (3, 40)];
    // New capacity counts when but one of the last eight is of before: in seven.
    net.measure_times(10, &grown);
    net.anyone(&ExecuteMsg::ProposeReindex {}).unwrap();
    net.wait(3 * DAY);
    net.measure(&grown);
    net.commit_for(1, 9_000, 60 * DAY).unwrap();
    // From now on coins are minted at 240 000 ops, not yet at 60 000 × 1.05: what is
    // minted today is backed when the glide is over.
    net.anyone(&ExecuteMsg::ApplyReindex {}).unwrap();
    net.mint(1, &holder, COIN).unwrap();
    let backing = net.issuer(1).backing.u128();
    let most = backing * 1_000_000 * 10_000 / (240_000 * 10_500);
    refused(net.mint(1, &holder, most - COIN + 1), "by backing");
    net.mint(1, &holder, most - COIN).unwrap();
    // Issuer 0 owes more with each day, and the margin lasts for five of them.
    net.commit_for(0, 2_000, 90 * DAY).unwrap();
    assert_eq!(net.issuer(0).short.u128(), 0);
    net.wait(4 * DAY);
    net.measure(&grown);
    assert_eq!(net.issuer(0).short.u128(), 0);
    refused(net.flag(0), "is not short");
    net.wait(2 * DAY);
    net.measure(&grown);
    let short = net.issuer(0).short.u128();
    assert!(short > 0 && short < full / 50, "{short}");
    net.flag(0).unwrap();
    // It has its days, buys coins back and is sound.
    let issuer = net.issuers[0].clone();
    let retired = full / 5;
    net.transfer(&holder, &issuer, retired).unwrap();
    net.retire(0, retired).unwrap();
    net.cure(0).unwrap();
    assert_eq!(net.issuer(0).outstanding.u128(), full - retired);
    assert_eq!(net.balance(&holder), full + most - retired);
    // Who has minted at the target never gets short by it.
    net.commit_for(1, 9_000, 365 * DAY).unwrap();
    net.wait(300 * DAY);
    net.measure(&grown);
    net.measure(&grown);
    assert_eq!((net.opc(), net.issuer(1).short.u128()), (240_000, 0));
}
