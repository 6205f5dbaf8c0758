//! Nobody types an offset: where something lies is made by the source it is read from, and kept by what is read.

/// What makes a place of bare numbers, and the files that may: the place itself, and the sources.
const MAKERS: [&str; 2] = ["Location::of_byte(", "Location::in_sectors("];
const MAY: [&str; 2] = ["crates/core/src/error/subject.rs", "crates/core/src/source/"];

/// Appends a sentence for each place that `code`, of the file `shown` in messages, makes of bare numbers.
pub(super) fn check(shown: &str, code: &str, problems: &mut Vec<String>) {
    if MAY.iter().any(|may| shown.starts_with(may)) {
        return;
    }
    for maker in MAKERS.iter().filter(|maker| code.contains(**maker)) {
        problems.push(format!("{shown}: {maker}) types an offset; Source::location makes a place"));
    }
    if code.contains(".origin().saturating_add(") || code.contains(".origin() +") {
        problems.push(format!("{shown}: .origin() is added to an offset; Source::location does that"));
    }
    let moves = code.match_indices(".behind(").filter_map(|(at, found)| code.get(at..)?.strip_prefix(found));
    if moves.into_iter().any(|argument| argument.trim_start().starts_with(|c: char| c.is_ascii_digit())) {
        problems.push(format!("{shown}: .behind() of a typed offset; offset_of! knows where a field lies"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_offset_is_a_problem_outside_the_sources() {
        let told = |shown, code| {
            let mut problems = Vec::new();
            check(shown, code, &mut problems);
            problems.len()
        };
        let (reader, source) = ("crates/core/src/udf/tree.rs", "crates/core/src/source/mod.rs");
        assert_eq!(told(reader, "TAG.at(Location::of_byte(7))"), 1);
        assert_eq!(told(source, "TAG.at(Location::of_byte(7))"), 0);
        assert_eq!(told(reader, "let at = source.origin().saturating_add(at);"), 1);
        assert_eq!(told(reader, "TAG.at(at.behind(156))"), 1);
        assert_eq!(told(reader, "TAG.at(at.behind(wide(length)))"), 0);
    }
}
