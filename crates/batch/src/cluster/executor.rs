//! An executor: it asks the scheduler for tasks, runs them, and keeps what later stages fetch.

use crate::choose_udaf::{CHOOSE, choose_udaf};
use crate::error::BatchError;
use crate::fold_udaf::{FOLD, fold_udaf};
use crate::limits::{MEMORY_BYTES_MIN, THREADS_MAX};
use crate::region_udf::{IN_REGION, region_udf};
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How an executor runs.
#[derive(Debug, Clone)]
pub struct Executor {
    /// The scheduler's host.
    pub scheduler_host: String,
    /// The scheduler's port.
    pub scheduler_port: u16,
    /// Where it listens, and where others find it.
    pub host: IpAddr,
    /// Port from which other executors fetch; the one above it is for control.
    pub port: u16,
    /// Tasks at once.
    pub n_threads: usize,
    /// Bytes its tasks may hold together before they spill.
    pub memory_bytes: usize,
    /// Folder for what is spilled and what later stages fetch.
    pub work: PathBuf,
    /// Time between two signs of life.
    pub heartbeat: Duration,
}

/// Runs an executor until it is stopped.
///
/// # Errors
/// When it cannot listen, or finds no scheduler.
pub async fn execute(executor: &Executor) -> Result<(), BatchError> {
    let mut known = BallistaFunctionRegistry::default();
    known.aggregate_functions.insert(FOLD.to_owned(), fold_udaf());
    known.aggregate_functions.insert(CHOOSE.to_owned(), choose_udaf());
    known.scalar_functions.insert(IN_REGION.to_owned(), region_udf());
    let config = ExecutorProcessConfig {
        bind_host: executor.host.to_string(),
        external_host: Some(executor.host.to_string()),
        port: executor.port,
        grpc_port: executor.port.saturating_add(1),
        scheduler_host: executor.scheduler_host.clone(),
        scheduler_port: executor.scheduler_port,
        scheduler_connect_timeout_seconds: CONNECT_TIMEOUT_S,
        vcores: executor.n_threads.clamp(1, THREADS_MAX),
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        work_dir: Some(executor.work.display().to_string()),
        executor_heartbeat_interval_seconds: executor.heartbeat.as_secs().max(1),
        memory_pool_size: Some(executor.memory_bytes.max(MEMORY_BYTES_MIN) as u64),
        job_data_ttl_seconds: JOB_DATA_KEPT_S,
        job_data_clean_up_interval_seconds: JOB_DATA_KEPT_S / 24,
        override_function_registry: Some(Arc::new(known)),
        ..ExecutorProcessConfig::default()
    };
    Ok(start_executor_process(Arc::new(config)).await?)
}

/// How long an executor that is started before its scheduler waits for it.
const CONNECT_TIMEOUT_S: u16 = 60;
/// How long an executor keeps what a job left: a day, longer than any deadline.
const JOB_DATA_KEPT_S: u64 = 86_400;
