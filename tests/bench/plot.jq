# SPDX-License-Identifier: MIT
# The growth of one figure as SVG: both axes logarithmic, so that what grows evenly is a straight line, and its steepness is
# the exponent. Usage: jq -r --arg bench … --arg figure … -f plot.jq results.json

def escaped: gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;");
def colours: ["#0b62a4", "#c0392b", "#218c54", "#8e44ad", "#b9770e", "#34495e"];

640 as $width | 400 as $height | {left: 70, right: 210, top: 40, bottom: 50} as $margin |
[.growth[] | select(.bench == $bench and .figure == $figure)] as $lines |
([$lines[].points[][0]] | {min: min, max: max}) as $x |
([$lines[].points[][1]] | {min: min, max: max}) as $y |
(($y.min | log10 | floor) as $low | ($y.max | log10 | ceil) as $high | {low: $low, high: (if $high > $low then $high else $low + 1 end)}) as $decades |
def px: $margin.left + ((. | log) - ($x.min | log)) / (($x.max | log) - ($x.min | log)) * ($width - $margin.left - $margin.right);
def py: $height - $margin.bottom - ((. | log10) - $decades.low) / ($decades.high - $decades.low) * ($height - $margin.top - $margin.bottom);
def at: "\(.[0] | px | round),\(.[1] | py | round)";

"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\($width)\" height=\"\($height)\" font-family=\"sans-serif\" font-size=\"12\">",
"<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
"<text x=\"\($margin.left)\" y=\"22\" font-size=\"14\">\("\($bench): \($figure)\(if $lines[0].unit == "time" then ", as ratio" else "" end)" | escaped)</text>",
(range($decades.low; $decades.high + 1) | pow(10; .) as $v |
	"<line x1=\"\($margin.left)\" x2=\"\($width - $margin.right)\" y1=\"\($v | py)\" y2=\"\($v | py)\" stroke=\"#ddd\"/>",
	"<text x=\"\($margin.left - 8)\" y=\"\(($v | py) + 4)\" text-anchor=\"end\">\($v)</text>"),
([$lines[].points[][0]] | unique[] |
	"<line y1=\"\($margin.top)\" y2=\"\($height - $margin.bottom)\" x1=\"\(px)\" x2=\"\(px)\" stroke=\"#eee\"/>",
	"<text x=\"\(px)\" y=\"\($height - $margin.bottom + 18)\" text-anchor=\"middle\">\(.)</text>"),
($lines | to_entries[] | .key as $i | .value | colours[$i % (colours | length)] as $colour |
	"<polyline fill=\"none\" stroke=\"\($colour)\" stroke-width=\"2\" points=\"\(.points | map(at) | join(" "))\"/>",
	(.points[] | "<circle cx=\"\(.[0] | px)\" cy=\"\(.[1] | py)\" r=\"3\" fill=\"\($colour)\"/>"),
	"<text x=\"\($width - $margin.right + 12)\" y=\"\($margin.top + 16 * $i + 10)\" fill=\"\($colour)\">\("\(.of), \(.kernel): n^\(.exponent)" | escaped)</text>"),
"</svg>"
