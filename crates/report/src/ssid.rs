//! A network's name: looked at once, for its owner's wish, and forgotten.

/// A Wi-Fi network name, borrowed for as long as it takes to look at it.
#[derive(Clone, Copy)]
pub struct Ssid<'a>(pub &'a str);

impl Ssid<'_> {
    /// True when the owner asks not to be mapped: `_nomap` or `_optout` anywhere, in any case.
    pub fn opts_out(self) -> bool {
        let name = self.0.to_ascii_lowercase();
        name.contains("_nomap") || name.contains("_optout")
    }

    /// True for a hidden network: the name is present and empty, blank, or only NUL characters.
    pub fn is_hidden(self) -> bool {
        self.0.chars().all(|c| c == '\0' || c.is_whitespace())
    }
}

impl std::fmt::Debug for Ssid<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ssid(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_who_opt_out_and_hidden_networks_are_recognized() {
        for name in ["home_nomap", "Home_NoMap", "cafe_optout_x", "_OPTOUT"] {
            assert!(Ssid(name).opts_out(), "{name}");
        }
        for name in ["", " ", "\0\0"] {
            assert!(Ssid(name).is_hidden(), "{name:?}");
        }
        assert!(!Ssid("nomap").opts_out() && !Ssid("nomap").is_hidden());
        assert_eq!(format!("{:?}", Ssid("secret")), "Ssid(…)");
    }
}
