//! Rust code as far as the rules of form need it: without comments and texts, and cut into functions.
//!
//! This is no parser. It knows comments, texts and braces, and nothing of names, types or macros.

/// A function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of its `fn`, counted from 1.
    pub line: usize,
    /// Lines from its `fn` to its closing brace.
    pub lines: usize,
}

/// The source with every comment, text and character replaced by blanks; lines stay where they are.
pub fn code_only(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut code = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = skipped(&chars, at).max(at);
        if end == at {
            code.push(chars[at]);
            at += 1;
        } else {
            code.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    code
}

/// Where the comment, text or character ends that begins at `at`; `at` itself where none does.
fn skipped(chars: &[char], at: usize) -> usize {
    let ahead = |offset: usize| chars.get(at + offset).copied().unwrap_or('\0');
    let find = |from: usize, wanted: char| (from..chars.len()).find(|i| chars[*i] == wanted).unwrap_or(chars.len());
    match (chars[at], ahead(1)) {
        ('/', '/') => find(at, '\n'),
        ('/', '*') => block_comment(chars, at),
        ('"', _) => text(chars, at),
        ('r', '"' | '#') if !continues_a_word(chars, at) => raw_text(chars, at),
        ('\'', '\\') => (find(at + 3, '\'') + 1).min(chars.len()),
        ('\'', _) if ahead(2) == '\'' => at + 3,
        _ => at,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether the letter at `at` belongs to a longer word; the prefixes of byte and C texts count as none.
fn continues_a_word(chars: &[char], at: usize) -> bool {
    let before = |offset: usize| at.checked_sub(offset).and_then(|i| chars.get(i)).copied().unwrap_or(' ');
    let after_prefix = matches!(before(1), 'b' | 'c') && !is_word(before(2));
    is_word(before(1)) && !after_prefix
}

fn block_comment(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (1, at + 2);
    while i < chars.len() && depth > 0 {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
    }
    i
}

fn text(chars: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

fn raw_text(chars: &[char], at: usize) -> usize {
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    let open = at + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        // A raw identifier, such as r#type.
        return at;
    }
    let closes =
        |i: &usize| chars[*i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    (open + 1..chars.len()).find(closes).map_or(chars.len(), |i| i + 1 + hashes)
}

/// The functions with a body in code that went through [`code_only`].
pub fn functions(code: &str) -> Vec<Function> {
    let starts = code.match_indices("fn ").filter(|(at, _)| !code[..*at].ends_with(is_word));
    starts.filter_map(|(at, _)| function(code, at)).collect()
}

fn function(code: &str, at: usize) -> Option<Function> {
    let name: String = code[at + 3..].trim_start().chars().take_while(|c| is_word(*c)).collect();
    let (mut brackets, mut braces) = (0_i32, 0_i32);
    for (offset, c) in code[at..].char_indices() {
        match c {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets -= 1,
            ';' if brackets == 0 && braces == 0 => return None,
            '{' => braces += 1,
            '}' => {
                braces -= 1;
                if braces == 0 {
                    let lines_until = |end: usize| code[..end].matches('\n').count();
                    let line = lines_until(at) + 1;
                    return Some(Function { name, line, lines: lines_until(at + offset) + 2 - line });
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_blanked_and_lines_stay() {
        for (source, code) in [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d\n */ e", "a               \n    e"),
            (r#"f("x \" // y") + 1"#, "f(           ) + 1"),
            ("r#\"a \" b\"# ; br\"q\" ; er\"", "           ; b     ; er"),
            ("'\\'' '\"' 'a 'static", "         'a 'static"),
            ("r#type", "r#type"),
        ] {
            assert_eq!(code_only(source).trim_end(), code.trim_end(), "{source}");
            assert_eq!(code_only(source).lines().count(), source.lines().count());
        }
    }

    #[test]
    fn functions_are_measured_from_their_fn_to_their_brace() {
        let source =
            "trait T {\n fn none(a: [u8; 3]);\n}\nfn one() {}\n\nfn three(\n) {\n if a { b } }\nlet f: fn (u8);";
        let found: Vec<_> = functions(&code_only(source)).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
        assert_eq!(found, [("one".to_owned(), 4, 1), ("three".to_owned(), 6, 3)]);
    }
}
