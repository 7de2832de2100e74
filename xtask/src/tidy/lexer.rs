//! Splits Rust text into code and comments, with strings blanked, line by line in place.
//!
//! Both parts keep the line structure of the text, so that a line number means the same in all.

/// The two readings of a text.
#[derive(Debug, Default)]
pub(crate) struct Split {
    /// The code; comments and what stands inside quotes are spaces.
    pub(crate) code: String,
    /// The comments with their slashes; all else is spaces.
    pub(crate) comments: String,
}

/// Splits `text`.
pub(crate) fn split(text: &str) -> Split {
    let mut lexer = Lexer { chars: text.chars().collect(), at: 0, split: Split::default() };
    while lexer.at < lexer.chars.len() {
        lexer.step();
    }
    lexer.split
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Comment,
    Quoted,
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    split: Split,
}

impl Lexer {
    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => self.line_comment(),
            ('/', '*') => self.block_comment(),
            ('"', _) => self.string(),
            ('r', '"' | '#') if !self.is_inside_word() => self.raw_string(),
            ('\'', _) => self.quote(),
            _ => self.take(1, Part::Code),
        }
    }

    /// The character `ahead` of here, `\0` past the end.
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn is_end(&self) -> bool {
        self.at >= self.chars.len()
    }

    /// Whether the `r` here is the last letter of a name, not the start of a raw string.
    fn is_inside_word(&self) -> bool {
        let before = self.at.checked_sub(1).map_or(' ', |index| self.chars[index]);
        (before.is_alphanumeric() || before == '_') && before != 'b' && before != 'c'
    }

    fn take(&mut self, n_chars: usize, part: Part) {
        for _ in 0..n_chars {
            if self.is_end() {
                return;
            }
            let c = self.chars[self.at];
            let shown = |wanted: Part| if c == '\n' || part == wanted { c } else { ' ' };
            self.split.code.push(shown(Part::Code));
            self.split.comments.push(shown(Part::Comment));
            self.at += 1;
        }
    }

    fn line_comment(&mut self) {
        while !self.is_end() && self.peek(0) != '\n' {
            self.take(1, Part::Comment);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_u32;
        while !self.is_end() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {
                    self.take(1, Part::Comment);
                    continue;
                }
            }
            self.take(2, Part::Comment);
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.take(1, Part::Code);
        while !self.is_end() && self.peek(0) != '"' {
            let n_chars = if self.peek(0) == '\\' { 2 } else { 1 };
            self.take(n_chars, Part::Quoted);
        }
        self.take(1, Part::Code);
    }

    /// `r"…"`, `r#"…"#` and so on; a raw name such as `r#type` is code.
    fn raw_string(&mut self) {
        let n_hashes = self.chars[self.at + 1..].iter().take_while(|c| **c == '#').count();
        if self.peek(n_hashes + 1) != '"' {
            return self.take(1, Part::Code);
        }
        self.take(n_hashes + 2, Part::Code);
        let is_closing = |lexer: &Self| {
            lexer.peek(0) == '"' && (1..=n_hashes).all(|ahead| lexer.peek(ahead) == '#')
        };
        while !self.is_end() && !is_closing(self) {
            self.take(1, Part::Quoted);
        }
        self.take(n_hashes + 1, Part::Code);
    }

    /// A character such as `'x'` or `'\n'`; otherwise the quote of a lifetime.
    fn quote(&mut self) {
        self.take(1, Part::Code);
        if self.peek(0) == '\\' {
            self.take(2, Part::Quoted);
            while !self.is_end() && self.peek(0) != '\'' {
                self.take(1, Part::Quoted);
            }
            self.take(1, Part::Code);
        } else if self.peek(1) == '\'' {
            self.take(1, Part::Quoted);
            self.take(1, Part::Code);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_not_code() {
        let split = split("let a = \"b // c\"; // d\n/* e /* f */ g */ h");
        assert_eq!(split.code, "let a = \"      \";     \n                  h");
        assert_eq!(split.comments, "                  // d\n/* e /* f */ g */  ");
    }

    #[test]
    fn escapes_and_raw_strings_end_where_they_end() {
        assert_eq!(split(r#"("\"x", y)"#).code, r#"("   ", y)"#);
        assert_eq!(split("br#\"a\"b\"# c").code, "br#\"   \"# c");
        assert_eq!(split("r#type; for\"x\"").code, "r#type; for\" \"");
    }

    #[test]
    fn a_lifetime_is_not_an_open_quote() {
        assert_eq!(split("&'a str, '\"', '\\'', b").code, "&'a str, ' ', '  ', b");
    }
}
