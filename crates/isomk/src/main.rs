//! The `isomk` program.

fn main() -> std::process::ExitCode {
    isokit_cli::main(isomk::name, isomk::run)
}
