//! Programs, registered operation by operation.

use compute_api::market::{ExecuteMsg, Program, ProgramsResponse, QueryMsg, Registration};
use compute_proofs::codec::Encode;
use cosmwasm_std::{Binary, HexBinary};
use test_suite::fixtures::Job;

use crate::world::{Builder, MATRIX, PIPELINE, SEEDED, World, refused, registration};

fn hash(job: &Job) -> HexBinary {
    HexBinary::from(job.run.header.hash().0)
}

fn program(world: &World, job: &Job) -> Option<Program> {
    world
        .query(&QueryMsg::Program { program: hash(job) })
        .unwrap()
}

fn under_way(world: &World) -> Option<Registration> {
    let registrar = world.stranger.to_string();
    world.query(&QueryMsg::Registration { registrar }).unwrap()
}

/// A part of the pipeline.
fn chunk(range: std::ops::Range<usize>, last: bool) -> ExecuteMsg {
    let program = &PIPELINE.program;
    let operations = program.operations[range.clone()].iter();
    ExecuteMsg::RegisterProgram {
        program: hash(&PIPELINE),
        slots: program.slots,
        first: u32::try_from(range.start).unwrap(),
        operations: operations.map(|x| Binary::from(x.to_bytes())).collect(),
        last,
    }
}

fn empty() -> World {
    Builder::default().without_programs().build()
}

#[test]
fn in_one_chunk() {
    let mut world = empty();
    assert_eq!(program(&world, &PIPELINE), None);
    world.anyone(&registration(&PIPELINE)).unwrap();
    let header = PIPELINE.run.header;
    let known = Program {
        program: hash(&PIPELINE),
        version: header.version,
        slots: 2,
        operations: 5,
        cost: header.cost.into(),
        top: HexBinary::from(header.top.0),
        registrar: world.stranger.clone(),
        registered_at: world.now(),
        height: world.height(),
    };
    assert_eq!(program(&world, &PIPELINE), Some(known));
    assert_eq!(under_way(&world), None);
    refused(
        world.anyone(&registration(&PIPELINE)),
        "is registered: use it as it is",
    );
}

#[test]
fn in_chunks_of_any_size() {
    for cuts in [vec![0, 1, 2, 3, 4, 5], vec![0, 3, 5], vec![0, 4, 5]] {
        let mut world = empty();
        for pair in cuts.windows(2) {
            let [from, to] = pair else { unreachable!() };
            world.anyone(&chunk(*from..*to, *to == 5)).unwrap();
            world.next();
            if *to < 5 {
                let known = under_way(&world).unwrap();
                assert_eq!(usize::try_from(known.operations).unwrap(), *to);
                let costs = PIPELINE.program.operations[..*to].iter();
                let cost: u128 = costs.map(|x| x.cost().unwrap()).sum();
                assert_eq!(known.cost.u128(), cost);
            }
        }
        assert_eq!(under_way(&world), None);
        assert!(program(&world, &PIPELINE).is_some());
    }
}

#[test]
fn chunks_follow_each_other() {
    let mut world = empty();
    refused(
        world.anyone(&chunk(1..3, false)),
        "registers no program: begin with operation 0",
    );
    world.anyone(&chunk(0..2, false)).unwrap();
    refused(world.anyone(&chunk(1..3, false)), "and operation 2 is next");
    refused(world.anyone(&chunk(3..5, true)), "and operation 2 is next");
    // Nobody else goes on with it, or with other slots.
    let owner = world.owner.clone();
    refused(
        world.execute(&owner, &chunk(2..5, true)),
        "registers no program",
    );
    let ExecuteMsg::RegisterProgram {
        program,
        first,
        operations,
        last,
        ..
    } = chunk(2..5, true)
    else {
        unreachable!()
    };
    let other = ExecuteMsg::RegisterProgram {
        program,
        slots: 3,
        first,
        operations,
        last,
    };
    refused(world.anyone(&other), "with 2 slots");
    world.anyone(&chunk(2..5, true)).unwrap();
}

#[test]
fn a_first_chunk_begins_anew() {
    let mut world = empty();
    world.anyone(&chunk(0..3, false)).unwrap();
    world.anyone(&chunk(0..1, false)).unwrap();
    assert_eq!(under_way(&world).unwrap().operations, 1);
    // What was left of the first try is not read.
    world.anyone(&chunk(1..5, true)).unwrap();
    // And another program takes the place of one under way.
    let mut world = empty();
    world.anyone(&chunk(0..3, false)).unwrap();
    world.anyone(&registration(&SEEDED)).unwrap();
    assert!(program(&world, &SEEDED).is_some());
}

#[test]
fn a_refused_chunk_leaves_what_was_there() {
    let mut world = empty();
    world.anyone(&chunk(0..2, false)).unwrap();
    let before = under_way(&world);
    let ExecuteMsg::RegisterProgram { program, slots, .. } = chunk(0..2, false) else {
        unreachable!()
    };
    let with = |operations: Vec<Binary>, last| ExecuteMsg::RegisterProgram {
        program: program.clone(),
        slots,
        first: 2,
        operations,
        last,
    };
    let third = Binary::from(PIPELINE.program.operations[2].to_bytes());
    let fifth = Binary::from(PIPELINE.program.operations[4].to_bytes());
    refused(world.anyone(&with(vec![], false)), "operations is 0");
    refused(
        world.anyone(&with(vec![third.as_slice()[1..].into()], false)),
        "",
    );
    // An edge to an operation that is not there yet.
    refused(world.anyone(&with(vec![fifth], false)), "");
    // Whole, but not the one that was named.
    refused(
        world.anyone(&with(vec![third], true)),
        "these operations are program",
    );
    assert_eq!(under_way(&world), before);
    world.anyone(&chunk(2..5, true)).unwrap();
}

#[test]
fn names_are_hashes() {
    let mut world = empty();
    let ExecuteMsg::RegisterProgram {
        slots, operations, ..
    } = registration(&MATRIX)
    else {
        unreachable!()
    };
    let with = |program: HexBinary, slots| ExecuteMsg::RegisterProgram {
        program,
        slots,
        first: 0,
        operations: operations.clone(),
        last: true,
    };
    refused(
        world.anyone(&with(HexBinary::from([0; 31]), slots)),
        "is 31: must be 32",
    );
    refused(
        world.anyone(&with(HexBinary::from([0; 32]), slots)),
        "these operations are program",
    );
    refused(world.anyone(&with(hash(&MATRIX), 200)), "");
}

#[test]
fn two_registrars_do_not_meet() {
    let mut world = empty();
    let owner = world.owner.clone();
    world.anyone(&chunk(0..2, false)).unwrap();
    world.execute(&owner, &chunk(0..4, false)).unwrap();
    world.execute(&owner, &chunk(4..5, true)).unwrap();
    assert_eq!(program(&world, &PIPELINE).unwrap().registrar, owner);
    refused(world.anyone(&chunk(2..5, true)), "is registered");
}

#[test]
fn listed_by_hash() {
    let world = World::new();
    let page = |start_after, limit| -> ProgramsResponse {
        world
            .query(&QueryMsg::Programs { start_after, limit })
            .unwrap()
    };
    let all = page(None, None).programs;
    assert_eq!(all.len(), 4);
    assert!(all.is_sorted_by_key(|program| program.program.to_vec()));
    let last = all[1].program.clone();
    assert_eq!(page(Some(last), Some(1)).programs, all[2..3]);
    let known = world.replay.programs.values().cloned().collect::<Vec<_>>();
    assert_eq!(all, known);
}
