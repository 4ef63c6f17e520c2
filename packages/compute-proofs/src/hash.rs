//! BLAKE3 with one derive-key domain per purpose.
//!
//! A domain is a key, never a prefix: a prefix would push a 1 024-byte leaf into
//! a second BLAKE3 chunk. A value hashed for one purpose can then never be taken
//! for another.

use alloc::string::String;
use core::fmt;

use blake3::hazmat::HasherExt;

/// A BLAKE3 output of 32 bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What stands where a tree has no leaf.
    pub const ZERO: Self = Self([0; 32]);

    /// Lower-case hexadecimal.
    #[must_use]
    pub fn to_hex(&self) -> String {
        alloc::format!("{self}")
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A purpose that a hash is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain {
    context: &'static str,
    key: [u8; 32],
}

impl Domain {
    /// The derive-key context string; the WGSL kernels use it too.
    #[must_use]
    pub const fn context(&self) -> &'static str {
        self.context
    }

    /// The key that BLAKE3 derives from the context.
    #[must_use]
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The hash of the concatenated parts.
    #[must_use]
    pub fn hash(&self, parts: &[&[u8]]) -> Hash {
        Hash(*self.hasher(parts).finalize().as_bytes())
    }

    /// An endless stream of bytes from the concatenated parts.
    #[must_use]
    pub(crate) fn stream(&self, parts: &[&[u8]]) -> blake3::OutputReader {
        self.hasher(parts).finalize_xof()
    }

    fn hasher(&self, parts: &[&[u8]]) -> blake3::Hasher {
        let mut hasher = blake3::Hasher::new_from_context_key(&self.key);
        for part in parts {
            hasher.update(part);
        }
        hasher
    }
}

macro_rules! domains {
    ($($(#[$doc:meta])* $name:ident = $context:literal, $key:literal;)*) => {
        $($(#[$doc])* pub const $name: Domain = Domain { context: $context, key: from_hex($key) };)*

        /// Every domain of this crate.
        #[cfg(test)]
        const ALL: &[Domain] = &[$($name),*];
    };
}

// The keys are stated so that neither a contract nor a shader derives them; a
// test holds each to its context.
domains! {
    /// Two children of any hash tree: `left ‖ right`.
    NODE = "ballast 2026-11 tree node v1",
        "960677afab3e81556c602b4ba07eedb1c977d24f171a6159cf8d4cdd5b2138b4";
    /// Two children of a sum tree: `hash ‖ sum ‖ hash ‖ sum`.
    SUM_NODE = "ballast 2026-11 sum tree node v1",
        "85f4c8e90145bd6ae9d12d694189af26a045e3754ad629a4df6d1845d240066f";
    /// At most 1 024 bytes of one row of a tensor.
    TENSOR_LEAF = "ballast 2026-11 tensor leaf v1",
        "6b29ea40c873dd4f14e59323af5c84345d35176aa79757a083bdccd776a10ba5";
    /// A tensor: type, rows, columns, tree.
    TENSOR = "ballast 2026-11 tensor v1",
        "7f77832e2d64ddb21b44f5ad0639bf8a6128052055a57c8b808c9f7694c0f3eb";
    /// A seed in place of a tensor among a task's inputs.
    SEED_SLOT = "ballast 2026-11 seed slot v1",
        "85aedb44d097f37498033a911280a43f50b9c06f8417f02a0d940384cca4c0bf";
    /// A task's inputs: the roots of all slots.
    INPUTS = "ballast 2026-11 task inputs v1",
        "8a91fa3937fe718d4e9e06c0708288b47cfe8a0d07a70ca167eb14a4a2a40616";
    /// One operation of a program.
    OPERATION = "ballast 2026-11 operation v1",
        "4f159631b79a6851511ecfb870e381ba003d7a37614624374933162d4a998be2";
    /// A program's header.
    PROGRAM = "ballast 2026-11 program v1",
        "0390bd8d95e4b09b8ea502206763b6b6050d675631d00298d4a34c487f15f9a9";
    /// The output roots of one operation of a run.
    TRACE_LEAF = "ballast 2026-11 trace leaf v1",
        "82880daa5ca83e046d225fa389329f7b614849a07be422a789655d70c0df1ed2";
    /// A run: operation count, tree.
    TRACE = "ballast 2026-11 trace v1",
        "538c883e194ba4ed0464eef269be674290b1199129baded43c38e4ea4b4b98d1";
    /// A grant: a signed authorisation with its signed lease.
    GRANT = "ballast 2026-11 grant v1",
        "2892b1ffb2e76167d3fa404f8991c0bf3061883b6928bbeda2d5983e59a01d6b";
    /// A receipt.
    RECEIPT = "ballast 2026-11 receipt v1",
        "9fa44774f9f45231439feba63fc91780f01e866a92f53c00f1853e74fc4d1ff4";
    /// A batch: first nonce, span, ops, tree.
    BATCH = "ballast 2026-11 batch v1",
        "4776ec883fa168c5b1cb7428a64eb7e2d0e953e59848c2c9670fcfce4cf8854b";
    /// The samples of a batch or a census commitment.
    DRAW = "ballast 2026-11 draw v1",
        "8cb233447310f0644e3930be377a3e03c9361b71d79741c30338e49423bff423";
    /// Whether a census slot fires.
    CENSUS_FIRE = "ballast 2026-11 census fire v1",
        "0774690d675cd1fcd582897108c699091e45a54ff185e4b535950205c26596a5";
    /// An operator's challenge of one census.
    CENSUS_CHALLENGE = "ballast 2026-11 census challenge v1",
        "378ce0ef2c12448cd284f45fdddf8b33661fd215b9760253b642f976b2a34441";
    /// One tile of a unit's product.
    CENSUS_TILE = "ballast 2026-11 census tile v1",
        "1505fcadac722e99e088469ad8ea69858109d10c447742ff287f169ecdbc174f";
    /// One unit: index, tree of tiles.
    CENSUS_UNIT = "ballast 2026-11 census unit v1",
        "f651cd36ee8c4778e56c3f5dfe0468e28ca49521ef442629e819dd6f88b62d9e";
    /// A census commitment: work, unit count, tree of units.
    CENSUS = "ballast 2026-11 census v1",
        "c257620b1106d3ba576b6f3257c5e8161fad08fc4a27f900402c3d1d5b50e75d";
    /// The draw of a task's worker by stake.
    TASK_DRAW = "ballast 2026-11 task draw v1",
        "76f1edace1abbf89426e6fb20a64f69b97af1725895282f69c0583ae91f20abf";
}

/// 64 hexadecimal digits as bytes. It only runs at compile time, where a panic
/// is a compile error.
#[allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic
)]
const fn from_hex(hex: &str) -> [u8; 32] {
    assert!(hex.len() == 64, "a key has 64 digits");
    let digits = hex.as_bytes();
    let mut key = [0; 32];
    let mut at = 0;
    while at < 32 {
        key[at] = (digit(digits[2 * at]) << 4) | digit(digits[2 * at + 1]);
        at += 1;
    }
    key
}

#[allow(clippy::arithmetic_side_effects, clippy::panic)]
const fn digit(c: u8) -> u8 {
    match c {
        b'0'..=b'9' => c - b'0',
        b'a'..=b'f' => c - b'a' + 10,
        _ => panic!("not a lower-case hexadecimal digit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stated_keys_are_their_contexts() {
        for domain in ALL {
            let derived = blake3::hazmat::hash_derive_key_context(domain.context);
            assert_eq!(Hash(derived), Hash(domain.key), "{}", domain.context);
        }
    }

    #[test]
    fn no_two_domains_agree() {
        for (i, a) in ALL.iter().enumerate() {
            for b in &ALL[..i] {
                assert_ne!(a.context, b.context);
                assert_ne!(a.hash(&[b"x"]), b.hash(&[b"x"]));
            }
        }
    }

    #[test]
    fn parts_are_concatenated_as_in_blake3s_own_interface() {
        let whole = blake3::derive_key(NODE.context, b"left right");
        assert_eq!(NODE.hash(&[b"left ", b"right"]), Hash(whole));
    }
}
