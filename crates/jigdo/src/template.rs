//! The template of an image, written front to back (TechDetails, "File format of .template and .tmp files").
//!
//! Unmatched data is compressed and written as it comes; the description of what lies where, a few bytes for each matched
//! file, is kept and comes last.

use crate::checksum::Checksum;
use crate::compression::Compression;
use crate::rsync_sum::{BLOCK_LENGTH, RsyncSum64};
use isokit_digests::{Algorithm, DigestValue, Hasher};
use std::io::{self, Write};

/// What a template is to be.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// The program and its version: `isomk/0.1.0`, without blanks and with one slash.
    pub creator: &'a str,
    /// The checksums of files and of the image.
    pub checksum: Checksum,
    /// How unmatched data is compressed.
    pub compression: Compression,
}

impl Settings<'_> {
    /// The version of the format: the lowest that has what is used (TechDetails, "File format version history"; what that
    /// calls 1.3, jigdo-file and libjte write as 2.0).
    pub(crate) const fn version(&self) -> &'static str {
        match (self.checksum, self.compression) {
            (Checksum::Sha256, _) => "2.0",
            (Checksum::Md5, Compression::Bzip2) => "1.2",
            (Checksum::Md5, Compression::Gzip) => "1.1",
        }
    }
}

/// A file that lies in the image as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchedFile {
    /// Bytes: [`BLOCK_LENGTH`] at least.
    pub length: u64,
    /// Of its first [`BLOCK_LENGTH`] bytes.
    pub rsync_sum: RsyncSum64,
    /// Of all of it, by the algorithm of [`Settings::checksum`].
    pub checksum: DigestValue,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Bytes of the template.
    pub length: u64,
    /// Its digests, in the order in which they were asked for.
    pub digests: Vec<(Algorithm, DigestValue)>,
    /// Bytes of the image.
    pub image_length: u64,
}

/// Types of entries of the description (TechDetails, "Description").
const UNMATCHED_DATA: u8 = 2;
const IMAGE_MD5: u8 = 5;
const MATCHED_MD5: u8 = 6;
const IMAGE_SHA256: u8 = 8;
const MATCHED_SHA256: u8 = 9;

/// What a part begins with: its name and its length.
const PART_HEADER: u64 = 10;

/// The comment in the header, for whoever opens a template in an editor.
const COMMENT: &str = "See http://atterer.org/jigdo/ for details about jigdo.";

/// Writes a template to `W`.
#[derive(Debug)]
pub struct Template<W> {
    to: Summed<W>,
    checksum: Checksum,
    compression: Compression,
    /// Unmatched data that is not yet a whole chunk.
    chunk: Vec<u8>,
    /// Bytes of the area of unmatched data that has begun.
    unmatched: u64,
    /// Entries of the description.
    description: Vec<u8>,
    /// Bytes of the image so far.
    length: u64,
}

impl<W: Write> Template<W> {
    /// Begins one, of which `digests` are told at the end.
    ///
    /// # Errors
    /// Those of `to`.
    pub fn new(to: W, settings: &Settings<'_>, digests: &[Algorithm]) -> io::Result<Self> {
        let hashers = digests.iter().map(|algorithm| (*algorithm, Hasher::new(*algorithm))).collect();
        let mut to = Summed { to, hashers, length: 0 };
        let (version, creator) = (settings.version(), settings.creator);
        to.write(format!("JigsawDownload template {version} {creator} \r\n{COMMENT} \r\n\r\n").as_bytes())?;
        Ok(Self {
            to,
            checksum: settings.checksum,
            compression: settings.compression,
            chunk: Vec::new(),
            unmatched: 0,
            description: Vec::new(),
            length: 0,
        })
    }

    /// The next bytes of the image, which are of no file.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn unmatched(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.unmatched = self.unmatched.saturating_add(wide(bytes.len()));
        self.length = self.length.saturating_add(wide(bytes.len()));
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = self.compression.chunk().saturating_sub(self.chunk.len());
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.chunk.extend_from_slice(now);
            rest = later;
            if self.chunk.len() >= self.compression.chunk() {
                self.put_chunk()?;
            }
        }
        Ok(())
    }

    /// The next bytes of the image are those of `file`.
    ///
    /// # Errors
    /// For a file that is too short or too long to be one.
    pub fn matched(&mut self, file: &MatchedFile) -> io::Result<()> {
        if file.length < u64::from(BLOCK_LENGTH) {
            return Err(io::Error::other("a matched file is shorter than a block of 1024 bytes"));
        }
        self.end_unmatched()?;
        self.description.push(match self.checksum {
            Checksum::Md5 => MATCHED_MD5,
            Checksum::Sha256 => MATCHED_SHA256,
        });
        self.description.extend(six_bytes(file.length)?);
        self.description.extend(file.rsync_sum.to_bytes());
        self.description.extend_from_slice(file.checksum.as_bytes());
        self.length = self.length.saturating_add(file.length);
        Ok(())
    }

    /// The image, whose checksum is `image`, ends here.
    ///
    /// # Errors
    /// When something cannot be written; and for an image of 256 TiB or more.
    pub fn finish(mut self, image: &DigestValue) -> io::Result<Written> {
        self.end_unmatched()?;
        self.put_chunk()?;
        self.description.push(match self.checksum {
            Checksum::Md5 => IMAGE_MD5,
            Checksum::Sha256 => IMAGE_SHA256,
        });
        self.description.extend(six_bytes(self.length)?);
        self.description.extend_from_slice(image.as_bytes());
        self.description.extend(BLOCK_LENGTH.to_le_bytes());
        // The length is there again at the end, where readers look for it.
        let length = six_bytes(wide(self.description.len()).saturating_add(PART_HEADER + 6))?;
        for piece in [&b"DESC"[..], &length, &self.description, &length] {
            self.to.write(piece)?;
        }
        let Summed { mut to, hashers, length } = self.to;
        to.flush()?;
        let digests = hashers.into_iter().map(|(algorithm, hasher)| (algorithm, hasher.finish())).collect();
        Ok(Written { length, digests, image_length: self.length })
    }

    /// Describes the area of unmatched data that ends here, if one does.
    fn end_unmatched(&mut self) -> io::Result<()> {
        if self.unmatched > 0 {
            self.description.push(UNMATCHED_DATA);
            self.description.extend(six_bytes(std::mem::take(&mut self.unmatched))?);
        }
        Ok(())
    }

    /// Writes the unmatched data that was not written yet, if there is some.
    fn put_chunk(&mut self) -> io::Result<()> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        let packed = self.compression.compress(&self.chunk)?;
        let length = six_bytes(wide(packed.len()).saturating_add(PART_HEADER + 6))?;
        let uncompressed = six_bytes(wide(self.chunk.len()))?;
        for piece in [self.compression.id().as_slice(), &length, &uncompressed, &packed] {
            self.to.write(piece)?;
        }
        self.chunk.clear();
        Ok(())
    }
}

/// Counts and digests what passes.
#[derive(Debug)]
struct Summed<W> {
    to: W,
    hashers: Vec<(Algorithm, Hasher)>,
    length: u64,
}

impl<W: Write> Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.to.write_all(bytes)?;
        self.hashers.iter_mut().for_each(|(_, hasher)| hasher.update(bytes));
        self.length = self.length.saturating_add(wide(bytes.len()));
        Ok(())
    }
}

/// A length as templates record it: little-endian, up to 256 TiB.
fn six_bytes(length: u64) -> io::Result<[u8; 6]> {
    match length.to_le_bytes() {
        [a, b, c, d, e, f, 0, 0] => Ok([a, b, c, d, e, f]),
        _ => Err(io::Error::other("larger than the 256 TiB that a jigdo template can describe")),
    }
}

#[expect(clippy::as_conversions, reason = "usize is at most 64 bits wide")]
const fn wide(length: usize) -> u64 {
    length as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(
        checksum: Checksum,
        compression: Compression,
        fill: impl Fn(&mut Template<&mut Vec<u8>>),
    ) -> Vec<u8> {
        let settings = Settings { creator: "test/1.0", checksum, compression };
        let mut bytes = Vec::new();
        let mut template = Template::new(&mut bytes, &settings, &[Algorithm::Sha256]).expect("room");
        fill(&mut template);
        let written = template.finish(&Hasher::digest(checksum.algorithm(), b"the image")).expect("room");
        assert_eq!(written.length, wide(bytes.len()));
        assert_eq!(written.digests, [(Algorithm::Sha256, Hasher::digest(Algorithm::Sha256, &bytes))]);
        bytes
    }

    #[test]
    fn a_template_is_header_data_and_description() {
        let file = MatchedFile {
            length: 0x0001_0203_0405,
            rsync_sum: RsyncSum64::new(b"head"),
            checksum: Hasher::digest(Algorithm::Md5, b"file"),
        };
        let bytes = written(Checksum::Md5, Compression::Gzip, |template| {
            template.unmatched(b"abc").expect("room");
            template.unmatched(b"de").expect("room");
            template.matched(&file).expect("long enough");
        });
        let header = b"JigsawDownload template 1.1 test/1.0 \r\nSee http://atterer.org/jigdo/ for details about jigdo. \r\n\r\n";
        let rest = bytes.strip_prefix(header).expect("the header comes first");
        let packed = Compression::Gzip.compress(b"abcde").expect("room");
        let part = [
            &b"DATA"[..],
            &[u8::try_from(packed.len() + 16).expect("short"), 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0],
            &packed,
        ];
        let rest = rest.strip_prefix(part.concat().as_slice()).expect("one part of data");
        let entries = [
            &[2, 5, 0, 0, 0, 0, 0, 6, 5, 4, 3, 2, 1, 0][..],
            &file.rsync_sum.to_bytes(),
            file.checksum.as_bytes(),
            &[5, 10, 4, 3, 2, 1, 0],
            Hasher::digest(Algorithm::Md5, b"the image").as_bytes(),
            &[0, 4, 0, 0],
        ]
        .concat();
        let length = [u8::try_from(entries.len() + 16).expect("short"), 0, 0, 0, 0, 0];
        assert_eq!(rest, [&b"DESC"[..], &length, &entries, &length].concat());
    }

    #[test]
    fn what_the_version_says_is_what_is_used() {
        let version = |checksum, compression| {
            let bytes = written(checksum, compression, |_| {});
            String::from_utf8_lossy(bytes.get(24..27).expect("a header")).into_owned()
        };
        assert_eq!(version(Checksum::Md5, Compression::Bzip2), "1.2");
        assert_eq!(version(Checksum::Sha256, Compression::Gzip), "2.0");
    }

    #[test]
    fn what_the_format_cannot_say_is_refused() {
        let settings =
            Settings { creator: "test/1.0", checksum: Checksum::Md5, compression: Compression::Gzip };
        let mut template = Template::new(Vec::new(), &settings, &[]).expect("room");
        let (rsync_sum, checksum) = (RsyncSum64::default(), Hasher::digest(Algorithm::Md5, b""));
        for length in [0, 1023, 1 << 48] {
            assert!(template.matched(&MatchedFile { length, rsync_sum, checksum }).is_err(), "{length}");
        }
    }
}
