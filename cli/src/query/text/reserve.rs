//! What stands behind the coin, and who measures up to it.

use compute_api::oracle::{
    BackingResponse, IssuerBacking, IssuerResponse, IssuersResponse, MintAllowanceResponse,
    MintLimit, OperatorsResponse,
};

use cosmwasm_std::Uint128;

use crate::text::{Facts, Table, coins, ops, rate, time, whole};

/// Totals, then a line for each issuer.
pub(super) fn backing(backing: &BackingResponse, now: u64) -> String {
    let amount = |micro: Uint128| format!("{} coins", coins(micro));
    let mut facts = Facts::default();
    facts
        .add("supply", amount(backing.supply))
        .add("forgiven", amount(backing.forgiven))
        .add("owed by issuers", amount(backing.outstanding))
        .add("owed by nobody", amount(backing.orphan))
        .add(
            "bounty",
            format!("{}{}", whole(backing.bounty.amount), backing.bounty.denom),
        )
        .add("1 coin", ops(backing.opc));
    let census = backing.census.map(|id| format!("rests on census {id}"));
    facts.add(
        "measured",
        census.unwrap_or_else(|| "no census yet".to_owned()),
    );
    let mut table = Table::new(&[
        "issuer",
        ">owes (coins)",
        ">committed",
        ">proven",
        ">backing",
        ">bond",
        ">bond allows",
        ">short",
        "committed until",
    ]);
    for issuer in &backing.issuers {
        table.row(vec![
            issuer.issuer.to_string(),
            coins(issuer.outstanding),
            rate(issuer.committed),
            rate(issuer.proven),
            ops(issuer.backing),
            whole(issuer.bond),
            coins(issuer.bond_cap),
            coins(issuer.short),
            until(issuer, now),
        ]);
    }
    format!("{}\n\n{}", facts.text(), table.text("no issuers"))
}

fn until(backing: &IssuerBacking, now: u64) -> String {
    match backing.until {
        0 => "–".to_owned(),
        until => time(until, now),
    }
}

/// A line for each.
pub(super) fn issuers(issuers: &IssuersResponse, now: u64) -> String {
    let mut table = Table::new(&[
        "issuer",
        "name",
        "jurisdiction",
        ">owes (coins)",
        ">effective",
        ">short",
        "state",
        "admitted",
    ]);
    for issuer in &issuers.issuers {
        let (identity, backing) = (&issuer.identity, &issuer.backing);
        table.row(vec![
            backing.issuer.to_string(),
            identity.name.clone(),
            identity.jurisdiction.clone(),
            coins(backing.outstanding),
            rate(backing.effective),
            coins(backing.short),
            state(backing, now),
            time(issuer.admitted_at, now),
        ]);
    }
    table.text("no issuers")
}

fn state(backing: &IssuerBacking, now: u64) -> String {
    match (backing.curing_until, backing.short.is_zero()) {
        (Some(until), _) => format!("curing until {}", time(until, now)),
        (None, true) => "sound".to_owned(),
        (None, false) => "short".to_owned(),
    }
}

/// All of one.
pub(crate) fn issuer(issuer: &IssuerResponse, now: u64) -> String {
    let (identity, backing) = (&issuer.identity, &issuer.backing);
    let mut facts = Facts::default();
    facts
        .add("issuer", backing.issuer.as_str())
        .add("name", &identity.name)
        .add("jurisdiction", &identity.jurisdiction)
        .add("page", &identity.url)
        .add("contact", &identity.contact)
        .add("admitted", time(issuer.admitted_at, now))
        .add("state", state(backing, now))
        .add("owes", format!("{} coins", coins(backing.outstanding)))
        .add("short of", format!("{} coins", coins(backing.short)))
        .add("committed", rate(backing.committed))
        .add("until", until(backing, now))
        .add("proven", rate(backing.proven))
        .add("effective", rate(backing.effective))
        .add("backing", ops(backing.backing))
        .add("bond", whole(backing.bond))
        .add("bond allows", format!("{} coins", coins(backing.bond_cap)));
    if !backing.leaving.is_zero() {
        let free = issuer
            .bond_free_at
            .map(|at| format!(", free {}", time(at, now)));
        let free = free.unwrap_or_default();
        facts.add("leaving", format!("{}{free}", whole(backing.leaving)));
    }
    facts.text()
}

/// How much can be minted, and what keeps it from more.
pub(crate) fn allowance(allowance: &MintAllowanceResponse, _: u64) -> String {
    let limit = match allowance.limited_by {
        MintLimit::Backing => "the backing: committed, proven, and for long enough",
        MintLimit::Bond => "the bond",
        MintLimit::Rate => "what all issuers can mint in one period",
        MintLimit::StaleCensus => "the last census is too old, or there has been none",
        MintLimit::Paused => "minting is paused",
        MintLimit::Curing => "the issuer is marked as short",
    };
    let mut facts = Facts::default();
    facts
        .add("can mint", format!("{} coins", coins(allowance.amount)))
        .add("limited by", limit)
        .add(
            "by backing",
            format!("{} coins", coins(allowance.by_backing)),
        )
        .add("by bond", format!("{} coins", coins(allowance.by_bond)))
        .add("by rate", format!("{} coins", coins(allowance.by_rate)));
    facts.text()
}

/// As the oracle knows them: capacity.
pub(crate) fn operators(operators: &OperatorsResponse, _: u64) -> String {
    let mut table = Table::new(&[
        "operator", "issuer", "standing", ">devices", ">rate", "tier",
    ]);
    for operator in &operators.operators {
        let issuer = operator
            .issuer
            .as_ref()
            .map_or("–", |issuer| issuer.as_str());
        table.row(vec![
            operator.operator.to_string(),
            issuer.to_owned(),
            operator.standing.to_string(),
            operator.devices.to_string(),
            rate(operator.rate),
            operator.tier.clone().unwrap_or_else(|| "–".to_owned()),
        ]);
    }
    table.text("no operators")
}
