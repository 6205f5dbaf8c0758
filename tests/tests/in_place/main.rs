//! Files changed where they lie in an image (`isomk --in-place`): every kind of image as other programs read it, crashes at every
//! step, and images and journals that lie.

mod crashes;
mod journals;
mod kernel;
mod kinds;
mod lies;
mod places;
mod refused;
