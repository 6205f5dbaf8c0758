//! The files from which jigdo makes the image again.

use crate::dialect::mkisofs::jigdo::pattern;
use crate::dialect::mkisofs::option::Does::Sets;
use crate::dialect::mkisofs::option::{Definition, both, xorrisofs};

pub(super) const OPTIONS: &[Definition] = &[
    both(
        &["-jigdo-jigdo"],
        &["FILE"],
        Sets(|settings, values| {
            settings.jigdo.file = Some(values.path(0));
            Ok(())
        }),
        "Also write the .jigdo file, which says where the files of the list come from",
    ),
    both(
        &["-jigdo-template"],
        &["FILE"],
        Sets(|settings, values| {
            settings.jigdo.template = Some(values.path(0));
            Ok(())
        }),
        "Also write the template: all of the image but the files of the list",
    ),
    both(
        &["-md5-list", "-checksum-list"],
        &["FILE"],
        Sets(|settings, values| {
            settings.jigdo.list = Some(values.path(0));
            Ok(())
        }),
        "Files that jigdo gets elsewhere: checksums, sizes and paths",
    ),
    xorrisofs(
        &["-jigdo-checksum-algorithm"],
        &["md5|sha256"],
        Sets(|settings, values| settings.jigdo.set_checksum(values)),
        "The checksums of that list and of both files (default: md5)",
    ),
    both(
        &["-jigdo-map"],
        &["LABEL=PREFIX"],
        Sets(|settings, values| settings.jigdo.add_mapping(values)),
        "Paths of the list that begin with PREFIX begin with LABEL: in the .jigdo file",
    ),
    both(
        &["-jigdo-exclude"],
        &["REGEX"],
        Sets(|settings, values| {
            settings.jigdo.exclude.push(pattern(values)?);
            Ok(())
        }),
        "Files whose absolute path matches stay in the template",
    ),
    both(
        &["-jigdo-force-md5", "-jigdo-force-checksum"],
        &["REGEX"],
        Sets(|settings, values| {
            settings.jigdo.require.push(pattern(values)?);
            Ok(())
        }),
        "Files whose absolute path matches have to be in the list, or nothing is written",
    ),
    both(
        &["-jigdo-min-file-size"],
        &["SIZE"],
        Sets(|settings, values| {
            if !settings.jigdo.set_min_size(values)? {
                settings.warn("-jigdo-min-file-size", "is 1024 bytes at least");
            }
            Ok(())
        }),
        "Shorter files stay in the template (default: 1024 bytes)",
    ),
    both(
        &["-jigdo-template-compress"],
        &["gzip|bzip2"],
        Sets(|settings, values| settings.jigdo.set_compression(values)),
        "How the template is compressed (default: gzip)",
    ),
    both(
        &["-checksum_algorithm_iso"],
        &["ALGORITHM,..."],
        Sets(|settings, values| settings.jigdo.set_image_digests(values)),
        "Digests of the image that the .jigdo file tells: md5, sha1, sha256, sha512 (default: all)",
    ),
    both(
        &["-checksum_algorithm_template"],
        &["ALGORITHM,..."],
        Sets(|settings, values| settings.jigdo.set_template_digests(values)),
        "Digests of the template, likewise (default: md5,sha256)",
    ),
];
