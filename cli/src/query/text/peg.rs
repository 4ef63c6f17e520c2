//! Peg, tiers and censuses.

use compute_api::oracle::{
    CensusRecord, CensusResponse, CensusStage, CensusesResponse, PegResponse, PegStatus,
    TiersResponse,
};

use crate::text::{Facts, Table, duration, ops, rate, time, whole};

/// `1 coin  2.6 P ops: 1 minute of one … device`, and how far that can be trusted.
pub(super) fn peg(peg: &PegResponse, now: u64) -> String {
    let status = match peg.status {
        PegStatus::Ok => "ok",
        PegStatus::TrustedBeacon => "trusted beacon",
        PegStatus::Stale => "stale",
        PegStatus::Halted => "halted",
    };
    let mut facts = Facts::default();
    let coin = match peg.opc == peg.target {
        true => format!("{}: 1 minute of one {} device", ops(peg.opc), peg.tier),
        false => format!("{}, on the way to tier {}", ops(peg.opc), peg.tier),
    };
    facts.add("1 coin", coin);
    facts.add("exactly", format!("{} ops", whole(peg.opc)));
    if let Some(ends) = peg.glide_ends_at {
        let target = ops(peg.target);
        facts.add("rising to", format!("{target} until {}", time(ends, now)));
    }
    if let Some(reindex) = &peg.reindex {
        let (tier, target) = (&reindex.tier, ops(reindex.target));
        let ready = time(reindex.ready_at, now);
        facts.add(
            "proposed",
            format!("{tier}, {target}; can be vetoed until {ready}"),
        );
    }
    facts.add("status", format!("{status}: {}", peg.reason));
    let Some(last) = &peg.last_census else {
        facts.add("census", "none yet");
        return facts.text();
    };
    facts.add("census", last_line(last, now));
    let by_tier = tier_table(last);
    if last.by_tier.is_empty() {
        facts.text()
    } else {
        format!("{}\n\n{by_tier}", facts.text())
    }
}

fn last_line(census: &CensusRecord, now: u64) -> String {
    format!(
        "{}, closed {}: {} by {} operators",
        census.id,
        time(census.closed_at, now),
        rate(census.rate),
        census.operators
    )
}

fn tier_table(census: &CensusRecord) -> String {
    let mut table = Table::new(&["tier", ">proven"]);
    for tier in &census.by_tier {
        table.row(vec![tier.tier.clone(), rate(tier.rate)]);
    }
    table.text("no tier has proven anything")
}

/// By rising rate.
pub(super) fn tiers(tiers: &TiersResponse, _: u64) -> String {
    let mut table = Table::new(&["id", "name", ">rate of a device", "source"]);
    for tier in &tiers.tiers {
        let cells = [&tier.id, &tier.name, &rate(tier.rate), &tier.source];
        table.row(cells.map(String::clone).into());
    }
    let held = match &tiers.held {
        Some(held) => format!("mainstream {held}, in {} censuses in a row", tiers.held_for),
        None => "no mainstream tier in the last census".to_owned(),
    };
    format!("{}\n\n{held}", table.text("no tiers"))
}

/// What is under way, and what was last.
pub(super) fn census(census: &CensusResponse, now: u64) -> String {
    let mut facts = Facts::default();
    if let Some(open) = &census.current {
        facts.add(
            "under way",
            format!("census {} of slot {}", open.id, open.slot),
        );
        facts.add(
            "beacon",
            format!("round {}, {}", open.round, open.beacon.to_hex()),
        );
        facts.add("began", time(open.round_time, now));
        facts.add("opened", format!("in block {}", open.height));
        match &open.stage {
            CensusStage::Committing { until, seal_by } => facts
                .add("stage", format!("committing until {}", time(*until, now)))
                .add("seal by", time(*seal_by, now)),
            CensusStage::Sealed { round, post_by } => facts
                .add("stage", format!("sealed, waits for round {round}"))
                .add("post by", time(*post_by, now)),
            CensusStage::Answering {
                round,
                until,
                until_height,
            } => facts
                .add("stage", format!("answering the draw of round {round}"))
                .add(
                    "until",
                    format!("{} and block {until_height}", time(*until, now)),
                ),
        };
    } else {
        facts.add("under way", "none");
        facts.add("next from", time(census.next_from, now));
    }
    match &census.last {
        Some(last) => {
            facts.add("last", last_line(last, now));
            facts.add_some("mainstream", last.mainstream.clone());
            match last.by_tier.is_empty() {
                true => facts.text(),
                false => format!("{}\n\n{}", facts.text(), tier_table(last)),
            }
        }
        None => {
            facts.add("last", "none yet");
            facts.text()
        }
    }
}

/// The newest first.
pub(super) fn censuses(censuses: &CensusesResponse, now: u64) -> String {
    let mut table = Table::new(&[
        ">census",
        "began",
        ">lasted",
        ">operators",
        ">proven",
        "mainstream",
    ]);
    for census in &censuses.censuses {
        let lasted = census.closed_at.saturating_sub(census.round_time);
        table.row(vec![
            census.id.to_string(),
            time(census.round_time, now),
            duration(lasted),
            census.operators.to_string(),
            rate(census.rate),
            census.mainstream.clone().unwrap_or_else(|| "–".to_owned()),
        ]);
    }
    table.text("no census yet")
}
