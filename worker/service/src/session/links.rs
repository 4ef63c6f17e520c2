//! Open sessions, for whoever else of the worker has a question to a coordinator.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tonic::transport::Channel;
use worker_api::v1::{UnfinishedRequest, coordinator_client::CoordinatorClient};

use super::dial::Session;
use crate::ServiceError;

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Link {
    client: CoordinatorClient<Channel>,
    session: Vec<u8>,
}

/// One link to each coordinator that there is a session with, by its address.
#[derive(Default)]
pub(crate) struct Links(Mutex<HashMap<String, Link>>);

impl Links {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Link>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session was opened.
    pub(super) fn opened(&self, session: &Session) {
        let link = Link {
            client: session.client.clone(),
            session: session.id.clone(),
        };
        self.lock().insert(session.coordinator.clone(), link);
    }

    /// It is over.
    pub(super) fn closed(&self, coordinator: &str, session: &[u8]) {
        let mut links = self.lock();
        if links
            .get(coordinator)
            .is_some_and(|at| at.session == session)
        {
            links.remove(coordinator);
        }
    }

    /// Which of an order's tasks from `first` to `last` are not over: leased to somebody,
    /// or waiting for that.
    pub(crate) async fn unfinished(
        &self,
        coordinator: &str,
        order: u64,
        (first, last): (u64, u64),
    ) -> Result<Vec<u64>, ServiceError> {
        let fail = |reason: String| ServiceError::Coordinator {
            coordinator: coordinator.to_owned(),
            reason,
        };
        let link = self.lock().get(coordinator).cloned();
        let mut link = link.ok_or_else(|| fail("there is no session with it now".to_owned()))?;
        let request = UnfinishedRequest {
            session: link.session,
            order,
            first,
            last,
        };
        let asked = tokio::time::timeout(ANSWER_WITHIN, link.client.unfinished(request)).await;
        let asked = asked.map_err(|_| fail("it does not say which tasks are open".to_owned()))?;
        let answer = asked.map_err(|status| fail(status.message().to_owned()))?;
        Ok(answer.into_inner().nonces)
    }
}
