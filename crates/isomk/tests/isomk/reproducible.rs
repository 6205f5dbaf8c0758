//! The same tree, the same bytes.

use isokit_tests::Workshop;

const TREE: &str =
    "mkdir -p one; for i in $(seq 1 50); do mkdir -p one/d$((i % 7)); echo $i > one/d$((i % 7))/f$i; done
    ln one/d1/f1 one/d2/hard; find one -exec touch -h -d @1000000000 {} +";

/// The same tree, made in another order, in another place, by another umask, read before.
const AGAIN: &str = "umask 077; mkdir -p two; for i in $(seq 50 -1 1); do mkdir -p two/d$((i % 7)); echo $i > two/d$((i % 7))/f$i; done
    ln two/d1/f1 two/d2/hard; find two -type d -exec chmod 755 {} +; find two -type f -exec chmod 644 {} +
    cat two/*/* > /dev/null; find two -exec touch -h -d @1000000000 {} +";

#[test]
fn neither_order_nor_place_nor_umask_nor_day_show() {
    let workshop = Workshop::new("umask 022");
    workshop.shell(&format!("umask 022; {TREE}"));
    workshop.shell(AGAIN);
    workshop.shell("umask 0; isomk -o one.iso one; sleep 1.1; umask 077; TZ=Asia/Tokyo LC_ALL=C isomk two | cat > two.iso");
    assert!(workshop.read("one.iso") == workshop.read("two.iso"));
    workshop.shell("isomk -o tar.iso @<(tar --sort=name -C one -c .); isomk -o sums.iso --sums sums one");
    assert!(workshop.read("one.iso") == workshop.read("tar.iso"));
    assert!(workshop.read("one.iso") == workshop.read("sums.iso"));
}

#[test]
fn no_date_is_later_than_source_date_epoch() {
    let workshop = Workshop::new(TREE);
    workshop.shell("touch -d @1234567890 one/d3/f3; SOURCE_DATE_EPOCH=1100000000 isomk --mtime f4=now --date now -o a.iso x/y=one");
    workshop.shell("touch -d @1234567899 one/d3/f3; SOURCE_DATE_EPOCH=1100000000 isomk --mtime f4=now --date now -o b.iso x/y=one");
    assert!(workshop.read("a.iso") == workshop.read("b.iso"));
    // The volume's date of modification, 2004-11-09T11:33:20Z.
    assert_eq!(&workshop.read("a.iso")[0x8000 + 830..0x8000 + 846], b"2004110911332000");
    if let Some(listing) = workshop.listing("a.iso") {
        assert!(listing["x"].contains("time=1100000000.0"), "{listing:?}");
        assert!(listing["x/y/d3/f3"].contains("time=1100000000.0"), "{listing:?}");
        assert!(listing["x/y/d4/f4"].contains("time=1100000000.0"), "{listing:?}");
        assert!(listing["x/y/d5/f5"].contains("time=1000000000.0"), "{listing:?}");
    }
    workshop.isomk(&["-o", "c.iso", "one"]).env("SOURCE_DATE_EPOCH", "soon").assert().code(2);
}

#[test]
fn without_a_date_the_volume_has_that_of_its_newest_file() {
    let workshop = Workshop::new(TREE);
    workshop.shell("touch -d 2030-01-02T03:04:05Z one/d3/f3; isomk -o a.iso new/place=one/d3");
    assert_eq!(&workshop.read("a.iso")[0x8000 + 830..0x8000 + 846], b"2030010203040500");
    workshop.shell("isomk --date 1999-12-31T23:59:58Z -o a.iso one");
    assert_eq!(&workshop.read("a.iso")[0x8000 + 813..0x8000 + 829], b"1999123123595800");
}
