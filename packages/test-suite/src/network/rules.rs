//! Peg, backing and gate as the protocol states them, written apart from the
//! contracts: on whole numbers of 512 bits, so that nothing wraps.

use cosmwasm_std::{Uint128, Uint512};

/// Parts in a whole.
const BPS: u128 = 10_000;
/// Micro-coins in a coin.
const MICRO: u128 = 1_000_000;

fn wide(value: impl Into<u128>) -> Uint512 {
    Uint512::from(value.into())
}

/// What fits into 128 bits; the most that does, where it does not fit.
fn narrow(value: Uint512) -> Uint128 {
    Uint128::try_from(value).unwrap_or(Uint128::MAX)
}

/// What an issuer owes and has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// O, micro-coins.
    pub outstanding: Uint128,
    /// Ops per second that it has committed.
    pub committed: Uint128,
    /// Until when.
    pub until: u64,
    /// P, ops per second.
    pub proven: Uint128,
    /// Its bond without what is leaving.
    pub free_bond: Uint128,
}

impl Account {
    /// E: what is both committed and proven; 0 when the commitment is over.
    #[must_use]
    pub fn effective(&self, now: u64) -> Uint128 {
        if now >= self.until {
            return Uint128::zero();
        }
        self.committed.min(self.proven)
    }

    fn ops(&self, now: u64, horizon: u64) -> Uint512 {
        let seconds = self.until.saturating_sub(now).min(horizon);
        wide(self.effective(now)) * wide(seconds)
    }

    /// B: ops until the commitment ends, of the horizon at most.
    #[must_use]
    pub fn backing(&self, now: u64, horizon: u64) -> Uint128 {
        narrow(self.ops(now, horizon))
    }

    /// Micro-coins that the bond allows.
    #[must_use]
    pub fn bond_cap(&self, bond_per_coin: Uint128) -> Uint128 {
        narrow(wide(self.free_bond) * wide(MICRO) / wide(bond_per_coin))
    }

    /// Micro-coins that are not backed.
    #[must_use]
    pub fn short(&self, now: u64, horizon: u64, opc: Uint128) -> Uint128 {
        let backed = self.ops(now, horizon) * wide(MICRO) / wide(opc);
        narrow(wide(self.outstanding).saturating_sub(backed))
    }

    /// Whether `more` micro-coins fit under backing and bond.
    #[must_use]
    pub fn fits(&self, more: Uint128, gate: &Gate) -> bool {
        let owed = wide(self.outstanding) + wide(more);
        let margin = wide(BPS) + wide(u128::from(gate.margin_bps));
        let needed = owed * wide(gate.opc.max(gate.target)) * margin;
        let backed = self.ops(gate.now, gate.horizon) * wide(MICRO) * wide(BPS);
        needed <= backed && owed <= wide(self.bond_cap(gate.bond_per_coin))
    }
}

/// What the gate goes by, but for the issuer.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// When.
    pub now: u64,
    /// Ops in a coin now.
    pub opc: Uint128,
    /// Ops in a coin to which it glides.
    pub target: Uint128,
    /// Backing beyond what is owed.
    pub margin_bps: u32,
    /// Seconds of commitment that count.
    pub horizon: u64,
    /// Micro-units of the bond's denom for a coin.
    pub bond_per_coin: Uint128,
}

/// One stretch of the peg: from `time` on it rises in a line to `target`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Id of the tier.
    pub tier: String,
    /// When it began.
    pub time: u64,
    /// Ops in a coin then.
    pub start: Uint128,
    /// Ops in a coin in the end.
    pub target: Uint128,
    /// Parts of 10 000 of the start in one period.
    pub glide_bps: u32,
    /// Seconds of a period.
    pub glide_period: u64,
}

impl Step {
    /// Ops in a coin at `time`, rounded down.
    #[must_use]
    pub fn opc(&self, time: u64) -> Uint128 {
        let seconds = time.saturating_sub(self.time);
        let risen = wide(self.start) * wide(self.glide_bps) * wide(seconds)
            / (wide(BPS) * wide(self.glide_period));
        narrow((wide(self.start) + risen).min(wide(self.target)))
    }
}

/// What all issuers together have minted lately: it leaks by the limit in each
/// period. Exact, in parts of a micro-coin.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bucket {
    /// Micro-coins times [`Self::SCALE`], rounded down.
    level: Uint512,
    at: u64,
}

impl Bucket {
    const SCALE: u128 = 1_000_000_000_000_000_000;

    fn level(&self, now: u64, limit: Uint128, period: u64) -> Uint512 {
        let seconds = wide(now.saturating_sub(self.at));
        let leaked = seconds * wide(limit) * wide(Self::SCALE) / wide(period);
        self.level.saturating_sub(leaked)
    }

    /// Whether `amount` fits on top.
    #[must_use]
    pub fn fits(&self, amount: Uint128, now: u64, limit: Uint128, period: u64) -> bool {
        let full = self.level(now, limit, period) + wide(amount) * wide(Self::SCALE);
        full <= wide(limit) * wide(Self::SCALE)
    }

    /// Takes a mint in.
    pub fn add(&mut self, amount: Uint128, now: u64, limit: Uint128, period: u64) {
        self.level = self.level(now, limit, period) + wide(amount) * wide(Self::SCALE);
        self.at = now;
    }
}

/// The bond that so many micro-coins ask for, rounded up.
#[must_use]
pub fn bond_for(amount: Uint128, bond_per_coin: Uint128) -> Uint128 {
    let product = wide(amount) * wide(bond_per_coin);
    narrow((product + wide(MICRO) - wide(1u128)) / wide(MICRO))
}

/// Shares' part of a pool, rounded down.
#[must_use]
pub fn worth(shares: Uint128, coins: Uint128, all_shares: Uint128) -> Uint128 {
    if all_shares.is_zero() {
        return Uint128::zero();
    }
    narrow(wide(shares) * wide(coins) / wide(all_shares))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    #[test]
    fn the_gate_by_hand() {
        // 1 000 ops/s for 30 days are 2 592 000 000 ops; at 60 000 a coin 43 200
        // coins, 41 142.857142 with the margin.
        let mut account = Account {
            committed: Uint128::new(2_000),
            until: 100 * DAY,
            proven: Uint128::new(1_000),
            free_bond: Uint128::new(100_000_000),
            ..Account::default()
        };
        let gate = Gate {
            now: 0,
            opc: Uint128::new(60_000),
            target: Uint128::new(60_000),
            margin_bps: 500,
            horizon: 30 * DAY,
            bond_per_coin: Uint128::new(1_000),
        };
        assert!(account.fits(Uint128::new(41_142_857_142), &gate));
        assert!(!account.fits(Uint128::new(41_142_857_143), &gate));
        // The bond: 1 000 each.
        account.free_bond = Uint128::new(41_000_000);
        assert!(account.fits(Uint128::new(41_000_000_000), &gate));
        assert!(!account.fits(Uint128::new(41_000_000_001), &gate));
        // Short without the margin.
        account.outstanding = Uint128::new(43_200_000_001);
        let opc = Uint128::new(60_000);
        assert_eq!(account.short(0, 30 * DAY, opc), Uint128::one());
        assert_eq!(account.effective(100 * DAY), Uint128::zero());
        assert_eq!(account.short(100 * DAY, 30 * DAY, opc), account.outstanding);
    }

    #[test]
    fn the_glide_by_hand() {
        let step = Step {
            tier: String::new(),
            time: 1_000,
            start: Uint128::new(60_000),
            target: Uint128::new(120_000),
            glide_bps: 100,
            glide_period: DAY,
        };
        let opc = |time| step.opc(time).u128();
        assert_eq!(opc(0), 60_000);
        assert_eq!(opc(1_000 + DAY), 60_600);
        assert_eq!(opc(1_000 + DAY / 2), 60_300);
        assert_eq!(opc(1_000 + 100 * DAY), 120_000);
        assert_eq!(opc(1_000 + 100 * DAY - 1), 119_999);
    }

    #[test]
    fn the_bucket_leaks() {
        let (limit, period) = (Uint128::new(1_000), 100);
        let mut bucket = Bucket::default();
        let amount = |amount| Uint128::new(amount);
        assert!(bucket.fits(limit, 50, limit, period));
        assert!(!bucket.fits(amount(1_001), 50, limit, period));
        bucket.add(limit, 50, limit, period);
        assert!(!bucket.fits(amount(1), 50, limit, period));
        assert!(bucket.fits(amount(100), 60, limit, period));
        assert!(!bucket.fits(amount(101), 60, limit, period));
        assert!(bucket.fits(limit, 150, limit, period));
    }
}
