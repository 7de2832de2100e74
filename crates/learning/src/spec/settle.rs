//! `--set key.of.a.table=value`: a change to a spec before it is read.

use super::error::SpecError;
use toml::{Table, Value};

/// Sets one value that is there; a new key is a slip of the pen.
pub(super) fn set(table: &mut Table, set: &str) -> Result<(), SpecError> {
    let fault = |what: &str| SpecError::Set { key: set.to_owned(), what: what.to_owned() };
    let (key, text) = set.split_once('=').ok_or_else(|| fault("write key=value"))?;
    let value = value(text);
    let mut at = table;
    let mut names = key.split('.').peekable();
    while let Some(name) = names.next() {
        let found = at.get_mut(name).ok_or_else(|| fault("the spec has no such key"))?;
        if names.peek().is_some() {
            at = found.as_table_mut().ok_or_else(|| fault("that is no table"))?;
        } else {
            *found = like(found, value).ok_or_else(|| fault("that is another kind of value"))?;
            return Ok(());
        }
    }
    Err(fault("write key=value"))
}

/// A value as TOML reads it; a text as it stands when TOML does not.
fn value(text: &str) -> Value {
    let read = format!("it = {text}").parse::<Table>().ok();
    read.and_then(|mut table| table.remove("it")).unwrap_or_else(|| Value::String(text.to_owned()))
}

/// The new value in the kind of the old.
fn like(old: &Value, new: Value) -> Option<Value> {
    match (old, new) {
        (Value::Float(_), Value::Integer(whole)) => Some(Value::Float(whole as f64)),
        (old, new) if old.same_type(&new) => Some(new),
        _ => None,
    }
}
