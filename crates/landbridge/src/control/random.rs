//! Random numbers that depend on their place alone: Philox 4x64-10 (Salmon and others 2011).
//!
//! A number is a function of a key and a counter, so a draw is the same whatever was drawn before it and on whichever
//! thread, and two regimes that ask for the same place get the same number. Twenty lines of it spare a dependency.

const MULTIPLIERS: [u64; 2] = [0xD2E7_470E_E14C_6C93, 0xCA5A_8263_9512_1157];
const WEYL: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xBB67_AE85_84CA_A73B];

/// Four random words of a place.
pub(super) fn philox(key: [u64; 2], counter: [u64; 4]) -> [u64; 4] {
    let (mut key, mut word) = (key, counter);
    for round in 0..10 {
        if round > 0 {
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let product = [word[0], word[2]].map(u128::from);
        let product = [product[0] * u128::from(MULTIPLIERS[0]), product[1] * u128::from(MULTIPLIERS[1])];
        let high = product.map(|product| (product >> 64) as u64);
        let low = product.map(|product| product as u64);
        word = [high[1] ^ word[1] ^ key[0], low[1], high[0] ^ word[3] ^ key[1], low[0]];
    }
    word
}

/// A number above 0 and below 1 from a word; 52 bits, so that neither end is met by rounding.
pub(super) fn unit(word: u64) -> f64 {
    ((word >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
}

/// Four numbers above 0 and below 1 of a place.
pub(super) fn units(key: [u64; 2], counter: [u64; 4]) -> [f64; 4] {
    philox(key, counter).map(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_reference() {
        // Both from an independent program that agrees with that of numpy.
        let zero =
            [0x1655_4d9e_ca36_314c, 0xdb20_fe9d_672d_0fdc, 0xd7e7_72ce_e186_176b, 0x7e68_b68a_ec7b_a23b];
        assert_eq!(philox([0, 0], [0, 0, 0, 0]), zero);
        let other =
            [0xe962_861f_737e_1951, 0x93cb_deb0_19d9_a9ce, 0x224e_faa3_b10c_2133, 0xfe40_0753_8210_da45];
        assert_eq!(philox([20_250_808, 7], [1, 0, 0, 0]), other);
    }

    #[test]
    fn no_number_is_0_or_1() {
        assert!(unit(0) > 0.0 && unit(u64::MAX) < 1.0);
    }
}
