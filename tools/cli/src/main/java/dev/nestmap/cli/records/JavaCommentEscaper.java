/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

/** Makes texts from object files safe for Java comments. */
final class JavaCommentEscaper {
    private JavaCommentEscaper() {}

    /** The text with only printable ASCII characters. It can't end a comment, and contains no tag, no Javadoc tag and no Unicode escape. */
    static String printable(String text) {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '@' -> safe.append("&#64;");
                default -> safe.append(c >= ' ' && c <= '~' && c != '\\' ? c : '?');
            }
        }
        return safe.toString().replace("*/", "*?");
    }
}
