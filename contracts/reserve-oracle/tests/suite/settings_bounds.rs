//! Every parameter at its bounds and one beyond them.

use compute_api::oracle::{CensusParams, Params, PauseParams, PegParams, ReserveParams, Trust};
use contract_kit::bounds::MAX_SECONDS;
use cosmwasm_std::Uint128;
use reserve_oracle::params::validate;

use super::world::{beacon_network, params};

const MAX: u128 = MAX_SECONDS as u128;

/// A parameter: its name, its least and its most, and how to set it. What it has to
/// fit is set along with it.
type Bound = (&'static str, u128, u128, fn(&mut Params, u128));

fn long(value: u128) -> u64 {
    u64::try_from(value).unwrap()
}

fn short(value: u128) -> u32 {
    u32::try_from(value).unwrap()
}

const BOUNDS: [Bound; 33] = [
    // The beacon's period is 3, and the gap is longer than a slot.
    ("census.slot", 3, MAX - 1, |x, v| {
        x.census.slot = long(v);
        x.census.gap = long(v + 1).min(MAX_SECONDS);
        x.census.open_within = 1;
    }),
    ("census.one_in", 1, 1_000_000, |x, v| {
        x.census.one_in = long(v)
    }),
    ("census.gap", 61, MAX, |x, v| x.census.gap = long(v)),
    ("census.open_within", 1, 60, |x, v| {
        x.census.open_within = long(v)
    }),
    ("census.rate_margin", 0, MAX, |x, v| {
        x.census.rate_margin = long(v)
    }),
    ("census.draw_after", 3, MAX, |x, v| {
        x.census.draw_after = long(v)
    }),
    ("census.seal_within", 1, MAX, |x, v| {
        x.census.seal_within = long(v)
    }),
    ("census.draw_within", 1, MAX, |x, v| {
        x.census.draw_within = long(v)
    }),
    ("census.answer_within", 1, MAX, |x, v| {
        x.census.answer_within = long(v)
    }),
    ("census.answer_blocks", 1, MAX, |x, v| {
        x.census.answer_blocks = long(v)
    }),
    ("census N", 1, 16_384, |x, v| {
        x.census.matrix = short(v);
        x.census.tile = 1;
    }),
    ("census tile", 1, 16, |x, v| {
        x.census.tile = short(v);
        x.census.matrix = short(v).max(1) * 16;
    }),
    ("census.samples", 1, 64, |x, v| x.census.samples = short(v)),
    ("census.devices_after", 0, 1_000, |x, v| {
        x.census.devices_after = short(v)
    }),
    ("census.missed_limit", 1, 8, |x, v| {
        x.census.missed_limit = short(v)
    }),
    ("peg.hold", 1, 1_000, |x, v| x.peg.hold = short(v)),
    ("peg.min_operators", 1, u32::MAX as u128, |x, v| {
        x.peg.min_operators = short(v)
    }),
    ("peg.veto_within", 1, MAX, |x, v| {
        x.peg.veto_within = long(v)
    }),
    ("peg.glide_bps", 1, 10_000, |x, v| {
        x.peg.glide_bps = short(v)
    }),
    ("peg.glide_period", 1, MAX, |x, v| {
        x.peg.glide_period = long(v)
    }),
    ("reserve.horizon", 1, MAX, |x, v| {
        x.reserve.horizon = long(v)
    }),
    ("reserve.margin_bps", 0, 10_000, |x, v| {
        x.reserve.margin_bps = short(v)
    }),
    ("reserve.bond_per_coin", 1, u64::MAX as u128, |x, v| {
        x.reserve.bond_per_coin.amount = Uint128::new(v);
    }),
    ("bytes of the bond's denom", 3, 128, |x, v| {
        x.reserve.bond_per_coin.denom = "d".repeat(usize::try_from(v).unwrap());
    }),
    ("reserve.census_max_age", 1, MAX, |x, v| {
        x.reserve.census_max_age = long(v)
    }),
    // The bond takes longer than that.
    ("reserve.curing", 1, MAX - 1, |x, v| {
        x.reserve.curing = long(v);
        x.reserve.bond_unlock = long(v + 1).min(MAX_SECONDS);
    }),
    ("reserve.bond_unlock", 7 * 86_400 + 1, MAX, |x, v| {
        x.reserve.bond_unlock = long(v)
    }),
    ("reserve.mint_limit", 1, u128::MAX, |x, v| {
        x.reserve.mint_limit = Uint128::new(v)
    }),
    ("reserve.mint_period", 1, MAX, |x, v| {
        x.reserve.mint_period = long(v)
    }),
    ("pauses.mint_max", 1, MAX, |x, v| {
        x.pauses.mint_max = long(v)
    }),
    // At most a seventh of the time.
    ("pauses.redeem_max", 1, MAX / 7, |x, v| {
        x.pauses.redeem_max = long(v);
        x.pauses.redeem_every = long(v * 7).min(MAX_SECONDS);
    }),
    ("pauses.redeem_every", 7 * 86_400, MAX, |x, v| {
        x.pauses.redeem_every = long(v)
    }),
    ("timelock", 1, MAX, |x, v| x.timelock = long(v)),
];

/// The parameters with one of them set.
fn with(set: fn(&mut Params, u128), value: u128) -> Params {
    let mut params = params();
    set(&mut params, value);
    params
}

fn refusal(params: &Params) -> String {
    let beacon = beacon_network(Trust::Public);
    validate(params, &beacon).unwrap_err().to_string()
}

#[test]
fn every_parameter_at_its_bounds() {
    let beacon = beacon_network(Trust::Public);
    for (name, min, max, set) in BOUNDS {
        for value in [min, min + 1, max - 1, max] {
            let done = validate(&with(set, value), &beacon);
            assert!(done.is_ok(), "{name} is {value}: {done:?}");
        }
        if let Some(below) = min.checked_sub(1) {
            let told = refusal(&with(set, below));
            assert!(
                told.contains(name) && told.contains("must be"),
                "{name} is {below}: {told}"
            );
        }
        if max < u128::from(u32::MAX) || (max == u128::from(u64::MAX)) {
            let above = max + 1;
            let told = refusal(&with(set, above));
            // What is bounded by another is refused in the name of that one.
            let fits = ["census.slot", "reserve.curing", "pauses.redeem_max"].contains(&name);
            assert!(
                (fits || told.contains(name)) && told.contains("must be"),
                "{name} is {above}: {told}"
            );
        }
    }
}

#[test]
fn no_parameter_is_without_a_bound() {
    // A new field does not compile until it is here, and has to be above then.
    let Params {
        census,
        peg,
        reserve,
        pauses,
        timelock: _,
    } = params();
    let CensusParams {
        slot: _,
        one_in: _,
        gap: _,
        open_within: _,
        rate_margin: _,
        draw_after: _,
        seal_within: _,
        draw_within: _,
        answer_within: _,
        answer_blocks: _,
        matrix: _,
        tile: _,
        samples: _,
        devices_after: _,
        missed_limit: _,
    } = census;
    let PegParams {
        hold: _,
        min_operators: _,
        veto_within: _,
        glide_bps: _,
        glide_period: _,
    } = peg;
    let ReserveParams {
        horizon: _,
        margin_bps: _,
        bond_per_coin: _,
        census_max_age: _,
        curing: _,
        bond_unlock: _,
        mint_limit: _,
        mint_period: _,
    } = reserve;
    let PauseParams {
        mint_max: _,
        redeem_max: _,
        redeem_every: _,
    } = pauses;
    // The bond per coin has two: its amount and its denom.
    assert_eq!(BOUNDS.len(), 15 + 5 + 8 + 1 + 3 + 1);
}

#[test]
fn parameters_fit_each_other() {
    type Case = (&'static str, fn(&mut Params));
    let cases: [Case; 9] = [
        ("census.gap is 60: must be 61 to", |x| x.census.gap = 60),
        ("census.gap is 3600: must be 3601 to", |x| {
            x.census.slot = 3_600
        }),
        ("census.open_within is 61: must be 1 to 60", |x| {
            x.census.open_within = 61
        }),
        ("census.open_within is 20: must be 1 to 19", |x| {
            x.census.slot = 19
        }),
        ("remainder of N by the tile", |x| x.census.matrix = 12),
        ("census N is 8: must be 16", |x| {
            x.census.matrix = 8;
            x.census.tile = 16;
        }),
        ("reserve.bond_unlock is 604800: must be 604801 to", |x| {
            x.reserve.bond_unlock = 604_800
        }),
        ("reserve.bond_unlock is 1814400: must be 1814401 to", |x| {
            x.reserve.curing = 1_814_400
        }),
        ("pauses.redeem_every is 604800: must be 604807 to", |x| {
            x.pauses.redeem_max = 86_401
        }),
    ];
    for (words, change) in cases {
        let mut params = params();
        change(&mut params);
        let told = refusal(&params);
        assert!(told.contains(words), "{told:?} does not say {words:?}");
    }
}

#[test]
fn slots_and_draws_are_no_shorter_than_the_beacons_period() {
    let mut beacon = beacon_network(Trust::Public);
    for period in [1, 20, 30] {
        beacon.period = period;
        validate(&params(), &beacon).unwrap();
    }
    beacon.period = 31;
    let told = validate(&params(), &beacon).unwrap_err().to_string();
    assert!(
        told.contains("census.draw_after is 30: must be 31 to"),
        "{told}"
    );
    beacon.period = 61;
    let told = validate(&params(), &beacon).unwrap_err().to_string();
    assert!(told.contains("census.slot is 60: must be 61 to"), "{told}");
}
