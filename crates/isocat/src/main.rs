//! The `isocat` program.

fn main() -> std::process::ExitCode {
    isokit_cli::main(|_| "isocat", isocat::run)
}
