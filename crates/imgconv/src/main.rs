//! The `imgconv` program.

fn main() -> std::process::ExitCode {
    isokit_cli::main(|_| "imgconv", imgconv::run)
}
