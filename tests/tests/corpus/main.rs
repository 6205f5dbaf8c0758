//! Every image of the corpus, against what the Linux kernel lists of it.

mod iso9660;
mod lookups;
mod udf;
