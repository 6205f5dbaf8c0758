//! All that a descriptor gives, on its way to another one.

use super::{Moved, Progress, STEP, Sink};
use crate::error::Error;
use crate::number::wide;
use crate::source::Waiting;
use crate::source::descriptor::wait;
use crate::system;
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;

/// Bytes the kernel is asked to move at once: little enough that progress is seen.
const AT_ONCE: usize = 64 << 20;

/// Moves all that `input` gives, from where it stands to its end, to where `output` stands: in the kernel, where that moves
/// bytes between the two, else through the program. Each piece is told to `progress`.
///
/// # Errors
/// Those of the output. When the input fails, what was there has been written.
pub fn flow(input: &impl AsFd, output: &impl AsFd, progress: &Progress<'_>) -> io::Result<Moved> {
    let (from, to) = (input.as_fd(), output.as_fd());
    let mut bytes = 0_u64;
    loop {
        match system::flow(from, to, AT_ONCE) {
            // Some special files give nothing that way although they can be read.
            Ok(0) => break,
            Ok(moved) => {
                bytes = bytes.saturating_add(wide(moved));
                progress(wide(moved));
            }
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                wait(from, PollFlags::IN).and_then(|()| wait(to, PollFlags::OUT))?;
            }
            Err(_) => break,
        }
    }
    let (mut input, mut buffer) = (Waiting::new(from), vec![0; STEP]);
    let mut sink = Sink::new(&to).with_progress(progress);
    let stopped = loop {
        match input.read(&mut buffer) {
            Ok(0) => break None,
            Ok(read) => {
                sink.write_all(buffer.get(..read).unwrap_or_default())?;
                bytes = bytes.saturating_add(wide(read));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => break Some(Error::io("read", error)),
        }
    };
    sink.finish()?;
    Ok(Moved { bytes, stopped })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::Seek;
    use std::sync::atomic::{AtomicU64, Ordering};

    fn data() -> Vec<u8> {
        (0..700_001_u32).map(|n| u8::try_from(n % 251).expect("below 251")).collect()
    }

    fn file(content: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(content).expect("room");
        file
    }

    /// What `flow` makes of `input` behind what is in `output` already.
    fn into_a_file(input: &impl AsFd) -> (Vec<u8>, u64) {
        let mut output = file(b"before");
        let heard = AtomicU64::new(0);
        let hear = |count| {
            heard.fetch_add(count, Ordering::Relaxed);
        };
        let moved = flow(input, &output, &hear).expect("room");
        assert!(moved.stopped.is_none());
        assert_eq!(moved.bytes, heard.into_inner());
        let mut all = Vec::new();
        output.rewind().and_then(|()| output.read_to_end(&mut all)).expect("readable");
        (all, moved.bytes)
    }

    #[test]
    fn a_file_flows_from_where_it_stands() {
        let mut input = file(&data());
        input.seek(io::SeekFrom::Start(1000)).expect("a file");
        let (all, moved) = into_a_file(&input);
        assert!(all == [b"before", &data()[1000..]].concat());
        assert_eq!(moved, 699_001);
    }

    #[test]
    fn a_pipe_flows_to_its_end_whether_it_blocks_or_not() {
        for is_non_blocking in [false, true] {
            let (reader, mut writer) = io::pipe().expect("a pipe");
            rustix::io::ioctl_fionbio(&reader, is_non_blocking).expect("a pipe");
            let late = std::thread::spawn(move || {
                for part in data().chunks(100_000) {
                    std::thread::sleep(std::time::Duration::from_millis(2));
                    writer.write_all(part).expect("the reader reads on");
                }
            });
            let (all, _) = into_a_file(&reader);
            assert!(all == [b"before", data().as_slice()].concat());
            late.join().expect("no panic");
        }
    }

    #[test]
    fn an_input_that_cannot_be_read_is_no_error_of_the_output() {
        let folder = File::open("/").expect("a folder");
        let output = file(b"");
        let moved = flow(&folder, &output, &|_| {}).expect("nothing is written");
        assert!(matches!(moved.stopped, Some(Error::Io(_))), "{moved:?}");
        let full = File::options().write(true).open("/dev/full").expect("a device");
        let mut input = file(b"abc");
        input.rewind().expect("a file");
        assert!(flow(&input, &full, &|_| {}).is_err());
    }
}
