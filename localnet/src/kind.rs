//! Which chain.

use std::{fmt, str::FromStr};

use crate::ChainError;

/// Which chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// The embedded one: a single process, no consensus.
    #[default]
    Devnet,
    /// The production chain's node.
    Wasmd,
}

impl FromStr for Kind {
    type Err = ChainError;

    fn from_str(name: &str) -> Result<Self, ChainError> {
        match name {
            "devnet" => Ok(Self::Devnet),
            "wasmd" => Ok(Self::Wasmd),
            other => Err(ChainError::Kind(other.to_owned())),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Devnet => "devnet",
            Self::Wasmd => "wasmd",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_in_the_chains_name_is_an_error() {
        for kind in [Kind::Devnet, Kind::Wasmd] {
            assert_eq!(kind.to_string().parse::<Kind>().unwrap(), kind);
        }
        for name in ["", "Wasmd", "wasmt"] {
            let error = name.parse::<Kind>().unwrap_err().to_string();
            assert!(error.contains(&format!("{name:?}")), "{error}");
        }
    }
}
