//! What is said of a volume: each fact once, for people and for programs.

use crate::escape;
use isokit_cli::date::rfc3339;
use isokit_cli::json::Writer;
use isokit_core::tree::Time;

pub(super) struct Fact {
    /// Before its line; in a row a phrase with `{}` for the value. `None` for what only programs want to know, or people
    /// read of in the words of another fact.
    label: Option<&'static str>,
    key: &'static str,
    value: Value,
    /// What people read instead of the value.
    words: Option<String>,
}

enum Value {
    Text(Vec<u8>),
    Number(u64, &'static str),
    Date(Option<Time>),
    Texts(Vec<String>),
    Numbers(Vec<u64>),
    /// A line for each: what is before the colon, and its facts.
    Rows(Vec<(String, Vec<Fact>)>),
    /// Lines of their own, an object of their own.
    Group(Vec<Fact>),
}

impl Fact {
    const fn new(label: &'static str, key: &'static str, value: Value) -> Self {
        Self { label: Some(label), key, value, words: None }
    }

    pub(super) fn bytes(label: &'static str, key: &'static str, text: Vec<u8>) -> Self {
        Self::new(label, key, Value::Text(text))
    }

    pub(super) fn text(label: &'static str, key: &'static str, text: impl Into<String>) -> Self {
        Self::bytes(label, key, text.into().into_bytes())
    }

    pub(super) fn number(
        label: &'static str,
        key: &'static str,
        number: impl Into<u64>,
        unit: &'static str,
    ) -> Self {
        Self::new(label, key, Value::Number(number.into(), unit))
    }

    pub(super) fn date(label: &'static str, key: &'static str, date: Option<Time>) -> Self {
        Self::new(label, key, Value::Date(date))
    }

    pub(super) fn texts(label: &'static str, key: &'static str, texts: Vec<String>) -> Self {
        Self::new(label, key, Value::Texts(texts))
    }

    pub(super) fn numbers(label: &'static str, key: &'static str, numbers: Vec<u64>) -> Self {
        Self::new(label, key, Value::Numbers(numbers))
    }

    pub(super) fn rows(label: &'static str, key: &'static str, rows: Vec<(String, Vec<Self>)>) -> Self {
        Self::new(label, key, Value::Rows(rows))
    }

    pub(super) fn group(key: &'static str, facts: Vec<Self>) -> Self {
        Self::new("", key, Value::Group(facts))
    }

    /// Has people read `words` instead of the value; programs get the value all the same.
    pub(super) fn in_words(mut self, words: impl Into<String>) -> Self {
        self.words = Some(words.into());
        self
    }

    /// Leaves it out of what people read.
    pub(super) fn unsaid(mut self) -> Self {
        self.label = None;
        self
    }

    /// Appends what people read of it: one line, several, or none.
    pub(super) fn lines(&self, text: &mut Vec<u8>) {
        let Some(label) = self.label else { return };
        match &self.value {
            Value::Group(facts) => facts.iter().for_each(|fact| fact.lines(text)),
            Value::Rows(rows) if self.words.is_none() => {
                for (name, facts) in rows {
                    let phrases: Vec<String> = facts.iter().filter_map(Self::phrase).collect();
                    line(label, &format!("{name}: {}", phrases.join(", ")), text);
                }
            }
            _ => {
                let value = self.value();
                if !value.is_empty() {
                    line(label, &value, text);
                }
            }
        }
    }

    /// What people read of it within a row; `None` when that is nothing.
    fn phrase(&self) -> Option<String> {
        let label = self.label?;
        Some(self.words.clone().unwrap_or_else(|| label.replacen("{}", &self.value(), 1)))
    }

    /// The value for people; empty when there is nothing to read.
    fn value(&self) -> String {
        if let Some(words) = &self.words {
            return words.clone();
        }
        match &self.value {
            Value::Text(bytes) => escape::shown(bytes),
            Value::Number(number, unit) => format!("{number} {unit}").trim_end().to_owned(),
            Value::Date(date) => date.and_then(rfc3339).unwrap_or_default(),
            Value::Texts(texts) => texts.join(", "),
            Value::Numbers(numbers) => numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" and "),
            Value::Rows(_) | Value::Group(_) => String::new(),
        }
    }

    pub(super) fn json(&self, object: &mut Writer<'_>) {
        let all = |facts: &[Self], object: &mut Writer<'_>| facts.iter().for_each(|fact| fact.json(object));
        match &self.value {
            Value::Text(bytes) => object.bytes(self.key, bytes),
            Value::Number(number, _) => object.raw(self.key, number),
            Value::Date(date) => {
                if let Some(date) = date.and_then(rfc3339) {
                    object.text(self.key, date);
                }
            }
            Value::Texts(texts) => object.texts(self.key, texts),
            Value::Numbers(numbers) => object.values(self.key, numbers),
            Value::Rows(rows) => object.list(self.key, rows, |object, (_, facts)| all(facts, object)),
            Value::Group(facts) => object.nested(self.key, |object| all(facts, object)),
        }
    }
}

/// Appends `value` in the column behind the labels.
fn line(label: &str, value: &str, text: &mut Vec<u8>) {
    text.extend_from_slice(format!("{label:<15} {value}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Vec<Fact> {
        let row = vec![
            Fact::text("{}", "kind", "sparable"),
            Fact::number("{} blocks free", "free_blocks", 7_u32, ""),
            Fact::numbers("tables in sectors {}", "tables", vec![1, 2]),
            Fact::number("", "offset", 2048_u64, "").unsaid(),
            Fact::number("", "table", 4096_u64, "").in_words("table in sector 2"),
        ];
        vec![
            Fact::bytes("volume id", "volume_id", b"A\nB".to_vec()),
            Fact::text("publisher", "publisher", ""),
            Fact::number("size", "size", 5_u64, "bytes"),
            Fact::date("created", "created", Some(Time::default())),
            Fact::date("expires", "expires", None),
            Fact::texts("trees", "trees", vec!["rr".into(), "udf".into()]),
            Fact::text("shown", "shown", "rr").in_words("rr: because"),
            Fact::group("udf", vec![Fact::rows("map", "maps", vec![("0".into(), row)])]),
        ]
    }

    #[test]
    fn people_and_programs_are_told_the_same() {
        let (mut text, mut json) = (Vec::new(), Vec::new());
        facts().iter().for_each(|fact| fact.lines(&mut text));
        let mut object = Writer::object(&mut json);
        facts().iter().for_each(|fact| fact.json(&mut object));
        object.end();
        assert_eq!(
            String::from_utf8(text).expect("text"),
            "volume id       A\\nB\n\
             size            5 bytes\n\
             created         1970-01-01T00:00:00Z\n\
             trees           rr, udf\n\
             shown           rr: because\n\
             map             0: sparable, 7 blocks free, tables in sectors 1 and 2, table in sector 2\n"
        );
        assert_eq!(
            String::from_utf8(json).expect("text"),
            concat!(
                r#"{"volume_id":"A\nB","publisher":"","size":5,"created":"1970-01-01T00:00:00Z","#,
                r#""trees":["rr","udf"],"shown":"rr","udf":{"maps":[{"kind":"sparable","free_blocks":7,"#,
                r#""tables":[1,2],"offset":2048,"table":4096}]}}"#
            )
        );
    }
}
