//! One request to one provider, blocking.

use crate::config::{ProviderConfig, ProviderSchema};
use crate::limits::EXTERNAL_ANSWER_BYTES_MAX;
use cairn_wire::external::{ExternalError, Schema};
use cairn_wire::geolocate::{LocateAnswer, LocateRequest};

/// Why there is no answer to read.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    /// The connection or its time ended.
    #[error("not reached in time")]
    Connection(#[source] Box<ureq::Error>),
    /// The provider answered, but not with a place.
    #[error(transparent)]
    Answer(#[from] ExternalError),
}

/// How one provider is spoken to.
#[derive(Debug)]
pub(super) struct Line {
    agent: ureq::Agent,
    schema: Schema,
    url: crate::config::Secret,
    key: crate::config::Secret,
}

impl Line {
    /// A line to `provider`: no redirects, which would tell the scan to somebody else, and no proxy but
    /// the one that the operator writes into the address.
    pub(super) fn to(provider: &ProviderConfig) -> Self {
        let settings = ureq::Agent::config_builder()
            .timeout_global(Some(provider.timeout()))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .user_agent(concat!("cairn/", env!("CARGO_PKG_VERSION")))
            .build();
        let schema = wire_schema(provider.schema);
        let url = crate::config::Secret::new(address(provider));
        Self { agent: settings.into(), schema, url, key: provider.key.clone() }
    }

    /// The body that asks `request`; `None` when this provider takes nothing of it.
    pub(super) fn body(&self, request: &LocateRequest) -> Option<Vec<u8>> {
        self.schema.encode(request, self.key.reveal())
    }

    /// Sends `body` and reads what comes back, whatever the status.
    pub(super) fn ask(&self, body: &[u8]) -> Result<LocateAnswer, AskError> {
        let lost = |error| AskError::Connection(Box::new(error));
        let mut answer = self
            .agent
            .post(self.url.reveal())
            .content_type("application/json")
            .send(body)
            .map_err(lost)?;
        let said = answer
            .body_mut()
            .with_config()
            .limit(EXTERNAL_ANSWER_BYTES_MAX as u64)
            .read_to_vec()
            .map_err(lost)?;
        let told = self.schema.decode(&said);
        // A status that says failure wins over a body that does not.
        match (answer.status().as_u16(), told) {
            (200..=299, told) => Ok(told?),
            (404, Ok(_) | Err(ExternalError::Unreadable)) => Err(ExternalError::NotFound.into()),
            (_, Ok(_)) => Err(ExternalError::Failed.into()),
            (_, Err(why)) => Err(why.into()),
        }
    }
}

/// The address with the key as Ichnaea, Google and Combain want it; Unwired Labs wants it in the body.
fn address(provider: &ProviderConfig) -> String {
    let key = provider.key.reveal();
    if key.is_empty() || provider.schema == ProviderSchema::Unwired {
        return provider.url.clone();
    }
    let sign = if provider.url.contains('?') { '&' } else { '?' };
    format!("{}{sign}key={}", provider.url, percent_encoded(key))
}

/// Everything but letters, digits and `-._~` as `%XX`. Source: RFC 3986, 2.3.
fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let digit = |half: u8| char::from(b"0123456789ABCDEF"[usize::from(half & 15)]);
            out.extend(['%', digit(byte >> 4), digit(byte)]);
        }
    }
    out
}

const fn wire_schema(schema: ProviderSchema) -> Schema {
    match schema {
        ProviderSchema::Ichnaea => Schema::Ichnaea,
        ProviderSchema::Google => Schema::Google,
        ProviderSchema::Combain => Schema::Combain,
        ProviderSchema::Unwired => Schema::Unwired,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    #[test]
    fn a_key_is_in_the_address_or_in_the_body_and_never_printed() {
        let provider = |schema, url: &str| ProviderConfig {
            name: "a".to_owned(),
            schema,
            url: url.to_owned(),
            key: Secret::new("hush hush&".to_owned()),
            timeout_ms: 1,
            requests_per_second: 1.0,
        };
        let google = provider(ProviderSchema::Google, "https://a.example/g");
        assert_eq!(address(&google), "https://a.example/g?key=hush%20hush%26");
        let more = provider(ProviderSchema::Combain, "https://a.example/g?id=1");
        assert_eq!(address(&more), "https://a.example/g?id=1&key=hush%20hush%26");
        let unwired = provider(ProviderSchema::Unwired, "https://a.example/u");
        assert_eq!(address(&unwired), "https://a.example/u");
        assert!(!format!("{:?}", Line::to(&google)).contains("hush"));
    }
}
