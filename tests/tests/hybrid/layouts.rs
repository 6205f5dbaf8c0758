//! Layouts that xorriso makes, and the wishes that are meant to be the same.

use isokit_core::partition::emit::Geometry;
use isokit_core::partition::plan::{
    Alignment, ApmBlock, Appended, GptMark, Kind, Label, Loader, Mark, Options,
};
use isokit_core::partition::{Guid, gpt};

/// What xorriso is told, and what the planner is.
pub(super) struct Layout {
    pub(super) name: &'static str,
    /// Arguments of `xorriso -as mkisofs`.
    pub(super) arguments: String,
    /// Places of loaders and contents of the system area are filled in later.
    pub(super) options: Options,
    /// Bytes of the appended partitions.
    pub(super) appended: Vec<u64>,
}

const BIOS: &str =
    "-b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table";
const ISOLINUX: &str = "-isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin";
const GRUB: &str = "-b boot/core.img -c boot/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
                    --grub2-mbr /usr/lib/grub/i386-pc/boot_hybrid.img";
const EFI: &str = "-eltorito-alt-boot -e boot/efi.img -no-emul-boot";
const CORE: &str = "-eltorito-alt-boot -e boot/core.img -no-emul-boot";
const ESP: &str = "-append_partition 2 0xef ../esp.img";
const ODD: &str = "-append_partition 3 0x0c ../odd.img";
const OF_ESP: &str = "-eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot";
const LINUX: Guid = Guid::new(0x0FC6_3DAF, 0x8483, 0x4772, 0x8E79, 0x3D69_D847_7DE4);

const PLAIN: Mark = Mark { gpt: None, apm: false };
const BASIC: Mark = Mark { gpt: Some(GptMark::BasicData), apm: false };
const BOTH: Mark = Mark { gpt: Some(GptMark::BasicData), apm: true };
const HFS: Mark = Mark { gpt: Some(GptMark::HfsPlus), apm: false };
const HFS_BOTH: Mark = Mark { gpt: Some(GptMark::HfsPlus), apm: true };
const APM: Mark = Mark { gpt: None, apm: true };
const SYSTEM: Mark = Mark { gpt: Some(GptMark::EfiSystem), apm: false };

/// As [`ESP`].
const SECOND: (Appended, u64) = (Appended { number: 2, kind: Kind::Mbr(0xef) }, 1_474_560);
/// As [`ODD`].
const THIRD: (Appended, u64) = (Appended { number: 3, kind: Kind::Mbr(0x0c) }, 1_000_001);

impl Layout {
    fn new(name: &'static str, arguments: &[&str]) -> Self {
        let arguments = arguments.join(" ");
        let loader = if arguments.contains(ISOLINUX) {
            Loader::Isolinux(0)
        } else if arguments.contains("--grub2-mbr") {
            Loader::Grub2(0)
        } else {
            Loader::None
        };
        let boots = |option: &str| arguments.split(' ').filter(|word| *word == option).count();
        let marks = vec![PLAIN; boots("-b") + boots("-e")];
        let volume_start = if arguments.contains("-partition_offset 16") { 16 } else { 0 };
        let options = Options { loader, marks, volume_start, ..Options::default() };
        Self { name, arguments, options, appended: Vec::new() }
    }

    /// What is said of the boot images behind the first.
    fn marks(mut self, marks: &[Mark]) -> Self {
        let at = self.options.marks.len() - marks.len();
        self.options.marks.splice(at.., marks.iter().copied());
        self
    }

    fn appended(mut self, appended: &[(Appended, u64)]) -> Self {
        (self.options.appended, self.appended) = appended.iter().copied().unzip();
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Options)) -> Self {
        change(&mut self.options);
        self
    }

    /// Appended partitions are in the GPT.
    fn in_gpt(mut self) -> Self {
        self.arguments += " -appended_part_as_gpt";
        self.with(|options| options.appended_in_gpt = true)
    }

    fn forced(mut self) -> Self {
        self.arguments += " --mbr-force-bootable";
        self.with(|options| options.force_bootable = true)
    }

    fn protective(mut self) -> Self {
        self.arguments += " --protective-msdos-label";
        self.with(|options| options.label = Label::Protective)
    }

    /// The system area begins with other bytes.
    fn over_content(mut self) -> Self {
        self.arguments += " -G ../area.bin";
        self
    }

    fn aligned(mut self, word: &str, alignment: Alignment) -> Self {
        self.arguments += &format!(" -partition_cyl_align {word}");
        self.with(|options| options.alignment = alignment)
    }
}

/// Images with ISOLINUX's code: a partition over all of it, and others within.
pub(super) fn isohybrid() -> Vec<Layout> {
    let of = |name, more: &[&str]| Layout::new(name, &[&[BIOS, ISOLINUX], more].concat());
    let (basic, hfs, apm) = ("-isohybrid-gpt-basdat", "-isohybrid-gpt-hfsplus", "-isohybrid-apm-hfsplus");
    let offset = "-partition_offset 16";
    vec![
        of("isohybrid", &[]),
        of("isohybrid of another type", &["-iso_mbr_part_type 0x96"])
            .with(|options| options.volume_type = Some(Kind::Mbr(0x96))),
        of("isohybrid with an offset", &[offset]),
        of("GPT", &[EFI, basic]).marks(&[BASIC]),
        of("GPT with an offset", &[EFI, basic, offset]).marks(&[BASIC]),
        of("GPT, not aligned", &[EFI, basic]).marks(&[BASIC]).aligned("off", Alignment::Off),
        of("GPT, HFS+", &[EFI, hfs]).marks(&[HFS]),
        of("GPT and Apple map", &[EFI, basic, apm]).marks(&[BOTH]),
        of("Apple map", &[EFI, apm]).marks(&[APM]),
        of("GPT and Apple map of several", &[EFI, basic, CORE, hfs, apm]).marks(&[BASIC, HFS_BOTH]),
        of("more than the MBR has room for", &[EFI, basic, EFI, basic, CORE, hfs, apm, EFI, basic])
            .marks(&[BASIC, BASIC, HFS_BOTH, BASIC]),
        of("another geometry", &["-partition_hd_cyl 255 -partition_sec_hd 63"])
            .with(|options| options.geometry = Geometry::new(255, 63).ok()),
        of("over other bytes", &[EFI, basic]).marks(&[BASIC]).over_content(),
        of("appended", &[ESP]).appended(&[SECOND]),
        of("appended as the first", &["-append_partition 1 0x83 ../odd.img"])
            .appended(&[(Appended { number: 1, kind: Kind::Mbr(0x83) }, THIRD.1)]),
        of("appended in GPT", &[ESP]).appended(&[SECOND]).in_gpt(),
        of("appended beside GPT", &[EFI, basic, ESP, ODD]).marks(&[BASIC]).appended(&[SECOND, THIRD]),
        of("appended in nested GPT", &[EFI, basic, ESP]).marks(&[BASIC]).appended(&[SECOND]).in_gpt(),
        of("appended in nested GPT, active", &[EFI, basic, ESP])
            .marks(&[BASIC])
            .appended(&[SECOND])
            .in_gpt()
            .forced(),
        of("appended in nested GPT with an offset", &[EFI, basic, ESP, offset])
            .marks(&[BASIC])
            .appended(&[SECOND])
            .in_gpt(),
        of("boot image appended", &[ESP, OF_ESP, basic, offset]).marks(&[BASIC]).appended(&[SECOND]),
        of("boot image appended in GPT", &[ESP, OF_ESP, basic, offset])
            .marks(&[BASIC])
            .appended(&[SECOND])
            .in_gpt(),
        of("boot image appended, aligned", &[ESP, OF_ESP, basic, offset])
            .marks(&[BASIC])
            .appended(&[SECOND])
            .aligned("all", Alignment::All),
        of("appended as the first beside GPT", &[EFI, basic, "-append_partition 1 0x83 ../odd.img"])
            .marks(&[BASIC])
            .appended(&[(Appended { number: 1, kind: Kind::Mbr(0x83) }, THIRD.1)]),
        of("two in the Apple map", &[EFI, apm, CORE, apm]).marks(&[APM, APM]),
        of("boot image in Apple map and beside GPT", &[EFI, apm, ESP])
            .marks(&[APM])
            .appended(&[SECOND])
            .in_gpt(),
    ]
}

/// Images with GRUB's code.
pub(super) fn grub() -> Vec<Layout> {
    let of = |name, more: &[&str]| Layout::new(name, &[&[GRUB], more].concat());
    let offset = "-partition_offset 16";
    let esp = "-append_partition 2 C12A7328-F81F-11D2-BA4B-00A0C93EC93B ../esp.img";
    let second = (Appended { number: 2, kind: Kind::Gpt(gpt::EFI_SYSTEM) }, SECOND.1);
    vec![
        of("GRUB", &[]),
        of("GRUB, protective", &[]).protective(),
        of("GRUB with an offset", &[offset]),
        of("GRUB, appended", &[ESP, OF_ESP]).appended(&[SECOND]),
        of("GRUB, appended, protective", &[ESP, OF_ESP]).appended(&[SECOND]).protective(),
        of("GRUB, appended in GPT", &[ESP, OF_ESP]).appended(&[SECOND]).in_gpt().forced(),
        of(
            "GRUB as Fedora and Ubuntu",
            &[offset, esp, OF_ESP, "-iso_mbr_part_type EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"],
        )
        .with(|options| options.volume_type = Some(Kind::Gpt(gpt::BASIC_DATA)))
        .appended(&[second])
        .in_gpt()
        .forced(),
        of("GRUB, all aligned", &[ESP, ODD]).appended(&[SECOND, THIRD]).aligned("all", Alignment::All),
        of("GRUB, EFI system partition", &[EFI, "-efi-boot-part --efi-boot-image"])
            .marks(&[SYSTEM])
            .protective(),
        of("GRUB, active", &[]).forced(),
        of("GRUB, only EFI appended", &["-append_partition 1 0xef ../esp.img"])
            .appended(&[(Appended { number: 1, ..SECOND.0 }, SECOND.1)])
            .forced(),
        of("GRUB, marks only", &[EFI, "-isohybrid-gpt-basdat -part_like_isohybrid"])
            .marks(&[BASIC])
            .with(|options| options.marks_only = true),
        of(
            "GRUB, marks only beside appended",
            &[EFI, "-isohybrid-gpt-basdat -part_like_isohybrid", ESP, offset],
        )
        .marks(&[BASIC])
        .appended(&[SECOND])
        .with(|options| options.marks_only = true),
        of(
            "GRUB, marks only beside appended in GPT",
            &[EFI, "-isohybrid-gpt-basdat -part_like_isohybrid", ESP],
        )
        .marks(&[BASIC])
        .appended(&[SECOND])
        .in_gpt()
        .with(|options| options.marks_only = true),
        of("GRUB, EFI appended as the first", &["-append_partition 1 0xef ../esp.img", ODD, offset])
            .appended(&[(Appended { number: 1, ..SECOND.0 }, SECOND.1), THIRD]),
        of("GRUB, Apple map of appended", &[ESP, ODD, "-appended_part_as_apm"])
            .appended(&[SECOND, THIRD])
            .with(|options| options.appended_in_apm = true),
    ]
}

/// Images without boot code.
pub(super) fn plain() -> Vec<Layout> {
    let of = |name, more: &[&str]| Layout::new(name, more);
    let offset = "-partition_offset 16";
    let odd = |number, kind| (Appended { number, kind: Kind::Mbr(kind) }, THIRD.1);
    vec![
        of("nothing", &[]).over_content(),
        of("protective", &[]).protective(),
        of("protective, over other bytes", &[]).protective().over_content(),
        of("offset", &[offset]),
        of("offset of another type", &[offset, "-iso_mbr_part_type 0x83"])
            .with(|options| options.volume_type = Some(Kind::Mbr(0x83))),
        of("offset, active", &[offset]).forced(),
        of("CHRP", &["-chrp-boot-part"]).with(|options| options.label = Label::Chrp),
        of("aligned", &[]).aligned("on", Alignment::On),
        of("appended, aligned", &[ESP]).appended(&[SECOND]).aligned("on", Alignment::On),
        of("appended, active", &[ESP]).appended(&[SECOND]).forced(),
        of("appended with an offset", &[offset, ESP, ODD]).appended(&[SECOND, THIRD]),
        of("appended in GPT, no boot", &[ESP, ODD]).appended(&[SECOND, THIRD]).in_gpt(),
        of("appended in GPT, over other bytes", &[ESP]).appended(&[SECOND]).in_gpt().over_content(),
        of(
            "appended in GPT of Linux",
            &[offset, ESP, "-iso_mbr_part_type 0FC63DAF-8483-4772-8E79-3D69D8477DE4"],
        )
        .with(|options| options.volume_type = Some(Kind::Gpt(LINUX)))
        .appended(&[SECOND])
        .in_gpt(),
        of(
            "all four",
            &["-append_partition 1 0x83 ../odd.img", ESP, ODD, "-append_partition 4 0xda ../odd.img"],
        )
        .appended(&[odd(1, 0x83), SECOND, THIRD, odd(4, 0xda)])
        .forced(),
        of("Apple map and GPT of appended", &[ESP, "-appended_part_as_apm -apm-block-size 2048"])
            .appended(&[SECOND])
            .in_gpt()
            .with(|options| {
                options.appended_in_apm = true;
                options.apm_block_size = ApmBlock::B2048;
            }),
        of(
            "marks only, Apple map",
            &[BIOS, EFI, "-isohybrid-gpt-basdat -isohybrid-apm-hfsplus -part_like_isohybrid"],
        )
        .marks(&[BOTH])
        .with(|options| options.marks_only = true)
        .over_content(),
        of("EFI system partition beside appended", &[BIOS, EFI, "-efi-boot-part --efi-boot-image", ESP])
            .marks(&[SYSTEM])
            .appended(&[SECOND]),
    ]
}

/// Nothing but an active partition.
pub(super) fn active() -> Layout {
    Layout::new("active", &[]).forced()
}

/// A second set of descriptors behind the usual place.
pub(super) fn another_offset() -> Layout {
    let layout = Layout::new("another offset", &["-partition_offset 32", ESP]).appended(&[SECOND]).in_gpt();
    layout.with(|options| options.volume_start = 32)
}
