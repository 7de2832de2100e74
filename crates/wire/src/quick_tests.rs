//! What the quick reader reads, the general one reads the same; what it leaves, the general one judges.

use super::*;
use crate::field::{Each, Scalar, Shape, skip};
use crate::geolocate::{decode, decode_carefully};
use cairn_report::Reason;
use proptest::prelude::*;
use serde::de::MapAccess;

/// Writes down what it is told, each key's value as the type that the key's first letter stands for.
#[derive(Debug, Default, Clone, PartialEq)]
struct Diary(Vec<String>);

struct Text(String);

impl Scalar for Text {
    fn from_text(text: &str) -> Field<Self> {
        Field::Value(Self(text.to_owned()))
    }
}

impl Object for Diary {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let said = match key.as_bytes().first() {
            Some(b'n') => format!("{:?}", map.next_value::<Field<f64>>()?),
            Some(b'b') => format!("{:?}", map.next_value::<Field<bool>>()?),
            Some(b't') => format!("{:?}", map.next_value::<Field<Text>>()?.map(|text| text.0)),
            Some(b'o') => format!("{:?}", map.next_value::<Shape<Self>>()?),
            Some(b'l') => {
                let mut all = Vec::new();
                let each = Each::new(|entry: Field<Self>| all.push(format!("{entry:?}")));
                format!("{:?} {all:?}", map.next_value_seed(each)?)
            }
            _ => skip(map).map(|()| String::new())?,
        };
        self.0.push(format!("{key}={said}"));
        Ok(())
    }
}

/// Reads a text both ways; whether the quick reader took it.
fn same(text: &str) -> Result<bool, TestCaseError> {
    let (mut quick, mut careful) = (Diary::default(), Diary::default());
    let shape = read(text, &mut quick);
    let mut strict = serde_json::Deserializer::from_str(text);
    let judged = Fill(&mut careful).deserialize(&mut strict).and_then(|shape| {
        let shape = shape.map(|_| ());
        strict.end().map(|()| shape)
    });
    if let Ok(shape) = shape {
        prop_assert!(judged.is_ok_and(|judged| judged == shape), "taken, and is none: {text}");
        prop_assert_eq!(quick, careful, "{}", text);
    }
    Ok(shape.is_ok())
}

/// Asks a query both ways.
fn same_query(body: &[u8]) -> Result<(), TestCaseError> {
    let said = |asked: Result<_, crate::DecodeError>| asked.map_err(|why| why.to_string());
    prop_assert_eq!(said(decode(body)), said(decode_carefully(body)));
    Ok(())
}

fn any_value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<u64>().prop_map(|n| n.to_string()),
        (-130..10_i32).prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|n| format!("{n:e}")),
        (any::<i32>(), 0..400_u32).prop_map(|(n, e)| format!("{n}.25E-{e}")),
        "-?[0-9]{1,24}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        "\"[0-9a-fA-F]{12}\"",
        "\"[0-9a-f]{2}(:[0-9a-f]{2}){5}\"",
        "\"[ -~]{0,20}\"",
        "\"(\\\\u[0-9a-fD]{4}|\\\\[\"\\\\/bfnrtux]|é|\u{1f4f6}|[a-z]){0,9}\"",
        "true|false|null|tru|NaN|-|Infinity|01|-0|1\\.|\\.5|1e|\"|lte|\"lte\"|\"-60\"",
    ];
    scalar.prop_recursive(3, 24, 4, |inner| {
        let space = "[ \n\t]{0,2}";
        let list = prop::collection::vec((inner.clone(), space), 0..4).prop_map(|all| {
            let all: Vec<_> = all.into_iter().map(|(value, space)| value + &space).collect();
            format!("[{}]", all.join(","))
        });
        let object = prop::collection::vec((any_key(), inner, space), 0..5).prop_map(|all| {
            let member = |(key, value, space)| format!("{space}{key}{space}:{space}{value}{space}");
            format!("{{{}}}", all.into_iter().map(member).collect::<Vec<_>>().join(","))
        });
        prop_oneof![list, object]
    })
}

fn any_key() -> impl Strategy<Value = String> {
    let known = "wifiAccessPoints|bluetoothBeacons|cellTowers|macAddress|signalStrength|age|channel|\
        frequency|ssid|considerIp|uncertainty|raw|fallbacks|ipf|lacf|carrier|radioType|cellId|\
        mobileCountryCode|[nbtol]|[nbtol]\\\\u0061|[nbtol]\\\\\"|x|";
    known.prop_map(|key| format!("\"{key}\""))
}

/// A query as programs write them, in which any value may be any other.
fn any_query() -> impl Strategy<Value = String> {
    let value = || {
        let usual = "\"0200[0-9a-f]{8}\"|-[5-9][0-9]|[0-9]{1,4}|2437";
        prop_oneof![6 => usual.prop_map(|usual| usual), 1 => any_value()]
    };
    let entry = prop::collection::vec((any_key(), value()), 0..6).prop_map(|members| {
        let members: Vec<_> = members.iter().map(|(key, value)| format!("{key}:{value}")).collect();
        format!("{{{}}}", members.join(","))
    });
    let entry = prop_oneof![9 => entry, 1 => any_value()];
    let list = prop::collection::vec(entry, 0..6).prop_map(|all| format!("[{}]", all.join(", ")));
    let lists = "wifiAccessPoints|bluetoothBeacons|cellTowers".prop_map(|key| format!("\"{key}\""));
    let member = prop_oneof![2 => (lists, list), 1 => (any_key(), any_value())];
    prop::collection::vec(member, 0..4).prop_map(|members| {
        let members: Vec<_> =
            members.iter().map(|(key, value)| format!("{key} : {value}")).collect();
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_read_as_the_general_reader_reads_it(text in any_value()) {
        same(&text)?;
    }

    #[test]
    fn any_query_is_answered_as_by_the_general_reader(text in any_query()) {
        same_query(text.as_bytes())?;
    }

    #[test]
    fn a_query_with_a_bit_turned_or_cut_off_is_refused_in_the_same_words(
        text in any_query(), at in any::<prop::sample::Index>(), bit in 0..9_u8,
    ) {
        let mut body = text.into_bytes();
        let at = at.index(body.len());
        match bit {
            0..=7 => body[at] ^= 1 << bit,
            _ => body.truncate(at),
        }
        same_query(&body)?;
    }
}

#[test]
fn usual_bodies_are_read_quickly_and_doubtful_ones_are_left() {
    for text in [
        r#" { "n" : -0.5e3 , "t": "caf\u00e9", "x": [[{"y": [1e999, "\ud800"]}]], "l": [{}, 1] } "#,
        r#"{"o":{"o":{"o":null}},"b":true,"b":false,"n":18446744073709551616,"n":-0,"n":0}"#,
        r#"{"t":"say \"so\"","x":"\\","\u0074":""}"#,
        "[]",
        "null",
    ] {
        assert!(same(text).unwrap(), "{text}");
    }
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(66), "]".repeat(66));
    for text in [
        "",
        "{",
        "{}}",
        "{,}",
        r#"{"n":1,}"#,
        r#"{"n":01}"#,
        r#"{"n":1.}"#,
        r#"{"n":1e999}"#,
        r#"{"n" 1}"#,
        r#"{"t":"\ud800"}"#,
        "{\"t\":\"\n\"}",
        r#"{"t":"\x"}"#,
        r#"{"x":"\x"}"#,
        r#"{"x":[1,]}"#,
        r#"{"x":{"a":1,}}"#,
        r#"{"x":{1:1}}"#,
        r#"{"x":[}]}"#,
        r#"{"n":NaN}"#,
        r#"{"t":"\"#,
        "{\"t\":\"\u{0}\"}",
        "{} {}",
        "\u{0}{}",
        deep.as_str(),
    ] {
        assert!(!same(text).unwrap(), "{text}");
    }
}

#[test]
fn what_is_left_is_read_from_the_start_and_counted_once() {
    let deep = "[".repeat(66) + &"]".repeat(66);
    let body = format!("{{\"wifiAccessPoints\": [{{\"macAddress\": 1}}], \"x\": {deep}}}");
    assert_eq!(decode(body.as_bytes()).unwrap().refusals.count(Reason::EntryMalformed), 1);
}
