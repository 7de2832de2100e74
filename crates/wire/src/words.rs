//! The vocabularies of the wires: addresses, radios, fix sources, network names.

use crate::field::{Field, Scalar};
use cairn_ground::{Bssid, CellRadio};
use cairn_report::{FixSource, Ssid};

/// An address as it was written: `None` when no radio can have it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Address(pub(crate) Option<Bssid>);

impl Scalar for Address {
    fn from_text(text: &str) -> Field<Self> {
        match text.trim() {
            "" => Field::Missing,
            text => Field::Value(Self(Bssid::parse(text).filter(|address| address.is_usable()))),
        }
    }
}

/// Radio words in any case; `umts` is WCDMA. Anything else (`cdma` too) is [`Field::Wrong`].
impl Scalar for CellRadio {
    fn from_text(text: &str) -> Field<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Field::Missing;
        }
        let words = [
            ("gsm", Self::Gsm),
            ("wcdma", Self::Wcdma),
            ("umts", Self::Wcdma),
            ("lte", Self::Lte),
            ("nr", Self::Nr),
        ];
        let known = words.into_iter().find(|(word, _)| text.eq_ignore_ascii_case(word));
        known.map_or(Field::Wrong, |(_, radio)| Field::Value(radio))
    }
}

/// Source words in any case; what is unknown counts as a satellite receiver, as with the peers.
impl Scalar for FixSource {
    fn from_text(text: &str) -> Field<Self> {
        let words = [
            ("gps", Self::Gnss),
            ("gnss", Self::Gnss),
            ("fused", Self::Fused),
            ("fixed", Self::Manual),
            ("manual", Self::Manual),
            ("query", Self::Query),
            ("survey", Self::Survey),
        ];
        let text = text.trim();
        let known = words.into_iter().find(|(word, _)| text.eq_ignore_ascii_case(word));
        Field::Value(known.map_or(Self::Gnss, |(_, source)| source))
    }
}

/// What a network's name says about being mapped. The name itself ends here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Nothing against it.
    None,
    /// No name is broadcast.
    Hidden,
    /// The owner asks not to be mapped.
    OptedOut,
}

impl Scalar for Wish {
    fn from_text(text: &str) -> Field<Self> {
        let name = Ssid(text);
        Field::Value(if name.is_hidden() {
            Self::Hidden
        } else if text.contains('_') && name.opts_out() {
            Self::OptedOut
        } else {
            Self::None
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_any_case() {
        assert_eq!(CellRadio::from_text("UMTS"), Field::Value(CellRadio::Wcdma));
        assert_eq!(CellRadio::from_text("cdma"), Field::Wrong);
        assert_eq!(FixSource::from_text("GPS"), Field::Value(FixSource::Gnss));
        assert_eq!(FixSource::from_text("witchcraft"), Field::Value(FixSource::Gnss));
        assert_eq!(Wish::from_text(""), Field::Value(Wish::Hidden));
        assert_eq!(Wish::from_text("x_NoMap"), Field::Value(Wish::OptedOut));
        assert_eq!(Wish::from_text("my_net"), Field::Value(Wish::None));
    }

    #[test]
    fn an_address_no_radio_has_is_read_but_not_usable() {
        for text in ["ff:ff:ff:ff:ff:ff", "zz", "01:00:5e:90:10:00"] {
            assert_eq!(Address::from_text(text), Field::Value(Address(None)), "{text}");
        }
    }
}
