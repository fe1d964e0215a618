//! What was said about the corridor, and what comes out.

use landbridge::claims::Finding;
use landbridge::model::Model;

use crate::table::{Cell, Table, paragraph, section};

pub(crate) fn write(out: &mut String, model: &Model, findings: &[Finding]) {
    section(out, "claims", "What was said");
    if findings.is_empty() {
        paragraph(out, "The study holds no claims.");
        out.push_str("</section>\n");
        return;
    }
    paragraph(
        out,
        "Statements in own words, each with a rule that was fixed before anything was run. Supported: every reading of the \
         facts bears the statement out; contradicted: none; depends: some. Of the bases, data is read from a table, \
         definition is true by construction of a scenario, assumption follows from an assumed input; only model could have \
         come out otherwise.",
    );
    let mut table = Table::new("Verdicts", &["Statement", "Verdict", "Basis", "Answer"]);
    for finding in findings.iter().filter(|finding| finding.verdict.is_one()) {
        let claim = &model.study.claims[finding.row];
        table.push(vec![
            Cell::Lines(vec![format!("{}: {}", claim.id, claim.statement), claim.said_by.clone()]),
            Cell::text(finding.verdict.word()),
            Cell::Lines(vec![claim.basis.word().to_owned(), claim.strength.word().to_owned()]),
            Cell::text(finding.answer(model)),
        ]);
    }
    if !table.is_empty() {
        table.write(out);
    }
    let open = findings.iter().filter(|finding| !finding.verdict.is_one()).count();
    if open > 0 {
        paragraph(
            out,
            &format!(
                "{open} more statements wait for what is not computed yet, or no model of transport can judge them; \
                 claims.json says which and why."
            ),
        );
    }
    out.push_str("</section>\n");
}

#[cfg(test)]
mod tests {
    use landbridge::claims::judge;

    use super::*;
    use crate::fixture;

    #[test]
    fn statements_are_text_and_never_markup() {
        let mut files = fixture::files();
        let claim = "[[claim]]\nid = \"c\"\narticle = \"a\"\nsaid_by = \"<i>b</i>\"\nstatement = \"<script>c\"\n\
             topic = \"d\"\nkind = \"testable\"\nmetric_words = \"e\"\nexpected = \"f\"\ndecision = \"g\"\n\
             strength = \"direct\"\nbasis = \"data\"\nreason = \"h\"\npriority = \"core\"\nsource = [\"a test\"]\n\
             quality = \"assumed\"\n[[test]]\nclaim = \"c\"\nmetric = \"length_km\"\nlinks = [\"LINK\"]\n\
             comparator = \"above\"\nthreshold = 0\n";
        let link = fixture::model().network.assets.iter().next().map(|asset| asset.id.clone()).unwrap();
        files.insert("claims.toml".into(), claim.replace("LINK", &link));
        let model = fixture::model_of(&files);
        let mut out = String::new();
        write(&mut out, &model, &judge(&model, None));
        assert!(out.contains("&lt;script&gt;c") && !out.contains("<script") && !out.contains("<i>"), "{out}");
        assert!(out.contains("supported"));
        let mut out = String::new();
        write(&mut out, &model, &[]);
        assert!(out.contains("holds no claims"));
    }
}
