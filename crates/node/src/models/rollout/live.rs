//! The canary that answers now: what the log says of it, its share, and the wish to stop it at once.

use super::super::serving::Ready;
use cairn_learning::registry::Canary;
use cairn_learning::rollout::Share;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Hexadecimal digits of a model's id that are its number among arms.
const DIGITS: usize = 16;

/// The canary that answers now.
#[derive(Debug)]
pub(crate) struct Live {
    /// What the log says.
    pub(crate) canary: Canary,
    /// The challenger.
    pub(crate) ready: Arc<Ready>,
    /// Whose turn it is.
    pub(super) share: Share,
    is_stopped: AtomicBool,
}

impl Live {
    /// A canary whose challenger is there; the same as before where the log says nothing new.
    pub(crate) fn of(
        canary: Option<Canary>,
        challenger: Option<&Arc<Ready>>,
        before: Option<&Arc<Self>>,
    ) -> Option<Arc<Self>> {
        let (canary, ready) = canary.zip(challenger)?;
        if let Some(before) = before.filter(|before| before.canary == canary) {
            return Some(Arc::clone(before));
        }
        let is_it = ready.id == canary.model;
        let digits = canary.model.get(..DIGITS).unwrap_or_default();
        let number = u64::from_str_radix(digits, 16).unwrap_or_default();
        let share = Share::new(canary.stage, number);
        let ready = Arc::clone(ready);
        let is_stopped = AtomicBool::new(false);
        is_it.then(|| Arc::new(Self { canary, ready, share, is_stopped }))
    }

    /// From the next answer on the champion answers all.
    pub(super) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Release);
    }

    /// Whether it was stopped; the log may not say so yet.
    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Acquire)
    }
}
