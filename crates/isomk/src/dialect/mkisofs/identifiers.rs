//! Identifiers and dates of the volume.

use super::Settings;
use super::peer::Peer;
use super::values::Values;
use crate::collect::Previous;
use crate::request;
use isokit_core::Result;
use isokit_core::tree::Time;

/// What was asked for of the volume as a whole.
#[derive(Debug)]
pub(crate) struct Identifiers {
    pub texts: request::Identifiers,
    /// The volume identifier is not the usual one.
    pub named: bool,
    /// When the volume was made.
    pub date: Option<Time>,
    /// When everything in it was last changed.
    pub all_dates: Option<Time>,
}

/// Bytes of the fields: those of the system and of the volume (ECMA-119 8.4.5, 8.4.6), and the others (8.4.19 to 8.4.22).
pub(super) const SHORT: usize = 32;
pub(super) const LONG: usize = 128;

/// Bytes of the application use field (8.4.32).
const APPLICATION_USE: usize = 512;

impl Identifiers {
    /// genisoimage calls a volume `CDROM` and the system `LINUX`, xorriso a volume `ISOIMAGE`. The program's own name, which
    /// both record, is not.
    pub(super) fn new(peer: Peer) -> Self {
        let (volume, system) = if peer.is_xorriso() { ("ISOIMAGE", "") } else { ("CDROM", "LINUX") };
        let texts = request::Identifiers {
            volume: volume.into(),
            system: system.into(),
            ..request::Identifiers::default()
        };
        Self { texts, named: false, date: None, all_dates: None }
    }

    /// The usual volume identifier is none where the session before has one to give.
    pub(super) fn follow(&mut self, previous: Option<&Previous>) {
        if !self.named && previous.is_some_and(|previous| previous.identifies) {
            self.texts.volume.clear();
        }
    }
}

/// Calls the volume as the first of `values` says.
///
/// # Errors
/// As [`field`].
pub(super) fn volume(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    settings.identifiers.texts.volume = field(values, SHORT)?;
    settings.identifiers.named = true;
    Ok(())
}

/// The first of `values`, for a field of so many bytes.
///
/// # Errors
/// [`isokit_core::Error::Usage`] for a text that does not fit, as with both programs.
pub(super) fn field(values: &Values<'_>, most: usize) -> Result<String> {
    let text = values.text(0)?;
    if text.len() > most {
        return Err(values.wrong(&format!("at most {most} bytes")));
    }
    Ok(text.to_owned())
}

/// What an application use field is filled with: a byte that is repeated, or a file.
///
/// # Errors
/// [`isokit_core::Error::Usage`] for hexadecimal digits that are none.
pub(super) fn application_use(values: &Values<'_>) -> Result<request::Text> {
    let bytes = values.bytes(0);
    Ok(match bytes.as_slice() {
        [] => request::Text::default(),
        [byte] => request::Text::Bytes(vec![*byte; APPLICATION_USE]),
        [b'0', b'x', digits @ ..] if digits.len() == 2 => {
            let byte = hex::decode(digits).map_err(|_| values.wrong("two hexadecimal digits behind 0x"))?;
            request::Text::Bytes(byte.repeat(APPLICATION_USE))
        }
        _ => request::Text::File(values.path(0)),
    })
}
