//! Where things are: the checkout, the tools on the path, what sits beside the checkout.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// The programs a browser goes by, the likeliest first.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The checkout.
#[derive(Debug, Clone)]
pub(crate) struct Repo {
    root: PathBuf,
}

impl Repo {
    /// The checkout this program was built from.
    ///
    /// # Errors
    /// The folder has moved since: build again.
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let root = fs::canonicalize(&root).with_context(|| format!("find {}", root.display()))?;
        Ok(Self { root })
    }

    /// The root folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// Whether a path below the root exists.
    pub(crate) fn has(&self, below: &str) -> bool {
        self.path(below).exists()
    }

    /// A command that runs in the root.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// The cargo that runs us, in the root, without a progress bar.
    pub(crate) fn cargo(&self, args: &[&str]) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(args).env("CARGO_TERM_PROGRESS_WHEN", "never");
        // What cargo tells this program of itself would reach build scripts: some look at it, and everything above
        // them would be compiled anew whenever cargo is called by hand in between.
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if name == "CARGO_MANIFEST_DIR" || name.starts_with("CARGO_PKG_") {
                command.env_remove(name.as_ref());
            }
        }
        command
    }

    /// Where checks put tools that they build for themselves.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target().join("tools/bin")
    }

    /// The release binary of the service.
    pub(crate) fn cairn(&self) -> PathBuf {
        self.target().join("release/cairn")
    }

    /// Where cargo builds.
    pub(crate) fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.path("target"), |dir| self.root.join(dir))
    }

    /// A path in `../shared`, the data and tools beside the checkout, where it exists.
    pub(crate) fn shared(&self, below: &str) -> Option<PathBuf> {
        let path = self.root.join("../shared").join(below);
        path.exists().then_some(path)
    }

    /// Whether `web/package.json` has a script of this name.
    pub(crate) fn has_npm_script(&self, script: &str) -> bool {
        let text = fs::read_to_string(self.path("web/package.json")).unwrap_or_default();
        let package: Value = serde_json::from_str(&text).unwrap_or_default();
        package["scripts"][script].is_string()
    }
}

/// Whether this run is a continuous-integration run, where a missing tool is a failure.
pub(crate) fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

/// The program's full path, where it is installed.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// A browser the page can be tested in.
pub(crate) fn browser() -> Option<PathBuf> {
    BROWSERS.into_iter().find_map(tool)
}
