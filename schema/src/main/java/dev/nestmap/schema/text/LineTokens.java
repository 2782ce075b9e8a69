/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import java.util.ArrayList;
import java.util.List;

/** The words, quoted texts and punctuation of one line of a schema text, taken one after the other. */
final class LineTokens {
    private static final String PUNCTUATION = ":,()[]";

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
     * @param number of the line, from 1
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

    /** Whether a character may be in a name that stands without quotes. */
    static boolean isWordPart(int c) {
        return c == '.' || c == '-' || (Character.isJavaIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
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
            throw error("a quoted text does not end");
        }
        tokens.add(new Token(Kind.QUOTED, text.toString()));
        return at + 1;
    }

    /** How far the line is indented: it is part of what the last line before it began that is indented less. */
    int indent() {
        return line.length() - line.stripLeading().length();
    }

    /** The line as it is, without blanks at its end. */
    String text() {
        return line;
    }

    /** Which line it is, from 1. */
    int number() {
        return number;
    }

    /** Takes a word of the format itself. */
    String word() {
        if (peek().kind() != Kind.WORD) {
            throw error("expected a word and found " + peek());
        }
        return tokens.get(next++).text();
    }

    /** Takes a name or a text, quoted or not. */
    String name() {
        return peek().kind() == Kind.QUOTED ? tokens.get(next++).text() : word();
    }

    /** Whether this punctuation mark is next. */
    boolean isAt(String mark) {
        return peek().kind() == Kind.PUNCTUATION && peek().text().equals(mark);
    }

    /** Takes this word or punctuation mark if it is next. */
    boolean accept(String text) {
        boolean found = peek().kind() != Kind.QUOTED
                && peek().kind() != Kind.END
                && peek().text().equals(text);
        if (found) {
            next++;
        }
        return found;
    }

    /** Takes this word or punctuation mark, which must be next. */
    LineTokens expect(String text) {
        if (!accept(text)) {
            throw error("expected \"" + text + "\" and found " + peek());
        }
        return this;
    }

    /** Takes a number. */
    long integer() {
        return parse(word(), 10);
    }

    /** Takes a number from 0 to 2^64-1. */
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

    /** Whether nothing is left. */
    boolean atEnd() {
        return peek().kind() == Kind.END;
    }

    /** Refuses more on this line. */
    void end() {
        if (!atEnd()) {
            throw error("expected the end of the line and found " + peek());
        }
    }

    /** A problem in this line. */
    SchemaFormatException error(String problem) {
        return new SchemaFormatException(number, problem);
    }

    private SchemaFormatException notANumber(String word) {
        return error("\"" + word + "\" is not a number that fits here");
    }

    private Token peek() {
        return tokens.get(next);
    }
}
