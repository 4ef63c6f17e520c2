//! Serves the portal: the files that `npm run build` leaves in `portal/dist`, and beside
//! them where the network is (`deployment.json` and `deployment-keplr.json`, which `ballast
//! deploy` writes).
//!
//! The page needs no server of its own: whatever serves files will do. This is the one that
//! `ballast portal`, `ballast devnet` and the coordinator have at hand.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The page's own policy stands in its `index.html`; this is what a page cannot say.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    ),
];

/// Why there is nothing to serve.
#[derive(Debug, thiserror::Error)]
pub enum Missing {
    /// The page has not been built.
    #[error(
        "[BL-PRT-001] there is no page in {}: build it with scripts/portal.sh build, or name its folder", .0.display()
    )]
    Page(PathBuf),
    /// Nobody has said where the network is.
    #[error(
        "[BL-PRT-002] there is no deployment in {}: ballast deploy writes it", .0.display()
    )]
    Deployment(PathBuf),
}

/// A page and the network that it shows.
#[derive(Clone, Debug)]
pub struct Site {
    page: PathBuf,
    deployment: PathBuf,
}

impl Site {
    /// The page in this folder, of the network in this deployment file.
    ///
    /// # Errors
    /// [`Missing`] if either is not there. The deployment file is read anew at every
    /// request, and may change.
    pub fn new(page: &Path, deployment: &Path) -> Result<Self, Missing> {
        if !page.join("index.html").is_file() {
            return Err(Missing::Page(page.to_owned()));
        }
        if !deployment.is_file() {
            return Err(Missing::Deployment(deployment.to_owned()));
        }
        Ok(Self {
            page: page.to_owned(),
            deployment: deployment.to_owned(),
        })
    }

    /// What serves it, at the root of a listener.
    pub fn router(&self) -> Router {
        let beside = |path: PathBuf| get(move || json(path.clone()));
        let mut router = Router::new()
            .route("/deployment.json", beside(self.deployment.clone()))
            .route(
                "/deployment-keplr.json",
                beside(deployment::keplr::path(&self.deployment)),
            )
            .fallback_service(ServeDir::new(&self.page))
            .layer(middleware::from_fn(cached))
            .layer(CompressionLayer::new());
        for (name, value) in HEADERS {
            let value = HeaderValue::from_static(value);
            router = router.layer(SetResponseHeaderLayer::overriding(name, value));
        }
        router
    }
}

/// A file that may change at any time.
async fn json(path: PathBuf) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    match tokio::fs::read(&path).await {
        Ok(bytes) => (kind, bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Names of assets change with their content; everything else is asked for anew.
async fn cached(request: Request, next: Next) -> Response {
    let is_asset = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let how = match is_asset && response.status().is_success() {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let how = HeaderValue::from_static(how);
    response.headers_mut().insert(header::CACHE_CONTROL, how);
    response
}
