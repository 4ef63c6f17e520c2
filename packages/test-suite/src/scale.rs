//! How long random tests run, and from which seed.
//!
//! Two variables decide for every test: `BALLAST_TEST_SCALE` (`moderate`, the
//! default, or `deep`) and `BALLAST_SEED` (a number, also in hex with `0x`;
//! by default 1, so that a run can be repeated without knowing anything).

use std::env::{self, VarError};

use anyhow::{Context, Result, bail};

/// The seed when `BALLAST_SEED` is not set.
pub const DEFAULT_SEED: u64 = 1;

/// How long random tests run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// What continuous integration and newcomers wait for.
    Moderate,
    /// The full counts.
    Deep,
}

/// The scale and the seed of a test run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How long.
    pub scale: Scale,
    /// From which seed.
    pub seed: u64,
}

impl Plan {
    /// What the environment asks for.
    ///
    /// # Errors
    /// When a variable holds something else than the values above: a typo
    /// must not run the short tests in the place of the long ones.
    pub fn from_env() -> Result<Self> {
        let scale = variable("BALLAST_TEST_SCALE")?;
        let seed = variable("BALLAST_SEED")?;
        Self::parse(scale.as_deref(), seed.as_deref())
    }

    fn parse(scale: Option<&str>, seed: Option<&str>) -> Result<Self> {
        let scale = match scale {
            None | Some("" | "moderate") => Scale::Moderate,
            Some("deep") => Scale::Deep,
            Some(other) => {
                bail!("BALLAST_TEST_SCALE is {other:?}; it can be \"moderate\" or \"deep\"")
            }
        };
        let seed = match seed {
            None | Some("") => DEFAULT_SEED,
            Some(text) => parse_seed(text)?,
        };
        Ok(Self { scale, seed })
    }

    /// `moderate` or `deep`, whichever the scale asks for.
    pub fn pick<T>(&self, moderate: T, deep: T) -> T {
        match self.scale {
            Scale::Moderate => moderate,
            Scale::Deep => deep,
        }
    }

    /// What to print so that a failure can be repeated: the settings as they
    /// are typed before a command.
    pub fn describe(&self) -> String {
        let scale = self.pick("moderate", "deep");
        format!("BALLAST_TEST_SCALE={scale} BALLAST_SEED={}", self.seed)
    }

    /// Random numbers for the test called `label`: they depend on the seed and
    /// the label, so that tests do not share theirs.
    pub fn random(&self, label: &str) -> Random {
        let mut random = Random::new(self.seed);
        for byte in label.bytes() {
            random = Random::new(random.next_u64() ^ u64::from(byte));
        }
        random
    }
}

fn variable(name: &str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => bail!("{name} is not text"),
    }
}

fn parse_seed(text: &str) -> Result<u64> {
    let parsed = match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16),
        None => text.parse(),
    };
    parsed.with_context(|| format!("BALLAST_SEED is {text:?}; it has to be a 64-bit number"))
}

/// Random numbers for tests: SplitMix64 (Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", 2014). The same seed gives the
/// same numbers on every machine, now and later. Not for keys.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The generator that starts at `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number from 0 to `bound - 1`, or 0 if `bound` is 0. Bounds near 2^64
    /// are a little uneven; no test can tell below 2^32.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next_u64().checked_rem(bound).unwrap_or(0)
    }

    /// Fills `bytes`.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let random = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }

    /// This many random bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.fill(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_set_means_moderate_from_the_default_seed() {
        let plan = Plan::parse(None, None).unwrap();
        assert_eq!(plan, Plan::parse(Some(""), Some("")).unwrap());
        assert_eq!(plan.pick(20, 10_000), 20);
        assert_eq!(
            plan.describe(),
            "BALLAST_TEST_SCALE=moderate BALLAST_SEED=1"
        );
    }

    #[test]
    fn the_description_can_be_typed_again() {
        let plan = Plan::parse(Some("deep"), Some("0xff")).unwrap();
        assert_eq!(plan.pick(20, 10_000), 10_000);
        assert_eq!(plan.describe(), "BALLAST_TEST_SCALE=deep BALLAST_SEED=255");
    }

    #[test]
    fn typos_are_errors() {
        for (scale, seed) in [("Deep", "1"), ("deep", "-1"), ("deep", "0x"), ("deep", "x")] {
            let error = Plan::parse(Some(scale), Some(seed)).unwrap_err();
            assert!(error.to_string().starts_with("BALLAST_"), "{error}");
        }
    }

    #[test]
    fn the_generator_is_splitmix64() {
        // Computed by the reference implementation (splitmix64.c) for this seed.
        let mut random = Random::new(1_234_567);
        let numbers = [0; 3].map(|_| random.next_u64());
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(numbers, expected);
    }

    #[test]
    fn bytes_are_the_numbers_in_little_endian() {
        let number = Random::new(9).next_u64().to_le_bytes();
        assert_eq!(Random::new(9).bytes(5), number[..5]);
        assert_eq!(Random::new(9).below(0), 0);
        assert!((0..100).all(|seed| Random::new(seed).below(3) < 3));
    }

    #[test]
    fn labels_and_seeds_separate_tests() {
        let first = |seed: &str, label| {
            let plan = Plan::parse(None, Some(seed)).unwrap();
            plan.random(label).next_u64()
        };
        assert_eq!(first("1", "a"), first("1", "a"));
        assert_ne!(first("1", "a"), first("1", "b"));
        assert_ne!(first("1", "a"), first("2", "a"));
    }
}
