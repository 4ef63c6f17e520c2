//! Sets of coins, as the SDK's `Coins`: sorted, no zero amounts, no denom twice.

use std::fmt;

use cosmrs::proto::cosmos::base::v1beta1::Coin as ProtoCoin;

use crate::error::{Failure, INVALID_COINS, Outcome};

/// Coins, sorted by denom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coins(Vec<(String, u128)>);

impl Coins {
    /// Reads what a message carries.
    ///
    /// # Errors
    /// When a denom or an amount is not valid, one is zero, or they are not sorted.
    pub(crate) fn from_proto(coins: &[ProtoCoin]) -> Outcome<Self> {
        let shown = || {
            let shown = coins
                .iter()
                .map(|coin| format!("{}{}", coin.amount, coin.denom));
            shown.collect::<Vec<_>>().join(",")
        };
        let invalid = || Failure::new(INVALID_COINS, shown());
        let mut parsed: Vec<(String, u128)> = Vec::new();
        for coin in coins {
            let amount: u128 = coin.amount.parse().map_err(|_| invalid())?;
            let sorted = parsed.last().is_none_or(|(last, _)| *last < coin.denom);
            if amount == 0 || !sorted || !valid_denom(&coin.denom) {
                return Err(invalid());
            }
            parsed.push((coin.denom.clone(), amount));
        }
        Ok(Self(parsed))
    }

    /// Sorts, adds up what has the same denom, drops zeros. For coins that contracts
    /// send, as wasmd does.
    ///
    /// # Errors
    /// When a denom or an amount is not valid.
    pub(crate) fn normalized(coins: &[vm_std::Coin]) -> Outcome<Self> {
        let mut sum = std::collections::BTreeMap::<String, u128>::new();
        for coin in coins {
            let shown = || format!("{}{}", coin.amount, coin.denom);
            let invalid = || Failure::new(INVALID_COINS, shown());
            let amount: u128 = coin.amount.to_string().parse().map_err(|_| invalid())?;
            if !valid_denom(&coin.denom) {
                return Err(invalid());
            }
            let total = sum.entry(coin.denom.clone()).or_default();
            *total = total.checked_add(amount).ok_or_else(invalid)?;
        }
        Ok(Self(
            sum.into_iter().filter(|(_, amount)| *amount > 0).collect(),
        ))
    }

    /// Denoms and amounts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u128)> {
        self.0
            .iter()
            .map(|(denom, amount)| (denom.as_str(), *amount))
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As a message carries them.
    pub(crate) fn to_proto(&self) -> Vec<ProtoCoin> {
        self.iter()
            .map(|(denom, amount)| coin(denom, amount))
            .collect()
    }
}

impl fmt::Display for Coins {
    /// `1uatom,2ustake`, as the SDK writes them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (denom, amount)) in self.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{amount}{denom}")?;
        }
        Ok(())
    }
}

/// A coin as a message carries it.
pub(crate) fn coin(denom: &str, amount: u128) -> ProtoCoin {
    ProtoCoin {
        denom: denom.to_owned(),
        amount: amount.to_string(),
    }
}

/// `[a-zA-Z][a-zA-Z0-9/:._-]{2,127}`, the SDK's rule.
pub(crate) fn valid_denom(denom: &str) -> bool {
    let bytes = denom.as_bytes();
    let first = bytes.first().is_some_and(u8::is_ascii_alphabetic);
    let rest = bytes
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/:._-".contains(byte));
    first && rest && (3..=128).contains(&bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coins_in_messages_are_sorted_and_positive() {
        let read = |coins: &[(&str, u128)]| {
            let coins: Vec<_> = coins
                .iter()
                .map(|(denom, amount)| coin(denom, *amount))
                .collect();
            Coins::from_proto(&coins).map(|coins| coins.to_string())
        };
        assert_eq!(
            read(&[("uatom", 1), ("ustake", 2)]).unwrap(),
            "1uatom,2ustake"
        );
        assert_eq!(read(&[]).unwrap(), "");
        for bad in [
            &[("ustake", 2), ("uatom", 1)][..],
            &[("uatom", 1), ("uatom", 1)],
            &[("uatom", 0)],
            &[("u", 1)],
            &[("1atom", 1)],
        ] {
            assert_eq!(read(bad).unwrap_err().code, 10, "{bad:?}");
        }
        let negative = ProtoCoin {
            denom: "uatom".into(),
            amount: "-1".into(),
        };
        assert_eq!(
            Coins::from_proto(&[negative]).unwrap_err().text,
            "-1uatom: invalid coins"
        );
    }

    #[test]
    fn what_contracts_send_is_put_in_order() {
        let coins = [
            vm_std::coin(2, "ustake"),
            vm_std::coin(1, "uatom"),
            vm_std::coin(3, "ustake"),
        ];
        assert_eq!(
            Coins::normalized(&coins).unwrap().to_string(),
            "1uatom,5ustake"
        );
        assert!(
            Coins::normalized(&[vm_std::coin(0, "uatom")])
                .unwrap()
                .is_empty()
        );
    }
}
