//! What a node's answer to a broadcast means. Pure, so that every case has a test.

use cosmrs::proto::cosmos::base::abci::v1beta1::TxResponse;

/// What a node made of the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It has them in its mempool, now or from before.
    Taken,
    /// It has no room now.
    Full,
    /// The account is at another sequence.
    Sequence {
        /// The sequence that the node expects; `None` where it does not say.
        expected: Option<u64>,
    },
    /// They are past the height that they were valid until.
    TooLate,
    /// It refuses them.
    Refused,
}

pub(super) fn of(answer: &TxResponse) -> Verdict {
    match (answer.codespace.as_str(), answer.code) {
        (_, 0) | ("sdk", 19) => Verdict::Taken,
        ("sdk", 20) => Verdict::Full,
        ("sdk", 30) => Verdict::TooLate,
        ("sdk", 32) => Verdict::Sequence {
            expected: expected_sequence(&answer.raw_log),
        },
        _ => Verdict::Refused,
    }
}

/// The sequence in "account sequence mismatch, expected 5, got 4: incorrect …".
pub(super) fn expected_sequence(log: &str) -> Option<u64> {
    let (_, rest) = log.split_once("account sequence mismatch, expected ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(codespace: &str, code: u32, log: &str) -> Verdict {
        of(&TxResponse {
            codespace: codespace.to_owned(),
            code,
            raw_log: log.to_owned(),
            ..TxResponse::default()
        })
    }

    #[test]
    fn answers_are_told_apart() {
        assert_eq!(verdict("", 0, ""), Verdict::Taken);
        assert_eq!(verdict("sdk", 19, "tx already in mempool"), Verdict::Taken);
        assert_eq!(verdict("sdk", 20, "mempool is full"), Verdict::Full);
        assert_eq!(verdict("sdk", 30, ""), Verdict::TooLate);
        assert_eq!(verdict("sdk", 5, "insufficient funds"), Verdict::Refused);
        // The same number of another module means something else.
        assert_eq!(verdict("wasm", 19, ""), Verdict::Refused);
        let log = "account sequence mismatch, expected 12, got 4: incorrect account sequence";
        assert_eq!(
            verdict("sdk", 32, log),
            Verdict::Sequence { expected: Some(12) }
        );
        assert_eq!(
            verdict("sdk", 32, "?"),
            Verdict::Sequence { expected: None }
        );
    }
}
