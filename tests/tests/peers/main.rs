//! Other programs and the tools: each reads what the other writes.

mod boot_images;
mod charsets;
mod check;
mod checksums;
mod clients;
mod compressors;
mod grub;
mod jigdo;
mod kernel;
mod mkisofs;
mod native;
mod readers;
mod relocation;
mod sessions;
mod writers;
mod zisofs;
