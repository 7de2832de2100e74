//! Refreshes what is committed and derived: expected texts in tests, and the ratchet.

use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::process;
use crate::repo::Repo;
use crate::tidy;

/// How long the tests may take while they rewrite their expectations.
const TEST_LIMIT: Duration = Duration::from_hours(1);

/// What to refresh.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only rewrite xtask/ratchet.toml.
    #[arg(long)]
    ratchet: bool,
    /// Let ratchet numbers rise too. The commit says why.
    #[arg(long)]
    raise: bool,
}

/// Rewrites expectations, then the ratchet. Read the diff before committing it.
///
/// # Errors
/// A test fails for another reason than an expectation.
pub(crate) fn run(repo: &Repo, options: &Options) -> Result<()> {
    if !options.ratchet {
        let mut command = repo.cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]);
        process::run(command.env("UPDATE_EXPECT", "1"), TEST_LIMIT, |_| ())?;
    }
    tidy::bless(repo, options.raise)
}
