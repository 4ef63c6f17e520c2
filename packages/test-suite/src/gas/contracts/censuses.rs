//! Messages of the oracle that make a census, and those that punish who fails one.

use compute_api::oracle::ExecuteMsg as Msg;

use super::{Case, census::UNITS, fill::operator, flat, stakes};
use crate::chain::address;

/// Every message.
pub(super) fn cases() -> Vec<Case> {
    vec![
        flat("open_census", |world| {
            let beacon = world.next_slot()?;
            world.to_oracle(&address("anyone"), &Msg::OpenCensus { beacon })
        }),
        flat("commit_census", |world| {
            world.open()?;
            let capacity = world.capacity(0, UNITS)?;
            world.commit(0, &capacity)
        }),
        flat("commit_census, opens it too", |world| {
            let beacon = world.next_slot()?;
            let slot = world.slot(&beacon);
            let commit = Msg::CommitCensus {
                slot,
                units: UNITS,
                root: [5; 32].into(),
                open: Some(beacon),
            };
            world.to_oracle(&operator(0), &commit)
        }),
        flat("seal_census", |world| {
            world.open()?;
            world.wait(66);
            world.to_oracle(&address("anyone"), &Msg::SealCensus {})
        }),
        flat("post_beacon", |world| {
            world.open()?;
            let beacon = world.seal()?;
            world.to_oracle(&address("anyone"), &Msg::PostBeacon { beacon })
        }),
        flat("answer_census, 2 tiles of 16×16×16", |world| {
            world.open()?;
            let capacity = world.capacity(0, UNITS)?;
            let commit = world.commit(0, &capacity)?;
            world.run(commit)?;
            let randomness = world.draw()?;
            world.answer(0, &capacity, &randomness)
        }),
        flat("close_census", |world| {
            world.open()?;
            world.draw()?;
            world.answered();
            world.to_oracle(&address("anyone"), &Msg::CloseCensus {})
        }),
        stakes("report_missed", |world| {
            for _ in 0..4 {
                world.census(1..4, UNITS)?;
            }
            let operator = operator(0);
            world.to_oracle(&address("anyone"), &Msg::ReportMissed { operator })
        }),
        stakes("report_unanswered", |world| {
            world.open()?;
            let capacity = world.capacity(0, UNITS)?;
            let commit = world.commit(0, &capacity)?;
            world.run(commit)?;
            world.draw()?;
            world.answered();
            world.oracle(&address("anyone"), &Msg::CloseCensus {})?;
            let operator = operator(0);
            world.to_oracle(&address("anyone"), &Msg::ReportUnanswered { operator })
        }),
    ]
}
