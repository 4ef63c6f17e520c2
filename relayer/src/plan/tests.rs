use compute_api::market::Deadline;
use compute_api::oracle::{
    CensusCommitment, CensusParams, CensusRecord, CensusResponse, CensusResult, CensusStage,
    IssuerBacking, OpenCensus, OperatorResponse, Params,
};
use compute_api::votes::Standing;
use compute_proofs::beacon::{Network, QUICKNET};
use cosmwasm_std::{Addr, Uint128, coin};

use super::*;

/// Rounds at 1 000, 1 003, 1 006 …: not aligned to the slots of 60 s.
const BEACON: Network = Network {
    genesis: 1_000,
    period: 3,
    ..QUICKNET
};

fn params() -> CensusParams {
    Params::production(coin(1, "ubond")).census
}

const fn at(time: u64, height: u64) -> Moment {
    Moment { time, height }
}

fn view(stage: Option<CensusStage>, next_from: u64) -> CensusView {
    let current = stage.map(|stage| OpenCensus {
        id: 3,
        slot: 20,
        round: 68,
        beacon: [0; 32].into(),
        round_time: 1_201,
        height: 5,
        stage,
    });
    CensusView {
        params: params(),
        network: BEACON,
        census: CensusResponse {
            current,
            last: None,
            next_from,
        },
    }
}

#[test]
fn a_census_is_carried_from_stage_to_stage() {
    let committing = CensusStage::Committing {
        until: 1_261,
        seal_by: 1_321,
    };
    let sealed = CensusStage::Sealed {
        round: 101,
        post_by: 4_900,
    };
    let answering = CensusStage::Answering {
        round: 101,
        until: 5_000,
        until_height: 200,
    };
    let seal = Plan::now(Action::SealCensus { slot: 20 });
    let close = Plan::now(Action::CloseCensus { slot: 20 });
    let post = Plan::now(Action::PostBeacon {
        round: 101,
        lane: Lane::Census,
    });
    let cases = [
        (committing.clone(), at(1_261, 9), Plan::at(1_262)),
        (committing.clone(), at(1_262, 9), seal.clone()),
        // Too late to count: sealing voids it, and the next can open.
        (committing, at(9_999, 9), seal),
        (sealed.clone(), at(1_299, 9), Plan::at(1_300)),
        (sealed.clone(), at(1_300, 9), post.clone()),
        (sealed.clone(), at(4_900, 9), post),
        (sealed, at(4_901, 9), close.clone()),
        (answering.clone(), at(5_000, 201), Plan::at(5_001)),
        (answering.clone(), at(5_001, 200), Plan::default()),
        (answering, at(5_001, 201), close),
    ];
    for (stage, at, plan) in cases {
        assert_eq!(census(&view(Some(stage.clone()), 0), at), plan, "{stage:?}");
    }
}

#[test]
fn every_slot_is_looked_at_while_it_can_be_opened() {
    // Slot 20 begins at 1 200; its first round is 68, at 1 201. Slot 21's is 88, at 1 261.
    let open = |round| Action::OpenCensus { round };
    let plan = |now, next_from| census(&view(None, next_from), at(now, 1));
    assert_eq!(plan(1_200, 0), Plan::at(1_201));
    let now = plan(1_201, 0);
    assert_eq!((now.actions, now.wake_at), (vec![open(68)], Some(1_261)));
    assert_eq!(plan(1_221, 0).actions, [open(68)]);
    assert_eq!(plan(1_222, 0), Plan::at(1_261));
    // The gap is not over: no slot before counts.
    assert_eq!(plan(1_210, 1_202), Plan::at(1_261));
    assert_eq!(plan(1_210, 9_000), Plan::default());
    // Before the beacon's first round there is none.
    assert_eq!(census(&view(None, 0), at(500, 1)), Plan::default());
}

fn operator(name: &str, results: &[u32], standing: Standing, issuer: bool) -> OperatorResponse {
    let results = results.iter().map(|id| CensusResult {
        id: *id,
        rate: Uint128::one(),
    });
    OperatorResponse {
        operator: Addr::unchecked(name),
        issuer: issuer.then(|| Addr::unchecked("issuer")),
        invited_by: None,
        bound_until: None,
        standing,
        devices: 1,
        pending_devices: None,
        rate: Uint128::zero(),
        tier: None,
        results: results.collect(),
        commitment: None,
        bond_share: Uint128::zero(),
        bond_share_coins: Uint128::zero(),
    }
}

#[test]
fn who_misses_or_does_not_answer_is_reported() {
    let mut view = view(None, 0);
    view.census.last = Some(CensusRecord {
        id: 10,
        slot: 50,
        beacon: [0; 32].into(),
        height: 1,
        round_time: 1,
        closed_at: 1,
        operators: 1,
        rate: Uint128::one(),
        by_tier: Vec::new(),
        mainstream: None,
    });
    let committed = |slot, answered| {
        let mut operator = operator("x", &[3, 4, 5, 6, 7, 8, 9, 10], Standing::Active, false);
        operator.commitment = Some(CensusCommitment {
            slot,
            units: 1,
            root: [0; 32].into(),
            answered,
        });
        operator
    };
    let missed = |name: &str| Action::ReportMissed {
        operator: name.to_owned(),
        census: 10,
    };
    let unanswered = |slot| Action::ReportUnanswered {
        operator: "x".to_owned(),
        slot,
    };
    let cases = [
        // Four of the last eight are a fault; what is older does not count.
        (
            operator("a", &[3, 4, 5, 6, 7], Standing::Active, false),
            vec![],
        ),
        (
            operator("a", &[1, 2, 3, 4, 5, 6], Standing::Active, false),
            vec![missed("a")],
        ),
        (
            operator("a", &[], Standing::Unbonded, true),
            vec![missed("a")],
        ),
        (operator("a", &[], Standing::Unbonded, false), vec![]),
        (operator("a", &[], Standing::Jailed, true), vec![]),
        (committed(50, true), vec![]),
        (committed(50, false), vec![unanswered(50)]),
        (committed(40, false), vec![unanswered(40)]),
        // Of one that is to come.
        (committed(51, false), vec![]),
    ];
    for (operator, expected) in cases {
        let found = reports(&view, std::slice::from_ref(&operator));
        assert_eq!(found, expected, "{operator:?}");
    }
    view.census.last = None;
    assert_eq!(
        reports(&view, &[operator("a", &[], Standing::Active, false)]),
        []
    );
}

#[test]
fn nothing_of_the_market_is_done_before_its_deadline_is_over() {
    let after = Deadline {
        time: 100,
        height: 10,
    };
    let (batch, order, slot) = (7, 8, 9);
    let draw = |posted| DueNow::Draw {
        slot,
        round: 5,
        posted,
    };
    let post = Action::PostBeacon {
        round: 5,
        lane: Lane::Market,
    };
    let settle = |undecided: &[u64]| DueNow::Settle {
        batch,
        undecided: undecided.into(),
    };
    let decide = |nonce| Action::DecideVoid { batch, nonce };
    let cases = [
        (DueNow::Seal { slot }, vec![Action::SealSlot { slot }]),
        (draw(true), vec![Action::DrawSlot { slot }]),
        (draw(false), vec![post, Action::DrawSlot { slot }]),
        (DueNow::Fail { batch }, vec![Action::FailBatch { batch }]),
        (settle(&[]), vec![Action::SettleBatch { batch }]),
        (
            settle(&[1, 4]),
            vec![decide(1), decide(4), Action::SettleBatch { batch }],
        ),
        (DueNow::End { order }, vec![Action::EndOrder { order }]),
        (DueNow::Close { order }, vec![Action::CloseOrder { order }]),
    ];
    for (due, actions) in cases {
        let view = MarketView {
            due: vec![(due.clone(), after)],
            tick_at: None,
        };
        // Both time and height have to pass.
        assert_eq!(market(&view, at(100, 99)), Plan::at(101), "{due:?}");
        assert_eq!(market(&view, at(999, 10)), Plan::default(), "{due:?}");
        assert_eq!(market(&view, at(101, 11)).actions, actions, "{due:?}");
        for action in actions {
            let beacon = compute_api::oracle::BeaconRound {
                round: 5,
                signature: [0; 48].into(),
            };
            action.message(Some(beacon)).unwrap();
        }
    }
}

#[test]
fn the_market_is_told_the_time_where_nobody_else_does() {
    let now = Deadline { time: 0, height: 0 };
    let mut view = MarketView {
        due: Vec::new(),
        tick_at: Some(100),
    };
    assert_eq!(market(&view, at(99, 1)), Plan::at(100));
    assert_eq!(market(&view, at(100, 1)), Plan::now(Action::Tick));
    view.due.push((DueNow::Seal { slot: 1 }, now));
    let plan = market(&view, at(100, 1));
    assert_eq!(plan.actions, [Action::SealSlot { slot: 1 }]);
}

fn backing(short: u128, curing_until: Option<u64>) -> IssuerBacking {
    let zero = Uint128::zero();
    IssuerBacking {
        issuer: Addr::unchecked("a"),
        outstanding: zero,
        committed: zero,
        until: 0,
        proven: zero,
        effective: zero,
        backing: zero,
        bond: zero,
        leaving: zero,
        bond_cap: zero,
        short: Uint128::new(short),
        curing_until,
    }
}

#[test]
fn issuers_are_marked_mended_and_settled() {
    let issuer = || "a".to_owned();
    let cases = [
        (backing(0, None), Plan::default()),
        (
            backing(1, None),
            Plan::now(Action::Flag { issuer: issuer() }),
        ),
        (
            backing(0, Some(500)),
            Plan::now(Action::Cure { issuer: issuer() }),
        ),
        (backing(1, Some(500)), Plan::at(501)),
        (
            backing(1, Some(499)),
            Plan::now(Action::Default { issuer: issuer() }),
        ),
    ];
    for (issuer, plan) in cases {
        let view = ReserveView {
            issuers: vec![issuer],
            peg: PegView::default(),
        };
        assert_eq!(reserve(&view, at(500, 1)), plan);
    }
}

#[test]
fn the_peg_follows_what_has_held() {
    let peg = |ready_at, held: Option<u128>, held_for| ReserveView {
        issuers: Vec::new(),
        peg: PegView {
            target: Uint128::new(100),
            ready_at,
            held: held.map(Uint128::new),
            held_for,
            hold: 4,
        },
    };
    let cases = [
        (peg(None, Some(101), 4), Plan::now(Action::ProposeReindex)),
        (peg(None, Some(101), 3), Plan::default()),
        // Up only.
        (peg(None, Some(100), 9), Plan::default()),
        (peg(None, None, 9), Plan::default()),
        (peg(Some(501), Some(101), 4), Plan::at(501)),
        (
            peg(Some(500), Some(101), 4),
            Plan::now(Action::ApplyReindex),
        ),
    ];
    for (view, plan) in cases {
        assert_eq!(reserve(&view, at(500, 1)), plan, "{view:?}");
    }
}

#[test]
fn keys_and_rounds() {
    let post = Action::PostBeacon {
        round: 7,
        lane: Lane::Market,
    };
    assert_eq!(post.key(), "post_beacon/7");
    assert_eq!(post.round(), Some(7));
    assert!(post.message(None).is_err());
    assert_eq!(Action::Tick.key(), "tick");
    assert_eq!(Action::DrawSlot { slot: 3 }.key(), "draw_slot/3");
}
