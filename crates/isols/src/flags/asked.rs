//! What the arguments, and what surrounds them (terminal, zone, clock), ask for.

use super::{Arguments, ImageFlags, Sort, Spoken};
use crate::line::{Content, Format};
use crate::lines::{Key, Order};
use crate::paint::Paint;
use crate::request::{About, List, Request, Shape, What};
use isokit_booting::Program;
use isokit_cli::date::Dates;
use isokit_cli::streams::is_terminal;
use isokit_cli::when::When;
use isokit_core::image::{Options, Reading};
use jiff::tz::TimeZone;
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::ffi::OsStringExt;

/// Columns of a terminal that does not say.
const TERMINAL: usize = 80;

impl Arguments {
    /// What they ask for, where it goes to `output`.
    pub(super) fn request(mut self, output: Option<&File>) -> Request {
        let paths = std::mem::take(&mut self.paths).into_iter().map(OsString::into_vec).collect();
        let program = self.program.map(|program| match program {
            Spoken::Isomk => Program::Isomk,
            Spoken::Mkisofs => Program::Mkisofs,
        });
        let what = match (program, self.about()) {
            (Some(program), _) => What::Options(program),
            (None, Some(about)) => What::Report(about, self.json),
            (None, None) => What::List(Box::new(list(&self, paths, output))),
        };
        let ImageFlags { names, at, part, first_sector, session, charset } = self.read;
        Request {
            image: self.image.unwrap_or_else(|| "-".into()),
            reading: Reading {
                at,
                part,
                first_sector,
                options: Options { names, session, ..Options::default() },
                charset,
            },
            what,
            verbose: self.verbosity.notes.verbose,
            quiet: self.verbosity.quiet,
        }
    }

    fn about(&self) -> Option<About> {
        let reports = [
            (self.volume, About::Volume),
            (self.boot, About::Boot),
            (self.check, About::Check),
            (self.sessions, About::Sessions),
        ];
        reports.into_iter().find_map(|(is_asked, about)| is_asked.then_some(about))
    }
}

fn list(arguments: &Arguments, paths: Vec<Vec<u8>>, output: Option<&File>) -> List {
    let terminal = is_terminal(output);
    let shape = shape(arguments);
    let content = content(arguments, shape);
    let side_by_side = content == Content::Name
        && shape != Shape::Recursive
        && !arguments.null
        && (arguments.columns || (terminal && !arguments.one));
    // JSON escapes by itself what a terminal would obey.
    let escaped = terminal && content != Content::Json;
    List {
        literal: arguments.operands.literal,
        thorough: false,
        shape,
        order: order(arguments, shape, content),
        all: arguments.all,
        columns: side_by_side.then(|| line_width(output)),
        format: Format {
            content,
            escaped,
            measured: side_by_side,
            paint: paint(arguments, terminal, content),
            slash: arguments.slash,
            dates: dates(arguments),
            human: arguments.human_readable,
            end: if arguments.null { 0 } else { b'\n' },
            origin: 0,
        },
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
    Dates::of_now(arguments.full_time)
}

fn line_width(output: Option<&File>) -> usize {
    let said =
        std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|width| *width > 0);
    said.or_else(|| Some(terminal_size::terminal_size_of(output?)?.0.0.into())).unwrap_or(TERMINAL)
}
