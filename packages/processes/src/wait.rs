//! Waiting for what other processes do.

use std::time::{Duration, Instant};

use crate::TooLong;

/// Time from the first question to the second.
const SOON: Duration = Duration::from_millis(50);

/// Time from a question to the next, when it takes long: asking costs the asked too.
const LATER: Duration = Duration::from_millis(400);

/// Asks until there is an answer, and for no longer than `limit`: often at first, then
/// less so.
///
/// # Errors
/// [`TooLong`]; what `ask` fails with, at once.
pub async fn until<T, E: From<TooLong>>(
    what: &str,
    limit: Duration,
    mut ask: impl AsyncFnMut() -> Result<Option<T>, E>,
) -> Result<T, E> {
    let started = Instant::now();
    let mut pause = SOON;
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if started.elapsed() > limit {
            let too_long = TooLong {
                what: what.to_owned(),
                seconds: limit.as_secs(),
            };
            return Err(too_long.into());
        }
        tokio::time::sleep(pause).await;
        pause = (pause + pause / 4).min(LATER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_asks_until_there_is_an_answer() {
        let mut asked = 0;
        let answer: Result<_, TooLong> = until("four", Duration::from_secs(60), async || {
            asked += 1;
            Ok((asked == 4).then_some(asked))
        })
        .await;
        assert_eq!(answer, Ok(4));
    }

    #[tokio::test]
    async fn it_ends_in_vain_and_says_what_for() {
        let answer: Result<(), TooLong> = until("rain", Duration::ZERO, async || Ok(None)).await;
        let error = answer.unwrap_err();
        assert_eq!(error.to_string(), "waited 0 s in vain until rain");
    }
}
