//! Protobuf's encoding, written.

/// A message that is being written.
#[derive(Debug, Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    /// The bytes.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// A number that is there whatever it is.
    pub(super) fn stated(&mut self, field: u32, value: u64) {
        push_varint(&mut self.0, u64::from(field) << 3);
        push_varint(&mut self.0, value);
    }

    /// A number; 0 is left out.
    pub(super) fn uint(&mut self, field: u32, value: u64) {
        if value != 0 {
            self.stated(field, value);
        }
    }

    /// A number in zigzag that is there whatever it is.
    pub(super) fn signed(&mut self, field: u32, value: i64) {
        self.stated(field, ((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    /// Eight bytes.
    pub(super) fn fixed64(&mut self, field: u32, bits: u64) {
        push_varint(&mut self.0, u64::from(field) << 3 | 1);
        self.0.extend_from_slice(&bits.to_le_bytes());
    }

    /// A double that is there whatever it is.
    pub(super) fn double(&mut self, field: u32, value: f64) {
        self.fixed64(field, value.to_bits());
    }

    /// A text; an empty one is left out.
    pub(super) fn text(&mut self, field: u32, text: &str) {
        if !text.is_empty() {
            push_member(&mut self.0, field, text.as_bytes());
        }
    }

    /// A message inside.
    pub(super) fn message(&mut self, field: u32, fill: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        fill(&mut inner);
        push_member(&mut self.0, field, &inner.0);
    }
}

/// Appends a length-delimited field.
pub(super) fn push_member(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    push_varint(out, u64::from(field) << 3 | 2);
    push_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(0x80 | u8::try_from(value & 0x7f).unwrap_or(0));
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap_or(0));
}

/// A text that is there even when it is empty.
#[cfg(test)]
pub(super) fn push_text(to: &mut Writer, field: u32, text: &str) {
    push_member(&mut to.0, field, text.as_bytes());
}
