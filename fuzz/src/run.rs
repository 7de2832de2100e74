//! One run of one target: seeds first, then mutations, until the budget is spent or something breaks.

use crate::mutate::mutate;
use crate::rng::Rng;
use crate::targets::Target;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

/// An input slower than this, [`TRIES`] times in a row, is a finding; a debug build gets twenty times more.
pub(crate) const SLOW: Duration =
    Duration::from_millis(if cfg!(debug_assertions) { 2_000 } else { 100 });
/// Tries of an input that is slow: a busy machine interrupts some of them.
const TRIES: u32 = 20;
/// Inputs kept to mutate further.
const POOL_MAX: usize = 256;
/// One input in so many joins the pool, so that changes pile up.
const JOINS_ONE_IN: usize = 64;

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Budget {
    /// After so long.
    Time(Duration),
    /// After so many mutations.
    #[cfg_attr(not(test), expect(dead_code, reason = "the replay in the tests counts inputs"))]
    Inputs(u64),
}

/// An input that broke its target.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) target: &'static str,
    pub(crate) what: String,
    pub(crate) input: Vec<u8>,
}

impl Finding {
    /// Writes the input down, named by target and content.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<PathBuf> {
        fs::create_dir_all(folder)?;
        let mix = |h: u64, b: &u8| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
        let hash = self.input.iter().fold(0xcbf2_9ce4_8422_2325, mix);
        let path = folder.join(format!("{}-{hash:016x}", self.target));
        fs::write(&path, &self.input)?;
        Ok(path)
    }
}

/// The seeds of a folder, in the order of their names; one empty seed when there is none.
pub(crate) fn seeds(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut paths = match fs::read_dir(folder) {
        Ok(entries) => entries.map(|e| e.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?,
        Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(e) => return Err(e),
    };
    paths.sort();
    let mut seeds = paths.iter().map(fs::read).collect::<io::Result<Vec<_>>>()?;
    if seeds.is_empty() {
        seeds.push(Vec::new());
    }
    Ok(seeds)
}

/// Replays the seeds and then mutates; answers the number of inputs tried.
pub(crate) fn fuzz(
    target: &Target,
    seeds: &[Vec<u8>],
    seed: u64,
    budget: Budget,
) -> Result<u64, Finding> {
    let started = now();
    let mut rng = Rng::new(seed);
    let mut pool = seeds.to_vec();
    for input in seeds {
        attempt(target, input)?;
    }
    let mut n_inputs = seeds.len() as u64;
    loop {
        let spent = match budget {
            Budget::Time(time) => started.elapsed() >= time,
            Budget::Inputs(n) => n_inputs >= n + seeds.len() as u64,
        };
        if spent {
            return Ok(n_inputs);
        }
        let input = mutate(&pool, target.dictionary, &mut rng);
        attempt(target, &input)?;
        n_inputs += 1;
        if rng.below(JOINS_ONE_IN) == 0 {
            if pool.len() < POOL_MAX {
                pool.push(input);
            } else {
                // Seeds stay; a mutated input makes room.
                let at = seeds.len() + rng.below(POOL_MAX.saturating_sub(seeds.len()));
                if let Some(old) = pool.get_mut(at) {
                    *old = input;
                }
            }
        }
    }
}

fn attempt(target: &Target, input: &[u8]) -> Result<(), Finding> {
    let finding = |what: String| Finding { target: target.name, what, input: input.to_vec() };
    let mut fastest = Duration::MAX;
    for _ in 0..TRIES {
        let started = now();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (target.run)(input))) {
            let said = panic.downcast_ref::<String>().cloned();
            let said = said.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            return Err(finding(format!("panicked: {}", said.unwrap_or_default())));
        }
        fastest = fastest.min(started.elapsed());
        if fastest <= SLOW {
            return Ok(());
        }
    }
    Err(finding(format!("took {fastest:?}, more than {SLOW:?}")))
}

#[expect(clippy::disallowed_methods, reason = "a fuzzer watches the wall clock; no result has it")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets;

    /// Mutations per target in the test suite; `cairn-fuzz all --seconds 600` for the long run.
    const INPUTS: u64 = 2_000;

    #[test]
    fn the_corpus_and_two_thousand_mutations_break_nothing() {
        // invariant: W1
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        for target in targets::ALL {
            let seeds = seeds(&corpus.join(target.name)).unwrap();
            assert!(seeds.iter().any(|seed| !seed.is_empty()), "{} has no seeds", target.name);
            let done = fuzz(target, &seeds, 1, Budget::Inputs(INPUTS));
            assert_eq!(done.map_err(|finding| finding.what), Ok(INPUTS + seeds.len() as u64));
        }
    }

    #[test]
    fn a_target_that_breaks_is_found_and_the_same_seed_finds_the_same() {
        let target = Target {
            name: "fragile",
            run: |input| assert!(!input.contains(&b'7'), "seven"),
            dictionary: &["7"],
        };
        let find = || fuzz(&target, &[b"123".to_vec()], 5, Budget::Inputs(10_000)).unwrap_err();
        let (one, two) = (find(), find());
        assert_eq!((&one.input, &one.what), (&two.input, &two.what));
        assert!(one.what.contains("seven") && one.input.contains(&b'7'));
    }
}
