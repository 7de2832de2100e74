//! Who runs this service: what its pages say.

use super::Doc;
use serde::{Deserialize, Serialize};

/// Who runs this service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteConfig {
    /// Who runs it, for people to read.
    pub operator: String,
    /// How to reach them: an address of any kind.
    pub contact: String,
}

/// What each field means.
pub(super) const DOCS: [Doc; 2] = [
    ("site.operator", "Who runs this service, as its pages say it."),
    ("site.contact", "How to reach them: an e-mail address, a page's address, any text."),
];
