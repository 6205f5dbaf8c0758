//! Images are planned and written: what does not need another program to say that it is right.

mod boot;
mod changed;
mod fat;
mod holes;
mod hybrid;
mod layout;
mod partition;
mod scale;
mod session;
mod system_area;
mod tree;
mod udf;
