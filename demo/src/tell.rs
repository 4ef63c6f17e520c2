//! What the demo says while it runs.

use std::sync::Arc;

/// Takes the lines that a person follows. The caller decides where they go.
#[derive(Clone)]
pub struct Tell(Arc<dyn Fn(&str) + Send + Sync>);

impl Tell {
    /// Tells by this.
    pub fn new(say: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(say))
    }

    /// One line.
    pub fn line(&self, text: &str) {
        (self.0)(text);
    }

    /// The beginning of a part.
    pub fn part(&self, number: u32, of: u32, text: &str) {
        self.line(&format!("[{number}/{of}] {text}"));
    }
}
