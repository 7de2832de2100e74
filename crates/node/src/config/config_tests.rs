//! Tests of the configuration.

use super::*;

fn load(text: &str) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cairn.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(Some(&path))
}

#[test]
fn what_is_printed_reads_back_and_every_field_is_explained() {
    let printed = Config::default().to_documented_toml();
    assert_eq!(load(&printed).unwrap(), Config::default());
    assert!(!printed.contains("# \n"), "a field without documentation:\n{printed}");
    let n_fields = printed.lines().filter(|line| line.contains(" = ")).count();
    assert_eq!(
        n_fields,
        DOCS.into_iter().flatten().count(),
        "a documented field that does not exist"
    );
}

#[test]
fn a_file_changes_what_it_names_and_nothing_else() {
    let config = load("[http]\nbody_bytes_max = 2048\n").unwrap();
    assert_eq!(config.http.body_bytes_max, 2_048);
    assert_eq!(config.http.inflated_bytes_max, Config::default().http.inflated_bytes_max);
}

#[test]
fn a_misspelt_field_is_refused_by_name_with_the_choices() {
    let message = load("[http]\nbody_byte_max = 2048\n").unwrap_err().to_string();
    assert!(message.contains("body_byte_max") && message.contains("body_bytes_max"), "{message}");
    assert!(message.contains("line 2"), "{message}");
}

#[test]
fn a_value_that_cannot_work_is_refused_with_what_can() {
    let message = load("[learner]\noverlays_max = 0\n").unwrap_err().to_string();
    assert_eq!(message, "learner.overlays_max is 0, but must be at least 1");
}

#[test]
fn a_further_server_is_printed_as_it_reads_back() {
    let text = "[[relay.servers]]\nname = \"other\"\nurl = \"https://example.org/v2/geosubmit\"\n";
    let config = load(text).unwrap();
    assert_eq!(config.relay.servers[0].from, RelayFrom::Now);
    assert_eq!(load(&config.to_documented_toml()).unwrap(), config);
}

#[test]
fn one_address_or_a_list_of_them_may_be_listened_on() {
    let one = load("listen = \"127.0.0.1:8080\"\n").unwrap();
    assert_eq!(one, Config::default());
    let two = load("listen = [\"127.0.0.1:1\", \"[::1]:1\"]\n").unwrap();
    assert_eq!(two.listen.0.len(), 2);
    assert!(load("listen = []\n").unwrap_err().to_string().contains("listen is 0"));
}

#[test]
fn a_rate_that_no_bucket_can_count_is_refused_and_the_largest_is_not() {
    let rate = |n: u32| load(&format!("[access]\nkeyless_requests_per_second = {n}\n"));
    assert!(rate(crate::limits::RATE_PER_SECOND_MAX).is_ok());
    let message = rate(crate::limits::RATE_PER_SECOND_MAX + 1).unwrap_err().to_string();
    assert!(message.contains("keyless_requests_per_second is 1000001"), "{message}");
}
