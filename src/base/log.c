/* SPDX-License-Identifier: MIT */
/* Lines on standard error, one write each, stripped of control bytes. */
#include "base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

enum {
	LINE_MAX_BYTES = 2048,
};

static enum log_level log_most = LOG_LEVEL_NOTICE;
static bool log_journal;

/*
 * JOURNAL_STREAM is inherited by all below a service: it names the journal's own descriptor.
 * Source: systemd.exec(5), $JOURNAL_STREAM.
 */
static bool
stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char own[64];
	struct stat st;

	if (stream == NULL || fstat(STDERR_FILENO, &st) < 0)
		return false;
	(void)snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return str_eq(stream, own);
}

void
log_init(enum log_level most)
{
	log_most = most;
	log_journal = stderr_is_journal();
}

static void __attribute__((format(printf, 3, 0)))
log_line(enum log_level level, const char *prefix, const char *format, va_list args)
{
	char line[LINE_MAX_BYTES];
	int head, body;
	size_t end;

	if (level > log_most)
		return;
	head = log_journal ? snprintf(line, sizeof(line), "<%d>%s", (int)level, prefix)
			   : snprintf(line, sizeof(line), "%s", prefix);
	body = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, format, args);
	end = (size_t)head + (body > 0 ? (size_t)body : 0);
	if (end > sizeof(line) - 2)
		end = sizeof(line) - 2;
	for (size_t i = 0; i < end; i++) {
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	}
	line[end] = '\n';
	if (write(STDERR_FILENO, line, end + 1) < 0)
		return; /* nobody listens: nothing is left to tell it with */
}

#define LOG_FUNCTION(name, level)                                                                  \
	void name(const char *format, ...)                                                         \
	{                                                                                          \
		va_list args;                                                                      \
                                                                                                   \
		va_start(args, format);                                                            \
		log_line(level, "qpin: ", format, args);                                           \
		va_end(args);                                                                      \
	}

LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_notice, LOG_LEVEL_NOTICE)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

static void __attribute__((format(printf, 3, 4)))
log_at(enum log_level level, const char *prefix, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(level, prefix, format, args);
	va_end(args);
}

void
log_failure(enum log_level level, const struct error *e)
{
	char text[LINE_MAX_BYTES];

	error_text(e, text, sizeof(text));
	log_at(level, "qpin: ", "%s", text);
	if (e->hint[0] != '\0')
		log_at(level, "hint: ", "%s", e->hint);
}
