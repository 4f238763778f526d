"""How pages write what a value is called, and the value."""

from __future__ import annotations

import pytest

from keyguard import api, packs

_PARTS = {"API key": "<api_key>", "Secret key": "<secret_key>", "Passphrase": "<passphrase>"}


@pytest.mark.parametrize(
    "row",
    [
        "<p>L: V</p>",
        "<p>L: <code>V</code></p>",
        "<p><b>L:</b> V</p>",
        "<p><strong>L</strong>: V</p>",
        "<p><strong>L</strong> \u2013 <tt>V</tt></p>",
        "<li><strong>L</strong>: V</li>",
        "<li><b>L</b> <code>V</code></li>",
        "<span>L:</span> V<br>",
        "L: <b>V</b><br>",
        "L:<br><code>V</code><br>",
        "<p>Your L is <code>V</code>.</p>",
        "<dt>L</dt><dd><code>V</code></dd>",
        "<tr><td><b>L</b></td><td><code>V</code></td></tr>",
        '<div><span class="k">L</span><span class="v">V</span></div>',
        '<div><div class="name">L</div><div class="value"><pre>V</pre></div></div>',
        '<div><label>L</label><input value="V"></div>',
        '<label for="x">L</label> <input id="x" value="V"/>',
        '<input placeholder="L" value="V">',
        '<input name="L" type="text" value="V">',
    ],
)
def test_a_value_is_called_what_stands_before_it(row: str) -> None:
    rows = "\n".join(row.replace("L", label).replace("V", value) for label, value in _PARTS.items())
    text = packs.expand(f"<html><body><h2>OKX bot</h2>\n{rows}\n</body></html>\n")
    found = [{match.part for match in finding.matches} for finding in api.scan_text("setup.html", text).findings]
    assert found == [{"api_key", "secret_key", "passphrase"}]


@pytest.mark.parametrize(
    "row",
    [
        "<p><b>Request:</b> <code><uuid></code></p>",
        "<p>API key</p><p>Trace</p><p><code><uuid></code></p>",
        "<tr><td>API key</td><td>hidden</td></tr><tr><td>Order</td><td><code><uuid></code></td></tr>",
        '<label>Device</label> <input value="<uuid>">',
    ],
)
def test_what_is_called_otherwise_is_none(row: str) -> None:
    text = packs.expand(f"<html><body><h2>OKX bot</h2>\n{row}\n</body></html>\n")
    assert not api.scan_text("setup.html", text).findings
