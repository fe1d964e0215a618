//! What must hold in any world.
