/* SPDX-License-Identifier: MIT */
/* What libyaml says of a file that isn't YAML, in plain words. */
#include "config/syntax.h"

#include <stddef.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Source: libyaml 0.2, the problems of src/scanner.c and src/parser.c. */
static const struct syntax_words known[] = {
	{.problem = "mapping values are not allowed in this context",
		.why = "a ':' is not allowed here",
		.hint = "indent the line like its neighbours, or put a value with ': ' in quotes"},
	{.problem = "found unexpected ':'",
		.why = "a ':' is not allowed here",
		.hint = "put a blank after it, or the value in quotes"},
	{.problem = "could not find expected ':'",
		.why = "a key without ':'",
		.hint = "write 'key: value'",
		.at_context = true},
	{.problem = "did not find expected key",
		.why = "a key is expected here, at this indentation",
		.hint = "indent all keys of a section alike"},
	{.problem = "did not find expected '-' indicator",
		.why = "a list item ('- ...') is expected here, at this indentation",
		.hint = "indent all items of a list alike"},
	{.problem = "did not find expected ',' or ']'",
		.why = "a list in brackets goes on here without ',' or ']'",
		.hint = "close the list with ']', or put a value with special characters in "
			"quotes"},
	{.problem = "did not find expected ',' or '}'",
		.why = "a mapping in braces goes on here without ',' or '}'",
		.hint = "close it with '}', or put a value with special characters in quotes"},
	{.problem = "found character that cannot start any token",
		.why = "a value can't begin with this character",
		.hint = "put the value in quotes"},
	{.problem = "found a tab character that violates indentation",
		.why = "a tab is used as indentation",
		.hint = "indent with spaces"},
	{.problem = "found a tab character where an indentation space is expected",
		.why = "a tab is used as indentation",
		.hint = "indent with spaces"},
	{.problem = "found unexpected end of stream",
		.why = "a text in quotes isn't closed",
		.hint = "close the quotes",
		.at_context = true},
	{.problem = "found unexpected document indicator",
		.why = "a text in quotes isn't closed",
		.hint = "close the quotes",
		.at_context = true},
	{.problem = "found unknown escape character",
		.why = "'\\' with this character means nothing in double quotes",
		.hint = "use single quotes, in which '\\' is an ordinary character"},
	{.problem = "did not find expected hexdecimal number",
		.why = "'\\' is not followed by a hexadecimal number here",
		.hint = "use single quotes, in which '\\' is an ordinary character"},
	{.problem = "block sequence entries are not allowed in this context",
		.why = "a list item ('- ...') is not allowed here",
		.hint = "begin the list on a line of its own"},
	{.problem = "block mapping entries are not allowed in this context",
		.why = "a key is not allowed here",
		.hint = "begin it on a line of its own"},
	{.problem = "mapping keys are not allowed in this context",
		.why = "a '?' is not allowed here",
		.hint = "put the value in quotes"},
	{.problem = "did not find expected alphabetic or numeric character",
		.why = "a name is missing after '&' or '*'",
		.hint = "put a value that begins with '&' or '*' in quotes"},
	{.problem = "did not find expected node content",
		.why = "a value is missing here",
		.hint = NULL},
	{.problem = "did not find expected <document start>",
		.why = "the file goes on after its end",
		.hint = "indent all keys of a section alike"},
	{.problem = "found undefined tag handle",
		.why = "an unknown tag ('!...')",
		.hint = "put a value that begins with '!' in quotes"},
	{.problem = "did not find expected comment or line break",
		.why = "only a comment may follow on this line",
		.hint = NULL},
	{.problem = "found incompatible YAML document",
		.why = "this YAML version is unknown",
		.hint = "take the %YAML line out"},
};

struct syntax_words
syntax_explain(const char *problem)
{
	for (size_t i = 0; problem != NULL && i < COUNT(known); i++) {
		if (str_eq(problem, known[i].problem))
			return known[i];
	}
	return (struct syntax_words){
		.problem = problem,
		.why = problem != NULL ? problem : "this is not YAML",
	};
}
