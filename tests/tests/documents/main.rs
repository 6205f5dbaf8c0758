//! What the documents say is so: clauses, examples, the JSON schemas.

mod clauses;
mod examples;
mod json;
mod schema;
