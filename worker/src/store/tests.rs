use compute_proofs::opening::{Place, TaskRecord};
use compute_proofs::receipt::Receipts;
use compute_proofs::task::{Authorisation, Grant, Lease};

use super::*;
use crate::{Backend, cpu::CpuBackend, self_test::cases, testing::TempDir};

/// The case of the self-test that has every kind of input.
fn keep(store: &Store, until: u64) -> TaskId {
    let case = cases().unwrap().pop().unwrap();
    let task = Task {
        name: case.kernel,
        program: &case.program,
        inputs: &case.inputs,
        weights: &case.weights,
    };
    let outcome = CpuBackend::default().run(&task).unwrap();
    store.keep(&task, &outcome, until).unwrap();
    TaskId::of(&outcome)
}

fn grant(header: &compute_proofs::program::Header, input_root: Hash) -> Grant {
    Grant {
        authorisation: Authorisation {
            nonce: 0,
            program: header.hash(),
            input_root,
            max_ops: header.cost,
            cum_ops: header.cost,
            expires: 1,
        },
        authorisation_signature: [0; 64],
        lease: Lease {
            nonce: 0,
            attempt: 0,
            until: 1,
        },
        lease_signature: [0; 64],
    }
}

#[test]
fn what_is_kept_can_be_opened_by_another_process() {
    let dir = TempDir::new("store-open");
    let id = keep(&Store::open(dir.path()).unwrap(), 100);
    let kept = Store::open(dir.path()).unwrap().load(id).unwrap();
    let trace = id.trace;
    assert_eq!(kept.run.trace.root(), trace);
    let mut record = TaskRecord {
        program: &kept.program,
        inputs: &kept.inputs,
        weights: kept.weights.as_slice(),
        run: &kept.run,
        grant: grant(&kept.run.header, Hash::ZERO),
    };
    record.grant = grant(&kept.run.header, record.input_root());
    let receipt = compute_proofs::receipt::Receipt {
        nonce: 0,
        grant: Hash::ZERO,
        output_root: kept.run.result().unwrap().root(),
        trace_root: trace,
        ops: kept.run.header.cost,
    };
    let proof = Receipts::new(vec![receipt], 1).unwrap().prove(0).unwrap();
    for operation in 0..3 {
        let place = Place {
            output: 0,
            row: 10,
            col: 9,
        };
        let evidence = record.evidence(proof.clone(), operation, place).unwrap();
        let root = evidence.trace.root(3, operation).unwrap();
        assert_eq!(root, trace);
    }
}

#[test]
fn pruning_removes_what_nobody_can_ask_for_any_more() {
    let dir = TempDir::new("store-prune");
    let store = Store::open(dir.path()).unwrap();
    let id = keep(&store, 100);
    fs::write(dir.path().join("tensors/half.new"), b"x").unwrap();
    assert_eq!(store.prune(100).unwrap(), Pruned::default());
    assert!(!dir.path().join("tensors/half.new").exists());
    assert!(store.load(id).is_ok());
    // Kept again: the latest time counts, tensors are shared.
    keep(&store, 200);
    keep(&store, 120);
    assert_eq!(store.prune(150).unwrap(), Pruned::default());
    let pruned = store.prune(201).unwrap();
    assert_eq!((pruned.tasks, pruned.tensors), (1, 6));
    assert!(pruned.bytes > 0);
    let error = store.load(id).unwrap_err();
    assert!(matches!(error, StoreError::Unknown(named) if named == id));
    assert_eq!(store.prune(201).unwrap(), Pruned::default());
}

#[test]
fn damage_is_found_and_named() {
    let dir = TempDir::new("store-damage");
    let store = Store::open(dir.path()).unwrap();
    let id = keep(&store, 100);
    for path in files(&store.tensors).unwrap() {
        let whole = fs::read(&path).unwrap();
        for damage in [0, 1, 8, 9, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[damage] ^= 1;
            fs::write(&path, bytes).unwrap();
            let error = store.load(id).unwrap_err();
            assert!(
                matches!(&error, StoreError::Damaged { path: named, .. } if *named == path),
                "{damage}: {error}"
            );
        }
        fs::write(&path, &whole[..4]).unwrap();
        assert!(matches!(store.load(id), Err(StoreError::Damaged { .. })));
        fs::remove_file(&path).unwrap();
        assert!(matches!(store.load(id), Err(StoreError::Io { .. })));
        fs::write(&path, whole).unwrap();
    }
    assert!(store.load(id).is_ok());
    let record = store.record_path(id);
    // A record under another task's name is none of that task.
    let other = TaskId {
        input: Hash::ZERO,
        ..id
    };
    fs::copy(&record, store.record_path(other)).unwrap();
    assert!(matches!(store.load(other), Err(StoreError::Damaged { .. })));
    fs::write(&record, "{}").unwrap();
    assert!(matches!(store.load(id), Err(StoreError::Damaged { .. })));
}

#[test]
fn a_task_in_an_open_batch_is_kept_longer() {
    let dir = TempDir::new("store-extend");
    let store = Store::open(dir.path()).unwrap();
    let id = keep(&store, 100);
    store.extend(id, 50).unwrap();
    store.extend(id, 200).unwrap();
    assert_eq!(store.prune(150).unwrap().tasks, 0);
    store.load(id).unwrap();
    assert_eq!(store.prune(201).unwrap().tasks, 1);
    let gone = store.extend(id, 300).unwrap_err();
    assert!(matches!(gone, StoreError::Unknown(_)), "{gone}");
}
