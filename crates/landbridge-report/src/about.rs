//! Where a report comes from.

/// Where a report comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Version of the program.
    pub version: String,
    /// Files of the study, each with the SHA-256 of its content.
    pub inputs: Vec<(String, String)>,
}
