use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, Decimal, HexBinary, Uint128};
use cw_ownable::cw_ownable_execute;
use cw20::Cw20ReceiveMsg;

use super::{Params, Tier};
use crate::{Contracts, Role, votes::Standing};

/// Makes the oracle, with no issuer and no census.
#[cw_serde]
pub struct InstantiateMsg {
    /// Admits issuers and announces changes; a multisig or a DAO.
    pub owner: String,
    /// Can veto a re-index and pause for a while; nothing else.
    pub guardian: String,
    /// Where randomness comes from. For good.
    pub beacon: BeaconNetwork,
    /// All parameters.
    pub params: Params,
    /// Tiers by rising rate, 1 to 16.
    pub tiers: Vec<Tier>,
    /// The tier that the peg starts at.
    pub mainstream: String,
    /// Where the addresses are known beforehand (instantiate2): activates at once.
    pub contracts: Option<Contracts>,
}

/// A drand network of scheme `bls-unchained-g1-rfc9380`.
#[cw_serde]
pub struct BeaconNetwork {
    /// The group's public key: a compressed point of G2, 96 bytes.
    pub public_key: HexBinary,
    /// Time of round 1.
    pub genesis: u64,
    /// Seconds between rounds.
    pub period: u64,
    /// Whose word the rounds are.
    pub trust: Trust,
}

/// Whose word a beacon's rounds are.
#[cw_serde]
#[derive(Copy)]
pub enum Trust {
    /// A public network of many (drand quicknet): nobody knows a round beforehand.
    Public,
    /// One operator's key, which could fake every proof: for closed networks.
    Operator,
}

/// A round's number and its signature.
#[cw_serde]
pub struct BeaconRound {
    /// The round.
    pub round: u64,
    /// A compressed point of G1, 48 bytes.
    pub signature: HexBinary,
}

/// Who an issuer is to the public.
#[cw_serde]
pub struct Identity {
    /// Registered name, 1 to 100 bytes.
    pub name: String,
    /// Where it is registered, 1 to 100 bytes.
    pub jurisdiction: String,
    /// Its page, at most 200 bytes.
    pub url: String,
    /// Whom to write to, at most 200 bytes.
    pub contact: String,
}

/// What an announced change sets.
#[cw_serde]
#[allow(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum Change {
    /// All parameters.
    Params(Params),
    /// All tiers; no census may be under way when it is applied.
    Tiers(Vec<Tier>),
    /// The guardian.
    Guardian(String),
}

/// What can be paused.
#[cw_serde]
#[derive(Copy)]
pub enum Pausable {
    /// Minting and taking over orphans.
    Mint,
    /// Redeeming.
    Redeem,
}

/// What can be sent to the oracle.
#[cw_ownable_execute]
#[cw_serde]
pub enum ExecuteMsg {
    /// Sets, once, who the other contracts are. Until then all else is refused.
    Activate {
        /// All four.
        contracts: Contracts,
    },

    // --- owner and guardian ---
    /// Announces a change, to be applied by anyone after the timelock.
    Announce {
        /// What it sets.
        change: Change,
    },
    /// Applies a change whose time has come.
    Apply {
        /// Its number.
        id: u64,
    },
    /// Takes an announced change back.
    Cancel {
        /// Its number.
        id: u64,
    },
    /// Stops something for `seconds`, at most what the parameters allow.
    Pause {
        /// What.
        what: Pausable,
        /// For how long.
        seconds: u64,
    },
    /// Lets it go on before that time.
    Resume {
        /// What.
        what: Pausable,
    },
    /// Admits an issuer.
    AdmitIssuer {
        /// Its account, a multisig if it is wise.
        issuer: String,
        /// Who it is.
        identity: Identity,
    },

    // --- issuers ---
    /// Changes what the public is told of the sender.
    UpdateIdentity {
        /// Who it is.
        identity: Identity,
    },
    /// Adds the funds sent, in the bond's denom, to an issuer's bond.
    PostBond {
        /// Whose; the sender's if left out.
        issuer: Option<String>,
    },
    /// Starts to take back part of the bond. From now on it backs no coin, but
    /// answers for faults and default until it leaves. A second withdrawal joins the
    /// first and both wait anew.
    WithdrawBond {
        /// How much, in the bond's denom.
        amount: Uint128,
    },
    /// Pays out the part of the bond whose time has come.
    ClaimBond {},
    /// Commits capacity, in place of what was committed before. Less, or for a
    /// shorter time, is refused if that leaves the issuer short.
    Commit {
        /// Ops per second.
        rate: Uint128,
        /// Until when.
        until: u64,
    },
    /// Invites an operator to count for the sender. It has to join.
    InviteOperator {
        /// Its address.
        operator: String,
    },
    /// Takes an operator off the sender's account, or an invitation back.
    RemoveOperator {
        /// Its address.
        operator: String,
    },
    /// Mints coins through the gate.
    Mint {
        /// For whom.
        recipient: String,
        /// How many micro-coins.
        amount: Uint128,
    },
    /// Takes over orphaned coins through the gate, and their part of the bounty.
    Assume {
        /// How many micro-coins.
        amount: Uint128,
    },

    // --- operators ---
    /// Declares how many devices the sender has. The first time counts at once, a
    /// change after some censuses.
    DeclareDevices {
        /// At least 1.
        devices: u32,
    },
    /// Accepts an issuer's invitation.
    JoinIssuer {
        /// Whose.
        issuer: String,
    },
    /// Leaves the issuer. The sender counts for none until the horizon has passed.
    LeaveIssuer {},
    /// Commits to what the sender has computed in the open census; may be replaced
    /// until the window closes.
    CommitCensus {
        /// The census's slot.
        slot: u64,
        /// Units of work, at least 1.
        units: u32,
        /// The root over all of them.
        root: HexBinary,
        /// Opens the census first where nobody has.
        open: Option<BeaconRound>,
    },

    // --- anyone: census ---
    /// Opens the census of a slot that fires. The round is the slot's.
    OpenCensus {
        /// The slot's first round.
        beacon: BeaconRound,
    },
    /// Ends the window and fixes the sampling round; too late, it voids the census.
    SealCensus {},
    /// Stores a round's randomness, for the census and for the market.
    PostBeacon {
        /// Any round.
        beacon: BeaconRound,
    },
    /// Answers the draw for an operator, whoever carries it.
    AnswerCensus {
        /// Whose commitment.
        operator: String,
        /// `compute_proofs::census::Answer`.
        answer: Binary,
    },
    /// Ends a census whose time to answer is over: its sums now count.
    CloseCensus {},
    /// Reports an operator that has missed too many of the last censuses.
    ReportMissed {
        /// Which operator.
        operator: String,
    },
    /// Reports an operator that has committed to the last closed census and not
    /// answered.
    ReportUnanswered {
        /// Which operator.
        operator: String,
    },

    // --- anyone: peg ---
    /// Proposes to re-index the peg to the tier that has been the mainstream one for
    /// long enough.
    ProposeReindex {},
    /// Takes the proposed re-index back; the tier has to hold anew.
    VetoReindex {},
    /// Starts the glide of a re-index whose time has come.
    ApplyReindex {},

    // --- anyone: reserve ---
    /// Marks an issuer that is short: it has some days to mend that, without minting.
    Flag {
        /// Which issuer.
        issuer: String,
    },
    /// Takes the mark off an issuer that is short no more.
    Cure {
        /// Which issuer.
        issuer: String,
    },
    /// Orphans what an issuer is still short of when its days are over; its bond
    /// becomes the bounty for whoever takes them over.
    Default {
        /// Which issuer.
        issuer: String,
    },

    // --- other contracts ---
    /// Coins arrive, with a [`Hook`].
    Receive(Cw20ReceiveMsg),
    /// An operator's standing has changed: who is jailed adds to no sum.
    SetStanding {
        /// Which operator.
        operator: String,
        /// How it stands now.
        standing: Standing,
    },
    /// An operator is punished: takes this part of its share of its issuer's free
    /// bond, if it has an issuer.
    SlashIssuer {
        /// Which operator.
        operator: String,
        /// Which part, at most 1.
        fraction: Decimal,
    },
}

/// What coins sent to the oracle are for.
#[cw_serde]
pub enum Hook {
    /// Burns the sender's coins and lowers what it, an issuer, owes. More than it
    /// owes is refused.
    Retire {},
    /// Burns redeemed coins: lowers what `issuer` owes, then the orphans; what is
    /// beyond both counts as forgiven. From the market only.
    Redeem {
        /// Who has served them.
        issuer: String,
    },
}

impl ExecuteMsg {
    /// Who may send this.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self {
            Self::Activate { .. } | Self::Announce { .. } | Self::AdmitIssuer { .. } => Role::Owner,
            Self::Cancel { .. } | Self::Pause { .. } | Self::Resume { .. } => {
                Role::OwnerOrGuardian
            }
            Self::VetoReindex {} => Role::Guardian,
            Self::UpdateIdentity { .. }
            | Self::WithdrawBond { .. }
            | Self::ClaimBond {}
            | Self::Commit { .. }
            | Self::InviteOperator { .. }
            | Self::RemoveOperator { .. }
            | Self::Mint { .. }
            | Self::Assume { .. } => Role::Issuer,
            Self::JoinIssuer { .. } | Self::LeaveIssuer {} | Self::CommitCensus { .. } => {
                Role::Operator
            }
            Self::Receive(_) => Role::Coin,
            Self::SetStanding { .. } | Self::SlashIssuer { .. } => Role::Votes,
            // Of the first declaration it is votes that asks for an operator.
            Self::DeclareDevices { .. }
            // cw-ownable asks for the owner, or the pending one, itself.
            | Self::UpdateOwnership(_)
            | Self::Apply { .. }
            | Self::PostBond { .. }
            | Self::OpenCensus { .. }
            | Self::SealCensus {}
            | Self::PostBeacon { .. }
            | Self::AnswerCensus { .. }
            | Self::CloseCensus {}
            | Self::ReportMissed { .. }
            | Self::ReportUnanswered { .. }
            | Self::ProposeReindex {}
            | Self::ApplyReindex {}
            | Self::Flag { .. }
            | Self::Cure { .. }
            | Self::Default { .. } => Role::Anyone,
        }
    }
}

/// Migrates to this version, from any earlier one of the same contract.
#[cw_serde]
pub struct MigrateMsg {}
