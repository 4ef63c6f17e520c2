//! Which tile of the product is fastest on a device, found by trying and
//! remembered. All of them give the same bits, so neither a wrong guess nor a
//! tampered cache can change a result.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use compute_proofs::{program::Epilogue, tensor::TensorSpec};
use exact_kernels::DType;

use super::{Chain, Context, Failure, GpuTensor, Layout, record};
use crate::kernels::{finish::Finish, gemm::Tile};

/// A try long enough to tell tiles apart.
const LONG_ENOUGH: Duration = Duration::from_millis(20);

/// Sides of the products that are tried, until one takes long enough.
const SIDES: [u32; 5] = [256, 512, 1024, 2048, 4096];

/// The device's fastest tile, from the cache or by trying.
pub(super) fn choose(context: &Context, cache: Option<&Path>) -> Result<Tile, Failure> {
    let device = format!("{}, {}", context.device.name, context.device.driver);
    let mut known = cache.and_then(load).unwrap_or_default();
    let named = |name: &String| Tile::ALL.into_iter().find(|tile| tile.name() == *name);
    if let Some(tile) = known.get(&device).and_then(named) {
        return Ok(tile);
    }
    let tile = fastest(context)?;
    if let Some(cache) = cache {
        known.insert(device, tile.name());
        save(cache, &known);
    }
    Ok(tile)
}

fn load(cache: &Path) -> Option<BTreeMap<String, String>> {
    serde_json::from_str(&fs::read_to_string(cache).ok()?).ok()
}

/// A cache that cannot be written costs a try at the next start, no more.
fn save(cache: &Path, known: &BTreeMap<String, String>) {
    if let Some(dir) = cache.parent() {
        let _ = fs::create_dir_all(dir);
    }
    if let Ok(text) = serde_json::to_string_pretty(known) {
        let _ = fs::write(cache, text);
    }
}

fn fastest(context: &Context) -> Result<Tile, Failure> {
    let mut side = SIDES[0];
    for next in SIDES {
        side = next;
        if time(context, Tile::ALL[0], side)? >= LONG_ENOUGH {
            break;
        }
    }
    let mut best = (Duration::MAX, Tile::ALL[0]);
    for tile in Tile::ALL {
        let took = time(context, tile, side)?;
        if took < best.0 {
            best = (took, tile);
        }
    }
    Ok(best.1)
}

/// The better of two tries, after one that compiles the kernel.
fn time(context: &Context, tile: Tile, side: u32) -> Result<Duration, Failure> {
    let tensor = |dtype| -> Result<GpuTensor, Failure> {
        let spec = TensorSpec::new(dtype, side, side)?;
        Ok(GpuTensor::new(context, Layout::new(spec, context.band, 1)?))
    };
    let (a, b, c) = (tensor(DType::I8)?, tensor(DType::I8)?, tensor(DType::I32)?);
    let mut chain = Chain::new(context);
    let finish = Finish::new(Epilogue::None, false);
    record::product(&mut chain, tile, (&a, &b, &c), None, finish)?;
    let mut best = Duration::MAX;
    for at in 0..3 {
        let start = Instant::now();
        chain.read(&[])?;
        if at > 0 {
            best = best.min(start.elapsed());
        }
    }
    Ok(best)
}
