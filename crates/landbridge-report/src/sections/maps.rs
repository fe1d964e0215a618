//! Maps of the network: the core area, if it is much smaller than the whole, and the whole.

use landbridge::model::Model;

use crate::basemap::Basemap;
use crate::map::{MapExtent, core_is_worth_a_map, draw_map};
use crate::table::{element, figure, section};

pub(crate) fn write(out: &mut String, model: &Model, basemap: Option<&Basemap>) {
    section(out, "maps", "Maps");
    if core_is_worth_a_map(model) {
        figure(out, &draw_map(model, basemap, MapExtent::Core, &[]));
    }
    figure(out, &draw_map(model, basemap, MapExtent::All, &[]));
    let note = if basemap.is_some() {
        "Outlines and names on the maps are those of the study's basemap and imply no opinion on the status of any \
         territory or the course of any boundary."
    } else {
        "The study has no basemap: countries are not drawn."
    };
    element(out, "p", "note", note);
    out.push_str("</section>\n");
}
