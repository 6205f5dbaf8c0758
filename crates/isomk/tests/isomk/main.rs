//! isomk as its users meet it: a command line, files, an image that others read.

mod archives;
mod base;
mod boot;
mod changes;
mod dates;
mod depfile;
mod entries;
mod existing;
mod identifiers;
mod inputs;
mod output;
mod reproducible;
mod sparse;
mod udf;
