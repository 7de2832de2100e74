//! Several machines that share a log: the real binary in its roles, and three real NATS servers.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod machines;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod roles;
#[cfg(test)]
#[path = "../../../journal/tests/nats/servers.rs"]
mod servers;
#[cfg(test)]
#[expect(dead_code, reason = "the black-box tests use the rest of it")]
#[path = "../blackbox/support/mod.rs"]
mod support;
#[cfg(test)]
mod undo;
