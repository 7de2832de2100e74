//! Who asks: jobs with a deadline, submitted again until they are done, and the map of their outputs.

use super::outputs::Outputs;
use crate::assemble::{add_parts_of, add_whole_of};
use crate::choose_udaf::choose_udaf;
use crate::error::BatchError;
use crate::fold_udaf::fold_udaf;
use crate::limits::{ATTEMPTS_MAX, FACTOR_STEP, MEMORY_BYTES, PAUSE_BETWEEN_ATTEMPTS, batch_rows};
use crate::plan;
use crate::rebuild::{chosen, next_factor};
use crate::region_udf::region_udf;
use crate::source::Source;
use ballista::extension::SessionContextExt as _;
use ballista_core::extension::SessionConfigExt as _;
use cairn_radiomap::{Candidates, RadioMap, Settings};
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use std::path::PathBuf;
use std::time::Duration;

/// What is asked, and of whom.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The scheduler, `df://host:port`.
    pub scheduler: String,
    /// The archive's rows, each group of shards a job; all machines read the files by their URLs.
    pub source: Source,
    /// Folder that all machines write to by the same path.
    pub out: PathBuf,
    /// Tasks a stage is cut into.
    pub n_partitions: usize,
    /// The longest an attempt at a job may take.
    pub deadline: Duration,
}

/// Has the map made by the executors: the map that learning the evidence piece by piece makes.
///
/// # Errors
/// [`BatchError::GivenUp`] when a job failed too often; what its attempts wrote stays, named by nothing.
pub async fn submit(asked: &Submission, settings: Settings) -> Result<RadioMap, BatchError> {
    let mut jobs = Jobs { asked, outputs: Outputs::fresh(&asked.out)? };
    let mut map = RadioMap::new(settings);
    let mut done = Vec::new();
    for (number, urls) in asked.source.groups.iter().enumerate() {
        done.push(jobs.parts(number, urls).await?);
    }
    for file in jobs.outputs.publish(&done)? {
        add_parts_of(&mut map, &file)?;
    }
    let mut factor = FACTOR_STEP;
    while !done.is_empty() {
        let candidates = jobs.choice(factor).await?;
        done.push(jobs.whole(&candidates).await?);
        let files = jobs.outputs.publish(&done)?;
        for file in
            files.iter().filter(|file| done.last().is_some_and(|last| file.starts_with(last)))
        {
            add_whole_of(&mut map, file)?;
        }
        if map.is_settled(&candidates) {
            tracing::info!(folder = %jobs.outputs.folder().display(), "outputs published");
            return Ok(map);
        }
        factor = next_factor(factor)?;
    }
    Ok(map)
}

/// The jobs of one rebuild.
struct Jobs<'a> {
    asked: &'a Submission,
    outputs: Outputs,
}

impl Jobs<'_> {
    /// The folder with the parts of one group of shards.
    async fn parts(&mut self, number: usize, urls: &[String]) -> Result<PathBuf, BatchError> {
        let name = format!("parts-{number:04}");
        let (asked, outputs) = (self.asked, &mut self.outputs);
        again(&name, asked.deadline, async || {
            let folder = outputs.attempt(&name)?;
            let rows = plan::readings(&session(asked).await?, urls, asked.source.except.as_ref())?;
            write(plan::parts(rows)?, &format!("{}/", folder.display())).await?;
            Ok(folder)
        })
        .await
    }

    /// The voices that may be in the sample.
    async fn choice(&self, factor: u16) -> Result<Candidates, BatchError> {
        again("choice", self.asked.deadline, async || {
            let rows = self.rows().await?;
            chosen(&plan::choice(rows, factor)?.collect().await?, factor)
        })
        .await
    }

    /// The folder with the rows of evidence needed whole.
    async fn whole(&mut self, candidates: &Candidates) -> Result<PathBuf, BatchError> {
        let asked = self.asked;
        let outputs = &mut self.outputs;
        again("whole", asked.deadline, async || {
            let folder = outputs.attempt("whole")?;
            let rows = all_rows(asked).await?;
            // One file, for rows of one report must follow each other.
            let file = folder.join("rows.parquet");
            write(plan::whole(rows, candidates.voices())?, &file.display().to_string()).await?;
            Ok(folder)
        })
        .await
    }

    async fn rows(&self) -> Result<DataFrame, BatchError> {
        all_rows(self.asked).await
    }
}

/// All rows of all groups.
async fn all_rows(asked: &Submission) -> Result<DataFrame, BatchError> {
    Ok(plan::readings(&session(asked).await?, &asked.source.urls(), asked.source.except.as_ref())?)
}

/// A fresh session: one that saw a job die is not asked again.
async fn session(asked: &Submission) -> Result<SessionContext, BatchError> {
    let config = SessionConfig::new_with_ballista()
        .with_target_partitions(asked.n_partitions.max(1))
        .with_batch_size(batch_rows(MEMORY_BYTES))
        .with_ballista_adaptive_query_planner(false);
    let state = SessionStateBuilder::new().with_config(config).with_default_features().build();
    let session = SessionContext::remote_with_state(&asked.scheduler, state).await?;
    session.register_udaf(fold_udaf().as_ref().clone());
    session.register_udaf(choose_udaf().as_ref().clone());
    session.register_udf(region_udf().as_ref().clone());
    Ok(session)
}

async fn write(plan: DataFrame, to: &str) -> Result<(), BatchError> {
    let options = DataFrameWriteOptions::new().with_single_file_output(!to.ends_with('/'));
    plan.write_parquet(to, options, None).await?;
    Ok(())
}

/// Runs a job until an attempt ends well within its deadline. Attempts share nothing, so one that was
/// given up may go on beside the next.
async fn again<T>(
    name: &str,
    deadline: Duration,
    mut attempt: impl AsyncFnMut() -> Result<T, BatchError>,
) -> Result<T, BatchError> {
    let mut last = None;
    for number in 1..=ATTEMPTS_MAX {
        match tokio::time::timeout(deadline, attempt()).await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => {
                tracing::warn!(job = name, number, %error, "job failed, submitted again");
                last = Some(Box::new(error));
            }
            Err(_elapsed) => {
                tracing::warn!(job = name, number, ?deadline, "job late, submitted again");
            }
        }
        tokio::time::sleep(PAUSE_BETWEEN_ATTEMPTS).await;
    }
    Err(BatchError::GivenUp { job: name.to_owned(), attempts: ATTEMPTS_MAX, last })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use tokio::runtime::Builder;

    const SOON: Duration = Duration::from_millis(20);

    /// What comes of a job whose first attempts are late, then fail, then end.
    fn after(n_late: u32, n_failed: u32) -> (Result<u32, BatchError>, u32) {
        let n_attempts = Cell::new(0);
        let attempt = async || {
            let number = n_attempts.get() + 1;
            n_attempts.set(number);
            if number <= n_late {
                tokio::time::sleep(10 * SOON).await;
            }
            if number <= n_late + n_failed { Err(BatchError::Exclusions) } else { Ok(number) }
        };
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        (runtime.block_on(again("parts", SOON, attempt)), n_attempts.get())
    }

    #[test]
    fn a_late_and_a_failed_attempt_are_made_again() {
        let (done, n_attempts) = after(1, 1);
        assert_eq!((done.unwrap(), n_attempts), (3, 3));
    }

    #[test]
    fn a_job_that_never_ends_is_given_up_by_name() {
        let (done, n_attempts) = after(0, 99);
        let given_up = done.unwrap_err();
        assert_eq!(n_attempts, ATTEMPTS_MAX);
        assert_eq!(given_up.to_string(), "job parts given up after 5 attempts");
        assert!(matches!(given_up, BatchError::GivenUp { last: Some(_), .. }));
    }
}
