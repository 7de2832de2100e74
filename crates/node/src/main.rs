//! The binary `cairn`: reads the command line, runs one verb, returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    cairn_node::cli::main(option_env!("CAIRN_COMMIT"))
}
