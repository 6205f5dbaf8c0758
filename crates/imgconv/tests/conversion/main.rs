//! The tool from the outside: what comes out, what it says, what it leaves behind.

mod check;
mod damage;
mod formats;
mod memory;
mod names;
mod output;

use assert_cmd::Command;

const FORMATS: [&str; 5] = ["gzip", "zstd", "xz", "bzip2", "lz4"];

fn imgconv(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imgconv"));
    command.args(arguments);
    command
}

/// What `imgconv` makes of `input`, which it must like.
fn converted(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    imgconv(arguments).write_stdin(input).assert().success().stderr("").get_output().stdout.clone()
}

/// `data` in `format`, at a level that takes little time.
fn packed(format: &str, data: &[u8]) -> Vec<u8> {
    let level = match format {
        "raw" | "lz4" => "--threads=2",
        "xz" => "-0",
        _ => "-1",
    };
    converted(&["--to", format, level], data)
}

/// Bytes of which some compress well, some not at all, and some are zero.
fn data(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let byte = |at: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [noise, ..] = state.to_be_bytes();
        match at / 8192 % 4 {
            0 => noise,
            1 | 2 => b'a' + (noise & 7),
            _ => 0,
        }
    };
    (0..length).map(byte).collect()
}
