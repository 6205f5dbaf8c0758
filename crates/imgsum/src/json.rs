//! Digests as JSON Lines.

use isokit_cli::json::Writer;
use isokit_digests::{Algorithm, DigestValue};

/// Appends the object of one file: `path` (`path_hex` too when it is no UTF-8), `size` in bytes, and under `digests` the
/// digest of each algorithm by its name.
pub(crate) fn write(
    text: &mut Vec<u8>,
    path: &[u8],
    size: u64,
    algorithms: &[Algorithm],
    values: &[DigestValue],
) {
    let mut object = Writer::object(text);
    object.bytes("path", path);
    object.raw("size", size);
    object.nested("digests", |digests| {
        for (algorithm, value) in algorithms.iter().zip(values) {
            digests.text(algorithm.name(), value.to_string());
        }
    });
    object.end();
    text.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_digests::Hasher;

    #[test]
    fn one_object_a_line() {
        let mut text = Vec::new();
        let value = Hasher::digest(Algorithm::Crc32, b"abc");
        write(&mut text, b"a\n\xff", 3, &[Algorithm::Crc32], &[value]);
        let want = "{\"path\":\"a\\n\u{fffd}\",\"path_hex\":\"610aff\",\"size\":3,\"digests\":{\"crc32\":\"352441c2\"}}\n";
        assert_eq!(String::from_utf8(text).as_deref(), Ok(want));
    }
}
