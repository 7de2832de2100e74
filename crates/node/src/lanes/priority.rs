//! How much a thread counts to the system's scheduler.

use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Niceness of threads that do bulk work: about a tenth of an ordinary thread's share when both want a core.
/// Source: Linux's `sched_prio_to_weight`, 110 of 1,024.
pub(super) const BULK_NICE: i32 = 10;
/// Niceness of threads behind the service (learning, sealing, publishing, archiving): a third.
/// Source: the same, 335 of 1,024.
pub(crate) const BACKGROUND_NICE: i32 = 5;

/// Makes the calling thread count less; a system that does not let us is left alone.
pub(crate) fn lower(nice: i32) {
    // On Linux "this process" is the calling thread.
    if let Err(error) = rustix::process::setpriority_process(None, nice) {
        tracing::debug!(%error, nice, "a thread could not be made to count less");
    }
}

/// Makes the calling thread run before every ordinary one; says whether the system let us.
pub(crate) fn raise() -> bool {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_is_lowered_and_no_other() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let before = nice();
        let lowered = std::thread::spawn(move || {
            lower(BULK_NICE);
            nice()
        });
        assert_eq!(lowered.join().unwrap(), BULK_NICE);
        assert_eq!(nice(), before);
    }
}
