//! The options that tables were made by, found from images of xorriso, make the same tables again.

use super::facts::{contents, stage};
use super::layouts::{Layout, grub, isohybrid, plain};
use super::xorriso::made;
use isokit_core::partition::plan::{Places, plan, replay};
use isokit_core::source::Memory;
use std::fmt::Write;

fn replayed(layouts: Vec<Layout>) {
    let Some(stage) = stage() else { return };
    let mut said = String::new();
    for layout in layouts {
        let image = made(stage.path(), &layout);
        let size = u64::try_from(image.len()).expect("small");
        let (end, boot_images) = contents(&image);
        let found = match replay(&Memory(image.as_slice()), &boot_images, end) {
            Ok(Some(found)) => found,
            Ok(None) if image[..0x8000].iter().all(|byte| *byte == 0) => continue,
            other => {
                let _ = writeln!(said, "== {}: {other:?}", layout.name);
                continue;
            }
        };
        let places =
            Places { volume: size, size, boot_images, appended: found.appended.clone(), ..Places::default() };
        let area = plan(&found.options, &places).expect("it was tried");
        let end = image.len() - area.back().len();
        let same = image.starts_with(area.front()) && image[end..] == *area.back();
        if !same {
            let diff = area.front().iter().zip(&image).position(|(one, other)| one != other);
            let _ = writeln!(said, "== {}: other bytes {diff:?}", layout.name);
        }
    }
    assert!(said.is_empty(), "{said}");
}

#[test]
fn tables_beside_isolinux_are_made_again() {
    replayed(isohybrid());
}

#[test]
fn tables_beside_grub_are_made_again() {
    replayed(grub());
}

#[test]
fn tables_without_boot_code_are_made_again() {
    replayed(plain());
}
