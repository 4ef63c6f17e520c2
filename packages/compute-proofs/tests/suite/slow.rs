//! Second definitions, slow and plain: what the formats are, written once more
//! without a line of the library's code.

use compute_proofs::{Hash, hash::Domain};

/// BLAKE3's own derive-key mode.
pub(crate) fn derive(domain: Domain, message: &[u8]) -> Hash {
    Hash(blake3::derive_key(domain.context(), message))
}

/// The endless output of the same.
pub(crate) fn stream(domain: Domain, message: &[u8]) -> blake3::OutputReader {
    let mut hasher = blake3::Hasher::new_derive_key(domain.context());
    hasher.update(message);
    hasher.finalize_xof()
}

/// Leaves filled up with `empty` to the next power of two.
pub(crate) fn padded<N: Copy>(leaves: &[N], empty: N) -> Vec<N> {
    let mut all = leaves.to_vec();
    all.resize(leaves.len().next_power_of_two(), empty);
    all
}

/// The top of a plain tree: halves of the padded leaves, by recursion.
pub(crate) fn top(leaves: &[Hash]) -> Hash {
    full_top(&padded(leaves, Hash::ZERO))
}

/// The top of a full tree.
pub(crate) fn full_top(leaves: &[Hash]) -> Hash {
    match leaves {
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len() / 2);
            let children = [full_top(left).0, full_top(right).0].concat();
            derive(compute_proofs::hash::NODE, &children)
        }
    }
}

/// The top of a sum tree over padded leaves.
pub(crate) fn sum_top(leaves: &[(Hash, u128)]) -> (Hash, u128) {
    full_sum_top(&padded(leaves, (Hash::ZERO, 0)))
}

fn full_sum_top(leaves: &[(Hash, u128)]) -> (Hash, u128) {
    match leaves {
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len() / 2);
            let (left, right) = (full_sum_top(left), full_sum_top(right));
            let mut message = Vec::new();
            for (hash, sum) in [left, right] {
                message.extend(hash.0);
                message.extend(sum.to_le_bytes());
            }
            let hash = derive(compute_proofs::hash::SUM_NODE, &message);
            (hash, left.1 + right.1)
        }
    }
}

/// A string with its length in front.
pub(crate) fn text(text: &str) -> Vec<u8> {
    let len = u32::try_from(text.len()).unwrap();
    [&len.to_le_bytes(), text.as_bytes()].concat()
}
