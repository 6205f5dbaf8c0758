//! What virtual machines are told when they start for the first time.

use super::{Client, MADE_IN_THE_RUN};

#[test]
fn cloud_localds_makes_seeds() {
    Client {
        needs: &["cloud-localds", "qemu-img", "mcopy", "mkfs.vfat"],
        material: "printf '#cloud-config\\npassword: x\\n' > user; printf '{\"instance-id\": \"i1\"}\\n' > meta
            printf 'version: 2\\n' > network; printf '#cloud-config\\n{}\\n' > vendor",
        script: "cloud-localds -v --vendor-data=../made/vendor --network-config=../made/network all.iso ../made/user ../made/meta
            cloud-localds -d qcow2 seed.qcow2 ../made/user ../made/meta; qemu-img convert -O raw seed.qcow2 qcow2.iso
            cloud-localds -d vmdk seed.vmdk ../made/user ../made/meta; qemu-img convert -O raw seed.vmdk vmdk.iso
            cloud-localds --hostname=h1 - - < ../made/user > piped.iso
            # These call no maker of images; they are as they were.
            cloud-localds -f vfat seed.vfat ../made/user ../made/meta; cloud-localds -f tar seed.tar ../made/user ../made/meta
            mcopy -i seed.vfat ::user-data - | cmp - ../made/user; tar xOf seed.tar user-data | cmp - ../made/user",
        images: &["all.iso", "qcow2.iso", "vmdk.iso", "piped.iso"],
        explained: &[MADE_IN_THE_RUN],
    }
    .makes_the_same();
}

/// Its part that makes images and reads those of distributions: a virtual machine needs more than a test has.
#[test]
fn virt_install_makes_seeds_and_reads_images() {
    Client {
        needs: &["/usr/share/virt-manager/virtinst/install/installerinject.py", "/usr/bin/python3"],
        material: "printf '#cloud-config\\n' > user; echo '{}' > meta; printf 'lang en_US\\n' > ks.cfg",
        script: r"cat > call.py <<'END'
import shutil, sys
sys.path.insert(0, '/usr/share/virt-manager')
from virtinst.install import installerinject, urlfetcher
made = '../made/'
seed = [(made + 'user', 'user-data'), (made + 'meta', 'meta-data')]
shutil.move(installerinject.perform_cdrom_injections(seed, '.', cloudinit=True), 'seed.iso')
shutil.move(installerinject.perform_cdrom_injections([made + 'ks.cfg'], '.'), 'unattended.iso')
reader = urlfetcher._XorrisoReader('seed.iso')
assert reader.hasFile('/user-data') and not reader.hasFile('/other')
assert reader.grabFile('/user-data', '.') == open(made + 'user', 'rb').read()
END
/usr/bin/python3 call.py",
        images: &["seed.iso", "unattended.iso"],
        explained: &[MADE_IN_THE_RUN],
    }
    .makes_the_same();
}
