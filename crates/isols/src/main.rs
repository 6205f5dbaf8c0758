//! The `isols` program.

fn main() -> std::process::ExitCode {
    isokit_cli::main(|_| "isols", isols::run)
}
