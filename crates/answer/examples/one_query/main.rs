//! One query by its parts, for counting instructions and time: `one_query PART N`.
//!
//! `cargo xtask instructions` runs it under valgrind. PART is `parse`, `look_up`, `solve` (with its look-up),
//! `encode`, `whole`, or `speed`, which prints queries a second of processor time. Budget: 50,000 a second,
//! 20 µs each; the sketch is 4 µs for parsing 2 KB, 2 for 20 keys, 5 for the solve, 1 for the answer.

#![expect(clippy::print_stdout, reason = "a program that says what it measured")]
#![expect(clippy::cast_precision_loss, reason = "rates for people to read")]

mod town;

use std::error::Error;
use std::hint::black_box;
use town::{Town, query};

/// Networks of the query.
const HEARD: u32 = 20;

/// Nanoseconds this thread has run. Source: Linux, Documentation/scheduler/sched-stats.rst.
fn processor_ns() -> u64 {
    // Yielding brings the kernel's count up to date.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}

fn run(town: &mut Town, part: &str, n: u64, body: &[u8]) -> Result<(), String> {
    let answer = town.solve();
    for _ in 0..n {
        let n_done = match part {
            "parse" => usize::from(town.parse(black_box(body))),
            "look_up" => town.look_up(),
            "solve" => usize::from(black_box(town.solve()) == answer),
            "encode" => town.encode(black_box(&answer)).len(),
            "whole" | "speed" => town.whole(black_box(body)),
            other => return Err(format!("no part {other}")),
        };
        black_box(n_done);
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut told = std::env::args().skip(1);
    let (part, n) = (told.next().unwrap_or_default(), told.next().unwrap_or_default().parse()?);
    let mut town = Town::build()?;
    let body = query(HEARD);
    if town.whole(body.as_bytes()) == 0 || town.look_up() != HEARD as usize {
        return Err("the query is not answered by its twenty networks".into());
    }
    let from = processor_ns();
    run(&mut town, &part, n, body.as_bytes())?;
    if part == "speed" {
        let each_us = (processor_ns() - from) as f64 / 1e3 / n as f64;
        println!("{:.0} queries a second of processor time, {each_us:.2} µs each", 1e6 / each_us);
    }
    Ok(())
}
