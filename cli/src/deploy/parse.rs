//! Amounts and prices as they are typed.

use cosmwasm_std::{Coin, Uint128};

/// A decimal number in millionths.
pub(super) fn micro(text: &str) -> Result<u64, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let padded = format!("{whole}{fraction:0<6}");
    match padded.parse() {
        Ok(micro) if fraction.len() <= 6 && !text.is_empty() => Ok(micro),
        _ => Err("it takes a number with up to six decimals, as in 0.025".to_owned()),
    }
}

/// An amount with its denom.
pub(super) fn coin(text: &str) -> Result<Coin, String> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (amount, denom) = text.split_at(end.unwrap_or(text.len()));
    match amount.parse() {
        Ok(amount) if denom.len() >= 3 && denom.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            Ok(Coin {
                denom: denom.to_owned(),
                amount: Uint128::new(amount),
            })
        }
        _ => Err("it takes a whole number and a denom, as in 1000000ustake".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_and_amounts_are_read_or_refused() {
        assert_eq!(
            [micro("0"), micro("0.025"), micro("1")],
            [Ok(0), Ok(25_000), Ok(1_000_000)]
        );
        for bad in ["", "x", "0.0000001", "-1", "1.2.3"] {
            assert!(micro(bad).is_err(), "{bad}");
        }
        assert_eq!(coin("12ustake"), Ok(cosmwasm_std::coin(12, "ustake")));
        for bad in ["", "12", "ustake", "-1ustake", "1.5ustake"] {
            assert!(coin(bad).is_err(), "{bad}");
        }
    }
}
