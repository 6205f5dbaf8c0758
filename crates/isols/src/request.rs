//! What is to be listed, how and in which order: the command line and what surrounds it (terminal, zone, clock).

use crate::date::Dates;
use crate::flags::{Arguments, Sort};
use crate::line::{Content, Format};
use crate::lines::{Key, Order};
use crate::paint::Paint;
use isokit_cli::when::When;
use isokit_core::tree::Detail;
use jiff::tz::TimeZone;
use std::io::IsTerminal;
use std::time::{SystemTime, UNIX_EPOCH};

/// Columns of a terminal that does not say.
const TERMINAL: usize = 80;

/// How directories are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// What is in them, a heading before each where there are several.
    Contents,
    /// Every path below them.
    Recursive,
    /// They themselves.
    Themselves,
    /// A drawing of all that is below them.
    Tree,
}

/// A listing that was asked for.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) shape: Shape,
    pub(crate) order: Order,
    /// Dot names and hidden entries too.
    pub(crate) all: bool,
    /// Names side by side on lines of this many columns.
    pub(crate) columns: Option<usize>,
    pub(crate) format: Format,
    /// The image, as the user named it.
    pub(crate) input: &'a str,
    /// Operands.
    pub(crate) paths: &'a [Vec<u8>],
    /// No path is a pattern.
    pub(crate) literal: bool,
    /// What belongs to each name is looked at, even where lines say nothing of it.
    pub(crate) thorough: bool,
}

impl Request<'_> {
    /// What the lines and their order need to know of each entry.
    pub(crate) fn detail(&self) -> Detail {
        let by_name = matches!(self.order.key, Key::None | Key::Name);
        if by_name && !self.thorough && self.format.says_names_only() { Detail::Names } else { Detail::All }
    }
}

/// What `arguments` ask for of the image called `input`, which begins at byte `origin` of it.
pub(crate) fn request<'a>(
    arguments: &'a Arguments,
    origin: u64,
    input: &'a str,
    paths: &'a [Vec<u8>],
) -> Request<'a> {
    let terminal = std::io::stdout().is_terminal();
    let shape = shape(arguments);
    let content = content(arguments, shape);
    let side_by_side = content == Content::Name
        && shape != Shape::Recursive
        && !arguments.null
        && (arguments.columns || (terminal && !arguments.one));
    // JSON escapes by itself what a terminal would obey.
    let escaped = terminal && content != Content::Json;
    Request {
        literal: arguments.operands.literal,
        thorough: false,
        shape,
        order: order(arguments, shape, content),
        all: arguments.all,
        columns: side_by_side.then(line_width),
        format: Format {
            content,
            escaped,
            measured: side_by_side,
            paint: paint(arguments, terminal, content),
            slash: arguments.slash,
            dates: dates(arguments),
            human: arguments.human_readable,
            end: if arguments.null { 0 } else { b'\n' },
            origin,
        },
        input,
        paths,
    }
}

fn shape(arguments: &Arguments) -> Shape {
    if arguments.tree {
        Shape::Tree
    } else if arguments.directory {
        Shape::Themselves
    } else if arguments.recursive {
        Shape::Recursive
    } else {
        Shape::Contents
    }
}

fn content(arguments: &Arguments, shape: Shape) -> Content {
    if shape == Shape::Tree {
        Content::NameAndTarget
    } else if arguments.json {
        Content::Json
    } else if arguments.extents {
        Content::Extents
    } else if arguments.long || arguments.full_time {
        Content::Long
    } else {
        Content::Name
    }
}

/// Listings are sorted by name unless another order is asked for, with -R by path and as one. What other programs read as
/// it comes (-R without -l, JSON, extents) is sorted only when that is asked for.
fn order(arguments: &Arguments, shape: Shape, content: Content) -> Order {
    let streams = (shape == Shape::Recursive && content != Content::Long)
        || matches!(content, Content::Json | Content::Extents);
    let key = match arguments.sort {
        Some(Sort::Name) => Key::Name,
        Some(Sort::Size) => Key::Size,
        Some(Sort::Time) => Key::Time,
        Some(Sort::None) => Key::None,
        None if arguments.by_size => Key::Size,
        None if arguments.by_time => Key::Time,
        None if arguments.unsorted || (streams && !arguments.reverse) => Key::None,
        None => Key::Name,
    };
    Order { key, reverse: arguments.reverse }
}

fn paint(arguments: &Arguments, terminal: bool, content: Content) -> Paint {
    let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let wanted = match arguments.color {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && !forbidden,
    };
    if !wanted || arguments.null || matches!(content, Content::Json | Content::Extents) {
        return Paint::OFF;
    }
    Paint::with(std::env::var("LS_COLORS").ok().as_deref())
}

/// Dates in the zone of TZ, or of the system, seen from now. Only a long listing pays for looking the zone up.
fn dates(arguments: &Arguments) -> Dates {
    if !arguments.long && !arguments.full_time {
        return Dates::new(TimeZone::UTC, 0, false);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Dates::new(TimeZone::system(), i64::try_from(now).unwrap_or(i64::MAX), arguments.full_time)
}

fn line_width() -> usize {
    let said =
        std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|width| *width > 0);
    said.or_else(|| Some(terminal_size::terminal_size_of(std::io::stdout())?.0.0.into())).unwrap_or(TERMINAL)
}
