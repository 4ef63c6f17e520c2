//! Kernels are tested on two independent software drivers, lavapipe and
//! SwiftShader, each in a process of its own, so that a driver that crashes
//! takes nothing with it. The tests that need a device are marked `ignore`; the
//! two at the top of this file run them. `cargo test -- --ignored` alone runs
//! them on this machine's own GPU.

use std::{
    env,
    io::{self, Write},
    process::Command,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use test_suite::scale::{Plan, Random};

use super::*;
use crate::{
    WorkerError,
    self_test::{self, Case},
    testing::TempDir,
};

/// Runs every test that needs a device on the driver that `variable` names.
fn on_driver(variable: &str, largest: u32) {
    let Some(icd) = env::var_os(variable).filter(|icd| !icd.is_empty()) else {
        let text = format!("{variable} is not set: `make setup` fetches the driver");
        let is_ci = env::var_os("CI").is_some_and(|ci| !ci.is_empty());
        assert!(!is_ci, "{text}");
        // Past the harness, which keeps what passing tests print.
        writeln!(io::stderr(), "SKIPPED {variable}: {text}").unwrap();
        return;
    };
    let dir = TempDir::new(variable);
    let output = Command::new(env::current_exe().unwrap())
        .args([
            "--ignored",
            "--test-threads=1",
            "kernels::",
            "gpu::tests::device::",
        ])
        .env("VK_DRIVER_FILES", &icd)
        // Older loaders know this name only.
        .env("VK_ICD_FILENAMES", &icd)
        .env("XDG_RUNTIME_DIR", dir.path())
        .env("BALLAST_TEST_LARGEST", largest.to_string())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{variable}: {}\n{text}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let ran = text.lines().filter(|line| line.ends_with("... ok")).count();
    assert!(ran >= 20, "{variable}: only {ran} tests ran\n{text}");
}

#[test]
fn every_kernel_is_exact_on_lavapipe() {
    on_driver("BALLAST_LAVAPIPE_ICD", 200);
}

#[test]
fn every_kernel_is_exact_on_swiftshader() {
    on_driver("BALLAST_SWIFTSHADER_ICD", 72);
}

/// The device that this process tests; tests take turns.
pub(crate) fn gpu() -> MutexGuard<'static, GpuBackend> {
    static GPU: OnceLock<Mutex<GpuBackend>> = OnceLock::new();
    let gpu = GPU.get_or_init(|| {
        let mut adapters = adapters().into_iter();
        let adapter = adapters
            .next()
            .expect("no GPU: set VK_DRIVER_FILES to a driver's icd json");
        Mutex::new(GpuBackend::open(adapter, None).unwrap())
    });
    let mut gpu = gpu.lock().unwrap_or_else(PoisonError::into_inner);
    gpu.use_band(None);
    gpu.tile = Tile::ALL[0];
    gpu
}

/// The longest side of random matrices: software drivers are slow.
pub(crate) fn largest() -> u64 {
    let largest = env::var("BALLAST_TEST_LARGEST");
    largest.map_or(500, |largest| largest.parse().unwrap())
}

/// A random dimension from 1 to `most`.
pub(crate) fn side(random: &mut Random, most: u64) -> u32 {
    1 + u32::try_from(random.below(most)).unwrap()
}

/// Random cases that the device must get right, whole and cut into bands.
pub(crate) fn check_random(label: &str, mut case: impl FnMut(&mut Random) -> Case) {
    let plan = Plan::from_env().unwrap();
    let mut random = plan.random(label);
    let mut gpu = gpu();
    for at in 0..plan.pick(8, 200) {
        // The longest rows here are of 16 bytes a side; a band has 16 at least.
        gpu.use_band((at % 2 == 1).then_some(256 * largest()));
        gpu.tile = Tile::ALL[at % Tile::ALL.len()];
        let case = case(&mut random);
        let about = format!("case {at}: {:?}", case.program.operations);
        let checked = self_test::check(&mut *gpu, &case);
        checked.unwrap_or_else(|error| panic!("{error}\n{about}\n{}", plan.describe()));
    }
}

impl GpuBackend {
    /// Cuts tensors into bands of at most this many bytes.
    pub(crate) fn use_band(&mut self, band: Option<u64>) {
        self.band = band;
        let whole = adapter::binding(&self.context.gpu.limits());
        self.context.band = band.unwrap_or(whole);
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    pub(crate) fn use_tile(&mut self, tile: Tile) {
        self.tile = tile;
    }
}

/// What needs a device.
mod device {
    use super::*;
    use crate::{DeviceFault, self_test::cases};

    fn task(case: &Case) -> Task<'_> {
        Task {
            name: "device",
            program: &case.program,
            inputs: &case.inputs,
            weights: &case.weights,
        }
    }

    #[test]
    #[ignore = "needs a device; run by the tests of the drivers"]
    fn passes_the_self_test() {
        self_test::run(&mut *gpu()).unwrap();
    }

    #[test]
    #[ignore = "needs a device; run by the tests of the drivers"]
    fn its_runs_answer_draws_as_the_contract_checks_them() {
        crate::testing::check_openings(&mut *gpu());
        crate::testing::check_product(&mut *gpu());
    }

    #[test]
    #[ignore = "needs a device; run by the tests of the drivers"]
    fn a_lost_device_is_set_up_anew_and_the_task_retried() {
        let mut gpu = gpu();
        for case in cases().unwrap().iter().rev().take(2) {
            gpu.context.lose();
            self_test::check(&mut *gpu, case).unwrap();
        }
    }

    #[test]
    #[ignore = "needs a device; run by the tests of the drivers"]
    fn a_device_that_fails_again_is_an_error_that_names_the_task() {
        let mut gpu = gpu();
        let tries = std::cell::Cell::new(0);
        let error = gpu.attempt("job 7", |context, _| {
            tries.set(tries.get() + 1);
            context.lose();
            context.finish(0)?;
            Err::<(), _>(Failure::Fault(DeviceFault::Lost("after that".to_owned())))
        });
        let error = error.unwrap_err();
        assert!(
            matches!(&error, WorkerError::Device { task, fault: DeviceFault::Lost(_), .. } if task == "job 7"),
            "{error}"
        );
        assert_eq!(tries.get(), 2);
        let case = &cases().unwrap()[0];
        self_test::check(&mut *gpu, case).unwrap();
    }

    #[test]
    #[ignore = "needs a device; run by the tests of the drivers"]
    fn what_does_not_fit_is_refused_before_it_is_allocated() {
        let mut gpu = gpu();
        let case = &cases().unwrap()[0];
        gpu.context.device.limits.memory = Some(63);
        let error = gpu.run(&task(case)).unwrap_err();
        gpu.context.device.limits.memory = None;
        assert!(
            matches!(error, WorkerError::TooLarge { available: 63, needed, .. } if needed > 63),
            "{error}"
        );
        // A row that no band can hold.
        gpu.use_band(Some(16));
        let error = gpu.run(&task(&cases().unwrap()[2])).unwrap_err();
        assert!(
            matches!(error, WorkerError::TooLarge { available: 16, .. }),
            "{error}"
        );
    }

    #[test]
    #[ignore = "needs a device; run by the tests of the drivers"]
    fn a_buffer_beyond_the_devices_limits_is_a_typed_error() {
        let mut gpu = gpu();
        let error = gpu.attempt("too much", |context, _| {
            let most = context.gpu.limits().max_buffer_size;
            drop(context.buffer(most.saturating_add(1 << 20)));
            Ok(context.finish(0)?)
        });
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("task too much: gpu0"), "{error}");
        let case = &cases().unwrap()[0];
        self_test::check(&mut *gpu, case).unwrap();
    }

    #[test]
    #[ignore = "needs a device; run by the tests of the drivers"]
    fn buffers_are_used_again_and_given_back_in_the_end() {
        let mut gpu = gpu();
        let cases = cases().unwrap();
        let (first, last) = (&cases[0], &cases[cases.len() - 1]);
        self_test::check(&mut *gpu, last).unwrap();
        let kept = gpu.context.idle_bytes();
        for _ in 0..3 {
            self_test::check(&mut *gpu, last).unwrap();
            assert_eq!(gpu.context.idle_bytes(), kept);
        }
        for _ in 0..6 {
            self_test::check(&mut *gpu, first).unwrap();
        }
        assert!(gpu.context.idle_bytes() < kept);
    }

    #[test]
    #[ignore = "needs a device; run by the tests of the drivers"]
    fn the_tuner_remembers_what_it_chose() {
        let mut gpu = gpu();
        let dir = TempDir::new("tuner");
        let cache = dir.path().join("deep/tuning.json");
        gpu.tune(Some(&cache)).unwrap();
        let chosen = gpu.tile;
        let text = std::fs::read_to_string(&cache).unwrap();
        assert!(text.contains(&chosen.name()), "{text}");
        // Another choice in the cache is taken as it is.
        let other = Tile::ALL.into_iter().find(|tile| *tile != chosen).unwrap();
        std::fs::write(&cache, text.replace(&chosen.name(), &other.name())).unwrap();
        gpu.tune(Some(&cache)).unwrap();
        assert_eq!(gpu.tile, other);
        // Nonsense is no cache.
        std::fs::write(&cache, "{").unwrap();
        gpu.tune(Some(&cache)).unwrap();
        let case = &cases().unwrap()[0];
        self_test::check(&mut *gpu, case).unwrap();
    }
}

#[test]
fn bands_hold_whole_rows_and_all_of_them() {
    use compute_proofs::tensor::TensorSpec;
    use exact_kernels::DType;
    let spec = |rows, cols| TensorSpec::new(DType::I8, rows, cols).unwrap();
    let bands = |rows, cols, band| {
        let layout = Layout::new(spec(rows, cols), band, 1).unwrap();
        layout.bands().collect::<Vec<_>>()
    };
    assert_eq!(bands(5, 17, 160), [(0, 5)]);
    assert_eq!(bands(40, 17, 1279), [(0, 32), (32, 8)]);
    assert_eq!(bands(40, 17, 512), [(0, 16), (16, 16), (32, 8)]);
    let layout = Layout::new(spec(40, 17), 511, 1);
    let too_long = layout.unwrap_err();
    assert_eq!((too_long.needed, too_long.available), (512, 511));
    let layout = Layout::new(spec(40, 17), 4096, 1).unwrap();
    assert_eq!(
        (layout.stride, layout.padded_cols(), layout.total()),
        (8, 32, 1280)
    );
}

#[test]
fn workgroups_beyond_one_dimension_are_folded() {
    assert_eq!(fold(0), [1, 1]);
    assert_eq!(fold(65_535), [65_535, 1]);
    assert_eq!(fold(65_536), [65_535, 2]);
}
