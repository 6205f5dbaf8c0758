//! The checksum of a header: the sum of all its bytes, those of the field itself taken as blanks.

use crate::layout::Ustar;
use crate::number::{octal, put_octal};
use isokit_core::error::Problem;
use zerocopy::{IntoBytes, transmute_ref};

/// Whether `block` is the header of a member, by its checksum: no other data has it but by chance.
pub fn is_header(block: &[u8; 512]) -> bool {
    check(transmute_ref!(block)).is_ok()
}

/// Holds the checksum of `header` against its bytes. Old archivers added signed ones.
pub(crate) fn check(header: &Ustar) -> Result<(), Problem> {
    let field = "checksum";
    let got =
        octal(&header.checksum).ok_or_else(|| Problem::Text { field, bytes: header.checksum.to_vec() })?;
    let blanked = blanked(header);
    let want = sum(&blanked);
    let signed = || blanked.as_bytes().iter().map(|byte| i64::from(i8::from_ne_bytes([*byte]))).sum::<i64>();
    if got == want || i64::try_from(got) == Ok(signed()) {
        Ok(())
    } else {
        Err(Problem::Checksum { field, want, got })
    }
}

/// Gives `header` its checksum: six digits, a zero byte and a blank.
pub(crate) fn seal(header: &mut Ustar) {
    *header = blanked(header);
    let sum = sum(header);
    let [digits @ .., _blank] = &mut header.checksum;
    put_octal(digits, sum);
}

fn blanked(header: &Ustar) -> Ustar {
    Ustar { checksum: [b' '; 8], ..*header }
}

fn sum(header: &Ustar) -> u64 {
    header.as_bytes().iter().map(|byte| u64::from(*byte)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zerocopy::{FromZeros, transmute};

    #[test]
    fn sums_of_signed_bytes_are_known_and_one_changed_byte_is_not() {
        let mut header = Ustar { name: [b'n'; 100], ..Ustar::new_zeroed() };
        header.name[0] = 0xE4;
        assert!(!is_header(&transmute!(header)), "it has no sum");
        seal(&mut header);
        assert_eq!(header.checksum, *b"026156\0 ");
        assert!(is_header(&transmute!(header)));
        header.checksum = *b"025556\0 ";
        assert!(is_header(&transmute!(header)), "256 less, because the first byte is negative");
        header.name[1] = 1;
        assert!(!is_header(&transmute!(header)));
        assert!(!is_header(&[0; 512]), "zeros end an archive");
    }
}
