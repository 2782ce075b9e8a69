/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import java.util.List;

/** Breaks lines in kernel style: 100 columns, tabs of 8, continuation lines aligned with the first element of the list. */
final class LineBreaker {
    private static final int WIDTH = 100;
    private static final int TAB = 8;

    private LineBreaker() {}

    /** Return type, name and parameters of a function. The return type gets its own line if the text is too long otherwise. */
    static String function(String type, String name, List<String> parameters) {
        String space = type.endsWith("*") ? "" : " ";
        List<String> declared = parameters.isEmpty() ? List.of("void") : parameters;
        String text = list(type + space + name + "(", declared, ")");
        return fits(text) ? text : type + "\n" + list(name + "(", declared, ")");
    }

    /** A list of elements between an opening and a closing text, on as few lines as possible. */
    static String list(String opening, List<String> elements, String closing) {
        return list(opening, ",", elements, closing);
    }

    /** A list with another separator than a comma. */
    static String list(String opening, String separator, List<String> elements, String closing) {
        String indent = "\t".repeat(opening.length() / TAB) + " ".repeat(opening.length() % TAB);
        StringBuilder text = new StringBuilder(opening);
        int column = opening.length();
        for (int i = 0; i < elements.size(); i++) {
            String element = elements.get(i) + (i < elements.size() - 1 ? separator : closing);
            if (i > 0 && column + 1 + element.length() > WIDTH) {
                text.append("\n").append(indent);
                column = opening.length();
            } else if (i > 0) {
                text.append(" ");
                column++;
            }
            text.append(element);
            column += element.length();
        }
        return text.toString();
    }

    private static boolean fits(String text) {
        return text.lines().allMatch(line -> line.replace("\t", " ".repeat(TAB)).length() <= WIDTH);
    }
}
