//! What the tools do on a command line: joined by pipes, on every kind of descriptor, and with names and options that
//! other programs taught their users.

mod descriptors;
mod endings;
mod habits;
mod in_process;
mod literal;
mod outputs;
mod readme;
mod terminal;
