//! A schema as the test reads it: nothing may be there that it does not list. Programs that read the output are given the
//! same schema and may meet members of later versions, so it does not say so itself.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Keywords that are checked here, or by the other implementation, or say nothing of values.
const KEYWORDS: &[&str] = &[
    "$schema",
    "title",
    "description",
    "type",
    "enum",
    "const",
    "properties",
    "required",
    "items",
    "additionalProperties",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "minProperties",
    "pattern",
];

/// Path of the file with the schema `name`.
pub(crate) fn path(name: &str) -> PathBuf {
    crate::root().join(format!("doc/json/{name}.json"))
}

/// A schema, and the members that were seen.
pub(crate) struct Schema {
    schema: Value,
    documented: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl Schema {
    /// Reads the schema `name` of `doc/json`; nothing was seen of it yet.
    pub(crate) fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(path(name)).expect("a schema of the project");
        let schema: Value = serde_json::from_str(&text).expect("a schema is JSON");
        let mut documented = BTreeSet::new();
        document(&schema, "", &mut documented);
        Self { schema, documented, seen: BTreeSet::new() }
    }

    /// Whether `object` is as documented: types, words, no member that is not described.
    pub(crate) fn check(&mut self, object: &Value) -> Result<(), String> {
        check(&self.schema, object, "", &mut self.seen)
    }

    /// Documented members that were not seen; what stands beside bytes that are not UTF-8 need not be.
    pub(crate) fn unseen(&self) -> impl Iterator<Item = &String> {
        let plain = |member: &str| member.strip_suffix("_hex").map(str::to_owned);
        let beside = move |member: &&String| plain(member).is_some_and(|it| self.documented.contains(&it));
        self.documented.difference(&self.seen).filter(move |member| !beside(member))
    }
}

/// Lists the members of the objects in `schema`, as paths.
fn document(schema: &Value, at: &str, members: &mut BTreeSet<String>) {
    for (keyword, value) in schema.as_object().expect("a schema is an object") {
        assert!(KEYWORDS.contains(&keyword.as_str()), "{at}: the keyword {keyword} is not checked");
        match keyword.as_str() {
            "properties" => {
                for (name, member) in value.as_object().expect("an object") {
                    let path = inside(at, name);
                    document(member, &path, members);
                    members.insert(path);
                }
            }
            "items" => document(value, at, members),
            _ => {}
        }
    }
}

fn inside(at: &str, name: &str) -> String {
    format!("{at}{}{name}", if at.is_empty() { "" } else { "." })
}

fn check(schema: &Value, value: &Value, at: &str, seen: &mut BTreeSet<String>) -> Result<(), String> {
    let right = match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    };
    if !right {
        return Err(format!("{at}: {value} is not of type {}", schema["type"].as_str().unwrap_or_default()));
    }
    let words = schema["enum"].as_array();
    if words.is_some_and(|words| !words.contains(value)) || schema.get("const").is_some_and(|it| it != value)
    {
        return Err(format!("{at}: {value} is not documented"));
    }
    for item in value.as_array().into_iter().flatten() {
        check(&schema["items"], item, at, seen)?;
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    for (name, member) in object {
        let path = inside(at, name);
        let known = [&schema["properties"][name], &schema["additionalProperties"]];
        let Some(known) = known.into_iter().find(|known| known.is_object()) else {
            return Err(format!("{path}: not documented"));
        };
        check(known, member, &path, seen)?;
        seen.insert(path);
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    match required.into_iter().find(|name| !object.contains_key(*name)) {
        Some(name) => Err(format!("{}: required and not there", inside(at, name))),
        None => Ok(()),
    }
}
