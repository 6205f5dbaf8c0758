//! Every image of the corpus, against what the Linux kernel lists of it, and what is wrong with it.

mod check;
mod iso9660;
mod lookups;
mod udf;
