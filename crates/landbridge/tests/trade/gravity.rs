//! The gravity equation against another program, and what must hold of any estimate.
