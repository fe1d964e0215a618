//! Rebuilds the command when a built-in study changes, since it carries them.

fn main() {
    println!("cargo:rerun-if-changed=../../studies");
}
