//! The oracle against stand-ins for its peers.

mod census;
mod census_answers;
mod census_commit;
mod census_faults;
mod census_members;
mod census_open;
mod census_rates;
mod census_roles;
mod census_rules;
mod census_standing;
mod census_sums;
mod census_times;
mod world;
