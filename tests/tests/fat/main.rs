//! FAT volumes that the core lays out, as everybody else reads them, compared with the trees they were made of.

mod material;
mod readers;
mod shapes;
