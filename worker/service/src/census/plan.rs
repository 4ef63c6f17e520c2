//! What a census asks of the worker now. Pure; times are since 1970.

use std::time::Duration;

use compute_api::oracle::{CensusStage, OpenCensus};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing: there is none, or it is done with.
    Rest,
    /// Work until then and commit to what is there.
    Measure {
        /// When this commitment is made.
        until: Duration,
    },
    /// Open what is drawn, if a commitment is on chain and not answered.
    Answer {
        /// The sampling round.
        round: u64,
    },
}

/// Of a window, when commitments are made, in twelfths: at 45 s and 55 s of 60. The
/// second replaces the first, which is there in case the second does not make it.
const COMMITS: [u32; 2] = [9, 11];

/// The step for a census under way. `window` is its length, `commits` how many
/// commitments to it were sent.
pub(crate) fn step(census: &OpenCensus, window: Duration, commits: u32, now: Duration) -> Step {
    match census.stage {
        CensusStage::Committing { .. } => {
            let start = Duration::from_secs(census.round_time);
            let at = |twelfths: u32| start.saturating_add(window.saturating_mul(twelfths) / 12);
            let done = usize::try_from(commits).unwrap_or(usize::MAX);
            let next = COMMITS.iter().skip(done).map(|twelfths| at(*twelfths));
            match next.into_iter().find(|until| *until > now) {
                Some(until) => Step::Measure { until },
                None => Step::Rest,
            }
        }
        CensusStage::Sealed { .. } => Step::Rest,
        CensusStage::Answering { round, .. } => Step::Answer { round },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn census(stage: CensusStage) -> OpenCensus {
        OpenCensus {
            id: 3,
            slot: 20,
            round: 7,
            beacon: vec![1; 32].into(),
            round_time: 1_200,
            height: 9,
            stage,
        }
    }

    #[test]
    fn commitments_are_made_at_three_quarters_and_eleven_twelfths() {
        let census = census(CensusStage::Committing {
            until: 1_260,
            seal_by: 1_320,
        });
        let at = |now, commits| {
            let window = Duration::from_secs(60);
            step(&census, window, commits, Duration::from_secs(now))
        };
        let until = |until| Step::Measure {
            until: Duration::from_secs(until),
        };
        assert_eq!(at(1_201, 0), until(1_245));
        assert_eq!(at(1_246, 1), until(1_255));
        assert_eq!(
            at(1_246, 0),
            until(1_255),
            "late, but in time for the second"
        );
        assert_eq!(at(1_255, 0), Step::Rest);
        assert_eq!(at(1_230, 2), Step::Rest);
    }

    #[test]
    fn what_is_drawn_is_answered() {
        let window = Duration::from_secs(60);
        let sealed = census(CensusStage::Sealed {
            round: 8,
            post_by: 2_000,
        });
        assert_eq!(
            step(&sealed, window, 2, Duration::from_secs(1_270)),
            Step::Rest
        );
        let drawn = census(CensusStage::Answering {
            round: 8,
            until: 5_000,
            until_height: 200,
        });
        let answer = step(&drawn, window, 2, Duration::from_secs(1_300));
        assert_eq!(answer, Step::Answer { round: 8 });
    }
}
