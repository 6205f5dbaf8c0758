# Lists the names in the image on the line that the word at the cursor may be; fails when none is wanted.
function __TOOL_in_image
    set -l current (commandline -ct | string replace -r '^["\']' '' | string unescape)
    set -l options
    set -l image
    set -l want
    set -l ends
    for word in (commandline -opc)[2..]
        if test -n "$want"
            test $want = kept; and set -a options $word
            set want
            continue
        end
        switch "$ends$word"
            case KEPT
                set -a options $word
                set want kept
            case KEPT_EQUALS
                set -a options $word
            case SKIPPED
                set want skipped
            case --
                set ends /
            case '-?*'
            case '*'
                test -n "$image"; or set image $word
        end
    end
    test -z "$want"; and command -q isols; or return 1
    string match -q -- '~/*' $image; and set image $HOME/(string sub -s 3 -- $image)
    test -n "$image" -a -f "$image" -a -r "$image"; or return 1
    set -l directory (string replace -r '[^/]*$' '' -- $current)
    set -l where $directory
    test -n "$where"; or set where /
    for name in (isols -1a0 --slash --literal $options -- $image $where 2>/dev/null | string split0)
        string match -rq '[[:cntrl:]]' -- $name; or echo -- $directory$name
    end
    return 0
end

complete -c TOOL -n '__TOOL_in_image >/dev/null' -f -a '(__TOOL_in_image)'
