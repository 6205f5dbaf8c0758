//! Parts of an image that are no files: boot images, the catalog, the system area, partitions.

use isokit_tests::Workshop;
use isokit_tests::peer;

const SCRIPT: &str = "
mkdir -p tree/boot
head -c 30000 /dev/urandom > tree/boot/bios.img
head -c 1474560 /dev/urandom > tree/boot/floppy.img
head -c 65536 /dev/urandom > esp.img
head -c 32768 /dev/urandom > area.bin
xorriso -as mkisofs -quiet -R -o x.iso -G area.bin -b boot/bios.img -no-emul-boot -boot-load-size 4 -boot-info-table \
  -eltorito-alt-boot -b boot/floppy.img -eltorito-catalog boot/boot.cat \
  -append_partition 2 0xef esp.img -appended_part_as_gpt tree 2>/dev/null
";

#[test]
fn boot_images_come_as_long_as_they_are() {
    if peer("xorriso").is_none() {
        return;
    }
    let workshop = Workshop::new(SCRIPT);
    workshop.shell(
        "isocat x.iso /boot/bios.img | cmp - <(isocat --boot 1 x.iso)
         [ $(isocat --boot 1 x.iso | wc -c) = 30000 ]
         isocat --boot 2 x.iso | cmp - tree/boot/floppy.img
         isocat --boot 2 - < <(cat x.iso) | cmp - tree/boot/floppy.img
         isocat --boot-catalog x.iso | cmp - <(isocat x.iso /boot/boot.cat)",
    );
    let (status, out, err) = workshop.ended("isocat --boot 3 x.iso");
    assert_eq!((status, out.as_str()), (1, ""));
    assert_eq!(err, "isocat: x.iso: boot image 3: the boot catalog has no such entry\n");
}

#[test]
fn partitions_and_the_system_area_come_as_they_are() {
    if peer("xorriso").is_none() {
        return;
    }
    let workshop = Workshop::new(SCRIPT);
    workshop.shell(
        "isocat --part gpt:2 x.iso | cmp - esp.img
         isocat --system-area x.iso | cmp - <(head -c 32768 x.iso)
         (head -c 5000 /dev/zero; cat x.iso) > behind
         isocat --at 5000 --system-area behind | cmp - <(head -c 32768 x.iso)
         isocat --at 5000 behind /boot/floppy.img | cmp - tree/boot/floppy.img
         isocat --at 5000 - /boot/floppy.img < <(cat behind) | cmp - tree/boot/floppy.img",
    );
    let (status, _, err) = workshop.ended("isocat --part gpt:9 x.iso");
    assert_eq!(
        (status, err.as_str()),
        (2, "isocat: x.iso: partition gpt:9: the partition table has no such entry\n")
    );
}

#[test]
fn an_image_without_boot_images_says_so() {
    let Some(workshop) = Workshop::with_image("mkdir tree") else { return };
    for option in ["--boot 1", "--boot-catalog"] {
        let (status, out, err) = workshop.ended(&format!("isocat {option} x.iso"));
        assert_eq!((status, out.as_str()), (1, ""));
        assert_eq!(err, "isocat: x.iso: boot catalog: the image has no El Torito boot record\n");
    }
}
