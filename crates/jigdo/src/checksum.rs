//! The checksums that tell matched files and images apart.

use isokit_digests::{Algorithm, DigestValue};

/// Which checksum a template and a list have of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// Of version 1: what every reader understands.
    Md5,
    /// Of version 2, which jigdo-file understands since 0.8.0.
    Sha256,
}

impl Checksum {
    /// What computes it.
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::Md5 => Algorithm::Md5,
            Self::Sha256 => Algorithm::Sha256,
        }
    }

    /// Its name in an entry of the .jigdo file: `Template-MD5Sum`.
    pub(crate) const fn entry(self) -> &'static str {
        match self {
            Self::Md5 => "MD5Sum",
            Self::Sha256 => "SHA256Sum",
        }
    }
}

/// `digest` in jigdo's own Base64 (TechDetails, "File format for .jigdo files"): `-` and `_` in place of `+` and `/`, and
/// nothing appended.
pub(crate) fn base64(digest: &DigestValue) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for group in digest.as_bytes().chunks(3) {
        let byte = |n: usize| u32::from(group.get(n).copied().unwrap_or_default());
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        let letters = [18, 12, 6, 0].map(|shift| {
            let six = usize::try_from((bits >> shift) & 0x3f).unwrap_or_default();
            char::from(LETTERS[six])
        });
        text.extend(letters.iter().take(group.len() + 1));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_digests::Hasher;

    /// As jigdo-file has them in the .jigdo files that it makes.
    #[test]
    fn digests_are_in_the_base64_of_jigdo() {
        let md5 =
            DigestValue::from_hex(Algorithm::Md5, b"f923d2f236825622d24919d46ef2b17b").expect("32 digits");
        assert_eq!(base64(&md5), "-SPS8jaCViLSSRnUbvKxew");
        let digits = b"9ac8470beb966b4d6ace78841a04c324f31dad67b677abff13dd087da5e04419";
        let sha256 = DigestValue::from_hex(Algorithm::Sha256, digits).expect("64 digits");
        assert_eq!(base64(&sha256), "mshHC-uWa01qzniEGgTDJPMdrWe2d6v_E90IfaXgRBk");
        assert_eq!(base64(&Hasher::digest(Algorithm::Md5, b"")), "1B2M2Y8AsgTpgAmY7PhCfg");
    }
}
