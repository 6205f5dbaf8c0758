//! Names in messages, quoted as coreutils quotes them: only where a shell would need it.

/// `name` as a shell reads it back.
pub(crate) fn quoted(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    let replaced = matches!(text, std::borrow::Cow::Owned(_));
    if replaced || text.chars().any(char::is_control) {
        return escaped(name);
    }
    let special = |c: char| " !\"$&'()*:;<=>?[\\^`|".contains(c);
    if !name.is_empty() && !text.contains(special) && !text.starts_with(['~', '#']) {
        return text.into_owned();
    }
    if text.contains('\'') && !text.contains(['"', '$', '`', '\\', '!']) {
        return format!("\"{text}\"");
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// With everything but printable ASCII as an escape, which has quotes of its own.
fn escaped(name: &[u8]) -> String {
    let mut text = String::from("'");
    let mut in_escape = false;
    for byte in name {
        let plain = matches!(byte, b' '..=b'~');
        match (plain, in_escape) {
            (true, true) => text.push_str("''"),
            (false, false) => text.push_str("'$'"),
            _ => {}
        }
        in_escape = !plain;
        match byte {
            b'\'' => text.push_str(r"'\''"),
            b'\n' => text.push_str(r"\n"),
            b'\r' => text.push_str(r"\r"),
            b'\t' => text.push_str(r"\t"),
            b' '..=b'~' => text.push(char::from(*byte)),
            byte => text.push_str(&format!(r"\{byte:03o}")),
        }
    }
    text.push('\'');
    text
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn as_coreutils() {
        for (name, shown) in [
            ("plain-1.0_x~/b", "plain-1.0_x~/b"),
            ("", "''"),
            ("sp ace", "'sp ace'"),
            ("it's", "\"it's\""),
            ("it's $x", r"'it'\''s $x'"),
            ("a:b", "'a:b'"),
            ("~x", "'~x'"),
            ("#x", "'#x'"),
            ("{}", "{}"),
            ("a\nb", r"'a'$'\n''b'"),
            ("\n\nb", r"''$'\n\n''b'"),
            ("z\n", r"'z'$'\n'"),
        ] {
            assert_eq!(quoted(name.as_bytes()), shown);
        }
        assert_eq!(quoted(b"no\xff"), r"'no'$'\377'");
    }
}
