//! The coordinator's HTTP API, with one order's key. No answer is read beyond what it can
//! be long.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tls_client::{Trust, explain};

use crate::AppError;

/// How long one answer may take; the longest wait that is asked for is 30 s.
const PATIENCE: Duration = Duration::from_secs(90);

/// Most bytes of an answer in JSON; the longest is a record with its program.
const MAX_JSON: u64 = 16 << 20;

pub(crate) struct Http {
    client: Client,
    url: String,
    key: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: Said,
}

#[derive(Deserialize)]
struct Said {
    message: String,
    code: String,
}

impl Http {
    pub(crate) fn new(url: &str, key: &str, trust: &Trust) -> Result<Self, AppError> {
        // The key would be read by everybody on the way.
        tls_client::private(url)?;
        let client = trust.http()?.timeout(PATIENCE).build();
        Ok(Self {
            client: client.map_err(|error| unreachable(&error))?,
            url: url.trim_end_matches('/').to_owned(),
            key: key.trim().to_owned(),
        })
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        request.bearer_auth(&self.key)
    }

    /// Sends, and refuses what is refused.
    async fn send(&self, path: &str, request: RequestBuilder) -> Result<Response, AppError> {
        let answer = request.send().await.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let said = read(path, answer, MAX_JSON).await?;
        let (code, message) = match serde_json::from_slice::<Refusal>(&said) {
            Ok(Refusal { error }) => (error.code, error.message),
            // A proxy's, most likely.
            Err(_) => ("unknown".to_owned(), String::from_utf8_lossy(&said).into()),
        };
        Err(AppError::Refused {
            path: path.to_owned(),
            status: status.as_u16(),
            code,
            message,
        })
    }

    /// The answer's JSON.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        path: &str,
        request: RequestBuilder,
    ) -> Result<T, AppError> {
        let answer = self.send(path, request).await?;
        let bytes = read(path, answer, MAX_JSON).await?;
        serde_json::from_slice(&bytes).map_err(|error| unreadable(path, error))
    }

    /// Asks for JSON.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, AppError> {
        self.json(path, self.request(Method::GET, path)).await
    }

    /// Asks for at most so many bytes.
    pub(crate) async fn bytes(&self, path: &str, most: u64) -> Result<Vec<u8>, AppError> {
        let answer = self.send(path, self.request(Method::GET, path)).await?;
        read(path, answer, most).await
    }
}

async fn read(path: &str, mut answer: Response, most: u64) -> Result<Vec<u8>, AppError> {
    let mut bytes: Vec<u8> = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| unreachable(&error))? {
        bytes.extend_from_slice(&chunk);
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
            return Err(unreadable(path, format!("it is longer than {most} bytes")));
        }
    }
    Ok(bytes)
}

pub(crate) fn unreadable(path: &str, reason: impl ToString) -> AppError {
    AppError::Unreadable {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

fn unreachable(error: &reqwest::Error) -> AppError {
    AppError::Unreachable(explain(error, "--trust FILE"))
}
