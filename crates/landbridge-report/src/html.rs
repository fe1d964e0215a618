//! The report: one HTML file with everything in it.

use std::fmt::Write;

use landbridge::claims::Finding;
use landbridge::model::Model;
use landbridge::outcome::Outcome;

use crate::about::About;
use crate::basemap::Basemap;
use crate::sections;
use crate::svg::escape;
use crate::{FlowReport, ReportError};

/// Nothing may be loaded or run: the file is complete.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// Sections in order: address, and name in the contents.
const CONTENTS: [(&str, &str); 16] = [
    ("summary", "Key pairs"),
    ("maps", "Maps"),
    ("flows", "Flows"),
    ("welfare", "Trade and welfare"),
    ("leverage", "Who can do what to whom"),
    ("revenue", "Who earns what"),
    ("regimes", "Regimes side by side"),
    ("settlement", "Does the settlement hold"),
    ("claims", "What was said"),
    ("pairs", "Time and cost over distance"),
    ("crossings", "Border crossings"),
    ("indicators", "Indicators"),
    ("validation", "Validation"),
    ("provenance", "What the figures rest on"),
    ("glossary", "Glossary"),
    ("inputs", "Inputs"),
];

/// Writes the results of a study as one self-contained HTML page. It loads nothing and runs no script.
///
/// `basemap` is `TopoJSON` with `objects.countries`; without it maps show the network alone. Without `flows` the report
/// says that the study holds no demand; `findings` are the verdicts on its claims.
///
/// # Errors
/// The basemap cannot be decoded.
pub fn html_report(
    model: &Model,
    outcome: &Outcome,
    basemap: Option<&str>,
    about: &About,
    flows: Option<&FlowReport<'_>>,
    findings: &[Finding],
) -> Result<String, ReportError> {
    let basemap = basemap.map(Basemap::parse).transpose()?;
    let pairs = sections::pairs::group(outcome);
    let study = &model.study.study;
    let mut out = String::new();
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"Landbridge {}\">\n<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n",
        escape(&about.version),
        escape(&study.name),
        include_str!("report.css"),
    );
    sections::header::write(&mut out, model, outcome, about);
    out.push_str("<nav aria-label=\"Contents\"><ol>");
    for (id, name) in CONTENTS {
        let _ = write!(out, "<li><a href=\"#{id}\">{name}</a></li>");
    }
    out.push_str("</ol></nav>\n<main>\n");
    sections::summary::write(&mut out, model, outcome);
    sections::maps::write(&mut out, model, basemap.as_ref());
    sections::flows::write(&mut out, model, flows, basemap.as_ref());
    sections::queues::write(&mut out, flows);
    sections::welfare::write(&mut out, model, flows);
    sections::leverage::write(&mut out, model, flows);
    sections::revenue::write(&mut out, model, flows);
    sections::regimes::write(&mut out, model, flows);
    sections::settlement::write(&mut out, model, flows);
    sections::claims::write(&mut out, model, findings);
    sections::pairs::write(&mut out, model, &pairs, basemap.as_ref());
    sections::crossings::write(&mut out, model, outcome);
    sections::indicators::write(&mut out, model, outcome);
    sections::validation::write(&mut out, model, outcome);
    sections::provenance::write(&mut out, model, outcome);
    sections::glossary::write(&mut out);
    sections::inputs::write(&mut out, about);
    out.push_str("</main>\n</body>\n</html>\n");
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{self, BASEMAP};

    fn about() -> About {
        About { version: "0.1 <script>".into(), inputs: vec![("network/<script>.csv".into(), "ab12".into())] }
    }

    #[test]
    fn nothing_from_the_study_becomes_markup() {
        let model = fixture::model();
        let html = html_report(&model, &model.run(), Some(BASEMAP), &about(), None, &[]).unwrap();
        for bad in ["<script", "<img", "onerror=alert(1)>", "<i>detour", "<b>"] {
            assert!(!html.contains(bad), "{bad}");
        }
        assert!(html.contains("Study &lt;script&gt;") && html.contains("&lt;i&gt;detour"));
    }

    #[test]
    fn elements_are_balanced_and_nothing_is_loaded() {
        let model = fixture::model();
        let html = html_report(&model, &model.run(), Some(BASEMAP), &about(), None, &[]).unwrap();
        for tag in
            ["section", "table", "tr", "td", "th", "div", "figure", "svg", "g", "text", "details", "dl", "p"]
        {
            let open = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
            assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        assert!(!html.contains(" src=\"") && !html.contains("url(") && !html.contains("@import"));
        assert!(!html.replace("http://www.w3.org/2000/svg", "").contains("http://"));
        for (id, _) in CONTENTS {
            assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }

    #[test]
    fn the_same_study_gives_the_same_bytes() {
        let model = fixture::model();
        let report = || html_report(&model, &model.run(), Some(BASEMAP), &about(), None, &[]).unwrap();
        assert_eq!(report(), report());
    }

    #[test]
    fn a_study_without_key_pairs_basemap_or_facts_has_a_report() {
        let mut files = fixture::files();
        let manifest = &files["study.toml"];
        let bare = manifest[..manifest.find("[[key_pair]]").unwrap()].to_owned();
        files.insert("study.toml".into(), bare);
        files.remove("validation.csv");
        let model = fixture::model_of(&files);
        let html = html_report(&model, &model.run(), None, &About::default(), None, &[]).unwrap();
        assert!(html.contains("The study names no key pairs"));
        assert!(html.contains("The study holds no published facts"));
    }

    #[test]
    fn a_pair_without_a_way_is_said_to_have_none() {
        let model = fixture::model();
        let html = html_report(&model, &model.run(), None, &About::default(), None, &[]).unwrap();
        assert!(html.contains("no open route"));
    }
}
