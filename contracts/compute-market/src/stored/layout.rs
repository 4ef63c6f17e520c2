//! What is stored of each value, field by field: a change here or there that the other
//! does not follow does not compile. Tags are for good.

use compute_api::{
    market::{
        Authoriser, BatchState, Call, CapUse, Commitment, Deadline, Demand, DemandState, EndCause,
        Halt, Mode, Order, OrderCoins, OrderOps, OrderState, Privacy, Program, Redemption,
        SlotStage, Target, Terms, Tree, Void,
    },
    oracle::{BeaconNetwork, Trust},
};
use compute_proofs::codec::{DecodeError, Reader};

use super::{
    Stored,
    codec::{stored_enum, stored_struct},
};
use crate::state::{
    BatchRecord, DeclaredTerms, End, Exposure, Holdings, IssuerQueue, RegistrationState, SlotRecord,
};

stored_struct!(Deadline { time, height });
stored_struct!(Halt { from, until });
stored_struct!(Holdings {
    free,
    reserved,
    fees,
    bonds
});
stored_enum!(Trust { 0 => Public {}, 1 => Operator {} });
stored_struct!(BeaconNetwork {
    public_key,
    genesis,
    period,
    trust
});

stored_struct!(Program {
    program,
    version,
    slots,
    operations,
    cost,
    top,
    registrar,
    registered_at,
    height
});
stored_struct!(RegistrationState {
    program,
    slots,
    checker,
    operations,
    cost,
    started_at
});
stored_struct!(Terms {
    min_price_bps,
    min_fee_bps
});
stored_struct!(DeclaredTerms { terms, declared_at });

stored_enum!(Mode { 0 => Pay { price_bps }, 1 => Redeem { issuer, fee } });
stored_enum!(Authoriser { 0 => App { public_key }, 1 => Coordinator { daily_cap } });
stored_enum!(Privacy { 0 => Sampled {}, 1 => Private {} });
stored_enum!(OrderState { 0 => Open {}, 1 => Ending {}, 2 => Closed {} });
stored_enum!(EndCause { 0 => Expired {}, 1 => Cancelled {}, 2 => Late {} });
stored_struct!(OrderCoins {
    put_in,
    spent,
    reserved,
    paid_back,
    free
});
stored_struct!(OrderOps {
    total,
    authorised,
    reserved,
    used
});
stored_struct!(CapUse {
    reserved,
    resets_at
});
stored_struct!(Call { place, serve_by });
stored_struct!(Redemption {
    rate,
    called,
    call,
    fee_left
});
stored_struct!(Order {
    order,
    owner,
    mode,
    coordinator,
    coordinator_key,
    authoriser,
    authoriser_key,
    privacy,
    samples,
    opc,
    opened_at,
    expires,
    state,
    end_cause,
    closes,
    coins,
    ops,
    open_batches,
    cap,
    redemption,
});
stored_struct!(IssuerQueue {
    open,
    queued_ops,
    served_calls,
    late_calls,
    late_ops,
    last_place
});

stored_enum!(SlotStage {
    0 => Open { late_at },
    1 => Sealed { round, seals, challenge_one_in, post_by },
    2 => Drawn { round, randomness, challenge_one_in, prove_by },
    3 => Void {},
});
stored_struct!(SlotRecord {
    opened_at,
    ends_at,
    last_height,
    first_batch,
    batches,
    stage,
    open_until
});
stored_enum!(BatchState {
    0 => Committed {},
    1 => Sealed {},
    2 => Cleared {},
    3 => Challenged {},
    4 => Proven {},
    5 => Settled {},
    6 => Failed {},
    7 => Overturned {},
});
stored_struct!(End { state, time });
stored_struct!(Commitment {
    first_nonce,
    span,
    ops,
    commit_by,
    root
});
stored_struct!(BatchRecord {
    order,
    worker,
    commitment,
    committed_at,
    height,
    slot,
    end,
    charge,
    opened,
    open_until,
    demands,
    open_demands,
    void_ops,
    pending_voids
});
stored_struct!(Exposure {
    unsettled,
    open_batches
});

stored_enum!(Tree { 0 => Trace {}, 1 => Output { operation, output } });
stored_enum!(Target {
    0 => Receipt { nonce },
    1 => Outputs { nonce, operation },
    2 => Element { nonce, operation, output, row, col },
    3 => Leaf { nonce, operation, output, leaf },
    4 => Nodes { nonce, tree, level, first, count },
});
stored_enum!(DemandState { 0 => Open {}, 1 => Answered {}, 2 => Returned {} });
stored_struct!(Demand {
    demand,
    target,
    bond,
    made_at,
    answer_by,
    state,
    answered_by
});
stored_struct!(Void {
    nonce,
    ops,
    standing,
    is_void
});
