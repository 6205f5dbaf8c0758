//! Names as GNU make reads them. What is written here was tried with GNU make 4.3 on every byte a name may have.

/// Where in a makefile a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind the colon of a rule that has no recipe.
    Prerequisite,
    /// Before the colon of such a rule.
    Target,
    /// Before the colon of a rule whose recipe is on the same line.
    TargetWithRecipe,
}

/// Words that make a prerequisite the definition of a variable.
const MODIFIERS: [&[u8]; 6] = [b"define", b"undefine", b"override", b"export", b"unexport", b"private"];

/// Whether make can name such a file at all: it ends a line at every newline, and takes `a(b)` for the member `b` of the
/// archive `a`, however the name is written.
pub(super) fn can_be_named(name: &[u8]) -> bool {
    let member = match name.iter().position(|byte| *byte == b'(') {
        None => false,
        // Not by itself, but in the directories that built-in rules look into.
        Some(0) if !name.starts_with(b"((") => false,
        Some(at) => name.ends_with(b")") && at + 2 < name.len(),
    };
    !member && !name.contains(&b'\n')
}

/// Whether make expands it as a pattern of the shell.
pub(super) fn is_pattern(name: &[u8]) -> bool {
    name.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// The text that make reads as `name`, which it must be able to name.
pub(super) fn escaped(name: &[u8], place: Place) -> Vec<u8> {
    let mut text = Vec::new();
    if MODIFIERS.contains(&name) {
        text.extend_from_slice(GUARD);
    }
    let mut backslashes = 0;
    for byte in literal(name) {
        let (more, instead) = in_text(byte, place, backslashes);
        text.extend(std::iter::repeat_n(b'\\', more));
        match instead {
            Some(instead) => text.extend_from_slice(instead),
            None => text.push(byte),
        }
        backslashes = if byte == b'\\' { backslashes + 1 } else { 0 };
    }
    // A separator follows.
    text.extend(std::iter::repeat_n(b'\\', backslashes));
    if name.ends_with(b" ") || name.ends_with(b"\t") {
        // Blanks before the end of a line, and before the backslash that joins it with the next, are dropped.
        text.extend_from_slice(GUARD);
    }
    if place != Place::Prerequisite && name.ends_with(b"&") {
        // `&:` is a colon of another kind.
        text.push(b' ');
    }
    text
}

/// A reference to a variable that cannot be: nothing, but neither a blank nor a word that make knows.
const GUARD: &[u8] = b"$()";

/// The pattern that only `name` matches, if make would expand it.
fn literal(name: &[u8]) -> Vec<u8> {
    if !is_pattern(name) {
        return name.to_vec();
    }
    let mut pattern = Vec::new();
    for byte in name {
        if matches!(byte, b'*' | b'?' | b'[' | b'\\') {
            pattern.push(b'\\');
        }
        pattern.push(*byte);
    }
    pattern
}

/// What is written for a byte behind so many backslashes: more of them, and what stands in its place. A backslash counts
/// before a character that has a meaning only, and there each of those before it has to be doubled.
fn in_text(byte: u8, place: Place, backslashes: usize) -> (usize, Option<&'static [u8]>) {
    match (byte, place) {
        (b' ' | b'#' | b':', _)
        | (b'\t' | b'|', Place::Prerequisite)
        | (b'%', Place::Target | Place::TargetWithRecipe) => (backslashes + 1, None),
        // Without a recipe the line is searched for one twice, and each search takes a backslash away. At the beginning of
        // a word it would be a word of its own.
        (b';', Place::TargetWithRecipe) if backslashes == 0 => (0, Some(b"$()\\;")),
        (b';', Place::TargetWithRecipe) => (backslashes + 1, None),
        (b';', _) if backslashes == 0 => (0, Some(b"$()\\\\\\;")),
        (b';', _) => (3 * backslashes + 3, None),
        // The words of a target are joined by spaces before backslashes are looked at.
        (b'\t', _) => (backslashes, Some(b"$(subst x,\\\t,x)")),
        (b'=', _) => (0, Some(b"$(or =)")),
        (b'$', _) => (0, Some(b"$$")),
        _ => (0, None),
    }
}
