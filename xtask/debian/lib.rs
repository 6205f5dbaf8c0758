//! No code: the name and the description of the Debian package, which holds the tools (`cargo xtask dist`).
