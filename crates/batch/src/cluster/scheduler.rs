//! The scheduler: it cuts jobs into stages and hands tasks to the executors that ask.

use crate::choose_udaf::choose_udaf;
use crate::error::BatchError;
use crate::fold_udaf::fold_udaf;
use crate::region_udf::region_udf;
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::extension::SessionConfigExt as _;
use ballista_core::utils::default_session_builder;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use datafusion::execution::context::SessionState;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::SessionConfig;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// How a scheduler runs.
#[derive(Debug, Clone)]
pub struct Scheduler {
    /// Where it listens.
    pub listen: SocketAddr,
    /// After how long without a sign of life an executor is given up.
    ///
    /// A busy executor may be late: given up wrongly, its stages are rolled back.
    pub executor_timeout: Duration,
}

/// Runs a scheduler until it is stopped; its jobs go with it, and are submitted again.
///
/// # Errors
/// When it cannot listen.
pub async fn schedule(scheduler: &Scheduler) -> Result<(), BatchError> {
    let timeout_s = scheduler.executor_timeout.as_secs().max(1);
    let config = SchedulerConfig {
        bind_host: scheduler.listen.ip().to_string(),
        bind_port: scheduler.listen.port(),
        external_host: scheduler.listen.ip().to_string(),
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        executor_timeout_seconds: timeout_s,
        no_executors_grace_period_seconds: timeout_s,
        expire_dead_executor_interval_seconds: (timeout_s / 6).max(1),
        override_session_builder: Some(Arc::new(session)),
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await?;
    Ok(start_server(cluster, scheduler.listen, Arc::new(config)).await?)
}

/// A session that knows our aggregates, whatever the client that asks for it says otherwise.
fn session(config: SessionConfig) -> datafusion::common::Result<SessionState> {
    let state = default_session_builder(config.with_ballista_adaptive_query_planner(false))?;
    let mut known: Vec<_> = state.aggregate_functions().values().map(Arc::clone).collect();
    known.extend([fold_udaf(), choose_udaf()]);
    let mut scalar: Vec<_> = state.scalar_functions().values().map(Arc::clone).collect();
    scalar.push(region_udf());
    let builder = SessionStateBuilder::new_from_existing(state);
    Ok(builder.with_aggregate_functions(known).with_scalar_functions(scalar).build())
}
