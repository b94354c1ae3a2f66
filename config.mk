# What a packager edits.
VERSION = 0.1.0

PREFIX = /usr/local
BINDIR = ${PREFIX}/bin
MANDIR = ${PREFIX}/share/man
DATADIR = ${PREFIX}/share/qpin
BASHCOMPDIR = ${PREFIX}/share/bash-completion/completions
FISHCOMPDIR = ${PREFIX}/share/fish/vendor_completions.d
ZSHCOMPDIR = ${PREFIX}/share/zsh/site-functions
UNITDIR = ${PREFIX}/lib/systemd/system
USERUNITDIR = ${PREFIX}/lib/systemd/user
# What the administrator writes is below it, in qpin/.
SYSCONFDIR = ${PREFIX}/etc
STATEDIR = /var/lib/qpin

PKGS = yaml-0.1 libcjson
# Only loaded when they are needed (src/base/library.h); a binary package has to depend on them by name.
LOADED_PKGS = expat hwloc libcgroup libseccomp libsystemd libtracefs smartcols

# As the system's own: what their headers do is no warning of ours.
PKG_CFLAGS != pkg-config --cflags ${PKGS} ${LOADED_PKGS} | sed 's,-I/usr/include/,-isystem /usr/include/,g'
PKG_LIBS != pkg-config --libs ${PKGS}

CPPFLAGS = -D_GNU_SOURCE -DVERSION=\"${VERSION}\" -DDATADIR=\"${DATADIR}\" \
	-DSTATEDIR=\"${STATEDIR}\" -DSYSCONFDIR=\"${SYSCONFDIR}\" -iquote src -iquote build \
	${PKG_CFLAGS}
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wformat=2 -Wvla -Wundef -Wwrite-strings -Wcast-qual \
	-Wimplicit-fallthrough -Wswitch-enum
# A seventh of the binary would be for who unwinds its stack, which only a debugger does, with -g's own tables; and pointers
# in constant tables take the dynamic linker few bytes (DT_RELR, of glibc since 2.36).
CODEGEN = -fno-asynchronous-unwind-tables
CFLAGS = -std=c11 -O2 -g ${CODEGEN} ${WARN}
LDFLAGS = -Wl,-z,pack-relative-relocs
LDLIBS = ${PKG_LIBS}

# The unit tests' build.
CHECK_CFLAGS = -std=c11 -O1 -g ${WARN} -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
CHECK_LDLIBS = -lcmocka -lexpat

# The fuzz targets' build.
FUZZ_CC = clang
FUZZ_CFLAGS = -std=c11 -O1 -g ${WARN} -fsanitize=address,undefined,fuzzer-no-link \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer
