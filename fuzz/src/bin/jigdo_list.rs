//! A list of files that jigdo gets elsewhere: what it has, in lines that are well formed, is found by name, size and checksum.
#![no_main]
use isokit_digests::DigestValue;
use isokit_jigdo::{Checksum, List};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for checksum in [Checksum::Md5, Checksum::Sha256] {
        let algorithm = checksum.algorithm();
        let Ok(list) = List::new(bytes.to_vec(), checksum) else { continue };
        for line in bytes.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            let (digits, rest) = line.split_at(algorithm.length() * 2);
            let digest = DigestValue::from_hex(algorithm, digits).expect("the list is well formed");
            let rest = rest.trim_ascii_start();
            let end = rest.iter().position(|byte| *byte == b' ').expect("a path follows the size");
            let (size, path) = rest.split_at(end);
            let size = std::str::from_utf8(size).expect("digits").parse().expect("a number");
            let name = path[2..].rsplit(|byte| *byte == b'/').next().expect("there is one piece at least");
            let found = list.find(name, size);
            assert!(list.path(&found, &digest).expect("it is in the list").ends_with(name));
        }
    }
});
