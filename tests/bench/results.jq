# SPDX-License-Identifier: MIT
# Samples, one object each (lib.sh, figure), to medians, ratios and growth. Usage: jq -s -f results.jq

def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def mean: add / length;

# The straight line through [[x, y], …] by least squares.
def line:
	(map(.[0]) | mean) as $x | (map(.[1]) | mean) as $y |
	((map((.[0] - $x) * (.[1] - $y)) | add) / (map((.[0] - $x) * (.[0] - $x)) | add)) as $slope |
	{slope: $slope, at_0: ($y - $slope * $x)};

def round_to($digits): . as $v | pow(10; $digits) as $p | ($v * $p | round) / $p;

# The same figure of one kernel, whoever's, at the same size
def place: {kernel, bench, figure, n};

. as $samples |
(group_by([.kernel, .bench, .figure, .n, .of]) | map(
	.[0] + {samples: length, median: (map(.value) | median), least: (map(.value) | min), most: (map(.value) | max)} | del(.value))) as $all |
($all | map(. as $one | . + {ratio:
	(if .base == "" then null
	else ([$all[] | select(place == ($one | place) and .of == $one.base).median] | first) as $base |
		if $base == null or $base == 0 then null else .median / $base | round_to(3) end
	end)})) as $all |
{
	# A time on a shared machine that is emulated means nothing by itself.
	figures: ($all | map(if .unit == "time" then del(.median, .least, .most) else . end)),
	growth: ($all | map(select(.n != null and .n > 0 and .median > 0)) | group_by([.kernel, .bench, .figure, .of]) |
		map(select(length >= 3) | . as $points | .[0] | {kernel, bench, figure, unit, of} + {
			exponent: ($points | map([(.n | log), (.median | log)]) | line.slope | round_to(2)),
			points: ($points | map([.n, if .unit == "time" then .ratio else .median end])),
		} + (if .unit == "time" then {} else ($points | map([.n, .median]) | line | {each: (.slope | round_to(2)), fixed: (.at_0 | round_to(1))}) end)))
}
