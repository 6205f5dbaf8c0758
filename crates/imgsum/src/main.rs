//! The `imgsum` program.

fn main() -> std::process::ExitCode {
    isokit_cli::main("imgsum", imgsum::run)
}
