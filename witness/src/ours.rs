//! isokit's own tools as a reader: names and facts by `isols --json`, digests by `imgsum --files`.

use crate::{Reading, Seen, Tree, last_words};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// The tree `names` (`udf`, `auto`, ...) of an image as the tools in `folder` see it.
///
/// # Errors
/// The last words of a tool that failed, the first finding of a file that could not be read included.
pub fn reading(folder: &Path, image: &Path, names: &str) -> Reading {
    let mut isols = Command::new("timeout");
    isols.arg("60").arg(folder.join("isols")).args(["-R", "--json", "--names", names]).arg(image);
    let output = isols.output().map_err(|error| format!("isols: {error}"))?;
    if !output.status.success() {
        return Err(last_words(&output).replace(&image.display().to_string(), &name(image)));
    }
    let mut tree = Tree::new();
    for line in output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let value: Value = serde_json::from_slice(line).map_err(|error| format!("isols --json: {error}"))?;
        let (path, seen) = entry(&value);
        if !path.is_empty() {
            tree.insert(path, seen);
        }
    }
    let mut imgsum = Command::new("timeout");
    imgsum.arg("120").arg(folder.join("imgsum")).args(["--files", "-z", "--names", names]).arg(image);
    let output = imgsum.output().map_err(|error| format!("imgsum: {error}"))?;
    if !output.status.success() {
        return Err(last_words(&output).replace(&image.display().to_string(), &name(image)));
    }
    for line in String::from_utf8_lossy(&output.stdout).split('\0') {
        let Some((digest, path)) = line.split_once("  ") else { continue };
        if let Some(seen) = tree.get_mut(path.trim_start_matches('/')) {
            seen.content = digest.to_owned();
        }
    }
    Ok(tree)
}

/// What a message may call an image: where this machine has it is nobody's business.
fn name(image: &Path) -> String {
    image.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn entry(value: &Value) -> (String, Seen) {
    let text = |key: &str| match value.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let kind = match text("kind").as_str() {
        "file" => "regular file",
        "symlink" => "symbolic link",
        "character-device" => "character special file",
        "block-device" => "block special file",
        other => other,
    }
    .to_owned();
    let mode = text("mode").trim_start_matches('0').to_owned();
    let device = value.get("device").and_then(Value::as_array).map_or_else(String::new, |numbers| {
        let numbers: Vec<String> =
            numbers.iter().filter_map(Value::as_u64).map(|number| format!("{number:x}")).collect();
        numbers.join(",")
    });
    let owner = match (text("uid").as_str(), text("gid").as_str()) {
        // UDF's "not specified", for which the kernel shows an owner of its mount's choice.
        ("" | "4294967295", _) | (_, "4294967295") => String::new(),
        (uid, gid) => format!("{uid}:{gid}"),
    };
    let modified = text("modified");
    let fraction = modified.split_once('.').map_or(String::new(), |(_, rest)| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        format!("{digits:0<9}")
    });
    let seen = Seen {
        mode: if value.get("mode").is_some() && mode.is_empty() { "0".into() } else { mode },
        links: text("links"),
        owner,
        size: text("size"),
        modified: seconds(&modified).map(|seconds| seconds.to_string()).unwrap_or_default(),
        fraction: if modified.is_empty() || !fraction.is_empty() { fraction } else { "000000000".into() },
        device,
        content: text("target"),
        kind,
    };
    (text("path").trim_start_matches('/').to_owned(), seen)
}

/// Seconds since 1970 of an RFC 3339 time, its fraction cut off.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let (negative, date) = date.strip_prefix('-').map_or((false, date), |date| (true, date));
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let year = parts.next()??;
    let days = days(if negative { -year } else { year }, parts.next()??, parts.next()??)?;
    let clock = time.get(..8)?;
    let mut parts = clock.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let local = days * 86_400 + parts.next()?? * 3600 + parts.next()?? * 60 + parts.next()??;
    let zone = time.get(8..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    if zone == "Z" {
        return Some(local);
    }
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let offset = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    Some(if zone.starts_with('-') { local + offset } else { local - offset })
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
pub(crate) fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(-9999..=9999).contains(&year) {
        return None;
    }
    // Years begin in March, so that the day of a leap year is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_since_1970() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2004-11-09T12:33:20+01:00"), Some(1_100_000_000));
        assert_eq!(seconds("2004-11-09T11:33:20.5Z"), Some(1_100_000_000));
        assert_eq!(seconds("1969-12-31T23:59:59Z"), Some(-1));
        assert_eq!(seconds("2100-03-01T00:00:00Z"), Some(4_107_542_400));
    }

    #[test]
    fn an_entry_has_the_words_of_stat() {
        let value = serde_json::json!({"path": "/c", "kind": "character-device", "size": 0, "mode": "0600",
            "links": 1, "uid": 0, "gid": 5, "device": [1, 300], "modified": "1970-01-01T00:00:01.25Z"});
        let (path, seen) = entry(&value);
        assert_eq!(path, "c");
        assert_eq!(
            (seen.kind.as_str(), seen.mode.as_str(), seen.owner.as_str()),
            ("character special file", "600", "0:5")
        );
        assert_eq!((seen.device.as_str(), seen.fraction.as_str()), ("1,12c", "250000000"));
    }
}
