//! The colours of LS_COLORS, by what the image records of an entry.

use isokit_core::tree::{Entry, Kind};
use lscolors::{Color, Indicator, LsColors, Style};
use std::io::Write;

/// Puts names in colour; without a palette it leaves them as they are.
#[derive(Debug)]
pub(crate) struct Paint(Option<LsColors>);

impl Paint {
    pub(crate) const OFF: Self = Self(None);

    /// The colours that `palette`, in the syntax of LS_COLORS, says; dircolors' usual ones where it is not set.
    pub(crate) fn with(palette: Option<&str>) -> Self {
        Self(Some(palette.map_or_else(LsColors::default, LsColors::from_string)))
    }

    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Appends what switches to the colour of `entry`; `true` when [`Paint::end`] has to follow.
    pub(crate) fn begin(&self, entry: &Entry, line: &mut Vec<u8>) -> bool {
        let Some(palette) = &self.0 else { return false };
        self.style(palette, entry).is_some_and(|style| sequence(style, line))
    }

    /// Appends what ends the colour that [`Paint::begin`] switched to.
    pub(crate) fn end(line: &mut Vec<u8>) {
        line.extend_from_slice(b"\x1b[0m");
    }

    fn style<'p>(&self, palette: &'p LsColors, entry: &Entry) -> Option<&'p Style> {
        let indicator = indicator(palette, entry);
        if indicator == Indicator::RegularFile
            && let Ok(name) = str::from_utf8(&entry.name)
            && let Some(style) = palette.style_for_str(name)
        {
            return Some(style);
        }
        palette.style_for_indicator(indicator)
    }
}

/// The first indicator that the palette has and the entry is, in the order of ls(1).
fn indicator(palette: &LsColors, entry: &Entry) -> Indicator {
    let (mode, links) = entry.posix.map_or((0, 0), |posix| (posix.mode, posix.links));
    let of_kind = match entry.kind {
        Kind::File => Indicator::RegularFile,
        Kind::Directory => Indicator::Directory,
        Kind::Symlink => Indicator::SymbolicLink,
        Kind::CharacterDevice => Indicator::CharacterDevice,
        Kind::BlockDevice => Indicator::BlockDevice,
        Kind::Fifo => Indicator::FIFO,
        Kind::Socket => Indicator::Socket,
    };
    let special = match entry.kind {
        Kind::File => [
            (mode & 0o4000 != 0, Indicator::Setuid),
            (mode & 0o2000 != 0, Indicator::Setgid),
            (mode & 0o111 != 0, Indicator::ExecutableFile),
            (links > 1, Indicator::MultipleHardLinks),
        ],
        Kind::Directory => [
            (mode & 0o1002 == 0o1002, Indicator::StickyAndOtherWritable),
            (mode & 0o2 != 0, Indicator::OtherWritable),
            (mode & 0o1000 != 0, Indicator::Sticky),
            (false, Indicator::Directory),
        ],
        _ => return of_kind,
    };
    let found = special.into_iter().find(|(is, what)| *is && palette.has_explicit_style_for(*what));
    found.map_or(of_kind, |(_, what)| what)
}

/// Appends the escape sequence of `style`; `false` when it changes nothing.
fn sequence(style: &Style, line: &mut Vec<u8>) -> bool {
    let font = style.font_style;
    let fonts = [
        (font.bold, 1),
        (font.dimmed, 2),
        (font.italic, 3),
        (font.underline, 4),
        (font.slow_blink, 5),
        (font.rapid_blink, 6),
        (font.reverse, 7),
        (font.hidden, 8),
        (font.strikethrough, 9),
    ];
    let mut codes: Vec<String> =
        fonts.into_iter().filter(|(on, _)| *on).map(|(_, code)| code.to_string()).collect();
    codes.extend(style.foreground.map(|color| code(color, 30)));
    codes.extend(style.background.map(|color| code(color, 40)));
    if codes.is_empty() {
        return false;
    }
    // Writing into a vector does not fail.
    let _ = write!(line, "\x1b[{}m", codes.join(";"));
    true
}

/// The code of `color`, `base` being 30 for the foreground and 40 for the background.
fn code(color: Color, base: u16) -> String {
    let plain = |number: u16| base.saturating_add(number).to_string();
    match color {
        Color::Black => plain(0),
        Color::Red => plain(1),
        Color::Green => plain(2),
        Color::Yellow => plain(3),
        Color::Blue => plain(4),
        Color::Magenta => plain(5),
        Color::Cyan => plain(6),
        Color::White => plain(7),
        Color::BrightBlack => plain(60),
        Color::BrightRed => plain(61),
        Color::BrightGreen => plain(62),
        Color::BrightYellow => plain(63),
        Color::BrightBlue => plain(64),
        Color::BrightMagenta => plain(65),
        Color::BrightCyan => plain(66),
        Color::BrightWhite => plain(67),
        Color::Fixed(number) => format!("{};5;{number}", plain(8)),
        Color::RGB(red, green, blue) => format!("{};2;{red};{green};{blue}", plain(8)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_core::tree::Posix;

    fn painted(palette: &str, name: &str, kind: Kind, mode: u32) -> String {
        let posix = Some(Posix { mode, links: 1, ..Posix::default() });
        let entry = Entry { name: name.into(), kind, posix, ..Entry::default() };
        let mut line = Vec::new();
        Paint::with(Some(palette)).begin(&entry, &mut line);
        String::from_utf8(line).expect("ASCII")
    }

    #[test]
    fn kinds_modes_and_suffixes_have_their_colours() {
        let palette = "di=01;34:ln=01;36:ex=01;32:*.gz=38;5;9:*.png=38;2;1;2;3:pi=40;33:tw=30;42";
        assert_eq!(painted(palette, "d", Kind::Directory, 0o755), "\x1b[1;34m");
        assert_eq!(painted(palette, "d", Kind::Directory, 0o1777), "\x1b[30;42m");
        assert_eq!(painted(palette, "a.gz", Kind::File, 0o644), "\x1b[38;5;9m");
        assert_eq!(painted(palette, "a.png", Kind::File, 0o644), "\x1b[38;2;1;2;3m");
        assert_eq!(painted(palette, "a.gz", Kind::File, 0o755), "\x1b[1;32m");
        assert_eq!(painted(palette, "p", Kind::Fifo, 0o644), "\x1b[33;40m");
        assert_eq!(painted(palette, "plain", Kind::File, 0o644), "");
        assert_eq!(painted("so=0", "s", Kind::Socket, 0), "");
    }
}
