//! The log that three real NATS servers keep together: killed, cut off, full, poisoned, lost.

#[cfg(test)]
#[path = "nats/log.rs"]
mod log;
#[cfg(test)]
#[path = "nats/servers.rs"]
mod servers;
