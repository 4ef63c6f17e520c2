//! Errors in OpenAI's shape: `{"error": {"message", "type", "param", "code"}}`.

use axum::Json;
use axum::http::{
    HeaderValue, StatusCode,
    header::{CONNECTION, RETRY_AFTER},
};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::chain::ChainError;
use crate::objects::ObjectError;
use crate::store::StoreError;

/// What an app is told.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    /// Stable, for programs.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// The field that is wrong.
    pub(crate) param: Option<&'static str>,
    /// Seconds after which to try again.
    pub(crate) retry_after: Option<u64>,
}

/// A code in a response's extensions, for counters.
#[derive(Clone, Copy)]
pub(crate) struct Code(pub(crate) &'static str);

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            param: None,
            retry_after: None,
        }
    }

    pub(crate) fn bad(param: &'static str, message: impl Into<String>) -> Self {
        Self {
            param: Some(param),
            ..Self::new(StatusCode::BAD_REQUEST, "invalid_request", message)
        }
    }

    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_api_key", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// Try again in so many seconds.
    pub(crate) fn later(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        seconds: u64,
    ) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(status, code, message)
        }
    }

    fn kind(&self) -> &'static str {
        match self.status {
            StatusCode::UNAUTHORIZED => "authentication_error",
            StatusCode::FORBIDDEN => "permission_error",
            StatusCode::NOT_FOUND => "not_found_error",
            StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
            StatusCode::PAYMENT_REQUIRED => "insufficient_quota",
            status if status.is_server_error() => "server_error",
            _ => "invalid_request_error",
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({ "error": {
            "message": self.message,
            "type": self.kind(),
            "param": self.param,
            "code": self.code,
        }});
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        // What is left of the body is not read: the connection ends with this answer, and
        // a client that did not know would send its next request into nothing.
        if matches!(
            self.status,
            StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT
        ) {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response.extensions_mut().insert(Code(self.code));
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "database");
        let (status, code) = (StatusCode::SERVICE_UNAVAILABLE, "database_unavailable");
        Self::later(status, code, error.to_string(), 1)
    }
}

impl From<ChainError> for ApiError {
    fn from(error: ChainError) -> Self {
        let (status, code) = (StatusCode::SERVICE_UNAVAILABLE, "chain_unavailable");
        Self::later(status, code, error.to_string(), 5)
    }
}

impl From<ObjectError> for ApiError {
    fn from(error: ObjectError) -> Self {
        let message = error.to_string();
        match error {
            ObjectError::TooLarge { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "object_too_large", message)
            }
            ObjectError::Length { .. } | ObjectError::WrongRoot { .. } | ObjectError::Proof(_) => {
                Self::bad("object", message)
            }
            ObjectError::Disk(_) | ObjectError::Random(_) => {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                Self::later(status, "disk_unavailable", message, 5)
            }
        }
    }
}
