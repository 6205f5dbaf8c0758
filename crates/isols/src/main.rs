//! The `isols` program.

fn main() -> std::process::ExitCode {
    isokit_cli::main(isols::name, isols::run)
}
