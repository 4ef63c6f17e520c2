//! Events of slots and batches.

use compute_api::market::{
    BatchState, Commitment, Deadline, Slot, SlotStage, Void, events::BatchEvent,
};
use cosmwasm_std::Uint128;

use super::{Known, MarketBook};

impl MarketBook {
    pub(super) fn batch(&mut self, event: BatchEvent) {
        match event {
            BatchEvent::SlotOpened {
                slot,
                time,
                ends_at,
            } => {
                let known = Slot {
                    slot,
                    opened_at: time,
                    ends_at,
                    last_height: 0,
                    first_batch: 0,
                    batches: 0,
                    stage: SlotStage::Open { late_at: None },
                };
                assert_eq!(self.slots.insert(slot, known), None);
            }
            BatchEvent::SlotLate { slot, height } => {
                self.slots.get_mut(&slot).expect("told of before").stage = SlotStage::Open {
                    late_at: Some(height),
                };
            }
            BatchEvent::SlotSealed {
                slot,
                round,
                seals,
                challenge_one_in,
                post_by,
                post_by_height,
                open_until,
                open_until_height,
            } => {
                self.slots.get_mut(&slot).expect("told of before").stage = SlotStage::Sealed {
                    round,
                    seals,
                    challenge_one_in,
                    post_by: Deadline {
                        time: post_by,
                        height: post_by_height,
                    },
                };
                let open_until = Deadline {
                    time: open_until,
                    height: open_until_height,
                };
                self.slot_open.insert(slot, open_until);
            }
            BatchEvent::SlotDrawn {
                slot,
                round,
                randomness,
                prove_by,
                prove_by_height,
            } => {
                let slot = self.slots.get_mut(&slot).expect("told of before");
                let SlotStage::Sealed {
                    challenge_one_in, ..
                } = slot.stage
                else {
                    panic!("drawn, but not sealed");
                };
                slot.stage = SlotStage::Drawn {
                    round,
                    randomness,
                    challenge_one_in,
                    prove_by: Deadline {
                        time: prove_by,
                        height: prove_by_height,
                    },
                };
            }
            BatchEvent::SlotVoid { slot } => {
                self.slots.get_mut(&slot).expect("told of before").stage = SlotStage::Void {};
            }
            event @ BatchEvent::Committed { .. } => self.committed(event),
            BatchEvent::SamplesOpened {
                batch,
                opened,
                count,
            } => {
                let bits: u32 = opened.iter().map(|byte| byte.count_ones()).sum();
                assert_eq!(bits, count);
                self.known(batch).opened = count;
            }
            BatchEvent::Proven { batch } => {
                let state = self.describe(batch).state;
                assert_eq!(state, BatchState::Proven);
            }
            BatchEvent::Demanded {
                batch,
                demand,
                bond,
                ..
            } => {
                let known = self.known(batch);
                known.demands = demand;
                known.open_demands += 1;
                self.demands.insert((batch, demand), true);
                self.bonds.insert((batch, demand), bond.u128());
            }
            BatchEvent::Answered {
                batch,
                demand,
                open_until,
                open_until_height,
                ..
            } => {
                let known = self.known(batch);
                known.open_demands -= 1;
                known.moved = open_until
                    .zip(open_until_height)
                    .map(|(time, height)| Deadline { time, height })
                    .or(known.moved);
                self.demands.insert((batch, demand), false);
                self.bonds_paid += self.bonds.remove(&(batch, demand)).expect("told of before");
            }
            BatchEvent::BondReturned {
                batch,
                demand,
                amount,
                ..
            } => {
                self.known(batch).open_demands -= 1;
                self.demands.insert((batch, demand), false);
                let bond = self.bonds.remove(&(batch, demand)).expect("told of before");
                assert_eq!(bond, amount.u128());
                self.bonds_returned += bond;
            }
            BatchEvent::ClaimResolved {
                batch,
                nonce,
                ops,
                standing,
                pending_voids,
            } => {
                self.known(batch).pending_voids = pending_voids;
                let void = Void {
                    nonce,
                    ops,
                    standing,
                    is_void: None,
                };
                self.voids.insert((batch, nonce), void);
            }
            BatchEvent::VoidDecided {
                batch,
                nonce,
                is_void,
                void_ops,
                pending_voids,
            } => {
                let known = self.known(batch);
                known.void_ops = void_ops;
                known.pending_voids = pending_voids;
                let void = self.voids.get_mut(&(batch, nonce)).expect("told of before");
                void.is_void = Some(is_void);
            }
            BatchEvent::CoordinatorAtFault { .. } => {}
            BatchEvent::Failed { batch, time, .. } => {
                self.known(batch).end = Some((BatchState::Failed, time));
            }
            BatchEvent::Overturned { batch, time, .. } => {
                self.known(batch).end = Some((BatchState::Overturned, time));
            }
            BatchEvent::Settled {
                batch,
                worker_paid,
                coordinator_paid,
                protection_paid,
                burnt,
                time,
                ..
            } => {
                self.known(batch).end = Some((BatchState::Settled, time));
                let paid = worker_paid + coordinator_paid + protection_paid;
                self.paid += paid.u128();
                self.burnt += burnt.u128();
            }
            BatchEvent::ExposureChanged {
                worker,
                unsettled,
                open_batches,
            } => {
                self.exposures.insert(worker, (unsettled, open_batches));
            }
        }
    }

    fn committed(&mut self, event: BatchEvent) {
        let BatchEvent::Committed {
            batch,
            order,
            worker,
            slot,
            first_nonce,
            span,
            ops,
            commit_by,
            root,
            charge,
            time,
            height,
        } = event
        else {
            return;
        };
        let known = Known {
            order,
            worker,
            commitment: Commitment {
                first_nonce,
                span,
                ops,
                commit_by,
                root,
            },
            slot,
            time,
            height,
            charge,
            opened: 0,
            moved: None,
            demands: 0,
            open_demands: 0,
            void_ops: Uint128::zero(),
            pending_voids: 0,
            end: None,
        };
        assert!(self.batches.insert(batch, known).is_none());
        self.touched.push(batch);
        let slot = self.slots.get_mut(&slot).expect("told of before");
        if slot.batches == 0 {
            slot.first_batch = batch;
        }
        slot.batches += 1;
        slot.last_height = height;
    }
}
