# SPDX-License-Identifier: MIT
# What fish completes of qpin(1). By `make`, from the help of its commands.
function __qpin_wants_command
    test (count (commandline -opc)) -le 1
end

function __qpin_is
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = "$argv[1]"
end

# As many words that are no options stand behind the command
function __qpin_has
    set -l count 0
    for word in (commandline -opc)[3..]
        string match -q -- '-*' $word; or set count (math $count + 1)
    end
    test $count -eq $argv[1]
end

function __qpin_vm
    set -l directories @SYSCONFDIR@/qpin /usr/local/etc/qemu-launcher
    set -q QEMU_LAUNCHER_CONFIG_DIR; and set directories[2] $QEMU_LAUNCHER_CONFIG_DIR
    set -q QPIN_CONFIG_DIR; and set directories $QPIN_CONFIG_DIR
    for directory in $directories
        for path in $directory/*.yml
            string replace -r '.*/(.*)\.yml$' '$1' $path
        end
    end
    for directory in /run/qpin $XDG_RUNTIME_DIR/qpin
        for path in $directory/*/
            string replace -r '.*/(.*)/$' '$1' $path
        end
    end
end

function __qpin_user
    __fish_complete_users
end

function __qpin_pid
    pgrep '^qemu' 2>/dev/null
end

# Lists of CPUs: one more number behind the last comma, colon or dash
function __qpin_cpus
    set -l begun (string replace -r '[^,:-]*$' '' -- (commandline -ct))
    for range in (string split , </sys/devices/system/cpu/online)
        set -l ends (string split -- - $range)
        for cpu in (seq $ends[1] $ends[-1])
            echo $begun$cpu
        end
    end
end

function __qpin_any
end

complete -c qpin -f
@TABLE@
