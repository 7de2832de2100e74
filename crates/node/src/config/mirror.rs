//! Who is told of models, beside whoever asks for answers.

use super::{ConfigError, Doc};
use crate::models::mirror::Client;
use serde::{Deserialize, Serialize};

/// Who is told of models.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MirrorConfig {
    /// An MLflow server; empty for none.
    pub mlflow: String,
}

impl MirrorConfig {
    /// Refuses what is no address.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.mlflow.is_empty() || Client::to(&self.mlflow).is_ok() {
            return Ok(());
        }
        let must =
            "an address beginning with http:// or https://, without a query or a name to log in";
        Err(ConfigError::Impossible { field: "mirror.mlflow", value: 0, must })
    }
}

/// What the field means.
pub(super) const DOCS: [Doc; 1] = [(
    "mirror.mlflow",
    "Address of an MLflow server that is told of the runs and the registry in models.folder, whoever changes them; it is never asked. Empty: none.",
)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_or_there_is_none() {
        let check = |text: &str| MirrorConfig { mlflow: text.to_owned() }.check().is_ok();
        assert!(check("") && check("http://127.0.0.1:5000"));
        assert!(!check("127.0.0.1:5000") && !check("http://me:secret@ml.example.org"));
    }
}
