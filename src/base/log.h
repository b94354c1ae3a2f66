/* SPDX-License-Identifier: MIT */
/* What the work has to say, on standard error; the answer itself goes to standard output. */
#ifndef QPIN_BASE_LOG_H
#define QPIN_BASE_LOG_H

struct error;

/* The numbers are syslog's: under systemd they are the "<N>" before a line. */
enum log_level {
	LOG_LEVEL_ERROR = 3,   /* we stop */
	LOG_LEVEL_WARNING = 4, /* we go on, with less */
	LOG_LEVEL_NOTICE = 5,  /* what one line of a start and an end says */
	LOG_LEVEL_INFO = 6,    /* a careful operator's journal: -v */
	LOG_LEVEL_DEBUG = 7,   /* every change: -vv */
};

/* log_init - tell levels up to @most; systemd's prefixes when JOURNAL_STREAM is set */
void log_init(enum log_level most);

void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* log_failure - tell @e at @level: "qpin: cannot …", then its hint on a line of its own */
void log_failure(enum log_level level, const struct error *e);

#endif
