//! The answer of `/v1/country`.

use serde::Serialize;

#[derive(Serialize)]
struct Body<'a> {
    country_code: &'a str,
    country_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback: Option<&'a str>,
}

/// A country as the peers answer it: its two letters, its English name, and what was fallen back to.
///
/// # Example
/// ```
/// let body = cairn_wire::geolocate::encode_country("GB", "United Kingdom", None);
/// let want = br#"{"country_code":"GB","country_name":"United Kingdom"}"#;
/// assert_eq!(body, want);
/// ```
pub fn encode_country(code: &str, name: &str, fallback: Option<&'static str>) -> Vec<u8> {
    let body = Body { country_code: code, country_name: name, fallback };
    serde_json::to_vec(&body).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_written_with_its_fallback_and_any_name() {
        let body = encode_country("CI", "Côte d'\"Ivoire\"", Some("ipf"));
        let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(value["country_name"], "Côte d'\"Ivoire\"");
        assert_eq!((&value["country_code"], &value["fallback"]), (&"CI".into(), &"ipf".into()));
    }
}
