//! Extended attributes (ECMA-167 4/14.10; UDF 3.3.4).

use super::layout::{
    AttributeHead, AttributeHeader, AttributeUse, DeviceSpecification, EXTENDED_ATTRIBUTES, FileTimes,
    Timestamp, attribute_type, tag,
};
use super::{tag as tags, time};
use crate::error::{Location, Result};
use crate::fields::Fields;
use crate::finding::Findings;
use crate::tree::{Attribute, Entry, Kind};

/// Takes the attributes in the space `bytes`, at `at`, into `entry`. Damage ends them, and is a finding.
pub(super) fn take(bytes: &[u8], at: Location, entry: &mut Entry, findings: &Findings) {
    if bytes.is_empty() {
        return;
    }
    if let Err(error) = walk(bytes, at, entry, findings) {
        findings.note(at, EXTENDED_ATTRIBUTES, format!("{error}; the rest was skipped"));
    }
}

fn walk(bytes: &[u8], at: Location, entry: &mut Entry, findings: &Findings) -> Result<()> {
    let wanted = [tag::ATTRIBUTE_HEADER];
    tags::check(bytes, EXTENDED_ATTRIBUTES.at(at), &wanted, None, findings)?;
    let mut fields = Fields::new(bytes, at, EXTENDED_ATTRIBUTES);
    let _: &AttributeHeader = fields.read()?;
    while fields.remaining() >= size_of::<AttributeHead>() {
        let start = fields.clone();
        let head: &AttributeHead = fields.read()?;
        // The space may be padded at its end.
        if head.attribute_type.get() == 0 && head.length.get() == 0 {
            return Ok(());
        }
        let length = usize::try_from(head.length.get()).unwrap_or(usize::MAX);
        let Some(body) =
            length.checked_sub(size_of::<AttributeHead>()).filter(|body| *body <= fields.remaining())
        else {
            let limit = format!("12 to {}", start.remaining());
            return Err(start.out_of_range("attribute length", head.length.get().into(), limit));
        };
        one(head.attribute_type.get(), fields.sub(body, EXTENDED_ATTRIBUTES)?, entry)?;
    }
    Ok(())
}

fn one(kind: u32, mut fields: Fields<'_>, entry: &mut Entry) -> Result<()> {
    match kind {
        attribute_type::DEVICE => {
            let device: &DeviceSpecification = fields.read()?;
            let is_device = matches!(entry.kind, Kind::CharacterDevice | Kind::BlockDevice);
            if let Some(posix) = entry.posix.as_mut().filter(|_| is_device) {
                posix.device = Some((device.major.get(), device.minor.get()));
            }
        }
        attribute_type::FILE_TIMES => file_times(fields, entry)?,
        attribute_type::IMPLEMENTATION_USE | attribute_type::APPLICATION_USE => {
            let head: &AttributeUse = fields.read()?;
            let name = head.identifier.name();
            // What fills unused space is none.
            if !matches!(name, b"*UDF FreeEASpace" | b"*UDF FreeAppEASpace") {
                let value = fields.take(usize::try_from(head.use_length.get()).unwrap_or(usize::MAX))?;
                let space =
                    if kind == attribute_type::APPLICATION_USE { &b"udf.app."[..] } else { b"udf.ea." };
                entry.attributes.push(Attribute { name: [space, name].concat(), value: value.to_vec() });
            }
        }
        other => {
            let name = format!("udf.type.{other}").into_bytes();
            entry.attributes.push(Attribute { name, value: fields.rest().to_vec() });
        }
    }
    Ok(())
}

/// The times that a file entry has no fields for (ECMA-167 4/14.10.5).
fn file_times(mut fields: Fields<'_>, entry: &mut Entry) -> Result<()> {
    let head: &FileTimes = fields.read()?;
    let existence = head.existence.get();
    let mut stamps =
        fields.sub(usize::try_from(head.data_length.get()).unwrap_or(usize::MAX), EXTENDED_ATTRIBUTES)?;
    let times = &mut entry.times;
    let mut ignored = None;
    for (bit, into) in
        [(0, &mut times.created), (2, &mut ignored), (3, &mut times.effective), (5, &mut times.backed_up)]
    {
        if existence & (1 << bit) != 0 {
            let stamp: &Timestamp = stamps.read()?;
            *into = into.or(time::decode(stamp));
        }
    }
    Ok(())
}
