//! The commit that the program was built from: told once by `main`, so that another commit compiles `main` alone.

use serde_json::{Value, json};
use std::sync::OnceLock;

static COMMIT: OnceLock<&'static str> = OnceLock::new();

/// Tells it, where the build knew it; the first word counts.
pub(crate) fn tell(commit: Option<&'static str>) {
    if let Some(commit) = commit {
        COMMIT.get_or_init(|| commit);
    }
}

/// What the service says it is: the fields of Ichnaea's `/__version__`.
pub(crate) fn about() -> Value {
    json!({
        "build": null,
        "commit": COMMIT.get(),
        "source": env!("CARGO_PKG_REPOSITORY"),
        "version": env!("CARGO_PKG_VERSION"),
    })
}
