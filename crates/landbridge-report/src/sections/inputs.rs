//! The files that the report was made from.

use crate::about::About;
use crate::table::{Cell, Table, paragraph, section};

pub(crate) fn write(out: &mut String, about: &About) {
    section(out, "inputs", "Inputs");
    if about.inputs.is_empty() {
        paragraph(out, "The files of the study are not listed.");
    } else {
        let mut table = Table::new("Files of the study", &["File", "SHA-256"]);
        for (file, hash) in &about.inputs {
            table.push(vec![Cell::text(file), Cell::Code(hash.clone())]);
        }
        table.write(out);
    }
    out.push_str("</section>\n");
}
