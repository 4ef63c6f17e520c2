//! Code that came compressed.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::context::Context;
use crate::error::{CREATE_FAILED, Failure, LIMIT, Outcome};

/// The largest code, also uncompressed (`MaxWasmSize` in wasmd).
pub(crate) const MAX_CODE: u64 = 819_200;

/// `code` itself, or what it holds in gzip, at 0.15 gas a compressed byte.
pub(super) fn unpacked(ctx: &mut Context, code: &[u8]) -> Outcome<Vec<u8>> {
    if !code.starts_with(&[0x1f, 0x8b, 0x08]) {
        return Ok(code.to_vec());
    }
    let cost = (code.len() as u64).saturating_mul(15) / 100;
    ctx.gas.consume(cost, "Uncompress gzip bytecode")?;
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(code)
        .take(MAX_CODE + 1)
        .read_to_end(&mut unpacked);
    let failed =
        |reason: String| Failure::new(CREATE_FAILED, format!("uncompress wasm archive: {reason}"));
    read.map_err(|error| failed(error.to_string()))?;
    if unpacked.len() as u64 > MAX_CODE {
        return Err(failed(LIMIT.2.to_owned()));
    }
    Ok(unpacked)
}
