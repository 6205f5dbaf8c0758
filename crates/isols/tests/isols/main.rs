//! isols as a program: every option, every exit status, against images that other software wrote.

mod boot;
mod check;
mod exit;
mod image;
mod isoinfo;
mod listing;
mod order;
mod pipe;
mod rebuilt;
mod select;
