//! Numbers as they are measured, written and read.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

/// A count or a decimal; JSON keeps which.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// A count.
    Whole(u64),
    /// Anything else.
    Decimal(f64),
}

impl Number {
    /// The same as a decimal, to compare; counts above 2^53 lose their end.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Decimal(value) => value,
        }
    }

    /// How far it is from `other`, on either side; decimals to six places.
    pub(super) fn distance(self, other: Self) -> Self {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Self::Whole(a.abs_diff(b)),
            _ => {
                let distance = (self.as_f64() - other.as_f64()).abs();
                Self::Decimal((distance * 1e6).round() / 1e6)
            }
        }
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self::Whole(value)
    }
}

impl From<u32> for Number {
    fn from(value: u32) -> Self {
        Self::Whole(value.into())
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        Self::Whole(value as u64)
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::Decimal(value)
    }
}

/// With a comma between thousands; decimals with all their digits.
impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = match self {
            Self::Whole(value) => value.to_string(),
            Self::Decimal(value) => value.to_string(),
        };
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", digits.as_str()),
        };
        let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        f.write_str(sign)?;
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place) % 3 == 0 && digit.is_ascii_digit() {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        f.write_str(fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let text = |number: Number| number.to_string();
        assert_eq!(text(0_u64.into()), "0");
        assert_eq!(text(999_u64.into()), "999");
        assert_eq!(text(1_000_u64.into()), "1,000");
        assert_eq!(text(u64::MAX.into()), "18,446,744,073,709,551,615");
        assert_eq!(text(1234.5678.into()), "1,234.5678");
        assert_eq!(text((-123_456.0).into()), "-123,456");
        assert_eq!(text(f64::NAN.into()), "NaN");
    }

    #[test]
    fn json_keeps_the_kind() {
        for (number, json) in [(Number::from(1_u64), "1"), (Number::from(1.0), "1.0")] {
            assert_eq!(serde_json::to_string(&number).unwrap(), json);
            assert_eq!(serde_json::from_str::<Number>(json).unwrap(), number);
        }
    }

    #[test]
    fn distances_of_counts_are_counts() {
        let far = Number::from(3_u64).distance(Number::from(10_u64));
        assert_eq!(far, Number::from(7_u64));
        assert_eq!(Number::from(3_u64).distance(3.5.into()), 0.5.into());
        assert_eq!(Number::from(0.3).distance(0.25.into()), 0.05.into());
    }
}
