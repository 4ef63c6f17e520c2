//! `cargo bench -p worker --bench gemm [-- N … [--python PYTHON] [--write]]`: int8
//! products on every device beside the definition, a well-known f32 crate and, with a
//! Python that has them, numpy and onnxruntime, in one run; what commitments add; and how
//! much memory it takes. `--write` puts the figures into `docs/data/bench.json`.
//! `make bench` does all of it.
#![allow(
    clippy::print_stdout,
    reason = "a command's result goes to standard output"
)]

mod memory;
mod others;

use std::{
    error::Error,
    path::Path,
    time::{Duration, Instant},
};

use compute_proofs::{
    program::{Epilogue, Input, Kind, Operation, Program, Source},
    tensor::TensorSpec,
};
use exact_kernels::{DType, gemm::Gemm};
use test_suite::{
    figures::{Figures, Number, Op, Row, Target},
    scale::Random,
    workspace,
};
use worker::{
    Backend,
    devices::{self, Choice},
    task::{SlotInput, Task, Tensor},
};

use others::Others;

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
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1))
    };
    if let Some(n) = after(memory::CHILD) {
        if let Some(ratio) = memory::child(n.parse()?)? {
            println!("{ratio}");
        }
        return Ok(());
    }
    let sizes: Vec<u32> = arguments.iter().filter_map(|at| at.parse().ok()).collect();
    let sizes = if sizes.is_empty() {
        SIZES.to_vec()
    } else {
        sizes
    };
    let mut figures = Figures::new("make bench", workspace::root())?;
    let others = match after("--python") {
        Some(python) => Others::measure(Path::new(python), "gemm/others.py", &sizes)?,
        None => Others::default(),
    };
    let mut baselines = Vec::new();
    for n in &sizes {
        baselines.push(baseline(*n, &others)?);
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
    if let Some(n) = sizes.iter().max() {
        memory_row(*n, &mut figures)?;
    }
    for row in &mut figures.rows {
        let version = others.versions.iter();
        let version = version.filter(|(library, _)| row.name.contains(library.as_str()));
        let versions: Vec<_> = version.map(|(name, at)| format!("{name} {at}")).collect();
        if !versions.is_empty() {
            row.note = Some(versions.join(", "));
        }
    }
    for row in &figures.rows {
        println!("{}: {} {}", row.name, row.value, row.unit);
    }
    if arguments.iter().any(|argument| argument == "--write") {
        figures.write(&workspace::root().join("docs/data/bench.json"))?;
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
    others: Vec<(String, f64)>,
}

/// Adds how much memory a product takes.
fn memory_row(n: u32, figures: &mut Figures) -> Outcome<()> {
    if let Some(ratio) = memory::ratio(n)? {
        let name = format!("memory/cpu {n}/peak");
        let unit = "times operands and result";
        let mut row = Row::new(name, rounded(ratio)?, unit);
        row.target = Some(Target {
            op: Op::AtMost,
            value: rounded(1.1)?,
        });
        figures.rows.push(row);
    }
    Ok(())
}

fn baseline(n: u32, others: &Others) -> Outcome<Baseline> {
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
        others: others
            .of(n)
            .map(|(name, at)| (name.to_owned(), at))
            .collect(),
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
    for (library, seconds) in &with.others {
        add(
            &format!("beside {library}"),
            seconds / bare,
            "times as fast",
        )?;
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
