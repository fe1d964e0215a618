//! The arithmetic of control against worked and published examples, and what must hold in any game.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::unreadable_literal, reason = "reference figures stand as their source prints them")]

mod disruption;
mod divisions;
mod games;
mod leverage;
mod money;
mod promises;
mod reference;
mod values;

/// Asserts that two numbers differ by no more than a part of the larger, or of 1.
#[track_caller]
fn near(found: f64, wanted: f64, tolerance: f64) {
    let size = found.abs().max(wanted.abs()).max(1.0);
    assert!((found - wanted).abs() <= tolerance * size, "found {found}, wanted {wanted}");
}

/// The same for lists.
#[track_caller]
fn all_near(found: &[f64], wanted: &[f64], tolerance: f64) {
    assert_eq!(found.len(), wanted.len());
    found.iter().zip(wanted).for_each(|(&found, &wanted)| near(found, wanted, tolerance));
}
