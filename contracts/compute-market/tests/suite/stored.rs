//! What is stored, byte by byte.

use compute_api::{
    market::{
        Authoriser, BatchState, Call, CapUse, Commitment, Deadline, Demand, DemandState, EndCause,
        Halt, Mode, Order, OrderCoins, OrderOps, OrderState, Privacy, Program, Redemption,
        SlotStage, Target, Terms, Tree, Void,
    },
    oracle::{BeaconNetwork, Trust},
};
use compute_market::{
    state::{
        BATCHES, BEACON_NETWORK, BatchRecord, DELIVERIES, DEMANDS, DeclaredTerms, EXPOSURES, End,
        Exposure, HOLDINGS, Holdings, ISSUERS, IssuerQueue, LAST_HALT, ORDERS, PROGRAMS,
        REGISTRATIONS, RegistrationState, SLOTS, SlotRecord, TERMS, VOIDS,
    },
    stored::{Single, Stored, Table},
};
use cosmwasm_std::{
    Addr, HexBinary, Order as Sort, StdError, StdResult, Storage, Uint128, testing::MockStorage,
};
use cw_storage_plus::PrimaryKey;

const AT: Deadline = Deadline {
    time: 1_700_000_000,
    height: u64::MAX,
};

fn bytes(of: u8) -> HexBinary {
    HexBinary::from([of; 32])
}

fn addr() -> Addr {
    Addr::unchecked("wasm1ünïcode")
}

const fn amount(of: u128) -> Uint128 {
    Uint128::new(u128::MAX - of)
}

/// Every field is another value, and every option is there.
fn order() -> Order {
    Order {
        order: 1,
        owner: addr(),
        mode: Mode::Redeem {
            issuer: "issuer".to_owned(),
            fee: amount(2),
        },
        coordinator: Addr::unchecked("coordinator"),
        coordinator_key: bytes(3),
        authoriser: Authoriser::Coordinator {
            daily_cap: amount(4),
        },
        authoriser_key: bytes(5),
        privacy: Privacy::Private,
        samples: 6,
        opc: amount(7),
        opened_at: 8,
        expires: 9,
        state: OrderState::Ending,
        end_cause: Some(EndCause::Late),
        closes: Some(AT),
        coins: OrderCoins {
            put_in: amount(10),
            spent: amount(11),
            reserved: amount(12),
            paid_back: amount(13),
            free: amount(14),
        },
        ops: OrderOps {
            total: amount(15),
            authorised: amount(16),
            reserved: amount(17),
            used: amount(18),
        },
        open_batches: 19,
        cap: Some(CapUse {
            reserved: amount(20),
            resets_at: 21,
        }),
        redemption: Some(Redemption {
            rate: amount(22),
            called: amount(23),
            call: Some(Call {
                place: 24,
                serve_by: AT,
            }),
            fee_left: amount(25),
        }),
    }
}

/// The same with every other variant and no option.
fn plain() -> Order {
    Order {
        mode: Mode::Pay { price_bps: 2 },
        authoriser: Authoriser::App {
            public_key: bytes(4),
        },
        privacy: Privacy::Sampled,
        state: OrderState::Closed,
        end_cause: None,
        closes: None,
        cap: None,
        redemption: None,
        ..order()
    }
}

fn batch(end: Option<End>) -> BatchRecord {
    BatchRecord {
        order: 1,
        worker: addr(),
        commitment: Commitment {
            first_nonce: 2,
            span: 3,
            ops: amount(4),
            commit_by: 5,
            root: bytes(6),
        },
        committed_at: 7,
        height: 8,
        slot: 9,
        end,
        charge: amount(10),
        opened: u64::MAX,
        open_until: end.map(|_| AT),
        demands: 11,
        open_demands: 12,
        void_ops: amount(13),
        pending_voids: 14,
    }
}

fn slot(stage: SlotStage) -> SlotRecord {
    SlotRecord {
        opened_at: 1,
        ends_at: 2,
        last_height: 3,
        first_batch: 4,
        batches: 5,
        open_until: matches!(stage, SlotStage::Sealed { .. }).then_some(AT),
        stage,
    }
}

fn demand(target: Target, state: DemandState) -> Demand {
    Demand {
        demand: 1,
        target,
        bond: amount(2),
        made_at: 3,
        answer_by: AT,
        answered_by: (state == DemandState::Answered).then(addr),
        state,
    }
}

/// What is saved is read back, under the name `table`.
#[track_caller]
fn keeps<'a, K, T>(table: &Table<K, T>, key: K, values: impl IntoIterator<Item = T>)
where
    K: PrimaryKey<'a> + Clone,
    T: Stored + PartialEq + std::fmt::Debug,
{
    let mut storage = MockStorage::new();
    assert!(table.may_load(&storage, key.clone()).unwrap().is_none());
    let missing = table.load(&storage, key.clone()).unwrap_err();
    assert!(matches!(missing, StdError::NotFound { .. }), "{missing}");
    for value in values {
        table.save(&mut storage, key.clone(), &value);
        assert_eq!(table.load(&storage, key.clone()).unwrap(), value);
    }
    assert!(table.has(&storage, key.clone()));
    table.remove(&mut storage, key.clone());
    assert!(!table.has(&storage, key));
}

#[track_caller]
fn keeps_one<T>(single: &Single<T>, value: &T)
where
    T: Stored + PartialEq + std::fmt::Debug,
{
    let mut storage = MockStorage::new();
    assert!(single.may_load(&storage).unwrap().is_none());
    single.save(&mut storage, value);
    assert_eq!(single.load(&storage).unwrap(), *value);
}

#[test]
fn orders_and_queues() {
    let other = |state| Order { state, ..plain() };
    let caused = |cause| Order {
        end_cause: Some(cause),
        ..plain()
    };
    let all = [
        order(),
        plain(),
        other(OrderState::Open),
        caused(EndCause::Expired),
        caused(EndCause::Cancelled),
    ];
    keeps(&ORDERS, 7, all);
    let queue = IssuerQueue {
        open: amount(1),
        queued_ops: amount(2),
        served_calls: 3,
        late_calls: 4,
        late_ops: amount(5),
        last_place: 6,
    };
    keeps(&ISSUERS, &addr(), [queue, IssuerQueue::default()]);
    let holdings = Holdings {
        free: amount(1),
        reserved: amount(2),
        fees: amount(3),
        bonds: amount(4),
    };
    keeps_one(&HOLDINGS, &holdings);
}

#[test]
fn programs_and_terms() {
    let program = Program {
        program: bytes(1),
        version: 2,
        slots: 3,
        operations: 4,
        cost: amount(5),
        top: bytes(6),
        registrar: addr(),
        registered_at: 7,
        height: 8,
    };
    keeps(&PROGRAMS, &[1; 32][..], [program]);
    let registration = RegistrationState {
        program: bytes(1),
        slots: 2,
        checker: vec![3, 4, 5],
        operations: 6,
        cost: amount(7),
        started_at: 8,
    };
    keeps(&REGISTRATIONS, &addr(), [registration]);
    let terms = DeclaredTerms {
        terms: Terms {
            min_price_bps: 1,
            min_fee_bps: 2,
        },
        declared_at: 3,
    };
    keeps(&TERMS, &addr(), [terms]);
}

#[test]
fn slots_batches_and_exposures() {
    let stages = [
        SlotStage::Open { late_at: None },
        SlotStage::Open { late_at: Some(1) },
        SlotStage::Sealed {
            round: 1,
            seals: 2,
            challenge_one_in: 3,
            post_by: AT,
        },
        SlotStage::Drawn {
            round: 1,
            randomness: bytes(2),
            challenge_one_in: 3,
            prove_by: AT,
        },
        SlotStage::Void {},
    ];
    keeps(&SLOTS, 1, stages.map(slot));
    let states = [
        BatchState::Committed,
        BatchState::Sealed,
        BatchState::Cleared,
        BatchState::Challenged,
        BatchState::Proven,
        BatchState::Settled,
        BatchState::Failed,
        BatchState::Overturned,
    ];
    let ended = states.map(|state| batch(Some(End { state, time: 15 })));
    keeps(&BATCHES, 1, ended.into_iter().chain([batch(None)]));
    let exposure = Exposure {
        unsettled: amount(1),
        open_batches: 2,
    };
    keeps(&EXPOSURES, &addr(), [exposure, Exposure::default()]);
}

#[test]
fn demands_and_claims() {
    let output = Tree::Output {
        operation: 2,
        output: 3,
    };
    let nodes = |tree| Target::Nodes {
        nonce: 1,
        tree,
        level: 4,
        first: 5,
        count: 6,
    };
    let targets = [
        Target::Receipt { nonce: 1 },
        Target::Outputs {
            nonce: 1,
            operation: 2,
        },
        Target::Element {
            nonce: 1,
            operation: 2,
            output: 3,
            row: 4,
            col: 5,
        },
        Target::Leaf {
            nonce: 1,
            operation: 2,
            output: 3,
            leaf: 4,
        },
        nodes(Tree::Trace {}),
        nodes(output),
    ];
    let open = targets.map(|target| demand(target, DemandState::Open));
    let others = [DemandState::Answered, DemandState::Returned];
    let others = others.map(|state| demand(targets[0], state));
    keeps(&DEMANDS, (1, 2), open.into_iter().chain(others));
    let void = |is_void| Void {
        nonce: 1,
        ops: amount(2),
        standing: 3,
        is_void,
    };
    keeps(&VOIDS, (1, 2), [None, Some(false), Some(true)].map(void));
    keeps(&DELIVERIES, (1, 2), [[7; 64]]);
}

#[test]
fn halts_and_the_beacon() {
    let halt = Halt { from: 1, until: 2 };
    keeps_one(&LAST_HALT, &halt);
    for trust in [Trust::Public, Trust::Operator] {
        let network = BeaconNetwork {
            public_key: HexBinary::from([1; 96]),
            genesis: 2,
            period: 3,
            trust,
        };
        keeps_one(&BEACON_NETWORK, &network);
    }
}

#[test]
fn ranges_go_by_key() {
    let mut storage = MockStorage::new();
    for (batch, nonce) in [(2, 1), (1, 300), (1, 2)] {
        let void = Void {
            nonce,
            ops: amount(0),
            standing: batch,
            is_void: None,
        };
        VOIDS.save(&mut storage, (batch, nonce), &void);
    }
    let all = VOIDS.range(&storage, None, None, Sort::Ascending);
    let all: StdResult<Vec<_>> = all.collect();
    let keys: Vec<(u64, u64)> = all.unwrap().iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, [(1, 2), (1, 300), (2, 1)]);
    let after = Some(cw_storage_plus::Bound::exclusive((1, 2)));
    let mut rest = VOIDS.range(&storage, after, None, Sort::Descending);
    let (key, void) = rest.next().unwrap().unwrap();
    assert_eq!((key, void.standing), ((2, 1), 2));
    assert_eq!(rest.count(), 1);
}

/// The bytes are what every version to come has to read.
#[test]
fn the_encoding_stays() {
    let mut storage = MockStorage::new();
    let exposure = Exposure {
        unsettled: Uint128::new(258),
        open_batches: 3,
    };
    EXPOSURES.save(&mut storage, &Addr::unchecked("me"), &exposure);
    let stored = storage.get(b"\0\x09exposuresme").unwrap();
    let mut expected = [0; 20];
    expected[0] = 2;
    expected[1] = 1;
    expected[16] = 3;
    assert_eq!(stored, expected);
    let void = Void {
        nonce: 1,
        ops: Uint128::zero(),
        standing: 2,
        is_void: Some(true),
    };
    let mut bytes = Vec::new();
    void.write(&mut bytes);
    assert_eq!((bytes.len(), &bytes[32..]), (34, &[1, 1][..]));
}

#[test]
fn what_is_corrupted_is_refused() {
    let mut storage = MockStorage::new();
    let key = b"\0\x06orders\0\0\0\0\0\0\0\x07";
    ORDERS.save(&mut storage, 7, &order());
    let whole = storage.get(key).unwrap();
    let mut load = |bytes: &[u8]| {
        storage.set(key, bytes);
        ORDERS.load(&storage, 7)
    };
    assert_eq!(load(&whole), Ok(order()));
    for len in 1..whole.len() {
        let error = load(&whole[..len]).unwrap_err();
        let StdError::ParseErr { target_type, .. } = &error else {
            panic!("{len} bytes: {error}")
        };
        assert_eq!(target_type, "orders");
    }
    let longer = [&whole[..], &[0]].concat();
    let error = load(&longer).unwrap_err().to_string();
    assert!(error.contains("1 bytes follow"), "{error}");
    // Behind number and owner comes the mode's tag.
    let tag = 8 + 4 + addr().as_str().len();
    let mut unknown = whole.clone();
    unknown[tag] = 2;
    let error = load(&unknown).unwrap_err().to_string();
    assert!(error.contains("2 is no known Mode"), "{error}");
    let mut text = whole.clone();
    text[12] = 0xff;
    let error = load(&text).unwrap_err().to_string();
    assert!(error.contains("text is not a valid value"), "{error}");
    let mut option = whole;
    *option.last_mut().unwrap() ^= 1;
    assert!(load(&option).is_ok_and(|other| other != order()));
}
