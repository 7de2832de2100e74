//! Runs a child, echoes its lines, and ends it with all its children when its time is up.

use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::clock::{Stopwatch, human};
use crate::say;

/// How long a child that was asked to end may take to do so.
const GRACE: Duration = Duration::from_secs(10);

/// How long lines are still awaited after the child ended: a grandchild may hold the pipe open.
const DRAIN: Duration = Duration::from_secs(2);

/// What a child's threads tell the one that waits.
enum Event {
    Line(String),
    PipeClosed,
    Ended(ExitStatus),
}

/// Runs `command` to its end, echoing its output and showing each line to `on_line`.
///
/// # Errors
/// It could not be started, it failed, or it ran past `limit` (then it and its group were killed).
pub(crate) fn run(command: &mut Command, limit: Duration, on_line: impl FnMut(&str)) -> Result<()> {
    let name = describe(command);
    say::line(format_args!("$ {name}"));
    let detached = !io::stdin().is_terminal();
    if detached {
        command.process_group(0);
    }
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("start `{name}`"))?;
    let target = if detached { format!("-{}", child.id()) } else { child.id().to_string() };
    let events = watch(child);
    match follow(&events, limit, on_line) {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("`{name}` ended with {status}"),
        None => {
            signal("TERM", &target);
            if follow(&events, GRACE, |_| ()).is_none() {
                signal("KILL", &target);
            }
            bail!("`{name}` timed out after {}", human(limit))
        }
    }
}

/// Runs `command` for its standard output alone.
///
/// # Errors
/// It could not be started, or it failed; the message ends with what it wrote to standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = describe(command);
    let output = command.output().with_context(|| format!("start `{name}`"))?;
    if !output.status.success() {
        bail!("`{name}` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Sends a signal to a process, or to a group when `target` starts with a minus.
pub(crate) fn signal(name: &str, target: &str) {
    // The shell's own `kill`: the program of that name is not installed everywhere.
    let script = format!("kill -s {name} -- {target} 2>/dev/null");
    Command::new("sh").args(["-c", &script]).status().ok();
}

/// Starts the threads that read a child's pipes and wait for its end.
fn watch(mut child: Child) -> Receiver<Event> {
    let (events, received) = channel();
    let pipes: [Option<Box<dyn Read + Send>>; 2] =
        [child.stdout.take().map(boxed), child.stderr.take().map(boxed)];
    for pipe in pipes.into_iter().flatten() {
        let events = events.clone();
        thread::spawn(move || read_lines(pipe, &events));
    }
    thread::spawn(move || child.wait().map(|status| events.send(Event::Ended(status))));
    received
}

fn boxed(pipe: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(pipe)
}

fn read_lines(pipe: impl Read, events: &Sender<Event>) {
    let mut pipe = BufReader::new(pipe);
    let mut bytes = Vec::new();
    while pipe.read_until(b'\n', &mut bytes).is_ok_and(|n_bytes| n_bytes > 0) {
        let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
        if events.send(Event::Line(line)).is_err() {
            return;
        }
        bytes.clear();
    }
    events.send(Event::PipeClosed).ok();
}

/// Echoes until the child ended and its pipes are read; `None` when `limit` came first.
fn follow(
    events: &Receiver<Event>,
    limit: Duration,
    mut on_line: impl FnMut(&str),
) -> Option<ExitStatus> {
    let mut clock = Stopwatch::start();
    let mut limit = limit;
    let (mut status, mut n_open) = (None, 2);
    while status.is_none() || n_open > 0 {
        match events.recv_timeout(clock.left_of(limit)) {
            Ok(Event::Line(line)) => {
                say::line(&line);
                on_line(&line);
            }
            Ok(Event::PipeClosed) => n_open -= 1,
            Ok(Event::Ended(ended)) => {
                status = Some(ended);
                (clock, limit) = (Stopwatch::start(), DRAIN);
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    status
}

/// The command as one would type it.
fn describe(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    [program].into_iter().chain(args).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLENTY: Duration = Duration::from_secs(20);

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn lines_of_both_streams_are_seen() {
        let mut lines = Vec::new();
        run(&mut sh("echo out; echo err >&2"), PLENTY, |line| lines.push(line.to_owned())).unwrap();
        lines.sort();
        assert_eq!(lines, ["err", "out"]);
    }

    #[test]
    fn a_failing_child_is_an_error_that_names_it() {
        let error = run(&mut sh("exit 3"), PLENTY, |_| ()).unwrap_err().to_string();
        assert!(error.contains("sh -c exit 3") && error.contains('3'), "{error}");
    }

    #[test]
    fn a_child_past_its_limit_is_ended_with_its_children() {
        let watch = Stopwatch::start();
        let error =
            run(&mut sh("sleep 30 & sleep 30"), Duration::from_millis(200), |_| ()).unwrap_err();
        assert!(error.to_string().contains("timed out"), "{error}");
        assert!(watch.elapsed() < PLENTY);
    }

    #[test]
    fn a_background_grandchild_does_not_hold_the_run_up() {
        let watch = Stopwatch::start();
        run(&mut sh("sleep 8 & exit 0"), PLENTY, |_| ()).unwrap();
        assert!(watch.elapsed() < Duration::from_secs(6));
    }
}
