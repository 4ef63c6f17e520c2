//! A profile beside production's.

use cosmwasm_std::coin;
use deployment::Profile;
use deployment::profile::{Row, table};
use serde::Serialize;

use crate::text::Table;

/// What `--show` prints.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    profile: &'static str,
    /// `first` is this profile's value, `second` production's.
    parameters: Vec<Row>,
}

impl Shown {
    pub(super) fn new(profile: &Profile) -> Self {
        // Production has no amount of its own here.
        let bond = &profile.oracle.reserve.bond_per_coin;
        let production = Profile::production(coin(bond.amount.u128(), &bond.denom));
        Self {
            profile: profile.name,
            parameters: table(profile, &production),
        }
    }

    pub(super) fn text(&self) -> String {
        let mut table = Table::new(&["parameter", self.profile, "production"]);
        for row in &self.parameters {
            table.row(vec![
                row.name.clone(),
                row.first.clone(),
                row.second.clone(),
            ]);
        }
        table.text("no parameters")
    }
}
