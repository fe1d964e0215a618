//! The one place where the engine asks for threads. Results come back in the order of the inputs, so that the number
//! of threads never shows in them; on targets without threads the loop is serial.

use rayon::prelude::*;

/// Maps items in parallel, keeping their order. `init` makes the scratch space of one thread.
pub fn map_with<I: Sync, S, O: Send>(
    items: &[I],
    init: impl Fn() -> S + Sync + Send,
    map: impl Fn(&mut S, &I) -> O + Sync + Send,
) -> Vec<O> {
    items.par_iter().map_init(init, map).collect()
}

/// Does two things at the same time.
pub fn both<A: Send, B: Send>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(one, other)
}
