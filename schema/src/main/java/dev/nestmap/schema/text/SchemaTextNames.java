/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import java.util.Locale;

/** Names and other strings in a schema text. */
public final class SchemaTextNames {
    private SchemaTextNames() {}

    /** A name, in quotes unless all its characters are letters and digits of ASCII or one of {@code ._-$}. */
    public static String name(String name) {
        boolean plain = !name.isEmpty() && name.chars().allMatch(LineTokens::isWordPart);
        return plain ? name : quoted(name);
    }

    /** A text in quotes, in printable ASCII, with the escapes of JSON. */
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
