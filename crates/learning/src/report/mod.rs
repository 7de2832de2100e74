//! What people read of a run: an HTML page that needs nothing else, and the model's card. Functions of the run
//! alone: the same run gives the same bytes.
//!
//! Reading order: `svg`, `drawn`, `html`, `card`.

mod card;
mod drawn;
mod html;
mod svg;

pub use card::card;
pub use html::html;
