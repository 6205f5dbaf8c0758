//! The .jigdo file: what an image is called, and where its parts come from (jigdo-file(1), "FORMAT OF .JIGDO FILES").

use crate::checksum::base64;
use crate::template::{Settings, Written};
use isokit_digests::{Algorithm, DigestValue};

/// What a .jigdo file says of an image.
#[derive(Debug)]
pub struct Jigdo<'a> {
    /// Of its template.
    pub settings: &'a Settings<'a>,
    /// The name under which the image is to be saved.
    pub image_name: &'a [u8],
    /// Digests of the image.
    pub image_digests: &'a [(Algorithm, DigestValue)],
    /// Where the template is: a path relative to the .jigdo file, or an address.
    pub template_name: &'a [u8],
    /// The template, whose digests have that of [`Settings::checksum`].
    pub template: &'a Written,
    /// The checksum of each matched file, and where it comes from: `Label:path`.
    pub parts: &'a [(DigestValue, Vec<u8>)],
}

impl Jigdo<'_> {
    /// Its text. The last section is that of the servers, which is empty, for whoever knows them to add them.
    pub fn text(&self) -> Vec<u8> {
        let Self { settings, template, .. } = self;
        let mut text = Vec::new();
        let mut line = |pieces: &[&[u8]]| {
            pieces.iter().for_each(|piece| text.extend_from_slice(piece));
            text.push(b'\n');
        };
        line(&[b"# JigsawDownload"]);
        line(&[b"# See <http://atterer.org/jigdo/> for details about jigdo"]);
        line(&[b"\n[Jigdo]"]);
        line(&[b"Version=", settings.version().as_bytes()]);
        line(&[b"Generator=", settings.creator.as_bytes()]);
        line(&[b"\n[Image]"]);
        line(&[b"Filename=", &quoted(self.image_name)]);
        line(&[b"Template=", &quoted(self.template_name)]);
        let of_entry =
            |(algorithm, _): &&(Algorithm, DigestValue)| *algorithm == settings.checksum.algorithm();
        if let Some((_, digest)) = template.digests.iter().find(of_entry) {
            line(&[format!("Template-{}={}", settings.checksum.entry(), base64(digest)).as_bytes()]);
        }
        // Not of the format, but what libjte adds and scripts of Debian read.
        for (what, digests, length) in [
            ("Template", template.digests.as_slice(), template.length),
            ("Image", self.image_digests, template.image_length),
        ] {
            for (algorithm, digest) in digests {
                line(&[format!("# {what} Hex {}Sum {digest}", algorithm.tag()).as_bytes()]);
            }
            line(&[format!("# {what} size {length} bytes").as_bytes()]);
        }
        line(&[b"\n[Parts]"]);
        for (checksum, from) in self.parts {
            line(&[base64(checksum).as_bytes(), b"=", &quoted(from)]);
        }
        line(&[b"\n[Servers]"]);
        text
    }
}

/// A value as one word.
fn quoted(value: &[u8]) -> Vec<u8> {
    let is_special = |byte: &u8| matches!(byte, b'\'' | b'"' | b'#' | b'\\' | b' ' | b'\t');
    let escape = |byte: &u8| if is_special(byte) { vec![b'\\', *byte] } else { vec![*byte] };
    value.iter().flat_map(escape).collect()
}

/// Whether a .jigdo file can name something so: a value is one line.
pub fn can_name(value: &[u8]) -> bool {
    !value.is_empty() && !value.iter().any(u8::is_ascii_control)
}
