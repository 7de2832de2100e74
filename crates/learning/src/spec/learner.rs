//! What learns: forests, a network, or nobody here because the network comes from elsewhere.

use super::check::range;
use super::error::SpecError;
use super::task::Training;
use cairn_neural::Settings;
use cairn_neural::limits::{BATCH_MAX, LAYERS_MAX, STEPS_MAX, WIDTH_MAX};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

/// What learns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Learner {
    /// Boosted trees, one forest a head.
    #[default]
    Forest,
    /// One network with a score a head, trained here.
    Network,
    /// One network with a score a head, trained elsewhere.
    Given,
}

impl Learner {
    /// Whether it is what a spec means that says nothing.
    pub const fn is_forest(&self) -> bool {
        matches!(self, Self::Forest)
    }
}

/// Writes out what a spec leaves unsaid, where `--set` is to change it.
pub(super) fn say(table: &mut Table, sets: &[String]) {
    let Some(Value::Table(training)) = table.get_mut("training") else { return };
    let names = |key: &str| sets.iter().any(|set| set.starts_with(key));
    if names("training.learner=") {
        training.entry("learner").or_insert_with(|| "forest".into());
    }
    if names("training.network.")
        && let Ok(settings) = Value::try_from(Settings::default())
    {
        training.entry("network").or_insert(settings);
    }
}

/// A network that nothing is said of is the usual one.
pub(super) fn settle(training: &mut Training) {
    if training.learner == Learner::Network {
        training.network.get_or_insert_default();
    }
}

pub(super) fn check(training: &Training) -> Result<(), SpecError> {
    let Some(network) = &training.network else { return Ok(()) };
    if training.learner != Learner::Network {
        let what = "training.network is for training.learner = \"network\"";
        return Err(SpecError::Contradiction(what.to_owned()));
    }
    let hidden_max = (LAYERS_MAX - 1) as f64;
    range(
        "training.network.hidden, layers",
        network.hidden.len() as f64,
        (1.0, hidden_max),
        "1 to 7",
    )?;
    for width in &network.hidden {
        let most = WIDTH_MAX as f64;
        range("training.network.hidden", f64::from(*width), (1.0, most), "1 to 512 each")?;
    }
    let (steps, batch) = (f64::from(network.steps), f64::from(network.batch));
    range("training.network.steps", steps, (1.0, f64::from(STEPS_MAX)), "1 to 1000000")?;
    range("training.network.batch", batch, (1.0, f64::from(BATCH_MAX)), "1 to 65536")?;
    range("training.network.rate", network.rate, (1e-6, 1.0), "0.000001 to 1")?;
    range("training.network.decay", network.decay, (0.0, 1.0), "0 to 1")
}
