//! What else is read than what is meant: a wrong type costs its value and not the request (W2).
//!
//! A schema that named the meant type alone would call bodies invalid that are answered with 200.

use cairn_wire::limits::TRACK_SESSION_CHARS_MAX;
use serde_json::json;
use utoipa::openapi::schema::{AnyOfBuilder, ArrayItems, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Components, RefOr};

/// What a submission or a track cannot be without, and what has to be a list; source: `wire`'s decoder.
const LISTS: [&str; 2] = ["items", "scans"];
/// The members whose type is looked at: a query's that nobody uses, and a track's name.
const TEXTS: [&str; 2] = ["carrier", "session"];

/// Opens every member of the described objects to any value, but for the two that are looked at.
pub(super) fn open_all(asked: &mut Components) {
    for schema in asked.schemas.values_mut() {
        let RefOr::T(Schema::Object(object)) = schema else { continue };
        object.required.retain(|name| LISTS.contains(&name.as_str()));
        for (name, member) in &mut object.properties {
            match (name.as_str(), &mut *member) {
                (name, RefOr::T(Schema::Array(list))) if LISTS.contains(&name) => {
                    open_entries(&mut list.items);
                }
                (name, _) if TEXTS.contains(&name) => {}
                _ => *member = open(std::mem::replace(member, anything())),
            }
        }
    }
}

/// Opens the entries of a list that has to be one.
fn open_entries(entries: &mut ArrayItems) {
    if let ArrayItems::RefOrSchema(entry) = entries {
        let meant = std::mem::replace(&mut **entry, anything());
        **entry = open(meant);
    }
}

/// What is meant, or anything else; a description stays on top.
fn open(meant: RefOr<Schema>) -> RefOr<Schema> {
    let mut meant = without_null(meant);
    let description = match &mut meant {
        RefOr::Ref(reference) => Some(std::mem::take(&mut reference.description)),
        RefOr::T(Schema::Object(object)) => object.description.take(),
        RefOr::T(Schema::Array(list)) => list.description.take(),
        RefOr::T(_) => None,
    };
    let either = AnyOfBuilder::new().item(meant).item(anything());
    either.description(description.filter(|text| !text.is_empty())).into()
}

/// What is meant where that, or `null`, is.
fn without_null(meant: RefOr<Schema>) -> RefOr<Schema> {
    match meant {
        RefOr::T(Schema::OneOf(mut one)) if matches!(one.items.first(), Some(RefOr::Ref(_))) => {
            one.items.swap_remove(0)
        }
        other => other,
    }
}

/// Any value at all.
fn anything() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(SchemaType::AnyValue).into()
}

/// Text, or what says nothing: `null` or an empty list or object.
pub(super) fn text_or_nothing() -> RefOr<Schema> {
    text_of(None, "Not used. Text; another type is an error, as with the peers.")
}

/// The name of a track, or what says nothing.
pub(super) fn session_or_nothing() -> RefOr<Schema> {
    let about = "The client's name for a track that goes on over several requests. It is hashed with a key of \
        the process and kept in memory for ten minutes. Text; another type is an error.";
    text_of(Some(TRACK_SESSION_CHARS_MAX), about)
}

fn text_of(chars_max: Option<usize>, about: &str) -> RefOr<Schema> {
    let texts = SchemaType::from_iter([Type::String, Type::Null]);
    let text = ObjectBuilder::new().schema_type(texts).max_length(chars_max);
    let nothing = ObjectBuilder::new().schema_type(SchemaType::AnyValue);
    let nothing = nothing.enum_values(Some([json!([]), json!({})]));
    let either = AnyOfBuilder::new().item(text).item(nothing);
    either.description(Some(about)).into()
}

#[cfg(test)]
mod tests {
    use super::super::document;

    fn schema(name: &str) -> serde_json::Value {
        let document = serde_json::to_value(document()).unwrap();
        document["components"]["schemas"][name].clone()
    }

    #[test]
    fn a_wrong_type_is_no_reason_to_call_a_body_invalid() {
        let power = &schema("WifiAccessPoint")["properties"]["signalStrength"];
        assert_eq!(power["anyOf"][0]["maximum"], -10);
        assert_eq!(power["anyOf"][1], serde_json::json!({}), "{power}");
        assert_eq!(power["description"], "Power received, in dBm.");
        assert!(schema("WifiAccessPoint").get("required").is_none());
    }

    #[test]
    fn a_submission_needs_its_list_and_the_list_may_hold_anything() {
        for name in ["Submission", "SubmissionV1", "SubmissionV0"] {
            let submission = schema(name);
            assert_eq!(submission["required"], serde_json::json!(["items"]));
            let items = &submission["properties"]["items"];
            assert_eq!(
                (&items["type"], &items["items"]["anyOf"][1]),
                (&"array".into(), &serde_json::json!({}))
            );
        }
    }
}
