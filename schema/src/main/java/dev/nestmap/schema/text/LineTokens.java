/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import java.util.ArrayList;
import java.util.List;

/** The words, quoted texts and punctuation of one line of a schema text, read one after the other. */
final class LineTokens {
    private static final String PUNCTUATION = "#:,()[]";

    private enum Kind {
        WORD,
        QUOTED,
        PUNCTUATION,
        END
    }

    private record Token(Kind kind, String text) {
        @Override
        public String toString() {
            return kind == Kind.END ? "the end of the line" : "\"" + text + "\"";
        }
    }

    private final int number;
    private final String line;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    /**
     * @param number line number, from 1
     * @param line its text
     */
    LineTokens(int number, String line) {
        this.number = number;
        this.line = line;
        int at = 0;
        while (at < line.length()) {
            at = line.charAt(at) == ' ' ? at + 1 : scan(at);
        }
        tokens.add(new Token(Kind.END, ""));
    }

    /** Whether a character can be in a name without quotes. Which other letters exist depends on the version of Java. */
    static boolean isWordPart(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "._-$".indexOf(c) >= 0;
    }

    private int scan(int at) {
        char first = line.charAt(at);
        if (first == '"') {
            return scanQuoted(at + 1);
        }
        int end = at;
        if (PUNCTUATION.indexOf(first) >= 0) {
            end++;
            tokens.add(new Token(Kind.PUNCTUATION, line.substring(at, end)));
            return end;
        }
        while (end < line.length() && isWordPart(line.charAt(end))) {
            end++;
        }
        if (end == at) {
            throw error("unexpected character \"" + first + "\"");
        }
        tokens.add(new Token(Kind.WORD, line.substring(at, end)));
        return end;
    }

    private int scanQuoted(int start) {
        StringBuilder text = new StringBuilder();
        int at = start;
        while (at < line.length() && line.charAt(at) != '"') {
            if (line.charAt(at) != '\\') {
                text.append(line.charAt(at++));
            } else if (line.startsWith("\\u", at) && at + 6 <= line.length()) {
                text.append((char) parse(line.substring(at + 2, at + 6), 16));
                at += 6;
            } else if (at + 1 < line.length()) {
                text.append(line.charAt(at + 1));
                at += 2;
            } else {
                at++;
            }
        }
        if (at >= line.length()) {
            throw error("a quoted text has no closing quote");
        }
        tokens.add(new Token(Kind.QUOTED, text.toString()));
        return at + 1;
    }

    /** Number of spaces at the start of the line. An indented line belongs to the last line before it with a smaller indent. */
    int indent() {
        return line.length() - line.stripLeading().length();
    }

    /** The line without trailing blanks. */
    String text() {
        return line;
    }

    /** The line number, from 1. */
    int number() {
        return number;
    }

    /** Reads a word of the format. */
    String word() {
        if (peek().kind() != Kind.WORD) {
            throw error("expected a word, but found " + peek());
        }
        return tokens.get(next++).text();
    }

    /** Reads a name or a text, quoted or not. */
    String name() {
        return peek().kind() == Kind.QUOTED ? tokens.get(next++).text() : word();
    }

    /** Whether this punctuation mark is next. */
    boolean isAt(String mark) {
        return peek().kind() == Kind.PUNCTUATION && peek().text().equals(mark);
    }

    /** Reads this word or punctuation mark if it is next. */
    boolean accept(String text) {
        boolean found = peek().kind() != Kind.QUOTED
                && peek().kind() != Kind.END
                && peek().text().equals(text);
        if (found) {
            next++;
        }
        return found;
    }

    /** Reads this word or punctuation mark, which must be next. */
    LineTokens expect(String text) {
        if (!accept(text)) {
            throw error("expected \"" + text + "\", but found " + peek());
        }
        return this;
    }

    /** Reads a number. */
    long integer() {
        return parse(word(), 10);
    }

    /** Reads a number from 0 to 2^64 - 1. */
    long unsignedInteger() {
        String word = word();
        boolean hex = word.startsWith("0x");
        try {
            return Long.parseUnsignedLong(hex ? word.substring(2) : word, hex ? 16 : 10);
        } catch (NumberFormatException e) {
            throw notANumber(word);
        }
    }

    private long parse(String digits, int radix) {
        try {
            return Long.parseLong(digits, radix);
        } catch (NumberFormatException e) {
            throw notANumber(digits);
        }
    }

    /** Whether the line is read completely. */
    boolean atEnd() {
        return peek().kind() == Kind.END;
    }

    /** Throws an exception if something is left. */
    void end() {
        if (!atEnd()) {
            throw error("expected the end of the line, but found " + peek());
        }
    }

    /** An exception about this line. */
    SchemaFormatException error(String problem) {
        return new SchemaFormatException(number, problem);
    }

    private SchemaFormatException notANumber(String word) {
        return error("\"" + word + "\" is not a number, or is out of range");
    }

    private Token peek() {
        return tokens.get(next);
    }
}
