use core::fmt;

/// Who may send a message. Each contract's `ExecuteMsg::role` names one for every
/// variant, and its `execute` checks that before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Anybody. What it touches is the sender's own, or the message is a crank: it
    /// does what is due and nothing else.
    Anyone,
    /// The contract's owner, a multisig or a DAO.
    Owner,
    /// The guardian, who can only stop things for a while.
    Guardian,
    /// The owner or the guardian.
    OwnerOrGuardian,
    /// An account that the owner has admitted as issuer.
    Issuer,
    /// A registered operator's hot key.
    Operator,
    /// A registered operator's owner; the message names the operator.
    OperatorOwner,
    /// `cw20-compute`.
    Coin,
    /// `reserve-oracle`.
    Oracle,
    /// `staking-votes`.
    Votes,
    /// `compute-market`.
    Market,
    /// `compute-market` or `reserve-oracle`.
    MarketOrOracle,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anyone => "anyone",
            Self::Owner => "the owner",
            Self::Guardian => "the guardian",
            Self::OwnerOrGuardian => "the owner or the guardian",
            Self::Issuer => "an admitted issuer",
            Self::Operator => "a registered operator",
            Self::OperatorOwner => "the operator's owner",
            Self::Coin => "the coin contract",
            Self::Oracle => "the oracle contract",
            Self::Votes => "the votes contract",
            Self::Market => "the market contract",
            Self::MarketOrOracle => "the market or the oracle contract",
        })
    }
}
