//! The part of an image that was asked for, and its sums.

use crate::request::{Manner, Part};
use crate::run::Run;
use crate::stream::{self, Sums};
use isokit_cli::progress::Progress;
use isokit_cli::{Concerning, Failure, Input, Report};
use isokit_core::finding::{Finding, Findings};
use isokit_core::image::Image;
use isokit_core::image::Reading;
use isokit_core::number::{narrow, wide};
use isokit_core::source::Source;
use isokit_core::{Error, Result};
use isokit_digests::Algorithm;
use std::ffi::OsStr;

/// Opens `operand` where the image in it begins; of a partition the length comes with it.
///
/// # Errors
/// When it cannot be opened, is compressed, or has no such part.
pub(crate) fn open(
    operand: &OsStr,
    reading: &Reading,
    manner: &Manner,
    report: &Report,
) -> Result<(Input, Option<u64>), Failure> {
    let Input { name, source } = Input::open_image(operand, report)?;
    let findings = Findings::default();
    let (source, part) = reading.window(source, &findings).concerning(&name)?;
    let length = part.map(|partition| partition.length);
    tell(manner, &name, &findings.take(), report);
    Ok((Input { name, source }, length))
}

/// Tells what deviates in the input `name`, if that is asked for.
pub(crate) fn tell(manner: &Manner, name: &str, findings: &[Finding], report: &Report) {
    for finding in findings.iter().filter(|_| manner.verbose) {
        report.finding(name, finding);
    }
}

/// That `source`, a partition of `length` bytes, goes to its end.
fn reaches(source: &dyn Source, length: u64) -> Result<()> {
    let there = source.size().map_or(length, |size| size.saturating_sub(source.first()));
    if there < length { Err(source.ends(source.first(), there, length)) } else { Ok(()) }
}

/// The digests of this `part` of `operand`, or why they could not be finished.
///
/// # Errors
/// When there is no such part, so that nothing could be begun.
pub(crate) fn sums(
    operand: &OsStr,
    part: &Part,
    algorithms: &[Algorithm],
    threads: usize,
    run: &Run<'_>,
) -> Result<Result<Sums, Failure>, Failure> {
    let (Input { name, source }, length) = open(operand, &part.reading, run.manner, run.report)?;
    let options = &part.reading.options;
    if !part.volume && options.session.is_none() {
        if let Some(length) = length {
            reaches(&*source, length).concerning(&name)?;
        }
        let end = length.map(|length| source.first().saturating_add(length));
        let sums = of_source(&*source, &|_| Ok(end), algorithms, threads, &run.progress);
        return Ok(sums.concerning(&name));
    }
    let image = Image::open(&*source, options).concerning(&name)?;
    if let Some(error) = image.truncation() {
        return Ok(Err(error).concerning(&name));
    }
    let excess = image.excess();
    let least = excess.as_ref().map_or(0, |(end, _)| *end).max(image.volume_end());
    // Where the last anchor lies is looked for when everything before it has passed: a pipe keeps nothing for that.
    let end = |at| if at < least { Ok(Some(least)) } else { image.end_behind(at).map(Some) };
    let sums = of_source(image.source(), &end, algorithms, threads, &run.progress).concerning(&name);
    tell(run.manner, &name, &image.take_findings(), run.report);
    if let (Some((_, error)), Ok(Sums { size, .. })) = (excess, &sums) {
        run.report.failure(&name, format!("{error}; the digest is that of {size} bytes"));
    }
    run.report.failures(&name, image.withheld());
    Ok(sums)
}

/// The digests of `source`, all of it or up to where `end` says. That is asked at the start, and again, with the byte
/// that is reached, at each end until it is no further.
fn of_source(
    source: &dyn Source,
    end: &dyn Fn(u64) -> Result<Option<u64>>,
    algorithms: &[Algorithm],
    threads: usize,
    progress: &Progress<'_>,
) -> Result<Sums> {
    let (mut at, mut known) = (source.first(), end(0)?);
    stream::digests(algorithms, threads, |into| {
        if known == Some(at) {
            known = end(at)?;
        }
        let left = known.map_or(u64::MAX, |end| end.saturating_sub(at));
        let wanted = into.len().min(narrow(left));
        let Some(into) = into.get_mut(..wanted) else { return Ok(0) };
        let read = source.read_some(at, into)?;
        if read < wanted && known.is_some() {
            return Err(source.ends(at, wide(read), left));
        }
        at = at.saturating_add(wide(read));
        source.done_before(at);
        progress.add(wide(read));
        Ok::<_, Error>(read)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_cli::Streams;
    use isokit_cli::when::When;
    use isokit_core::source::Memory;
    use isokit_digests::Hasher;

    #[test]
    fn a_length_is_met_exactly() {
        let bytes = vec![7_u8; 300_000];
        let source = Memory(&bytes);
        let report = Report::new("imgsum", Streams::default());
        let progress = Progress::new(When::Never, "", None, &report);
        let crc = |length| of_source(&source, &|_| Ok(length), &[Algorithm::Crc32], 1, &progress);
        let want = |length: usize| {
            let values = vec![Hasher::digest(Algorithm::Crc32, &bytes[..length])];
            Sums { size: wide(length), values }
        };
        assert_eq!(crc(None).expect("all"), want(300_000));
        assert_eq!(crc(Some(0)).expect("none"), want(0));
        assert_eq!(crc(Some(200_001)).expect("some"), want(200_001));
        assert_eq!(crc(Some(300_000)).expect("all"), want(300_000));
        assert!(crc(Some(300_001)).expect_err("one is missing").is_truncation());
        let later = |at| Ok(Some(if at < 200_000 { 200_000 } else { 200_001 }));
        let found = of_source(&source, &later, &[Algorithm::Crc32], 1, &progress);
        assert_eq!(found.expect("some"), want(200_001));
    }
}
