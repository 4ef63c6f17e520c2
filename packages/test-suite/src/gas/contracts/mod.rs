//! What every message of the contracts costs, and how that grows with the accounts
//! there are.

mod answer;
mod census;
mod censuses;
mod coin;
mod fill;
mod growth;
mod market;
mod native;
mod oracle;
mod params;
mod plain;
mod votes;
mod world;

use anyhow::{Context, Result};

use self::{
    fill::Sizes,
    world::{Call, World},
};
use crate::{chain::Gas, figures::Row};

/// One message in one state of affairs.
struct Case {
    name: &'static str,
    /// Whether it changes a stake that operators are drawn by, and so takes as many
    /// steps as there are digits in their number.
    stakes: bool,
    /// Whether it touches what all voters of an operator have in common.
    voters: bool,
    prepare: fn(&mut World) -> Result<Call>,
}

/// A message that nothing should make dearer.
const fn flat(name: &'static str, prepare: fn(&mut World) -> Result<Call>) -> Case {
    Case {
        name,
        stakes: false,
        voters: false,
        prepare,
    }
}

/// The same, and of all that there can be many of, voters come to mind.
const fn voters(name: &'static str, prepare: fn(&mut World) -> Result<Call>) -> Case {
    Case {
        voters: true,
        ..flat(name, prepare)
    }
}

/// A message that changes a stake.
const fn stakes(name: &'static str, prepare: fn(&mut World) -> Result<Call>) -> Case {
    Case {
        stakes: true,
        ..flat(name, prepare)
    }
}

/// Both.
const fn slash(name: &'static str, prepare: fn(&mut World) -> Result<Call>) -> Case {
    Case {
        stakes: true,
        ..voters(name, prepare)
    }
}

impl Case {
    fn gas(&self, world: &World) -> Result<Gas> {
        let mut world = world.clone();
        let measured = (self.prepare)(&mut world).and_then(|call| world.measure(&call));
        Ok(measured.with_context(|| self.name)?.gas)
    }
}

/// Every message, by contract.
fn cases() -> [(&'static str, Vec<Case>); 4] {
    [
        ("coin", coin::cases()),
        ("votes", votes::cases()),
        ("census", censuses::cases()),
        ("oracle", oracle::cases()),
    ]
}

/// So few accounts that nothing has grown.
const FEW: Sizes = Sizes {
    operators: 10,
    issuers: 10,
    holders: 10,
    voters: 10,
};

/// What a network of some size has.
const MANY: Sizes = Sizes {
    operators: 10_000,
    issuers: 10_000,
    holders: 10_000,
    ..FEW
};

/// Measures every message.
///
/// # Errors
/// Where the contracts have not been built, or refuse what they should not.
pub(super) fn measure() -> Result<Vec<Row>> {
    let (few, many) = (World::filled(FEW)?, World::filled(MANY)?);
    let mut rows = plain::transfers(&few)?;
    rows.extend(answer::rows()?);
    for (contract, cases) in cases() {
        for case in cases {
            let gas = case.gas(&many).with_context(|| contract)?;
            rows.extend(gas.rows(&format!("{contract}/{}", case.name), None));
        }
    }
    rows.extend(growth::in_accounts(&few, &many)?);
    rows.extend(growth::in_voters(&few)?);
    rows.extend(growth::in_operators(&few)?);
    rows.extend(market::rows()?);
    Ok(rows)
}
