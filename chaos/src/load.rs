//! The load: one half of the tasks is handed in at a steady pace, the other just before
//! something is killed, so that it has work in hand then. Each is followed to its end and
//! compared.

use std::{sync::Arc, time::Duration};

use test_suite::scale::Random;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    ChaosError,
    client::{Accepted, App},
    error::wrong,
    task::Task,
};

/// Tasks that are on their way at the same time, at most.
const AT_A_TIME: usize = 256;

/// At most so many milliseconds before something is killed.
const BEFORE: u64 = 100;

/// One task in so many is handed in a second time once it is accepted.
const REPEATED: u32 = 10;

/// How long an accepted task may take: the last outage and the lease that is lost in it,
/// several times.
const WITHIN: Duration = Duration::from_secs(150);

/// Both orders.
pub(crate) const ORDERS: [&str; 2] = ["pay", "redeem"];

/// A task that is done.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(crate) task: Task,
    /// Which of [`ORDERS`].
    pub(crate) order: usize,
    pub(crate) job: Accepted,
    pub(crate) ops: u128,
    pub(crate) leases: u64,
    /// From its submission to its end.
    pub(crate) took: Duration,
}

/// What a load is made of.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) seed: u64,
    pub(crate) tasks: u32,
    /// In which all are handed in.
    pub(crate) time: Duration,
    /// When something is killed.
    pub(crate) kills: Vec<Duration>,
}

impl Load {
    /// When each task is handed in, in that order.
    fn schedule(&self) -> Vec<(Duration, u32)> {
        let mut random = Random::new(self.seed);
        let mut kills = self.kills.iter().cycle();
        let mut all: Vec<_> = (0..self.tasks)
            .map(|number| {
                let steady = self.time * number / self.tasks.max(1);
                let kill = (number % 2 == 1).then(|| kills.next()).flatten();
                let before = Duration::from_millis(random.below(BEFORE));
                (
                    kill.map_or(steady, |kill| kill.saturating_sub(before)),
                    number,
                )
            })
            .collect();
        all.sort_unstable();
        all
    }
}

/// Runs a load on both orders; all tasks, done, by number.
pub(crate) async fn run(load: &Load, apps: [App; 2]) -> Result<Vec<Done>, ChaosError> {
    let slots = Arc::new(Semaphore::new(AT_A_TIME));
    let begin = tokio::time::Instant::now();
    let mut running = JoinSet::new();
    let mut all = Vec::new();
    for (at, number) in load.schedule() {
        tokio::time::sleep_until(begin + at).await;
        let slot = Arc::clone(&slots).acquire_owned().await;
        // Two and two, so that both are of both halves of the schedule.
        let order = usize::from(number / 2 % 2 == 1);
        let app = apps.get(order).unwrap_or(&apps[0]).clone();
        let task = Task::new(load.seed, number);
        running.spawn(async move {
            let done = one(&app, order, task).await;
            drop(slot);
            done
        });
        while let Some(ended) = running.try_join_next() {
            all.push(joined(ended)?);
        }
    }
    while let Some(ended) = running.join_next().await {
        all.push(joined(ended)?);
    }
    all.sort_by_key(|done| done.task.number);
    Ok(all)
}

fn joined(
    ended: Result<Result<Done, ChaosError>, tokio::task::JoinError>,
) -> Result<Done, ChaosError> {
    ended.unwrap_or_else(|error| wrong(error.to_string()))
}

async fn one(app: &App, order: usize, task: Task) -> Result<Done, ChaosError> {
    let started = std::time::Instant::now();
    let (key, body) = (task.key(), task.body()?);
    let job = app.submit(&key, &body).await?;
    if task.number % REPEATED == 3 {
        let again = app.submit(&key, &body).await?;
        if again != job {
            return wrong(format!("{key} was accepted twice: {job:?}, {again:?}"));
        }
    }
    let state = app.over(&job.id, WITHIN).await?;
    let took = started.elapsed();
    compare(app, &job, &task).await?;
    let ops = state.ops.parse();
    let ops = ops.map_err(|_| ChaosError::Wrong(format!("{key} costs {:?} ops", state.ops)))?;
    Ok(Done {
        task,
        order,
        job,
        ops,
        leases: state.leases,
        took,
    })
}

/// That a job's result is the product, to the last byte.
pub(crate) async fn compare(app: &App, job: &Accepted, task: &Task) -> Result<(), ChaosError> {
    if app.result(&job.id).await? == task.expected() {
        return Ok(());
    }
    wrong(format!(
        "job {} of {} was answered with wrong bytes",
        job.id,
        task.key()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_handed_in_once_and_half_of_them_just_before_a_kill() {
        let kills: Vec<_> = [3, 7, 9].map(Duration::from_secs).into();
        let load = Load {
            seed: 5,
            tasks: 100,
            time: Duration::from_secs(10),
            kills: kills.clone(),
        };
        let schedule = load.schedule();
        assert!(schedule.is_sorted());
        let mut numbers: Vec<_> = schedule.iter().map(|(_, number)| *number).collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..100));
        let is_before = |at: Duration| {
            kills
                .iter()
                .any(|kill| at <= *kill && *kill - at <= Duration::from_millis(BEFORE))
        };
        let odd = schedule.iter().filter(|(_, number)| number % 2 == 1);
        assert!(odd.clone().count() == 50 && odd.clone().all(|(at, _)| is_before(*at)));
    }
}
