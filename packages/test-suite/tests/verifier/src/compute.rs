//! Kernels and commitments, computed on chain.

use compute_proofs::{
    Hash,
    codec::Decode,
    tensor::{Committed, TensorSpec},
};
use cosmwasm_std::{HexBinary, StdResult};
use exact_kernels::{
    bias,
    gemm::Gemm,
    requantise::{self, Requantise},
    seeded::{self, Stream},
};

use crate::{
    contract::{array, refused},
    msg::{Compute, Range},
};

/// The answer in hexadecimal; multi-byte elements are little-endian.
pub(crate) fn compute(what: Compute) -> StdResult<String> {
    let bytes = match what {
        Compute::SeededRow {
            seed,
            tag,
            index,
            row,
            len,
        } => {
            let mut out = vec![0; usize::try_from(len).unwrap_or(usize::MAX)];
            let stream = Stream { tag, index };
            seeded::fill_row(&array("seed", &seed)?, stream, row, &mut out);
            out
        }
        Compute::Gemm { m, n, k, a, b } => {
            let shape = Gemm::new(m, n, k).map_err(refused)?;
            let len = usize::try_from(u64::from(m).saturating_mul(u64::from(n)));
            let mut c = vec![0i32; len.unwrap_or(usize::MAX)];
            shape
                .run(a.as_slice(), b.as_slice(), &mut c)
                .map_err(refused)?;
            c.iter().flat_map(|x| x.to_le_bytes()).collect()
        }
        Compute::Requantise {
            x,
            bias,
            m,
            p,
            s,
            range,
        } => {
            let range = match range {
                Range::Symmetric => requantise::Range::Symmetric,
                Range::Full => requantise::Range::Full,
                Range::Unsigned => requantise::Range::Unsigned,
            };
            let requantise = Requantise::new(p, s, range).map_err(refused)?;
            let parts = x.into_iter().zip(bias).zip(m);
            parts
                .map(|((x, bias), m)| {
                    requantise::low_byte(requantise.element(bias::element(x, bias), m))
                })
                .collect()
        }
        Compute::TensorRoot { spec, bytes } => {
            let spec = TensorSpec::from_bytes(&spec).map_err(refused)?;
            let Hash(root) = Committed::new(spec, bytes.into()).map_err(refused)?.root();
            root.to_vec()
        }
    };
    Ok(HexBinary::from(bytes).to_hex())
}
