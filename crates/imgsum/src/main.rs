//! The `imgsum` program.

fn main() -> std::process::ExitCode {
    isokit_cli::main(|_| "imgsum", imgsum::run)
}
