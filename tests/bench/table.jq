# SPDX-License-Identifier: MIT
# What results.jq made, as tab-separated lines for people. Usage: jq -r -f table.jq results.json

def text: if . == null then "-" else tostring end;
def number: if . == null then "-" elif . >= 100 or . == floor then round | tostring else (. * 100 | round) / 100 | tostring end;

(["KERNEL", "BENCH", "FIGURE", "OF", "N", "MEDIAN", "LEAST", "MOST", "RATIO", "TO", "SAMPLES"] | @tsv),
(.figures | sort_by([.bench, .figure, .kernel, .n, .ratio])[] |
	[.kernel, .bench, .figure, .of, (.n | text), (.median | number), (.least | number), (.most | number), (.ratio | text),
		(if .ratio == null then "-" else .base end), .samples] | @tsv),
(if .growth == [] then empty else
	"",
	(["KERNEL", "BENCH", "GROWTH OF", "OF", "EXPONENT", "EACH", "FIXED"] | @tsv),
	(.growth[] | [.kernel, .bench, .figure, .of, (.exponent | text), (.each | number), (.fixed | number)] | @tsv)
end)
