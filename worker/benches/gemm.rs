//! `cargo bench -p worker --bench gemm [-- N … [--write]]`: int8 products on every
//! device beside the definition and a well-known f32 crate, in one run, and what
//! commitments add. `--write` puts the figures into `docs/data/gemm.json`.
#![allow(
    clippy::print_stdout,
    reason = "a command's result goes to standard output"
)]

use std::{
    error::Error,
    time::{Duration, Instant},
};

use compute_proofs::{
    program::{Epilogue, Input, Kind, Operation, Program, Source},
    tensor::TensorSpec,
};
use exact_kernels::{DType, gemm::Gemm};
use test_suite::{
    figures::{Figures, Number, Row},
    scale::Random,
    workspace,
};
use worker::{
    Backend,
    devices::{self, Choice},
    task::{SlotInput, Task, Tensor},
};

/// Sizes without arguments.
const SIZES: [u32; 5] = [256, 512, 1024, 2048, 4096];

/// How long one measurement goes on, and the longest that is begun.
const LONG_ENOUGH: Duration = Duration::from_millis(700);
const TOO_LONG: f64 = 20.0;

/// The definition is one thread without vectors.
const LARGEST_PORTABLE: u32 = 1024;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs it too, without this.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let sizes: Vec<u32> = arguments.iter().filter_map(|at| at.parse().ok()).collect();
    let sizes = if sizes.is_empty() {
        SIZES.to_vec()
    } else {
        sizes
    };
    let mut figures = Figures::new("cargo bench -p worker --bench gemm", workspace::root())?;
    let mut baselines = Vec::new();
    for n in &sizes {
        baselines.push(baseline(*n)?);
    }
    for device in devices::list() {
        let choice = Choice {
            device: Some(device.id.clone()),
            ..Choice::default()
        };
        let mut opened = devices::open(&choice)?;
        let mut last = 0.0;
        for baseline in &baselines {
            // Eight times the work of half the size.
            if last * 8.0 > TOO_LONG {
                break;
            }
            last = measure(&mut *opened.backend, baseline, &mut figures)?;
        }
    }
    for row in &figures.rows {
        println!("{}: {} {}", row.name, row.value, row.unit);
    }
    if arguments.iter().any(|argument| argument == "--write") {
        figures.write(&workspace::root().join("docs/data/gemm.json"))?;
    }
    Ok(())
}

/// Operands of one size, and how long others take.
struct Baseline {
    n: u32,
    a: Tensor,
    b: Tensor,
    portable: Option<f64>,
    f32: f64,
}

fn baseline(n: u32) -> Outcome<Baseline> {
    let mut random = Random::new(u64::from(n));
    let spec = TensorSpec::new(DType::I8, n, n)?;
    let len = usize::try_from(spec.bytes())?;
    let mut operand = || Tensor::new(spec, random.bytes(len));
    let (a, b) = (operand()?, operand()?);
    let shape = Gemm::new(n, n, n)?;
    let mut sums = vec![0i32; len];
    let portable = (n <= LARGEST_PORTABLE).then(|| {
        best(|| {
            let product = shape.run(a.bytes(), b.bytes(), &mut sums);
            Ok(product.map_err(|error| error.to_string())?)
        })
    });
    let side = usize::try_from(n)?;
    let (x, y, mut z) = (vec![1.5f32; len], vec![0.5f32; len], vec![0.0f32; len]);
    let f32 = best(|| {
        sgemm(side, &x, &y, &mut z);
        Ok(())
    })?;
    Ok(Baseline {
        n,
        portable: portable.transpose()?,
        f32,
        a,
        b,
    })
}

/// `z = x·y`, all n×n, on all cores.
#[allow(unsafe_code, reason = "the crate's interface is one of pointers")]
fn sgemm(n: usize, x: &[f32], y: &[f32], z: &mut [f32]) {
    assert!(x.len() == n * n && y.len() == n * n && z.len() == n * n);
    let stride = isize::try_from(n).unwrap_or(0);
    let (x, y, z) = (x.as_ptr(), y.as_ptr(), z.as_mut_ptr());
    // SAFETY: all three are n×n with rows n apart, as was just checked.
    unsafe {
        matrixmultiply::sgemm(n, n, n, 1.0, x, stride, 1, y, stride, 1, 0.0, z, stride, 1);
    }
}

/// Adds a device's rows, and returns how long its product took.
fn measure(backend: &mut dyn Backend, with: &Baseline, figures: &mut Figures) -> Outcome<f64> {
    let n = with.n;
    let bare = best(|| {
        backend.product(&with.a, &with.b)?;
        Ok(())
    })?;
    let input = |slot, tensor: &Tensor| Input {
        source: Source::Slot { slot },
        spec: tensor.spec(),
    };
    let program = Program {
        slots: 2,
        operations: vec![Operation {
            kind: Kind::Gemm {
                epilogue: Epilogue::None,
                transposed: false,
            },
            inputs: vec![input(0, &with.a), input(1, &with.b)],
        }],
    };
    let inputs = [&with.a, &with.b].map(|tensor| SlotInput::Tensor(tensor.clone()));
    let task = Task {
        name: "bench",
        program: &program,
        inputs: &inputs,
        weights: &[],
    };
    let committed = best(|| {
        backend.run(&task)?;
        Ok(())
    })?;
    let device = backend.device();
    let name = format!("{} {}", device.id, device.name.replace('/', " "));
    let mut add = |column: &str, value: f64, unit: &str| -> Outcome<()> {
        let name = format!("int8/{name} {n}/{column}");
        figures.rows.push(Row::new(name, rounded(value)?, unit));
        Ok(())
    };
    let ops = 2.0 * f64::from(n).powi(3);
    add("rate", ops / bare / 1e9, "GOPS")?;
    add(
        "commitments",
        100.0 * (committed / bare - 1.0),
        "% more time",
    )?;
    add("beside f32", with.f32 / bare, "times matrixmultiply")?;
    if let Some(portable) = with.portable {
        add("beside portable", portable / bare, "times the definition")?;
    }
    Ok(bare)
}

fn rounded(value: f64) -> Outcome<Number> {
    Ok(serde_json::from_str(&format!("{value:.2}"))?)
}

/// Seconds of the best of several runs, after one to warm up.
fn best(mut run: impl FnMut() -> Outcome<()>) -> Outcome<f64> {
    run()?;
    let start = Instant::now();
    let mut best = f64::INFINITY;
    while best.is_infinite() || start.elapsed() < LONG_ENOUGH {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    Ok(best)
}
