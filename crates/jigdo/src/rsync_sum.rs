//! RsyncSum64: a checksum of the beginning of a file, which finds it in an image (TechDetails, "Algorithm for finding the
//! files in the image").

/// Bytes at the beginning of a file that are summed (TechDetails: blockLen). Shorter files are never matched.
pub const BLOCK_LENGTH: u32 = 1024;

/// The sum of the bytes that were given to it, in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RsyncSum64 {
    /// What the bytes stand for, summed.
    sum: u32,
    /// The sums so far, summed.
    sum_of_sums: u32,
}

impl RsyncSum64 {
    /// Of `bytes`, which are the first [`BLOCK_LENGTH`] of a file.
    pub fn new(bytes: &[u8]) -> Self {
        let mut this = Self::default();
        for byte in bytes {
            this.sum = this.sum.wrapping_add(STANDS_FOR[usize::from(*byte)]);
            this.sum_of_sums = this.sum_of_sums.wrapping_add(this.sum);
        }
        this
    }

    /// As a template records it.
    pub fn to_bytes(self) -> [u8; 8] {
        let [a, b, c, d] = self.sum.to_le_bytes();
        let [e, f, g, h] = self.sum_of_sums.to_le_bytes();
        [a, b, c, d, e, f, g, h]
    }
}

/// What each byte stands for. No text has these numbers, which follow no rule: they were computed from the sums that
/// jigdo-file records of files of 1025 bytes that differ in the last one.
#[rustfmt::skip]
const STANDS_FOR: [u32; 256] = [
    0x51d6_5c0f, 0x083c_d94b, 0x77f7_3dd8, 0xa018_7d36, 0x2980_3d07, 0x7ea8_ac0e, 0xea4c_16c9, 0xfc57_6443,
    0x6213_df29, 0x1c01_2392, 0xb389_46ae, 0x2e20_ca31, 0xe4dc_532f, 0xcb28_1c47, 0x8508_b6a5, 0xb93c_210d,
    0xef02_b5f3, 0x6654_8c74, 0x9ae2_deab, 0x3b59_f472, 0x4e54_6447, 0x4523_2d1f, 0x0ac0_a4b1, 0x6c4c_264b,
    0x5d24_ce84, 0x0f27_52cc, 0xa35c_7ac7, 0x3e31_af51, 0x7967_5a59, 0x581f_0e81, 0x4905_3122, 0x7339_c9d8,
    0xf983_3565, 0xa3db_e5b3, 0xcc06_eeb9, 0x92d0_671c, 0x3eb2_20a7, 0x6486_4eae, 0xca10_0872, 0xc509_77a1,
    0xd903_78e1, 0x7a36_cab9, 0x15c1_5f4b, 0x8b9e_f749, 0xcc14_32dc, 0x1ec5_78ed, 0x27e6_e092, 0xbb06_db8f,
    0x67f6_61ac, 0x8dd1_a3db, 0x2a0c_a16b, 0xb229_ab84, 0x127a_3337, 0x347d_846f, 0xe1ea_4b50, 0x008d_bb91,
    0x414c_1426, 0xd2be_76f0, 0x0878_9a39, 0xb4d9_3e30, 0x6166_7760, 0x8871_bee9, 0xab7d_a12d, 0xe3c5_8620,
    0xe9fd_fbbe, 0x64fb_04f7, 0x8cc5_bbf0, 0xf527_2d30, 0x8f16_1b50, 0x1112_2b05, 0x7695_e72e, 0xa1c5_d169,
    0x1bfd_0e20, 0xef7e_6169, 0xf652_d08e, 0xa9d0_f139, 0x2f70_aa04, 0xae2c_7d6d, 0xa3cb_9241, 0x3ae7_d364,
    0x3487_88f8, 0xf483_b8f1, 0x55a0_11da, 0x1897_19dc, 0xb0c5_d723, 0x8b34_4e33, 0x300d_46eb, 0xd44f_e34f,
    0x1a20_16c1, 0x66ce_4cd7, 0xa45e_a5e3, 0x55cb_708a, 0xbce4_30df, 0xb01a_e6e0, 0x3551_163b, 0x2c5b_157a,
    0x574c_4209, 0x430f_d0e4, 0x3387_e4a5, 0xee1d_7451, 0xa963_5623, 0x873a_b89b, 0xb96b_c6aa, 0x5989_8937,
    0xe646_c6e7, 0xb79f_8792, 0x3f32_35d8, 0xef1b_5acf, 0xd975_b22b, 0x427a_cce6, 0xe47a_2411, 0x75f8_c1e8,
    0xa63f_799d, 0x5388_6ad8, 0x9b2d_6d32, 0xea82_2016, 0xcdee_2254, 0xd98b_cd98, 0x2933_a544, 0x961f_379f,
    0x4921_9792, 0xc61c_360f, 0x77cc_0c64, 0x7b87_2046, 0xb91c_7c12, 0x7577_154b, 0x1965_73be, 0xf788_813f,
    0x41e2_e56a, 0xec3c_d244, 0x8c74_01f1, 0xc2e8_05fe, 0xe887_2fbe, 0x9e2f_af7d, 0x6766_456b, 0x888e_2197,
    0x2853_5c6d, 0x2ce4_5f3f, 0x2426_1d2a, 0xd6fa_ab8b, 0x7a7b_42b8, 0x15f0_f6fa, 0xfe17_11df, 0x7e56_85a6,
    0x0093_0268, 0x7475_5331, 0x1998_912c, 0x7b60_498b, 0x501a_5786, 0x92ac_e0f6, 0x1d97_52fe, 0x5a73_1add,
    0x5b3b_44fc, 0x4736_73f9, 0xa42c_0321, 0xd82f_9f18, 0xb4b2_25da, 0xfc89_ece2, 0x072e_1130, 0x5772_aae3,
    0x2901_0857, 0x542c_970c, 0x94f6_7fe5, 0x7120_9e9b, 0xdb97_ea39, 0x2689_b41b, 0xae81_5804, 0xfc5e_2651,
    0xd452_1674, 0x48ed_979a, 0x2f61_7da3, 0xc350_353d, 0xc3ac_cd94, 0xbd8d_313a, 0xc61a_8e77, 0xf349_40a4,
    0x8d2c_6b0f, 0x0f0e_7225, 0x39e1_83db, 0xd19e_bba9, 0x6a0f_37b9, 0xd189_22f3, 0x1064_20c5, 0xaa5a_640b,
    0x7cf0_d273, 0xcf32_38a7, 0x3b33_204f, 0x476b_e7bb, 0x09d2_3bca, 0xbe84_b2f7, 0xb7a3_bace, 0x2528_cee1,
    0x3dca_a1dd, 0x900a_d31a, 0xf21d_ea6d, 0x9ce5_1463, 0xf154_0bba, 0x0fab_1bdd, 0x89cf_b79a, 0x01a2_a6e6,
    0x6f85_d67c, 0xd166_9ec4, 0x355d_b722, 0x00eb_d5c4, 0x926e_b385, 0x69ea_d869, 0x0da2_b122, 0x4027_79fe,
    0xdaed_92d0, 0x57e9_aabb, 0x3df6_4854, 0xfcc7_74b5, 0x2e17_40ed, 0xa615_e024, 0xf7ba_c938, 0x377d_fd1a,
    0xd055_9d66, 0x2549_9be8, 0x2d8f_2006, 0xfaa9_e486, 0x95e9_80e7, 0x82ae_ba67, 0x5a7f_2561, 0xbc60_dff6,
    0x6c87_39a2, 0x7ec5_9a8b, 0x9998_f265, 0xdfe3_7e5e, 0xb47c_ee1e, 0x4dd8_bc9e, 0x35c5_7e09, 0x0785_0b63,
    0x06ea_dbcb, 0x6c1f_2956, 0x0168_5c2c, 0xf572_5eef, 0xf13b_98b5, 0xaab7_39c2, 0x200b_1da2, 0xa716_b98b,
    0xd9ee_3058, 0x76ac_f20b, 0x2f25_9e04, 0xed11_658b, 0x1532_b331, 0x0ab4_3204, 0xf0be_b023, 0xb168_5483,
    0x58cb_dc4f, 0x0793_84d3, 0x049b_141c, 0xc381_84b9, 0xaf55_1d9a, 0x6622_2560, 0x059d_eeca, 0x535f_99e2,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The sums that jigdo-file 0.8.0 records of such blocks.
    #[test]
    fn the_sum_is_that_of_jigdo_file() {
        let bytes = |of: fn(u32) -> u32| -> Vec<u8> { (0..1024).map(|n| of(n).to_le_bytes()[0]).collect() };
        let sum = |bytes: &[u8]| u64::from_be_bytes(RsyncSum64::new(bytes).to_bytes());
        assert_eq!(sum(&bytes(|n| u32::from(n == 1023))), 0x3cb9_d60f_3c9b_9643);
        assert_eq!(sum(&bytes(|n| n)), 0x0cb7_fe99_2c53_0555);
        assert_eq!(sum(&bytes(|n| n * n % 251)), 0xaa0a_c537_26ed_280f);
    }
}
