//! Writes small address databases in MaxMind's format, for tests.
//!
//! IPv4, 24-bit records, one record a /8. Source: MaxMind DB file format specification, version 2.0.

use std::collections::BTreeMap;

/// A value of a record.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// A yes or no.
    Bool(bool),
    /// A whole number: its type and bytes.
    Whole(u8, Vec<u8>),
    /// Any other number.
    Real(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Values by name.
    Map(BTreeMap<String, Self>),
}

impl From<&serde_json::Value> for Value {
    fn from(json: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Self::Map(BTreeMap::new()),
            Json::Bool(yes) => Self::Bool(*yes),
            Json::Number(n) => n
                .as_u64()
                .and_then(|n| u16::try_from(n).ok())
                .map_or_else(|| Self::Real(n.as_f64().unwrap()), Self::u16),
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(list) => Self::List(list.iter().map(Self::from).collect()),
            Json::Object(map) => {
                Self::Map(map.iter().map(|(name, value)| (name.clone(), value.into())).collect())
            }
        }
    }
}

impl Value {
    fn u16(n: u16) -> Self {
        Self::Whole(5, n.to_be_bytes().to_vec())
    }

    /// Type number, size field and payload.
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bool(yes) => control(out, 14, usize::from(*yes)),
            Self::Whole(kind, bytes) => {
                control(out, *kind, bytes.len());
                out.extend(bytes);
            }
            Self::Real(x) => {
                control(out, 3, 8);
                out.extend(x.to_be_bytes());
            }
            Self::Text(text) => write_text(out, text),
            Self::List(list) => {
                control(out, 11, list.len());
                for value in list {
                    value.write(out);
                }
            }
            Self::Map(map) => {
                control(out, 7, map.len());
                for (name, value) in map {
                    write_text(out, name);
                    value.write(out);
                }
            }
        }
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    control(out, 2, text.len());
    out.extend(text.bytes());
}

/// The control byte, with the byte of a type above 7 and of a size above 28.
fn control(out: &mut Vec<u8>, kind: u8, size: usize) {
    let (short, more) = if size < 29 { (size, None) } else { (29, Some(size - 29)) };
    let short = u8::try_from(short).unwrap();
    if kind > 7 {
        out.extend([short, kind - 7]);
    } else {
        out.push(kind << 5 | short);
    }
    out.extend(more.map(|more| u8::try_from(more).expect("texts of tests are short")));
}

/// A database that knows the /8 networks given.
pub(crate) fn mmdb(networks: &[(u8, Value)]) -> Vec<u8> {
    let mut data = Vec::new();
    let offsets: Vec<(u8, usize)> = networks
        .iter()
        .map(|(octet, value)| {
            let at = data.len();
            value.write(&mut data);
            (*octet, at)
        })
        .collect();
    let (mut file, n_nodes) = tree(&offsets);
    file.extend([0; 16]);
    file.extend(data);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    metadata(n_nodes).write(&mut file);
    file
}

/// The full tree of the first octet: 255 nodes, whose last level points into the data.
fn tree(offsets: &[(u8, usize)]) -> (Vec<u8>, usize) {
    let n_nodes = 255;
    let mut file = Vec::new();
    for node in 0..n_nodes {
        for side in 0..2 {
            let child = 2 * node + 1 + side;
            let leaf = |(octet, at): &(u8, usize)| {
                (usize::from(*octet) + n_nodes == child).then_some(n_nodes + 16 + at)
            };
            let record = if child < n_nodes {
                child
            } else {
                offsets.iter().find_map(leaf).unwrap_or(n_nodes)
            };
            file.extend(&u32::try_from(record).unwrap().to_be_bytes()[1..]);
        }
    }
    (file, n_nodes)
}

fn metadata(n_nodes: usize) -> Value {
    let about = serde_json::json!({
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "database_type": "Test-City",
        "description": {"en": "Made by a test"},
        "ip_version": 4,
        "languages": ["en"],
        "record_size": 24,
    });
    let Value::Map(mut about) = Value::from(&about) else { panic!("an object is a map") };
    let n_nodes = u32::try_from(n_nodes).unwrap();
    about.insert("node_count".to_owned(), Value::Whole(6, n_nodes.to_be_bytes().to_vec()));
    let built = 1_700_000_000_u64.to_be_bytes().to_vec();
    about.insert("build_epoch".to_owned(), Value::Whole(9, built));
    Value::Map(about)
}
