//! What is asked for, as isomk's own options: the way back from a request to a command line.

mod request;

pub(super) use request::request;

use isokit_cli::name::quoted_argument;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

/// Words as a shell reads them.
pub(super) fn shell(words: &[OsString]) -> String {
    words.iter().map(|word| quoted_argument(word)).collect::<Vec<_>>().join(" ")
}

#[derive(Debug, Default)]
struct Words(Vec<OsString>);

impl Words {
    fn flag(&mut self, option: &str) {
        self.0.push(option.into());
    }

    /// A value that begins with a hyphen would be an option if it stood by itself.
    fn option(&mut self, option: &str, value: &[u8]) {
        if matches!(value, [b'-', _, ..]) {
            self.0.push(OsString::from_vec([option.as_bytes(), b"=", value].concat()));
            return;
        }
        self.flag(option);
        self.0.push(OsString::from_vec(value.to_vec()));
    }

    fn option_if(&mut self, option: &str, value: Option<&[u8]>) {
        if let Some(value) = value {
            self.option(option, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_divide_them() {
        let words = ["--a", "b c", "it's", "", "\n", "ü"].map(OsString::from);
        assert_eq!(shell(&words), r"--a 'b c' 'it'\''s' '' $'\n' 'ü'");
        assert_eq!(shell(&[OsString::from_vec(vec![0xff, b'a'])]), r"$'\xffa'");
    }

    /// What is printed of a command line is understood as the same, with every option that there is.
    #[test]
    fn a_request_is_read_again_as_it_was() {
        use crate::dialect::own::Flags;
        use clap::Parser;
        let all = "isomk -V V --system-id S --volume-set VS --publisher P --preparer PR --application-id A --application-use @use \
            --copyright C --abstract AB --biblio B --date 2001090901464050 --udf=2.50 --media bd --udf-special keep --rr 1.10 \
            --relocate=.rr_moved --joliet-length 64 --iso-level 3 --output-charset latin1 --strict-names --relaxed-names no-dot,ascii,length=30 \
            --files-from list -0 --exclude-from ex --exclude a --exclude-leaf b --literal -L --xattr=any --dedup --implied-mode 0500 --charset gbk \
            --owner 1 --group x=2 --mode a/=0755 --mode a+rX --mtime m=@5 --hide h --hide-joliet j --hide-udf u --sort s --weight w=-3 \
            --boot grub --bios-boot b.img --boot-info-table --boot-entry c\\,d,platform=mac,emulation=floppy,load-size=whole \
            --boot-entry ./partition:3,id=i\\,d,selection=1:00ff,not-bootable,load-segment=2,partition=gpt-hfs,partition=apm \
            --boot-catalog cat --boot-code code --append-partition 3:0x83=p --append-partition 2:linux=image:/x --boot-efi image:/y \
            --boot-efi image:/z --partitions apm,apm-block=2048,inactive,protective,writable,bios-bootable,nested,align=all,offset=16,volume-type=data,heads=4,sectors=5 \
            --partitions guid=C12A7328-F81F-11D2-BA4B-00A0C93EC93B -o o --sync --sums su --depfile de --depfile-target t \
            --jigdo file=j --jigdo template=t --jigdo list=l --jigdo checksum=sha256 --jigdo map=A=/b=/ --jigdo map=C=/d --jigdo exclude=^/x\\.y$ \
            --jigdo require=/pool/ --jigdo min-size=2k --jigdo compress=bzip2 --jigdo image-digests=sha256,sha512 --jigdo template-digests=md5 \
            --whole-or-nothing --pad -v T/=@arch S\\=x /=./-y";
        let of_a_base = "isomk --base old.iso --remove a --remove b/ --replace boot/x\\=y=z --iso-level 2 --rr 1.12 --joliet-length 103 \
                         -V ISOIMAGE --format iso9660 more";
        let parsed = |words: Vec<OsString>| Flags::parse_from(words).request().expect("good");
        for line in [
            all,
            of_a_base,
            "isomk --base old.iso",
            "isomk --record-md5 --output-charset cp850 d",
            "isomk --base - --udf d",
        ] {
            let first = parsed(line.split_whitespace().map(OsString::from).collect());
            let (words, lacking) = request(&first);
            assert_eq!(lacking, [""; 0]);
            let again = parsed([OsString::from("isomk")].into_iter().chain(words).collect());
            assert_eq!(format!("{again:#?}"), format!("{first:#?}"), "{line}");
        }
    }
}
