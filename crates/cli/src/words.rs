//! Words of a list that is too long for a message.

/// How like a word has to be, as clap has it of options.
const LIKE: f64 = 0.7;

/// What is said of `word`, which is none of `known`: the one that is most like it, or else what to try, which lists them.
pub fn unknown<'k>(word: &str, known: impl IntoIterator<Item = &'k str>, list: &str) -> String {
    // Of short words, one slip of the hand is much.
    let likeness = |known: &'k str| match strsim::osa_distance(word, known) {
        0 | 1 => (1.0, known),
        _ => (strsim::jaro(word, known), known),
    };
    let alike = known.into_iter().map(likeness).filter(|(likeness, _)| *likeness > LIKE);
    let nearest = alike.reduce(|nearest, other| if other.0 > nearest.0 { other } else { nearest });
    let shown = word.escape_debug();
    match nearest {
        Some((_, nearest)) => format!("\"{shown}\" is not known; a similar word exists: {nearest}"),
        None => format!("\"{shown}\" is not known; try: {list}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_named_if_it_is_near() {
        let of = |word| unknown(word, ["gpt", "mbr", "apm", "apm-block"], "help");
        assert_eq!(of("gtp"), "\"gtp\" is not known; a similar word exists: gpt");
        assert_eq!(of("apm_block"), "\"apm_block\" is not known; a similar word exists: apm-block");
        assert_eq!(of("foo\n"), "\"foo\\n\" is not known; try: help");
        assert_eq!(of(""), "\"\" is not known; try: help");
    }
}
