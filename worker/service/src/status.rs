//! What the worker is doing, what it has earned, and why it has nothing to do.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{Json, Router, extract::State, routing::get};
use serde::Serialize;
use service_kit::exporter;

use crate::{ServiceError, journal::Sums, service::Shared};

/// A session, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SessionStatus {
    /// The coordinator's address, while the session is open.
    pub coordinator: Option<String>,
    /// Why it gives no work, or why there is no session.
    pub idle: Option<String>,
}

/// Tasks since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tasks {
    /// Offers that were refused.
    pub refused: u64,
    /// Tasks that were done.
    pub done: u64,
    /// Results that the coordinator has acknowledged.
    pub delivered: u64,
    /// Tasks that have failed here.
    pub failed: u64,
    /// Results that nobody wanted.
    pub dropped: u64,
}

/// What `GET /` of the status listener answers. Charges are micro-coins: of what has
/// settled the market pays its split's share to the worker's pool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The worker's address.
    pub worker: String,
    /// Its device.
    pub device: String,
    /// Ops per second that it has measured.
    pub rate: u64,
    /// The census that it measures for, if it does.
    pub census: Option<u32>,
    /// Whether it goes away.
    pub draining: bool,
    /// Tasks that it works on.
    pub in_flight: usize,
    /// By URL.
    pub sessions: BTreeMap<String, SessionStatus>,
    /// Since the start.
    pub tasks: Tasks,
    /// Since ever.
    pub coins: Sums,
    /// What went wrong last, by part.
    pub troubles: BTreeMap<String, String>,
    /// Why it does nothing, if it does nothing.
    pub idle_because: Option<String>,
}

#[derive(Default)]
struct Inner {
    census: Option<u32>,
    sessions: BTreeMap<String, SessionStatus>,
    troubles: BTreeMap<String, String>,
}

/// The part that others write to. Clones share everything.
#[derive(Clone, Default)]
pub(crate) struct Status {
    inner: Arc<Mutex<Inner>>,
}

/// As long as it lives, a census is measured.
pub(crate) struct Measuring(Status);

impl Drop for Measuring {
    fn drop(&mut self) {
        self.0.lock().census = None;
    }
}

impl Status {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn measuring(&self, census: u32) -> Measuring {
        self.lock().census = Some(census);
        Measuring(self.clone())
    }

    pub(crate) fn is_measuring(&self) -> bool {
        self.lock().census.is_some()
    }

    pub(crate) fn opened(&self, url: &str, coordinator: &str) {
        let session = SessionStatus {
            coordinator: Some(coordinator.to_owned()),
            idle: None,
        };
        self.lock().sessions.insert(url.to_owned(), session);
        tracing::info!(%url, %coordinator, "session opened");
    }

    pub(crate) fn closed(&self, url: &str) {
        let session = SessionStatus {
            coordinator: None,
            idle: Some("the session has ended; it is dialled again".to_owned()),
        };
        self.lock().sessions.insert(url.to_owned(), session);
    }

    pub(crate) fn idle(&self, url: &str, reason: &str) {
        let mut inner = self.lock();
        let session = inner.sessions.entry(url.to_owned()).or_default();
        session.idle = Some(reason.to_owned());
    }

    pub(crate) fn trouble(&self, part: &str, error: &impl fmt::Display) {
        self.lock()
            .troubles
            .insert(part.to_owned(), error.to_string());
    }

    pub(crate) fn well(&self, part: &str) {
        self.lock().troubles.remove(part);
    }
}

/// The whole report.
pub(crate) fn report(shared: &Shared) -> Result<Report, ServiceError> {
    let coins = shared.journal.sums()?;
    let in_flight = shared.in_flight.len();
    let inner = shared.status.lock();
    let mut report = Report {
        worker: shared.me.address.clone(),
        device: shared.engine.device().to_string(),
        rate: shared.rate,
        census: inner.census,
        draining: shared.shutdown.is_requested(),
        in_flight,
        sessions: inner.sessions.clone(),
        tasks: shared.counters.tasks(),
        coins,
        troubles: inner.troubles.clone(),
        idle_because: None,
    };
    report.idle_because = why_idle(&report);
    Ok(report)
}

/// Why a worker that does nothing does nothing.
fn why_idle(report: &Report) -> Option<String> {
    if report.in_flight > 0 || report.census.is_some() {
        return None;
    }
    if report.draining {
        return Some("it goes away".to_owned());
    }
    let open = |session: &&SessionStatus| session.coordinator.is_some();
    let named = report
        .sessions
        .iter()
        .filter_map(|(url, session)| Some(format!("{url}: {}", session.idle.as_ref()?)));
    let named: Vec<String> = named.collect();
    let no_session = report.sessions.values().find(open).is_none();
    Some(match (no_session, named.is_empty()) {
        (_, false) => named.join("; "),
        (true, true) => "no session is open".to_owned(),
        (false, true) => "no task was drawn for it".to_owned(),
    })
}

/// One line for the log.
pub(crate) fn line(report: &Report) -> String {
    let Report { tasks, coins, .. } = report;
    let doing = match (&report.idle_because, report.census) {
        (Some(reason), _) => format!("idle ({reason})"),
        (None, Some(census)) => format!("measures for census {census}"),
        (None, None) => format!("works on {} tasks", report.in_flight),
    };
    format!(
        "{doing}; {} tasks done, {} delivered; {} micro-coins settled, {} pending, {} to commit",
        tasks.done,
        tasks.delivered,
        coins.settled_charge,
        coins.pending_charge,
        coins.waiting_charge
    )
}

/// Serves reports over HTTP: `/` for people and scripts, `/metrics` and `/healthz`.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let (measured, healthy) = (Arc::clone(&shared), Arc::clone(&shared));
    let text = move || match report(&measured) {
        Ok(report) => measured.counters.text(&report),
        // What cannot be read is missed by whoever scrapes it.
        Err(error) => format!("# {error}\n"),
    };
    let trouble = move || match report(&healthy) {
        Ok(_) if healthy.engine.has_ended() => Some(ServiceError::Stopped.to_string()),
        Ok(_) => None,
        Err(error) => Some(error.to_string()),
    };
    let report = Router::new().route("/", get(answer)).with_state(shared);
    report.merge(exporter::router(text, trouble))
}

async fn answer(
    State(shared): State<Arc<Shared>>,
) -> Result<Json<Report>, (axum::http::StatusCode, String)> {
    let report = report(&shared);
    let failed = |error: ServiceError| {
        (
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            error.to_string(),
        )
    };
    report.map(Json).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_says_why_it_is_idle() {
        let mut report = Report::default();
        assert_eq!(why_idle(&report).unwrap(), "no session is open");
        let open = SessionStatus {
            coordinator: Some("wasm1c".to_owned()),
            idle: None,
        };
        report.sessions.insert("http://c".to_owned(), open.clone());
        assert_eq!(why_idle(&report).unwrap(), "no task was drawn for it");
        let told = SessionStatus {
            idle: Some("jailed".to_owned()),
            ..open
        };
        report.sessions.insert("http://c".to_owned(), told);
        assert_eq!(why_idle(&report).unwrap(), "http://c: jailed");
        report.in_flight = 1;
        assert_eq!(why_idle(&report), None);
    }
}
