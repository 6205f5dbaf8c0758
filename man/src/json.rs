//! The page on JSON, from the schemas that the tools' output is tested against.

use serde_json::{Map, Value};
use std::io;

/// The schemas in `doc/json`, in the order of the page.
pub const SCHEMAS: [&str; 6] =
    ["isols-entry", "isols-volume", "isols-boot", "isols-fault", "isols-session", "imgsum-file"];

/// Where the objects go in the written part of the page.
const OBJECTS: &str = ".SH OBJECTS\n";

/// isokit-json(5); `written` is its hand-written part, `schemas` the text of each of [`SCHEMAS`].
///
/// # Errors
/// When a schema is not JSON, or leaves out what the page needs.
pub(crate) fn page(written: &str, schemas: &[String]) -> io::Result<String> {
    let (before, after) = written.split_once(OBJECTS).ok_or_else(|| wrong("the page", "OBJECTS"))?;
    let mut text = String::from(".TH ISOKIT\\-JSON 5 \"2026-11-26\" \"isokit\" \"isokit manual\"\n");
    text.push_str(before);
    text.push_str(OBJECTS);
    for schema in schemas {
        let schema: Value = serde_json::from_str(schema).map_err(io::Error::other)?;
        text.push_str(&format!(".SS {}\n{}\n", escaped(word(&schema, "title")?), about(&schema)?));
        members(&schema, &mut text)?;
    }
    text.push_str(after);
    Ok(text)
}

/// A paragraph for each member of the object that `schema` describes, with those of objects inside indented.
fn members(schema: &Value, text: &mut String) -> io::Result<()> {
    let empty = Map::new();
    let all = schema["properties"].as_object().unwrap_or(&empty);
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (name, member) in all {
        // What _hex is for is told once for all.
        if name.strip_suffix("_hex").is_some_and(|plain| all.contains_key(plain)) {
            continue;
        }
        let optional = if required.iter().any(|known| known == name) { "" } else { ", optional" };
        let kind = kind(member).ok_or_else(|| wrong(name, "type"))?;
        text.push_str(&format!(".TP\n.BR {} \" ({kind}{optional})\"\n{}", escaped(name), about(member)?));
        let words = member["enum"].as_array().or_else(|| member["items"]["enum"].as_array());
        if let Some(words) = words {
            let words: Vec<&str> =
                words.iter().filter_map(Value::as_str).filter(|it| !it.is_empty()).collect();
            text.push_str(&format!("\n.br\nValues: {}.", escaped(&words.join(", "))));
        }
        text.push('\n');
        let inside = if member["items"]["properties"].is_object() { &member["items"] } else { member };
        if inside["properties"].is_object() {
            text.push_str(".RS\n");
            members(inside, text)?;
            text.push_str(".RE\n");
        }
    }
    Ok(())
}

/// The type of a member in a word or two.
fn kind(member: &Value) -> Option<&'static str> {
    let of = |value: &Value| match value["type"].as_str() {
        Some("string") => Some("text"),
        Some("integer") => Some("number"),
        Some("boolean") => Some("true or false"),
        Some("object") => Some("object"),
        None if value["enum"].is_array() => Some("word"),
        None if value["const"] == true => Some("true"),
        _ => None,
    };
    if member["type"] != "array" {
        return of(member);
    }
    match of(&member["items"])? {
        "object" => Some("list of objects"),
        "number" => Some("list of numbers"),
        "word" => Some("list of words"),
        _ => None,
    }
}

fn about(schema: &Value) -> io::Result<String> {
    Ok(escaped(word(schema, "description")?))
}

fn word<'s>(schema: &'s Value, key: &str) -> io::Result<&'s str> {
    schema[key].as_str().ok_or_else(|| wrong(&schema.to_string(), key))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-")
}

fn wrong(place: &str, what: &str) -> io::Error {
    io::Error::other(format!("{place}: no {what}"))
}
