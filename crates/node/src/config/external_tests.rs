//! Tests of the chain of providers as a file writes it.

const TWO: &str = r#"
    [[external.providers]]
    name = "first"
    schema = "ichnaea"
    url = "https://a.example/v1/geolocate"
    key = "hush-hush"
    [[external.providers]]
    name = "second"
    schema = "unwired"
    url = "https://b.example/v2/process"
    requests_per_second = 0.5
"#;

fn parsed(text: &str) -> Result<crate::config::Config, String> {
    let config: crate::config::Config = toml::from_str(text).map_err(|error| error.to_string())?;
    config.check().map_err(|error| error.to_string())?;
    Ok(config)
}

#[test]
fn a_chain_is_read_in_its_order_and_no_key_prints() {
    let config = parsed(TWO).unwrap();
    let names: Vec<_> = config.external.providers.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["first", "second"]);
    assert_eq!(config.external.providers[0].key.reveal(), "hush-hush");
    assert!(!format!("{config:?}").contains("hush"), "a key in what is printed");
}

#[test]
fn a_printed_chain_reads_back_and_explains_itself() {
    let config = parsed(TWO).unwrap();
    let printed = config.to_documented_toml();
    assert!(!printed.contains("# \n"), "a field without documentation:\n{printed}");
    assert_eq!(parsed(&printed).unwrap(), config);
}

#[test]
fn what_cannot_work_is_refused_without_repeating_it() {
    for (from, to) in [
        ("\"second\"", "\"first\""),
        ("\"second\"", "\"Not plain\""),
        ("https://b", "ftp://b"),
        ("= 0.5", "= 0.0"),
        ("= 0.5", "= nan"),
    ] {
        let why = parsed(&TWO.replace(from, to)).unwrap_err();
        assert!(why.starts_with("external.providers.") && !why.contains("hush"), "{why}");
    }
    let many: String = (0..9)
        .map(|n| TWO.replace("\"first\"", &format!("\"f{n}\"")))
        .map(|two| two.replace("\"second\"", &format!("\"s{}\"", two.len())))
        .collect();
    assert!(parsed(&many).unwrap_err().contains("at most 8"));
}
