//! What this crate's tests share.

use std::{
    fs,
    path::{Path, PathBuf},
};

use compute_proofs::{
    program::TaskInput,
    tensor::{Committed, TensorSpec},
};
use exact_kernels::{DType, gemm::Gemm};
use test_suite::{
    fixtures::{Job, Settled, WORKER, order},
    scale::Plan,
};

use crate::{
    Backend,
    store::{Store, TaskId},
    task::{SlotInput, Task, Tensor, Weights},
};

/// A folder that goes away with its test.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    pub(crate) fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("ballast-{}-{name}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // What is left behind harms nothing.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A device's runs of the test-suite's jobs, kept and loaded, answer the draws
/// of a batch as the market's contract checks them.
pub(crate) fn check_openings(backend: &mut dyn Backend) {
    let plan = Plan::from_env().unwrap();
    let mut random = plan.random("openings");
    let dir = TempDir::new(&format!("openings-{}", backend.device().id));
    let store = Store::open(dir.path()).unwrap();
    let jobs = [
        Job::matrix(random.next_u64(), 9, 33, 130).unwrap(),
        Job::seeded(random.next_u64(), 20, 7, 1100).unwrap(),
        Job::pipeline(random.next_u64()).unwrap(),
    ];
    let jobs = jobs.map(|job| {
        let tensor = |tensor: &Committed| {
            let bytes = tensor.bytes().to_vec();
            Tensor::new(*tensor.spec(), bytes).unwrap()
        };
        let inputs: Vec<SlotInput> = job
            .inputs
            .iter()
            .map(|input| match input {
                TaskInput::Tensor(committed) => SlotInput::Tensor(tensor(committed)),
                TaskInput::Seed(seed) => SlotInput::Seed(*seed),
            })
            .collect();
        let weights: Vec<Weights> = job
            .weights
            .iter()
            .map(|committed| Weights {
                root: committed.root(),
                tensor: tensor(committed),
            })
            .collect();
        let task = Task {
            name: "opened",
            program: &job.program,
            inputs: &inputs,
            weights: &weights,
        };
        let outcome = backend.run(&task).unwrap();
        let grant = job.grant(7).hash(&order(), WORKER);
        assert_eq!(outcome.receipt(7, grant), job.receipt(7));
        store.keep(&task, &outcome, 1).unwrap();
        let kept = store.load(TaskId::of(&outcome)).unwrap();
        assert_eq!(kept.program, job.program);
        Job {
            program: kept.program,
            inputs: kept.inputs,
            weights: kept.weights,
            run: kept.run,
        }
    });
    let batch = Settled::new(jobs.to_vec()).unwrap();
    for _ in 0..plan.pick(2, 50) {
        let mut beacon = [0; 32];
        random.fill(&mut beacon);
        for draw in 0..16 {
            let answer = batch.answer(&beacon, draw).unwrap();
            batch.verify(&beacon, draw, &answer).unwrap();
        }
    }
}

/// A bare product is the same as a committed one, and what does not fit together
/// is refused.
pub(crate) fn check_product(backend: &mut dyn Backend) {
    let mut random = Plan::from_env().unwrap().random("bare product");
    for (m, n, k) in [(1, 1, 1), (3, 40, 70), (65, 33, 129)] {
        let mut operand = |rows: u32| {
            let spec = TensorSpec::new(DType::I8, rows, k).unwrap();
            let bytes = random.bytes(usize::try_from(rows * k).unwrap());
            Tensor::new(spec, bytes).unwrap()
        };
        let (a, b) = (operand(m), operand(n));
        let c = backend.product(&a, &b).unwrap();
        let mut expected = vec![0; usize::try_from(m * n).unwrap()];
        let shape = Gemm::new(m, n, k).unwrap();
        shape.run(a.bytes(), b.bytes(), &mut expected).unwrap();
        let expected: Vec<u8> = expected.iter().flat_map(|x| x.to_le_bytes()).collect();
        assert_eq!(c.bytes(), expected);
    }
    let tensor = |dtype, cols: u32| {
        let spec = TensorSpec::new(dtype, 1, cols).unwrap();
        let len = usize::try_from(spec.bytes()).unwrap();
        Tensor::new(spec, vec![0; len]).unwrap()
    };
    let a = tensor(DType::I8, 4);
    for b in [
        tensor(DType::I8, 5),
        tensor(DType::U8, 4),
        tensor(DType::I32, 4),
    ] {
        let error = backend.product(&a, &b).unwrap_err();
        assert!(error.to_string().contains("int8 1x4"), "{error}");
    }
}
