use compute_proofs::{
    census::{UnitTree, product},
    hash::TENSOR_LEAF,
    program::{Input, Kind, Operation, Program, Source},
    tensor::Committed,
};
use exact_kernels::{gemm::Gemm, gemm::MAX_K, seeded, transpose};
use proptest::prelude::*;
use test_suite::scale::Plan;

use super::*;
use crate::{self_test, task::SlotInput};

fn plain_product(isa: Isa, shape: Gemm, a: &[u8], b: &[u8]) -> Vec<i32> {
    let elements = index(shape.m()) * index(shape.n());
    let mut out = vec![0xee; 4 * elements];
    let plain = Finish::new(Epilogue::None, &[], false);
    gemm::run(isa, shape, a, b, &plain, &mut out);
    let words = out.as_chunks::<4>().0.iter();
    words.map(|word| i32::from_le_bytes(*word)).collect()
}

/// Every way of multiplying on this CPU gives the definition's product.
fn check_product((m, n, k): (u32, u32, u32), a: &[u8], b: &[u8]) {
    let shape = Gemm::new(m, n, k).unwrap();
    let mut expected = vec![0; index(m) * index(n)];
    shape.run(a, b, &mut expected).unwrap();
    for isa in Isa::all() {
        let actual = plain_product(isa, shape, a, b);
        let wrong = actual.iter().zip(&expected).position(|(a, b)| a != b);
        assert_eq!(wrong, None, "{isa}: {m}x{n}x{k}, element");
    }
}

#[test]
fn products_of_awkward_shapes_are_the_definitions() {
    let mut random = Plan::from_env().unwrap().random("products");
    for shape in [
        (1, 1, 1),
        (1, 1, 63),
        (1, 129, 64),
        (1, 700, 65),
        (2, 3, MAX_K),
        (3, 2, MAX_K - 1),
        (7, 5, 2048),
        (6, 4, 2049),
        (120, 128, 31),
        (121, 129, 33),
        (2100, 1, 40),
        (1100, 130, 9),
        (1, 4000, 7),
        (130, 300, 4100),
    ] {
        let (m, n, k) = shape;
        let a = random.bytes(index(m) * index(k));
        let b = random.bytes(index(n) * index(k));
        check_product(shape, &a, &b);
    }
}

#[test]
fn the_extremes_do_not_wrap() {
    for (x, y) in [(0x80, 0x80), (0x80, 0x7f), (0x7f, 0x7f)] {
        let (a, b) = (vec![x; 2 * index(MAX_K)], vec![y; 3 * index(MAX_K)]);
        check_product((2, 3, MAX_K), &a, &b);
    }
}

fn cases(moderate: u32, deep: u32) -> ProptestConfig {
    ProptestConfig::with_cases(Plan::from_env().unwrap().pick(moderate, deep))
}

proptest! {
    #![proptest_config(cases(48, 2_000))]

    #[test]
    fn products_of_any_shape_are_the_definitions(
        m in 1u32..150, n in 1u32..150, k in 1u32..300, seed in any::<u64>(),
    ) {
        let mut random = test_suite::scale::Random::new(seed);
        let a = random.bytes(index(m) * index(k));
        let b = random.bytes(index(n) * index(k));
        check_product((m, n, k), &a, &b);
    }

    #[test]
    fn roots_are_the_definitions(
        rows in 1u32..80, cols in 1u32..700, wide in any::<bool>(), seed in any::<u64>(),
    ) {
        let dtype = if wide { DType::I32 } else { DType::U8 };
        let spec = TensorSpec::new(dtype, rows, cols).unwrap();
        let bytes = test_suite::scale::Random::new(seed).bytes(length(spec.bytes()));
        let expected = Committed::new(spec, bytes.clone()).unwrap().root();
        for isa in Isa::all() {
            prop_assert_eq!(hash::root(isa, &spec, &bytes), expected);
        }
    }

    #[test]
    fn seeded_rows_are_the_definitions(
        seed in any::<[u8; 32]>(), tag in any::<u8>(), unit in any::<u32>(),
        rows in 1u32..40, cols in 1u32..300,
    ) {
        let stream = Stream { tag, index: unit };
        let shape = Shape::new(rows, cols).unwrap();
        let mut expected = vec![0; index(rows * cols)];
        seeded::run(&seed, stream, shape, &mut expected).unwrap();
        for isa in Isa::all() {
            let mut out = vec![0; expected.len()];
            fill::seeded(isa, &seed, stream, shape, &mut out);
            prop_assert_eq!(&out, &expected);
        }
    }

    #[test]
    fn transposes_are_the_definitions(rows in 1u32..90, cols in 1u32..90) {
        let shape = Shape::new(rows, cols).unwrap();
        let x: Vec<u32> = (0..rows * cols).collect();
        let mut expected = vec![0; x.len()];
        transpose::run(shape, &x, &mut expected).unwrap();
        let bytes: Vec<u8> = x.iter().flat_map(|x| x.to_le_bytes()).collect();
        let mut out = vec![0; bytes.len()];
        fill::transpose(shape, 4, &bytes, &mut out);
        let expected: Vec<u8> = expected.iter().flat_map(|x| x.to_le_bytes()).collect();
        prop_assert_eq!(out, expected);
    }

    #[test]
    fn hashes_of_mixed_lengths_are_the_definitions(
        lens in prop::collection::vec(prop_oneof![Just(1024usize), 0usize..=1024], 1..60),
    ) {
        let data: Vec<u8> = (0..=255).cycle().take(1024).collect();
        let inputs: Vec<&[u8]> = lens.iter().map(|len| &data[1024 - len..]).collect();
        let expected: Vec<_> = inputs.iter().map(|input| TENSOR_LEAF.hash(&[input])).collect();
        for isa in Isa::all() {
            let mut out = vec![compute_proofs::Hash::ZERO; inputs.len()];
            hash::hash_each(isa, &TENSOR_LEAF, &inputs, &mut out);
            prop_assert_eq!(&out, &expected);
        }
    }
}

#[test]
fn every_instruction_set_passes_the_self_test() {
    for isa in Isa::all() {
        self_test::run(&mut CpuBackend::new(isa)).unwrap();
    }
}

#[test]
fn its_runs_answer_draws_as_the_contract_checks_them() {
    for isa in Isa::all() {
        crate::testing::check_openings(&mut CpuBackend::new(isa));
        crate::testing::check_product(&mut CpuBackend::new(isa));
    }
}

#[test]
fn census_roots_are_the_definitions() {
    for (n, tile) in [(256, 8), (64, 16), (30, 1)] {
        let work = Work::new(n, tile).unwrap();
        let c = product(work, &[3; 32], 5).unwrap();
        let expected = UnitTree::new(work, 5, &c).unwrap().root();
        for isa in Isa::all() {
            let mut cpu = CpuBackend::new(isa);
            let roots = cpu.census_roots(work, &[3; 32], 5..6).unwrap();
            assert_eq!(roots, [expected]);
            assert_eq!(cpu.census_product(work, &[3; 32], 5).unwrap(), c);
        }
    }
}

/// A product of vectors whose result is 64 GiB.
#[test]
fn what_does_not_fit_is_refused_before_it_is_allocated() {
    let side = 1 << 17;
    let operand = Tensor::new(
        TensorSpec::new(DType::I8, side, 1).unwrap(),
        vec![1; index(side)],
    )
    .unwrap();
    let input = |slot| Input {
        source: Source::Slot { slot },
        spec: operand.spec(),
    };
    let program = Program {
        slots: 2,
        operations: vec![Operation {
            kind: Kind::Gemm {
                epilogue: Epilogue::None,
                transposed: false,
            },
            inputs: vec![input(0), input(1)],
        }],
    };
    let task = Task {
        name: "huge",
        program: &program,
        inputs: &[
            SlotInput::Tensor(operand.clone()),
            SlotInput::Tensor(operand.clone()),
        ],
        weights: &[],
    };
    let mut cpu = CpuBackend::default().with_memory((1 << 36) - 1);
    let error = cpu.run(&task).unwrap_err();
    assert!(
        matches!(error, WorkerError::TooLarge { needed, available, .. }
            if needed == 1 << 36 && available == (1 << 36) - 1),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .starts_with("task huge needs 68719476736 bytes")
    );
}

/// A number of KiB that the kernel keeps of this process, in bytes.
#[cfg(target_os = "linux")]
fn of_this_process(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap();
    let kib: u64 = line
        .trim_matches([':', '\t', ' ', 'k', 'B'])
        .parse()
        .unwrap();
    1024 * kib
}

#[test]
#[cfg(target_os = "linux")]
fn a_product_takes_a_tenth_more_than_its_operands_and_result_at_most() {
    // In a process of its own: the peak is of the whole process.
    let name = "cpu::tests::a_product_is_weighed";
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", name])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "run in a process of its own"]
fn a_product_is_weighed() {
    let (rows, k) = (4096, 512);
    let mut random = test_suite::scale::Random::new(1);
    let mut operand = || {
        let spec = TensorSpec::new(DType::I8, rows, k).unwrap();
        Tensor::new(spec, random.bytes(length(spec.bytes()))).unwrap()
    };
    let before = of_this_process("VmRSS");
    let plain = Kind::Gemm {
        epilogue: Epilogue::None,
        transposed: false,
    };
    let case = self_test::Case::on("weighed", plain, vec![operand(), operand()]);
    let task = Task {
        name: case.kernel,
        program: &case.program,
        inputs: &case.inputs,
        weights: &[],
    };
    let outcome = CpuBackend::default().run(&task).unwrap();
    let taken = of_this_process("VmHWM") - before;
    let needed = 2 * u64::from(rows * k) + 4 * u64::from(rows * rows);
    assert_eq!(outcome.outputs.len(), 1);
    assert!(10 * taken <= 11 * needed, "{taken} bytes for {needed}");
}

#[test]
fn free_memory_is_read_from_what_the_kernel_writes() {
    let text = "MemTotal:       24689764 kB\nMemFree: 1 kB\nMemAvailable:   23068672 kB\n";
    assert_eq!(parse_available(text), Some(23_068_672 * 1024));
    assert_eq!(parse_available("MemTotal: 5 kB\n"), None);
    assert_eq!(parse_available("MemAvailable: x kB\n"), None);
}
