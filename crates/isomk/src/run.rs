//! From request to image.

use crate::base::{Base, Taken, earlier};
use crate::catalog;
use crate::collect::{Collected, Collector, Options};
use crate::contents::Contents;
use crate::dedup;
use crate::depfile;
use crate::dvd;
use crate::existing::Existing;
use crate::globs::{Excludes, lines};
use crate::image::Image;
use crate::jigdo::{self, Extraction};
use crate::loaders;
use crate::log;
use crate::notes;
use crate::on_disk::Patterns;
use crate::operand::{Input, Operand, components};
use crate::overrides::{self, Overrides};
use crate::piece;
use crate::planning::{self, Extras};
use crate::request::{Booting, Inputs, Piece, Product, Request, Text};
use crate::spelling::{Advice, Asked};
use crate::tables::{self, Tables};
use crate::write::Outputs;
use isokit_cli::input::{LARGEST_TEXT, Opened, start, text};
use isokit_cli::name::shown;
use isokit_cli::output::{Data, Output, names_standard_input};
use isokit_cli::{Concerning, Failure, Report, Status, Streams, Written};
use isokit_core::number::wide;
use isokit_core::partition::system_area::LENGTH;
use isokit_core::tree::build::ContentId;
use isokit_core::{Error, Result};
use isokit_jigdo::List;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Makes what is asked for.
///
/// # Errors
/// When none could be made.
pub(crate) fn make(mut request: Request, report: &Report) -> Result<Status, Failure> {
    report.set_quiet(request.manner.quiet);
    let latest = request.latest;
    log::open(&request, &written(&request, report.streams())?, report)?;
    // Once more: the log is a file now.
    let written = written(&request, report.streams())?;
    request.warnings.iter().for_each(|(option, sentence)| report.warning(option, sentence));
    let mut texts = Texts::new(&written, report.streams());
    let mut base = base(&mut request, &mut texts, report)?;
    let previous = earlier(&mut request, report)?;
    let request = &request;
    let mut overrides = {
        let weights = texts.read_if(request.entries.weights.as_deref())?;
        let mut weights = overrides::weights(&weights).concerning(request.spelling.option(Asked::Weights))?;
        weights.extend(request.entries.more_weights.iter().map(|(glob, weight)| (glob.as_slice(), *weight)));
        Overrides::new(&request.entries, weights, latest, request.inputs.literal)?
    };
    let list = list(request, &mut texts)?;
    let (mut collected, booting) =
        collect(request, report, &mut texts, previous, base.as_mut().and_then(|base| base.taken.take()))?;
    let mut extras = extras(request, &booting, &mut texts, report)?;
    if let Some(base) = base {
        base.add_to(&mut extras, &collected.hidden);
    }
    if let Some(catalog) = &booting.boot.catalog {
        overrides.meet(catalog);
    }
    overrides.apply(&mut collected.build, &collected.kept)?;
    let newest = || overrides::newest(&collected.build, &collected.implicit).unwrap_or_default();
    let date = request.date.or(latest).unwrap_or_else(newest);
    overrides::date_implicit(&mut collected.build, &collected.implicit, date)?;
    let marked = arrange(request, &booting, &mut collected, &extras, report)?;
    let options = planning::options(request, &booting, extras, &mut collected.build, date, &overrides)?;
    options.disk.iter().for_each(|disk| disk.warn(report));
    collected.tables = tables::add(request, &options, &mut collected.build, &overrides)?;
    let plan = Image::plan(&collected.build, &options, &collected.appended)?;
    if let (Image::Hybrid(plan), Some(disk)) = (&plan, &options.disk) {
        disk.warn_of_displaced(plan.system_area(), report);
    }
    notes::say(&plan, &collected.build, request, report);
    match request.product {
        Product::Size => return print(&format!("{}\n", plan.size()), report),
        Product::Sectors => return print(&format!("{}\n", plan.size().div_ceil(2048)), report),
        Product::Map => return print(&plan.map(), report),
        Product::Image => {}
    }
    write(request, &collected, &plan, (list.as_ref(), &marked), &texts, report)
}

/// Writes what was planned; of the files of jigdo, `list` says which files these get elsewhere, and contents in `marked` are none.
fn write(
    request: &Request,
    collected: &Collected,
    plan: &Image<'_>,
    (list, marked): (Option<&List>, &[ContentId]),
    texts: &Texts<'_>,
    report: &Report,
) -> Result<Status, Failure> {
    let target = depfile_target(request)?;
    let contents =
        Contents::new(&collected.stores, collected.follow).with_tables(Tables::new(plan, &collected.tables));
    let extraction = request.outputs.jigdo.as_ref().zip(list);
    let extraction = extraction
        .map(|asked| Extraction::new(request, asked, plan, &collected.build, &contents, marked))
        .transpose()?;
    let outputs = Outputs::open(request, report.streams())?;
    let written = outputs.write(request, collected, plan, (&contents, extraction.as_ref()), report, || {
        let inputs = [texts.read.as_slice(), &collected.inputs].concat();
        let folder = std::env::current_dir().ok();
        let again = report.status() != Status::Done;
        depfile::Rule {
            target,
            inputs: &inputs,
            around: &collected.around,
            working_directory: folder.as_deref(),
            again,
        }
        .text(report)
    });
    Ok(ended(written, report))
}

/// The list of files that jigdo gets elsewhere, if its files are asked for.
fn list(request: &Request, texts: &mut Texts<'_>) -> Result<Option<List>, Failure> {
    let asked = request.outputs.jigdo.as_ref().filter(|_| request.product == Product::Image);
    asked.map(|asked| jigdo::list(asked, texts.read(&asked.list)?)).transpose()
}

/// The image that the new one is made from, as which `request` asks for it to be.
fn base(request: &mut Request, texts: &mut Texts<'_>, report: &Report) -> Result<Option<Base>, Failure> {
    let Some(path) = request.inputs.base.as_ref().map(|base| base.path.clone()) else { return Ok(None) };
    if replaced(request).is_none() {
        texts.find(&path)?;
    }
    Base::open(&path, request, report).map(Some)
}

/// The image whose place the new one takes when it is whole.
fn replaced(request: &Request) -> Option<&Path> {
    let is_replaced = request.outputs.over_base && request.product == Product::Image;
    request.inputs.base.as_ref().filter(|_| is_replaced).map(|base| base.path.as_path())
}

/// Asserts that the boot catalog can have its name, gives contents their places where something needs them there, and shares
/// those that are the same; the contents that will be other bytes in the image, if that matters to what is asked for.
fn arrange(
    request: &Request,
    booting: &Booting,
    collected: &mut Collected,
    extras: &Extras,
    report: &Report,
) -> Result<Vec<ContentId>, Failure> {
    let follow = collected.follow;
    let contents = Contents::new(&collected.stores, follow);
    let found = (&collected.build, collected.replaced.as_slice());
    catalog::check(request, &booting.boot, found, &contents, report)?;
    let mut alone = Vec::new();
    if request.format.dvd_video {
        let Collected { build, stores, .. } = &mut *collected;
        let contents = Contents::new(stores, follow);
        let named = request.spelling.option(Asked::DvdVideo);
        alone = dvd::place(build, &contents, named, report)?;
    }
    let mut marked = Vec::new();
    if request.inputs.dedup || request.outputs.jigdo.is_some() {
        marked = planning::marked(&booting.boot, &collected.build, extras)?;
    }
    if request.inputs.dedup {
        let Collected { build, stores, .. } = &mut *collected;
        let contents = Contents::new(stores, follow);
        dedup::share(build, &contents, &[marked.as_slice(), &alone].concat())?;
    }
    Ok(marked)
}

/// What make(1) calls the image; empty if it does not have to know.
fn depfile_target(request: &Request) -> Result<&[u8], Failure> {
    let Request { outputs, spelling, .. } = request;
    if outputs.depfile.is_none() {
        return Ok(&[]);
    }
    let output = outputs.image.as_deref().filter(|path| *path != Path::new("-"));
    let name = outputs.depfile_target.as_deref().or(output.map(Path::as_os_str)).map(OsStr::as_bytes);
    let Some(name) = name else {
        let (option, advice) = (spelling.option(Asked::Depfile), spelling.advice(Advice::NameImage));
        return Err(Error::Usage(format!("{option} needs the name of the image{advice}")).into());
    };
    if !depfile::can_be_target(name) {
        let advice = spelling.advice(Advice::OtherTarget);
        return Err(Error::Usage(format!("make cannot name this target{advice}"))).concerning(shown(name));
    }
    Ok(name)
}

/// The status after writing began: what fails from then on is not a run that could not start.
fn ended(written: Result<(), Failure>, report: &Report) -> Status {
    if let Err(failure) = written {
        report.failed(&failure);
    }
    report.status()
}

/// The small files that the request names, as far as they were read.
#[derive(Debug)]
struct Texts<'w> {
    /// Paths, each ended by NUL.
    read: Vec<u8>,
    stdin_taken: bool,
    /// Outputs of the run: a file that is one of them is not read.
    written: &'w Written<Asked>,
    streams: &'w Streams,
}

impl<'w> Texts<'w> {
    fn new(written: &'w Written<Asked>, streams: &'w Streams) -> Self {
        Self { read: Vec::new(), stdin_taken: false, written, streams }
    }

    /// Makes sure that an image at `path` can be read, which is not one of the run's outputs.
    fn find(&mut self, path: &Path) -> Result<(), Failure> {
        self.written.refuse(path.as_os_str())?;
        if names_standard_input(path) {
            self.take_stdin()?;
        } else {
            self.read.extend_from_slice(path.as_os_str().as_bytes());
            self.read.push(0);
        }
        Ok(())
    }

    /// The content of `path`, or of standard input for `-`.
    fn read(&mut self, path: &Path) -> Result<Vec<u8>, Failure> {
        self.read_up_to(path, LARGEST_TEXT)
    }

    /// As [`Texts::read`], of a file that may have so many bytes at the most: a device has no end.
    fn read_up_to(&mut self, path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
        self.find(path)?;
        text(path, most, self.streams)
    }

    /// The first `most` bytes of a file, with a warning if it has more: an image, say, of whose system area another gets a copy.
    fn start(&mut self, path: &Path, most: u64, report: &Report) -> Result<Vec<u8>, Failure> {
        self.find(path)?;
        let (bytes, has_more) = start(path, most, self.streams)?;
        if has_more {
            let sentence = format!("larger than the system area; its first {most} bytes are recorded");
            report.warning(shown(path.as_os_str().as_bytes()), sentence);
        }
        Ok(bytes)
    }

    /// What standard input has can be had once.
    fn take_stdin(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.stdin_taken, true) {
            false => Ok(()),
            true => Err(Error::Usage("standard input is named twice".into())),
        }
    }

    fn read_if(&mut self, path: Option<&Path>) -> Result<Vec<u8>, Failure> {
        path.map_or_else(|| Ok(Vec::new()), |path| self.read(path))
    }
}

fn extras(
    request: &Request,
    booting: &Booting,
    texts: &mut Texts<'_>,
    report: &Report,
) -> Result<Extras, Failure> {
    let application_use = match &request.identifiers.application_use {
        Text::Bytes(bytes) => bytes.clone(),
        Text::File(path) => texts.read_up_to(path, 512)?,
    };
    let system_area = match &booting.boot.system_area {
        Some(Piece { path, section: None }) => texts.start(path, wide(LENGTH), report)?,
        Some(Piece { path, section: Some(section) }) => {
            if replaced(request) != Some(path.as_path()) {
                texts.find(path)?;
            }
            let opened = Opened::new(path.as_os_str(), "a file that can be read anywhere", texts.streams)?;
            let name = opened.name.clone();
            let source = opened.into_source().concerning(&name)?;
            piece::system_area(&*source, section).concerning(&name)?
        }
        None => Vec::new(),
    };
    Ok(Extras { application_use, system_area, ..Extras::default() })
}

/// The tree of all inputs, in the order in which the command line names them, behind what is `taken` of the base, and how it
/// boots.
fn collect(
    request: &Request,
    report: &Report,
    texts: &mut Texts<'_>,
    previous: Option<Existing>,
    taken: Option<Taken>,
) -> Result<(Collected, Booting), Failure> {
    let inputs = &request.inputs;
    let streams = inputs.operands.iter().filter(|operand| match &operand.input {
        Input::Stream => true,
        Input::Path(path) | Input::Container(path) => names_standard_input(path),
    });
    for _ in streams {
        texts.take_stdin()?;
    }
    let listed = texts.read_if(inputs.list.as_ref().map(|list| list.path.as_path()))?;
    let options = Options {
        excludes: excludes(inputs, texts)?,
        on_disk: Patterns::new(&inputs.on_disk)?,
        follow: inputs.follow,
        attributes: inputs.attributes,
        written: texts.written,
        replaced: replaced(request),
        charset: inputs.charset,
        strip_components: inputs.strip_components,
        longest_name: request.format.longest_name(),
        latest: request.latest,
        made_mode: inputs.made_mode,
        list_inputs: request.outputs.depfile.is_some(),
        verbose: request.manner.verbose,
        zisofs: inputs.zisofs,
        encoded: request.keeps_zisofs(),
        previous: inputs.previous.as_ref(),
        spelling: request.spelling,
    };
    let several = inputs.operands.len() > 1 || inputs.list.is_some();
    let mut collector = Collector::new(&options, report, several)?;
    collector.previous(previous)?;
    if let (Some(taken), Some(base)) = (taken, &inputs.base) {
        collector.base(taken, base, inputs.literal)?;
    }
    for operand in &inputs.operands {
        collector.operand(operand)?;
    }
    for target in &inputs.made {
        collector.made(target)?;
    }
    let end = inputs.list.as_ref().map_or(b'\n', |list| list.end);
    for name in listed.split(|byte| *byte == end).filter(|name| !name.is_empty()) {
        collector.listed(name)?;
    }
    let of_volumes = options.of_volumes()?;
    let booting = loaders::booting(request, &collector, report)?;
    for appended in &booting.partitions.appended {
        loaders::append(appended, &mut collector, &of_volumes, report)?;
    }
    let collected = collector.finish()?;
    options.excludes.check()?;
    Ok((collected, booting))
}

fn excludes(inputs: &Inputs, texts: &mut Texts<'_>) -> Result<Excludes, Failure> {
    let files = inputs.exclude_from.iter().map(|path| texts.read(path)).collect::<Result<Vec<_>, _>>()?;
    let from_files = files.iter().flat_map(|text| lines(text));
    let paths = from_files.chain(inputs.exclude.iter().map(Vec::as_slice));
    let mut excludes = Excludes::new(paths, inputs.exclude_leaf.iter().map(Vec::as_slice))?;
    if inputs.literal {
        return Ok(excludes.literally());
    }
    // In an archive or an image it is not known before what there is.
    excludes.know(&|path| inputs.operands.iter().any(|operand| is_below(operand, path)));
    Ok(excludes)
}

/// Whether something of a directory that is an operand has `path` in the image.
fn is_below(operand: &Operand, path: &[u8]) -> bool {
    let Input::Path(folder) = &operand.input else { return false };
    let mut rest: Vec<&[u8]> = components(path).collect();
    let target = operand.target.as_ref().map_or(&[][..], |target| &target.names);
    let is_inside = rest.len() > target.len() && rest.iter().zip(target).all(|(one, two)| one == two);
    let below = rest.split_off(target.len().min(rest.len())).join(&b'/');
    is_inside && folder.join(OsStr::from_bytes(&below)).symlink_metadata().is_ok()
}

/// Outputs that are one another are refused here, before anything is read.
fn written(request: &Request, streams: &Streams) -> Result<Written<Asked>, Failure> {
    let outputs = &request.outputs;
    let image = outputs.image.as_deref().filter(|_| request.product == Product::Image);
    let texts = [
        (Asked::Sums, outputs.sums.as_deref()),
        (Asked::Depfile, outputs.depfile.as_deref()),
        (Asked::Log, outputs.log.as_deref()),
        (Asked::Jigdo, outputs.jigdo.as_ref().map(|jigdo| jigdo.file.as_path())),
        (Asked::JigdoTemplate, outputs.jigdo.as_ref().map(|jigdo| jigdo.template.as_path())),
    ];
    let texts = texts.into_iter().filter(|(_, path)| path.is_some());
    let all = [(Asked::Output, image)].into_iter().chain(texts);
    Written::new(all.map(|(output, path)| (output, request.spelling.option(output), path)), streams)
}

/// Prints what was asked for instead of an image.
fn print(text: &str, report: &Report) -> Result<Status, Failure> {
    let output = Output::open(None, Data::Text, report.streams())?;
    let written = output.write_lines(text.as_bytes()).concerning(output.name());
    Ok(ended(written.and_then(|()| output.finish(false)), report))
}
